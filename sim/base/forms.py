"""The shapes that kernels take and fill, and how they are compiled."""

from collections import namedtuple
from typing import Any

import numba

from mixflow.sim.base.levers import MET
from mixflow.sim.base.params import PARAMS

# No kernel makes or keeps an array, so Numba's reference counts, which would cost three times the work of an event, are off.
kernel = numba.njit(cache=True, nogil=True, error_model="numpy", _nrt=False, no_cfunc_wrapper=True)
# What a kernel calls for each person is inlined: handing over some eighty arrays would cost more than the work itself. Only kernels
# call it, never Python, which would crash: without wrappers, which unpack all those arrays, it compiles in a third of the time.
part = numba.njit(
    cache=True,
    nogil=True,
    error_model="numpy",
    _nrt=False,
    forceinline=True,
    no_cpython_wrapper=True,
    no_cfunc_wrapper=True,
)
allocating = numba.njit(cache=True, nogil=True, error_model="numpy")

SETTLED, ENDS_HERE = -1, -2
"""What a part of a visit returns when the person does not go on: all is done, or the journey ends where the person is.

Zero or more is a pause in days, after which the person goes on. So the code of going on and of arriving stands once in a visit.
"""

Numbers = namedtuple("Numbers", [f"{group}_{name}" for group, params in PARAMS.items() for name in params])
"""All parameters as floats, `group_name`."""

FIELDS = [
    "day",  # int: day of the run
    "streams",  # uint64[decision]: the run's stream of each decision
    "numbers",  # Numbers
    # edges
    "start",  # int32[edges]
    "end",  # int32[edges]
    "code",  # uint64[edges]
    "access",  # uint8[edges]
    "days",  # int16[edges]: travel time
    "price",  # float64[edges]: EUR
    "smuggled",  # bool[edges]: the price goes to a smuggler
    "death",  # float64[edges]: probability per attempt
    "interception",  # float64[edges]: probability per attempt
    "pushback",  # float64[edges]: share of those stopped
    "extortion",  # float64[edges]: probability per attempt
    "pass_share",  # float64[edges]: share let through where seats are not scarce
    "scarce",  # bool[edges]: seats are rationed
    "cost",  # float64[edges]: believed generalised cost, log points
    "danger",  # float64[edges]: believed probability of death per attempt
    # places
    "country",  # int16[places]
    "target",  # int16[places]: country whose journey ends here, or -1
    "camp",  # bool[places]
    "anticipation_factor",  # float64[places]: how much the fear of closing doors hurries people, 1 for not at all
    "zone",  # int16[places]: places between which everybody may move
    "first_border_edge",  # int32[zones + 1]: border edges out of zone z are those from its number here up to the next zone's
    "border_edges",  # int32[border edges]
    "cost_within_zone",  # float64[places, places]: cost of going there within the zone, infinite where there is no way
    "next_edge_within_zone",  # int32[places, places]: next edge on that way, or -1
    "next_edge_home",  # int32[countries, places]: next edge to where a journey to the country ends within the zone, or -1
    # countries
    "alternative",  # uint64[countries]: stable code
    "destination_state",  # bool[countries]: journeys without a visa end there
    "asylum_system",  # bool[countries]: claims are made and decided there
    "admits",  # bool[countries]: regular places are given there
    "hosts",  # bool[countries]: people of the region are hosted there
    "wages",  # float64[countries]: wages, EUR a head and year
    "reference_wage",  # float64[countries]: wages that savings at home are measured in
    "jobs",  # float64[countries]: log odds of formal work for somebody with full rights
    "welfare",  # float64[countries]: how well applicants are housed, 0 to 1
    "aid",  # float64[countries]: share of the needs of the hosted that institutions and hosts meet
    "stability",  # float64[countries]: index, about -3 to 2
    "unsafe",  # float64[countries]: how far conflict and persecution are above what is usual where people flee, log points
    "conflict_share",  # float64[countries]: of those who flee, whom conflict uproots; others are hunted one by one
    "overlap",  # float64[edges]: ln of how many border edges of its corridor join the same two zones
    "least_to_go",  # float64[countries, places]: generalised cost of the cheapest irregular journey
    "cost_to_go",  # float64[countries, places]: generalised cost of all irregular journeys together, `ways`
    "price_to_go",  # float64[countries, places]: EUR, cheapest of the reasonable irregular journeys to a country
    "near",  # float64[countries, places]: weight of nearness for a move within the region
    "far",  # float64[countries, places]: weight of the irregular journey, from the first destination on in part
    "regular_edge",  # int32[countries, places]: next edge of somebody with a visa, or -1
    # nationalities
    "attractiveness_irregular",  # float64[countries, profiles, countries]: weight of a destination reached irregularly
    "attractiveness_region",  # float64[countries, profiles, countries]: weight of a host country
    "attractiveness_regular",  # float64[countries, permits, countries]: weight of a regular place
    "utility_of_elsewhere",  # float64[countries]: utility of going to another continent
    "inclusive_value_irregular",  # float64[countries, profiles, places]: of destinations, from the sum of attractiveness x far
    "inclusive_value_region",  # float64[countries, profiles, places]: of host countries, likewise with near
    "inclusive_value_regular",  # float64[countries, needs, skills, 2, 2]: of regular places
    "fare_disutility",  # float64[audiences, countries, places]: what believed fares to destinations weigh
    "log_anticipation",  # float64[places]: ln of anticipation_factor
    "all_regular",  # float64[countries, permits]: sum over countries of attractiveness_regular
    "open_to",  # bool[permits, needs, skills]: who may apply
    "free_movement",  # bool[countries, countries]: nationals may live there without a visa
    "kin",  # float64[countries, countries]: share of the diaspora by country of residence
    "known",  # float64[countries]: chance of having kin abroad
    "local_earnings",  # float64[countries, places]: EUR a year, for fares and loans: `environment.local_earnings`
    "believed_death_prob",  # float64[audiences, countries]: believed risk of death on the way to destinations
    "reference_death_prob",  # float: the belief that the costs to go stand for
    "believed_recognition_prob",  # float64[audiences, countries]: believed chance of a status in destinations
    "log_price_misperception",  # float64[audiences, countries]: believed over true price, log points
    "log_recent_arrivals",  # float64[audiences, countries]: log10 of compatriots who arrived recently
    "recognised",  # float64[countries, countries]: log odds of recognition by nationality and country
    "convention",  # float64[countries]: of those recognised, as Convention refugees
    "readmission",  # float64[countries, countries]: of return orders, that can be enforced
    "assistance",  # float64[countries]: chance that IOM can assist
    "sending",  # float64[countries, countries]: factor on what is sent, by its cost
    "from_urban",  # float64[countries, profiles]: chance that somebody who begins to intend lives in a town
    "from_urban_at_first",  # float64[countries, profiles]: the same on the first day
    *MET,  # levers that people meet as they are: float64 over the lever's axis
]

tuple_of: Any = namedtuple  # by another name, as mypy knows only fields that are written out
Environment: Any = tuple_of("Environment", FIELDS)
"""What a person meets on one day: the same for everybody, changed by nobody while people are visited."""


@part
def opened(facts):
    """The environment from the plain tuples of `mixflow.sim.engine.environment.packed`."""
    named = (facts[0], facts[1], Numbers(*facts[2])) + facts[3:]  # noqa: RUF005, as Numba joins no other tuples
    return Environment(*named)


Output = namedtuple(
    "Output",
    [
        "census",  # int32[places, statuses]: change in the number of people
        "log",  # int64[>= events]: what happened, packed by `record.note`
        "keys",  # uint64[>= events] where people are followed, or empty: to whom it happened
        "requests",  # int64[>= people]: rows that ask for a seat
        "money",  # int64[accounts, countries]: euros moved, by account and nationality
        "expected_recognitions",  # int64[countries]: by nationality, in millionths: chances of all whose claims were decided
        "fill",  # int64[2]: entries used in log, in requests
    ],
)
"""What one share of the day's visits adds up to; shares are summed, so that their number changes nothing."""
