"""Who begins to intend to leave, and what they decide."""
