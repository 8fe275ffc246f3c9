"""The Mediterranean world: its tables, its design, and what makes the one out of the other."""
