"""Which countries people go to, where nothing else is asked: those that receive more people than they send, and are better off."""

from collections.abc import Mapping, Sequence
from statistics import median

from mixflow.scenarios.base.reader import Base
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


def stocks_at(base: Base, countries: Sequence[str], year: int) -> dict[tuple[str, str], float]:
    """Migrant stocks between countries at the last year published up to a year, or the first."""
    wanted = set(countries)
    rows = migrants(base, origin=wanted, residence=wanted)
    years = {row["year"] for row in rows}
    at = max((other for other in years if other <= year), default=min(years, default=year))
    return {(row["origin"], row["residence"]): row["persons"] for row in rows if row["year"] == at}
