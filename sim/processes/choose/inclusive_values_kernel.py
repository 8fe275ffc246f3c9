"""What alternatives are worth to many people alike: the parts of step 8's utilities that hold for a month, computed once.

All of it is computed here and not with NumPy, whose logarithms differ in their last bit with the processor.
"""

import math

import numpy as np

from mixflow.sim.base.codes import Channel

from ...base.forms import kernel, part

WORK, FAMILY = int(Channel.WORK), int(Channel.FAMILY)
VISIT, FREE_MOVEMENT = int(Channel.VISIT), int(Channel.FREE_MOVEMENT)


@kernel
def logs(values, scale, table):
    """Fill `table` with scale x ln of each of `values` (both float64, any number of them); minus infinity where there is none."""
    for k in range(values.size):
        table[k] = scale * math.log(values[k]) if values[k] > 0.0 else -math.inf


@kernel
def fare_disutilities(origins, fare, log_price_misperception, local_earnings, weight, reference, table):
    """What fares to destinations weigh above what they weigh on somebody of reference income, log points.

    Parameters
    ----------
    origins
        bool[countries]: whose people there are; for others nothing is filled.
    fare
        float64[countries, places]: EUR, the mean irregular journey to where people of a nationality go without a visa.
    log_price_misperception
        float64[audiences, countries]: believed over true price, log points.
    local_earnings
        float64[countries, places]: what people of a nationality earn at a place, EUR a year.
    weight, reference
        Weight of cost; reference income, EUR.
    table
        float64[audiences, countries, places]: filled here.
    """
    for o in range(log_price_misperception.shape[1]):
        if not origins[o]:
            continue
        for p in range(fare.shape[1]):
            table[0, o, p] = math.log1p(fare[o, p] / reference)  # as usual, until the last audience takes its place
        for a in range(log_price_misperception.shape[0] - 1, -1, -1):
            over = math.exp(log_price_misperception[a, o])
            for p in range(fare.shape[1]):
                table[a, o, p] = weight * (math.log1p(fare[o, p] * over / local_earnings[o, p]) - table[0, o, p])


@kernel
def utilities_of_elsewhere(pull, reference_wage, constant, fare, weight, reference, table):
    """Utility of going to another continent by nationality (float64[countries]); minus infinity where none is known there."""
    for o in range(pull.size):
        table[o] = -math.inf
        if pull[o] > 0.0:
            felt = math.log1p(fare / reference_wage[o]) - math.log1p(fare / reference)
            table[o] = constant + math.log(pull[o]) - weight * felt


@part
def is_open(c, need, skill, tied, grown, open_to):
    """Whether the regular place of index `c` may be asked for by somebody with documents: by need, skill, kin and age."""
    if not open_to[c, need, skill]:
        return False
    channel = c + WORK
    if channel == FAMILY:
        return tied
    return grown or channel == FREE_MOVEMENT or channel == VISIT


@kernel
def inclusive_values_regular(total, open_to, scale, table):
    """What all regular places together are worth to those who may ask for them.

    Parameters
    ----------
    total
        float64[countries, permits]: weight of each channel by nationality.
    open_to
        bool[permits, needs, skills]: who may apply.
    scale
        Dissimilarity of the nest.
    table
        float64[countries, needs, skills, 2, 2]: filled here, log points, for those without and with kin abroad, and those who are
        too young or old to work and those who are not; minus infinity where there is nothing to ask for.
    """
    for index in np.ndindex(table.shape):
        origin, need, skill, tied, grown = index
        weight = 0.0
        for c in range(total.shape[1]):
            if total[origin, c] > 0.0 and is_open(c, need, skill, tied == 1, grown == 1, open_to):
                weight += total[origin, c]
        table[index] = scale * math.log(weight) if weight > 0.0 else -math.inf
