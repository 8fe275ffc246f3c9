"""How often people look at their lives is a step in time: flows and money do not depend on it, nor on a rush that makes it more."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest
from counterfactual import NoPolicies, events, made, money
from tiny_world import run, tiny_plan, tiny_world

from mixflow.scenarios.build import MixedMigration, assemble, build
from mixflow.sim.base.levers import Levers

pytestmark = pytest.mark.slow
AT_PEACE = {
    "beta_home_stability": 0.0,
    "beta_home_threat": 0.0,
    "beta_return_from_abroad": 0.0,
    "asc_irregular": -12.0,
    "asc_irregular_refugee": -12.0,
}
STILL = {**AT_PEACE, "asc_onward": -12.0, "asc_go_home": -12.0}
"""Utilities by which hardly anybody who is hosted goes anywhere."""


HARDLY_ANYBODY = np.array([6, 4, 0, 0, 0, 0], np.int64)
"""People at home, so that those who are abroad at the start are most of all."""


def alike(one: float, other: float, least: float = 100.0, within: float = 0.08) -> None:
    """Two numbers, both of at least so many, are the same up to three errors of counts of that size, and some per cent."""
    assert min(one, other) > least
    assert abs(one - other) < within * max(one, other) + 3.0 * np.sqrt(one + other)


def alike_in_euros(one: float, other: float, within: float = 0.08) -> None:
    """Two amounts, both above 0, are the same up to some per cent."""
    assert min(one, other) > 0.0
    assert one == pytest.approx(other, rel=within)


def poor_europe() -> dict[str, Any]:
    """Drivers by which work pays in Europe what it pays in the region, so that the few who go there change no sum."""
    drivers = {name: table.copy() for name, table in tiny_world().drivers.items()}
    for name in ("wages", "income"):
        drivers[name][2:] = drivers[name][1]
    return drivers


def hosted_for_years(decision_days: float, choose: Mapping[str, float], **levers: Any) -> MixedMigration:
    hosted = {2008: [(0, 1, "hosted", 4000.0), (0, 0, "displaced", 2000.0)]}
    params = {
        "hosted": {
            "decision_days": decision_days,
            "duration_dependence_solutions": 0.0,
            "duration_dependence_onward": 0.0,
        },
        "choose": choose,
    }
    params["agency"] = {"resettled": 0.0}
    world = {"hosted": hosted, "population": HARDLY_ANYBODY, "drivers": poor_europe(), "admissions": {}}
    return made(1000, params, world, **levers)


def test_how_often_the_hosted_look_changes_neither_what_they_do_nor_what_they_live_on() -> None:
    going = {**AT_PEACE, "asc_go_home": -2.5, "asc_onward": -8.0}
    few, many = (hosted_for_years(days, going, temporary_integration=0.08) for days in (300, 60))
    for event in ("homecoming", "integration", "onward"):
        alike(events(few, event), events(many, event), least=50.0)


def test_how_often_the_hosted_look_changes_no_wages_no_aid_and_no_living() -> None:
    few, many = (hosted_for_years(days, STILL) for days in (300, 60))
    for account in ("wages", "support", "living"):
        alike_in_euros(money(few, account), money(many, account))


def test_those_hosted_at_the_start_go_home_at_the_same_rate_from_the_first_month_however_often_they_look() -> None:
    def quarters(decision_days: float) -> "pd.Series[float]":
        flows = hosted_for_years(decision_days, {**AT_PEACE, "asc_go_home": -2.5, "asc_onward": -12.0}).flows()
        home = flows[flows["event"] == "homecoming"]
        days = (pd.to_datetime(home["date"].astype(str)) - pd.Timestamp("2010-01-01")).dt.days
        return home["count"].groupby(days.to_numpy() // 91).sum()

    few, many = quarters(300), quarters(60)
    for quarter in range(8):
        alike(few[quarter], many[quarter], least=50.0)


def residents(decision_days: float, **params: Any) -> MixedMigration:
    """People who claim, are recognised or not, live with a permit or without papers, over four years."""
    people = {2008: [(0, 3, "asylum_pending", 4000.0)]}
    given = {
        "live": {"decision_days": decision_days, "secondary_movement_rate": 0.4},
        "return": {"rate_regular": 0.15, "rate_irregular": 0.3},
        **params,
    }
    world = {"hosted": people, "staff": tiny_world().staff * 20.0}
    return made(1200, given, world)


def test_how_often_residents_look_changes_neither_what_they_do_nor_what_they_earn_and_send() -> None:
    few, many = residents(300), residents(90)
    alike(
        events(few, "voluntary_return") + events(few, "assisted_return"),
        events(many, "voluntary_return") + events(many, "assisted_return"),
    )
    for account in ("wages", "support", "households"):
        alike_in_euros(money(few, account), money(many, account), within=0.1)


def test_a_permit_ends_when_it_ends() -> None:
    """However seldom its holder looks: visitors of 90 days overstay or go home in the month in which their visit ends."""

    def ends(decision_days: float) -> pd.Series:
        places = np.zeros((4, 4))
        places[0, 3] = 4000.0
        world = {"admissions": {"visit": places}, "hosted": {}}
        params = {"live": {"decision_days": decision_days}, "choose": {"asc_regular": 6.0, "asc_irregular": -12.0}}
        flows = made(500, params, world).flows()
        left = flows[flows["event"].isin(["overstaying", "voluntary_return"])]
        return left.groupby("date")["count"].sum()

    seldom, often = ends(365), ends(90)
    alike(seldom.sum(), often.sum(), least=50.0, within=0.03)
    assert seldom.cumsum().iloc[len(seldom) // 2] == pytest.approx(
        often.cumsum().iloc[len(often) // 2], rel=0.1, abs=10
    )


def test_how_often_those_who_save_look_changes_neither_what_they_save_nor_who_goes() -> None:
    def savers(days: float) -> MixedMigration:
        leave = {"decision_days": days, "prepare_share": 0.005, "income_gap": 1.5}
        params = {"leave": leave, "traits": {"wealth_years": 0.1, "credit_years": 0.0, "saving_share": 0.4}}
        return made(1095, params)

    few, many = savers(180), savers(30)
    alike(events(few, "giving_up"), events(many, "giving_up"))
    alike(events(few, "departure", channel=["irregular"]), events(many, "departure", channel=["irregular"]))


def test_how_often_those_stranded_look_changes_neither_what_they_save_nor_who_settles() -> None:
    def stranded(days: float) -> MixedMigration:
        params = {"move": {"stranded_days": days}, "traits": {"credit_years": 0.0, "wealth_years": 0.1}}
        return made(1095, params)

    few, many = stranded(120), stranded(20)
    alike(events(few, "crossing"), events(many, "crossing"))
    alike_in_euros(money(few, "wages"), money(many, "wages"), within=0.1)


class ClosesSoon(NoPolicies):
    """The sea will be closed in a month, as was announced on the first day; the closure is called off after 60 days."""

    def __init__(self, announced: bool) -> None:
        self._announced = announced

    def __call__(self, levers: Levers, day: int, published: Mapping[str, Any]) -> Levers:
        """Levers with the notice."""
        return {**levers, "notice": np.full_like(levers["notice"], 30.0)} if self._announced and day < 60 else levers


def test_an_announced_closure_pays_nobody_and_takes_nobody_home() -> None:
    def lives(announced: bool) -> MixedMigration:
        choose = {**AT_PEACE, "asc_onward": -12.0, "asc_go_home": -2.5}
        params = {
            "leave": {"beta_anticipation": 1.0},
            "choose": choose,
            "hosted": {"duration_dependence_solutions": 0.0},
        }
        world = {"hosted": {2008: [(0, 1, "hosted", 4000.0)]}, "population": HARDLY_ANYBODY, "drivers": poor_europe()}
        plan = tiny_plan(720, check_days=30, params=params)
        return run(assemble(tiny_world(**world), plan, ClosesSoon(announced)))

    calm, rush = lives(False), lives(True)
    for model in (calm, rush):
        assert model.environment.anticipation_factor.max() == 1.0
    alike(events(rush, "homecoming"), events(calm, "homecoming"))
    for account in ("wages", "support", "living"):
        alike_in_euros(money(rush, account), money(calm, account))


def toy(seed: int, **params: Mapping[str, float]) -> MixedMigration:
    """Two years of the scenario toy, from the beginning of its war."""
    period = {"start": "2012-01-01", "end": "2013-12-31"}
    return run(build({"scenario": "toy", **period, "scale": 0.25, "seed": seed, "threads": 1, "params": params}))


def test_in_the_scenario_toy_no_flow_and_no_money_depends_on_how_often_anybody_looks() -> None:
    seldom = {"hosted": {"decision_days": 365.0}, "live": {"decision_days": 365.0}, "leave": {"decision_days": 180.0}}
    often = {"hosted": {"decision_days": 60.0}, "live": {"decision_days": 90.0}, "leave": {"decision_days": 30.0}}
    few, many = ([toy(seed, **params) for seed in (1, 2, 3)] for params in (seldom, often))
    for event in ("homecoming", "onward", "visa_application", "crossing", "departure", "application", "giving_up"):
        one, other = (sum(events(model, event) for model in models) for models in (few, many))
        people = 0.25 * (one + other)  # simulated: the error of a difference of counts is the root of their sum
        assert people > 100
        assert 0.25 * abs(one - other) < 3.0 * np.sqrt(people), event
    for account in ("wages", "support", "living", "households"):
        one, other = (sum(money(model, account) for model in models) for models in (few, many))
        assert one == pytest.approx(other, rel=0.02), account
