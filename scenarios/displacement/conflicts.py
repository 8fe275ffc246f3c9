"""Reads conflicts.csv and flood_level.csv: a table of days by place; and what conflict dates in locations.csv say."""

import numpy as np

from .case import Floats, Ints, Kind
from .files import Sheet, number, whole
from .places import Located
from .problems import Problems, not_known

SMALL = 1e-6
"""Less than this is no conflict."""


def intensities(
    located: Located, conflicts: Sheet | None, floods: Sheet | None, days: int, problems: Problems
) -> Floats:
    """Intensity by day and place, 0 to 1: from the tables for places that they name, from dates for the other zones."""
    found = np.zeros((days, len(located.kind)))
    for place, kind in enumerate(located.kind):
        if kind is Kind.CONFLICT and located.ignites[place] < days and (located.ignites[place] >= 0):
            found[located.ignites[place] :, place] = located.intensity[place]
    for sheet, most, allowed in ((floods, 100.0, "a level, 0 or more"), (conflicts, 1.0, "an intensity from 0 to 1")):
        if sheet is None:
            continue
        places, table = _table(sheet, located.places.name, days, most, allowed, problems)
        if sheet is floods and table.size and table.max() > 0:
            table = table / table.max()
        found[:, places] = np.maximum(table, found[:, places]) if sheet is floods else table
    return np.where(found > SMALL, found, 0.0)


def _table(
    sheet: Sheet, names: tuple[str, ...], days: int, most: float, allowed: str, problems: Problems
) -> tuple[list[int], Floats]:
    """Columns of a table as places, and its rows as days; each row holds until the next."""
    columns: dict[int, int] = {}
    for at, name in enumerate(sheet.header):
        if at and name:
            if name not in names:
                problems.add(sheet.name, 1, name, not_known("place", name, names))
            elif names.index(name) in columns.values():
                problems.add(sheet.name, 1, name, "stands twice in the header; allowed: once")
            else:
                columns[at] = names.index(name)
    if not columns:
        problems.add(sheet.name, None, None, "has no header; it begins with #Day and the names of places")
        return [], np.zeros((days, 0))
    width = max(columns) + 1
    table, at_day, last = np.zeros((days, len(columns))), 0, -(10**6) - 1
    held = np.zeros(len(columns))
    late = False
    for row in sheet.rows:
        day = whole(row.cell(0), sheet.name, row.line, "Day", problems, -(10**6), 10**6, "a day of the case")
        if len(row.cells) < width or any(row.cells[len(sheet.header) :]):
            problems.add(
                sheet.name, row.line, None, f"has {len(row.cells)} columns; the header has {len(sheet.header)}"
            )
            continue
        values = [
            number(row.cell(at), sheet.name, row.line, sheet.header[at], problems, 0, most, allowed) for at in columns
        ]
        if day is None or any(value is None for value in values):
            continue
        if day <= last:
            problems.add(sheet.name, row.line, "Day", f"{day} does not follow {last}; days rise from row to row")
            continue
        last = day
        late = late or day >= days
        upto = min(max(day, 0), days)
        table[at_day:upto] = held
        at_day, held = max(at_day, upto), np.array([value or 0.0 for value in values])
    table[at_day:] = held
    if late:
        problems.note(f"{sheet.name}: rows from day {days} on are not used: they are after the period")
    return list(columns.values()), table


def began(intensity: Floats) -> Ints:
    """For each day and place the day on which the conflict that holds began; the day itself without conflict."""
    since = np.empty(intensity.shape, np.int64)
    running = np.zeros(intensity.shape[1], np.int64)
    for day in range(len(intensity)):
        fresh = (intensity[day] > 0) & (intensity[day - 1] <= 0) if day else np.ones(intensity.shape[1], np.bool_)
        running = np.where(fresh, day, running)
        since[day] = np.where(intensity[day] > 0, running, day)
    return since
