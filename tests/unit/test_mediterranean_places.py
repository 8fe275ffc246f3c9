"""Regular places of the Mediterranean are what states issued: ten pairs against the publisher, and three origins without a row."""

from functools import cache

import pytest

from mixflow.scenarios.tables import tables_folder
from mixflow.scenarios.world import World, load_world

PERMITS = (
    ("ALB", "ITA", 2010, 21341), ("MAR", "ITA", 2009, 16825), ("TUN", "ITA", 2009, 5007), ("TUN", "FRA", 2019, 6039),
    ("TUN", "BEL", 2014, 51), ("XKX", "DEU", 2017, 4832), ("UKR", "ITA", 2014, 3890), ("SRB", "DEU", 2016, 2553),
    ("BGD", "ITA", 2013, 8515), ("EGY", "ITA", 2010, 13804),
)  # fmt: skip
"""First permits for employment: Eurostat, migr_resfirst."""

SIZES = (
    ("NGA", "ITA", 2009, 1000, 4000), ("NGA", "DEU", 2009, 40, 200), ("GMB", "ITA", 2009, 30, 200), ("GMB", "DEU", 2009, 5, 60),
    ("TUN", "DEU", 2009, 60, 400), ("TUN", "ITA", 2015, 507, 507),
)  # fmt: skip
"""Visas for a long stay of all purposes in 2009 bound what is for work: Italy 2,226 in Lagos and Abuja, 5,824 in Tunis; Germany 507
and 1,029 (European Visa Database); the Gambia has no consulate of either."""


@cache
def world() -> World:
    return load_world(tables_folder({"scenario": "mediterranean"}), "mediterranean")


def for_work(origin: str, destination: str, year: int) -> float:
    pair = world().countries.index(origin), world().countries.index(destination)
    places = world().admissions_later[year]
    return float(places["work"][pair] + places["skilled"][pair])


@pytest.mark.parametrize(("origin", "destination", "year", "permits"), PERMITS)
def test_places_for_work_are_the_permits_that_were_issued(
    origin: str, destination: str, year: int, permits: int
) -> None:
    assert for_work(origin, destination, year) == pytest.approx(permits, abs=0.2)


@pytest.mark.parametrize(("origin", "destination", "year", "least", "most"), SIZES)
def test_who_has_no_row_of_their_own_has_places_of_the_size_that_was_issued(
    origin: str, destination: str, year: int, least: int, most: int
) -> None:
    assert least - 0.2 <= for_work(origin, destination, year) <= most + 0.2
