"""Reads closures.csv: what is closed on which days. A day's state follows from all that hold on it, whatever overlaps."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .case import Flags, Kind, Kinds, Links, Places
from .files import Sheet, check_width, shown, whole
from .places import CAMPS
from .problems import Problems, not_known

COLUMNS = ("closure_type", "name1", "name2", "closure_start", "closure_end")
TYPES = ("country", "location", "camp", "idpcamp", "link", "remove_forced_redirection")
DAY = "a day of the case, 0 being the first; -1 as an end means the last"


@dataclass(frozen=True)
class Closure:
    """One closure, from its first day to before its end."""

    kind: str
    one: str
    other: str
    start: int
    end: int


def read_closures(sheet: Sheet, places: Places, links: Links, days: int, problems: Problems) -> list[Closure]:
    """Read and check the closures."""
    found = []
    for row in sheet.rows:
        if not check_width(row, sheet.name, 5, COLUMNS, problems):
            continue
        kind, one, other = row.cell(0).lower(), row.cell(1), row.cell(2)
        if kind not in TYPES:
            problems.add(
                sheet.name,
                row.line,
                "closure_type",
                f"{shown(row.cell(0))} is not allowed; allowed: {', '.join(TYPES)}",
            )
            continue
        start = whole(row.cell(3), sheet.name, row.line, "closure_start", problems, -(10**6), 10**6, DAY)
        end = whole(row.cell(4), sheet.name, row.line, "closure_end", problems, -(10**6), 10**6, DAY)
        named = _named(kind, one, other, row.line, sheet.name, places, links, problems)
        if start is None or end is None or not named:
            continue
        if 0 <= end < start:
            problems.note(f"{sheet.name}: line {row.line} ends before it starts; it holds to the end of the case")
        if end < 0 or end < start:
            end = days
        if start >= days or end <= 0:
            problems.note(f"{sheet.name}: line {row.line} is not used: none of its days is in the period")
        found.append(Closure(kind, one, other, start, end))
    return found


def _named(
    kind: str, one: str, other: str, line: int, file: str, places: Places, links: Links, problems: Problems
) -> bool:
    """Whether all that a closure names is there."""
    before = len(problems.found)
    pairs = {(places.name[a], places.name[b]) for a, b in zip(links.start, links.end, strict=True)}
    if kind == "country":
        for name, column in ((one, "name1"), (other, "name2")):
            if name not in places.country:
                problems.add(file, line, column, not_known("country", name, sorted(set(places.country))))
        borders = {(places.country[a], places.country[b]) for a, b in zip(links.start, links.end, strict=True)}
        if len(problems.found) == before and (one, other) not in borders:
            problems.note(f"{file}: line {line} has no effect: no link joins {one} and {other}")
    elif kind in ("location", "camp", "idpcamp"):
        if one not in places.name:
            problems.add(file, line, "name1", not_known("place", one, places.name))
    else:
        for name, column in ((one, "name1"), (other, "name2")):
            if name not in places.name:
                problems.add(file, line, column, not_known("place", name, places.name))
        if len(problems.found) == before and (one, other) not in pairs:
            problems.add(file, line, "name2", f"there is no link between {one} and {other}; routes.csv has the links")
    return len(problems.found) == before


def apply(
    closures: Sequence[Closure], places: Places, links: Links, forced: Flags, kind: Sequence[Kind], days: int
) -> tuple[Kinds, Flags, Flags, Flags]:
    """Kinds of places, closed places, open links and forced links of every day: see `Days`."""
    kinds = np.tile(np.array(kind, np.int8), (days, 1))
    closed = np.zeros((days, len(kind)), np.bool_)
    shut = np.zeros((days, len(links.km)), np.bool_)
    redirected = np.tile(forced, (days, 1))
    country, name = np.array(places.country), np.array(places.name)
    start, end = links.start, links.end
    for closure in closures:
        span = slice(max(closure.start, 0), max(min(closure.end, days), 0))
        if closure.kind == "country":
            one, other = country == closure.one, country == closure.other
            shut[span, (one[start] & other[end]) | (other[start] & one[end])] = True
        elif closure.kind == "location":
            place = int(np.flatnonzero(name == closure.one)[0])
            closed[span, place] = True
            shut[span, (start == place) | (end == place)] = True
        elif closure.kind == "link":
            ends = {closure.one, closure.other}
            shut[span, [{a, b} == ends for a, b in zip(name[start], name[end], strict=True)]] = True
        elif closure.kind == "remove_forced_redirection":
            redirected[span, (name[start] == closure.one) & (name[end] == closure.other)] = False
    _camps(closures, kinds, name, kind, days)
    return kinds, closed, ~shut, redirected


def _camps(
    closures: Sequence[Closure],
    kinds: Kinds,
    name: "np.ndarray[tuple[int], np.dtype[np.str_]]",
    kind: Sequence[Kind],
    days: int,
) -> None:
    """Closures of camps: a town while one holds, a camp afterwards."""
    for closure in closures:
        if closure.kind in ("camp", "idpcamp"):
            place = int(np.flatnonzero(name == closure.one)[0])
            if kind[place] not in CAMPS:
                kinds[min(max(closure.end, 0), days) :, place] = Kind.CAMP if closure.kind == "camp" else Kind.IDP_CAMP
    for closure in closures:
        if closure.kind in ("camp", "idpcamp"):
            place = int(np.flatnonzero(name == closure.one)[0])
            kinds[max(closure.start, 0) : max(min(closure.end, days), 0), place] = Kind.TOWN
