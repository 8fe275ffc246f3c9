"""Step 12, arrive: claim asylum, stay without papers, take up a permit, or be hosted in the region."""

import math

from mixflow.sim.base.clock import LONGEST_PAUSE, NEVER
from mixflow.sim.base.codes import AgentClass, Audience, Channel, Event, LegalStatus, Need, Status
from mixflow.sim.base.decisions import CLAIM, FIRST_COUNTRY, WAIT
from mixflow.sim.base.rng import uniform, uniform_alt

from ...accounts.record import close_accounts, note, put
from ...base.forms import part
from ...people.draw_keys import decision_key, stop_code
from ...people.elapsed import begin_days
from ...people.looks import look_tomorrow

ASYLUM, IRREGULAR_WAY, OVERSTAY = int(Channel.ASYLUM), int(Channel.IRREGULAR), int(Channel.OVERSTAY)
WORK, STUDY, HUMANITARIAN = int(Channel.WORK), int(Channel.STUDY), int(Channel.HUMANITARIAN)
CIRCULAR, PARTNERSHIP, VISIT = int(Channel.CIRCULAR), int(Channel.PARTNERSHIP), int(Channel.VISIT)
FREE_MOVEMENT, RESETTLEMENT = int(Channel.FREE_MOVEMENT), int(Channel.RESETTLEMENT)
REGIONAL = int(Channel.REGIONAL)
REGULAR, PENDING, IRREGULAR = int(Status.REGULAR), int(Status.ASYLUM_PENDING), int(Status.IRREGULAR)
PROTECTED, CAMP = int(Status.PROTECTED), int(Status.CAMP)
HOSTED, HOME = int(Status.HOSTED), int(Status.HOME)
ARRIVAL, SECONDARY_ARRIVAL = int(Event.ARRIVAL), int(Event.SECONDARY_ARRIVAL)
APPLICATION, GIVING_UP = int(Event.APPLICATION), int(Event.GIVING_UP)
TRANSFER_OUT, TRANSFER_IN = int(Event.TRANSFER_OUT), int(Event.TRANSFER_IN)
PERMIT_HOLDER, APPLICANT, REGISTERED = (
    int(LegalStatus.PERMIT_HOLDER),
    int(LegalStatus.APPLICANT),
    int(LegalStatus.REGISTERED),
)
HUMANITARIAN_STATUS, CONVENTION_REFUGEE = int(LegalStatus.HUMANITARIAN_STATUS), int(LegalStatus.CONVENTION_REFUGEE)
NO_NEED, SUBSIDIARY = int(Need.NONE), int(Need.SUBSIDIARY)
REFUGEE = int(AgentClass.REFUGEE)
NEAR = int(Audience.NEAR)


@part
def has_visa(channel):
    """Whether a channel brings a visa: from WORK to RESETTLEMENT."""
    return WORK <= channel <= RESETTLEMENT


@part
def look_later(i, mean, P, E):
    """Set the day on which something is due once: between half and one and a half times a mean number of days from now."""
    P.wake[i] = E.day + int(
        min(1.0 + mean * (0.5 + uniform_alt(E.streams[WAIT], decision_key(i, P), stop_code(i, P))), LONGEST_PAUSE)
    )


@part
def chance_of_claim(i, country, P, E):
    """Probability that person `i` claims asylum here: need, believed odds and housing, against life without papers.

    Odds are believed of all destinations together; people who have arrived see how far this country is stricter or more generous.
    """
    N = E.numbers
    need = N.arrive_claim_protection if P.need[i] >= SUBSIDIARY else N.arrive_claim_other
    odds = E.believed_recognition_prob[NEAR, P.origin[i]]
    odds = odds / (odds + (1.0 - odds) * math.exp(-E.recognition_shift[country]))
    utility = need + N.arrive_claim_odds * (odds - 0.5) + N.arrive_claim_welfare * (E.welfare[country] - 0.5)
    return 1.0 / (1.0 + math.exp(-utility))


@part
def arrive(i, P, E, R):
    """Person `i` ends the journey here: in the country of destination, or where nothing leads on."""
    place = P.place[i]
    country = E.country[place]
    channel = P.channel[i]
    P.edge[i] = -1
    P.target_border[i] = -1
    begin_days(i, P, E)
    if country != P.origin[i]:
        note(i, SECONDARY_ARRIVAL if P.moved_on[i] else ARRIVAL, -1, country, P, R)
        P.moved_on[i] = 0
    if is_guest(i, country, P, E):
        settle_as_guest(i, P, E, R)
        return
    look_tomorrow(i, P, E)
    if channel == HUMANITARIAN or channel == RESETTLEMENT:
        P.label[i] = CONVENTION_REFUGEE if channel == RESETTLEMENT else HUMANITARIAN_STATUS
        P.kind[i] = REFUGEE
        put(i, PROTECTED, place, P, E, R)
    elif has_visa(channel) and not (channel == VISIT and wants_to_claim(i, country, P, E)):
        P.label[i] = PERMIT_HOLDER
        put(i, REGULAR, place, P, E, R)
        P.until[i] = min(E.day + int(permit_days(channel, E)), NEVER)
        look_when_permit_ends(i, P, E)
    elif wants_to_claim(i, country, P, E):
        claim(i, P, E, R)
    else:
        put(i, IRREGULAR, place, P, E, R)


@part
def is_guest(i, country, P, E):
    """Whether person `i` is hosted here or back home, rather than a claimant, a holder of a permit, or without papers."""
    channel = P.channel[i]
    if country == P.origin[i]:
        return True
    if channel == REGIONAL and E.hosts[country]:
        return not (E.asylum_system[country] and wants_to_claim(i, country, P, E))
    if E.destination_state[country]:
        return False
    return not (E.admits[country] and has_visa(channel))


@part
def look_when_permit_ends(i, P, E):
    """Person `i`, who has a permit, looks at life on the day on which it ends, or before."""
    if E.day < P.until[i] and P.until[i] < P.wake[i]:
        P.wake[i] = P.until[i]


@part
def permit_days(channel, E):
    """Days that a permit lasts at first; for ever for family and those who move freely."""
    N = E.numbers
    if channel == VISIT:
        return N.permit_visit_days
    if channel == CIRCULAR:
        return N.permit_circular_days
    if channel == STUDY:
        return N.permit_study_days
    if channel == PARTNERSHIP or channel == WORK:
        return N.permit_work_days
    return float(NEVER)


@part
def wants_to_claim(i, country, P, E):
    """Whether person `i` claims asylum now."""
    if not E.asylum_system[country] or (P.channel[i] == VISIT and P.need[i] < SUBSIDIARY):
        return False
    return uniform(E.streams[CLAIM], decision_key(i, P)) < chance_of_claim(i, country, P, E)


@part
def claim(i, P, E, R):
    """Person `i` asks for asylum here, or is sent back to the first state with an asylum system on the way and asks there."""
    place = P.place[i]
    if P.channel[i] == IRREGULAR_WAY or P.channel[i] == OVERSTAY:
        P.channel[i] = ASYLUM
    P.label[i] = APPLICANT
    entry = P.entry[i]
    elsewhere = entry >= 0 and E.country[entry] != E.country[place]
    if elsewhere and uniform(E.streams[FIRST_COUNTRY], decision_key(i, P)) < E.first_country[E.country[place]]:
        note(i, TRANSFER_OUT, -1, E.country[place], P, R)
        note(i, TRANSFER_IN, -1, E.country[entry], P, R)
        place = entry
    put(i, PENDING, place, P, E, R)
    note(i, APPLICATION, -1, E.country[place], P, R)


@part
def settle_as_guest(i, P, E, R):
    """Person `i` stays where they are: hosted abroad, moving freely there, or back among those at home."""
    place = P.place[i]
    country = E.country[place]
    P.edge[i] = -1
    P.destination[i] = -1
    if country == P.origin[i]:
        note(i, GIVING_UP, -1, country, P, R)
        go_home(i, P, E, R)
        return
    if P.channel[i] == FREE_MOVEMENT:
        P.label[i] = PERMIT_HOLDER
        put(i, REGULAR, place, P, E, R)
        look_tomorrow(i, P, E)
        return
    if P.need[i] != NO_NEED:
        P.label[i] = REGISTERED
    if P.need[i] >= SUBSIDIARY:
        P.kind[i] = REFUGEE
    put(i, CAMP if E.camp[place] else HOSTED, place, P, E, R)
    look_tomorrow(i, P, E)


@part
def go_home(i, P, E, R):
    """Person `i` is home again and will be counted with those who never left."""
    P.edge[i] = -1
    P.destination[i] = -1
    close_accounts(i, P, R)
    put(i, HOME, P.home[i], P, E, R)
    P.wake[i] = NEVER
