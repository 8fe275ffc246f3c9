"""Reads a case directory into a Case, or refuses it with everything that is wrong in it at once."""

from datetime import date
from pathlib import Path

import numpy as np

from mixflow.sim.errors import UserError

from .case import Case, Days, Floats, Kind
from .closures import apply, read_closures
from .conflicts import began, intensities
from .files import Sheet, day_of, read_sheet, whole
from .links import read_links
from .places import CAMPS, Located, read_places
from .problems import Problems
from .registrations import correct, read_layout, split
from .ties import read_ties

MOST_DAYS = 36_600
MOST_CELLS = 2 * 10**8
"""Of a table of days by places or by links, or of camps by places; assumption: what fits the memory of a common machine."""
READ = (
    "locations.csv", "routes.csv", "closures.csv", "conflicts.csv", "flood_level.csv", "sim_period.csv",
    "conflict_period.csv", "registration_corrections.csv",
)  # fmt: skip
PERIOD = "rows StartDate,year-month-day and Length,days"


def is_case(folder: Path) -> bool:
    """Whether a folder looks like a case: it holds input_csv/."""
    return (folder / "input_csv").is_dir()


def read_case(folder: Path | str) -> Case:
    """Read a case.

    Raises
    ------
    UserError
        When the directory is no case, or a file is wrong; the message lists every problem.
    """
    path = Path(folder)
    try:
        if not path.is_dir():
            raise UserError(f"case={folder} is not a folder. Give a folder that holds input_csv/ and source_data/.")
        if not is_case(path):
            raise UserError(
                f"the case {folder} holds no folder input_csv/. A case has input_csv/locations.csv, routes.csv, "
                "sim_period.csv and more, and source_data/data_layout.csv and the series that it names."
            )
        return _read(path)
    except OSError as error:
        raise UserError(f"cannot read the case {folder}: {error.filename}: {error.strerror}.") from error


def _read(path: Path) -> Case:
    problems, inputs = Problems(), path / "input_csv"
    period = _period(inputs, problems)
    sheet = read_sheet(inputs / "locations.csv", "locations.csv", problems)
    located = read_places(sheet, problems) if sheet else None
    if located is None or period is None:
        problems.refuse(path)
    assert located is not None
    assert period is not None
    start, days = period
    if not _fits("sim_period.csv", "days", days, "places", len(located.kind), problems):
        problems.refuse(path)
    case = _assembled(path, located, start, days, problems)
    problems.refuse(path)
    return case


def _period(inputs: Path, problems: Problems) -> tuple[date, int] | None:
    name = (
        "conflict_period.csv"
        if (not (inputs / "sim_period.csv").exists() and (inputs / "conflict_period.csv").exists())
        else "sim_period.csv"
    )
    sheet = read_sheet(inputs / name, name, problems)
    if sheet is None:
        return None
    cells = [(row.line, row.cell(0), row.cell(1)) for row in sheet.rows]
    if sheet.header and sheet.header[0].lower() in ("startdate", "length"):  # a header mark before the first row
        cells.insert(0, (1, sheet.header[0], sheet.header[1] if len(sheet.header) > 1 else ""))
    start: date | None = None
    days: int | None = None
    for line, key, value in cells:
        if key.lower() == "startdate":
            start = day_of(value, name, line, "StartDate", problems)
        elif key.lower() == "length":
            allowed = f"a whole number of days from 1 to {MOST_DAYS}"
            days = whole(value, name, line, "Length", problems, 1, MOST_DAYS, allowed)
        else:
            problems.note(f"{name}: line {line} is not used: allowed are {PERIOD}")
    for key, given in (("StartDate", start), ("Length", days)):
        if given is None and not any(cell[1].lower() == key.lower() for cell in cells):
            problems.add(name, None, key, f"is missing; the file holds {PERIOD}")
    if start is not None and days is not None and (date.max - start).days <= days + 1:
        problems.add(name, None, "Length", f"{days} days from {start} pass the last date that there is")
        return None
    return None if start is None or days is None else (start, days)


def _assembled(path: Path, located: Located, start: date, days: int, problems: Problems) -> Case:
    inputs, places = path / "input_csv", located.places
    routes = read_sheet(inputs / "routes.csv", "routes.csv", problems) or Sheet("routes.csv", (), ())
    links, forced = read_links(routes, places.name, problems)
    if not _fits("sim_period.csv", "days", days, "links (two for each route)", len(links.km), problems):
        problems.refuse(path)
    alone = sorted(set(range(len(places.name))) - set(links.start.tolist()))
    if alone and routes.rows:
        some = ", ".join(places.name[place] for place in alone[:10]) + (" ..." if len(alone) > 10 else "")
        problems.note(f"routes.csv: no link joins {some}: nobody leaves there and nobody comes")
    closures = _optional(inputs / "closures.csv", problems)
    closed = read_closures(closures, places, links, days, problems) if closures else []
    kinds, shut, open_, redirected = apply(closed, places, links, forced, located.kind, days)
    intensity = intensities(
        located,
        _optional(inputs / "conflicts.csv", problems, headed=True),
        _optional(inputs / "flood_level.csv", problems, headed=True),
        days,
        problems,
    )
    kinds = _with_conflict(kinds, intensity)
    camps = np.flatnonzero(np.isin(kinds, CAMPS).any(axis=0))
    if not _fits("locations.csv", "camps", len(camps), "places", len(places.name), problems):
        problems.refuse(path)
    registered, total = _registered(path, located, camps, start, days, problems)
    ties = read_ties(inputs, located, camps.tolist(), problems)
    _unread(path, problems)
    states = Days(kinds, intensity, began(intensity), shut, open_, redirected)
    name = path.resolve().name
    initial = np.array(located.initial)[camps]
    return Case(
        name, start, days, places, links, states, camps, registered, total, initial, ties, tuple(problems.notes)
    )


def _fits(file: str, ones: str, one: int, others: str, other: int, problems: Problems) -> bool:
    """Whether a table of this shape may be held; keeps a problem where not."""
    if one * other <= MOST_CELLS:
        return True
    problems.add(
        file,
        None,
        None,
        f"{one:,} {ones} times {other:,} {others} are {one * other:,}; at most {MOST_CELLS:,} are allowed",
    )
    return False


def _optional(path: Path, problems: Problems, headed: bool = False) -> Sheet | None:
    return read_sheet(path, path.name, problems, headed) if path.exists() else None


def _with_conflict(kinds: "np.ndarray[tuple[int, int], np.dtype[np.int8]]", intensity: Floats):  # type: ignore[no-untyped-def]
    """Zones without conflict are towns; towns and hubs with conflict are zones. Camps and markers stay what they are."""
    found = np.where((kinds == Kind.CONFLICT) & (intensity <= 0), Kind.TOWN, kinds)
    return np.where(np.isin(found, (Kind.TOWN, Kind.HUB)) & (intensity > 0), Kind.CONFLICT, found).astype(np.int8)


def _registered(
    path: Path,
    located: Located,
    camps: "np.ndarray[tuple[int], np.dtype[np.int64]]",
    start: date,
    days: int,
    problems: Problems,
) -> tuple[Floats, Floats]:
    names = [located.places.name[camp] for camp in camps]
    registered = np.full((days + 1, len(camps)), np.nan)
    sheet = _optional(path / "source_data" / "data_layout.csv", problems)
    if sheet is None:
        problems.note("source_data/data_layout.csv is missing: the case runs, nothing can be compared")
        return registered, np.zeros(0)
    series = read_layout(sheet, path / "source_data", start, problems)
    corrections = _optional(path / "input_csv" / "registration_corrections.csv", problems)
    if corrections:
        correct(corrections, series, start, days, problems)
    daily, total = split(series, names, days, problems)
    for at, name in enumerate(names):
        if name in daily:
            registered[:, at] = daily[name]
        else:
            problems.note(f"data_layout.csv: {name} has no data: it is simulated and not compared")
    return registered, total


def _unread(path: Path, problems: Problems) -> None:
    """Say which files are there and not read."""
    for file in sorted((path / "input_csv").iterdir()):
        if file.name not in READ and not file.name.startswith((".", "demographics_")):
            problems.note(f"{file.name} is not used: this model has no such mechanism")
    if (path / "input_csv" / "sim_period.csv").exists() and (path / "input_csv" / "conflict_period.csv").exists():
        problems.note("conflict_period.csv is not used: sim_period.csv is there")
