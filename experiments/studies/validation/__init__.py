"""The model against records that no fit has seen, and against the patterns that could falsify it."""
