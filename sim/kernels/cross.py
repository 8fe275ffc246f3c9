"""Step 11, cross: at the end of an edge, death, interception or arrival at its other end.

One draw each for death and interception, compared with the edge's probability: whoever dies at the lower of two risks dies at the
higher too.
"""

import math

from mixflow.sim.codes import Access, Channel, Event, Status
from mixflow.sim.decisions import DEATH, DETENTION, INTERCEPTION
from mixflow.sim.population import NEVER
from mixflow.sim.rng import uniform, uniform_alt

from .forms import ENDS_HERE, SETTLED, part
from .move import days_until
from .record import note, put

BORDER = int(Access.BORDER)
IRREGULAR, ASYLUM = int(Channel.IRREGULAR), int(Channel.ASYLUM)
DEAD, DETAINED, WAITING = int(Status.DEAD), int(Status.DETAINED), int(Status.WAITING)
CROSSED, INTERCEPTED, DIED = int(Event.CROSSING), int(Event.INTERCEPTION), int(Event.DEATH)


@part
def finish_edge(i, P, E, R):
    """Person `i` reaches the end of an edge, or does not; return the pause before going on, or SETTLED."""
    e = P.edge[i]
    place = E.end[e]
    irregular = E.access[e] == BORDER and (P.channel[i] == IRREGULAR or P.channel[i] == ASYLUM)
    if E.access[e] == BORDER and P.attempts[i] < 255:
        P.attempts[i] += 1
    if E.death[e] > 0.0 and uniform(E.streams[DEATH], P.key[i]) < E.death[e]:
        note(i, DIED, e, E.country[place], P, R)
        P.wake[i] = NEVER
        put(i, DEAD, P.place[i], P, E, R)
        return SETTLED
    if irregular and E.interception[e] > 0.0 and uniform(E.streams[INTERCEPTION], P.key[i]) < E.interception[e]:
        note(i, INTERCEPTED, e, E.country[place], P, R)
        put(i, DETAINED, P.place[i], P, E, R)
        P.edge[i] = -1
        held = 1.0 - E.numbers.cross_detention_days * math.log(uniform_alt(E.streams[DETENTION], P.key[i], 0))
        P.wake[i] = E.day + int(min(held, 2000.0))
        return SETTLED
    note(i, CROSSED, e, E.country[place], P, R)
    put(i, WAITING, place, P, E, R)
    P.edge[i] = -1
    abroad = E.country[place] != P.origin[i] and irregular
    return days_until(i, E.numbers.move_pause_days, P, E) if abroad else 0


@part
def after_detention(i, P, E):
    """Person `i` is let go: try again, or stay where the attempt began."""
    return 0 if uniform_alt(E.streams[DETENTION], P.key[i], 1) < E.numbers.cross_reattempt else ENDS_HERE
