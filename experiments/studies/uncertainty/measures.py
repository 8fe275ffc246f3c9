"""Names of outcomes, checked before the first run: what the summary of a run holds, each name written out."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from mixflow.scenarios.config import OF_CASES
from mixflow.scenarios.corridors import corridor_codes
from mixflow.scenarios.displacement.naive import naive
from mixflow.scenarios.displacement.reader import read_case
from mixflow.scenarios.tables import read_table, tables_folder
from mixflow.sim.base.codes import Event, Status
from mixflow.sim.base.errors import UserError

from ...runs.config import days_of

NUMBERS = ("irregular_share", "departures", "onward", "displacements", "applications", "deaths", "away_at_end")
"""Keys of a summary that hold a number."""

OF_A_CASE = ("ard", "ard_rescaled", "people", "days")
"""The same of the summary of a displacement case."""

COSTS = ("wall_s", "cpu_s", "peak_rss_mb", "people", "person_days", "events")
"""Numbers of a run's record."""

KINDS = ("simulated", "recorded")
SHOWN = 8
"""Names that a message shows."""


def check_measures(names: Sequence[str], base: Mapping[str, Any]) -> None:
    """Refuse names that no run of a config can have: a name as a whole, or the last part of one such name or of several.

    Parameters
    ----------
    names
        As given.
    base
        The config of a run: its scenario, tables, start and end, or its case.

    Raises
    ------
    UserError
        When there is none, or one is not known; the message names the closest ones.
    """
    known = list(dict.fromkeys(known_to(base)))
    usual = [name for name in known if "." not in name]
    if not names:
        raise UserError(f"--measure names nothing. Allowed: {', '.join(usual)}.")
    for name in names:
        fits = [name] if name in known else [one for one in known if one.endswith(f".{name}")]
        if len(fits) > 1:
            raise UserError(f"Measure {name!r} can mean {', '.join(fits[:SHOWN])}; write more of the name.")
        if not fits:
            group = [one for one in known if one.startswith(f"{name.partition('.')[0]}.")]
            near = get_close_matches(name, known, SHOWN) or group or usual
            raise UserError(f"Measure {name!r} is not known. The closest ones: {', '.join(near[:SHOWN])}.")


def known_to(base: Mapping[str, Any]) -> list[str]:
    """All measures of runs of a config, by their whole names."""
    if base["scenario"] == OF_CASES:
        return _of_case(Path(str(base["case"])))
    countries = sorted(set(read_table(tables_folder(base), "places")["country"]))
    first, last = (int(str(base.get(key, day))[:4]) for key, day in zip(("start", "end"), days_of(base), strict=True))
    corridors = corridor_codes(tables_folder(base))
    years = [f"{year}.{kind}" for year in range(first, last + 1) for kind in KINDS]
    inside = {
        "events": Event.labels(),
        "applications_by_year": years,
        "deaths_by_corridor": list(corridors),
        "top_origins": countries,
        "detections": [f"{route}.{year}" for route in corridors for year in years],
        "recorded_deaths": [f"{route}.{year}" for route in corridors for year in years],
        "stocks_at_end": Status.labels(),
    }
    return [*NUMBERS, *COSTS, *(f"{group}.{name}" for group, names in inside.items() for name in names)]


def _of_case(folder: Path) -> list[str]:
    case = read_case(folder)
    numbers = ("error", "simulated_at_end", "registered_at_end")
    rules = [f"naive.{name}" for name in naive(case)] if case.with_data.any() else []
    return [*OF_A_CASE, *rules, *(f"camps.{camp}.{number}" for camp in case.camp_names for number in numbers), *COSTS]
