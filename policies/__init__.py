"""What can be changed, when, where, for whom and at what cost: data, not code."""
