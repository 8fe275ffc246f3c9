"""Reads locations.csv: the places of a case, with their kinds, numbers and optional columns."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from mixflow.scenarios.separated import Row, key_of

from .case import Kind, Places
from .problems import CaseProblems
from .sheets import Form, Sheet, SheetColumn, check_width, say_unnamed
from .values import case_day, filled, number, people, shown

USED = ("conflict_intensity", "initial_idps", "ethnicity", "language")
IGNORED = ("capacity_per_day", "deactivation_probability")
FORM = Form(
    (
        SheetColumn("name", ("place", "location")),
        SheetColumn("region", ("admin1",), needed=False),
        SheetColumn("country"),
        SheetColumn("latitude", ("lat", "gps_x"), needed=False),
        SheetColumn("longitude", ("lon", "lng", "long", "gps_y"), needed=False),
        SheetColumn("location_type", ("type",)),
        SheetColumn("conflict_date", ("conflict_start",), needed=False),
        SheetColumn(
            "population/capacity",
            ("population", "capacity", "pop", "pop/cap", "population_capacity", "population_or_capacity", "pop_cap"),
        ),
    ),
    (*USED, *IGNORED),
    ("name",),
)
COLUMNS = FORM.names

KINDS = {
    "conflict_zone": Kind.CONFLICT,
    "conflict": Kind.CONFLICT,
    "flood_zone": Kind.CONFLICT,
    "flood": Kind.CONFLICT,
    "town": Kind.TOWN,
    "default": Kind.TOWN,
    "camp": Kind.CAMP,
    "idpcamp": Kind.IDP_CAMP,
    "idp_camp": Kind.IDP_CAMP,
    "forwarding_hub": Kind.HUB,
    "forward": Kind.HUB,
    "marker": Kind.MARKER,
}
"""Location types as files write them."""

PARTS = (
    ("idp", Kind.IDP_CAMP),
    ("camp", Kind.CAMP),
    ("conflict", Kind.CONFLICT),
    ("flood", Kind.CONFLICT),
    ("forward", Kind.HUB),
    ("marker", Kind.MARKER),
    ("town", Kind.TOWN),
    ("city", Kind.TOWN),
    ("village", Kind.TOWN),
)
"""What other types hold, the first that fits; `idp` only beside `camp`."""

MOST = 20_000
"""Places of a case."""

CAMPS = (Kind.CAMP, Kind.IDP_CAMP)
DAY = "a day of the case, 0 being the first, below 0 if it began before; or nothing"
PEOPLE = "a number of people, 0 or more, or nothing"


@dataclass(frozen=True)
class Located:
    """Places and what the same file says about their beginnings.

    Attributes
    ----------
    places
        See `mixflow.scenarios.displacement.case.Places`.
    line
        The line of each place in the file.
    kind
        Kind of each place before closures and conflicts.
    flood
        Whether a zone is one of floods.
    ignites
        The day on which a zone's conflict begins, below 0 where it began before the period; None where no day is given.
    intensity
        Of a zone's conflict when no table says otherwise.
    initial
        People who are there on the first day, where no registrations say otherwise.
    groups
        For each of `ethnicity` and `language`, what each place has in that column.
    """

    places: Places
    line: tuple[int, ...]
    kind: tuple[Kind, ...]
    flood: tuple[bool, ...]
    ignites: tuple[int | None, ...]
    intensity: tuple[float, ...]
    initial: tuple[float, ...]
    groups: dict[str, tuple[str, ...]]


def read_places(sheet: Sheet, start: date, problems: CaseProblems) -> Located | None:
    """Read the places; None, and problems, where that cannot be done."""
    extra = {key_of(name): at for at, name in enumerate(sheet.header) if at >= len(COLUMNS) and name}
    for name in extra:
        if name not in USED:
            why = "this model has no such mechanism" if name in IGNORED else "the column is not known"
            problems.tolerate(f"{sheet.name}: column {name} is not used: {why}")
    if not sheet.rows:
        problems.add(sheet.name, None, None, f"has no places; a row is {','.join(COLUMNS)}")
        return None
    if len(sheet.rows) > MOST:
        problems.add(sheet.name, None, None, f"has {len(sheet.rows):,} places; at most {MOST:,} are allowed")
        return None
    say_unnamed(sheet, len(COLUMNS), problems)
    before = problems.wrong
    seen: dict[str, Row] = {}
    read = [
        _place(row, sheet, extra, seen, start, problems)
        for row in sheet.rows
        if check_width(row, sheet.name, 6, COLUMNS, problems)
    ]
    found = [place for place in read if place]
    if problems.wrong > before or not found:
        return None
    _say_dates(sheet.name, found, problems)
    return _located(sheet.name, found, extra, problems)


@dataclass(frozen=True)
class _Place:
    name: str
    line: int
    country: str
    lat: float
    lon: float
    kind: Kind
    flood: bool
    ignites: int | None
    unused_date: bool
    number: float
    extra: dict[str, str]
    intensity: float
    initial: float


def _place(
    row: Row, sheet: Sheet, extra: dict[str, int], seen: dict[str, Row], start: date, problems: CaseProblems
) -> _Place | None:
    name, file, line = row.cell(0), sheet.name, row.line
    if not name:
        problems.add(file, line, "name", "is empty; every place has a name")
        return None
    if name in seen:
        if _counting(seen[name], extra) == _counting(row, extra):
            problems.tolerate(f"{file}: line {line} is not used: it repeats line {seen[name].line}")
        else:
            problems.add(
                file, line, "name", f"{shown(name)} stands in line {seen[name].line} already; names are unique"
            )
        return None
    seen[name] = row
    kind = _kind(row.cell(5), file, line, problems)
    if kind is None:
        return None
    when = filled(row.cell(6), file, "conflict_date", problems)
    ignites = None
    if when and kind is Kind.CONFLICT:
        ignites = case_day(when, file, line, "conflict_date", problems, start, DAY)
        if ignites is None:
            return None
    size = filled(row.cell(7), file, COLUMNS[7], problems)
    if size in ("-1", "-1.0"):
        what = "capacity" if kind in CAMPS else "population"
        problems.tolerate(f"{file}: {what} {size} of {name} is read as none given")
        size = ""
    count = people(size or "0", file, line, COLUMNS[7], problems, 1e10, PEOPLE, sheet.separator)
    texts = {key: row.cell(at) for key, at in extra.items()}
    given = filled(texts.get("conflict_intensity", ""), file, "conflict_intensity", problems)
    intensity = number(given or "1", file, line, "conflict_intensity", problems, 0, 1, "0 to 1, or nothing")
    given = filled(texts.get("initial_idps", ""), file, "initial_idps", problems)
    initial = people(given or "0", file, line, "initial_idps", problems, 1e9, PEOPLE, sheet.separator)
    if count is None or intensity is None or initial is None:
        return None
    return _Place(
        name, line, row.cell(2) or "unknown", _degrees(row.cell(3), 90, file, line, "latitude", problems),
        _degrees(row.cell(4), 180, file, line, "longitude", problems), kind, "flood" in row.cell(5).lower(), ignites,
        bool(when) and kind is not Kind.CONFLICT and when not in ("0", "-1"), count, texts, intensity, initial,
    )  # fmt: skip


def _counting(row: Row, extra: dict[str, int]) -> tuple[str, ...]:
    """The cells of a place that have an effect: all but its region and its coordinates, which the map alone shows."""
    used = (extra[key] for key in USED if key in extra)
    return tuple(row.cell(at) for at in (0, 2, 5, 6, 7, *used))


def _kind(text: str, file: str, line: int, problems: CaseProblems) -> Kind | None:
    key = key_of(text)
    if key in KINDS:
        return KINDS[key]
    for part, kind in PARTS:
        if part in key and (part != "idp" or "camp" in key):
            read_as = next(name for name, other in KINDS.items() if other is kind)
            read_as = "flood_zone" if part == "flood" else read_as
            problems.tolerate(f"{file}: location type {shown(text)} is read as {read_as}")
            return kind
    problems.add(file, line, "location_type", f"{shown(text)} is not allowed; allowed: {', '.join(sorted(KINDS))}")
    return None


def _degrees(text: str, most: float, file: str, line: int, column: str, problems: CaseProblems) -> float:
    """A coordinate, which only the map needs: 0, and a note, where it is none."""
    if not text:
        return 0.0
    tried = CaseProblems()
    value = number(text, file, line, column, tried, -most, most)
    if value is None:
        problems.tolerate(
            f"{file}: line {line}, column {column}: {shown(text)} is not used, the map shows 0 there; "
            f"allowed: degrees from -{most} to {most}"
        )
    return 0.0 if value is None else value


def _say_dates(file: str, found: list[_Place], problems: CaseProblems) -> None:
    """Name the places whose conflict dates have no effect, and those whose conflict began before the period."""
    unused = [place.name for place in found if place.unused_date]
    if unused:
        problems.tolerate(f"{file}: conflict dates of places that are no conflict zones are not used: {_some(unused)}")
    old = [f"{place.name} ({place.ignites})" for place in found if place.ignites is not None and place.ignites < 0]
    if old:
        problems.note(f"{file}: conflicts that began before the period hold from its first day: {_some(old)}")


def _some(names: list[str], most: int = 10) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def _located(file: str, read: list[_Place], extra: dict[str, int], problems: CaseProblems) -> Located:
    spelt: dict[str, str] = {}
    for place in read:
        first = spelt.setdefault(key_of(place.country), place.country)
        if place.country != first:
            problems.tolerate(f"{file}: country {place.country!r} is read as {first}")
    country = tuple(spelt[key_of(place.country)] for place in read)
    of_camps = np.array([place.kind in CAMPS for place in read], np.bool_)
    numbers = np.array([place.number for place in read])
    places = Places(
        name=tuple(place.name for place in read),
        country=country,
        lat=np.array([place.lat for place in read]),
        lon=np.array([place.lon for place in read]),
        population=np.where(of_camps, 0.0, numbers),
        capacity=np.where(of_camps, numbers, 0.0),
        foreign=np.array([name != country[0] for name in country], np.bool_),
    )
    return Located(
        places,
        line=tuple(place.line for place in read),
        kind=tuple(place.kind for place in read),
        flood=tuple(place.flood for place in read),
        ignites=tuple(place.ignites for place in read),
        intensity=tuple(place.intensity for place in read),
        initial=tuple(place.initial for place in read),
        groups={key: tuple(p.extra[key] for p in read) for key in ("ethnicity", "language") if key in extra},
    )
