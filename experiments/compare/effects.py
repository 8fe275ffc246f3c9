"""From values of paired worlds to differences with their ranges: the arithmetic of a comparison, and nothing else."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

Floats = npt.NDArray[np.float64]

LEVEL = 0.95
"""Of the ranges that are given."""

COLUMNS = ("indicator", "month", "base", "with", "difference", "low", "high", "seeds", "probability_above_zero")


def interval(differences: Floats) -> tuple[Floats, Floats, Floats, npt.NDArray[np.int64], Floats]:
    """The mean difference of paired worlds, its range, and how probable it is that it lies above zero.

    Student's t of the differences between worlds that share a seed (R. A. Fisher, 1925): the range says how far chance can have
    moved the mean, not how wrong the model can be. Where all pairs differ by the same, the range is that number; with one
    pair there is none.

    Parameters
    ----------
    differences
        One row a seed, shape (seeds, columns); NaN where a value is not known.

    Returns
    -------
    mean, low, high, seeds, probability
        Each of shape (columns,).
    """
    known = np.isfinite(differences)
    n = known.sum(axis=0)
    filled = np.where(known, differences, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = filled.sum(axis=0) / n
        spread = np.where(known, differences - mean, 0.0)
        error = np.sqrt((spread**2).sum(axis=0) / (n - 1) / n)
        error = np.where(error < 1e-12 * np.maximum(np.abs(mean), 1e-300), 0.0, error)
        half = stats.t.ppf(0.5 + LEVEL / 2, np.maximum(n - 1, 1)) * error
        certain = np.where(mean > 0, 1.0, np.where(mean < 0, 0.0, 0.5))
        above = np.where(error > 0, stats.t.cdf(mean / error, np.maximum(n - 1, 1)), certain)
    one = n < 2
    low, high = np.where(one, np.nan, mean - half), np.where(one, np.nan, mean + half)
    return mean, low, high, n, np.where(one, np.nan, above)


def effects(values: pd.DataFrame, base: str, other: str) -> pd.DataFrame:
    """Compare two arms.

    Parameters
    ----------
    values
        arm, seed, indicator, month (NaT: the whole run), value.
    base, other
        The arms.

    Returns
    -------
    DataFrame
        The columns of `COLUMNS`, one row for each indicator and month; base and with are means over the seeds that both have.
    """
    wide = {arm: _wide(values[values["arm"] == arm]) for arm in (base, other)}
    seeds = wide[base].index.intersection(wide[other].index)
    columns = wide[base].columns.intersection(wide[other].columns, sort=False)
    first = wide[base].loc[seeds, columns].to_numpy(float)
    second = wide[other].loc[seeds, columns].to_numpy(float)
    both = np.isfinite(first) & np.isfinite(second)
    mean, low, high, n, above = interval(np.where(both, second - first, np.nan))
    frame = pd.DataFrame(
        {
            "indicator": columns.get_level_values(0),
            "month": columns.get_level_values(1),
            "base": _mean(first, both),
            "with": _mean(second, both),
            "difference": mean,
            "low": low,
            "high": high,
            "seeds": n.astype(np.int64),
            "probability_above_zero": above,
        }
    )
    frame["month"] = frame["month"].where(frame["month"] != WHOLE, pd.NaT)
    return frame


WHOLE = pd.Timestamp("1900-01-01")
"""Stands for the whole run where a month cannot be missing."""


def _wide(values: pd.DataFrame) -> pd.DataFrame:
    filled = values.assign(month=values["month"].fillna(WHOLE))
    wide = filled.pivot(index="seed", columns=["indicator", "month"], values="value")
    order = pd.MultiIndex.from_frame(filled[["indicator", "month"]].drop_duplicates())
    return wide.reindex(columns=order)


def _mean(values: Floats, known: npt.NDArray[np.bool_]) -> Floats:
    count = known.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(known, values, 0.0).sum(axis=0) / count)


def spread(frame: pd.DataFrame, keys: Sequence[str], seeds: Sequence[int], columns: Sequence[str]) -> pd.DataFrame:
    """Means over seeds with their ranges, for counts by group; a group that a seed has not counts as zero there.

    Parameters
    ----------
    frame
        seed, the keys, and the columns of counts.
    keys
        What groups are told apart by.
    seeds
        All seeds.
    columns
        Counts; each becomes `column`, `column_low`, `column_high`.
    """
    groups = frame[list(keys)].drop_duplicates().sort_values(list(keys), ignore_index=True)
    out = groups.copy()
    index = pd.MultiIndex.from_frame(groups) if len(keys) > 1 else pd.Index(groups[keys[0]])
    for column in columns:
        wide = frame.pivot_table(index="seed", columns=list(keys), values=column, aggfunc="sum", observed=True)
        table = wide.reindex(index=list(seeds)).reindex(columns=index).fillna(0.0).to_numpy(float)
        mean, low, high, _, _ = interval(table)
        out[column], out[f"{column}_low"], out[f"{column}_high"] = mean, low, high
    return out
