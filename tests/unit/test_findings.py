"""What may be said of a difference, and of how many at once."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import false_discovery_control

from mixflow.experiments.results.question_measures import MEASURES
from mixflow.experiments.studies.compare.findings import (
    CHANCE,
    FEW,
    LEAST_PEOPLE,
    ONE,
    SAME,
    SMALL,
    SURE,
    WITHHELD,
    corrected,
    findings,
    possible,
    verdict_of,
)

ROW = {"base": 1000.0, "difference": -200.0, "low": -300.0, "high": -100.0, "people": 900.0}


@pytest.mark.parametrize(
    ("changes", "chance", "withheld", "said"),
    [
        ({}, 0.01, False, SURE),
        ({}, 0.06, False, CHANCE),
        ({}, 0.01, True, WITHHELD),
        ({"low": math.nan, "high": math.nan}, math.nan, False, ONE),
        ({"people": LEAST_PEOPLE - 1.0}, 0.01, False, FEW),
        ({"people": math.nan}, 0.01, False, SURE),
        ({"low": 0.0, "high": 0.0}, 1.0, False, SAME),
        ({"low": -9.0, "high": -3.0}, 0.001, False, SMALL),
        ({"low": -11.0, "high": -3.0}, 0.001, False, SURE),
    ],
)
def test_each_difference_has_one_verdict(changes, chance, withheld, said):
    assert verdict_of({**ROW, **changes}, chance, withheld) == said


def test_chances_are_two_sided_and_corrected_for_their_number():
    above = np.array([0.99, 0.01, 0.5, np.nan, 0.999])
    found = corrected(above)
    assert np.isnan(found[3])
    assert found[[0, 1, 2, 4]] == pytest.approx(false_discovery_control([0.02, 0.02, 1.0, 0.002]))
    alone = corrected(np.array([0.98]))
    assert alone[0] == pytest.approx(0.04)
    assert corrected(np.full(20, 0.5) + np.eye(20)[0] * 0.48)[0] > 0.05, "one of twenty is no finding"


@pytest.mark.parametrize(
    ("unit", "base", "given", "kept"),
    [
        ("persons", 100.0, (-340.0, 50.0), (-100.0, 50.0)),
        ("share", 0.9, (-0.2, 0.3), (-0.2, 0.1)),
        ("EUR", 100.0, (-340.0, 50.0), (-340.0, 50.0)),
        ("log odds", -1.0, (-2.0, 1.0), (-2.0, 1.0)),
    ],
)
def test_a_range_holds_what_is_possible_alone(unit, base, given, kept):
    assert possible(base, *given, unit) == pytest.approx(kept)


def test_findings_carry_titles_whom_and_the_corrected_chance():
    rows = {"base": [1000.0, 50.0], "with": [800.0, 50.0], "difference": [-200.0, 0.0], "low": [-300.0, -90.0],
            "high": [-100.0, 90.0], "probability_above_zero": [0.001, 0.5], "people": [900.0, 80.0],
            "whom": ["nationals of Nigeria", ""], "of_targets": [True, False]}  # fmt: skip
    first, second = findings(pd.DataFrame(rows), [MEASURES["deaths"]] * 2, ["Deaths", "Deaths"])
    assert (first.full_title, first.better, first.relative) == ("Deaths (nationals of Nigeria)", "better", -0.2)
    assert (second.low, second.verdict, second.better) == (-50.0, CHANCE, "")
