"""Reads locations.csv: the places of a case, with their kinds, numbers and optional columns."""

from dataclasses import dataclass

import numpy as np

from .case import Kind, Places
from .files import Row, Sheet, check_width, number, shown, whole
from .problems import Problems

COLUMNS = (
    "name",
    "region",
    "country",
    "latitude",
    "longitude",
    "location_type",
    "conflict_date",
    "population/capacity",
)

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

USED = ("conflict_intensity", "initial_idps", "ethnicity", "language")
IGNORED = ("capacity_per_day", "deactivation_probability")
MOST = 20_000
"""Places of a case."""

CAMPS = (Kind.CAMP, Kind.IDP_CAMP)


@dataclass(frozen=True)
class Located:
    """Places and what the same file says about their beginnings.

    Attributes
    ----------
    places
        See `mixflow.scenarios.displacement.case.Places`.
    kind
        Kind of each place before closures and conflicts.
    flood
        Whether a zone is one of floods.
    ignites
        The day on which a zone's conflict begins; -1 for none.
    intensity
        Of a zone's conflict when no table says otherwise.
    initial
        People who are there on the first day, where no registrations say otherwise.
    groups
        For each of `ethnicity` and `language`, what each place has in that column.
    """

    places: Places
    kind: tuple[Kind, ...]
    flood: tuple[bool, ...]
    ignites: tuple[int, ...]
    intensity: tuple[float, ...]
    initial: tuple[float, ...]
    groups: dict[str, tuple[str, ...]]


def read_places(sheet: Sheet, problems: Problems) -> Located | None:
    """Read the places; None, and problems, where that cannot be done."""
    extra = {name.lower(): at for at, name in enumerate(sheet.header) if at >= len(COLUMNS) and name}
    for name in extra:
        if name not in USED:
            why = "this model has no such mechanism" if name in IGNORED else "the column is not known"
            problems.note(f"{sheet.name}: column {name} is not used: {why}")
    if not sheet.rows:
        problems.add(sheet.name, None, None, f"has no places; a row is {','.join(COLUMNS)}")
        return None
    if len(sheet.rows) > MOST:
        problems.add(sheet.name, None, None, f"has {len(sheet.rows):,} places; at most {MOST:,} are allowed")
        return None
    before = len(problems.found)
    seen: dict[str, int] = {}
    read = [
        _place(row, sheet, extra, seen, problems)
        for row in sheet.rows
        if check_width(row, sheet.name, 6, COLUMNS, problems)
    ]
    if len(problems.found) > before or not read:
        return None
    return _located([place for place in read if place], extra)


@dataclass(frozen=True)
class _Place:
    name: str
    country: str
    lat: float
    lon: float
    kind: Kind
    flood: bool
    ignites: int
    number: float
    extra: dict[str, str]
    intensity: float
    initial: float


def _place(row: Row, sheet: Sheet, extra: dict[str, int], seen: dict[str, int], problems: Problems) -> _Place | None:
    name, file, line = row.cell(0), sheet.name, row.line
    if not name:
        problems.add(file, line, "name", "is empty; every place has a name")
        return None
    if name in seen:
        problems.add(file, line, "name", f"{shown(name)} stands in line {seen[name]} already; names are unique")
    seen.setdefault(name, line)
    lat = number(row.cell(3) or "0", file, line, "latitude", problems, -90, 90, "degrees from -90 to 90")
    lon = number(row.cell(4) or "0", file, line, "longitude", problems, -180, 180, "degrees from -180 to 180")
    given = row.cell(5).lower()
    if given not in KINDS:
        problems.add(
            file, line, "location_type", f"{shown(row.cell(5))} is not allowed; allowed: {', '.join(sorted(KINDS))}"
        )
        return None
    ignites: int | None = -1
    if row.cell(6) and KINDS[given] is Kind.CONFLICT:
        ignites = whole(
            row.cell(6), file, line, "conflict_date", problems, -(10**6), 10**6, "a day of the case, 0 being the first"
        )
    people = number(
        row.cell(7) or "0", file, line, COLUMNS[7], problems, 0, 1e10, "a number of people, 0 or more, or nothing"
    )
    texts = {key: row.cell(at) for key, at in extra.items()}
    intensity = number(
        texts.get("conflict_intensity") or "1", file, line, "conflict_intensity", problems, 0, 1, "0 to 1, or nothing"
    )
    initial = number(
        texts.get("initial_idps") or "0", file, line, "initial_idps", problems, 0, 1e9, "a number of people, 0 or more"
    )
    if lat is None or lon is None or ignites is None or people is None or intensity is None or initial is None:
        return None
    country = row.cell(2) or "unknown"
    return _Place(name, country, lat, lon, KINDS[given], "flood" in given, ignites, people, texts, intensity, initial)


def _located(read: list[_Place], extra: dict[str, int]) -> Located:
    home = read[0].country
    of_camps = np.array([place.kind in CAMPS for place in read], np.bool_)
    numbers = np.array([place.number for place in read])
    places = Places(
        name=tuple(place.name for place in read),
        country=tuple(place.country for place in read),
        lat=np.array([place.lat for place in read]),
        lon=np.array([place.lon for place in read]),
        population=np.where(of_camps, 0.0, numbers),
        capacity=np.where(of_camps, numbers, 0.0),
        foreign=np.array([place.country != home for place in read], np.bool_),
    )
    return Located(
        places,
        kind=tuple(place.kind for place in read),
        flood=tuple(place.flood for place in read),
        ignites=tuple(place.ignites for place in read),
        intensity=tuple(place.intensity for place in read),
        initial=tuple(place.initial for place in read),
        groups={key: tuple(p.extra[key] for p in read) for key in ("ethnicity", "language") if key in extra},
    )
