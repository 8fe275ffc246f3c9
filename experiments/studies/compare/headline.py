"""Which measures answer a question, and of whom: by the kinds of its policies, for their targets first and then for all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mixflow.scenarios.policy_size import country

from ...results.question_measures import MEASURES
from ...results.summary import corridor_name
from .focus import ASYLUM, CONTROL, HOME, PATHWAY, RETURN, SHARE, Focus

MOST_NAMED = 4
"""Countries that a title names; it counts the others."""

NATIONALITY, COUNTRY, CORRIDOR, CHANNEL, ELSEWHERE = "nationality", "country", "corridor", "channel", "other corridors"

OF_TARGETS: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    CONTROL: (("irregular_crossings", (CORRIDOR,)), ("corridor_deaths", (CORRIDOR,)), ("deaths_per_attempt", (CORRIDOR,)),
              ("irregular_crossings", (ELSEWHERE,))),
    PATHWAY: (("places_used", (NATIONALITY, COUNTRY, CHANNEL)), ("irregular_flow", (NATIONALITY,)), ("deaths", (NATIONALITY,)),
              ("remittances", (NATIONALITY,))),
    RETURN: (("return_orders", (NATIONALITY, COUNTRY)), ("returns", (NATIONALITY, COUNTRY)),
             ("migration_after_return", (NATIONALITY,)), ("return_sustainability", (NATIONALITY,))),
    SHARE: (("relocated", (COUNTRY,)), ("burden_inequality", ()), ("host_load_destinations_per_head", ()),
            ("host_load_destinations_per_gdp", ()), ("moved_on", ())),
    ASYLUM: (("claims", (NATIONALITY, COUNTRY)), ("protections", (NATIONALITY, COUNTRY)), ("asylum_backlog", ()),
             ("asylum_wait", ())),
    HOME: (("left_home", (NATIONALITY,)), ("remittances", (NATIONALITY,)), ("remittance_cost", ())),
}  # fmt: skip
"""Measures by kind of question, and what each is cut by; the kinds in the order in which they are shown."""

OF_ALL = ("irregular_flow", "legal_flow", "deaths", "protection_gap", "asylum_backlog", "remittances")
"""Measures of everybody that follow in every headline."""

BY: Mapping[str, tuple[str, ...]] = {
    NATIONALITY: ("irregular_flow", "places_used", "deaths", "returns"),
    COUNTRY: ("irregular_flow", "places_used", "claims", "sheltered", "returns"),
    CORRIDOR: ("irregular_crossings", "corridor_deaths"),
    "need": ("irregular_flow", "places_used", "deaths"),
}
"""What tables by nationality, country, corridor and need show."""


@dataclass(frozen=True)
class Wanted:
    """One number of a headline.

    Parameters
    ----------
    measure
        A key of `MEASURES`.
    title
        What a reader sees.
    whom
        Of whom or where, as a reader sees it; empty: of all.
    selection
        Of whom, by dimension; empty: of all.
    of_targets
        Whether it is of those whom the policies touch.
    """

    measure: str
    title: str
    whom: str = ""
    selection: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    of_targets: bool = True


def wanted(focus: Focus) -> list[Wanted]:
    """The measures that answer a question, those of its targets first."""
    found = [
        _one(measure, dimensions, focus)
        for kind, rows in OF_TARGETS.items()
        if kind in focus.kinds
        for measure, dimensions in rows
    ]
    rows = [one for one in found if one is not None]
    rows += [Wanted(name, MEASURES[name].title, "", {}, False) for name in OF_ALL]
    chosen: dict[tuple[str, str], Wanted] = {}
    for one in rows:
        chosen.setdefault((one.measure, repr(sorted(one.selection.items()))), one)
    return list(chosen.values())


def _one(measure: str, dimensions: Iterable[str], focus: Focus) -> Wanted | None:
    targets = {
        NATIONALITY: focus.nationalities,
        COUNTRY: focus.countries,
        CORRIDOR: focus.corridors,
        CHANNEL: focus.channels,
    }
    selection: dict[str, tuple[str, ...]] = {}
    said = ""
    for name in dimensions:
        if name == ELSEWHERE:
            if not focus.corridors:
                return None
            selection[CORRIDOR] = tuple(one for one in focus.corridors_of_world if one not in focus.corridors)
            said = _and(said, "other routes")
        elif targets[name]:
            selection[name] = targets[name]
            said = _and(said, _said(name, targets[name]))
    return Wanted(measure, MEASURES[measure].title, said, selection)


def _said(dimension: str, names: tuple[str, ...]) -> str:
    if dimension == CHANNEL:
        return ""
    if dimension == CORRIDOR:
        return listed(corridor_name(name) for name in names)
    return f"{'nationals of ' if dimension == NATIONALITY else 'in '}{listed(map(country, names))}"


def _and(said: str, more: str) -> str:
    return f"{said} {more}".strip() if said or more else ""


def listed(names: Iterable[str]) -> str:
    """Names in a sentence: few, and how many more."""
    known = list(names)
    left = len(known) - MOST_NAMED
    if left > 0:
        return f"{', '.join(known[:MOST_NAMED])} and {left} more"
    return known[0] if len(known) == 1 else f"{', '.join(known[:-1])} and {known[-1]}" if known else ""
