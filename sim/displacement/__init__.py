"""Flight from conflict to camps: people as rows, the kernels of two rule sets, and their numbers."""
