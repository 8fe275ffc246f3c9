"""Names of outcomes, checked before the first run: what a summary of any world holds."""

import re
from collections.abc import Sequence

from mixflow.sim.codes import ROUTES, Event, Status
from mixflow.sim.errors import UserError, one_of

NUMBERS = ("irregular_share", "departures", "onward", "displacements", "applications", "deaths", "away_at_end")
"""Keys of a summary that hold a number."""

GROUPS = (
    "events",
    "applications_by_year",
    "deaths_by_route",
    "top_origins",
    "detections",
    "recorded_deaths",
    "stocks_at_end",
)
"""Keys that hold several, by name: events.crossing."""

CASE_NUMBERS = ("ard", "ard_rescaled", "people", "days")
CASE_GROUPS = ("naive", "camps")
"""The same of a displacement case: camps.NAME.error, naive.NAME."""

COSTS = ("wall_s", "cpu_s", "peak_rss_mb")
COUNTRY = re.compile(r"[A-Z]{3}")


def check_measures(names: Sequence[str], scenario: str = "") -> None:
    """Refuse names that no summary has; names within a group that depend on the world are known after the runs.

    Raises
    ------
    UserError
        When there is none, or one is not known.
    """
    case = scenario == "displacement"
    numbers, groups = (CASE_NUMBERS, CASE_GROUPS) if case else (NUMBERS, GROUPS)
    if not names:
        raise UserError(f"--measure names nothing. Allowed: {', '.join((*numbers, *groups))}.")
    inside = set() if case else {*ROUTES, *(event.label for event in Event), *(status.label for status in Status)}
    for name in names:
        group, dot, _ = name.partition(".")
        country = not case and COUNTRY.fullmatch(name)
        known = group in groups if dot else name in (*numbers, *COSTS, *inside) or country
        if not known:
            raise UserError(one_of("Measure", name, (*numbers, *(f"{group}.NAME" for group in groups))))
