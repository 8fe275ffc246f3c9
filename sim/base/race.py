"""Races of exponentials, without the logarithms and exponentials of those who cannot win.

Each function says, to the bit, what the plain formula says: a bound that is quick to compute only rules out what cannot be.
"""

import math

from .forms import part

SURELY = 1.0 - 1e-9  # leaves room for rounding where a bound stands for a function


@part
def at_least(u):
    """What -ln u is at least, by less work: 2 (1 - u) / (1 + u), less than what rounding may make of either."""
    return SURELY * 2.0 * (1.0 - u) / (1.0 + u)


@part
def exp_at_least(x):
    """What exp(x) is at least, by less work: the beginning of its series; nothing for x below 0."""
    return SURELY * (1.0 + x * (1.0 + x * (0.5 + x / 6.0))) if x > 0.0 else 0.0


@part
def wins(u, weight, least):
    """The race -ln u / weight of an alternative where it is below `least`, else infinity; most lose without a logarithm."""
    if at_least(u) < least * weight:
        race = -math.log(u) / weight
        if race < least:
            return race
    return math.inf


@part
def wins_against(u, factor, least):
    """The race -ln u x factor of an alternative where it is below `least`, else infinity."""
    if at_least(u) * factor < least:
        race = -math.log(u) * factor
        if race < least:
            return race
    return math.inf
