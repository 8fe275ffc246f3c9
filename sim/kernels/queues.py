"""Steps 9 and 13: what happens to those at the head of a queue, for seats, regular places and asylum decisions."""

import numpy as np

from mixflow.sim.codes import Channel, Event, Kind, Label, Status
from mixflow.sim.decisions import DECISION_DAY, QUEUE, RECOGNITION, SEAT
from mixflow.sim.population import NEVER
from mixflow.sim.rng import splitmix64, uniform

from .arrive import arrive, go_home
from .forms import ENDS_HERE, kernel
from .move import days_until, depart, go_on
from .ration import first_come
from .record import note, put

PROTECTED, REJECTED = int(Status.PROTECTED), int(Status.REJECTED)
CONVENTION_REFUGEE, SUBSIDIARY_PROTECTION = int(Label.CONVENTION_REFUGEE), int(Label.SUBSIDIARY_PROTECTION)
REFUSED = int(Label.REFUSED)
REFUGEE = int(Kind.REFUGEE)
DECISION, PROTECTION, PERMIT = int(Event.DECISION), int(Event.PROTECTION), int(Event.PERMIT)
DEPARTURE, GIVING_UP = int(Event.DEPARTURE), int(Event.GIVING_UP)
WORK = int(Channel.WORK)
OLDEST = -16000  # days before the run: earlier than any status can have begun


@kernel
def seat_asked(rows, P, E, bucket, priority):
    """Edge asked for and today's lot of each person in `rows`."""
    for k in range(rows.size):
        bucket[k] = P.edge[rows[k]]
        priority[k] = splitmix64(E.streams[SEAT], P.key[rows[k]])


@kernel
def seat_given(rows, granted, P, E, R):
    """Those with a seat depart; the others try again some days later, and after some tries stay where they are."""
    for k in range(rows.size):
        i = rows[k]
        if granted[k]:
            depart(i, P.edge[i], 0, P, E, R)
        else:
            P.tries[i] += 1
            if P.tries[i] > E.numbers.cross_seat_tries:
                arrive(i, P, E, R)
            else:
                P.wake[i] = E.day + days_until(i, E.numbers.cross_seat_wait - 1.0, P, E)


@kernel
def place_asked(rows, P, E, bucket, priority):
    """Regular place asked for (origin, destination, work or family) and priority by day of application."""
    countries = E.europe.size
    for k in range(rows.size):
        i = rows[k]
        bucket[k] = (np.int64(P.origin[i]) * countries + P.destination[i]) * 2 + np.int64(P.channel[i]) - WORK
        priority[k] = first_come(P.since[i], splitmix64(E.streams[QUEUE], P.key[i]), OLDEST)


@kernel
def place_given(rows, granted, P, E, R):
    """Those with a visa set out; those who waited too long give up."""
    for k in range(rows.size):
        i = rows[k]
        if granted[k]:
            note(i, PERMIT, -1, P.destination[i], P, R)
            note(i, DEPARTURE, -1, P.origin[i], P, R)
            if go_on(i, 7, P, E, R) == ENDS_HERE:
                arrive(i, P, E, R)
        elif E.day - P.since[i] > E.numbers.queue_patience_days:
            note(i, GIVING_UP, -1, P.origin[i], P, R)
            go_home(i, P, E, R)


@kernel
def decision_asked(rows, P, E, bucket, priority):
    """Asylum office and place in its queue: first come, first heard."""
    for k in range(rows.size):
        i = rows[k]
        bucket[k] = E.country[P.place[i]]
        priority[k] = first_come(P.since[i], splitmix64(E.streams[QUEUE], P.key[i]), OLDEST)


@kernel
def decision_given(rows, granted, P, E, R):
    """Those heard are recognised or refused, with the odds of their nationality."""
    for k in range(rows.size):
        i = rows[k]
        if not granted[k]:
            continue
        country, origin, place = E.country[P.place[i]], P.origin[i], P.place[i]
        note(i, DECISION, -1, country, P, R)
        u = uniform(E.streams[RECOGNITION], P.key[i])
        if u < E.recognition[origin]:
            note(i, PROTECTION, -1, country, P, R)
            P.label[i] = (
                CONVENTION_REFUGEE if u < E.recognition[origin] * E.convention[origin] else SUBSIDIARY_PROTECTION
            )
            P.kind[i] = REFUGEE
            P.wake[i] = NEVER
            put(i, PROTECTED, place, P, E, R)
        else:
            P.label[i] = REFUSED
            put(i, REJECTED, place, P, E, R)
            look = E.numbers.return_look_days * (0.5 + uniform(E.streams[DECISION_DAY], P.key[i]))
            P.wake[i] = E.day + int(min(1.0 + look, 2000.0))
