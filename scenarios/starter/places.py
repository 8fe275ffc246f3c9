"""Which cities stand for a country, and how its people are distributed over them."""

from collections.abc import Collection, Mapping
from math import asin, cos, radians, sin, sqrt
from typing import Any

from mixflow.scenarios.base.reader import Base, Row
from mixflow.sim.base.errors import UserError

EARTH_KM = 6371.0
COAST_KM = 40.0
"""A city this near to the sea has a port (assumption)."""

APART = 0.12
"""Chosen cities lie at least this share of the square root of the country's area apart (assumption): no suburbs."""

MOST_APART = 250.0


def kilometres(one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    """The great circle between two rows with coordinates."""
    lat1, lat2 = radians(one["latitude"]), radians(other["latitude"])
    half_lat, half_lon = (lat2 - lat1) / 2, radians(other["longitude"] - one["longitude"]) / 2
    h = sin(half_lat) ** 2 + cos(lat1) * cos(lat2) * sin(half_lon) ** 2
    return 2 * EARTH_KM * asin(sqrt(h))


def chosen_cities(
    base: Base, countries: Collection[str], most: int, by_sea: Collection[tuple[str, str]]
) -> dict[str, list[Row]]:
    """The cities of each country: its largest, apart from each other, one on each border of the scenario, and ports for ferries.

    Parameters
    ----------
    base
        The base.
    countries
        Of the scenario.
    most
        The largest cities of each.
    by_sea
        Pairs of countries that a ferry joins.

    Raises
    ------
    UserError
        When a country has no city in the base.
    """
    cities: dict[str, list[Row]] = {code: [] for code in sorted(countries)}
    for row in base.rows("cities", country=set(countries)):
        cities[row["country"]].append(row)
    if without := [code for code, rows in cities.items() if not rows]:
        raise UserError(
            f"The base has no city of {', '.join(without)}. Leave {'them' if len(without) > 1 else 'it'} out of countries."
        )
    touching = {
        (row["country"], row["neighbour"])
        for row in base.rows("borders", country=set(countries), neighbour=set(countries))
    }
    found: dict[str, list[Row]] = {}
    for code, rows in cities.items():
        area = base.countries[code]["area_km2"] or 0.0
        apart = min(APART * sqrt(area), MOST_APART)
        largest = sorted(rows, key=lambda row: (-row["population"], row["city"]))
        kept: list[Row] = []
        for row in largest:
            if len(kept) < most and all(kilometres(row, other) >= apart for other in kept):
                kept.append(row)
        for neighbour in sorted(other for own, other in touching if own == code):
            row = min(rows, key=lambda row: min(kilometres(row, far) for far in cities[neighbour]))
            if all(kilometres(row, other) >= apart for other in kept):
                kept.append(row)
        for other_shore in sorted({other for pair in by_sea if code in pair for other in pair if other != code}):
            ports, far_ports = (
                [row for row in rows if is_port(row)],
                [far for far in cities[other_shore] if is_port(far)],
            )
            if ports and far_ports:
                row = min(ports, key=lambda row: min(kilometres(row, far) for far in far_ports))
                if all(kilometres(row, other) >= apart or not is_port(other) for other in kept):
                    kept.append(row)
        found[code] = kept
    return found


def is_port(row: Mapping[str, Any]) -> bool:
    """Whether a ferry calls at a city."""
    return row["coast_km"] is not None and row["coast_km"] <= COAST_KM


def places(
    base: Base, cities: Mapping[str, list[Row]], destinations: Collection[str], people: Mapping[str, int], year: int
) -> list[Row]:
    """Rows of places.csv: a settlement of each chosen city, or a destination where journeys end; each row carries its city.

    Parameters
    ----------
    base
        The base.
    cities
        Chosen cities by country.
    destinations
        Countries that people go to and nobody leaves.
    people
        Population of each country.
    year
        Of the population.
    """
    names = [row["city"] for rows in cities.values() for row in rows]
    text, as_of = base.source("geonames")
    rows: list[Row] = []
    for code, of_country in cities.items():
        total = sum(max(row["population"], 1) for row in of_country)
        left = people[code]
        for number, city in enumerate(of_country):
            name = city["city"].replace(">", " ").replace(":", " ")
            name = name if names.count(city["city"]) == 1 else f"{name} ({code})"
            share = left if number == len(of_country) - 1 else round(people[code] * max(city["population"], 1) / total)
            left -= share
            said = f"{text}; population: World Bank WDI, total of the country in {year}, shared out by city size (assumption)"
            kind = "settlement"
            if code in destinations:
                kind, share, said = "destination", int(city["population"]), text
            rows.append({
                "place": name, "country": code, "kind": kind, "latitude": city["latitude"], "longitude": city["longitude"],
                "population": share, "source": said, "as_of": as_of, "city": city,
            })  # fmt: skip
    return rows
