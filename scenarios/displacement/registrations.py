"""Reads source_data/: the layout, the series of each camp and of the total, and the corrections of registrations."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np

from .case import Floats
from .files import Sheet, check_width, day_of, number, read_sheet, shown
from .problems import Problems, not_known

Series = list[tuple[int, float]]
"""Days, 0 being the first of the case, and counts; days rise."""

MOST_PEOPLE = 1e9
HEADS = ("date", "datetime", "day")


def read_layout(sheet: Sheet, folder: Path, start: date, problems: Problems) -> dict[str, Series]:
    """Read the series of each row of the layout; several files of a row are added up."""
    found: dict[str, Series] = {}
    for row in sheet.rows:
        if not check_width(row, sheet.name, 2, ("name", "file"), problems):
            continue
        name = row.cell(0)
        if name in found:
            problems.add(sheet.name, row.line, "name", f"{shown(name)} stands twice; allowed: once")
            continue
        parts = []
        for at, file in enumerate(row.cells[1:]):
            if not file:
                continue
            path = folder / file
            if Path(file).is_absolute() or ".." in Path(file).parts or "\0" in file:
                problems.add(sheet.name, row.line, f"file {at + 1}", f"{shown(file)} is outside the folder of the data")
            elif not path.is_file():
                problems.add(sheet.name, row.line, f"file {at + 1}", f"there is no file {shown(file)}")
            else:
                parts.append(_series(path, f"{folder.name}/{file}", start, problems))
        found[name] = _added([part for part in parts if part])
    return found


def _series(path: Path, name: str, start: date, problems: Problems) -> Series:
    sheet = read_sheet(path, name, problems)
    found: dict[int, float] = {}
    if sheet is None:
        return []
    before, ordered, last = len(problems.found), True, -(10**9)
    for place, row in enumerate(sheet.rows):
        if place == 0 and row.cell(0).lower() in HEADS:
            continue
        if not check_width(row, name, 2, ("date", "count"), problems) or not row.cell(1):
            continue
        when = day_of(row.cell(0), name, row.line, "date", problems)
        count = number(row.cell(1), name, row.line, "count", problems, 0, MOST_PEOPLE, "a number of people, 0 or more")
        if when is None or count is None:
            continue
        day = (when - start).days
        if day in found:
            problems.note(f"{name}: line {row.line} counts {when} again; the later line holds")
        ordered, last = ordered and day >= last, day
        found[day] = count
    if not found and len(problems.found) == before:
        problems.add(name, None, None, "has no counts; a row is a date and a number of people")
    if not ordered:
        problems.note(f"{name}: dates are not in order; they were sorted")
    return sorted(found.items())


def _added(parts: list[Series]) -> Series:
    """The sum of several series, each interpolated, at all their days."""
    if len(parts) <= 1:
        return parts[0] if parts else []
    days = sorted({day for part in parts for day, _ in part})
    sums = np.sum([_between(part, np.array(days, float)) for part in parts], axis=0)
    return list(zip(days, map(float, sums), strict=True))


def _between(series: Series, days: Floats) -> Floats:
    """Linear between counts, level before the first and after the last."""
    return np.interp(days, [day for day, _ in series], [count for _, count in series])


def correct(sheet: Sheet, series: dict[str, Series], start: date, days: int, problems: Problems) -> None:
    """Apply the corrections: counts before one are scaled so that the series meets the corrected level."""
    for row in sheet.rows:
        if not check_width(row, sheet.name, 2, ("camp", "date", "what"), problems):
            continue
        name, what = row.cell(0), row.cell(2).lower()
        if what not in ("", "normalize", "normalise"):
            problems.add(
                sheet.name, row.line, "what", f"{shown(row.cell(2))} is not allowed; allowed: normalize, or nothing"
            )
        when = day_of(row.cell(1), sheet.name, row.line, "date", problems)
        if name not in series:
            problems.add(sheet.name, row.line, "camp", not_known("camp", name, series))
            continue
        if when is None:
            continue
        at = [i for i, (day, _) in enumerate(series[name]) if day == (when - start).days]
        if not at or at[0] == 0:
            problems.note(f"{sheet.name}: line {row.line} is not used: {name} has no count on {when} and one before it")
            continue
        if not 0 <= (when - start).days <= days:
            problems.note(f"{sheet.name}: {when} in line {row.line} is outside the period; it scales what is inside")
        old, new = series[name][at[0] - 1][1], series[name][at[0]][1]
        if old > 0:
            series[name] = [(day, c * new / old if i < at[0] else c) for i, (day, c) in enumerate(series[name])]


def by_day(series: Series, days: int) -> Floats:
    """Whole people on each day and on the one after the last, shape (days + 1,)."""
    return np.floor(_between(series, np.arange(days + 1.0)) + 1e-9)


def split(
    series: dict[str, Series], names: Sequence[str], days: int, problems: Problems
) -> tuple[dict[str, Floats], Floats]:
    """Daily numbers of camps that are places, and of the total; says what has no partner."""
    total = next(
        (by_day(found, days) for name, found in series.items() if name.lower() == "total" and found), np.zeros(0)
    )
    daily = {}
    for name, found in series.items():
        if name.lower() == "total" or not found:
            continue
        if name not in names:
            problems.note(f"data_layout.csv: {name} is not used: locations.csv has no camp of that name")
            continue
        if found[0][0] > days or found[-1][0] < 0:
            problems.note(f"data_layout.csv: all counts of {name} are outside the period; the nearest one holds")
        daily[name] = by_day(found, days)
    return daily, total
