"""Small functions: what is left of a policy beside another, with its range, and what an evaluation of return knows."""

import numpy as np
import pandas as pd
import pytest
from evaluation_survey import survey

from mixflow.experiments.studies.compare.arms import Arm
from mixflow.experiments.studies.compare.coherence import COLUMNS, coherence, coherences, ratio_range
from mixflow.sim.accounts.evaluate import evaluated_share, half_width


def test_coherence_is_the_part_of_an_effect_that_is_left() -> None:
    assert coherence(100.0, 80.0, 80.0) == 1.0
    assert coherence(100.0, 80.0, 90.0) == 0.5
    assert coherence(100.0, 80.0, 100.0) == 0.0
    assert coherence(100.0, 80.0, 110.0) == -0.5
    assert coherence(100.0, 80.0, 70.0) == 1.5
    assert np.isnan(coherence(100.0, 100.0, 90.0))


def test_fiellers_range_holds_the_ratio_and_is_none_where_the_policy_alone_may_do_nothing() -> None:
    draws = np.random.default_rng(20151231)
    held = 0
    for _ in range(400):
        bottom = draws.normal(-10.0, 3.0, 8)
        top = 0.6 * bottom + draws.normal(0.0, 1.0, 8)
        low, high = ratio_range(top, bottom)
        held += low <= 0.6 <= high
    assert held / 400 == pytest.approx(0.95, abs=0.03)
    assert np.isnan(ratio_range(np.array([1.0, 2.0, 3.0]), np.array([-1.0, 0.1, 1.0]))).all()
    assert np.isnan(ratio_range(np.array([1.0]), np.array([2.0]))).all()
    assert ratio_range(np.array([-4.0, -4.0]), np.array([-8.0, -8.0])) == (0.5, 0.5)


def measured(arms: dict[str, float], indicator: str = "livelihoods_lost") -> pd.DataFrame:
    """Values of an indicator over the whole run, in four worlds of each arm that share their luck."""
    luck = (3.0, -1.0, 0.5, -2.0)
    rows = [
        {
            "arm": arm,
            "seed": seed,
            "indicator": indicator,
            "month": pd.NaT,
            "value": value + luck[seed] + 0.1 * (value - 100.0) * seed,
        }
        for arm, value in arms.items()
        for seed in range(4)
    ]
    return pd.DataFrame(rows)


def surface(*doses: tuple[float, float]) -> list[Arm]:
    """Arms of a surface."""
    return [Arm(f"surface {a:g} {b:g}", "surface", {}, "base", (0, 1, 2, 3), (a, b)) for a, b in doses]


def test_two_policies_are_told_what_each_leaves_of_the_other() -> None:
    arms = surface((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0))
    worlds = {"base": 100.0, "surface 0 0": 100.0, "surface 1 0": 80.0, "surface 0 1": 110.0, "surface 1 1": 90.0}
    flat = measured(dict.fromkeys(worlds, 5.0), "deaths")
    table = coherences(pd.concat([measured(worlds), flat]), arms, ("aid", "trade"))
    assert tuple(table.columns) == COLUMNS
    assert table["indicator"].tolist() == ["livelihoods_lost"] * 2  # neither policy moves deaths
    aid, trade = table.iloc[0], table.iloc[1]
    assert (aid["policy"], aid["beside"], trade["policy"]) == ("aid", "trade", "trade")
    assert aid["left"] == pytest.approx(0.5)
    assert aid["low"] == aid["high"] == pytest.approx(0.5)  # luck is shared
    assert trade["left"] == pytest.approx(-1.0)


def test_without_each_policy_alone_nothing_is_told() -> None:
    assert coherences(measured({"base": 1.0}), [], ("aid", "trade")).empty
    halves = surface((0.5, 0.5), (1.0, 1.0))
    assert coherences(measured({"base": 100.0, "surface 1 1": 80.0}), halves, ("aid", "trade")).empty


def test_evaluation_is_paid_for_by_monitoring_and_not_by_tied_funds() -> None:
    assert evaluated_share(0.0, 0.0) == pytest.approx(0.02)
    assert evaluated_share(1.0, 0.0) == pytest.approx(1.0)
    assert evaluated_share(1.0, 1.0) == pytest.approx(0.02)
    assert evaluated_share(np.array([0.2, 0.4]), 0.5).tolist() == pytest.approx([0.02 + 0.98 * 0.1, 0.02 + 0.98 * 0.2])


def test_the_interval_is_half_the_scale_for_nobody_and_narrows_with_the_root_of_how_many() -> None:
    assert half_width(0.5, 0) == pytest.approx(0.5)
    assert half_width(0.4, 10_000) == pytest.approx(1.96 * np.sqrt(0.24 / 10_000), rel=0.01)
    assert half_width(0.4, 100) > 1.9 * half_width(0.4, 400)


def test_a_survey_of_all_is_exact_and_of_nobody_knows_nothing() -> None:
    draws = np.random.default_rng(1)
    assert survey(30, 100, 1.0, draws)[0] == 0.3
    share, width = survey(30, 100, 0.0, draws)
    assert np.isnan(share)
    assert width == pytest.approx(0.5)
    with pytest.raises(ValueError, match="101 of 100"):
        survey(101, 100, 0.5, draws)
