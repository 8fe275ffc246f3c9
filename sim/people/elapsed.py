"""How much time an account of a life covers: what is earned and spent is per time.

An account covers the days since the last one. There is one at each look at life and one at the end of each month, so that the books
of a month have what was earned and spent in it, however often people look.
"""

import math

import numpy as np

from mixflow.sim.base.decisions import WORK
from mixflow.sim.base.rng import uniform_alt

from ..base.forms import part

YEAR = 365.0
HALF_YEAR = YEAR / 2.0


@part
def begin_days(i, P, E):
    """Person `i` begins to live here today: nothing before it is accounted for."""
    P.accounted_to[i] = E.day


@part
def years_lived(i, P, E):
    """Years since the last account of person `i`, for money."""
    return max(E.day - P.accounted_to[i], 0) / YEAR


@part
def years_at_risk(i, P, E):
    """Years since the last account of person `i`, or since the present status began, if that was later."""
    return max(E.day - max(P.accounted_to[i], P.since[i]), 0) / YEAR


@part
def luck_at_work(i, P, E):
    """Draw that decides what person `i` lives on: the same for `live.work_days`, counted from when the status began."""
    spell = int(max(E.day - P.since[i], 0) / E.numbers.live_work_days)
    return uniform_alt(E.streams[WORK], P.key[i], np.uint64(spell))


@part
def chance_over(yearly, years):
    """Probability over so many years of what has this probability in one year."""
    return 1.0 - (1.0 - yearly) ** years


@part
def whole(amount):
    """An amount in whole euros, rounded to the nearest: rounding down would take more from those who look more often."""
    return math.floor(amount + 0.5)
