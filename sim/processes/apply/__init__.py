"""Apply for a regular place."""
