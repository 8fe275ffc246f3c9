"""Visit the people who have something due: one dispatcher for those on the way, one for those who live somewhere.

They are two kernels because all that is called for a person is inlined, and one kernel with all of it takes long to compile.
"""

import numpy as np

from mixflow.sim.base.codes import Status

from ..base.forms import ENDS_HERE, SETTLED, kernel, opened, part
from ..people.draw_keys import count_decision
from ..people.prefetch import AHEAD, prefetch
from ..processes.arrive.kernel import arrive
from ..processes.cross.kernel import after_detention, finish_edge
from ..processes.hosted.kernel import hosted_budget, review_options
from ..processes.leave.kernel import decide, prepare
from ..processes.move.kernel import go_on
from ..processes.return_.kernel import after_order, after_refusal, after_return
from ..processes.settle.kernel import earn_and_spend, live

INTENDING, PREPARING = int(Status.INTENDING), int(Status.PREPARING)
DISPLACED, CAMP, HOSTED = int(Status.DISPLACED), int(Status.CAMP), int(Status.HOSTED)
TRAVELLING, WAITING, DETAINED = int(Status.TRAVELLING), int(Status.WAITING), int(Status.DETAINED)
REJECTED, RETURN_ORDERED = int(Status.REJECTED), int(Status.RETURN_ORDERED)
RETURNED, UNSETTLED = int(Status.RETURNED), int(Status.UNSETTLED)
PENDING, APPEALING, PROTECTED = int(Status.ASYLUM_PENDING), int(Status.APPEALING), int(Status.PROTECTED)
IRREGULAR, REGULAR = int(Status.IRREGULAR), int(Status.REGULAR)

U64 = np.uint64
WORDS = 4
GROUP = 4 * WORDS
"""People whose days are compared with today at a time: few enough that mostly none of them is due."""

HIGHEST, EACH = np.uint64(0x8000_8000_8000_8000), np.uint64(0x0001_0001_0001_0001)


@part
def settled(status):
    """Whether somebody of this status lives somewhere, and is visited by `live_one`."""
    return status >= PENDING


@part
def move_one(i, P, E, R):
    """What is due today for person `i`, at home, displaced, hosted or on the way."""
    if P.wake[i] > E.day:
        return
    status = P.status[i]
    if status <= PREPARING or status == HOSTED or status == CAMP or status == DISPLACED:
        count_decision(i, P)
    pause = SETTLED
    if status == TRAVELLING:
        pause = finish_edge(i, P, E, R)
    elif status == INTENDING:
        pause = decide(i, P, E, R)
    elif status == PREPARING:
        pause = prepare(i, P, E, R)
    elif status == WAITING:
        pause = 0
    elif status == HOSTED or status == CAMP or status == DISPLACED:
        pause = review_options(i, P, E, R)
    elif status == DETAINED:
        pause = after_detention(i, P, E)
    if pause >= 0:
        pause = go_on(i, pause, P, E, R)
    if pause == ENDS_HERE:
        arrive(i, P, E, R)


@part
def live_one(i, P, E, R):
    """What is due today for person `i`, who lives in a destination or came back."""
    if P.wake[i] > E.day:
        return
    count_decision(i, P)
    status = P.status[i]
    if status == REJECTED:
        after_refusal(i, P, E, R)
    elif status == RETURN_ORDERED:
        after_order(i, P, E, R)
    elif status == RETURNED or status == UNSETTLED:
        after_return(i, P, E, R)
    elif status <= REGULAR:
        live(i, P, E, R)


@kernel
def visit_moving(rows, P, facts, R):
    """Visit every person of `rows` (int64). Their order changes nothing: nobody reads what another writes."""
    E = opened(facts)
    last = rows.size - 1
    for k in range(rows.size):
        soon = rows[min(k + AHEAD, last)]
        prefetch(P.key, soon)  # a record lies on one or two lines of the cache: its first and its last column
        prefetch(P.return_type, soon)
        prefetch(P.wake, soon)
        move_one(U64(rows[k]), P, E, R)  # a number that cannot be below 0 is looked up in fewer steps


@kernel
def visit_settled(rows, P, facts, R):
    """Visit every person of `rows` (int64) who lives somewhere or came back, in any order."""
    E = opened(facts)
    last = rows.size - 1
    for k in range(rows.size):
        soon = rows[min(k + AHEAD, last)]
        prefetch(P.key, soon)
        prefetch(P.return_type, soon)
        prefetch(P.wake, soon)
        live_one(U64(rows[k]), P, E, R)


@kernel
def close_accounts(rows, P, facts, R):
    """Account for what the people of `rows` (int64), hosted, displaced or residents, earned and spent up to today."""
    E = opened(facts)
    last = rows.size - 1
    for k in range(rows.size):
        soon = rows[min(k + AHEAD, last)]
        prefetch(P.key, soon)
        i = U64(rows[k])
        if P.accounted_to[i] < E.day:
            if P.status[i] < PENDING:
                hosted_budget(i, P, E, R)
            else:
                earn_and_spend(i, P, E, R)


@kernel
def find_due(wake, fours, first, day, rows):
    """Fill `rows` with those whose day has come, ascending, and return how many there are.

    Parameters
    ----------
    wake
        int16[people]: the day on which something is due.
    fours
        uint64[>= people // 4]: the same memory, four days in a word (`Population.fours`).
    first
        Row of the first of these people.
    day
        Today, 0 or later.
    rows
        int64[people]: filled here.
    """
    m, size = 0, wake.size
    step = EACH * np.uint64(day + 1)
    groups = size // GROUP
    for g in range(groups):
        later = HIGHEST  # the highest bit of a day stays where it is after today, and where the day is not below 0
        for k in range(g * WORDS, (g + 1) * WORDS):
            later &= ((fours[k] | HIGHEST) - step) & ~fours[k]
        if later != HIGHEST:
            for i in range(g * GROUP, (g + 1) * GROUP):
                if wake[i] <= day:
                    rows[m] = first + i
                    m += 1
    for i in range(groups * GROUP, size):
        if wake[i] <= day:
            rows[m] = first + i
            m += 1
    return m


@kernel
def split(rows, status, moving, living):
    """Share `rows` out to those on the way and those who live somewhere, by status; return how many there are of each."""
    m, s = 0, 0
    last = rows.size - 1
    for k in range(rows.size):
        prefetch(status, rows[min(k + AHEAD, last)])
        if settled(status[rows[k]]):
            living[s] = rows[k]
            s += 1
        else:
            moving[m] = rows[k]
            m += 1
    return m, s
