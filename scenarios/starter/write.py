"""Writes the folder of a new scenario: tables, config and README."""

import csv
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from mixflow.scenarios.base.reader import Base, Row
from mixflow.scenarios.config import scenario_config
from mixflow.scenarios.schema import TABLES
from mixflow.scenarios.starter import admissions, drivers, edges, places, readme, roles, states, stocks
from mixflow.scenarios.starter.request import FIRST, LAST, Request
from mixflow.sim.base.errors import UserError

Tables = dict[str, list[Row]]

EQUIVALENTS = 8_000_000.0
"""Simulated and implicit people of a new scenario at its default scale, so that a decade takes seconds."""

FITTED = "mediterranean"
"""The scenario whose fitted parameters a new one begins with."""

MARGIN = 3.0
"""Degrees around the places that a map shows."""

FINEST, COARSEST = 0.1, 0.0005
RATES = range(2008, 2020)
"""Years of decisions that are published; later ones are kept to test models."""


def made(asked: Request, base: Base) -> tuple[Tables, dict[str, object]]:
    """The tables of a scenario and what was decided for it: countries, destinations, scale, and who was left out.

    Raises
    ------
    UserError
        When a country has no data, or cannot be reached and nothing was asked for it.
    """
    year = asked.start.year
    countries = list(asked.countries)
    access = edges.PassportAccess(base, countries, year)
    left_out: set[str] = set()
    linked: list[tuple[str, str]] = []
    for _ in range(2):  # the second time without islands, or with flights to them
        driver_rows = drivers.drivers(base, countries)
        at_start = {(row["country"], row["driver"]): row["value"] for row in driver_rows if row["year"] == year}
        income = {code: float(at_start[code, "income"]) for code in countries}
        chosen = tuple(code for code in asked.destinations if code in countries)
        to = chosen or roles.destinations(base, countries, income, year)
        cities = places.chosen_cities(base, countries, asked.cities, edges.ferries(base, countries))
        people = {code: int(at_start[code, "population"]) for code in countries}
        place_rows = places.places(base, cities, to, people, year)
        edge_rows = edges.edges(base, place_rows, access, linked)
        out, linked = edges.checked_islands(edges.connected(edge_rows, countries), asked.islands)
        if not out and not linked:
            break
        left_out |= out
        countries = [code for code in countries if code not in out]
        if len(countries) < 2:
            raise UserError(
                f"Without {', '.join(sorted(left_out))} one country is left: nobody could move. Add countries."
            )
        if linked:
            edge_rows = edges.edges(base, place_rows, access, linked)
            break
    origins = sorted(set(countries) - set(to))
    before = [other for other in RATES if year - 3 <= other < year] or [RATES[0]]
    span = range(year, asked.end.year + 1)
    asylum = roles.deciding(base, countries, before) or tuple(to)
    role_rows = roles.country_rows(base, countries, to, asylum, year)
    hosts = [row["iso3"] for row in role_rows if row["hosts"]]
    tables: Tables = {
        "countries": role_rows,
        "corridors": edges.corridors(edge_rows, to, {row["iso3"]: row["name"] for row in role_rows}),
        "groups": states.groups(base, countries, year, states.policy_groups(edge_rows, to, asylum)),
        "places": place_rows,
        "edges": edge_rows,
        "edge_attributes": edges.edge_attributes(edge_rows, to),
        "drivers": driver_rows,
        "recognition": states.recognition(base, origins, asylum, [other for other in RATES if other >= year - 2]),
        "recognition_by_country": states.recognition_by_country(base, origins, asylum, before),
        "diaspora": stocks.diaspora(base, origins, countries, year),
        "hosted": stocks.hosted(base, origins, countries, hosts, asylum, [year - 2, year - 1]),
        "admissions": admissions.admissions(base, origins, to, span),
        "asylum_offices": states.asylum_offices(base, asylum, before),
        "returns": states.returns(origins),
        "zones": states.zones(base, access.zones, year),
        "remittance_costs": stocks.remittance_costs(base, origins, countries),
        "seasons": [],
    }
    total = sum(people[code] for code in origins)
    scale = min(FINEST, max(COARSEST, float(f"{EQUIVALENTS / max(total, 1):.1g}")))
    decided = {
        "countries": countries,
        "destinations": list(to),
        "origins": origins,
        "scale": scale,
        "left_out": sorted(left_out),
    }
    return tables, decided | {"joined": [list(pair) for pair in linked]}


def write(folder: Path, asked: Request, base: Base) -> dict[str, object]:
    """Write a scenario into a folder that is not there yet; nothing is left behind where it fails.

    Returns
    -------
    dict
        What was decided: countries, destinations, origins, scale, left_out, joined.
    """
    tables, decided = made(asked, base)
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{asked.name}-", dir=folder.parent))
    try:
        for name, rows in tables.items():
            _write_table(work / f"{name}.csv", name, rows)
        (work / "outline.json").write_text(_outline(tables["places"], base), encoding="utf-8")
        (work / "world.yaml").write_text(_frame(asked, decided, base), encoding="utf-8")
        (work / "scenario.yaml").write_text(_config(asked, decided), encoding="utf-8")
        (work / "README.md").write_text(readme.text(asked, tables, decided, base), encoding="utf-8")
        work.chmod(0o755)
        work.rename(folder)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    return decided


def _write_table(path: Path, name: str, rows: Sequence[Mapping[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, TABLES[name].header, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows({key: _cell(value) for key, value in row.items()} for row in rows)


def _outline(place_rows: Sequence[Row], base: Base) -> str:
    """Outlines of the countries that a map of the places shows, in the form of a scenario."""
    lon, lat = ([float(row[name]) for row in place_rows] for name in ("longitude", "latitude"))
    west, east, south, north = min(lon) - MARGIN, max(lon) + MARGIN, min(lat) - MARGIN, max(lat) + MARGIN
    shapes: dict[str, list[list[list[list[float]]]]] = {}
    for row in base.rows("outlines"):
        ring = [[float(part) for part in point.split(",")] for point in row["ring"].split()]
        if any(west <= x <= east and south <= y <= north for x, y in ring):
            shapes.setdefault(row["country"], []).append([ring])
    text, as_of = base.source("natural_earth")
    countries = [{"iso3": code, "polygons": polygons} for code, polygons in sorted(shapes.items())]
    return json.dumps({"source": text, "as_of": as_of, "countries": countries}, separators=(",", ":")) + "\n"


def _cell(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _config(asked: Request, decided: Mapping[str, object]) -> str:
    params = yaml.safe_dump({"params": scenario_config(FITTED)["params"]}, sort_keys=False)
    title = asked.title or f"Mixed migration between {_listed(decided['countries'])}"
    return (
        "# @package _global_\n"
        f"scenario: {asked.name}\n"
        f"title: {_quoted(title)}\n"
        "description: A first version from the base, not fitted to any record; README.md lists what it assumes.\n"
        f"scale: {decided['scale']:g} # simulated people per real person\n"
        f'start: "{asked.start}"\n'
        f'end: "{asked.end}"\n\n'
        f"# Assumption: people choose as fitted to the scenario {FITTED}, until fitted to records of this world.\n"
        f"{params}"
    )


def _frame(asked: Request, decided: Mapping[str, object], base: Base) -> str:
    to = decided["destinations"]
    assert isinstance(to, list)
    americas = all(base.countries[code]["region"] == "Americas" for code in to)
    return (
        "# What holds for the world as a whole; tables beside it hold the rest.\n"
        f"region: {_quoted(roles.region_of(base, to))} # where its destinations lie, in words\n"
        "currency: EUR # all money stands in it\n"
        f"first_year: {FIRST.year} # with drivers: a run begins in it at the earliest\n"
        f"last_year: {LAST.year} # and ends in it at the latest\n"
        f"reference_date: {asked.start} # of facts without a year\n"
        f"hold_out: {2021 if americas else 2019}-12-31 # later records are refused: they test the finished model\n"
    )


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _listed(codes: object) -> str:
    assert isinstance(codes, list)
    return ", ".join(codes[:8]) + (f" and {len(codes) - 8} more" if len(codes) > 8 else "")
