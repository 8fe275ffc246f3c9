"""Zones between whose places everybody may move: ways inside them, and the border edges that lead out. Step 10 reads from here."""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from ..base.codes import Access
from .network import RouteGraph
from .ways import costs_of_all_ways

Floats = npt.NDArray[np.float64]


def zones(
    graph: RouteGraph,
    access: npt.NDArray[np.uint8],
    cost: Floats,
    target: npt.NDArray[np.int16],
    countries: int,
    corridor: npt.NDArray[np.int64],
) -> dict[str, Any]:
    """The tables of zones, by their names in the `Environment` of kernels.

    Parameters
    ----------
    graph
        Places and edges.
    access
        Who may use each edge, `mixflow.sim.base.codes.Access`, shape (edges,).
    cost
        Cost of each edge that everybody may use, above zero, shape (edges,).
    target
        Country whose journey ends at each place, or -1, shape (places,).
    countries
        How many countries there are.
    corridor
        Number of each edge's corridor, shape (edges,).
    """
    n = len(graph.names)
    open_edges = np.flatnonzero(access == Access.OPEN)
    links = csr_array((np.ones(len(open_edges)), (graph.start[open_edges], graph.end[open_edges])), shape=(n, n))
    count, zone = connected_components(links, directed=False)
    cost_within_zone = _ways(graph, open_edges, cost)
    border = np.flatnonzero(access == Access.BORDER)
    border_edges = border[np.argsort(zone[graph.start[border]], kind="stable")]
    between = np.stack([zone[graph.start[border_edges]], zone[graph.end[border_edges]], corridor[border_edges]])
    _, kind, number = np.unique(between, axis=1, return_inverse=True, return_counts=True)
    overlap = np.zeros(len(graph.start))
    overlap[border_edges] = np.log(number[kind.reshape(-1)])
    return {
        "overlap": overlap,
        "zone": zone.astype(np.int16),
        "first_border_edge": np.searchsorted(zone[graph.start[border_edges]], np.arange(count + 1)).astype(np.int32),
        "border_edges": border_edges.astype(np.int32),
        "cost_within_zone": cost_within_zone,
        "next_edge_within_zone": _next(graph, open_edges, cost, cost_within_zone),
        "next_edge_home": _next(graph, open_edges, cost, _nearest(cost_within_zone, target, countries)).T.copy(),
    }


def costs_to_go(
    graph: RouteGraph,
    tables: dict[str, Any],
    cost: Floats,
    target: npt.NDArray[np.int16],
    countries: int,
    price: Floats,
    spread: float,
    order: npt.NDArray[np.int64] | None = None,
) -> tuple[Floats, Floats, Floats, Floats]:
    """From every place to every country: least cost, cost of all ways together, their mean fare, and the cheapest (`ways`).

    Parameters
    ----------
    graph
        Places and edges.
    tables
        From `zones`.
    cost
        Cost of each edge in log points, above zero; infinite where it may not be used. Shape (edges,).
    target
        Country whose journey ends at each place, or -1, shape (places,).
    countries
        How many countries there are.
    price
        EUR on each edge, shape (edges,).
    spread
        How strongly people keep to the cheapest way, `move.spread`.
    order
        As `RouteGraph.costs_to_go` takes it.

    Returns
    -------
    arrays, shape (countries, places)
        Infinite where a country cannot be reached.
    """
    order = graph.any_order(countries) if order is None else order
    least = graph.costs_to_go(cost, target, countries, order)
    total, fare, cheapest = np.empty_like(least), np.empty_like(least), np.empty_like(least)
    border_edges = tables["border_edges"]
    borders = [each[border_edges] for each in (graph.start, graph.end, cost, tables["overlap"], price)]
    within = [tables[name] for name in ("next_edge_home", "zone", "first_border_edge", "cost_within_zone")]
    costs_of_all_ways(order, least, *within, *borders, spread, total, fare, cheapest)
    return least, total, fare, cheapest


def _ways(graph: RouteGraph, edges: npt.NDArray[np.int64], cost: Floats) -> Floats:
    """Least cost from each place to each, shape (places, places); of parallel edges the cheapest counts."""
    n = len(graph.names)
    table = np.full((n, n), np.inf)
    np.minimum.at(table, (graph.start[edges], graph.end[edges]), cost[edges])
    rows, columns = np.nonzero(np.isfinite(table))
    distance: Floats = dijkstra(csr_array((table[rows, columns], (rows, columns)), shape=(n, n)))
    return distance


def _nearest(cost_within_zone: Floats, target: npt.NDArray[np.int16], countries: int) -> Floats:
    """Least cost from each place to where a journey to each country ends, shape (places, countries)."""
    table = np.full((len(cost_within_zone), countries), np.inf)
    for place in np.flatnonzero(target >= 0):
        table[:, target[place]] = np.minimum(table[:, target[place]], cost_within_zone[:, place])
    return table


def _next(graph: RouteGraph, edges: npt.NDArray[np.int64], cost: Floats, to_go: Floats) -> npt.NDArray[np.int32]:
    """The edge to take first at each place on the least way to each goal, or -1; shape of `to_go`, (places, goals)."""
    way = np.full(to_go.shape, -1, np.int32)
    least = np.full(to_go.shape, np.inf)
    for e in edges:
        through = cost[e] + to_go[graph.end[e]]
        here = graph.start[e]
        better = (through < least[here]) & (to_go[here] > 0.0)
        least[here] = np.where(better, through, least[here])
        way[here] = np.where(better, e, way[here])
    return way
