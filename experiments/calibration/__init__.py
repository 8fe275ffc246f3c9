"""Fitting free parameters to what was recorded: targets, evaluations, smoother, ensembles; `calibrate.py` is its face."""
