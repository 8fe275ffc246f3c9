"""One package for each process of the day. `kernel` has its compiled functions, other modules its monthly part."""
