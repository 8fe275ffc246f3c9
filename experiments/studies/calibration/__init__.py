"""Fitting free parameters to what was recorded: targets, evaluations, centre, smoother, ensembles; `calibrate.py` is its face."""
