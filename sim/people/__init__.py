"""People as columns: packed keys, keys of draws, and when they look at their lives."""
