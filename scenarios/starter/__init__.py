"""Writes a first scenario of any countries from the base: places, edges, drivers, stocks, channels, and what it assumes."""
