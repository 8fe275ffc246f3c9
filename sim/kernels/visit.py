"""Visit the people who have something due: one dispatcher by status, used alike for one person and for all."""

from mixflow.sim.codes import Status

from .cross import after_detention, finish_edge
from .forms import kernel, part
from .leave import decide
from .move import go_on
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
    if status == TRAVELLING:
        finish_edge(i, P, E, R)
    elif status == PREPARING:
        decide(i, P, E, R)
    elif status == WAITING:
        go_on(i, 0, P, E, R)
    elif status == HOSTED or status == DISPLACED:
        look_at_future(i, P, E, R)
    elif status == DETAINED:
        after_detention(i, P, E, R)
    elif status == REJECTED:
        after_refusal(i, P, E, R)


@kernel
def visit_all(rows, P, E, R):
    """Visit every person of `rows` (int64). Their order changes nothing: nobody reads what another writes."""
    for k in range(rows.size):
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
