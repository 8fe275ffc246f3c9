"""Least costs from every place to where journeys to each country end, found faster where the last answer was much the same."""

import math

from ..base.forms import kernel, part

HERE = 1e-12
"""Cost at the goal itself."""


@kernel
def least_costs(first, end, cost, group, order, least):
    """Fill `least` for every goal and place: each place takes the cheapest of its edges until nothing changes.

    No cheapest way passes a place twice, so that nothing changes any more after as many rounds as there are places.

    Costs are added from the goal outwards, so that what is found does not depend on where the search begins.

    Parameters
    ----------
    first, end
        int32[places + 1], int32[edges]: the graph, as in `RouteGraph`.
    cost
        float64[edges]: above zero; infinite where the edge may not be used.
    group
        int16[places]: the goal that each place belongs to, or -1.
    order
        int64[goals, places]: all places in the order in which they are looked at; put in order of `least` here, and of index where
        it is the same.
    least
        float64[goals, places]: filled here; infinite where the goal cannot be reached.
    """
    for goal in range(least.shape[0]):
        for place in range(least.shape[1]):
            least[goal, place] = HERE if group[place] == goal else math.inf
        for _ in range(least.shape[1]):
            changed = False
            for k in range(order.shape[1]):
                place = order[goal, k]
                best = least[goal, place]
                for e in range(first[place], first[place + 1]):
                    best = min(best, cost[e] + least[goal, end[e]])
                if best < least[goal, place]:
                    least[goal, place] = best
                    changed = True
            if not changed:
                break
        _sort(order[goal], least[goal])


@part
def _sort(order, value):
    """Put indices in order of their values, of themselves where these are the same: quick where they nearly are."""
    for k in range(1, order.size):
        index, j = order[k], k
        while j > 0 and (
            value[order[j - 1]] > value[index] or (value[order[j - 1]] == value[index] and order[j - 1] > index)
        ):
            order[j] = order[j - 1]
            j -= 1
        order[j] = index
