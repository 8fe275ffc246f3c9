"""Paired worlds for tests of mechanisms: the same people and the same draws, one thing different."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from tiny_world import run, tiny_plan, tiny_world

from mixflow.experiments.bench.world import LIVELY
from mixflow.experiments.results.indicators import INDICATORS, Ratio, Tables
from mixflow.scenarios.build import MixedMigration, assemble
from mixflow.sim.base.levers import Levers, NoPolicies

OTHERS = ["none", "survival"]
"""Needs of those who do not flee."""


class Setting(NoPolicies):
    """Policies that set levers to a value for ever: a number, or an array of the lever's shape."""

    def __init__(self, **levers: Any) -> None:
        self.levers = levers

    def __call__(self, levers: Levers, day: int, published: Mapping[str, Any]) -> Levers:
        """The baseline with what is set."""
        return {**levers, **{name: np.zeros_like(levers[name]) + value for name, value in self.levers.items()}}


def made(
    days: int = 365,
    params: Mapping[str, Mapping[str, float]] | None = None,
    world: Mapping[str, Any] | None = None,
    seed: int = 5,
    scale: float = 1.0,
    **levers: Any,
) -> MixedMigration:
    """A finished run of the tiny world with some parameters, fields of the world, and levers set."""
    given = dict(params or {})
    values = {**given, "choose": {**LIVELY["choose"], **given.get("choose", {})}}
    plan = tiny_plan(days, check_days=30, params=values, seed=seed, scale=scale)
    return run(assemble(tiny_world(**(world or {})), plan, Setting(**levers)))


def events(model: MixedMigration, event: str, **where: Any) -> float:
    """People to whom something happened, where each column has one of the values given."""
    flows = model.flows()
    take = flows["event"] == event
    for column, values in where.items():
        take &= flows[column].isin(values)
    return float(flows.loc[take, "count"].sum())


def poor(income: float) -> dict[str, Any]:
    """Drivers of the tiny world in which people at home earn so much, EUR a year."""
    drivers = {name: table.copy() for name, table in tiny_world().drivers.items()}
    drivers["wages"][0], drivers["income"][0] = income, income
    return {"drivers": drivers}


def set_out(model: MixedMigration, needs: list[str] = OTHERS) -> float:
    """Those who left home for Europe without a visa."""
    return events(model, "departure", channel=["irregular"], need=needs)


def stock(model: MixedMigration, *statuses: str, **where: Any) -> float:
    """People of some statuses at the end."""
    stocks = model.stocks()
    take = (stocks["date"] == stocks["date"].max()) & stocks["status"].isin(statuses)
    for column, values in where.items():
        take &= stocks[column].isin(values)
    return float(stocks.loc[take, "count"].sum())


def money(model: MixedMigration, account: str) -> float:
    """EUR that went through an account."""
    table = model.money()
    return float(table.loc[table["account"] == account, "value"].sum())


def state(model: MixedMigration, iso3: str) -> Any:
    """The agent of a country."""
    return next(s for s in model.states if s.iso3 == iso3)  # type: ignore[union-attr]


@lru_cache(maxsize=4)
def tables(model: MixedMigration) -> Tables:
    """The tables of a finished run, as indicators read them."""
    frames = {
        "flows": model.flows(),
        "stocks": model.stocks(),
        "money": model.money(),
        "states": model.states_book(),
        "institutions": model.institutions_book(),
        "costs": model.costs_book(),
    }
    months = pd.DatetimeIndex(pd.to_datetime(sorted(frames["states"]["date"].unique())))
    return Tables(frames, months, model.world, model.plan.scale)  # type: ignore[arg-type]


def indicator(model: MixedMigration, name: str, first: int = 0, last: int | None = None) -> float:
    """An indicator over some months of a run: sums of flows, means of stocks, ratios of sums; NaN where nothing is known."""
    item = INDICATORS[name]
    series = item.function(tables(model))
    span = slice(first, last)
    if isinstance(series, Ratio):
        bottom = float(series.bottom[span].sum())
        return float(series.top[span].sum()) / bottom if bottom > 0 else float("nan")
    return float(series[span].sum() if item.kind == "flow" else np.nanmean(series[span]))
