"""The route graph: a networkx.MultiDiGraph outside, CSR arrays inside; never a graph in a kernel."""

from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from .rng import stable_code

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]


@dataclass(frozen=True)
class RouteGraph:
    """Edges sorted by their start, so that the edges out of place p are `first[p]` to `first[p + 1]`.

    Attributes
    ----------
    names
        Name of each place, shape (places,).
    edge_names
        Key of each edge, shape (edges,).
    first
        Where each place's edges begin, shape (places + 1,).
    start, end
        Places at both ends of each edge, shape (edges,).
    code
        Stable 64-bit code of each edge's name: its identity in every draw.
    """

    names: tuple[str, ...]
    edge_names: tuple[str, ...]
    first: Ints
    start: Ints
    end: Ints
    code: npt.NDArray[np.uint64]

    @classmethod
    def compile(cls, graph: "nx.MultiDiGraph[Any]") -> "RouteGraph":
        """Compile a graph whose nodes are names of places and whose edge keys are names of edges."""
        names = tuple(graph.nodes)
        index = {name: i for i, name in enumerate(names)}
        edges = [(index[a], index[b], str(key)) for a, b, key in graph.edges(keys=True)]
        start = np.array([a for a, _, _ in edges], np.int32)
        order = np.argsort(start, kind="stable")
        first = np.searchsorted(start[order], np.arange(len(names) + 1)).astype(np.int32)
        return cls(
            names=names,
            edge_names=tuple(edges[i][2] for i in order),
            first=first,
            start=start[order],
            end=np.array([b for _, b, _ in edges], np.int32)[order],
            code=np.array([stable_code("edge", edges[i][2]) for i in order], np.uint64),
        )

    def costs_to_go(
        self, cost: Floats, group: npt.NDArray[np.int16], groups: int, wanted: npt.NDArray[np.bool_] | None = None
    ) -> Floats:
        """Least cost from every place to the nearest place of each group.

        Parameters
        ----------
        cost
            Cost of each edge, above zero; infinite where the edge may not be used. Shape (edges,).
        group
            Group of each place as a target, or -1. Shape (places,).
        groups
            How many groups there are.
        wanted
            Groups that matter, shape (groups,); None: all. To the others, the cost is infinite.

        Returns
        -------
        array, shape (groups, places)
            Infinite where the group cannot be reached.
        """
        n = len(self.names)
        usable = np.flatnonzero(np.isfinite(cost))
        pair = self.end[usable].astype(np.int64) * n + self.start[usable]
        by = np.lexsort((cost[usable], pair))
        pair, value = pair[by], cost[usable][by]
        keep = np.concatenate([[True], pair[1:] != pair[:-1]]) if len(pair) else np.zeros(0, bool)
        rows, cols, value = pair[keep] // n, pair[keep] % n, value[keep]
        targets = np.flatnonzero(group >= 0)
        rows = np.concatenate([rows, n + group[targets]])
        cols = np.concatenate([cols, targets])
        value = np.concatenate([value, np.full(len(targets), 1e-12)])
        backward = csr_array((value, (rows, cols)), shape=(n + groups, n + groups))
        ask = np.arange(groups) if wanted is None else np.flatnonzero(wanted)
        distance = np.full((groups, n), np.inf)
        distance[ask] = dijkstra(backward, indices=n + ask)[:, :n]
        return distance
