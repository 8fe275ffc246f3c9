"""Deadweight and route substitution by seed: who joins regular channels, who leaves irregular routes, and what share of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from .effects import interval

DEADWEIGHT, ROUTE_SUBSTITUTION = "deadweight", "route_substitution"

QUIET = ("stayed", "nearby", "regular")
"""Ways that are not irregular."""

TOO_FEW = 50
"""Of fewer simulated people in all pairs no share is told: of 50 that are drawn alike, the range is 14 points to either side."""


@dataclass(frozen=True)
class Share:
    """A part of a balance of people, with its range.

    Parameters
    ----------
    part, whole
        Real people, means over seeds.
    low, high
        The range of part / whole; NaN where there is none.
    sure
        Whether the range of the whole lies above zero.
    people
        Simulated people in the whole, over all pairs.
    """

    part: float
    whole: float
    low: float
    high: float
    sure: bool
    people: float

    @property
    def ratio(self) -> float:
        """Part over whole, from 0 to 1; NaN where it is no share: there is no whole, or the range lies outside of 0 to 1.

        Parts are balances: one that is below zero makes the other more than all. What chance explains of that is cut off.
        """
        if not self.whole > 0:
            return np.nan
        found = self.part / self.whole
        inside = 0.0 <= found <= 1.0 or (self.low <= 1.0 and self.high >= 0.0)
        return min(max(found, 0.0), 1.0) if inside else np.nan


def by_seed(people: Mapping[str, pd.DataFrame], seeds: Sequence[int]) -> pd.DataFrame:
    """Parts and wholes by seed.

    Parameters
    ----------
    people
        `new_users` and `displaced` of all pairs, with a column `seed`; real people.
    seeds
        All seeds; one that a table has not counts as zero there.

    Returns
    -------
    DataFrame
        share, seed, part, whole. Deadweight: who is added to regular channels on balance, and those of them who would not have
        moved irregularly. Displacement: who leaves irregular ways that lose people, and who of them takes another irregular way.
    """
    users, ways = people["new_users"], people["route_substitution"]
    lost = losing(ways) if len(ways) else []
    rows = []
    for seed in seeds:
        some = users[users["seed"] == seed] if len(users) else users
        whole = float(some["net"].sum()) if len(some) else 0.0
        irregular = float(some.loc[some["before"] == "irregular", "net"].sum()) if len(some) else 0.0
        rows.append((DEADWEIGHT, seed, whole - irregular, whole))
        left, other = leaving(ways[ways["seed"] == seed], lost) if lost else (0.0, 0.0)
        rows.append((ROUTE_SUBSTITUTION, seed, other, left))
    return pd.DataFrame(rows, columns=["share", "seed", "part", "whole"])


def losing(ways: pd.DataFrame) -> list[str]:
    """Irregular ways that more people leave than join."""
    net = _net(ways)
    return [name for name in net.index if name not in QUIET and float(net.loc[name].sum()) > 0]


def leaving(ways: pd.DataFrame, lost: Sequence[str]) -> tuple[float, float]:
    """How many leave some irregular ways, and how many of them take another, both on balance.

    Who goes from one way to another less who goes the other way round: chance that swaps people between two ways is no
    displacement.
    """
    if ways.empty:
        return 0.0, 0.0
    net = _net(ways)
    there = [name for name in lost if name in net.index]
    gaining = [name for name in net.index if name not in lost]
    other = [name for name in gaining if name not in QUIET]
    return float(net.loc[there, gaining].to_numpy().sum()), float(net.loc[there, other].to_numpy().sum())


def _net(ways: pd.DataFrame) -> pd.DataFrame:
    names = sorted({*ways["way_base"], *ways["way_with"]})
    wide = ways.pivot_table(index="way_base", columns="way_with", values="count", aggfunc="sum")
    wide = wide.reindex(index=names, columns=names).fillna(0.0)
    return wide - wide.T


def share_of(table: pd.DataFrame, share: str, scale: float) -> Share:
    """A share of a balance with its range: a ratio of sums over seeds, and Student's t of what each seed departs from it.

    Parameters
    ----------
    table
        Of `by_seed`.
    share
        Which.
    scale
        Simulated people per real person.
    """
    rows = table[table["share"] == share]
    part, whole = rows["part"].to_numpy(float), rows["whole"].to_numpy(float)
    _, bottom, _, _, _ = interval(whole[:, None], 1.0 / scale)
    mean = float(whole.mean()) if len(whole) else 0.0
    low = high = np.nan
    if mean > 0:
        ratio = float(part.mean()) / mean
        # W. G. Cochran, Sampling Techniques, 1977, section 6.3: the error of a ratio is that of part - ratio * whole
        _, least, most, _, _ = interval((part - ratio * whole)[:, None] / mean, 1.0 / scale / mean)
        low, high = ratio + float(least[0]), ratio + float(most[0])
    people = float(whole.sum()) * scale
    return Share(float(part.mean()) if len(part) else 0.0, mean, low, high, float(bottom[0]) > 0, people)
