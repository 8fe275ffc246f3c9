"""Whether policies help or undo each other: what is left of one's effect when another acts too."""

from collections.abc import Sequence
from itertools import permutations

import numpy as np
import pandas as pd
from scipy import stats

from .arms import BASE, Arm
from .effects import LEVEL, Floats

COLUMNS = ("policy", "beside", "indicator", "without", "alone", "together", "left", "low", "high", "seeds")


def coherence(without: float, alone: float, together: float) -> float:
    """What is left of a policy's effect beside another policy: 1 all of it, 0 none, below 0 the reverse, above 1 more than all.

    The number is of one measure in three worlds that share all draws. It says nothing where the policy alone does nothing.

    Parameters
    ----------
    without
        The measure in the world without either policy.
    alone
        With the one policy.
    together
        With both.

    Returns
    -------
    float
        (together - without) / (alone - without); NaN where the policy alone changes nothing.
    """
    effect = alone - without
    return (together - without) / effect if effect != 0.0 else float("nan")


def coherences(values: pd.DataFrame, arms: Sequence[Arm], policies: Sequence[str]) -> pd.DataFrame:
    """What remains of the effect of each of two policies when both are in force, over the whole run, where each was also run alone.

    Parameters
    ----------
    values
        arm, seed, indicator, month (NaT: the whole run), value.
    arms
        Those of a surface among them, whose doses are those of `policies`.
    policies
        The two policies.

    Returns
    -------
    DataFrame
        The columns of `COLUMNS`: means over seeds of the measure without either, with the policy alone and with both, and what is
        left with its range. An indicator that the policy alone does not move for certain is left out: a part of nothing is nothing.
    """
    surface = {arm.dose: arm.name for arm in arms if arm.role == "surface"}
    most = max((dose for dose in surface if dose[0] == dose[1]), default=(0.0, 0.0))
    rows = []
    for one, other in permutations(range(len(policies)), 2) if most[0] > 0.0 else ():
        alone = tuple(most[k] if k == one else 0.0 for k in range(2))
        if alone in surface:
            rows += _left(values, (BASE, surface[alone], surface[most]), (policies[one], policies[other]))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _left(values: pd.DataFrame, arms: tuple[str, str, str], policies: tuple[str, str]) -> list[tuple[object, ...]]:
    """One row an indicator; the arms are without either policy, with the first alone, with both."""
    whole = values[values["month"].isna() & values["arm"].isin(arms)]
    rows: list[tuple[object, ...]] = []
    for name, some in whole.groupby("indicator", sort=False, observed=True):
        table = some.pivot(index="seed", columns="arm", values="value")
        if not set(arms) <= set(table.columns):
            continue
        three = table[list(arms)].dropna().to_numpy(float)
        low, high = ratio_range(three[:, 2] - three[:, 0], three[:, 1] - three[:, 0])
        if np.isfinite(low):
            means = three.mean(axis=0)
            rows.append((*policies, str(name), *means, coherence(*means), low, high, len(three)))
    return rows


def ratio_range(top: Floats, bottom: Floats) -> tuple[float, float]:
    """The range of a ratio of two means, of numbers that come in pairs (Fieller 1954); NaN where the lower one may be zero.

    Parameters
    ----------
    top, bottom
        One number a seed, shape (seeds,).
    """
    n = len(top)
    if n < 2:
        return float("nan"), float("nan")
    t = float(stats.t.ppf(0.5 + LEVEL / 2, n - 1))
    (vary_top, together), (_, vary_bottom) = np.cov(top, bottom) / n
    square = float(bottom.mean() ** 2 - t**2 * vary_bottom)
    if square <= 0.0:
        return float("nan"), float("nan")
    middle = float(top.mean() * bottom.mean() - t**2 * together)
    half = float(np.sqrt(max(middle**2 - square * (top.mean() ** 2 - t**2 * vary_top), 0.0)))
    return (middle - half) / square, (middle + half) / square
