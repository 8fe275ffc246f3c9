"""What those displaced, hosted or refused do next, in a first form: wait, move on, go home, be returned."""

from mixflow.sim.codes import Channel, Direction, Event, Status
from mixflow.sim.decisions import RETURN, WAIT
from mixflow.sim.population import NEVER
from mixflow.sim.rng import uniform

from .arrive import go_home
from .choose import far_country, reconsider
from .forms import SETTLED, part
from .move import means
from .record import note, put

STAY, ONWARD = int(Direction.STAY), int(Direction.FAR_IRREGULAR)
BY_SMUGGLER = int(Channel.IRREGULAR)
RETURNED, IRREGULAR = int(Status.RETURNED), int(Status.IRREGULAR)
ONWARD_MOVE, RETURNING, HOMECOMING = int(Event.ONWARD), int(Event.RETURN), int(Event.HOMECOMING)


@part
def look_again(i, P, E):
    """Set the day on which person `i`, displaced or hosted, looks at the future again."""
    look = E.numbers.return_hosted_look_days
    P.wake[i] = E.day + int(min(1.0 + look * (0.5 + uniform(E.streams[WAIT], P.key[i])), 2000.0))


@part
def look_at_future(i, P, E, R):
    """Person `i`, displaced or hosted, stays or goes home (SETTLED), or moves on to Europe (no pause)."""
    what = reconsider(i, P, E)
    if what == STAY:
        look_again(i, P, E)
    elif what == ONWARD:
        goal = far_country(i, P, E)
        if E.price_to_go[goal, P.place[i]] > means(i, P, E):
            N = E.numbers
            P.wealth[i] += N.traits_saving_share * E.income[E.country[P.place[i]]] * N.return_hosted_look_days / 365.0
            look_again(i, P, E)
            return SETTLED
        P.channel[i] = BY_SMUGGLER
        P.destination[i] = goal
        note(i, ONWARD_MOVE, -1, E.country[P.place[i]], P, R)
        return 0
    else:
        note(i, HOMECOMING, -1, E.country[P.place[i]], P, R)
        go_home(i, P, E, R)
    return SETTLED


@part
def after_refusal(i, P, E, R):
    """Person `i` was refused: returned, or stays without a right to."""
    country = E.country[P.place[i]]
    P.wake[i] = NEVER
    if uniform(E.streams[RETURN], P.key[i]) < E.return_rate[P.origin[i]]:
        note(i, RETURNING, -1, country, P, R)
        put(i, RETURNED, P.home[i], P, E, R)
    else:
        put(i, IRREGULAR, P.place[i], P, E, R)
