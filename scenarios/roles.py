"""The roles of the countries of a world, from its table `countries`: one country may have any of them at once."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixflow.scenarios.problems import Problems
from mixflow.sim.base.codes import PlaceKind

Columns = dict[str, list[Any]]

ROLES: Mapping[str, str] = {
    "destination": "journeys without a visa end there",
    "asylum_system": "claims are made and decided there",
    "regular_channels": "regular places are given there",
    "hosts": "people of the region are hosted there, in camps or among hosts",
    "reacts_to_opinion": "policy follows the opinion of voters on arrivals",
    "bargains": "the state may be paid, or threatened, to stop people",
}
"""Every role and its meaning: a column of the table, 0 or 1."""


def roles_of(columns: Columns, index: Mapping[str, int]) -> dict[str, Any]:
    """Which countries of a world have each role, in the order of its codes."""
    result = {role: np.zeros(len(index), np.bool_) for role in ROLES}
    for row, code in enumerate(columns["iso3"]):
        if code in index:
            for role, mask in result.items():
                mask[index[code]] = bool(columns[role][row])
    return result


def two_sided(destination: NDArray[np.bool_]) -> dict[str, Any]:
    """The roles of a world in which some countries are destinations in every respect and all others hosts that bargain."""
    far = ("destination", "asylum_system", "regular_channels", "reacts_to_opinion")
    return {role: destination.copy() if role in far else ~destination for role in ROLES}


def check_roles(tables: Mapping[str, Columns], currency: str, problems: Problems) -> None:
    """Refuse roles without what they need, and tables that speak of a role which a country does not have."""
    countries = tables["countries"]
    having = {
        role: {code for code, has in zip(countries["iso3"], countries[role], strict=True) if has} for role in ROLES
    }
    listed = set(countries["iso3"])
    mapped = set(tables["places"]["country"])
    for code in sorted(mapped - listed):
        problems.add(f"countries.csv has no row for {code}, which has places. Roles: {', '.join(ROLES)}.")
    if not having["destination"]:
        problems.add("countries.csv, column destination: no country has 1. A world needs a country where journeys end.")
    if "hosts" in having and not having["hosts"] and tables["hosted"]["origin"]:
        problems.add("countries.csv, column hosts: no country has 1, and hosted.csv has people with hosts.")
    ends = {
        code
        for code, kind in zip(tables["places"]["country"], tables["places"]["kind"], strict=True)
        if kind == PlaceKind.DESTINATION.label
    }
    for code in sorted(having["destination"] & mapped - ends):
        problems.add(f"countries.csv: {code} is a destination, and places.csv has no place of kind destination in it.")
    for line, money in zip(countries["line"], countries["currency"], strict=True):
        if money and money != currency:
            problems.add(
                f"countries.csv line {line}, column currency: {money!r} is not the currency of this world. Allowed: {currency!r}, "
                "as in world.yaml: a world has one currency. Convert the values too."
            )
    if not having["regular_channels"] and tables["admissions"]["origin"]:
        problems.add("countries.csv, column regular_channels: no country has 1, and admissions.csv gives places.")
    for table, column, role in (
        ("admissions", "destination", "regular_channels"),
        ("asylum_offices", "country", "asylum_system"),
    ):
        if not having[role]:
            continue
        for line, code, value in zip(tables[table]["line"], tables[table][column], tables[table]["value"], strict=True):
            if value > 0 and code in listed and code not in having[role]:
                problems.add(f"{table}.csv line {line}, column {column}: {code} has no role {role} in countries.csv.")
