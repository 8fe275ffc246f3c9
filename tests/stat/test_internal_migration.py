"""The layer of internal migration (M13), by paired counterfactuals: who moves into towns, and what that makes of who leaves."""

from functools import cache
from typing import Any

import numpy as np
import pytest
from counterfactual import events, indicator, made
from tiny_world import tiny_world

pytestmark = pytest.mark.slow

GROWING = {2005: 0.05, 2015: 0.95}
AT_FIRST = 0.05 + 0.09 * (2010 + 0.5 / 12 - 2005.5)
STILL = {2005: AT_FIRST, 2015: AT_FIRST}
"""What the growing towns hold in the first month; years stand for their middles."""

IN_NEED = ["subsidiary", "convention"]
HARD = {"prepare_share": 0.005, "income_gap": 1.5, "hardship_rate": 0.004}


def towns(years: dict[int, float]) -> dict[str, Any]:
    """The tiny world with such shares of people in towns."""
    return {"urban": {year: np.array([share, 0.0, 0.0, 0.0]) for year, share in years.items()}}


@cache
def layer(growing: bool, ratio: float = 3.0, means: float = 0.0, on: float = 1.0, **levers: float) -> Any:
    """A run of 900 days with the layer: with towns that grow or not; townspeople aspire so much oftener and hold so much more."""
    params = {
        "switch": {"internal_migration": on},
        "leave": {**HARD, "urban_aspiration_ratio": ratio},
        "traits": {"urban_savings": means, "credit_years": 0.0, "wealth_years": 0.1},
    }
    return made(900, params, towns(GROWING if growing else STILL), **levers)


def began(model: Any, *needs: str) -> float:
    """People with a need who set out, were displaced, or gave up."""
    return sum(events(model, event, need=list(needs)) for event in ("departure", "displacement", "giving_up"))


def test_m13_towns_that_do_not_grow_are_the_world_without_the_layer() -> None:
    still, off = layer(growing=False), layer(growing=True, on=0.0)
    assert still.flows().equals(off.flows())
    assert still.money().equals(off.money())
    assert indicator(still, "into_towns") == 0


def test_m13_where_people_move_into_towns_more_aspire_to_leave_and_fewer_lose_the_land() -> None:
    still, growing = layer(growing=False), layer(growing=True)
    assert indicator(growing, "urban_share", -1) > indicator(still, "urban_share", -1) + 0.15
    assert began(growing, "none") > 1.04 * began(still, "none")
    assert began(growing, "survival") < 0.95 * began(still, "survival")
    assert began(growing, *IN_NEED) == pytest.approx(began(still, *IN_NEED), rel=0.01)


def test_m13_moves_into_towns_send_nobody_more_abroad_where_townspeople_aspire_no_oftener() -> None:
    still, growing = layer(growing=False, ratio=1.0), layer(growing=True, ratio=1.0)
    assert began(growing, "none") == pytest.approx(began(still, "none"), rel=0.01)
    assert indicator(growing, "into_towns") > 0


def test_m13_towns_lend_the_means_to_go_far() -> None:
    """Step migration: as many aspire, and more of them can pay once they live in a town."""
    gone = {
        (growing, means): events(layer(growing, 1.0, means), "departure", channel=["irregular"], need=["none"])
        for growing in (False, True)
        for means in (0.0, 1.5)
    }
    assert gone[True, 0.0] == pytest.approx(gone[False, 0.0], rel=0.01)
    assert gone[True, 1.5] > 1.03 * gone[False, 1.5]


def test_m13_lost_livelihoods_push_people_into_towns() -> None:
    usual, shock = layer(growing=True), layer(growing=True, hardship=2.0)
    assert indicator(shock, "into_towns") > 1.2 * indicator(usual, "into_towns")
    assert indicator(shock, "urban_share", -1) > indicator(usual, "urban_share", -1)


def test_m13_nobody_is_made_or_lost_by_moving_into_a_town() -> None:
    model = layer(growing=True)
    book = model.states_book()
    home = book[book["country"] == "AAA"].pivot(index="date", columns="quantity", values="value")
    assert (home["townspeople"] > 0).all()
    assert (home["townspeople"] < home["at_home"]).all()
    assert (
        home["at_home"].iloc[-1] == model.origin_population.people.sum()
    )  # the rows of those home again are given back by now
    share = home["townspeople"] / home["at_home"]
    moved = home["into_towns"] / home["at_home"]
    assert share.diff().iloc[1:].to_numpy() == pytest.approx(moved.iloc[1:].to_numpy())
    away = sum(people for _, _, _, people in tiny_world().hosted[2008])
    assert model.accounts.census.table.sum() == tiny_world().population.sum() + away
