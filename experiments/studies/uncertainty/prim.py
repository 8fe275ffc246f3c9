"""Scenario discovery: boxes of parameters in which an outcome of interest is frequent (Friedman and Fisher's PRIM).

The patient rule induction method: from all worlds, peel off a thin slice again and again, the one whose loss leaves the
largest share of worlds of interest, until few are left. Of the boxes passed on the way one is taken: the densest that
still covers half of what is of interest. Limits that may be chance are taken away again.
Reference: J. Friedman and N. Fisher, Bump hunting in high-dimensional data, Statistics and Computing 9 (1999).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import binom

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

PEEL = 0.05
"""Share of the worlds in a box that a peel takes away."""

LEAST = 0.05
"""Share of all worlds that a box keeps at least."""

CHANCE = 0.05
"""A limit that could be chance with at least this probability is taken away."""

COVERED = 0.5
"""Share of the worlds of interest that the chosen box shall hold at least."""


@dataclass(frozen=True)
class Box:
    """Limits within which an outcome is frequent.

    Parameters
    ----------
    low, high
        Limits of each parameter.
    limited
        Which parameters the box limits.
    coverage
        Of the worlds of interest, the share in the box.
    density
        Of the worlds in the box, the share of interest.
    mass
        Of all worlds, the share in the box.
    path
        Coverage and density of each box on the way, from all worlds to the smallest.
    """

    low: Floats
    high: Floats
    limited: Mask
    coverage: float
    density: float
    mass: float
    path: Floats


def discovered(rows: Floats, interesting: Mask) -> Box:
    """Find a box.

    Parameters
    ----------
    rows
        Worlds, one a row; parameters, one a column.
    interesting
        Which worlds are of interest: some, and not all.
    """
    if not interesting.any() or interesting.all():
        raise ValueError("of interest must be some worlds, and not all")
    low, high = rows.min(axis=0), rows.max(axis=0)
    inside = np.ones(len(rows), bool)
    boxes = [(low.copy(), high.copy(), inside)]
    while inside.sum() > max(LEAST * len(rows), 2):
        peeled = _peeled(rows, interesting, inside, low, high)
        if peeled is None:
            break
        low, high, inside = peeled
        boxes.append(peeled)
    path = np.array([_measures(interesting, inside) for _, _, inside in boxes])
    wide = path[:, 0] >= min(COVERED, path[:, 0].max())
    best = max(np.flatnonzero(wide), key=lambda k: (path[k, 1], path[k, 0]))
    low, high, inside = boxes[int(best)]
    low, high, limited = _freed(rows, interesting, low, high)
    inside = np.all((rows >= low) & (rows <= high), axis=1)
    coverage, density = _measures(interesting, inside)
    return Box(low, high, limited, coverage, density, float(inside.mean()), path)


def _measures(interesting: Mask, inside: Mask) -> tuple[float, float]:
    both = float((interesting & inside).sum())
    return both / float(interesting.sum()), both / max(float(inside.sum()), 1.0)


def _peeled(
    rows: Floats, interesting: Mask, inside: Mask, low: Floats, high: Floats
) -> tuple[Floats, Floats, Mask] | None:
    """The best of the peels from either side of each parameter; None where nothing can be peeled."""
    best, best_mean = None, -1.0
    for column in range(rows.shape[1]):
        values = rows[inside, column]
        for side in (0, 1):
            cut = np.quantile(values, PEEL if side == 0 else 1 - PEEL)
            keep = inside & ((rows[:, column] >= cut) if side == 0 else (rows[:, column] <= cut))
            if keep.sum() in (0, inside.sum()):  # many equal values
                keep = inside & ((rows[:, column] > cut) if side == 0 else (rows[:, column] < cut))
            if keep.sum() in (0, inside.sum()):
                continue
            mean = float(interesting[keep].mean())
            if mean > best_mean:
                new_low, new_high = low.copy(), high.copy()
                (new_low if side == 0 else new_high)[column] = (
                    rows[keep, column].min if side == 0 else rows[keep, column].max
                )()
                best, best_mean = (new_low, new_high, keep), mean
    return best


def _freed(rows: Floats, interesting: Mask, low: Floats, high: Floats) -> tuple[Floats, Floats, Mask]:
    """Free the parameters whose limits may be chance, the likeliest first.

    Were a limit of no use, the worlds in the box would be of interest as often as those in the box without this limit: the
    chance of seeing at least as many as there are (Bryant and Lempert's quasi p-value, 2010) is then not small.
    """
    first, last = rows.min(axis=0), rows.max(axis=0)
    low, high = low.copy(), high.copy()

    def inside(free: int | None) -> Mask:
        a, b = low.copy(), high.copy()
        if free is not None:
            a[free], b[free] = first[free], last[free]
        return np.asarray(np.all((rows >= a) & (rows <= b), axis=1))

    while True:
        limited = (low > first) | (high < last)
        box = inside(None)
        hits, size = int((interesting & box).sum()), int(box.sum())
        chance = {
            int(column): float(binom.sf(hits - 1, size, interesting[inside(int(column))].mean()))
            for column in np.flatnonzero(limited)
        }
        if not chance or max(chance.values()) < CHANCE:
            return low, high, limited
        column = max(chance, key=lambda key: chance[key])
        low[column], high[column] = first[column], last[column]
