"""Towns: shares read from a table, moves at the pace of their growth, and what is refused."""

from datetime import date
from typing import Any

import numpy as np
import pytest
from tiny_world import tiny_plan, tiny_world

from mixflow.scenarios.world import graph
from mixflow.sim.base.errors import UserError
from mixflow.sim.processes.leave.urbanisation import Urbanisation, pace, urban
from mixflow.sim.world.compiled_world import CompiledWorld

START = date(2010, 1, 1)
ON = {"switch": {"internal_migration": 1.0}}
NEUTRAL = np.ones(4)


def around(shares: dict[int, list[float]], params: dict[str, dict[str, float]] | None = None) -> CompiledWorld:
    """The tiny world with such shares of people in towns, by year."""
    world = tiny_world(urban={year: np.array(values) for year, values in shares.items()})
    return CompiledWorld(world, graph(world), tiny_plan(2, params=ON if params is None else params).values)


def test_shares_run_straight_between_the_middles_of_years() -> None:
    s = around({2008: [0.2, 0.0, 0.0, 0.0], 2012: [0.4, 0.0, 0.0, 0.0]})
    assert urban(s, date(2010, 7, 1))[0] == pytest.approx(0.3, abs=0.003)
    assert urban(s, date(1990, 1, 1))[0] == 0.2
    assert urban(s, date(2030, 1, 1))[0] == 0.4
    assert urban(around({}, {}), START).tolist() == [0.0] * 4


def test_the_pace_moves_the_share_as_the_table_says() -> None:
    s = around({2008: [0.2, 0.0, 0.0, 0.0], 2020: [0.8, 0.0, 0.0, 0.0]})
    towns = Urbanisation(s, START)
    first = towns.share[0]
    for month in range(24):
        towns.grow(date(2010 + month // 12, 1 + month % 12, 1), NEUTRAL)
    assert towns.share[0] - first == pytest.approx(2 * 0.05, rel=0.05)


def test_where_towns_shrink_nobody_moves() -> None:
    s = around({2008: [0.5, 0.0, 0.0, 0.0], 2020: [0.4, 0.0, 0.0, 0.0]})
    assert pace(s, START).tolist() == [0.0] * 4


def test_all_that_towns_do_to_leaving_is_relative_to_the_first_day() -> None:
    towns = Urbanisation(around({2008: [0.2, 0.0, 0.0, 0.0], 2020: [0.8, 0.0, 0.0, 0.0]}), START)
    assert (towns.leaving == 1.0).all()
    assert (towns.from_urban == towns.from_urban_at_first).all()
    towns.grow(START, NEUTRAL)
    flight, hardship, aspiration = towns.leaving[0]
    assert flight == 1.0
    assert hardship < 1.0 < aspiration


def test_a_world_that_says_nothing_of_towns_is_refused_where_they_count() -> None:
    for shares in ({}, {2008: [np.nan, 0.1, 0.1, 0.1], 2020: [0.5, 0.1, 0.1, 0.1]}):
        with pytest.raises(UserError, match=r"towns\.csv of this world has none for AAA"):
            Urbanisation(around(shares), START)
        assert not Urbanisation(around(shares, {}), START).on


def test_towns_never_hold_everybody() -> None:
    s = around({2008: [0.99, 0.0, 0.0, 0.0], 2010: [1.0, 0.0, 0.0, 0.0]})
    towns = Urbanisation(s, START)
    before: Any = towns.share[0]
    for _ in range(600):
        towns.grow(date(2009, 12, 1), NEUTRAL)
    assert before <= towns.share[0] < 1.0
