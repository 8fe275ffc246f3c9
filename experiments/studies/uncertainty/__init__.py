"""What we do not know: sensitivity to parameters, and policies tried over many plausible worlds."""
