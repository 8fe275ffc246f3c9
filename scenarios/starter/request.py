"""What is asked for: a name and countries, checked before anything is made."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Any

from mixflow.scenarios.base.reader import Base
from mixflow.sim.base.errors import UserError, allowed_names

NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")
KEYS = ("countries", "destinations", "islands", "cities", "start", "end", "title")
ISLANDS = ("refuse", "join", "leave_out")
MOST_CITIES = 12
FIRST, LAST = date(2009, 1, 1), date(2023, 12, 31)
"""The days for which the base has all drivers."""


@dataclass(frozen=True)
class Request:
    """A checked wish for a scenario."""

    name: str
    countries: tuple[str, ...]
    destinations: tuple[str, ...] = ()
    islands: str = "refuse"
    cities: int = 3
    start: date = date(2010, 1, 1)
    end: date = date(2019, 12, 31)
    title: str = ""
    given: dict[str, Any] = field(default_factory=dict)


def request(name: str, given: dict[str, Any], base: Base, taken: Collection[str]) -> Request:
    """The checked wish.

    Parameters
    ----------
    name
        Of the scenario.
    given
        Values by key, as typed.
    base
        The base, which knows the countries.
    taken
        Names of scenarios that are there.

    Raises
    ------
    UserError
        When a name, a key or a value is not allowed.
    """
    if not NAME.fullmatch(name):
        raise UserError(
            f"{name!r} is not a name for a scenario: two to forty small letters, digits and underscores, a letter first; "
            "for example west_africa."
        )
    if name in taken:
        raise UserError(f"There is a scenario {name!r} already: choose another name, or remove its folder.")
    for key in given:
        if key not in KEYS:
            raise UserError(f"Key {key!r} is not known. {allowed_names(key, KEYS)}.")
    if "countries" not in given:
        raise UserError("Which countries? Write countries=[MLI,SEN,ESP], with ISO 3166 codes of three letters.")
    countries = _codes("countries", given["countries"], base)
    if len(countries) < 2:
        raise UserError(f"countries={list(countries)} is one country: nobody could move. Give at least two.")
    destinations = _codes("destinations", given.get("destinations", []), base)
    if outside := [code for code in destinations if code not in countries]:
        raise UserError(f"destinations: {', '.join(outside)} is not among countries. Add it there too.")
    if destinations and set(destinations) == set(countries):
        raise UserError("destinations holds all countries: nobody would leave. Leave out those that people come from.")
    islands = given.get("islands", "refuse")
    if islands not in ISLANDS:
        raise UserError(f"islands={islands!r} is not known. {allowed_names(str(islands), ISLANDS)}.")
    cities = given.get("cities", 3)
    if isinstance(cities, bool) or not isinstance(cities, int) or not 1 <= cities <= MOST_CITIES:
        raise UserError(
            f"cities={cities} is not allowed: a whole number from 1 to {MOST_CITIES}, the places of each country."
        )
    start, end = _day("start", given.get("start", "2010-01-01")), _day("end", given.get("end", "2019-12-31"))
    if end < start:
        raise UserError(f"end={end} is before start={start}.")
    title = given.get("title", "")
    if not isinstance(title, str) or len(title) > 200 or "\n" in title:
        raise UserError("title is not a line of text of at most 200 letters.")
    return Request(name, countries, destinations, islands, cities, start, end, title, dict(given))


def _codes(key: str, value: Any, base: Base) -> tuple[str, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str) or not all(isinstance(code, str) for code in value):
        raise UserError(f"{key}={value!r} is not a list of codes; write {key}=[MLI,SEN,ESP].")
    for code in value:
        if code not in base.countries:
            near = get_close_matches(code.upper(), base.countries, n=3, cutoff=0.6)
            named = [iso3 for iso3, row in base.countries.items() if row["name"].casefold() == code.casefold()]
            hint = f" Did you mean {' or '.join(named or near)}?" if named or near else ""
            raise UserError(f"{key}: {code!r} is not an ISO 3166 code of three letters (Kosovo is XKX).{hint}")
        if list(value).count(code) > 1:
            raise UserError(f"{key}: {code} is there {list(value).count(code)} times; write it once.")
    return tuple(sorted(value))


def _day(key: str, value: Any) -> date:
    try:
        day = date.fromisoformat(str(value))
    except ValueError as error:
        raise UserError(f"{key}={value} is not a date. Write year-month-day, for example {key}=2010-01-01.") from error
    if not FIRST <= day <= LAST:
        raise UserError(f"{key}={value} is outside the years that the base covers: {FIRST} to {LAST}.")
    return day
