"""From values of paired worlds to differences with their ranges: the arithmetic of a comparison, and nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

Floats = npt.NDArray[np.float64]

LEVEL = 0.95
"""Of the ranges that are given."""

BALANCE = "net"
"""The name of counts that are balances."""

COLUMNS = ("indicator", "month", "base", "with", "difference", "low", "high", "seeds", "probability_above_zero")


def interval(
    differences: Floats, grain: Floats | float = 0.0, members: Sequence[int] | None = None
) -> tuple[Floats, Floats, Floats, npt.NDArray[np.int64], Floats]:
    """The mean difference of paired worlds, its range, and how probable it is that it lies above zero.

    Student's t of the differences between worlds that share a seed (R. A. Fisher, 1925): the range says how far chance can have
    moved the mean, not how wrong the model can be. Where all pairs differ by the same, the range is that number, unless they
    are counts: a few coarse ones that are equal tell nothing of the next. With one pair there is no range.

    Parameters
    ----------
    differences
        One row a seed, shape (seeds, columns); NaN where a value is not known.
    grain
        Of counts, what one simulated person adds, shape (columns,): differences are taken to scatter by so much at least, so that
        the error is not below grain / sqrt(seeds). Where no pair differs at all there is nothing to scatter. 0: no counts.
    members
        The member of an ensemble that each row is of. Rows of one member are no independent draws of its parameters: they are
        averaged first, and the range is of the members (a cluster mean), so that it holds chance and parameters.

    Returns
    -------
    mean, low, high, seeds, probability
        Each of shape (columns,); seeds counts the rows, or the members.
    """
    if members is not None:
        differences, grain = _of_members(differences, grain, members)
    known = np.isfinite(differences)
    n = known.sum(axis=0)
    filled = np.where(known, differences, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = filled.sum(axis=0) / n
        spread = np.where(known, differences - mean, 0.0)
        error = np.sqrt((spread**2).sum(axis=0) / (n - 1) / n)
        error = np.where(error < 1e-12 * np.maximum(np.abs(mean), 1e-300), 0.0, error)
        error = np.maximum(error, np.where((filled != 0).any(axis=0), grain, 0.0) / np.sqrt(n))
        half = stats.t.ppf(0.5 + LEVEL / 2, np.maximum(n - 1, 1)) * error
        certain = np.where(mean > 0, 1.0, np.where(mean < 0, 0.0, 0.5))
        above = np.where(error > 0, stats.t.cdf(mean / error, np.maximum(n - 1, 1)), certain)
    one = n < 2
    low, high = np.where(one, np.nan, mean - half), np.where(one, np.nan, mean + half)
    return mean, low, high, n, np.where(one, np.nan, above)


def _of_members(differences: Floats, grain: Floats | float, members: Sequence[int]) -> tuple[Floats, Floats | float]:
    """The mean of each member's rows, and the grain of such a mean."""
    of, rows = np.asarray(members), []
    for member in dict.fromkeys(members):
        some = differences[of == member]
        known = np.isfinite(some)
        with np.errstate(invalid="ignore"):
            rows.append(np.where(known, some, 0.0).sum(axis=0) / known.sum(axis=0))
    return np.array(rows), grain / np.sqrt(len(of) / len(rows))


def parameter_share(differences: Floats, members: Sequence[int]) -> Floats:
    """How much of the variance of a mean over members comes from their parameters, 0 to 1; the rest is chance.

    One-way analysis of variance of equal groups (R. A. Fisher, 1925): the mean square between members holds both, that within
    members chance alone. NaN where no member has two rows.

    Parameters
    ----------
    differences
        One row a seed, shape (seeds, columns).
    members
        The member that each row is of.
    """
    of = np.asarray(members)
    groups = [differences[of == member] for member in dict.fromkeys(members)]
    twice = [rows for rows in groups if len(rows) > 1]
    if not twice or len(groups) < 2:
        return np.full(differences.shape[1], np.nan)
    within = np.mean([rows.var(axis=0, ddof=1) for rows in twice], axis=0)
    size = len(of) / len(groups)
    between = np.var([rows.mean(axis=0) for rows in groups], axis=0, ddof=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = 1.0 - within / size / between
    return np.asarray(np.where(between > 0, np.clip(share, 0.0, 1.0), np.nan))


@dataclass(frozen=True)
class CountResolution:
    """What one simulated person adds to indicators that count people.

    Parameters
    ----------
    weight
        Real people for one simulated; 0 where nothing is known of it.
    months
        Of the run.
    flows, stocks
        Names of indicators of persons or passages: whose months add up, and whose months are averaged.
    """

    weight: float = 0.0
    months: int = 1
    flows: frozenset[str] = frozenset()
    stocks: frozenset[str] = frozenset()

    def of(self, indicator: str, whole: bool) -> float:
        """What one adds in a month, or over the whole run: to a stock, one who is there in one month."""
        if indicator in self.flows:
            return self.weight
        if indicator in self.stocks:
            return self.weight / self.months if whole else self.weight
        return 0.0


def effects(
    values: pd.DataFrame,
    base: str,
    other: str,
    grains: CountResolution | None = None,
    members: Mapping[int, int] | None = None,
) -> pd.DataFrame:
    """Compare two arms.

    Parameters
    ----------
    values
        arm, seed, indicator, month (NaT: the whole run), value.
    base, other
        The arms.
    grains
        What one simulated person adds, for ranges of counts.
    members
        The member of an ensemble that each seed has, if any: see `interval`.

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
    found = grains or CountResolution()
    cells = zip(columns.get_level_values(0), columns.get_level_values(1) == WHOLE, strict=True)
    grain = np.array([found.of(str(name), bool(whole)) for name, whole in cells], np.float64)
    of = None if members is None else [members[int(seed)] for seed in seeds]
    difference = np.where(both, second - first, np.nan)
    mean, low, high, n, above = interval(difference, _counted(grain, first, second), of)
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


def _counted(grain: Floats, *values: Floats) -> Floats:
    """The grain where all values are whole multiples of it, as counts are; 0 where they are finer."""
    steps = np.concatenate(values) / np.where(grain > 0, grain, 1.0)
    whole = np.where(np.isfinite(steps), np.abs(steps - np.round(steps)) < 1e-3, True).all(axis=0)
    return np.asarray(np.where(whole, grain, 0.0))


def _mean(values: Floats, known: npt.NDArray[np.bool_]) -> Floats:
    count = known.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(known, values, 0.0).sum(axis=0) / count)


def spread(
    frame: pd.DataFrame,
    keys: Sequence[str],
    seeds: Sequence[int],
    columns: Sequence[str],
    grain: float = 0.0,
    members: Mapping[int, int] | None = None,
) -> pd.DataFrame:
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
        Counts; each becomes `column`, `column_low`, `column_high`; a balance, which may be of either sign, gets
        `net_above_zero`, the probability that it lies above zero.
    grain
        What one simulated person adds: see `interval`.
    members
        The member of an ensemble that each seed has, if any.
    """
    groups = frame[list(keys)].drop_duplicates().sort_values(list(keys), ignore_index=True)
    out = groups.copy()
    if groups.empty:
        names = [f"{column}{end}" for column in columns for end in ("", "_low", "_high", *_more(column))]
        return out.assign(**{name: np.zeros(0) for name in names})
    index = pd.MultiIndex.from_frame(groups) if len(keys) > 1 else pd.Index(groups[keys[0]])
    for column in columns:
        wide = frame.pivot_table(index="seed", columns=list(keys), values=column, aggfunc="sum", observed=True)
        table = wide.reindex(index=list(seeds)).reindex(columns=index).fillna(0.0).to_numpy(float)
        mean, low, high, _, above = interval(table, grain, None if members is None else [members[s] for s in seeds])
        out[column], out[f"{column}_low"], out[f"{column}_high"] = mean, low, high
        for end in _more(column):
            out[f"{column}{end}"] = above
    return out


def _more(column: str) -> tuple[str, ...]:
    return ("_above_zero",) if column == BALANCE else ()
