"""Step 11, cross: at the end of an edge, death, interception, pushback, extortion, or arrival at its other end.

One draw for each danger, compared with the edge's probability: a person who dies at the lower of two risks dies at the higher too.
"""

import math

from mixflow.sim.base.clock import LONGEST_PAUSE, NEVER
from mixflow.sim.base.codes import Access, Account, Channel, Event, LegalStatus, Status
from mixflow.sim.base.decisions import CLAIM, DEATH, DETENTION, EXTORTION, INTERCEPTION, PASS_SHARE, PUSHBACK
from mixflow.sim.base.rng import uniform, uniform_alt

from ...accounts.record import close_accounts, note, put, spend
from ...base.forms import ENDS_HERE, SETTLED, part
from ...people.draw_keys import attempt_key, one_more
from ..move.kernel import days_until

BORDER = int(Access.BORDER)
IRREGULAR, ASYLUM = int(Channel.IRREGULAR), int(Channel.ASYLUM)
DEAD, DETAINED, WAITING = int(Status.DEAD), int(Status.DETAINED), int(Status.WAITING)
CROSSED, INTERCEPTED, DIED = int(Event.CROSSING), int(Event.INTERCEPTION), int(Event.DEATH)
PUSHED_BACK, EXTORTED = int(Event.PUSHBACK), int(Event.EXTORTION)
APPLICATION, APPLICANT = int(Event.APPLICATION), int(LegalStatus.APPLICANT)
OFFICIALS = int(Account.OFFICIALS)


@part
def finish_edge(i, P, E, R):
    """Person `i` reaches the end of an edge, or does not; return the pause before going on, or SETTLED."""
    e = P.edge[i]
    place = E.end[e]
    irregular = E.access[e] == BORDER and (P.channel[i] == IRREGULAR or P.channel[i] == ASYLUM)
    if E.access[e] == BORDER:
        P.border_attempts[i] = one_more(P.border_attempts[i])
    key, code = attempt_key(i, P), E.code[e]
    if E.death[e] > 0.0 and uniform_alt(E.streams[DEATH], key, code) < E.death[e]:
        note(i, DIED, e, E.country[place], P, R)
        P.wake[i] = NEVER
        close_accounts(i, P, R)
        put(i, DEAD, P.place[i], P, E, R)
        return SETTLED
    if irregular and E.interception[e] > 0.0 and uniform_alt(E.streams[INTERCEPTION], key, code) < E.interception[e]:
        return _stopped(i, e, P, E, R)
    if irregular and uniform_alt(E.streams[PASS_SHARE], key, code) >= E.pass_share[e]:
        return _turned_back(i, e, P, E, R)
    if E.extortion[e] > 0.0:
        _extort(i, e, P, E, R)
    note(i, CROSSED, e, E.country[place], P, R)
    if E.asylum_system[E.country[place]] and P.entry[i] < 0:
        P.entry[i] = place
    if irregular and E.target[place] != P.destination[i]:
        _register(i, E.country[place], P, E, R)
    put(i, WAITING, place, P, E, R)
    P.edge[i] = -1
    if e == P.target_border[i]:
        P.target_border[i] = -1
    abroad = E.country[place] != P.origin[i] and irregular
    return days_until(i, E.numbers.move_pause_days, P, E) if abroad else 0


@part
def _register(i, country, P, E, R):
    """The claim of person `i`, who is passing through, may be taken down where that is the rule: it lapses as they go on."""
    if uniform_alt(E.streams[CLAIM], attempt_key(i, P), E.alternative[country]) < E.claims_in_passing[country]:
        label, P.label[i] = P.label[i], APPLICANT
        note(i, APPLICATION, -1, country, P, R)
        P.label[i] = label


@part
def _stopped(i, e, P, E, R):
    """Person `i` was stopped on an edge: sent back at once, or held where the attempt began."""
    country = E.country[E.end[e]]
    note(i, INTERCEPTED, e, country, P, R)
    if uniform(E.streams[PUSHBACK], attempt_key(i, P)) < E.pushback[e]:
        return _turned_back(i, e, P, E, R)
    put(i, DETAINED, P.place[i], P, E, R)
    P.edge[i] = -1
    P.target_border[i] = -1
    mean = E.detention_days[E.country[P.place[i]]]
    held = 1.0 - mean * math.log(uniform_alt(E.streams[DETENTION], attempt_key(i, P), 0))
    P.wake[i] = E.day + int(min(held, float(LONGEST_PAUSE)))
    return SETTLED


@part
def _turned_back(i, e, P, E, R):
    """Person `i` is back where the edge began, free to try again, or to stay."""
    note(i, PUSHED_BACK, e, E.country[E.end[e]], P, R)
    put(i, WAITING, P.place[i], P, E, R)
    P.edge[i] = -1
    P.target_border[i] = -1
    P.wake[i] = E.day + days_until(i, E.numbers.cross_pushback_pause * E.numbers.move_pause_days, P, E)
    if uniform_alt(E.streams[DETENTION], attempt_key(i, P), 1) >= E.numbers.cross_reattempt:
        return ENDS_HERE
    return SETTLED


@part
def _extort(i, e, P, E, R):
    """Officials or gangs take a share of what person `i` carries; women are harmed more often."""
    N = E.numbers
    chance = E.extortion[e] * (1.0 if P.sex[i] == 1 else N.cross_female_harm)
    if uniform_alt(E.streams[EXTORTION], attempt_key(i, P), E.code[e]) < chance:
        note(i, EXTORTED, e, E.country[E.end[e]], P, R)
        spend(i, OFFICIALS, int(N.cross_extorted_share * P.wealth[i]), P, R)


@part
def after_detention(i, P, E):
    """Person `i` is let go: try again, or stay where the attempt began."""
    return 0 if uniform_alt(E.streams[DETENTION], attempt_key(i, P), 1) < E.numbers.cross_reattempt else ENDS_HERE
