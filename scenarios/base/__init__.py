"""What is true of all countries, once: drivers, stocks, pairs, cities, borders and regular channels, for scenarios to read."""
