"""A world as arrays: what the tables of a scenario's folder say, checked and in index order."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from mixflow.scenarios.assumptions import assumed, refused
from mixflow.scenarios.corridors import codes_of, colours_of, modes_of, names_of
from mixflow.scenarios.problems import Problems
from mixflow.scenarios.roles import check_roles, roles_of
from mixflow.scenarios.schema import CHANNELS, DRIVERS, ELSEWHERE, QUANTITIES
from mixflow.scenarios.setting import setting_of
from mixflow.scenarios.tables import Columns, read_table, read_tables
from mixflow.sim.base.codes import Access, Mode, PlaceKind
from mixflow.sim.base.errors import UserError
from mixflow.sim.base.limits import EUR_A_YEAR, POPULATION
from mixflow.sim.world.anchor import Anchor

Floats = NDArray[np.float64]

MONEY = ("income", "wages")
"""Drivers that people are paid by."""


@dataclass(frozen=True, eq=False)
class World:
    """Everything the tables of one world say: countries sorted by code, places and edges in the order of the files.

    Shapes: C countries, P places, E edges, Y years from `first_year`. An edge without a fact costs nothing, kills
    nobody, is not watched, and has room for all; a route without a season has 1 in every month. `assumed` says what stands for
    countries that a table has no row for.
    """

    name: str
    countries: tuple[str, ...]
    place_names: tuple[str, ...]
    place_country: NDArray[np.int16]
    place_kind: NDArray[np.uint8]
    lat: Floats
    lon: Floats
    population: NDArray[np.int64]
    edge_names: tuple[str, ...]
    edge_from: NDArray[np.int32]
    edge_to: NDArray[np.int32]
    edge_mode: NDArray[np.uint8]
    edge_access: NDArray[np.uint8]
    edge_corridor: NDArray[np.uint8]
    distance_km: Floats
    price: Floats
    death: Floats
    interception: Floats
    smuggling_capacity: Floats
    first_year: int
    drivers: dict[str, Floats]
    recognition: Floats
    convention: Floats
    recognition_shift: Floats
    return_rate: Floats
    diaspora: dict[int, Floats]
    diaspora_elsewhere: dict[int, Floats]
    hosted: dict[int, list[tuple[int, int, str, float]]]
    admissions: dict[str, Floats]
    free_movement: NDArray[np.bool_]
    remittance_cost: Floats
    staff: Floats
    season: Floats
    origins: NDArray[np.bool_]
    corridors: tuple[str, ...]
    corridor_mode: NDArray[np.uint8]
    corridor_external: NDArray[np.bool_]
    destination: NDArray[np.bool_]
    asylum_system: NDArray[np.bool_]
    regular_channels: NDArray[np.bool_]
    hosts: NDArray[np.bool_]
    reacts_to_opinion: NDArray[np.bool_]
    bargains: NDArray[np.bool_]
    urban: dict[int, Floats] = field(default_factory=dict)
    admissions_later: dict[int, dict[str, Floats]] = field(default_factory=dict)
    assumed: tuple[str, ...] = ()
    corridor_names: dict[str, str] = field(default_factory=dict)
    corridor_colours: dict[str, str] = field(default_factory=dict)
    groups: dict[str, frozenset[str]] = field(default_factory=dict)
    region: str = ""
    reference_year: int = 9999
    anchor: Anchor | None = None

    @property
    def last_year(self) -> int:
        """The last year of the drivers."""
        return self.first_year + int(next(iter(self.drivers.values())).shape[1]) - 1

    def most_admissions(self) -> dict[str, Floats]:
        """The most places a year of any year, by channel."""
        tables = [self.admissions, *self.admissions_later.values()]
        return {channel: np.maximum.reduce([table[channel] for table in tables]) for channel in self.admissions}


def load_world(folder: Path, name: str) -> World:
    """Return the world whose tables lie in `folder`, or raise a UserError that names all that is wrong with them."""
    tables = read_tables(folder)
    countries = tuple(sorted(set(tables["places"]["country"])))
    index = {code: row for row, code in enumerate(countries)}
    first, years = _years(tables["drivers"])
    problems = Problems()
    places = _places(tables["places"], index)
    roles = roles_of(tables["countries"], index)
    setting = setting_of(folder)
    check_roles(tables, setting.currency, problems)
    states = [code for code in countries if roles["asylum_system"][index[code]]]
    admitting = [code for code in countries if roles["regular_channels"][index[code]]]
    corridors = tables["corridors"]
    people = {code for code, leave in zip(countries, places["origins"], strict=True) if leave}
    for said in refused(tables, states):
        problems.add(said)
    world = World(
        name=name,
        assumed=assumed(tables, people.union(tables["hosted"]["origin"]), states, admitting),
        countries=countries,
        first_year=first,
        drivers=_drivers(tables["drivers"], index, first, years, problems),
        recognition=_by_year(tables["recognition"], "rate", index, first, years),
        convention=_by_year(tables["recognition"], "convention", index, first, years),
        recognition_shift=_by_year(tables["recognition_by_country"], "log_odds", index, first, years, "country"),
        return_rate=_by_year(tables["returns"], "rate", index, first, years),
        hosted=_hosted(tables["hosted"], index),
        **_admissions(tables["admissions"], index, first),
        free_movement=_zones(tables["zones"], index),
        remittance_cost=_remittance_costs(tables["remittance_costs"], index),
        staff=_staff(tables["asylum_offices"], index),
        season=_season(tables["seasons"], codes_of(corridors)),
        urban=_urban(tables.get("towns"), index),
        corridors=codes_of(corridors),
        corridor_mode=modes_of(corridors),
        corridor_external=np.array([False, *(bool(v) for v in corridors["external"])]),
        corridor_names=names_of(corridors),
        corridor_colours=colours_of(corridors),
        groups=_groups(tables.get("groups")),
        region=setting.region,
        reference_year=setting.reference_date.year,
        **roles,
        **places,
        **_edges(tables),
        **_diaspora(tables["diaspora"], index),
    )
    _check_people(world, problems)
    problems.raise_any()
    return world


def _check_people(world: World, problems: Problems) -> None:
    people = int(world.population.sum())
    if people > POPULATION:
        problems.add(f"places.csv: {people:,} people in all; at most {POPULATION:,} are allowed.")


def load_recorded(folder: Path) -> Columns:
    """Return what authorities recorded, as columns; only what compares the model with it may read this."""
    return read_table(folder, "recorded")


def graph(world: World) -> "nx.MultiDiGraph[str]":
    """Return the world's places and edges as a NetworkX graph: nodes by name, an edge's key is its name."""
    result: nx.MultiDiGraph[str] = nx.MultiDiGraph(name=world.name)
    for row, place in enumerate(world.place_names):
        result.add_node(
            place,
            index=row,
            country=world.countries[world.place_country[row]],
            kind=PlaceKind(int(world.place_kind[row])).label,
            lat=float(world.lat[row]),
            lon=float(world.lon[row]),
            population=int(world.population[row]),
        )
    for row, edge in enumerate(world.edge_names):
        result.add_edge(
            world.place_names[world.edge_from[row]],
            world.place_names[world.edge_to[row]],
            key=edge,
            index=row,
            mode=Mode(int(world.edge_mode[row])).label,
            access=Access(int(world.edge_access[row])).label,
            corridor=world.corridors[world.edge_corridor[row]],
            distance_km=float(world.distance_km[row]),
            price=float(world.price[row]),
            death=float(world.death[row]),
            interception=float(world.interception[row]),
            smuggling_capacity=float(world.smuggling_capacity[row]),
        )
    return result


def _years(drivers: Columns) -> tuple[int, int]:
    if not drivers["year"]:
        raise UserError("drivers.csv has no rows: every country needs every driver for every year.")
    first = min(drivers["year"])
    return first, max(drivers["year"]) - first + 1


def _places(places: Columns, index: dict[str, int]) -> dict[str, Any]:
    kinds = {label: code for code, label in enumerate(PlaceKind.labels())}
    country = np.array([index[code] for code in places["country"]], np.int16)
    kind = np.array([kinds[label] for label in places["kind"]], np.uint8)
    population = np.array(places["population"], np.int64)
    home = np.isin(kind, (PlaceKind.SETTLEMENT, PlaceKind.CONFLICT_ZONE)) & (population > 0)
    origins = np.zeros(len(index), np.bool_)
    origins[country[home]] = True
    return {
        "place_names": tuple(places["place"]),
        "place_country": country,
        "place_kind": kind,
        "lat": np.array(places["latitude"]),
        "lon": np.array(places["longitude"]),
        "population": population,
        "origins": origins,
    }


def _edges(tables: dict[str, Columns]) -> dict[str, Any]:
    routes, facts = tables["edges"], tables["edge_attributes"]
    place = {name: row for row, name in enumerate(tables["places"]["place"])}
    mode = {label: code for code, label in enumerate(Mode.labels())}
    access = {label: code for code, label in enumerate(Access.labels())}
    names = tuple(_edge_names(routes))
    corridor = codes_of(tables["corridors"])
    edge = {name: row for row, name in enumerate(names)}
    values = {quantity: np.zeros(len(names)) for quantity in QUANTITIES}
    values["smuggling_capacity"][:] = np.inf
    for name, quantity, value in zip(_edge_names(facts), facts["quantity"], facts["value"], strict=True):
        values[quantity][edge[name]] = value
    return {
        "edge_names": names,
        "edge_from": np.array([place[name] for name in routes["origin"]], np.int32),
        "edge_to": np.array([place[name] for name in routes["destination"]], np.int32),
        "edge_mode": np.array([mode[label] for label in routes["mode"]], np.uint8),
        "edge_access": np.array([access[label] for label in routes["access"]], np.uint8),
        "edge_corridor": np.array([corridor.index(name) for name in routes["corridor"]], np.uint8),
        "distance_km": np.array(routes["distance_km"], np.float64),
        **values,
    }


def _edge_names(columns: Columns) -> list[str]:
    triples = zip(columns["origin"], columns["destination"], columns["mode"], strict=True)
    return [f"{origin}>{destination}:{mode}" for origin, destination, mode in triples]


def _drivers(columns: Columns, index: dict[str, int], first: int, years: int, problems: Problems) -> dict[str, Floats]:
    result = {driver: np.full((len(index), years), np.nan) for driver in DRIVERS}
    for code, year, driver, value in zip(
        columns["country"], columns["year"], columns["driver"], columns["value"], strict=True
    ):
        result[driver][index[code], year - first] = value
        if driver in MONEY and not 0 <= value <= EUR_A_YEAR:
            problems.add(
                f"drivers.csv: {driver} of {code} in {year} is {value:g}; allowed: 0 to {EUR_A_YEAR:,} a year, as money is counted "
                "in whole EUR in 32 bits."
            )
    for code, row in index.items():
        gaps = {driver: np.flatnonzero(np.isnan(values[row])) for driver, values in result.items()}
        if all(len(gap) == years for gap in gaps.values()):
            problems.add(f"drivers.csv has no row for {code}: every country needs every driver for every year.")
            continue
        for driver, gap in gaps.items():
            if len(gap):
                problems.add(f"drivers.csv: {driver} of {code} is missing for {_spans([first + int(y) for y in gap])}.")
    return result


def _spans(years: list[int]) -> str:
    """Years in words: 2001, 2003 to 2005."""
    spans: list[list[int]] = []
    for year in years:
        if spans and year == spans[-1][-1] + 1:
            spans[-1].append(year)
        else:
            spans.append([year])
    return ", ".join(str(span[0]) if len(span) == 1 else f"{span[0]} to {span[-1]}" for span in spans)


def _by_year(
    columns: Columns, value: str, index: dict[str, int], first: int, years: int, whose: str = "origin"
) -> Floats:
    """Return country by year; a year without a row holds the last year known before it, or the first known after it.

    `whose` is the column of countries. A country without any row holds the mean of all rows.
    """
    known: dict[str, dict[int, float]] = {}
    for code, year, rate in zip(columns[whose], columns["year"], columns[value], strict=True):
        known.setdefault(code, {})[year] = rate
    result = np.full((len(index), years), float(np.mean(columns[value])) if columns[value] else 0.0)
    for code, rates in known.items():
        for year in range(first, first + years):
            past = [other for other in rates if other <= year]
            result[index[code], year - first] = rates[max(past) if past else min(rates)]
    return result


def _diaspora(columns: Columns, index: dict[str, int]) -> dict[str, Any]:
    size = len(index)
    within = {year: np.zeros((size, size)) for year in sorted(set(columns["year"]))}
    beyond = {year: np.zeros(size) for year in within}
    for origin, residence, year, value in zip(
        columns["origin"], columns["residence"], columns["year"], columns["value"], strict=True
    ):
        if residence in ELSEWHERE:
            beyond[year][index[origin]] += value
        else:
            within[year][index[origin], index[residence]] = value
    return {"diaspora": within, "diaspora_elsewhere": beyond}


def _hosted(columns: Columns, index: dict[str, int]) -> dict[int, list[tuple[int, int, str, float]]]:
    by_year: dict[int, list[tuple[int, int, str, float]]] = {}
    for origin, code, year, status, value in zip(
        columns["origin"], columns["country"], columns["year"], columns["status"], columns["value"], strict=True
    ):
        by_year.setdefault(year, []).append((index[origin], index[code], status, value))
    return by_year


def _admissions(columns: Columns, index: dict[str, int], first: int) -> dict[str, Any]:
    """Return places a year by channel in the first year, and by later year those of the channels that change in it.

    A row holds from its year until the next one of its pair and channel, the first also before; a row without a year holds from
    the beginning.
    """
    known: dict[tuple[str, str, str], dict[int, float]] = {}
    for origin, code, channel, year, value in zip(
        *(columns[name] for name in ("origin", "destination", "channel", "year", "value")), strict=True
    ):
        known.setdefault((channel, origin, code), {})[0 if year == "" else year] = value
    start = {channel: np.zeros((len(index), len(index))) for channel in CHANNELS}
    changes: dict[int, list[tuple[str, int, int, float]]] = {}
    for (channel, origin, code), values in known.items():
        years = sorted(values)
        begun = max((year for year in years if year <= first), default=years[0])
        start[channel][index[origin], index[code]] = values[begun]
        for year in years:
            if year > max(begun, first):
                changes.setdefault(year, []).append((channel, index[origin], index[code], values[year]))
    later: dict[int, dict[str, Floats]] = {}
    now = start
    for year in sorted(changes):
        changed = {channel for channel, *_ in changes[year]}
        now = {channel: table.copy() if channel in changed else table for channel, table in now.items()}
        for channel, row, column, value in changes[year]:
            now[channel][row, column] = value
        later[year] = now
    return {"admissions": start, "admissions_later": later}


def _zones(columns: Columns, index: dict[str, int]) -> NDArray[np.bool_]:
    """Return whether nationals may live in a country because both are in one zone of free movement."""
    result = np.zeros((len(index), len(index)), np.bool_)
    for zone in set(columns["zone"]):
        members = [index[code] for name, code in zip(columns["zone"], columns["country"], strict=True) if name == zone]
        result[np.ix_(members, members)] = True
    np.fill_diagonal(result, False)
    return result


MEAN_REMITTANCE_COST = 0.0745
"""Cost of sending 200 USD as a share, the mean of all corridors: World Bank, Remittance Prices Worldwide, first quarter of 2017."""


def _remittance_costs(columns: Columns, index: dict[str, int]) -> Floats:
    """Return what sending money home costs by nationality and country of residence; the mean where a corridor is not known."""
    result = np.full((len(index), len(index)), MEAN_REMITTANCE_COST)
    for origin, residence, value in zip(columns["origin"], columns["residence"], columns["value"], strict=True):
        result[index[origin], index[residence]] = value
    return result


def _staff(columns: Columns, index: dict[str, int]) -> Floats:
    result = np.zeros(len(index))
    for code, value in zip(columns["country"], columns["value"], strict=True):
        result[index[code]] = value
    return result


def _urban(columns: Columns | None, index: dict[str, int]) -> dict[int, Floats]:
    """Return the share of people in towns by year and country, NaN where a country has none; nothing where the table is missing."""
    result: dict[int, Floats] = {}
    if columns is not None:
        for code, year, share in zip(columns["country"], columns["year"], columns["share"], strict=True):
            result.setdefault(year, np.full(len(index), np.nan))[index[code]] = share
    return result


def _groups(columns: Columns | None) -> dict[str, frozenset[str]]:
    """Groups of countries of the scenario's own, by name."""
    found: dict[str, set[str]] = {}
    if columns is not None:
        for name, code in zip(columns["group"], columns["country"], strict=True):
            found.setdefault(name, set()).add(code)
    return {name: frozenset(members) for name, members in found.items()}


def _season(columns: Columns, corridors: tuple[str, ...]) -> Floats:
    result = np.ones((len(corridors), 12))
    for route, month, value in zip(columns["corridor"], columns["month"], columns["value"], strict=True):
        result[corridors.index(route), month - 1] = value
    return result
