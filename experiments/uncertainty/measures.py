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

COSTS = ("wall_s", "cpu_s", "peak_rss_mb")
COUNTRY = re.compile(r"[A-Z]{3}")


def check_measures(names: Sequence[str]) -> None:
    """Refuse names that no summary has; names within a group that depend on the world are known after the runs.

    Raises
    ------
    UserError
        When there is none, or one is not known.
    """
    if not names:
        raise UserError(f"--measure names nothing. Allowed: {', '.join((*NUMBERS, *GROUPS))}.")
    inside = {*ROUTES, *(event.label for event in Event), *(status.label for status in Status)}
    for name in names:
        group, dot, _ = name.partition(".")
        known = group in GROUPS if dot else name in (*NUMBERS, *COSTS, *inside) or COUNTRY.fullmatch(name)
        if not known:
            raise UserError(one_of("Measure", name, (*NUMBERS, *(f"{group}.NAME" for group in GROUPS))))
