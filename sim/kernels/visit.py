"""Visit the people who have something due: one dispatcher by status, used alike for one person and for all."""

from mixflow.sim.codes import Status

from .arrive import arrive
from .cross import after_detention, finish_edge
from .forms import ENDS_HERE, SETTLED, kernel, part
from .leave import decide
from .move import go_on
from .prefetch import AHEAD, prefetch
from .settle import after_refusal, look_at_future

PREPARING, DISPLACED, HOSTED = int(Status.PREPARING), int(Status.DISPLACED), int(Status.HOSTED)
TRAVELLING, WAITING, DETAINED = int(Status.TRAVELLING), int(Status.WAITING), int(Status.DETAINED)
REJECTED = int(Status.REJECTED)


@part
def visit(i, P, E, R):
    """What is due today for person `i`, if anything is."""
    if P.wake[i] > E.day:
        return
    status = P.status[i]
    pause = SETTLED
    if status == TRAVELLING:
        pause = finish_edge(i, P, E, R)
    elif status == PREPARING:
        pause = decide(i, P, E, R)
    elif status == WAITING:
        pause = 0
    elif status == HOSTED or status == DISPLACED:
        pause = look_at_future(i, P, E, R)
    elif status == DETAINED:
        pause = after_detention(i, P, E)
    elif status == REJECTED:
        after_refusal(i, P, E, R)
    if pause >= 0:
        pause = go_on(i, pause, P, E, R)
    if pause == ENDS_HERE:
        arrive(i, P, E, R)


@kernel
def visit_all(rows, P, E, R):
    """Visit every person of `rows` (int64). Their order changes nothing: nobody reads what another writes."""
    last = rows.size - 1
    for k in range(rows.size):
        soon = rows[min(k + AHEAD, last)]
        prefetch(P.key, soon)  # a record lies on one or two lines of the cache: its first and its last column
        prefetch(P.optimism, soon)
        visit(rows[k], P, E, R)


@kernel
def find_due(wake, size, day, rows):
    """Fill `rows` with those whose day has come, ascending, and return how many they are."""
    found = 0
    for i in range(size):
        if wake[i] <= day:
            rows[found] = i
            found += 1
    return found
