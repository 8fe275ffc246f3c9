"""What is published of each month, computed a second time from the tables of the run: flows, stocks of its end, and levels."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tiny_world import tiny_plan, tiny_world

from mixflow.policies.schema import QUANTITIES
from mixflow.scenarios.build import MixedMigration, assemble
from mixflow.sim.accounts.news import Published

DAYS = 400
PARAMS = {
    "choose": {"asc_irregular": 2.0, "asc_onward": -1.0, "asc_regular": 1.0},
    "return": {"decision_days": 30},
    "asylum": {"order_days": 10, "appeals": 0.1},
    "state": {"transit": 0.025},
}
SEA = ["Coast>Island:sea", "Coast>Capital:sea"]
WITHOUT_RIGHT = ["unlabelled", "applicant", "refused", "registered"]

Check = Callable[[dict[str, pd.DataFrame], MixedMigration], Any]


@cache
def run() -> tuple[MixedMigration, list[Published]]:
    """A finished run, and what was published at the end of each of its months."""
    world = tiny_world(staff=tiny_world().staff * 20, recognition=np.full_like(tiny_world().recognition, 0.3),
                       return_rate=np.full((4, 12), 0.9))  # fmt: skip
    model = assemble(world, tiny_plan(DAYS, check_days=0, params=PARAMS))
    said = []
    while model.day < model.days:
        closes = model.plan.clock.closes_month(model.day)
        model.step()
        if closes:
            said.append(model.published)
    return model, said


def _sums(table: str, axis: str, column: str, **where: Any) -> Check:
    """Sums of a table's month by an axis; `where` lists the values that columns may have."""

    def check(month: dict[str, pd.DataFrame], model: MixedMigration) -> Any:
        frame = month[table]
        for name, values in where.items():
            frame = frame[frame[name].isin(values)]
        names = model.compiled_world.graph.edge_names if axis == "edge" else model.world.countries
        by = frame.groupby(axis, observed=True)[column].sum()
        return [float(by.get(name, 0.0)) for name in names]

    return check


def flows(axis: str, *events: str, **where: Any) -> Check:
    return _sums("flows", axis, "count", event=events, **where)


def stocks(axis: str, *statuses: str) -> Check:
    return _sums("stocks", axis, "count", status=statuses)


def driver(name: str) -> Check:
    return lambda month, model: model.world.drivers[name][:, 2]  # the same in all years of this world


def claims(last: int) -> Check:
    """Applications and people resettled a year, by so many months up to this one."""

    def check(month: dict[str, pd.DataFrame], model: MixedMigration) -> Any:
        date, table = month["states"]["date"].iloc[0], model.flows()
        table = table[table["event"].isin(["application", "resettled"]) & (table["date"] <= date)]
        months = sorted(m for m in model.states_book()["date"].unique() if m <= date)[-last:]
        by = table[table["date"].isin(months)].groupby("country", observed=True)["count"].sum()
        return [12.0 * float(by.get(name, 0.0)) / len(months) for name in model.world.countries]

    return check


SAME: dict[str, Check] = {
    "claims_year": claims(12),
    "claims_mean": claims(60),
    "applications": flows("country", "application"),
    "stopped": flows("country", "interception"),
    "return_orders": flows("country", "return_order"),
    "forced_returns": flows("country", "forced_return"),
    "protections": flows("country", "protection"),
    "settled": flows("country", "protection", "permit"),
    "irregular_arrivals": flows("country", "crossing", edge=SEA),
    "departures": flows("origin", "departure", "onward"),
    "displaced": flows("origin", "displacement"),
    "eligible_returns": flows("origin", "voluntary_return", "assisted_return", label=WITHOUT_RIGHT),
    "deaths": flows("edge", "death"),
    "crossings": flows("edge", "crossing"),
    "remitted": _sums("money", "origin", "value", account=["households"]),
    "backlog": stocks("country", "asylum_pending"),
    "hosted": stocks("country", "camp", "hosted"),
    "protected": stocks("country", "protected"),
    "campers": stocks("origin", "camp"),
    "restrictiveness": _sums("states", "country", "value", quantity=["restrictiveness"]),
    "unemployment": driver("unemployment"),
    "population": driver("population"),
    "income": driver("income"),
    "wages": driver("wages"),
}
STOCKS = {"backlog", "hosted", "protected", "campers"}
LEVELS = {"claims_year", "claims_mean", "restrictiveness", "unemployment", "population", "income", "wages"}


def test_every_series_is_checked() -> None:
    model, said = run()
    assert set(said[-1]) == set(model.published) == set(SAME)
    assert set(QUANTITIES) <= set(SAME)
    assert {name: len(values) for name, values in said[0].items()} == {
        name: len(model.published[name]) for name in SAME
    }


@pytest.mark.parametrize("name", SAME)
def test_a_series_is_what_the_tables_of_the_run_say(name: str) -> None:
    model, said = run()
    tables = {
        "flows": model.flows(), "stocks": model.stocks(), "money": model.money(), "states": model.states_book()
    }  # fmt: skip
    months = sorted(tables["states"]["date"].unique())
    assert len(months) == len(said) > 12
    for month, published in zip(months, said, strict=True):
        of_month = {key: table[table["date"] == month] for key, table in tables.items()}
        assert published[name] == pytest.approx(SAME[name](of_month, model)), (name, month)
    assert any(np.any(published[name] != 0) for published in said), "nothing happened that this series counts"


@pytest.mark.parametrize("name", QUANTITIES)
def test_what_a_trigger_watches_says_whether_it_is_a_flow_or_a_stock(name: str) -> None:
    axis, meaning = QUANTITIES[name]
    assert ("at the end of a month" in meaning) == (name in STOCKS)
    assert ("in a month" in meaning) == (name not in STOCKS | LEVELS)
    model, said = run()
    size = len(model.compiled_world.take) if axis == "edge" else len(model.world.countries)
    assert said[0][name].shape == (size,)


def test_before_the_first_month_has_ended_stocks_are_known_and_no_flows() -> None:
    model = assemble(tiny_world(), tiny_plan(2))
    for name, values in model.published.items():
        assert name in STOCKS | LEVELS or not np.any(values), name
    assert model.published["hosted"].sum() > 0
