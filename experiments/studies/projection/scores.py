"""Scores of forecasts in logarithms: the continuous ranked probability score, coverage, errors; computed by scoringrules."""

import numpy as np
import numpy.typing as npt
import scoringrules

from .panel import Floats

LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
"""Quantiles of a projection."""

GRID = (np.arange(99) + 0.5) / 99
"""Quantiles by which a distribution is scored: as many equally likely values."""


def logs(people: Floats, floor: float) -> Floats:
    """ln(people + floor): below the floor, differences hardly count."""
    return np.asarray(np.log(people + floor))


def crps(truth: Floats, grid: Floats, floor: float) -> Floats:
    """The score of a distribution in ln(people + floor).

    Parameters
    ----------
    truth
        What was recorded.
    grid
        Equally likely values, along the first axis; one value is a point forecast, whose score is its absolute error.
    floor
        Added before the logarithm.
    """
    values = np.moveaxis(logs(grid, floor), 0, -1)
    return np.asarray(scoringrules.crps_ensemble(logs(truth, floor), values, estimator="qd"))


def skill(score: Floats, against: Floats) -> float:
    """One less the ratio of mean scores: 0 is as good as the other, below 0 worse, 1 perfect."""
    other = float(np.mean(against))
    return 1.0 - float(np.mean(score)) / other if other > 0.0 else float("nan")


def inside(truth: Floats, low: Floats, high: Floats) -> npt.NDArray[np.bool_]:
    """Whether what was recorded lies in an interval, its edges included."""
    return np.asarray((truth >= low - 1e-6) & (truth <= high + 1e-6))


def rmse(error: Floats) -> float:
    """Root mean square."""
    return float(np.sqrt(np.mean(error**2))) if error.size else float("nan")
