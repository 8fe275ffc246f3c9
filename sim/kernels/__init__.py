"""Numba only: floats and ints in, floats and ints out; one file per process of the day."""
