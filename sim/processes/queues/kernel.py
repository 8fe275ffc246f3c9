"""Steps 9 and 13: what happens to those at the head of a queue, for seats, regular places and asylum decisions."""

import math

import numpy as np

from mixflow.sim.base.codes import REGULAR_CHANNEL_CODES, AgentClass, Channel, Event, LegalStatus, Need, Status
from mixflow.sim.base.decisions import APPEAL, QUEUE, RECOGNITION, RESETTLE, SEAT
from mixflow.sim.base.rng import splitmix64, uniform, uniform_alt

from ...accounts.record import note, put
from ...base.forms import ENDS_HERE, kernel, opened, part
from ...base.race import wins
from ...base.ration import first_come
from ...people.draw_keys import attempt_key, decision_key, one_more
from ...people.looks import look_tomorrow
from ...people.prefetch import AHEAD, prefetch
from ..apply.kernel import lose_place, use_place
from ..arrive.kernel import arrive, look_later
from ..move.kernel import days_until, depart, go_on

PROTECTED, REJECTED, APPEALING = int(Status.PROTECTED), int(Status.REJECTED), int(Status.APPEALING)
PENDING = int(Status.ASYLUM_PENDING)
CONVENTION_REFUGEE, SUBSIDIARY_PROTECTION = int(LegalStatus.CONVENTION_REFUGEE), int(LegalStatus.SUBSIDIARY_PROTECTION)
HUMANITARIAN_STATUS, REFUSED = int(LegalStatus.HUMANITARIAN_STATUS), int(LegalStatus.REFUSED)
REFUGEE = int(AgentClass.REFUGEE)
DECISION, APPEALED, PROTECTION = int(Event.DECISION), int(Event.APPEAL), int(Event.PROTECTION)
RESETTLED, RELOCATION = int(Event.RESETTLED), int(Event.RELOCATION)
TRANSFER_OUT = int(Event.TRANSFER_OUT)
WORK, RESETTLEMENT = int(Channel.WORK), int(Channel.RESETTLEMENT)
SURVIVAL, SUBSIDIARY, CONVENTION = int(Need.SURVIVAL), int(Need.SUBSIDIARY), int(Need.CONVENTION)
CHANNELS = len(REGULAR_CHANNEL_CODES)
EVEN = 0.5  # the chance of recognition at which `asylum.upheld` holds; appeals rise with it one to one
OLDEST = -16000  # days before the run: earlier than any status can have begun


@kernel
def still(rows, P, wanted, found):
    """Fill `found` (int64) with those of `rows` whose status is wanted (bool[statuses]); return how many there are."""
    m, last = 0, rows.size - 1
    for k in range(rows.size):
        prefetch(P.status, rows[min(k + AHEAD, last)])
        if wanted[P.status[rows[k]]]:
            found[m] = rows[k]
            m += 1
    return m


@kernel
def seat_asked(rows, P, streams, bucket, priority):
    """Edge asked for and the lot of each person at this try in `rows`."""
    for k in range(rows.size):
        bucket[k] = P.edge[rows[k]]
        priority[k] = splitmix64(splitmix64(streams[SEAT], attempt_key(rows[k], P)), np.uint64(P.retries[rows[k]]))


@kernel
def seat_given(rows, granted, P, facts, R):
    """Those with a seat depart; the others try again some days later, and after some tries stay where they are."""
    E = opened(facts)
    for k in range(rows.size):
        i = rows[k]
        if granted[k]:
            depart(i, P.edge[i], 0, P, E, R)
        else:
            P.retries[i] = one_more(P.retries[i])
            if P.retries[i] > E.numbers.cross_max_retries:
                arrive(i, P, E, R)
            else:
                P.wake[i] = E.day + days_until(i, E.numbers.cross_retry_days - 1.0, P, E)


@kernel
def place_asked(rows, P, streams, countries, bucket, priority):
    """Regular place asked for (origin, destination of all `countries`, channel) and priority by day of application."""
    last = rows.size - 1
    for k in range(rows.size):
        i = rows[k]
        prefetch(P.key, rows[min(k + AHEAD, last)])
        pair = np.int64(P.origin[i]) * countries + P.destination[i]
        bucket[k] = pair * CHANNELS + np.int64(P.channel[i]) - WORK
        priority[k] = first_come(P.since[i], splitmix64(streams[QUEUE], decision_key(i, P)), OLDEST)


@kernel
def consulate_asked(rows, P, streams, bucket, priority):
    """The consulates that issue a visa, and priority by day of application."""
    last = rows.size - 1
    for k in range(rows.size):
        i = rows[k]
        prefetch(P.key, rows[min(k + AHEAD, last)])
        bucket[k] = P.destination[i]
        priority[k] = first_come(P.since[i], splitmix64(streams[QUEUE], decision_key(i, P)), OLDEST)


@kernel
def place_given(rows, granted, P, facts, R):
    """Those with a visa set out; those who waited too long are refused."""
    E = opened(facts)
    for k in range(rows.size):
        i = rows[k]
        if granted[k]:
            if use_place(i, P, E, R) and go_on(i, int(E.numbers.queue_departure_days), P, E, R) == ENDS_HERE:
                arrive(i, P, E, R)
        elif E.day - P.since[i] > E.numbers.queue_patience_days:
            lose_place(i, P, E, R)


@kernel
def decision_asked(rows, P, streams, country, bucket, priority):
    """Asylum office and place in its queue, first come, first heard; `country` is that of each place."""
    last = rows.size - 1
    for k in range(rows.size):
        i = rows[k]
        prefetch(P.key, rows[min(k + AHEAD, last)])
        bucket[k] = country[P.place[i]]
        priority[k] = first_come(P.since[i], splitmix64(streams[QUEUE], decision_key(i, P)), OLDEST)


@part
def chance_of_status(i, country, P, E):
    """Probability that person `i` is recognised in a country: odds of the nationality there, moved by need."""
    need = P.need[i]
    if E.convention_only[country] > 0.0 and need < CONVENTION:
        return 0.0
    if E.wider_definition[country] > 0.0 and need >= SUBSIDIARY:
        return 1.0
    utility = E.recognised[P.origin[i], country]
    utility += E.numbers.asylum_need if need >= SUBSIDIARY else -E.numbers.asylum_need
    return 1.0 / (1.0 + math.exp(-utility))


@part
def note_expected_recognition(i, chance, P, R):
    """Book the chance of a status that person `i`, whose claim is decided, has: what compatriots hear of their odds."""
    R.expected_recognitions[P.origin[i]] += int(1e6 * chance)


@part
def protect(i, country, P, E, R):
    """Person `i` is recognised, as what the law there knows."""
    note(i, PROTECTION, -1, country, P, R)
    convention = uniform_alt(E.streams[RECOGNITION], attempt_key(i, P), 1) < E.convention[P.origin[i]]
    full = convention or E.convention_only[country] > 0.0 or E.wider_definition[country] > 0.0
    P.label[i] = CONVENTION_REFUGEE if full else SUBSIDIARY_PROTECTION
    P.kind[i] = REFUGEE
    put(i, PROTECTED, P.place[i], P, E, R)
    look_tomorrow(i, P, E)


@part
def refuse(i, country, P, E, R):
    """Person `i` is refused, unless the country knows a status for those who left to survive."""
    if P.need[i] >= SURVIVAL:
        note_expected_recognition(i, E.survival_status[country], P, R)
    if P.need[i] >= SURVIVAL and uniform_alt(E.streams[RECOGNITION], attempt_key(i, P), 2) < E.survival_status[country]:
        P.label[i] = HUMANITARIAN_STATUS
        note(i, PROTECTION, -1, country, P, R)
        put(i, PROTECTED, P.place[i], P, E, R)
        look_tomorrow(i, P, E)
        return
    P.label[i] = REFUSED
    put(i, REJECTED, P.place[i], P, E, R)
    look_later(i, E.numbers.asylum_order_days, P, E)


@kernel
def decision_given(rows, granted, P, facts, R):
    """Those heard are recognised, refused, or may appeal."""
    E = opened(facts)
    for k in range(rows.size):
        i = rows[k]
        if not granted[k]:
            continue
        country = E.country[P.place[i]]
        note(i, DECISION, -1, country, P, R)
        chance = chance_of_status(i, country, P, E)
        note_expected_recognition(i, chance, P, R)
        if uniform(E.streams[RECOGNITION], attempt_key(i, P)) < chance:
            protect(i, country, P, E, R)
        elif uniform(E.streams[APPEAL], attempt_key(i, P)) < E.appeals[country]:
            put(i, APPEALING, P.place[i], P, E, R)
        else:
            refuse(i, country, P, E, R)


@kernel
def appeal_given(rows, granted, P, facts, R):
    """Appeals that are due are upheld or dismissed."""
    E = opened(facts)
    for k in range(rows.size):
        i = rows[k]
        if not granted[k]:
            continue
        country = E.country[P.place[i]]
        note(i, APPEALED, -1, country, P, R)
        upheld = min(E.numbers.asylum_upheld * (1.0 - EVEN + chance_of_status(i, country, P, E)), 1.0)
        note_expected_recognition(i, upheld, P, R)
        if uniform_alt(E.streams[APPEAL], attempt_key(i, P), 1) < upheld:
            protect(i, country, P, E, R)
        else:
            refuse(i, country, P, E, R)


@kernel
def resettling(rows, P, streams, share, codes, goal):
    """Fill `goal` (int64) with the country that takes each person of `rows`, in proportion to `share` (float64[countries]).

    A race with draws of the person and the country's stable code (uint64[countries]): nothing is rounded, and other countries
    or people change nobody's draw.
    """
    for k in range(rows.size):
        best, least = -1, math.inf
        for d in range(share.size):
            if share[d] > 0.0:
                race = wins(uniform_alt(streams[RESETTLE], P.key[rows[k]], codes[d]), share[d], least)
                if race < least:
                    best, least = d, race
        goal[k] = best


@kernel
def resettled(rows, country, P, facts, R):
    """Those hosted set out for the country (int64, by row) that resettles them; -1 leaves them where they are."""
    E = opened(facts)
    for k in range(rows.size):
        i = rows[k]
        if country[k] >= 0:
            note(i, RESETTLED, -1, country[k], P, R)
            P.channel[i] = RESETTLEMENT
            P.destination[i] = country[k]
            if go_on(i, int(E.numbers.queue_departure_days), P, E, R) == ENDS_HERE:
                arrive(i, P, E, R)


@kernel
def relocated(rows, place, P, facts, R):
    """Applicants are moved to a place (int64, by row) of another state; -1 leaves them where they are."""
    E = opened(facts)
    for k in range(rows.size):
        i = rows[k]
        if place[k] >= 0:
            note(i, TRANSFER_OUT, -1, E.country[P.place[i]], P, R)
            note(i, RELOCATION, -1, E.country[place[k]], P, R)
            since = P.since[i]
            put(i, PENDING, place[k], P, E, R)
            P.since[i] = since
