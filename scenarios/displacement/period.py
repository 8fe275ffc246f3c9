"""Reads sim_period.csv, or conflict_period.csv as older cases call it: when a case begins and how many days it has."""

from datetime import date

from mixflow.scenarios.separated import key_of, unmarked

from .opened import CaseFiles
from .problems import CaseProblems
from .sheets import read_rows
from .values import day_of, whole

MOST_DAYS = 36_600
NAMES = ("sim_period.csv", "conflict_period.csv")
ROWS = "rows StartDate,year-month-day and Length,days"
KEYS = {"startdate": "StartDate", "length": "Length"}


def read_period(files: CaseFiles, listed: list[str], problems: CaseProblems) -> tuple[date, int] | None:
    """The first day and the number of days; None, and problems, where they are not known.

    Parameters
    ----------
    files, listed
        The files of the case, and the names in `input_csv/`.
    problems
        Where problems are kept.
    """
    name = NAMES[1] if NAMES[0] not in listed and NAMES[1] in listed else NAMES[0]
    if all(other in listed for other in NAMES):
        problems.tolerate(f"{NAMES[1]} is not used: {NAMES[0]} is there")
    read = read_rows(files, f"input_csv/{name}", name, problems)
    if read is None:
        return None
    rows = [unmarked(row) for row in read[0]]
    keys = [[_key(cell) for cell in row.cells] for row in rows]
    cells = [(row.line, row.cell(0), row.cell(1)) for row in rows]
    across = next((at for at, found in enumerate(keys) if set(KEYS) <= set(found)), None)
    if across is not None and across + 1 < len(rows):  # a header with both names, and the values below it
        below = rows[across + 1]
        cells = [(below.line, KEYS[key], below.cell(keys[across].index(key))) for key in KEYS]
    start: date | None = None
    days: int | None = None
    given: set[str] = set()
    for (line, key, value), marked in zip(cells, [row.marked for row in read[0]], strict=False):
        kind = KEYS.get(_key(key))
        if kind is None:
            if not marked:
                problems.tolerate(f"{name}: line {line} is not used: allowed are {ROWS}")
            continue
        if kind in given:
            problems.add(name, line, kind, "stands twice; allowed: once")
        given.add(kind)
        if kind == "StartDate":
            start = day_of(value, name, line, kind, problems)
        else:
            allowed = f"a whole number of days from 1 to {MOST_DAYS}"
            days = whole(value, name, line, kind, problems, 1, MOST_DAYS, allowed)
    for key in KEYS.values():
        if key not in given:
            problems.add(name, None, key, f"is missing; the file holds {ROWS}")
    if start is None or days is None:
        return None
    if (date.max - start).days <= days + 1:
        problems.add(name, None, "Length", f"{days} days from {start} pass the last date that there is")
        return None
    return start, days


def _key(text: str) -> str:
    return key_of(text).replace("_", "")
