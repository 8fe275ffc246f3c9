"""Who sets out for Europe, and when: fares and kin, flight and other motives, conflict and persecution, rough seas, ties."""

from datetime import date

import numpy as np
import pytest
from counterfactual import events, made, poor, set_out, stock
from tiny_world import tiny_plan, tiny_world

from mixflow.scenarios.build import assemble
from mixflow.sim.base.codes import Mode
from mixflow.sim.engine.environment import believed_cost
from mixflow.sim.processes.leave.diaspora import Diaspora
from mixflow.sim.world.baseline import baseline
from mixflow.sim.world.compiled_world import CompiledWorld

EAGER = {"prepare_share": 0.005, "income_gap": 1.5, "give_up_days": 90}
FLEEING = ["subsidiary", "convention"]


def test_kin_abroad_pay_for_the_journeys_of_the_poor() -> None:
    alone, helped = (
        made(
            365,
            {"traits": {"kin_credit": share}, "leave": EAGER, "choose": {"beta_cost": 0.0, "asc_irregular": 1.0}},
            poor(200.0),
        )
        for share in (0.0, 0.5)
    )
    assert set_out(helped) > 1.3 * set_out(alone)


def test_a_fare_of_many_years_of_income_deters_by_its_logarithm_and_not_in_proportion() -> None:
    usual = {"traits": {"kin_credit": 0.5, "credit_years": 2.0}, "leave": EAGER}
    blind, minding = (
        made(365, {**usual, "choose": {"beta_cost": c, "asc_irregular": 1.0}}, poor(150.0)) for c in (0.0, 1.0)
    )
    assert (
        set_out(blind) > set_out(minding) > 0.02 * set_out(blind)
    )  # in proportion, fewer than one in a thousand would go


def test_who_works_where_wages_are_higher_feels_a_fare_less_and_can_borrow_more() -> None:
    rich = {name: table.copy() for name, table in tiny_world().drivers.items()}
    rich["wages"][0], rich["wages"][1] = 700.0, 9000.0
    world = {"drivers": rich, "hosted": {2008: [(0, 1, "hosted", 3000.0)]}}
    moving = {"choose": {"asc_onward": -1.0, "beta_cost": 1.0}, "hosted": {"decision_days": 60}}
    unpaid, paid = (made(400, {**moving, "live": {"informal_pay": share}}, world, price=3000.0) for share in (0.2, 0.7))
    country = paid.world.place_country
    for model, share in ((unpaid, 0.2), (paid, 0.7)):
        E = model.environment
        assert E.local_earnings[0, country == 0] == pytest.approx(E.reference_wage[0])
        assert E.local_earnings[0, country == 1] == pytest.approx(share * E.wages[1])
        assert E.local_earnings[0, model.world.destination[country]] == pytest.approx(E.reference_wage[0])
        assert (E.local_earnings[1] >= E.reference_wage[1]).all()
    assert events(paid, "onward") > 1.2 * events(unpaid, "onward")


def test_flight_and_other_motives_have_constants_of_their_own() -> None:
    base = {"leave": {"prepare_share": 0.005, "income_gap": 1.5}}
    neither, flight, others = (
        made(365, {**base, "choose": {"asc_irregular_refugee": a, "asc_irregular": b}})
        for a, b in ((-9, -9), (1, -9), (-9, 1))
    )
    assert set_out(flight, FLEEING) > set_out(neither, FLEEING) + 10
    assert set_out(flight) <= set_out(neither) + 5
    assert set_out(others) > set_out(neither) + 10
    assert set_out(others, FLEEING) <= set_out(neither, FLEEING) + 5


def test_conflict_uproots_and_persecution_does_not() -> None:
    drivers = {name: table.copy() for name, table in tiny_world().drivers.items()}
    drivers["conflict_displaced"][:] = 0.0
    staying = {
        "choose": {"asc_stay_refugee": 5.0, "asc_region_refugee": -3.0, "asc_irregular_refugee": -12.0},
        "leave": {"persecution_rate": 0.03},
    }
    war, hunted = made(365, staying), made(365, staying, {"drivers": drivers})
    assert events(war, "displacement") > 100
    assert events(hunted, "displacement") == 0
    assert events(hunted, "giving_up", need=FLEEING) > 20  # they stay at home, in hiding
    assert stock(hunted, "displaced") <= 300  # those of the first day


def test_what_a_state_stops_moves_by_a_ratio_with_its_stability() -> None:
    drivers = {name: table.copy() for name, table in tiny_world().drivers.items()}
    drivers["stability"][:, -8:] = drivers["stability"][:, :1] - 1.0
    plan = tiny_plan(params={"cross": {"stability_interception": 0.7}})
    model = assemble(tiny_world(drivers=drivers), plan)
    before, after = (baseline(model.compiled_world, date(year, 7, 1))["interception"] for year in (2008, 2019))
    assert (before > 0).any()
    assert after == pytest.approx(before * np.exp(-0.7))
    assert ((after > 0) == (before > 0)).all()  # nobody is let through by all


def seasonal(summer: float) -> np.ndarray:
    """Seasons in which the sea is travelled so much in June and less in December, mean 1."""
    season = np.ones((6, 12))
    season[:, 5], season[:, 11] = summer, 2.0 - summer
    return season


def test_a_crossing_costs_more_in_a_rough_month_and_only_at_sea() -> None:
    model = assemble(tiny_world(season=seasonal(1.5)), tiny_plan(params={"choose": {"beta_rough_sea": 2.0}}))
    s: CompiledWorld = model.compiled_world
    june, december = (believed_cost(s, date(2010, month, 1), model._monthly_state) for month in (6, 12))
    sea, open_to_all = s.mode == Mode.SEA, np.isfinite(june)
    assert (december[sea & open_to_all] - june[sea & open_to_all]) == pytest.approx(2.0 * np.log(1.5 / 0.5))
    assert (december == june)[~sea].all()


def test_people_put_crossings_off_until_the_sea_is_calm() -> None:
    """Departures in December, over those in June, fall where rough seas count."""

    def winter(rough: float) -> float:
        params = {
            "choose": {"beta_rough_sea": rough, "asc_irregular": 0.0},
            "leave": {"prepare_share": 0.005, "income_gap": 1.5},
        }
        flows = made(365, params, {"season": seasonal(1.7)}).flows()
        left = flows[
            (flows["event"] == "onward") | ((flows["event"] == "departure") & (flows["channel"] == "irregular"))
        ]
        by_month = left.groupby(left["date"].map(lambda day: day.month))["count"].sum()
        return float((by_month[12] + 1) / (by_month[6] + 1))

    assert winter(3.0) < 0.6 * winter(0.0)


def test_those_who_came_become_ties_in_time() -> None:
    start, here, later = np.full((2, 2), 10.0), np.full((2, 2), 5.0), np.full((2, 2), 65.0)
    slow, at_once = Diaspora(start, 5.0), Diaspora(start, 0.0)
    for diaspora in (slow, at_once):
        diaspora.begin(here)
        assert (diaspora.ties == start).all()  # those who were here are in the tables
        diaspora.take_root(later)
    assert (at_once.ties == start + 60.0).all()
    assert slow.ties == pytest.approx(start + 1.0)
    for _ in range(59):
        slow.take_root(later)
    assert slow.ties == pytest.approx(start + 60.0 * (1.0 - (1.0 - 1.0 / 60.0) ** 60))


def test_a_person_has_the_motives_that_the_model_draws() -> None:
    model = made(60)
    rows = model.population.rows[:5]
    for row, weights in zip(rows, model.motives(rows), strict=True):
        assert list(model.person_at(int(row)).motives.values()) == weights.tolist()
