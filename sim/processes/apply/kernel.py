"""Steps 8 and 9, apply: asking for a regular place, and what becomes of it."""

from mixflow.sim.base.clock import NEVER
from mixflow.sim.base.codes import Account, Channel, Event, Need, Status
from mixflow.sim.base.decisions import PERMIT
from mixflow.sim.base.rng import uniform

from ...accounts.record import note, pay, put
from ...base.forms import part
from ...people.draw_keys import decision_key, one_more
from ...people.elapsed import begin_days
from ...people.looks import look_tomorrow
from ..choose.kernel import can_pay_place, cost_of_place, regular_channel, regular_country

APPLYING, INTENDING, HOSTED, CAMP = (
    int(Status.APPLYING),
    int(Status.INTENDING),
    int(Status.HOSTED),
    int(Status.CAMP),
)
WORK, VISIT = int(Channel.WORK), int(Channel.VISIT)
SKILLED, CIRCULAR = int(Channel.SKILLED), int(Channel.CIRCULAR)
REGIONAL = int(Channel.REGIONAL)
DEPARTURE, PERMITTED = int(Event.DEPARTURE), int(Event.PERMIT)
VISA_APPLICATION, VISA_REFUSAL = int(Event.VISA_APPLICATION), int(Event.VISA_REFUSAL)
RECRUITERS, FEES = int(Account.RECRUITERS), int(Account.FEES)
SUBSIDIARY = int(Need.SUBSIDIARY)


@part
def ask_for_place(i, P, E, R):
    """Person `i` applies for a regular place; return whether there was one to be paid."""
    c = regular_channel(i, P, E)
    goal = regular_country(i, c, P, E) if c >= 0 else -1
    if goal < 0 or not can_pay_place(i, c, goal, P, E):
        return False
    P.channel[i] = c + WORK
    P.destination[i] = goal
    P.wake[i] = NEVER
    note(i, VISA_APPLICATION, -1, goal, P, R)
    put(i, APPLYING, P.place[i], P, E, R)
    return True


@part
def use_place(i, P, E, R):
    """Person `i` got a place: pays for it and sets out (True), or is kept from boarding (False)."""
    goal, channel = P.destination[i], P.channel[i]
    if (
        channel == VISIT
        and P.need[i] >= SUBSIDIARY
        and uniform(E.streams[PERMIT], decision_key(i, P)) < E.carrier_sanctions[goal]
    ):
        lose_place(i, P, E, R)
        return False
    note(i, PERMITTED, -1, goal, P, R)
    pay(i, FEES, E.visa_fee[goal], P, R)
    if channel == WORK or channel == SKILLED or channel == CIRCULAR:
        pay(i, RECRUITERS, cost_of_place(i, channel - WORK, goal, E, P) - E.visa_fee[goal], P, R)
    if E.country[P.place[i]] == P.origin[i]:
        note(i, DEPARTURE, -1, P.origin[i], P, R)
    return True


@part
def lose_place(i, P, E, R):
    """Person `i` was refused: thinks again, at home or where they are hosted."""
    note(i, VISA_REFUSAL, -1, P.destination[i], P, R)
    place = P.place[i]
    P.refusals[i] = one_more(P.refusals[i])
    P.destination[i] = -1
    look_tomorrow(i, P, E)
    if E.country[place] == P.origin[i]:
        P.channel[i] = 0
        put(i, INTENDING, place, P, E, R)
    else:
        P.channel[i] = REGIONAL
        begin_days(i, P, E)
        put(i, CAMP if E.camp[place] else HOSTED, place, P, E, R)
