"""How much time a look at life covers. What is earned, spent and risked is per time: how often somebody looks changes none of it.

A look accounts for the days since the last look, and draws each hazard for the days since the last look or since the status began,
if that was later. So a look is a step in time: more looks bring more steps and not more of what happens.
"""

import math

from .forms import part

YEAR = 365.0
HALF_YEAR = YEAR / 2.0


@part
def begin_days(i, P, E):
    """Person `i` begins to live here today: nothing before it is accounted for."""
    P.last_look[i] = E.day


@part
def years_lived(i, P, E):
    """Years since person `i` last looked, for money."""
    return max(E.day - P.last_look[i], 0) / YEAR


@part
def years_at_risk(i, P, E):
    """Years since person `i` last looked or came into the present status, for hazards."""
    return max(E.day - max(P.last_look[i], P.since[i]), 0) / YEAR


@part
def chance_over(yearly, years):
    """Probability over so many years of what has this probability in one year."""
    return 1.0 - (1.0 - yearly) ** years


@part
def whole(amount):
    """An amount in whole euros, rounded to the nearest: rounding down would take more from those who look more often."""
    return math.floor(amount + 0.5)
