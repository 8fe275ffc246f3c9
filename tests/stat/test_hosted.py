"""Those displaced or hosted: whether they go home, stay or move on. One thing differs, all draws are shared."""

import numpy as np
import pytest
from counterfactual import events, made, stock
from tiny_world import tiny_plan, tiny_world

from mixflow.scenarios.build import assemble
from mixflow.sim.base.codes import Status


def test_those_set_on_moving_on_go_first_and_the_others_settle() -> None:
    often = {"decision_days": 60, "duration_dependence_solutions": 0.0}
    steady, settled = (
        made(
            900,
            {"hosted": {**often, "duration_dependence_onward": x}, "choose": {"asc_onward": -2.0, "asc_go_home": -8.0}},
        )
        for x in (0.0, 3.0)
    )
    assert events(settled, "onward") < 0.8 * events(steady, "onward")
    assert stock(settled, "hosted", "camp") > stock(steady, "hosted", "camp")


def test_those_hosted_at_the_start_have_been_so_for_years() -> None:
    many = {2008: [(0, 1, "hosted", 3000.0), (0, 3, "asylum_pending", 500.0)]}
    model = assemble(tiny_world(hosted=many), tiny_plan(30))
    people, status = model.population, model.population["status"]
    guests = np.isin(status, [int(Status.HOSTED), int(Status.CAMP)])
    years = -people["since"][guests].astype(float) / 365.0
    assert years.mean() == pytest.approx(8.2, rel=0.1)
    assert (years > 5.0).mean() == pytest.approx(5.7 / 10.5, abs=0.04)  # UNHCR, 2008
    assert -people["since"][status == int(Status.ASYLUM_PENDING)].min() < 400


def test_those_abroad_go_home_less_often_than_those_displaced_inside() -> None:
    often, usual = (
        {"hosted": {"decision_days": 60.0}},
        {"asc_go_home": -1.0, "beta_home_stability": 0.0, "asc_onward": -12.0},
    )
    same, farther = (made(400, {**often, "choose": {**usual, "beta_return_from_abroad": x}}) for x in (0.0, 4.0))
    came = []
    for flows in (same.flows(), farther.flows()):
        home = flows[flows["event"] == "homecoming"]
        came.append(home.groupby(home["country"].astype(str) != home["origin"].astype(str))["count"].sum())
    assert came[1][True] < 0.5 * came[0][True]
    assert came[1][False] == pytest.approx(came[0][False], rel=0.1)


def test_while_many_flee_those_who_fled_go_home_less_and_think_of_a_life_elsewhere() -> None:
    often, usual = (
        {"hosted": {"decision_days": 60.0}},
        {"asc_go_home": -1.0, "beta_home_stability": 0.0, "asc_onward": -6.0},
    )
    blind = made(500, {**often, "choose": usual})
    wary = made(500, {**often, "choose": {**usual, "beta_home_threat": 1.0}})
    driven = made(500, {"hosted": {"decision_days": 60.0, "beta_origin_threat": 1.0}, "choose": usual})
    assert 0 < events(wary, "homecoming") < 0.8 * events(blind, "homecoming")
    assert events(driven, "onward") > 1.2 * events(blind, "onward")

    def in_peace(**choose: float):  # type: ignore[no-untyped-def]
        drivers = {name: table.copy() for name, table in tiny_world().drivers.items()}
        drivers["conflict_displaced"][:], drivers["fragility"][:] = 0.0, 0.0
        hosted = {2008: [(0, 1, "hosted", 3000.0)]}
        return made(500, {**often, "choose": {**usual, **choose}}, {"drivers": drivers, "hosted": hosted})

    assert events(in_peace(beta_home_threat=1.0), "homecoming") == events(in_peace(), "homecoming") > 100


def test_people_who_fled_recently_hope_to_go_home_and_move_on_less() -> None:
    def moved_on(years_before: float, hope: float) -> float:
        hosted = {"decision_days": 60.0, "years_before": years_before, "hope_of_return_years": hope}
        params = {"hosted": hosted, "choose": {"asc_onward": -6.0, "asc_go_home": -8.0}}
        return events(made(300, params, {"hosted": {2008: [(0, 1, "hosted", 3000.0)]}}), "onward")

    long_ago, of_late = (moved_on(years, 4.0) / moved_on(years, 0.0) for years in (16.0, 0.5))
    assert of_late < 0.6 * long_ago < 0.6


def test_people_flee_less_to_a_country_that_others_flee_from() -> None:
    def went(conflict_share: float, host_threat: float) -> float:
        drivers = {name: table.copy() for name, table in tiny_world().drivers.items()}
        drivers["conflict_displaced"][1], drivers["fragility"][1] = conflict_share, 0.0  # in the country that hosts
        model = made(200, {"choose": {"beta_host_threat": host_threat}}, {"drivers": drivers})
        return events(model, "departure", channel=["regional"])

    assert went(0.0, 1.0) == went(0.0, 0.0) == went(20_000.0, 0.0) > 100
    assert 0 < went(20_000.0, 1.0) < 0.8 * went(0.0, 0.0)


def test_returns_are_recorded_of_those_who_needed_protection_from_abroad_and_from_inside() -> None:
    model = made(400, {"hosted": {"decision_days": 60.0}, "choose": {"asc_go_home": 0.0, "asc_onward": -12.0}})
    seen = model.observed().groupby("series")["value"].sum()
    fled = {"need": ["subsidiary", "convention"]}
    assert seen["refugee_returns"] == events(model, "homecoming", country=["BBB"], **fled) > 50
    assert seen["displaced_returns"] == events(model, "homecoming", country=["AAA"], **fled) > 50
