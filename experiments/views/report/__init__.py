"""The report of a comparison: one HTML file that needs no network, made from the comparison's tables alone."""
