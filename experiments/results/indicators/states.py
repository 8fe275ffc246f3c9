"""What states carry: hosting, applications, waiting, spending."""

import numpy as np

from mixflow.sim.base.groups import SHELTERED

from .registry import Floats, Ratio, Series, indicator
from .tables import Tables

GROUP = "States"
WINDOW = 12
"""Months over which burdens are compared, so that a season is no inequality."""


def sheltered(tables: Tables) -> Floats:
    """People sheltered by month and country."""
    return tables.by_country("stocks", "count", status=SHELTERED)


def _load(tables: Tables, in_destinations: bool, per: str) -> Ratio:
    """Sheltered people over heads (in thousands) or GDP (in billions of international $) of the countries that shelter any.

    GDP in equal purchasing power, as UNHCR's Statistical Yearbooks weigh refugees against what a host has.
    """
    chosen = np.asarray(tables.world.destination) if in_destinations else ~np.asarray(tables.world.destination)
    people = sheltered(tables)[:, chosen]
    heads = tables.driver("population")[:, chosen]
    size = heads / 1e3 if per == "head" else heads * tables.driver("income")[:, chosen] / 1e9
    return Ratio(people.sum(axis=1), (size * (people > 0)).sum(axis=1))


def _declare(region: str, in_destinations: bool, per: str, unit: str, what: str) -> None:
    @indicator(
        f"Host load, {region}, per {what}", unit, "stock", "neither", GROUP,
        f"Refugees and applicants sheltered in {region}, per {what} of the countries there that shelter any. Mean over months.",
        name=f"host_load_{'destinations' if in_destinations else 'neighbours'}_per_{per}",
    )  # fmt: skip
    def load(tables: Tables) -> Series:
        return _load(tables, in_destinations, per)


for _region, _in in (("destinations", True), ("neighbouring countries", False)):
    _declare(_region, _in, "head", "per 1,000", "1,000 inhabitants")
    _declare(_region, _in, "gdp", "per int. $ bn", "billion of GDP in international $")


def gini(values: Floats, weights: Floats) -> float:
    """Gini coefficient of values per weight, each state counted by its weight: 0 all alike, 1 one carries all.

    Twice the area between the diagonal and the Lorenz curve of values over weights, states in the order of their ratio.
    """
    total, mass = float(values.sum()), float(weights.sum())
    if total <= 0 or mass <= 0:
        return float("nan")
    order = np.argsort(values / weights, kind="stable")
    share = np.concatenate([[0.0], np.cumsum(values[order]) / total])
    steps = weights[order] / mass
    return float(1.0 - np.sum(steps * (share[1:] + share[:-1])))


@indicator(
    "Burden inequality", "Gini", "stock", "less", GROUP,
    "Gini coefficient over destinations of asylum applications per head in the twelve months before, each state "
    "weighted by its population. 0: all alike; 1: one state has all. Mean over months.",
)  # fmt: skip
def burden_inequality(tables: Tables) -> Series:
    destinations = np.asarray(tables.world.destination)
    claims = tables.by_country("flows", "count", event="application")[:, destinations]
    heads = tables.driver("population")[:, destinations]
    summed = np.cumsum(claims, axis=0)
    summed[WINDOW:] -= summed[:-WINDOW].copy()
    each = np.array([gini(summed[k], heads[k]) for k in range(len(summed))])
    known = np.isfinite(each)
    return Ratio(np.where(known, each, 0.0), known.astype(float))


@indicator(
    "Hosting inequality, all states", "Gini", "stock", "less", GROUP,
    "Gini coefficient over all states of the map of refugees and applicants sheltered per unit of GDP, each state weighted by its "
    "GDP. 0: all carry alike; 1: one state carries all. Money that states give each other is not in it: nobody is recorded as "
    "its payer. Mean over months.",
)  # fmt: skip
def hosting_inequality(tables: Tables) -> Series:
    people, gdp = sheltered(tables), tables.driver("population") * tables.driver("income")
    each = np.array([gini(people[k][gdp[k] > 0], gdp[k][gdp[k] > 0]) for k in range(len(people))])
    known = np.isfinite(each)
    return Ratio(np.where(known, each, 0.0), known.astype(float))


@indicator(
    "Asylum backlog", "persons", "stock", "less", GROUP,
    "Claims that wait for a first decision. Mean over months.",
)  # fmt: skip
def asylum_backlog(tables: Tables) -> Series:
    return tables.stock(status="asylum_pending", country=tables.destinations)


@indicator(
    "Wait for a decision", "months", "stock", "less", GROUP,
    "Months of work before the asylum offices, each office weighted by its backlog.",
)  # fmt: skip
def asylum_wait(tables: Tables) -> Series:
    wait = tables.by_country("states", "value", quantity="wait_months")
    backlog = tables.by_country("states", "value", quantity="backlog")
    destinations = np.asarray(tables.world.destination)
    return Ratio((wait * backlog)[:, destinations].sum(axis=1), backlog[:, destinations].sum(axis=1))


@indicator(
    "Spending of states", "EUR", "flow", "less", GROUP,
    "What destinations spend on housing applicants, on stopping people and on forced returns, and what the policies in force "
    "cost, those of history included, for all payers: fixed costs, and places added, used or not.",
)  # fmt: skip
def spending(tables: Tables) -> Series:
    return tables.sums("states", "value", quantity="spending", country=tables.destinations) + tables.sums(
        "costs", "value"
    )
