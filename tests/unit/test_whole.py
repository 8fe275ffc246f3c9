"""Whole units out of rates: as many are offered as were ordered, whatever the scale, and what nobody uses waits its time."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tiny_world import run

from mixflow.scenarios.build import MixedMigration
from mixflow.sim.accounts import workers
from mixflow.sim.base.rng import stable_code
from mixflow.sim.base.whole import LEAST_KEPT, MONTH, UNLIMITED, YEAR, WholeUnits, fractions
from mixflow.sim.engine import checkpoint

CELLS = 400
CODES = np.array([stable_code("cell", k) for k in range(CELLS)], np.uint64)
SCALES = (0.002, 0.01, 0.05)


def handed_out(units: WholeUnits, rate: np.ndarray, months: int, name: str = "work", keep: float = YEAR) -> np.ndarray:
    """Units of each cell that were offered in some months, each of them used at once."""
    total = np.zeros(len(rate), np.int64)
    for _ in range(months):
        offered = units.offer(name, rate, CODES[: len(rate)], keep)
        units.take(name, np.repeat(np.arange(len(rate)), offered))
        total += offered
    return total


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("name", ["work", "relocation"])
def test_as_many_are_offered_as_are_ordered(name: str, scale: float) -> None:
    rate, seeds = np.random.default_rng(3).lognormal(1.0, 2.0, CELLS), range(20)
    ordered = 24 * rate * scale
    offered = [handed_out(WholeUnits(seed, scale), rate, 24, name) for seed in seeds]
    part = ordered - np.floor(ordered)
    error = np.sqrt((part * (1.0 - part)).sum() / len(seeds))
    assert abs(np.mean(offered, axis=0).sum() - ordered.sum()) < 2.0 * error
    assert 10.0 * error < part.sum()  # cells that all start from 0 would be noticed: each would lack its part
    assert (np.abs(offered - ordered) < 1.0).all()


def test_a_cell_starts_at_the_same_fraction_whatever_other_cells_there_are() -> None:
    alone, among = fractions(7, "work", CODES[10:11]), fractions(7, "work", CODES)
    assert alone[0] == among[10]
    assert (fractions(7, "work", CODES[::-1]) == among[::-1]).all()
    assert (fractions(8, "work", CODES) != among).all()
    assert (fractions(7, "study", CODES) != among).all()
    assert among.mean() == pytest.approx(0.5, abs=0.05)
    assert among.std() == pytest.approx(12**-0.5, abs=0.03)


def test_what_one_lever_orders_changes_nothing_of_another() -> None:
    rate = np.full(CELLS, 30.0)
    alone, beside = WholeUnits(5, 0.01), WholeUnits(5, 0.01)
    for month in range(12):
        if month >= 6:
            beside.offer("work|need=survival", rate, CODES, YEAR)
        assert (alone.offer("work", rate, CODES, YEAR) == beside.offer("work", rate, CODES, YEAR)).all()


def test_places_that_nobody_uses_lapse_after_a_year_and_capacity_after_a_month() -> None:
    units, rate = WholeUnits(5, 1.0), np.array([10.0])
    for _ in range(30):
        places = units.offer("work", rate, CODES[:1], YEAR)
        decisions = units.offer("decisions", rate, CODES[:1], MONTH)
    assert places[0] == 120
    assert decisions[0] == 10
    units.take("work", np.zeros(100, np.int64))
    assert units.offer("work", rate, CODES[:1], YEAR)[0] == 30


def test_where_less_than_one_comes_in_a_month_a_few_wait_and_no_more() -> None:
    for keep, kept in ((YEAR, LEAST_KEPT), (MONTH, 1)):
        units = WholeUnits(5, 0.001)
        for _ in range(500):
            offered = units.offer("work", np.array([50.0]), CODES[:1], keep)
        assert offered[0] in (kept, kept + 1)  # those that waited, and perhaps the one of this month
        assert units.offer("work", np.array([0.0]), CODES[:1], keep)[0] == 0  # nothing waits where nothing is ordered


def test_few_places_lapse_because_few_simulated_people_come_at_random() -> None:
    """Four ask for three places; a cell has two simulated places a year. At full scale every place is used."""
    draw, months, rate, used = np.random.default_rng(4), 120, np.full(CELLS, 200.0), 0
    for seed in range(8):
        units, waiting = WholeUnits(seed, 0.01), np.zeros(CELLS, np.int64)
        for _ in range(months):
            waiting += draw.poisson(4.0 / 3.0 * rate[0] * 0.01 / 12.0, CELLS)
            got = np.minimum(units.offer("work", rate / 12.0, CODES, YEAR), waiting)
            units.take("work", np.repeat(np.arange(CELLS), got))
            waiting -= got
            used += int(got.sum())
    ordered = 8 * CELLS * 2.0 * months / 12.0
    assert 0.98 * ordered < used <= ordered + 8 * CELLS


def test_capacity_is_not_lost_where_nobody_asks_now_and_then() -> None:
    """One in ten months somebody asks, and there is room for three of ten in each: at full scale all would be served."""
    units, served = WholeUnits(5, 0.001), 0
    for month in range(1000):
        offered = units.offer("decisions", np.array([300.0]), CODES[:1], MONTH)[0]
        if month % 10 == 9:
            assert offered > 0
            units.take("decisions", np.zeros(1, np.int64))
            served += 1
    assert served == 100


def test_places_without_limit_stay_without_limit() -> None:
    units = WholeUnits(5, 1.0)
    for _ in range(30):
        offered = units.offer("free_movement", np.array([1e15]), CODES[:1], YEAR)
        units.take("free_movement", np.zeros(1000, np.int64))
    assert offered[0] >= 0.9 * UNLIMITED


def held(model: MixedMigration) -> dict[str, bytes]:
    """What is on offer of everything, bit by bit, fractions included."""
    return {name: units.tobytes() for name, units in model.queues._whole._held.items()}


def test_what_is_on_offer_is_the_same_to_the_bit_for_any_number_of_threads(
    tiny: Callable[..., MixedMigration], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "SHARE", 4)  # so that even a tiny world is shared among threads
    one, three = (run(tiny(days=150, threads=threads)) for threads in (1, 3))
    assert {"places", "visas", "decisions"} <= set(held(one))
    assert held(three) == held(one)


def test_what_is_on_offer_is_the_same_to_the_bit_after_a_checkpoint(
    tiny: Callable[..., MixedMigration], tmp_path: Path
) -> None:
    whole, stopped, resumed = (tiny(days=150) for _ in range(3))
    while stopped.day < 67:
        stopped.step()
    checkpoint.save(stopped, tmp_path / "kept.npz")
    checkpoint.load(resumed, tmp_path / "kept.npz")
    assert held(resumed) == held(stopped)
    assert held(run(resumed)) == held(run(whole))
    assert held(resumed) != held(stopped)  # else nothing would have been offered since
