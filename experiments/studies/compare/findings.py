"""What may be said of differences: beyond chance after correction, may be chance, too small to matter, too few people, withheld."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import false_discovery_control

from ...results.indicators import Indicator
from .effects import LEVEL

MATTERS = 0.01
"""A difference whose whole range is below this part of the base is no difference that matters. Assumption: one per cent."""

LEAST_PEOPLE = 50
"""Simulated people in both arms of all pairs, below which nothing is said of a count."""

SURE, CHANCE, SMALL, FEW, SAME, ONE, WITHHELD = (
    "more than chance", "may be chance", "no difference that matters", "too few simulated people", "the same in every pair",
    "one pair: no range", "withheld")  # fmt: skip

BOUNDED = ("share", "score", "Gini")
"""Units whose values lie between 0 and 1."""

NOT_NEGATIVE = ("persons", "passages", "months", "per 1,000", "per int. $ bn")
"""Units whose values are never below 0."""


@dataclass(frozen=True)
class Finding:
    """One difference, and what may be said of it.

    Parameters
    ----------
    item
        What is measured.
    title, whom
        What a reader sees, and of whom; empty: of all.
    base, other, difference, low, high
        Means over pairs, and the range of the difference, within what is possible.
    chance
        The probability of the difference, or a larger one, if there is no effect, corrected for all that are tested together.
    verdict
        One of the verdicts above.
    of_targets
        Whether it is of those whom the policies touch.
    people
        Simulated people behind it; NaN where none are counted.
    """

    item: Indicator
    title: str
    whom: str
    base: float
    other: float
    difference: float
    low: float
    high: float
    chance: float
    verdict: str
    of_targets: bool
    people: float

    @property
    def full_title(self) -> str:
        """The title with whom it is of."""
        return f"{self.title} ({self.whom})" if self.whom else self.title

    @property
    def relative(self) -> float:
        """The difference over the base; NaN where that says nothing."""
        if self.item.unit in BOUNDED or not self.base > 0:
            return math.nan
        return self.difference / self.base

    @property
    def sure(self) -> bool:
        """Whether it is beyond chance."""
        return self.verdict == SURE

    @property
    def better(self) -> str:
        """`better`, `worse` or empty: where the difference is sure and most readers would want one direction."""
        if not self.sure or self.item.good == "neither":
            return ""
        return "better" if (self.difference < 0) == (self.item.good == "less") else "worse"


def corrected(probability_above_zero: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Two-sided probabilities of no effect, corrected for their number by Benjamini and Hochberg (1995); NaN stays.

    Parameters
    ----------
    probability_above_zero
        One for each difference that is tested together.
    """
    one_side = np.asarray(probability_above_zero, float)
    known = np.isfinite(one_side)
    out = np.full(len(one_side), np.nan)
    if known.any():
        p = np.clip(2.0 * np.minimum(one_side[known], 1.0 - one_side[known]), 0.0, 1.0)
        out[known] = false_discovery_control(p)
    return out


def possible(base: float, low: float, high: float, unit: str) -> tuple[float, float]:
    """A range of a difference cut to what is possible: nobody can be fewer than none, and no share is above one."""
    if unit in (*BOUNDED, *NOT_NEGATIVE) and base >= 0:
        low, high = max(low, -base), max(high, -base)
    if unit in BOUNDED:
        low, high = min(low, 1.0 - base), min(high, 1.0 - base)
    return low, high


def verdict_of(row: Mapping[str, float], chance: float, withheld: bool = False) -> str:
    """What may be said of a difference.

    Parameters
    ----------
    row
        base, difference, low, high, people.
    chance
        Its corrected probability of no effect.
    withheld
        Whether effects of this question are withheld.
    """
    if withheld:
        return WITHHELD
    if not math.isfinite(row["low"]):
        return ONE
    if row["people"] < LEAST_PEOPLE:  # never so where nobody is counted: NaN
        return FEW
    if row["low"] == row["high"] == 0.0:
        return SAME
    if row["base"] > 0 and max(abs(row["low"]), abs(row["high"])) < MATTERS * row["base"]:
        return SMALL
    return SURE if chance <= 1.0 - LEVEL else CHANCE


def findings(
    frame: pd.DataFrame, items: Sequence[Indicator], titles: Sequence[str], withheld: bool = False
) -> list[Finding]:
    """Findings of a table of differences that are tested together.

    Parameters
    ----------
    frame
        base, with, difference, low, high, probability_above_zero; people, whom and of_targets where they are known.
    items, titles
        What each row measures.
    withheld
        Whether effects are withheld, as the model is blind to the question.
    """
    chances = corrected(frame["probability_above_zero"].to_numpy(float))
    people = frame["people"].to_numpy(float) if "people" in frame else np.full(len(frame), np.nan)
    targets = frame["of_targets"].to_numpy(bool) if "of_targets" in frame else np.zeros(len(frame), np.bool_)
    whom = frame["whom"].astype(str).tolist() if "whom" in frame else [""] * len(frame)
    numbers = frame[["base", "with", "difference", "low", "high"]].to_numpy(float)
    found = []
    for k, (base, other, difference, low, high) in enumerate(numbers.tolist()):
        low, high = possible(base, low, high, items[k].unit)
        row = {"base": base, "difference": difference, "low": low, "high": high, "people": float(people[k])}
        said = verdict_of(row, float(chances[k]), withheld)
        found.append(
            Finding(items[k], titles[k], whom[k], base, other, difference, low, high, float(chances[k]), said,
                    bool(targets[k]), float(people[k]))
        )  # fmt: skip
    return found
