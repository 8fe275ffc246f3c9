"""Reads conflicts.csv and flood_level.csv: a table of days by place; and what conflict dates in locations.csv say."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from mixflow.scenarios.separated import Row

from .case import Floats, Ints, Kind
from .names import Names
from .places import Located
from .problems import CaseProblems
from .sheets import Sheet
from .values import case_day, filled, number

SMALL = 1e-6
"""Less than this is no conflict."""

MOST = 1e9
"""Of a level or an intensity as files write it."""

LEAD = ("day", "days", "date", "time")
OLDEST = 365
"""Days before the period at which a conflict counts as begun at most (assumption: older ones have no other effect)."""


@dataclass(frozen=True)
class Intensities:
    """Conflict by day and place.

    Attributes
    ----------
    by_day
        Intensity, 0 to 1, shape (days, places).
    since
        The day on which the conflict that holds began, shape (days, places); the day itself without conflict.
    named
        Places that the table of conflicts names.
    """

    by_day: Floats
    since: Ints
    named: frozenset[int]


@dataclass(frozen=True)
class _Table:
    places: list[int]
    by_day: Floats
    before: Ints


def intensities(
    located: Located,
    names: Names,
    conflicts: Sheet | None,
    floods: Sheet | None,
    start: date,
    days: int,
    problems: CaseProblems,
) -> Intensities:
    """Conflict from the tables for places that they name, from dates for the other zones."""
    found = np.zeros((days, len(located.kind)))
    before = np.zeros(len(located.kind), np.int64)
    for place, kind in enumerate(located.kind):
        ignites = located.ignites[place]
        if kind is Kind.CONFLICT and ignites is not None and ignites < days:
            found[max(ignites, 0) :, place] = located.intensity[place]
            before[place] = min(ignites, 0)
    named: list[int] = []
    for sheet, allowed in ((floods, "a level, 0 or more"), (conflicts, "an intensity, 0 or more")):
        if sheet is None:
            continue
        table = _table(sheet, names, start, days, allowed, problems)
        values, highest = table.by_day, float(table.by_day.max(initial=0))
        if highest > 1 or (sheet is floods and highest > 0):
            values = values / highest
            if sheet is conflicts:
                problems.tolerate(
                    f"{sheet.name}: intensities are divided by {highest:g}, the highest; usual are 0 to 1"
                )
        found[:, table.places] = np.maximum(values, found[:, table.places]) if sheet is floods else values
        if sheet is floods:
            before[table.places] = np.minimum(before[table.places], table.before)
        else:
            before[table.places] = table.before
            named = table.places
    found = np.where(found > SMALL, found, 0.0)
    return Intensities(found, began(found, np.maximum(before, -OLDEST)), frozenset(named))


def _table(sheet: Sheet, names: Names, start: date, days: int, allowed: str, problems: CaseProblems) -> _Table:
    """Columns of a table as places, and its rows as days; each row holds until the next."""
    if not sheet.header and not sheet.rows:
        problems.tolerate(f"{sheet.name} is not used: it is empty")
        return _Table([], np.zeros((days, 0)), np.zeros(0, np.int64))
    columns = _columns(sheet, names, problems)
    used = [at for at, place in columns.items() if place is not None]
    rows = _sorted(sheet, start, columns, allowed, problems)
    _say_unused(sheet, columns, rows, names, problems)
    held, begun = np.zeros(len(used)), np.zeros(len(used), np.int64)
    table, at_day = np.zeros((days, len(used))), 0
    for day, cells in rows:
        values = np.array([cells[at] for at in used])
        upto = min(max(day, 0), days)
        table[at_day:upto] = held
        if day <= 0:
            begun = np.where((values > SMALL) & (held <= SMALL), day, begun)
        at_day, held = max(at_day, upto), values
    table[at_day:] = held
    if rows and rows[-1][0] >= days:
        problems.tolerate(f"{sheet.name}: rows from day {days} on are not used: they are after the period")
    return _Table([place for place in columns.values() if place is not None], table, begun)


def _columns(sheet: Sheet, names: Names, problems: CaseProblems) -> dict[int, int | None]:
    """The place of each column that has a name; None where there is no such place."""
    columns: dict[int, int | None] = {}
    for at, name in enumerate(sheet.header):
        if not at or not name:
            continue
        place = names.find(name, sheet.name, problems)
        if place is not None and place in columns.values():
            problems.add(sheet.name, sheet.header_line, name, "stands twice in the header; allowed: once")
        else:
            columns[at] = place
    if not columns:
        problems.add(sheet.name, None, None, "has no header; it begins with #Day and the names of places")
    return columns


def _sorted(
    sheet: Sheet, start: date, columns: dict[int, int | None], allowed: str, problems: CaseProblems
) -> list[tuple[int, dict[int, float]]]:
    """The days of a table and their values by column, in the order of days."""
    found: dict[int, tuple[int, dict[int, float]]] = {}
    known: dict[str, float] = {}
    width, ordered, last = max(columns, default=0) + 1, True, -(10**9)
    for row in sheet.rows:
        day = case_day(row.cell(0), sheet.name, row.line, "Day", problems, start, "a day of the case")
        if len(row.cells) < 2 or any(row.cells[len(sheet.header) :]):
            wide = f"has {len(row.cells)} columns; the header has {len(sheet.header)}"
            problems.add(sheet.name, row.line, None, wide)
            continue
        if len(row.cells) < width:
            problems.tolerate(f"{sheet.name}: cells that are missing at the end of rows are read as 0, no conflict")
        values = _values(row, sheet, columns, allowed, known, problems)
        if day is None or values is None:
            continue
        if day in found:
            if found[day][1] != values:
                problems.tolerate(f"{sheet.name}: line {row.line} gives day {day} again; the later line holds")
            found[day] = (row.line, values)
            continue
        ordered, last = ordered and day > last, day
        found[day] = (row.line, values)
    if not ordered:
        problems.tolerate(f"{sheet.name}: days are not in order; they were sorted")
    return [(day, found[day][1]) for day in sorted(found)]


def _values(
    row: Row,
    sheet: Sheet,
    columns: dict[int, int | None],
    allowed: str,
    known: dict[str, float],
    problems: CaseProblems,
) -> dict[int, float] | None:
    """The values of a row by column; None, and a problem, where one is wrong. `known` keeps what texts were read as."""
    values: dict[int, float] = {}
    for at in columns:
        cell = row.cell(at)
        value = known.get(cell)
        if value is None:
            if not cell and at < len(row.cells):
                problems.tolerate(f"{sheet.name}: cells without a value are read as 0, no conflict")
            text = filled(cell, sheet.name, sheet.header[at], problems) or "0"
            value = number(text, sheet.name, row.line, sheet.header[at], problems, 0, MOST, allowed)
            if value is None:
                return None
            if cell:
                known[cell] = value
        values[at] = value
    return values


def _say_unused(
    sheet: Sheet,
    columns: dict[int, int | None],
    rows: list[tuple[int, dict[int, float]]],
    names: Names,
    problems: CaseProblems,
) -> None:
    """Name the columns of no place, and how many of their rows hold conflict."""
    for at, place in columns.items():
        if place is None:
            held = sum(values[at] > SMALL for _, values in rows)
            what = f"its {held:,} rows with conflict have no effect" if held else "it holds no conflict"
            problems.tolerate(
                f"{sheet.name}: column {sheet.header[at]} is not used, {what}: {names.unknown(sheet.header[at], problems)}"
            )


def began(intensity: Floats, before: Ints | None = None) -> Ints:
    """For each day and place the day on which the conflict that holds began; the day itself without conflict.

    Parameters
    ----------
    intensity
        By day and place.
    before
        For each place the day, 0 or below, on which a conflict that holds on the first day began; 0 without it.
    """
    since = np.empty(intensity.shape, np.int64)
    running = np.zeros(intensity.shape[1], np.int64)
    first = np.zeros(intensity.shape[1], np.int64) if before is None else before
    for day in range(len(intensity)):
        fresh = (intensity[day] > 0) & (intensity[day - 1] <= 0) if day else np.ones(intensity.shape[1], np.bool_)
        running = np.where(fresh, day if day else first, running)
        since[day] = np.where(intensity[day] > 0, running, day)
    return since
