"""What is read from one run: indicators, summary, the lives of persons, figures and maps."""
