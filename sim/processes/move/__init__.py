"""Choose the next border and go there."""
