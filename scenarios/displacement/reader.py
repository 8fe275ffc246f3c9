"""Reads a case directory into a Case, or refuses it with everything that is wrong in it at once."""

from datetime import date
from pathlib import Path

import numpy as np

from mixflow.sim.base.errors import UserError

from .case import Case, Days, Floats, Ints, Kind, Kinds
from .closures import FORM as CLOSURES
from .closures import Borders, apply, read_closures
from .conflicts import LEAD, intensities
from .links import FORM as ROUTES
from .links import read_links
from .names import Names
from .opened import CaseFiles
from .period import read_period
from .places import CAMPS, Located, read_places
from .places import FORM as LOCATIONS
from .problems import CaseProblems
from .registrations import CORRECTIONS, DATA, LAYOUT, correct, read_layout, split
from .senders import check_arrivals, check_senders
from .sheets import Form, Sheet, read_sheet, read_table
from .ties import read_ties

MOST_CELLS = 2 * 10**8
"""Of a table of days by places or by links, or of camps by places; assumption: what fits the memory of a common machine."""

READ = (
    "locations.csv", "routes.csv", "closures.csv", "conflicts.csv", "flood_level.csv", "sim_period.csv",
    "conflict_period.csv", "registration_corrections.csv",
)  # fmt: skip


SETTINGS = ("simsetting.yml", "simsetting.yaml", "simsetting.csv")
"""Files beside or in a case in which other programs keep the numbers of their rules."""


def is_case(folder: Path) -> bool:
    """Whether a folder looks like a case: it holds input_csv/."""
    return (folder / "input_csv").is_dir()


def read_case(folder: Path | str, strict: bool = False) -> Case:
    """Read a case.

    Parameters
    ----------
    folder
        That holds `input_csv/` and `source_data/`.
    strict
        Whether to refuse also what has no effect and what can be read in one way only; otherwise that is noted.

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
        return _read(path, CaseProblems(strict))
    except OSError as error:
        raise UserError(f"cannot read the case {folder}: {error.filename}: {error.strerror}.") from error


def _read(path: Path, problems: CaseProblems) -> Case:
    files = CaseFiles(path)
    listed = files.names("input_csv")
    period = read_period(files, listed, problems)
    start = period[0] if period else date.min  # dates of a case without a start are only checked
    sheet = read_sheet(files, "input_csv/locations.csv", "locations.csv", problems, LOCATIONS)
    located = read_places(sheet, start, problems) if sheet else None
    if located is None or period is None:
        problems.refuse(path)
    assert located is not None
    assert period is not None
    days = period[1]
    if not _fits("sim_period.csv", "days", days, "places", len(located.kind), problems):
        problems.refuse(path)
    case = _assembled(files, listed, located, start, days, problems)
    problems.refuse(path)
    return case


def _assembled(
    files: CaseFiles, listed: list[str], located: Located, start: date, days: int, problems: CaseProblems
) -> Case:
    places, names = located.places, Names("place", located.places.name)
    routes = read_sheet(files, "input_csv/routes.csv", "routes.csv", problems, ROUTES) or Sheet("routes.csv")
    links, forced = read_links(routes, names, problems)
    if not _fits("sim_period.csv", "days", days, "links (two for each route)", len(links.km), problems):
        problems.refuse(files.root)
    _say_alone(located, routes, links.start, problems)
    closures = _optional(files, listed, "closures.csv", CLOSURES, problems)
    borders = Borders.of(places, names)
    closed = read_closures(closures, borders, links, start, days, problems) if closures else []
    kinds, shut, open_, redirected = apply(closed, borders.country, links, forced, located.kind, days)
    table, floods = (
        read_table(files, f"input_csv/{name}", name, problems, LEAD) if name in listed else None
        for name in ("conflicts.csv", "flood_level.csv")
    )
    conflict = intensities(located, names, table, floods, start, days, problems)
    kinds = _with_conflict(kinds, conflict.by_day)
    camps = np.flatnonzero(np.isin(kinds, CAMPS).any(axis=0))
    if not _fits("locations.csv", "camps", len(camps), "places", len(places.name), problems):
        problems.refuse(files.root)
    registered, total = _registered(files, listed, located, camps, start, days, problems)
    ties = read_ties(files, listed, located, names, camps.tolist(), problems)
    for name in listed:
        if name not in (*READ, *SETTINGS) and not name.startswith("demographics_"):
            problems.tolerate(f"{name} is not used: this model has no such mechanism")
    for name in SETTINGS:
        if (files.root / name).is_file() or name in listed:
            problems.tolerate(f"{name} is not used: the numbers of the rules are parameters, see `mixflow show params`")
    known = ~np.isnan(registered).any(axis=0)
    inflow = registered[:, known].sum(axis=1) if known.any() else total
    if not problems.wrong:
        check_senders(located, conflict, inflow, table is not None, start, days, problems)
        sends = (conflict.by_day > 0).any(axis=0) & (places.population > 0)
        check_arrivals(located, links, camps, sends, problems)
    states = Days(kinds, conflict.by_day, conflict.since, shut, open_, redirected)
    return Case(
        name=files.root.resolve().name,
        start=start,
        days=days,
        places=places,
        links=links,
        states=states,
        camps=camps,
        registered=registered,
        total=total,
        initial=np.array(located.initial)[camps],
        ties=ties,
        notes=problems.notes,
        files=tuple(sorted(files.seen.items())),
    )


def _optional(files: CaseFiles, listed: list[str], name: str, form: Form, problems: CaseProblems) -> Sheet | None:
    return read_sheet(files, f"input_csv/{name}", name, problems, form) if name in listed else None


def _fits(file: str, ones: str, one: int, others: str, other: int, problems: CaseProblems) -> bool:
    """Whether a table of this shape may be held; keeps a problem where not."""
    if one * other <= MOST_CELLS:
        return True
    said = f"{one:,} {ones} times {other:,} {others} are {one * other:,}; at most {MOST_CELLS:,} are allowed"
    problems.add(file, None, None, said)
    return False


def _say_alone(located: Located, routes: Sheet, starts: Ints, problems: CaseProblems) -> None:
    """Name the places that no link joins."""
    alone = sorted(set(range(len(located.kind))) - set(starts.tolist()))
    if alone and routes.rows:
        some = ", ".join(located.places.name[place] for place in alone[:10]) + (" ..." if len(alone) > 10 else "")
        problems.note(f"routes.csv: no link joins {some}: nobody leaves there and nobody comes")


def _with_conflict(kinds: Kinds, intensity: Floats) -> Kinds:
    """Zones without conflict are towns; towns and hubs with conflict are zones. Camps and markers stay what they are."""
    found = np.where((kinds == Kind.CONFLICT) & (intensity <= 0), Kind.TOWN, kinds)
    return np.where(np.isin(found, (Kind.TOWN, Kind.HUB)) & (intensity > 0), Kind.CONFLICT, found).astype(np.int8)


def _registered(
    files: CaseFiles, listed: list[str], located: Located, camps: Ints, start: date, days: int, problems: CaseProblems
) -> tuple[Floats, Floats]:
    names = [located.places.name[camp] for camp in camps]
    registered = np.full((days + 1, len(camps)), np.nan)
    if not files.has(f"{DATA}/data_layout.csv"):
        problems.note("source_data/data_layout.csv is missing: the case runs, nothing can be compared")
        return registered, np.zeros(0)
    sheet = read_sheet(files, f"{DATA}/data_layout.csv", "data_layout.csv", problems, LAYOUT)
    if sheet is None:
        return registered, np.zeros(0)
    series = read_layout(sheet, files, start, Names("camp", names), problems)
    corrections = _optional(files, listed, "registration_corrections.csv", CORRECTIONS, problems)
    if corrections:
        correct(corrections, series, start, days, problems)
    daily, total = split(series, start, days, problems)
    for at, name in enumerate(names):
        if name in daily:
            registered[:, at] = daily[name]
        else:
            problems.note(f"data_layout.csv: {name} has no data: it is simulated and not compared")
    return registered, total
