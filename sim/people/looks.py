"""When people look at their lives, and what happens at a look, so that no rate depends on how often they look.

Somebody looks on each day with the same chance, one in `every`. What has a yearly rate h happens at a look with the probability
of a day, 1 - exp(-h / 365), times `every`: on any day with the probability of that day, whatever `every` is. This is thinning of
a Poisson process (Lewis and Shedler, 1979). The rate is that of the day on which it happens, and nothing waits for a later look.
Where the rate is high, looks come more often, so that the probability at a look stays below one.
"""

import math

from mixflow.sim.base.clock import LONGEST_PAUSE
from mixflow.sim.base.decisions import WAIT
from mixflow.sim.base.rng import uniform_alt

from ..base.forms import part
from .draw_keys import decision_key, stop_code
from .elapsed import YEAR

# assumption: looks come at least so many times as often as something happens, so that its rate may double between two looks
ROOM = 2.0


@part
def look_tomorrow(i, P, E):
    """Person `i` begins to live in another way, and looks at life on the next day: then it shows how often to look."""
    P.every[i] = 1
    P.wake[i] = E.day + 1


@part
def look_again(i, mean, rate, P, E):
    """Set the next look of person `i`, to whom something happens at this yearly rate: after `mean` days on average, or sooner."""
    every = max(int(mean), 1)
    # by halves, so that a rate that hardly differs changes nobody's looks
    while every > 1 and ROOM * rate * every > YEAR:
        every //= 2
    P.every[i] = every
    days = 1.0
    if every > 1:
        days += math.log(uniform_alt(E.streams[WAIT], decision_key(i, P), stop_code(i, P))) / math.log1p(-1.0 / every)
    P.wake[i] = E.day + int(min(days, float(LONGEST_PAUSE)))


@part
def chance_at_look(rate, every):
    """Probability that what has this yearly rate happens at a look, of those that come every so many days on average."""
    return min((1.0 - math.exp(-rate / YEAR)) * every, 1.0)
