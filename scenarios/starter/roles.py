"""Which countries people go to, where nothing else is asked: those that receive more people than they send, and are better off."""

from collections.abc import Mapping, Sequence
from statistics import median

from mixflow.scenarios.base.reader import Base, Row
from mixflow.scenarios.starter.migrants import migrants
from mixflow.sim.base.errors import UserError

BETTER_OFF = 1.5
"""Assumption: a destination's income is at least this many times that of the country in the middle."""

OF_RICHEST = 0.15
"""Assumption: and at least this share of the highest income of the scenario."""


def destinations(base: Base, countries: Sequence[str], income: Mapping[str, float], year: int) -> tuple[str, ...]:
    """Net receivers among the countries whose income lies well above the middle; the richest alone where there is none.

    Parameters
    ----------
    base
        The base.
    countries
        Of the scenario.
    income
        Of each country, in constant international $.
    year
        Of the stocks: the last one published up to it.
    """
    stock = stocks_at(base, countries, year)
    received = {code: sum(n for (_, there), n in stock.items() if there == code) for code in countries}
    sent = {code: sum(n for (origin, _), n in stock.items() if origin == code) for code in countries}
    least = max(BETTER_OFF * median(income.values()), OF_RICHEST * max(income.values()))
    found = tuple(code for code in sorted(countries) if received[code] > sent[code] and income[code] >= least)
    if not found:
        found = (max(sorted(countries), key=lambda code: income[code]),)
    if len(found) == len(countries):
        raise UserError("All countries would be destinations. Say which are: destinations=[...].")
    return found


DECIDED = 200.0
"""Assumption: a state that decides as many claims a year has an asylum system."""


def deciding(base: Base, countries: Sequence[str], years: Sequence[int]) -> tuple[str, ...]:
    """Countries whose state offices decided claims in the mean of some years."""
    totals = dict.fromkeys(countries, 0.0)
    for row in base.rows("decisions", country=set(countries), year=set(years)):
        totals[row["country"]] += row["all_levels"] or 0.0
    return tuple(code for code in sorted(countries) if totals[code] / len(years) >= DECIDED)


def country_rows(
    base: Base, countries: Sequence[str], to: Sequence[str], asylum: Sequence[str], year: int
) -> list[Row]:
    """Rows of countries.csv: who has which role.

    Parameters
    ----------
    base
        The base.
    countries
        Of the scenario.
    to
        Destinations: they give regular places too, and their policy follows opinion.
    asylum
        Countries with an asylum system.
    year
        Of the roles.
    """
    text, _ = base.source("m49")
    rule = (
        "assumption: destinations give regular places and follow opinion, others bargain; hosts are all others, and destinations "
        f"without an asylum system; asylum systems are those with {DECIDED:g} decisions a year (UNHCR)"
    )
    rows: list[Row] = []
    for code in countries:
        fact = base.countries[code]
        far = int(code in to)
        roles = {"destination": far, "asylum_system": int(code in asylum), "regular_channels": far}
        roles |= {"hosts": int(not far or code not in asylum), "reacts_to_opinion": far, "bargains": 1 - far}
        named = {"iso3": code, "name": fact["name"], "region": fact["region"], "subregion": fact["subregion"]}
        rows.append(named | {"currency": "EUR"} | roles | {"source": f"{text}; {rule}", "as_of": f"{year}-12-31"})
    return rows


def region_of(base: Base, to: Sequence[str]) -> str:
    """Where destinations lie, in words: a country, a subregion, a region, or several."""
    if len(to) == 1:
        return str(base.countries[to[0]]["name"])
    for part in ("subregion", "region"):
        names = sorted({str(base.countries[code][part]) for code in to})
        if len(names) == 1:
            return names[0]
    return " and ".join(sorted({str(base.countries[code]["region"]) for code in to}))


def stocks_at(base: Base, countries: Sequence[str], year: int) -> dict[tuple[str, str], float]:
    """Migrant stocks between countries at the last year published up to a year, or the first."""
    wanted = set(countries)
    rows = migrants(base, origin=wanted, residence=wanted)
    years = {row["year"] for row in rows}
    at = max((other for other in years if other <= year), default=min(years, default=year))
    return {(row["origin"], row["residence"]): row["persons"] for row in rows if row["year"] == at}
