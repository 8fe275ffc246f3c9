"""Whoever reads the tables of a run can balance people by country and money by nationality."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from counterfactual import Setting
from tiny_world import run, tiny_plan, tiny_world

from mixflow.experiments.runs.config import composed
from mixflow.experiments.runs.run import run as run_config
from mixflow.scenarios.build import assemble
from mixflow.scenarios.roles import two_sided
from mixflow.sim.accounts.ledger import AccountError
from mixflow.sim.accounts.results import write_table
from mixflow.sim.base.codes import INFLOWS

TABLES = ("opening", "stocks", "movements", "wallets", "money")
INWARD = tuple(account.label for account in INFLOWS)


def read(folder: Path) -> dict[str, pd.DataFrame]:
    return {name: pq.read_table(folder / f"{name}.parquet").to_pandas(date_as_object=False) for name in TABLES}


def balance_people(tables: dict[str, pd.DataFrame]) -> None:
    """Opening stock and movements give the closing stock of every nationality in every country, month by month."""
    keys = ["country", "origin"]
    now = {key: count for key, count in totals(tables["opening"], keys).items() if count}
    movements = tables["movements"].astype({"from_country": str, "to_country": str, "origin": str})
    assert (movements["from_country"] != movements["to_country"]).all()
    for month, stocks in tables["stocks"].groupby("date"):
        some = movements[movements["date"] == month]
        for column, sign in (("from_country", -1.0), ("to_country", 1.0)):
            for (country, origin), count in totals(some[some[column] != ""], [column, "origin"]).items():
                now[country, origin] = now.get((country, origin), 0.0) + sign * count
        found = totals(stocks, keys)
        for key in {*now, *found}:
            assert now.get(key, 0.0) == pytest.approx(found.get(key, 0.0), abs=1e-6), (month, key)


def balance_money(tables: dict[str, pd.DataFrame]) -> None:
    """Wallets and debts of every nationality change by what its accounts say, month by month."""
    wallets, money = (tables[name].astype({"origin": str}) for name in ("wallets", "money"))
    before: dict[tuple[str, str], float] = {}
    for month in sorted(wallets["date"].unique()):
        some, paid = wallets[wallets["date"] == month], money[money["date"] == month]
        opening, closing = (
            some.set_index(["quantity", "origin"])[column].to_dict() for column in ("opening", "closing")
        )
        for key in {*opening, *before} if before else ():
            assert opening.get(key, 0.0) == before.get(key, 0.0), "a month opens with what the one before closed with"
        for origin in {*paid["origin"], *some["origin"]}:
            accounts = paid[paid["origin"] == origin].groupby("account", observed=True)["value"].sum().to_dict()
            get = {name: accounts.get(name, 0.0) for name in (*INWARD, "repayment", "written_off")}
            inward = sum(get[name] for name in INWARD)
            outward = sum(accounts.values()) - inward - get["written_off"]
            owed = get["credit"] - get["repayment"] - get["written_off"]
            for what, change in (("wallets", inward - outward), ("debts", owed)):
                key = (what, origin)
                assert closing.get(key, 0.0) == pytest.approx(opening.get(key, 0.0) + change, abs=0.01), (month, key)
        before = {key: value for key, value in closing.items() if value}


def totals(frame: pd.DataFrame, keys: list[str]) -> dict[tuple[str, str], float]:
    return frame.groupby([frame[key].astype(str) for key in keys])["count"].sum().to_dict()  # type: ignore[return-value]


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    return tiny(tmp_path_factory.mktemp("tiny"))


def tiny(folder: Path, spin_up_months: int = 0) -> dict[str, pd.DataFrame]:
    """Some months of the tiny world in which applicants are moved by both rules, written and read again."""
    world = tiny_world(**two_sided(np.array([False, False, True, True])))
    relocation, senders = np.zeros((4, 4)), np.zeros(4)
    relocation[0, 3], senders[2] = 500.0, 1.0
    rules = Setting(relocation=relocation, relocation_from=senders, first_country=0.5)
    plan = tiny_plan(300)
    model = run(assemble(world, replace(plan, clock=replace(plan.clock, spin_up_months=spin_up_months)), rules))
    frames = {name: getattr(model, name)() for name in TABLES}
    for name, frame in frames.items():
        write_table(folder, name, frame)
    return read(folder)


def test_the_tiny_world_balances_from_its_files(tables: dict[str, pd.DataFrame]) -> None:
    movements = tables["movements"].groupby("event", observed=True)["count"].sum()
    for event in ("crossing", "transfer_in", "transfer_out", "relocation", "homecoming"):
        assert movements[event] > 0, event
    assert movements["transfer_out"] == movements["transfer_in"] + movements["relocation"]
    balance_people(tables)
    balance_money(tables)


def test_a_run_in_is_part_of_the_opening(tmp_path: Path) -> None:
    tables = tiny(tmp_path, spin_up_months=31)
    first = tables["stocks"]["date"].min()
    assert first == pd.Timestamp("2010-02-01")
    assert (tables["opening"]["date"] == first).all()
    assert tables["movements"]["date"].min() >= first
    opening = tables["wallets"][tables["wallets"]["date"] == first]
    assert opening["opening"].sum() > 0
    balance_people(tables)
    balance_money(tables)


def test_a_table_that_misses_a_movement_does_not_balance(tables: dict[str, pd.DataFrame]) -> None:
    kept = tables["movements"]
    for event in ("crossing", "transfer_in", "homecoming"):
        with pytest.raises(AssertionError):
            balance_people({**tables, "movements": kept[kept["event"] != event]})
    with pytest.raises(AssertionError):
        balance_money({**tables, "money": tables["money"][tables["money"]["account"] != "carriers"]})


def test_the_books_of_every_nationality_are_checked() -> None:
    model = run(assemble(tiny_world(), tiny_plan(59)))
    moved = np.zeros_like(model.purse.table)
    model.holdings.close(date(2010, 3, 1), model.population, moved)
    row = model.population.rows[0]
    model.population["wealth"][row] += 1
    with pytest.raises(AccountError, match="wallets of AAA changed by another sum than the books say"):
        model.holdings.close(date(2010, 4, 1), model.population, moved)


@pytest.mark.slow
def test_the_toy_world_balances_from_its_files(tmp_path: Path) -> None:
    lines = [
        "scenario=toy",
        "scale=0.01",
        "start=2012-01-01",
        "end=2012-12-31",
        f"runs_dir={tmp_path}",
        "figures=false",
    ]
    tables = read(run_config(composed(lines), quiet=True))
    balance_people(tables)
    balance_money(tables)
