"""The bench of sharpness: what it computes, on numbers whose answer is known."""

import numpy as np
import pytest

from mixflow.experiments.bench.sharpness import POLICIES, compared
from mixflow.experiments.runs.policy_overrides import available


def test_shared_luck_is_taken_out_of_the_variance() -> None:
    luck = np.array([1.0, 2.0, 3.0, 4.0])
    noise = np.array([0.1, -0.1, 0.1, -0.1])
    found = compared(100 + luck, 90 + luck + noise)
    assert found["shared"] == pytest.approx(np.var(noise, ddof=1))
    assert found["independent"] == pytest.approx(np.var(luck, ddof=1) + np.var(luck + noise, ddof=1))
    assert found["ratio"] == pytest.approx(found["independent"] / found["shared"])
    assert found["mean"] == pytest.approx(-10.0)
    assert found["needed_independent"] > found["needed"] >= 1


def test_the_range_of_a_ratio_mostly_holds_the_truth_and_narrows_with_pairs() -> None:
    draw = np.random.default_rng(3)
    truth = (1.0 + 1.25) / 0.25
    widths, held = {12: [], 200: []}, []
    for pairs in (12, 200):
        for _ in range(30):
            luck, noise = draw.normal(0.0, 1.0, pairs), draw.normal(0.0, 0.5, pairs)
            found = compared(100.0 + luck, 90.0 + luck + noise)
            held.append(found["low"] < truth < found["high"])
            widths[pairs].append(np.log(found["high"] / found["low"]))
    assert 0.75 < np.mean(held) <= 1.0
    assert np.median(widths[200]) < 0.5 * np.median(widths[12])


def test_its_policies_are_five_of_the_library() -> None:
    assert len(set(POLICIES)) == 5
    assert set(POLICIES) <= set(available())
