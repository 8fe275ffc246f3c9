"""A nested logit over staying, the region and far destinations."""
