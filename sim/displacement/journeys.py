"""Kernel: what the remaining journey to every camp costs from every place, and the link to take next.

The cost is the shortest path over km, with detours for entering a place in conflict and for what is closed (Dijkstra 1959,
here as relaxation until nothing changes, which is as fast on graphs of some tens of places). No shortest path passes a place
twice, so that nothing changes any more after as many rounds as there are places.
"""

import numba
import numpy as np

FAR = 1e17
"""More than any journey."""


@numba.njit(cache=True, nogil=True, error_model="numpy")
def toll_of(start, end, km, open_, conflict, fear_km, closure_km, fear):
    """What a person counts each link as, in km: its length, what is closed, and what is feared (where `fear`)."""
    found = np.empty(len(km))
    for link in range(len(km)):
        found[link] = km[link]
        if not open_[link]:
            found[link] += closure_km
        if fear and conflict[end[link]]:
            found[link] += fear_km
    return found


@numba.njit(cache=True, nogil=True, error_model="numpy")
def journeys(goals, start, end, toll, usable, cost, hop):
    """Fill cost and next link, shape (goals, places), for every goal; FAR and -1 where there is no way.

    Parameters
    ----------
    goals
        Places.
    start, end, toll
        Links and what each counts as.
    usable
        Links that may be taken: others stand beside a forced one.
    """
    for g in range(len(goals)):
        for place in range(cost.shape[1]):
            cost[g, place] = FAR
            hop[g, place] = -1
        cost[g, goals[g]] = 0.0
        for _ in range(cost.shape[1]):
            changed = False
            for link in range(len(toll)):
                there = end[link]
                if usable[link] and cost[g, there] < FAR:
                    through = cost[g, there] + toll[link]
                    if through < cost[g, start[link]] - 1e-9:
                        cost[g, start[link]] = through
                        hop[g, start[link]] = link
                        changed = True
            if not changed:
                break


@numba.njit(cache=True, nogil=True, error_model="numpy")
def usable_links(start, forced):
    """Which links may be taken: at a place with forced links, only those."""
    places = 0
    for link in range(len(start)):
        places = max(places, start[link] + 1)
    sends = np.zeros(places, np.bool_)
    for link in range(len(start)):
        if forced[link]:
            sends[start[link]] = True
    found = np.ones(len(start), np.bool_)
    for link in range(len(start)):
        found[link] = forced[link] or not sends[start[link]]
    return found
