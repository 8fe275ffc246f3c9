"""The shapes that kernels take and fill, and how they are compiled."""

from collections import namedtuple

import numba

from mixflow.sim.params import PARAMS

# No kernel makes or keeps an array, so Numba's reference counts, which would cost three times the work of an event, are off.
kernel = numba.njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
# What a kernel calls for each person is inlined: handing over some eighty arrays would cost more than the work itself.
part = numba.njit(cache=True, nogil=True, error_model="numpy", _nrt=False, forceinline=True)
allocating = numba.njit(cache=True, nogil=True, error_model="numpy")

SETTLED, ENDS_HERE = -1, -2
"""What a part of a visit returns when the person does not go on: all is done, or the journey ends where the person is.

Zero or more is a pause in days, after which the person goes on. So the code of going on and of arriving stands once in a visit.
"""

Numbers = namedtuple("Numbers", [f"{group}_{name}" for group, params in PARAMS.items() for name in params])
"""All parameters as floats, `group_name`."""

Environment = namedtuple(
    "Environment",
    [
        "day",  # int: day of the run
        "streams",  # uint64[decision]: today's stream of each decision
        "numbers",  # Numbers
        # edges
        "first",  # int32[places + 1]: edges out of place p are first[p] to first[p + 1]
        "end",  # int32[edges]
        "code",  # uint64[edges]
        "access",  # uint8[edges]
        "days",  # int16[edges]: travel time
        "price",  # float64[edges]: EUR
        "death",  # float64[edges]: probability per attempt
        "interception",  # float64[edges]: probability per attempt
        "scarce",  # bool[edges]: seats are rationed
        "cost",  # float64[edges]: believed generalised cost, log points
        # places
        "country",  # int16[places]
        "target",  # int16[places]: country whose journey ends here, or -1
        # countries
        "alternative",  # uint64[countries]: stable code
        "europe",  # bool[countries]
        "income",  # float64[countries]: EUR a head and year
        "stability",  # float64[countries]: index, about -3 to 2
        "cost_to_go",  # float64[countries, places]: generalised cost of the irregular journey
        "price_to_go",  # float64[countries, places]: EUR, cheapest irregular journey
        "near",  # float64[countries, places]: weight of nearness for a move within the region
        "far",  # float64[countries, places]: weight of the irregular journey, exp(-cost_to_go / scale)
        "regular_edge",  # int32[countries, places]: next edge of somebody with a visa, or -1
        # nationalities
        "pull_far",  # float64[countries, profiles, countries]: weight of a destination reached irregularly
        "pull_near",  # float64[countries, profiles, countries]: weight of a host country
        "pull_regular",  # float64[countries, 2, countries]: weight of a regular place for work, for family
        "pull_elsewhere",  # float64[countries]
        "all_far",  # float64[countries, profiles, places]: sum over destinations of pull_far x far
        "all_near",  # float64[countries, profiles, places]: sum over host countries of pull_near x near
        "all_regular",  # float64[countries]: sum over regular places of pull_regular
        "fare",  # float64[places]: EUR, cheapest irregular journey to anywhere in Europe
        "belief",  # float64[countries]: believed risk of death on the way to Europe
        "usual_belief",  # float: the belief that the costs to go stand for
        "success",  # float64[countries]: log10 of compatriots who made it of late
        "recognition",  # float64[countries]: share of claims recognised
        "convention",  # float64[countries]: of these, as Convention refugees
        "return_rate",  # float64[countries]
    ],
)
"""What a person meets on one day: the same for everybody, changed by nobody while people are visited."""

Output = namedtuple(
    "Output",
    [
        "census",  # int32[places, statuses]: change in the number of people
        "log",  # int64[>= 4 x people]: what happened, packed by `record.note`
        "requests",  # int64[>= people]: rows that ask for a seat
        "fill",  # int64[2]: entries used in log, in requests
    ],
)
"""What one share of the day's visits adds up to; shares are summed, so that their number changes nothing."""
