"""What institutions do with their funds, without a run: assisted return is a capacity in persons, and tied funds go there."""

from datetime import date
from typing import Any

import numpy as np
import pytest
from counterfactual import Setting
from tiny_world import tiny_plan, tiny_world

from mixflow.agents.institution import Institution
from mixflow.scenarios.build import MixedMigration, assemble
from mixflow.sim.accounts.evaluate import evaluated_share
from mixflow.sim.base.levers import Agency
from mixflow.sim.base.params import defaults

AGENCY = defaults()["agency"]
TREND = (1.0 + AGENCY["growth"]) ** ((date(2010, 1, 1) - date(2015, 7, 1)).days / 365.0)


def model(scale: float = 1.0, **levers: Any) -> MixedMigration:
    """The tiny world before its first day."""
    return assemble(tiny_world(), tiny_plan(2, scale=scale), Setting(**levers))


def iom(of: MixedMigration) -> Institution:
    return next(agency for agency in of.institutions if agency.agency is Agency.IOM)  # type: ignore[union-attr]


def asked(of: MixedMigration, *months: float, orders: float = 1000.0) -> list[float]:
    """The chance of assistance after each month in which so many asked for it, of so many told to leave."""
    agency, chances = iom(of), []
    for number in months:
        news = {
            "eligible_returns": np.array([number, 0.0, 0.0, 0.0]),
            "return_orders": np.array([0.0, 0.0, 0.0, orders]),
        }
        of.published = {**of.published, **news}
        agency.work()
        chances.append(float(of.services.assistance.max()))
    return chances


def test_capacity_is_in_persons_a_year_by_orders_and_the_trend_since_it_was_counted() -> None:
    assert 533_395 * AGENCY["assisted_returns"] == pytest.approx(55_851, rel=0.005)
    of = model()
    asked(of, *[300.0] * 60, orders=1000.0)
    assert of.services.return_capacity == pytest.approx(AGENCY["assisted_returns"] * 12_000.0 * TREND, rel=0.01)


def test_capacity_does_not_depend_on_the_scale_of_a_run() -> None:
    chances = [asked(model(scale), *[300.0] * 5) for scale in (0.01, 0.1, 1.0)]
    assert chances[0] == chances[1] == chances[2]


def test_the_first_month_decides_nothing_for_long() -> None:
    usual = [300.0] * 60
    quiet, busy = (asked(model(), first, *usual) for first in (0.0, 3000.0))
    assert busy[0] < quiet[0]
    expected = AGENCY["assisted_returns"] * 1000.0 * TREND / 300.0
    for chances in (quiet, busy):
        assert chances[-1] == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize("first", [0.0, 20_000.0])
def test_the_orders_of_the_first_month_decide_nothing_for_long_either(first: float) -> None:
    of = model()
    asked(of, 300.0, orders=first)
    asked(of, *[300.0] * 60, orders=1000.0)
    assert of.services.return_capacity == pytest.approx(AGENCY["assisted_returns"] * 12_000.0 * TREND, rel=0.15)


def test_as_many_are_assisted_as_there_are_means_for_and_no_more_than_ask() -> None:
    few, many, none = (asked(model(), *[number] * 60)[-1] for number in (10.0, 1000.0, 0.0))
    assert few == none == AGENCY["assistance"]
    assert many * 1000.0 == pytest.approx(AGENCY["assisted_returns"] * 1000.0 * TREND, rel=0.02)


@pytest.mark.parametrize("tied", [0.25, 0.5, 1.0])
def test_tied_funds_pay_for_more_assisted_returns_and_less_of_the_rest(tied: float) -> None:
    def does(share: float) -> dict[str, float]:
        of = model(earmarked=np.array([share, share, share]), monitoring=0.5)
        for agency in of.institutions:  # type: ignore[union-attr]
            agency.work()
        chance = asked(of, *[5000.0] * 24)[-1]
        s = of.services
        return {
            "chance": chance, "capacity": s.return_capacity, "coverage": s.coverage, "places": s.resettled,
            "standards": s.fair, "evaluated": float(evaluated_share(0.5, share)), "free": float(s.free_funds[Agency.IOM]),
        }  # fmt: skip

    none, some = does(0.0), does(tied)
    more = 1.0 - tied + tied / AGENCY["return_share"]
    assert some["capacity"] == pytest.approx(more * none["capacity"])
    assert some["chance"] > 1.3 * none["chance"]
    for rest in ("coverage", "places", "free"):
        assert some[rest] == pytest.approx((1.0 - tied) * none[rest]), rest
    assert some["standards"] <= none["standards"]
    assert some["evaluated"] < none["evaluated"]


def test_funds_pay_for_more_of_everything() -> None:
    usual, more = (asked(model(funding=f), *[5000.0] * 24)[-1] for f in (1.0, 1.5))
    assert more == pytest.approx(1.5 * usual, rel=0.05)
