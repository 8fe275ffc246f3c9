"""Step 8, choose: a nested logit over {stay, region, far irregular, far regular, elsewhere}, then the country within the nest.

With systematic utility V of nest n and inclusive value over its countries d, U_n = V_n + s ln sum_d w_d, P(n) ~ exp(U_n) and
P(d | n) ~ w_d, where w_d = exp(V_d / s) comes ready-made in the tables of pulls and s is the dissimilarity of McFadden's nested
logit (1978). Both levels are races of exponentials, one draw per person and alternative.
"""

import math

import numpy as np

from mixflow.sim.codes import Direction, Profile
from mixflow.sim.decisions import DESTINATION, DIRECTION, ONWARD
from mixflow.sim.rng import exponential_alt

from .forms import kernel, part

STAY, REGION, FAR_IRREGULAR = int(Direction.STAY), int(Direction.REGION), int(Direction.FAR_IRREGULAR)
FAR_REGULAR, ELSEWHERE = int(Direction.FAR_REGULAR), int(Direction.ELSEWHERE)
FLIGHT = int(Profile.FLIGHT)


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
def utility_irregular(i, place, constant, P, E):
    """Utility of setting out for Europe without a visa; minus infinity where nothing can be reached.

    The costs to go hold price and danger as somebody of reference income and usual belief feels them; what is added here is
    how person `i` differs.
    """
    N = E.numbers
    origin = P.origin[i]
    total = E.all_far[origin, P.profile[i], place]
    if total <= 0.0:
        return -math.inf
    return (
        constant
        + N.choose_scale_nest * math.log(total)
        - N.choose_cost * E.fare[place] * (1.0 / E.income[origin] - 1.0 / N.choose_reference_income)
        - N.choose_danger * 100.0 * (E.belief[origin] * 2.0 * P.risk[i] - E.usual_belief)
        + N.beliefs_success * E.success[origin]
        + P.optimism[i]
    )


@part
def direction(i, P, E):
    """The nest that person `i`, at home and about to leave, chooses: a value of `Direction`."""
    N = E.numbers
    origin, profile, place, key = P.origin[i], P.profile[i], P.place[i], P.key[i]
    stream = E.streams[DIRECTION]
    stay = N.choose_inside if profile == FLIGHT else N.choose_stay
    best = STAY
    least = exponential_alt(stream, key, STAY) * math.exp(-stay)
    total = E.all_near[origin, profile, place]
    if total > 0.0:
        utility = N.choose_region + N.choose_scale_nest * math.log(total)
        race = exponential_alt(stream, key, REGION) * math.exp(-utility)
        if race < least:
            best, least = REGION, race
    utility = utility_irregular(i, place, N.choose_far_irregular, P, E)
    race = exponential_alt(stream, key, FAR_IRREGULAR) * math.exp(-utility)
    if race < least:
        best, least = FAR_IRREGULAR, race
    total = E.all_regular[origin]
    if total > 0.0 and P.documents[i] and profile != FLIGHT:
        utility = N.choose_far_regular + N.choose_scale_nest * math.log(total)
        race = exponential_alt(stream, key, FAR_REGULAR) * math.exp(-utility)
        if race < least:
            best, least = FAR_REGULAR, race
    if E.pull_elsewhere[origin] > 0.0 and profile != FLIGHT:
        race = exponential_alt(stream, key, ELSEWHERE) * math.exp(-N.choose_elsewhere) / E.pull_elsewhere[origin]
        if race < least:
            best = ELSEWHERE
    return best


@part
def race_of_countries(i, pull, reach, P, E):
    """The country that wins person `i`'s race with weights pull x reach, or -1 where none can be reached."""
    best, least = -1, math.inf
    for d in range(E.europe.size):
        weight = pull[P.origin[i], P.profile[i], d] * reach[d, P.place[i]]
        if weight > 0.0:
            race = exponential_alt(E.streams[DESTINATION], P.key[i], E.alternative[d]) / weight
            if race < least:
                best, least = d, race
    return best


@part
def host_country(i, P, E):
    """The country of the region that person `i` makes for."""
    return race_of_countries(i, E.pull_near, E.near, P, E)


@part
def far_country(i, P, E):
    """The European country that person `i` makes for without a visa."""
    return race_of_countries(i, E.pull_far, E.far, P, E)


@part
def regular_place(i, P, E):
    """The regular place that person `i` applies for, as 2 x country + (0 work, 1 family), or -1."""
    best, least = -1, math.inf
    for d in range(E.europe.size):
        for c in range(2):
            weight = E.pull_regular[P.origin[i], c, d]
            if weight > 0.0:
                race = exponential_alt(E.streams[DESTINATION], P.key[i], E.alternative[d] + np.uint64(c)) / weight
                if race < least:
                    best, least = 2 * d + c, race
    return best


@part
def reconsider(i, P, E):
    """What person `i`, displaced or hosted, does next: STAY, FAR_IRREGULAR (move on), or ELSEWHERE, which here means home."""
    N = E.numbers
    origin, place, key = P.origin[i], P.place[i], P.key[i]
    stream = E.streams[ONWARD]
    best = STAY
    least = exponential_alt(stream, key, STAY)
    utility = utility_irregular(i, place, N.choose_onward, P, E)
    race = exponential_alt(stream, key, FAR_IRREGULAR) * math.exp(-utility)
    if race < least:
        best, least = FAR_IRREGULAR, race
    utility = N.choose_go_home + N.choose_home_stability * E.stability[origin]
    race = exponential_alt(stream, key, ELSEWHERE) * math.exp(-utility)
    if race < least:
        best = ELSEWHERE
    return best
