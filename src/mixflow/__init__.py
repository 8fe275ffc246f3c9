"""mixflow: a counterfactual laboratory for mixed migration. Never a forecaster."""

__version__ = "0.1.0"
