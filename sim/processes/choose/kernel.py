"""Step 8, choose: a nested logit over {stay, region, far}; within far, over the ways {irregular, regular, elsewhere}; then the
country within the way; for a regular place, first the channel.

With systematic utility V of way n and inclusive value over its countries d, U_n = V_n + s ln sum_d w_d and P(d | n) ~ w_d, where
w_d = exp(V_d / s) comes from `destination_attractiveness` and s is the dissimilarity of McFadden's nested logit (1978). Far has
U = t ln sum_n exp(U_n / t): with t below 1, ways abroad stand in for one another more than for staying, so that somebody who loses
one turns to another. All levels are races of exponentials, one draw per person and alternative.
"""

import math

import numpy as np

from mixflow.sim.base.codes import REGULAR_CHANNEL_CODES, Alternative, Audience, Channel, DepartureType, Status
from mixflow.sim.base.decisions import DESTINATION, DIRECTION, ONWARD, PERMIT
from mixflow.sim.base.rng import exponential_alt, uniform_alt

from ...base.forms import kernel, part
from ...base.race import at_least, wins, wins_against
from ...people.draw_keys import decision_key
from ...people.looks import chance_at_look, look_again
from ..move.kernel import ability_to_pay
from .inclusive_values_kernel import is_open

STAY, REGION, FAR_IRREGULAR = int(Alternative.STAY), int(Alternative.REGION), int(Alternative.FAR_IRREGULAR)
FAR_REGULAR, ELSEWHERE = int(Alternative.FAR_REGULAR), int(Alternative.ELSEWHERE)
FLIGHT = int(DepartureType.FLIGHT)
INTENDING, PREPARING = int(Status.INTENDING), int(Status.PREPARING)
AT_HOME, TIED, NEAR = int(Audience.HOME), int(Audience.TIED), int(Audience.NEAR)
WORK, SKILLED, FAMILY = int(Channel.WORK), int(Channel.SKILLED), int(Channel.FAMILY)
CIRCULAR, VISIT, FREE_MOVEMENT = int(Channel.CIRCULAR), int(Channel.VISIT), int(Channel.FREE_MOVEMENT)
INTEGRATE, GO_HOME = (
    int(Alternative.REGION),
    int(Alternative.ELSEWHERE),
)  # of `reconsider`; the numbers also name its draws
PERIOD = (
    180.0 / 365.0
)  # years in which the utilities of `reconsider` hold against staying: the time a look covered in the fit
SOON = 0.01  # years: a person who has just fled hopes as much as after some days
FURTHEST = 700.0  # log points beyond which an alternative is out of the question; the exponential of more is no number
FAR = 5  # the nest of all ways abroad beyond the region: a draw of its own beside those of `Alternative`
CHANNELS = len(REGULAR_CHANNEL_CODES)


@kernel
def sum_over_countries(pull, reach, total):
    """Inclusive sums of a nest: total[o, f, p] = sum over d of pull[o, f, d] reach[d, p], always in the same order."""
    for o in range(pull.shape[0]):
        for f in range(pull.shape[1]):
            for p in range(reach.shape[1]):
                total[o, f, p] = 0.0
            for d in range(pull.shape[2]):
                if pull[o, f, d] > 0.0:
                    for p in range(reach.shape[1]):
                        total[o, f, p] += pull[o, f, d] * reach[d, p]


@part
def audience(i, P):
    """What news person `i` hears: that of those at home, of those with kin abroad, or of those on the way."""
    if P.status[i] != INTENDING and P.status[i] != PREPARING:
        return NEAR
    return TIED if P.tie[i] >= 0 else AT_HOME


@part
def utility_irregular(i, place, constant, P, E):
    """Utility of setting out for a destination without a visa; minus infinity where nothing can be reached.

    The costs to go hold price and danger as somebody of reference income and usual belief feels them; what is added here is
    how person `i` differs. A price of many years of income is felt in proportion no more: what can be paid decides apart.
    """
    N = E.numbers
    origin = P.origin[i]
    inclusive_value = E.inclusive_value_irregular[origin, P.profile[i], place]
    if inclusive_value == -math.inf:
        return -math.inf
    a = audience(i, P)
    return (
        constant
        + inclusive_value
        - E.fare_disutility[a, origin, place]
        - N.choose_beta_danger
        * 100.0
        * (E.believed_death_prob[a, origin] * 2.0 * P.risk_aversion[i] - E.reference_death_prob)
        + N.choose_beta_believed_recognition * (E.believed_recognition_prob[a, origin] - 0.5)
        + N.beliefs_beta_recent_arrivals * E.log_recent_arrivals[a, origin]
        + P.optimism[i]
    )


@part
def may_apply(i, c, P, E):
    """Whether person `i` may ask for the regular place of index `c`: documents, age, kin, need and skill."""
    return P.documents[i] != 0 and is_open(c, P.need[i], P.skill[i], P.tie[i] >= 0, works(i, P), E.open_to)


@part
def works(i, P):
    """Whether person `i` is neither too young nor too old to work."""
    return P.age[i] != 0 and P.age[i] != 3


@part
def utility_regular(i, constant, P, E):
    """Utility of a regular place; minus infinity where there is none that person `i` may ask for."""
    if not P.documents[i]:
        return -math.inf
    inclusive_value = E.inclusive_value_regular[
        P.origin[i], P.need[i], P.skill[i], int(P.tie[i] >= 0), int(works(i, P))
    ]
    return constant + inclusive_value - E.numbers.choose_beta_refused * P.refusals[i]


@part
def utility_elsewhere(i, P, E):
    """Utility of going to another continent; minus infinity for those who flee, or where no compatriots are known there."""
    return -math.inf if P.profile[i] == FLIGHT else E.utility_of_elsewhere[P.origin[i]]


@part
def weight_of_far(irregular, regular, elsewhere, E):
    """exp of the inclusive utility of all ways abroad beyond the region; 0 where there is none."""
    most, t = max(irregular, regular, elsewhere), E.numbers.choose_lambda_mode
    if most == -math.inf:
        return 0.0
    total = _share(irregular, most, t) + _share(regular, most, t) + _share(elsewhere, most, t)
    return math.exp(most) * total**t


@part
def _share(utility, most, t):
    """exp of how far a way lies below the best one, which is 1 for itself and 0 for one that does not exist."""
    if utility == most:
        return 1.0
    return math.exp((utility - most) / t) if utility > -math.inf else 0.0


@part
def goes_far(u, irregular, regular, elsewhere, least, E):
    """Whether the nest of all ways abroad, with this draw, wins the race against `least`."""
    most = max(irregular, regular, elsewhere)
    if most == -math.inf or at_least(u) >= least * 3.0 * math.exp(most):
        return False  # together, three ways weigh no more than three times the best
    weight = weight_of_far(irregular, regular, elsewhere, E)
    return weight > 0.0 and -math.log(u) / weight < least


@part
def way_abroad(stream, key, irregular, regular, elsewhere, E):
    """The way that wins a person's race: FAR_IRREGULAR, FAR_REGULAR or ELSEWHERE."""
    most, t = max(irregular, regular, elsewhere), E.numbers.choose_lambda_mode
    best, least = (
        FAR_IRREGULAR,
        exponential_alt(stream, key, FAR_IRREGULAR) * math.exp(min((most - irregular) / t, FURTHEST)),
    )
    race = exponential_alt(stream, key, FAR_REGULAR) * math.exp(min((most - regular) / t, FURTHEST))
    if race < least:
        best, least = FAR_REGULAR, race
    race = exponential_alt(stream, key, ELSEWHERE) * math.exp(min((most - elsewhere) / t, FURTHEST))
    if race < least:
        best = ELSEWHERE
    return best


@part
def direction(i, P, E):
    """What person `i`, at home and about to leave, chooses: a value of `Alternative`."""
    N = E.numbers
    flees = P.profile[i] == FLIGHT
    origin, profile, place, key = P.origin[i], P.profile[i], P.place[i], decision_key(i, P)
    stream = E.streams[DIRECTION]
    best = STAY
    least = exponential_alt(stream, key, STAY) * math.exp(-(N.choose_asc_stay_refugee if flees else N.choose_asc_stay))
    inclusive_value = E.inclusive_value_region[origin, profile, place]
    if inclusive_value > -math.inf:
        utility = (N.choose_asc_region_refugee if flees else N.choose_asc_region) + inclusive_value
        race = wins_against(uniform_alt(stream, key, REGION), math.exp(-utility), least)
        if race < least:
            best, least = REGION, race
    irregular = utility_irregular(i, place, N.choose_asc_irregular_refugee if flees else N.choose_asc_irregular, P, E)
    regular = utility_regular(i, N.choose_asc_regular_refugee if flees else N.choose_asc_regular, P, E)
    elsewhere = utility_elsewhere(i, P, E)
    if goes_far(uniform_alt(stream, key, FAR), irregular, regular, elsewhere, least, E):
        best = way_abroad(stream, key, irregular, regular, elsewhere, E)
    return best


@part
def race_of_countries(i, pull, reach, P, E):
    """The country that wins person `i`'s race with weights pull x reach, or -1 where none can be reached.

    The draws are the person's for life: a person who looks again prefers the same country, unless something has changed.
    """
    best, least, key = -1, math.inf, P.key[i]
    for d in range(E.alternative.size):
        weight = pull[P.origin[i], P.profile[i], d] * reach[d, P.place[i]]
        if weight > 0.0:
            race = wins(uniform_alt(E.streams[DESTINATION], key, E.alternative[d]), weight, least)
            if race < least:
                best, least = d, race
    return best


@part
def host_country(i, P, E):
    """The country of the region that person `i` makes for."""
    return race_of_countries(i, E.attractiveness_region, E.near, P, E)


@part
def far_country(i, P, E):
    """The destination that person `i` makes for without a visa."""
    return race_of_countries(i, E.attractiveness_irregular, E.far, P, E)


@part
def regular_channel(i, P, E):
    """Index of the regular channel that person `i` asks for a place in, or -1."""
    best, least, key = -1, math.inf, decision_key(i, P)
    for c in range(CHANNELS):
        weight = E.all_regular[P.origin[i], c]
        if weight > 0.0 and may_apply(i, c, P, E):
            race = wins(uniform_alt(E.streams[PERMIT], key, np.uint64(c)), weight, least)
            if race < least:
                best, least = c, race
    return best


@part
def regular_country(i, c, P, E):
    """The country that person `i` asks for a place of channel index `c`: where kin are, for family; -1 for none."""
    if c + WORK == FAMILY:
        return P.tie[i]
    best, least, key = -1, math.inf, P.key[i]
    for d in range(E.alternative.size):
        weight = E.attractiveness_regular[P.origin[i], c, d]
        if weight > 0.0:
            race = wins(uniform_alt(E.streams[DESTINATION], key, E.alternative[d]), weight, least)
            if race < least:
                best, least = d, race
    return best


@part
def cost_of_place(i, c, country, E, P):
    """EUR that a regular place costs: the visa, and for work what recruiters take."""
    channel = c + WORK
    recruited = channel == WORK or channel == SKILLED or channel == CIRCULAR
    months = E.recruitment_fee[P.origin[i]] if recruited else 0.0
    return E.visa_fee[country] + months * E.wages[country] / 12.0


@part
def can_pay_place(i, c, country, P, E):
    """Whether person `i` has, or can borrow against wages to come, what a place costs."""
    return (
        cost_of_place(i, c, country, E, P) <= ability_to_pay(i, P, E) + E.numbers.traits_wage_credit * E.wages[country]
    )


@part
def _readiness(i, years, P, E):
    """How ready person `i`, displaced or hosted for so many years, is to begin a life elsewhere, log points.

    Who fled is the readier, the more people flee from home; but while they hope to go home soon, they wait.
    """
    N = E.numbers
    ready = N.choose_asc_onward
    if P.profile[i] == FLIGHT:
        ready += N.hosted_beta_origin_threat * E.unsafe[P.origin[i]]
        if N.hosted_hope_of_return_years > 0.0:
            ready += math.log(1.0 - math.exp(-max(years, SOON) / N.hosted_hope_of_return_years))
    return ready


@part
def _welfare(country, E):
    """How much better than usual the hosted live in a country, by aid and rights to work, log points."""
    N = E.numbers
    lives = N.hosted_welfare_aid * E.aid[country] + (1.0 - N.hosted_welfare_aid) * E.work_rights[country]
    return N.hosted_beta_welfare * (lives - N.hosted_welfare_usual)


@part
def reconsider(i, P, E):
    """What person `i`, displaced or hosted, decides at this look; sets the next one. STAY, FAR_IRREGULAR (move on), FAR_REGULAR
    (apply), INTEGRATE (for good where they are), or GO_HOME.

    Solutions become rarer with time (log of the years in the status), and so does moving on: those set on it go first. How people
    live where they are moves them on, or keeps them; it is not what takes them home. Who fled does not go back to what others flee.

    With W the weights of all alternatives together, against staying, a competing hazard of ln(1 + W) a `PERIOD` is shared among
    them in proportion. Over one period, these are the probabilities of a logit, however often people look: see `looks`.
    """
    N = E.numbers
    origin, place, key = P.origin[i], P.place[i], decision_key(i, P)
    country = E.country[place]
    stream = E.streams[ONWARD]
    abroad = country != origin
    years = max(E.day - P.since[i], 0) / 365.0
    long = math.log(1.0 + years)
    worn = N.hosted_duration_dependence_solutions * long
    welfare = _welfare(country, E) if abroad else 0.0
    utility = (
        N.choose_asc_go_home + N.choose_beta_home_stability * E.stability[origin] - worn - N.return_skill * P.skill[i]
    )
    utility -= N.choose_beta_return_from_abroad if abroad else 0.0
    utility -= N.choose_beta_home_threat * E.unsafe[origin] if P.profile[i] == FLIGHT else 0.0
    home = math.exp(utility)
    onward = _readiness(i, years, P, E)
    irregular = (
        utility_irregular(i, place, onward, P, E)
        - welfare
        + E.log_anticipation[place]
        - N.hosted_duration_dependence_onward * long
    )
    regular = utility_regular(i, onward + N.hosted_asc_apply, P, E) if abroad else -math.inf
    integrated = E.temporary_integration[country] * PERIOD * math.exp(-worn) if abroad else 0.0
    leaving = home + integrated + weight_of_far(irregular, regular, -math.inf, E)
    rate, every = math.log1p(leaving) / PERIOD, P.every[i]
    look_again(i, N.hosted_decision_days, rate, P, E)
    if uniform_alt(stream, key, STAY) >= chance_at_look(rate, every):
        return STAY
    best, least = STAY, math.inf
    race = wins(uniform_alt(stream, key, GO_HOME), home, least)
    if race < least:
        best, least = GO_HOME, race
    race = wins(uniform_alt(stream, key, INTEGRATE), integrated, least)
    if race < least:
        best, least = INTEGRATE, race
    if goes_far(uniform_alt(stream, key, FAR), irregular, regular, -math.inf, least, E):
        best = way_abroad(stream, key, irregular, regular, -math.inf, E)
    return best
