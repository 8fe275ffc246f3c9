"""The rule: the deseasonalised mean of the last six months times the season, drawn slowly towards the mean of five years."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .panel import Floats, Panel

LAST = 6
"""Months whose mean is the level."""

SEASON_SHRINK = 2.0
"""Years without a season that are added to those known: what few years show of a season counts for less.

Assumption; of 0, 2, 4 and 8, the smallest error over leads of 1 to 12 months with 0 and 2 (records to 2019).
"""

REVERSION = 0.4
"""Share a year, continuously, by which the level goes back to its long mean.

Assumption; of 0, .2, .4 and .6, the smallest error over leads of 1 to 12 months with .4 (records to 2019).
"""

LONG = 60
"""Months of the long mean."""


@dataclass(frozen=True, eq=False)
class Said:
    """What the rule says of some periods ahead.

    Parameters
    ----------
    value
        People, shape (rows, periods ahead).
    gap
        How far, in logarithms, the level stands above its long mean, shape (rows,).
    calm
        Logarithms without their season up to the reference, shape (rows, periods known).
    """

    value: Floats
    gap: Floats
    calm: Floats


def season(logs: Floats, first: int) -> Floats:
    """The season in logarithms by calendar month, from whole years counted back from the last month.

    Parameters
    ----------
    logs
        Shape (rows, months).
    first
        Calendar month of the first column, 0 for January.

    Returns
    -------
    array
        Shape (rows, 12), with mean 0.
    """
    years = logs.shape[1] // 12
    if years == 0:
        return np.zeros((len(logs), 12))
    skipped = logs.shape[1] - 12 * years
    by_year = logs[:, skipped:].reshape(len(logs), years, 12)
    apart = (by_year - by_year.mean(axis=2, keepdims=True)).sum(axis=1) / (years + SEASON_SHRINK)
    found = np.zeros((len(logs), 12))
    found[:, (first + skipped + np.arange(12)) % 12] = apart
    return np.asarray(found - found.mean(axis=1, keepdims=True))


def without_season(known: Panel, floor: float) -> tuple[Floats, Floats]:
    """Logarithms of a panel without their season, and the season by calendar month; a year has none."""
    logs = np.log(known.values + floor)
    if known.yearly:
        return logs, np.zeros((len(logs), 1))
    first = known.periods[0].month - 1
    found = season(logs, first)
    return logs - found[:, (first + np.arange(logs.shape[1])) % 12], found


def said(known: Panel, ahead: pd.PeriodIndex) -> Said:
    """What the rule says of the periods after those known.

    Parameters
    ----------
    known
        The record up to the reference date.
    ahead
        The periods that follow its last one.
    """
    calm, seasonal = without_season(known, known.floor)
    lead = np.arange(1, len(ahead) + 1)
    if known.yearly:
        level, mean, share, at = calm[:, -1], calm[:, -LONG // 12 :].mean(axis=1), 1.0 * lead, np.zeros(len(ahead), int)
    else:
        level, mean, share = calm[:, -LAST:].mean(axis=1), calm[:, -LONG:].mean(axis=1), lead / 12.0
        at = ahead.month.to_numpy() - 1
    weight = np.exp(-REVERSION * share)
    logs = weight * level[:, None] + (1.0 - weight) * mean[:, None] + seasonal[:, at]
    found = np.where(np.abs(logs - np.log(known.floor)) < 1e-9, 0.0, np.exp(logs) - known.floor)
    return Said(np.maximum(found, 0.0), level - mean, calm)


def persistence(known: Panel, ahead: pd.PeriodIndex) -> Floats:
    """The last period known, for every period ahead."""
    return np.repeat(known.values[:, -1:], len(ahead), axis=1)


def seasonal_naive(known: Panel, ahead: pd.PeriodIndex) -> Floats:
    """The same month of the last year known; of a yearly series, its last year."""
    cycle = 1 if known.yearly else 12
    return known.values[:, -cycle:][:, np.arange(len(ahead)) % cycle]
