"""Hydra data only."""
