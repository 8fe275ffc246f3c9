"""The route graph: a networkx.MultiDiGraph outside, CSR arrays inside; never a graph in a kernel."""

from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np
import numpy.typing as npt

from ..base.errors import UserError
from ..base.rng import stable_code
from .reach import least_costs

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]

LEAST_COST = 1e-6
"""Log points that an edge costs at least; assumption: far less than anybody feels. The search for ways needs costs above zero."""


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
        self,
        cost: Floats,
        group: npt.NDArray[np.int16],
        groups: int,
        order: npt.NDArray[np.int64] | None = None,
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
        order
            From `any_order`, put in order of cost here, shape (groups, places). A caller who asks again with much the same costs is
            quick with the one that was put in order before; what is found does not depend on it.

        Returns
        -------
        array, shape (groups, places)
            Infinite where the group cannot be reached.

        Raises
        ------
        UserError
            When a cost is not above zero; the message names the edge.
        """
        wrong = np.flatnonzero(~(cost > 0.0))  # not a number is not above zero
        if len(wrong):
            raise UserError(
                f"The edge {self.edge_names[wrong[0]]} has a cost of {cost[wrong[0]]:g}, and {len(wrong) - 1} more edges have "
                "one that is not allowed: costs are numbers above zero, and infinite where an edge may not be used."
            )
        least = np.empty((groups, len(self.names)))
        order = self.any_order(groups) if order is None else order
        least_costs(self.first, self.end, cost, group, order, least)
        return least

    def any_order(self, groups: int) -> npt.NDArray[np.int64]:
        """All places, for each of some groups, shape (groups, places)."""
        return np.tile(np.arange(len(self.names)), (groups, 1))
