"""Questions that need many runs: comparisons, uncertainty, calibration and validation."""
