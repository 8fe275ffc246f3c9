"""The model and its day: what a month is made of, who is visited, and checkpoints."""
