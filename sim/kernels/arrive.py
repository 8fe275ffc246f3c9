"""Step 12, arrive: apply for asylum, stay without papers, take up a permit, or be hosted in the region."""

from mixflow.sim.codes import Channel, Event, Kind, Label, Need, Status
from mixflow.sim.decisions import CLAIM, WAIT
from mixflow.sim.population import NEVER
from mixflow.sim.rng import uniform

from .forms import part
from .record import note, put

WORK, FAMILY, ASYLUM = int(Channel.WORK), int(Channel.FAMILY), int(Channel.ASYLUM)
REGULAR, PENDING, IRREGULAR = int(Status.REGULAR), int(Status.ASYLUM_PENDING), int(Status.IRREGULAR)
HOSTED, HOME = int(Status.HOSTED), int(Status.HOME)
ARRIVAL, APPLICATION, GIVING_UP = int(Event.ARRIVAL), int(Event.APPLICATION), int(Event.GIVING_UP)
PERMIT_HOLDER, APPLICANT, REGISTERED = int(Label.PERMIT_HOLDER), int(Label.APPLICANT), int(Label.REGISTERED)
NO_NEED, SUBSIDIARY = int(Need.NONE), int(Need.SUBSIDIARY)
REFUGEE = int(Kind.REFUGEE)


@part
def chance_of_claim(i, P, E):
    """Probability that person `i` claims asylum: need first, else a pragmatic weighing of the odds of recognition."""
    N = E.numbers
    if P.need[i] >= SUBSIDIARY:
        return N.arrive_claim_protection
    return min(1.0, N.arrive_claim_other * (0.5 + E.recognition[P.origin[i]]))


@part
def arrive(i, P, E, R):
    """Person `i` ends the journey here: in the country of destination, or where nothing leads on."""
    place = P.place[i]
    country = E.country[place]
    P.edge[i] = -1
    if country != P.origin[i]:
        note(i, ARRIVAL, -1, country, P, R)
    if not E.europe[country]:
        settle_as_guest(i, P, E, R)
        return
    P.wake[i] = NEVER
    if P.channel[i] == WORK or P.channel[i] == FAMILY:
        P.label[i] = PERMIT_HOLDER
        put(i, REGULAR, place, P, E, R)
    elif uniform(E.streams[CLAIM], P.key[i]) < chance_of_claim(i, P, E):
        P.channel[i] = ASYLUM
        P.label[i] = APPLICANT
        put(i, PENDING, place, P, E, R)
        note(i, APPLICATION, -1, country, P, R)
    else:
        put(i, IRREGULAR, place, P, E, R)


@part
def settle_as_guest(i, P, E, R):
    """Person `i` stays where they are: hosted abroad, or back among those at home."""
    place = P.place[i]
    P.edge[i] = -1
    P.destination[i] = -1
    if E.country[place] == P.origin[i]:
        note(i, GIVING_UP, -1, E.country[place], P, R)
        go_home(i, P, E, R)
        return
    if P.need[i] != NO_NEED:
        P.label[i] = REGISTERED
    if P.need[i] >= SUBSIDIARY:
        P.kind[i] = REFUGEE
    put(i, HOSTED, place, P, E, R)
    look = E.numbers.return_hosted_look_days
    P.wake[i] = E.day + int(min(1.0 + look * (0.5 + uniform(E.streams[WAIT], P.key[i])), 2000.0))


@part
def go_home(i, P, E, R):
    """Person `i` is home again and will be counted with those who never left."""
    P.edge[i] = -1
    P.destination[i] = -1
    put(i, HOME, P.home[i], P, E, R)
    P.wake[i] = NEVER
