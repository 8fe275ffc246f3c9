"""How far simulated camps are from registered ones: the averaged relative difference, as the peer defines it."""

import numpy as np

from .case import Floats


def by_day(simulated: Floats, registered: Floats) -> Floats:
    """Sum of absolute differences over the sum of registrations, by day; nan where nobody is registered.

    Parameters
    ----------
    simulated, registered
        People by day and camp, shape (days, camps), camps with data only.
    """
    total = registered.sum(axis=1)
    apart = np.abs(simulated - registered).sum(axis=1)
    return np.asarray(np.divide(apart, total, out=np.full(len(total), np.nan), where=total > 0))


def ard(simulated: Floats, registered: Floats) -> float | None:
    """The mean over days of `by_day`; None where no day can be compared."""
    days = by_day(simulated, registered)
    return float(np.nanmean(days)) if np.isfinite(days).any() else None


def ard_rescaled(simulated: Floats, registered: Floats) -> float | None:
    """The same after camps are scaled to the registered sum of each day, so that only shares count."""
    inside = simulated.sum(axis=1, keepdims=True)
    scale = np.divide(registered.sum(axis=1, keepdims=True), inside, out=np.zeros_like(inside), where=inside > 0)
    return ard(simulated * scale, registered)


def by_camp(simulated: Floats, registered: Floats) -> Floats:
    """For each camp its absolute difference over the registered sum of all, mean over days; together they are the ARD."""
    total = registered.sum(axis=1)
    kept = total > 0
    if not kept.any():
        return np.full(registered.shape[1], np.nan)
    return np.asarray((np.abs(simulated - registered)[kept] / total[kept, None]).mean(axis=0))
