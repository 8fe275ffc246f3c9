"""Rules without a model, which a model has to beat. All place the registered sum of each day; they differ in shares."""

from collections.abc import Mapping

import numpy as np

from mixflow.sim.displacement.journeys import FAR, journeys

from .case import Case, Floats, Ints


def naive(case: Case) -> Mapping[str, Floats]:
    """People by day and camp under each rule, camps with data only, shape (days, camps).

    `nearest`: each zone's people are in the camp that is nearest to it by open links, zones weighing by people and
    intensity so far. `capacity`: shares of capacity. `first`: the shares of the first day on which anybody is registered.
    """
    kept = np.flatnonzero(case.with_data)
    registered = case.registered[: case.days, kept]
    total = registered.sum(axis=1, keepdims=True)
    capacity = case.places.capacity[case.camps[kept]]
    shares = capacity / capacity.sum() if capacity.sum() > 0 else np.full(len(kept), 1 / max(len(kept), 1))
    some = np.flatnonzero(total[:, 0] > 0)
    first = registered[some[0]] / total[some[0]] if len(some) else shares
    return {"nearest": total * _nearest(case, case.camps[kept]), "capacity": total * shares, "first": total * first}


def _nearest(case: Case, camps: Ints) -> Floats:
    """Shares by day and camp when everybody from a zone is in the nearest camp."""
    shares = np.zeros((case.days, len(camps)))
    weight = np.zeros(len(camps))
    chosen: Ints | None = None
    for day in range(case.days):
        if chosen is None or (case.states.open[day] != case.states.open[day - 1]).any():
            chosen = _chosen(case, camps, day)
        flight = case.places.population * case.states.intensity[day]
        reached = chosen >= 0
        np.add.at(weight, chosen[reached], flight[reached])
        shares[day] = weight / weight.sum() if weight.sum() > 0 else 1 / max(len(camps), 1)
    return shares


def _chosen(case: Case, camps: Ints, day: int) -> Ints:
    """The nearest camp of each place over links that are open; -1 where none can be reached."""
    count = len(case.places.name)
    if not len(camps):
        return np.full(count, -1, np.int64)
    far = np.empty((len(camps), count))
    journeys(
        camps,
        case.links.start,
        case.links.end,
        case.links.km,
        case.states.open[day],
        far,
        np.empty(far.shape, np.int32),
    )
    return np.where((far < FAR).any(axis=0), far.argmin(axis=0), -1)
