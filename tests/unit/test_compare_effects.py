"""The arithmetic of a comparison: paired differences, their ranges, counts by group, conclusions under switches."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from mixflow.experiments.studies.compare.arms import Arm
from mixflow.experiments.studies.compare.effects import (
    COLUMNS,
    CountResolution,
    effects,
    interval,
    parameter_share,
    spread,
)
from mixflow.experiments.studies.compare.robust import (
    FLIPS,
    HOLDS,
    NEW,
    NONE,
    STRONGER,
    WEAKER,
    direction,
    under_switches,
    verdict,
)


def values(base: list[float], other: list[float]) -> pd.DataFrame:
    """One indicator, one month and the whole run, a seed for each value."""
    rows = [
        {"arm": arm, "seed": seed, "indicator": "deaths", "month": month, "value": value}
        for arm, numbers in (("base", base), ("with", other))
        for seed, value in enumerate(numbers)
        for month in (pd.Timestamp("2010-01-01"), pd.NaT)
    ]
    return pd.DataFrame(rows)


def test_the_range_is_students_t_of_the_paired_differences() -> None:
    base, other = [10.0, 12.0, 9.0, 14.0], [8.0, 11.0, 8.0, 10.0]
    frame = effects(values(base, other), "base", "with")
    assert tuple(frame.columns) == COLUMNS
    row = frame[frame["month"].isna()].iloc[0]
    difference = np.subtract(other, base)
    low, high = stats.t.interval(0.95, 3, difference.mean(), stats.sem(difference))
    assert row["difference"] == pytest.approx(-2.0)
    assert (row["low"], row["high"]) == (pytest.approx(low), pytest.approx(high))
    assert row["probability_above_zero"] == pytest.approx(stats.ttest_rel(other, base, alternative="less").pvalue)
    assert row["seeds"] == 4


def test_pairing_takes_out_what_seeds_share() -> None:
    rng = np.random.default_rng(1)
    luck = rng.normal(0, 100, 12)
    base, other = luck, luck + 5 + rng.normal(0, 1, 12)
    row = effects(values(list(base), list(other)), "base", "with").iloc[0]
    assert row["low"] > 0
    assert row["high"] - row["low"] < 3


def test_one_pair_has_no_range_and_equal_worlds_have_none_either() -> None:
    alone = effects(values([1.0], [3.0]), "base", "with").iloc[0]
    assert alone["difference"] == 2.0
    assert np.isnan([alone["low"], alone["high"], alone["probability_above_zero"]]).all()
    same = effects(values([1.0, 2.0], [1.0, 2.0]), "base", "with").iloc[0]
    assert (same["low"], same["high"], same["probability_above_zero"]) == (0.0, 0.0, 0.5)


def test_equal_differences_of_coarse_counts_are_no_certainty() -> None:
    grains = CountResolution(500.0, 1, frozenset({"deaths"}))
    few = effects(values([2000.0, 3000.0], [2500.0, 3500.0]), "base", "with", grains).iloc[0]
    half = stats.t.ppf(0.975, 1) * 500 / np.sqrt(2)
    assert (few["low"], few["high"]) == (pytest.approx(500 - half), pytest.approx(500 + half))
    assert few["probability_above_zero"] == pytest.approx(stats.t.cdf(np.sqrt(2), 1))
    many = effects(values([2000.0] * 20, [2500.0] * 20), "base", "with", grains).iloc[0]
    assert 250 < many["low"] < 500 < many["high"] < 750
    same = effects(values([2000.0, 3000.0], [2000.0, 3000.0]), "base", "with", grains).iloc[0]
    assert (same["low"], same["high"]) == (0.0, 0.0)


def test_only_counts_of_people_have_a_grain() -> None:
    grains = CountResolution(500.0, 24, frozenset({"flow"}), frozenset({"stock"}))
    assert [grains.of(name, whole) for name in ("flow", "stock", "debt") for whole in (False, True)] == [
        500.0, 500.0, 500.0, pytest.approx(500 / 24), 0.0, 0.0,
    ]  # fmt: skip
    finer = effects(
        values([2000.5, 3000.0], [2500.5, 3500.0]), "base", "with", CountResolution(500.0, 1, frozenset({"deaths"}))
    )
    assert (finer["low"] == 500.0).all()


def test_counts_by_group_have_the_grain_too() -> None:
    frame = pd.DataFrame(
        {"seed": [1, 2], "way": ["central_mediterranean", "central_mediterranean"], "count": [500.0, 500.0]}
    )
    row = spread(frame, ("way",), (1, 2), ("count",), 500.0).iloc[0]
    assert row["count_low"] < 0 < 500 < row["count_high"]


def test_a_value_that_one_world_lacks_is_left_out_of_the_pair() -> None:
    row = effects(values([1.0, np.nan, 3.0], [2.0, 5.0, 4.0]), "base", "with").iloc[0]
    assert (row["seeds"], row["base"], row["difference"]) == (2, 2.0, 1.0)


def test_the_range_holds_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(7)
    draws = rng.normal(0.3, 1.0, (10, 4000))
    _, low, high, _, _ = interval(draws)
    share = float(((low <= 0.3) & (high >= 0.3)).mean())
    assert 0.94 < share < 0.96


def test_a_group_that_a_seed_has_not_counts_as_zero_there() -> None:
    frame = pd.DataFrame(
        {
            "seed": [1, 2, 1],
            "way": ["central_mediterranean", "central_mediterranean", "eastern_mediterranean"],
            "count": [10.0, 20.0, 8.0],
        }
    )
    table = spread(frame, ("way",), (1, 2, 3, 4), ("count",)).set_index("way")
    assert table.loc["central_mediterranean", "count"] == pytest.approx(30 / 4)
    assert table.loc["eastern_mediterranean", "count"] == pytest.approx(2.0)
    assert table.loc["eastern_mediterranean", "count_low"] < 0 < table.loc["eastern_mediterranean", "count_high"]


@pytest.mark.parametrize(
    ("neutral", "setting", "shift", "larger", "said"),
    [
        (1, 1, 0, True, HOLDS),
        (1, 0, 0, False, HOLDS),  # one is significant and the other not, and they do not differ
        (-1, 1, 1, True, FLIPS),
        (1, -1, -1, False, FLIPS),
        (1, 0, -1, False, WEAKER),
        (1, 1, 1, True, STRONGER),
        (0, -1, -1, True, NEW),
        (0, -1, 0, True, NONE),
        (0, 0, 0, False, NONE),
    ],
)
def test_a_conclusion_changes_only_where_the_two_effects_differ(
    neutral: int, setting: int, shift: int, larger: bool, said: str
) -> None:
    assert verdict(neutral, setting, shift, larger) == said


def test_the_effects_under_a_switch_are_compared_pair_by_pair() -> None:
    """Each effect is lost in the scatter of its pairs, and their difference is not: all worlds of a seed share their draws."""
    luck = np.array([-40.0, 25.0, 10.0, -5.0, 30.0, -20.0])
    arms = {"base": 0 * luck, "with": luck, "on base": 0 * luck + 100, "on with": luck + 110 + 0.1 * luck}
    frame = pd.DataFrame(
        [
            {"arm": arm, "seed": seed, "indicator": "deaths", "month": pd.NaT, "value": value}
            for arm, numbers in arms.items()
            for seed, value in enumerate(numbers)
        ]
    )
    seeds = tuple(range(6))
    switch = Arm("on with", "switch", {}, "on base", seeds, (), ("information", 1.0))
    (row,) = under_switches(frame, [switch]).to_dict("records")
    assert row["low"] < 0 < row["high"]
    assert row["shift"] == pytest.approx(10 + 0.1 * luck.mean())
    assert 0 < row["shift_low"] < row["shift_high"] < 20


def test_a_range_that_holds_zero_has_no_direction() -> None:
    assert [direction(*ends) for ends in ((1.0, 2.0), (-2.0, -1.0), (-1.0, 1.0), (np.nan, np.nan))] == [1, -1, 0, 0]


def test_pairs_of_one_member_are_no_independent_draws_of_its_parameters() -> None:
    members = [0, 0, 1, 1, 2, 2]
    rows = np.array([[10.0], [10.2], [20.0], [19.8], [30.0], [30.0]])
    mean, low, high, n, _ = interval(rows, 0.0, members)
    expected = stats.t.interval(0.95, 2, 20.0, stats.sem([10.1, 19.9, 30.0]))
    assert (mean[0], n[0]) == (pytest.approx(20.0), 3)
    assert (low[0], high[0]) == (pytest.approx(expected[0]), pytest.approx(expected[1]))


def test_parameters_and_chance_are_told_apart() -> None:
    members = [0, 0, 1, 1, 2, 2]
    apart = np.array([[10.0], [10.2], [20.0], [19.8], [30.0], [30.0]])
    alike = np.array([[10.0], [30.0], [12.0], [28.0], [32.0], [9.0]])
    assert parameter_share(apart, members)[0] > 0.99
    assert parameter_share(alike, members)[0] == 0.0
    assert np.isnan(parameter_share(apart[:2], [0, 1])[0])  # one pair each: nothing tells them apart
