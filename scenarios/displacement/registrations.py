"""Reads source_data/: the layout, the series of each camp and of the total, and the corrections of registrations."""

import re
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from mixflow.scenarios.separated import UnreadableError

from .case import Floats
from .names import Names
from .opened import CaseFiles
from .problems import CaseProblems
from .sheets import Form, Sheet, SheetColumn, check_width, read_sheet, say_unnamed
from .values import day_of, filled, people, shown, without_comment

_CUT = re.compile(r"\d{1,3}(?:,\d{3})+")
"""What is left of a number with commas between thousands once they have been read as separators."""

Series = list[tuple[int, float]]
"""Days, 0 being the first of the case, and counts; days rise."""

MOST_PEOPLE = 1e9
DATA = "source_data"
COUNTS = ("refugees", "individuals", "persons", "people", "population", "registered", "registrations", "number", "value",
          "total", "idps")  # fmt: skip
SERIES = Form((SheetColumn("date", ("datetime", "day")), SheetColumn("count", COUNTS)), (), ("date", "datetime", "day"))
LAYOUT = Form(
    (SheetColumn("name", ("camp", "location", "place")), SheetColumn("file", ("filename", "file_name", "path")))
)
CORRECTIONS = Form(
    (
        SheetColumn("camp", ("name", "location", "place")),
        SheetColumn("date", ("day",)),
        SheetColumn("what", ("type",), needed=False),
    )
)


def read_layout(sheet: Sheet, files: CaseFiles, start: date, camps: Names, problems: CaseProblems) -> dict[str, Series]:
    """Read the series of the total and of each camp by name; several files of a row are added up."""
    found: dict[str, Series] = {}
    listed: dict[str, list[str]] = {}
    for row in sheet.rows:
        if not check_width(row, sheet.name, 2, LAYOUT.names, problems):
            continue
        name = "total" if row.cell(0).lower() == "total" else row.cell(0)
        if name != "total":
            camp = camps.find(name, sheet.name, problems)
            if camp is None:
                problems.tolerate(f"{sheet.name}: {name} is not used: locations.csv has no camp of that name")
                continue
            name = camps.names[camp]
        if name in found:
            if listed[name] == [text for text in row.cells[1:] if text]:
                problems.tolerate(f"{sheet.name}: line {row.line} is not used: it names the files of {name} again")
            else:
                problems.add(sheet.name, row.line, "name", f"{shown(name)} stands twice; allowed: once")
            continue
        listed[name] = [text for text in row.cells[1:] if text]
        parts = []
        for at, text in enumerate(row.cells[1:]):
            if not text:
                continue
            if Path(text).is_absolute() or ".." in Path(text.replace("\\", "/")).parts:
                problems.add(sheet.name, row.line, f"file {at + 1}", f"{shown(text)} is outside the folder of the data")
                continue
            try:
                file = _file(files, text, sheet.name, problems)
            except UnreadableError as error:
                problems.add(sheet.name, row.line, f"file {at + 1}", f"{shown(text)} {error.what}")
                continue
            if file is None:
                problems.add(sheet.name, row.line, f"file {at + 1}", f"there is no file {shown(text)}")
            else:
                parts.append(_series(files, file, start, problems))
        found[name] = _added([part for part in parts if part])
    return found


def _file(files: CaseFiles, text: str, layout: str, problems: CaseProblems) -> str | None:
    """The file that a layout names, also with other separators of folders, in other case, or from the case's folder."""
    inside = without_comment(text.replace("\\", "/"))
    for tried in (text, inside, inside.removeprefix(f"{DATA}/")):
        if tried and files.read(f"{DATA}/{tried}") is not None:
            if tried != text:
                problems.tolerate(f"{layout}: file {text!r} is read as {tried}")
            return f"{DATA}/{tried}"
    folder, _, name = f"{DATA}/{inside}".rpartition("/")
    alike = [other for other in files.names(folder) if other.lower() == name.lower()]
    if len(alike) == 1 and files.read(f"{folder}/{alike[0]}") is not None:
        problems.tolerate(f"{layout}: file {text!r} is read as {alike[0]}")
        return f"{folder}/{alike[0]}"
    return None


def _series(files: CaseFiles, name: str, start: date, problems: CaseProblems) -> Series:
    sheet = read_sheet(files, name, name, problems, SERIES)
    found: dict[int, float] = {}
    if sheet is None:
        return []
    before, ordered, last = problems.wrong, True, -(10**9)
    say_unnamed(sheet, 2, problems)
    split_numbers = _split_numbers(sheet)
    for row in sheet.rows:
        if row.line in split_numbers:
            what = f"{shown(','.join(row.cells[1:]))} has a comma between thousands; put it in quotes or leave it out"
            problems.add(name, row.line, "count", what)
            continue
        if row is sheet.rows[0] and not sheet.header and not any(sign.isdigit() for cell in row.cells for sign in cell):
            problems.tolerate(f"{name}: line {row.line} is read as a header: it holds no date and no number")
            continue
        if not check_width(row, name, 2, SERIES.names, problems):
            continue
        text = filled(row.cell(1), name, "count", problems)
        if not text:
            continue
        when = day_of(row.cell(0), name, row.line, "date", problems)
        allowed = "a number of people, 0 or more"
        count = people(text, name, row.line, "count", problems, MOST_PEOPLE, allowed, sheet.separator)
        if when is None or count is None:
            continue
        day = (when - start).days
        if day in found:
            problems.tolerate(f"{name}: line {row.line} counts {when} again; the later line holds")
        ordered, last = ordered and day >= last, day
        found[day] = count
    if not found and problems.wrong == before:
        problems.add(name, None, None, "has no counts; a row is a date and a number of people")
    if not ordered:
        problems.tolerate(f"{name}: dates are not in order; they were sorted")
    return sorted(found.items())


def _split_numbers(sheet: Sheet) -> set[int]:
    """Lines whose count a comma between thousands has cut into cells; other lines, of fewer people, have fewer cells."""
    if len(sheet.header) > 2:
        return set()
    cut = {row.line for row in sheet.rows if _CUT.fullmatch(",".join(cell for cell in row.cells[1:] if cell))}
    return cut if any(row.line not in cut and len(row.cells) == 2 for row in sheet.rows) else set()


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


def correct(sheet: Sheet, series: dict[str, Series], start: date, days: int, problems: CaseProblems) -> None:
    """Apply the corrections: counts before one are scaled so that the series meets the corrected level."""
    names = Names("camp", series)
    for row in sheet.rows:
        if not check_width(row, sheet.name, 2, CORRECTIONS.names, problems):
            continue
        what = without_comment(row.cell(2)).lower()
        if what not in ("", "normalize", "normalise"):
            allowed = f"{shown(row.cell(2))} is not allowed; allowed: normalize, or nothing"
            problems.add(sheet.name, row.line, "what", allowed)
        when = day_of(row.cell(1), sheet.name, row.line, "date", problems)
        at_name = names.find(row.cell(0), sheet.name, problems)
        if at_name is None:
            problems.tolerate(f"{sheet.name}: line {row.line} is not used: {names.unknown(row.cell(0), problems)}")
            continue
        if when is None:
            continue
        name = names.names[at_name]
        at = [i for i, (day, _) in enumerate(series[name]) if day == (when - start).days]
        if not at or at[0] == 0:
            missing = f"{name} has no count on {when} and one before it"
            problems.tolerate(f"{sheet.name}: line {row.line} is not used: {missing}")
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
    series: dict[str, Series], start: date, days: int, problems: CaseProblems
) -> tuple[dict[str, Floats], Floats]:
    """Daily numbers of camps, and of the total; says where counts do not cover the period."""
    total = by_day(series["total"], days) if series.get("total") else np.zeros(0)
    daily = {}
    for name, found in series.items():
        if name == "total" or not found:
            continue
        if found[0][0] > days or found[-1][0] < 0:
            problems.tolerate(f"data_layout.csv: all counts of {name} are outside the period; the nearest one holds")
        elif found[0][0] > 0 and found[0][1] > 0:
            first = start + timedelta(days=found[0][0])
            problems.note(f"data_layout.csv: counts of {name} begin on {first}; the first one holds before it")
        daily[name] = by_day(found, days)
    return daily, total
