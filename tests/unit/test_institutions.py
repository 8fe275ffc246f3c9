"""What institutions do with their funds, without a run: assisted return is a capacity in persons, and tied funds go there."""

from datetime import date
from typing import Any

import numpy as np
import pytest
from counterfactual import Setting
from tiny_world import tiny_plan, tiny_world

from mixflow.agents.institution import Institution
from mixflow.scenarios.build import MixedMigration, assemble
from mixflow.sim.evaluate import evaluated_share
from mixflow.sim.levers import Agency
from mixflow.sim.params import defaults

AGENCY = defaults()["agency"]
EUROPEANS = 11e6
BASE = AGENCY["assisted_returns"] * EUROPEANS / 1e6


def model(scale: float = 1.0, **levers: Any) -> MixedMigration:
    """The tiny world before its first day."""
    return assemble(tiny_world(), tiny_plan(2, scale=scale), Setting(**levers))


def iom(of: MixedMigration) -> Institution:
    return next(agency for agency in of.institutions if agency.agency is Agency.IOM)  # type: ignore[union-attr]


def asked(of: MixedMigration, *months: float) -> list[float]:
    """The chance of assistance after each month in which so many asked for it."""
    agency, chances = iom(of), []
    for number in months:
        of.published = {**of.published, "eligible_returns": np.array([number, 0.0, 0.0, 0.0])}
        agency.work()
        chances.append(float(of.services.assistance.max()))
    return chances


def test_capacity_is_in_persons_a_year_by_those_who_pay_for_it_and_the_trend_since_it_was_counted() -> None:
    years = (date(2010, 1, 1) - date(2015, 7, 1)).days / 365.0
    expected = BASE * (1.0 + AGENCY["growth"]) ** years
    assert iom(model()).capacity == pytest.approx(expected)
    assert 522 * AGENCY["assisted_returns"] == pytest.approx(55_851, rel=0.001)
    twice = tiny_world(drivers={**tiny_world().drivers, "population": tiny_world().drivers["population"] * 2.0})
    assert iom(assemble(twice, tiny_plan(2))).capacity == pytest.approx(2.0 * expected)


def test_capacity_does_not_depend_on_the_scale_of_a_run() -> None:
    assert iom(model(0.01)).capacity == iom(model(0.1)).capacity == iom(model()).capacity


def test_the_first_month_decides_nothing_for_long() -> None:
    usual = [300.0] * 60
    quiet, busy = (asked(model(), first, *usual) for first in (0.0, 5000.0))
    assert busy[0] < quiet[0]
    expected = min(iom(model()).capacity / 12.0 / 300.0, AGENCY["assistance"])
    assert quiet[-1] == pytest.approx(expected, rel=0.02)
    assert busy[-1] == pytest.approx(expected, rel=0.1)


def test_as_many_are_assisted_as_there_are_means_for_and_no_more_than_ask() -> None:
    few, many = (asked(model(), *[number] * 60)[-1] for number in (10.0, 1000.0))
    assert few == AGENCY["assistance"]
    assert many * 1000.0 * 12.0 == pytest.approx(iom(model()).capacity, rel=0.02)


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
