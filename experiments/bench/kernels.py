# mypy: ignore-errors
"""Bare loops to measure: a walk, a choice, draws, and the scan for those whose day has come."""

import random

import numpy as np

from mixflow.sim.base.forms import kernel
from mixflow.sim.base.rng import exponential_alt, uniform


@kernel
def walk(key, stream, cumulative, target, place):
    """Move every person along one edge, chosen in proportion to its weight.

    Parameters
    ----------
    key
        uint64[people]
    stream
        uint64: the day's stream of draws.
    cumulative
        float64[nodes, 8]: cumulative weights of a node's edges, 1 from the last edge on.
    target
        int16[nodes, 8]: where each edge ends.
    place
        int16[people]: where people are, changed here.
    """
    for i in range(place.size):
        here = place[i]
        u = uniform(stream, key[i])
        edge = 0
        for k in range(7):
            edge += cumulative[here, k] <= u
        place[i] = target[here, edge]


@kernel
def choose(key, stream, weight):
    """Race of exponentials among the alternatives of `weight` for every person; return the sum of the winners."""
    total = 0
    for i in range(key.size):
        best, least = 0, np.inf
        for a in range(weight.size):
            race = exponential_alt(stream, key[i], np.uint64(a)) / weight[a]
            if race < least:
                best, least = a, race
        total += best
    return total


@kernel
def keyed(stream, out):
    """Fill `out` with one draw for each person, by key."""
    for i in range(out.size):
        out[i] = uniform(stream, np.uint64(i))


@kernel
def sequential(out):
    """Fill `out` with draws of the generator that Numba brings."""
    for i in range(out.size):
        out[i] = random.random()
