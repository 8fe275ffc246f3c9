"""Two small functions: what is left of a policy beside another, and what an evaluation of return knows."""

import numpy as np
import pytest
from evaluation_survey import survey

from mixflow.experiments.compare.coherence import coherence
from mixflow.sim.evaluate import evaluated_share, half_width


def test_coherence_is_the_part_of_an_effect_that_is_left() -> None:
    assert coherence(100.0, 80.0, 80.0) == 1.0
    assert coherence(100.0, 80.0, 90.0) == 0.5
    assert coherence(100.0, 80.0, 100.0) == 0.0
    assert coherence(100.0, 80.0, 110.0) == -0.5
    assert coherence(100.0, 80.0, 70.0) == 1.5
    assert np.isnan(coherence(100.0, 100.0, 90.0))


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
