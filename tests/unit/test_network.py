"""Least costs to countries: those of a library, wherever the search begins."""

import networkx as nx
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mixflow.sim.network import RouteGraph

PLACES = 7
GROUP = np.array(
    [0, -1, 1, -1, 1, -1, -1], np.int16
)  # two countries, one of them with two places; nowhere else ends a journey
EDGES = st.lists(
    st.tuples(
        st.integers(0, PLACES - 1), st.integers(0, PLACES - 1), st.one_of(st.floats(0.01, 9.0), st.just(float("inf")))
    ),
    min_size=1,
    max_size=30,
)


def compiled(edges: list[tuple[int, int, float]]) -> tuple[RouteGraph, np.ndarray]:
    """The graph, of which some edges are parallel, and the cost of each of its edges."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_nodes_from(map(str, range(PLACES)))
    for k, (start, end, _) in enumerate(edges):
        graph.add_edge(str(start), str(end), key=str(k))
    route = RouteGraph.compile(graph)
    return route, np.array([edges[int(name)][2] for name in route.edge_names])


def by_library(edges: list[tuple[int, int, float]]) -> np.ndarray:
    """The same by networkx: Dijkstra backward from all places of a country."""
    backward: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    backward.add_nodes_from(range(PLACES))
    backward.add_weighted_edges_from((end, start, cost) for start, end, cost in edges if np.isfinite(cost))
    least = np.full((2, PLACES), np.inf)
    for country in range(2):
        goals = {place for place, of in enumerate(GROUP) if of == country}
        for place, cost in nx.multi_source_dijkstra_path_length(backward, goals).items():
            least[country, place] = cost
    return least


@given(EDGES, EDGES)
def test_least_costs_are_those_of_a_library_wherever_the_search_begins(
    edges: list[tuple[int, int, float]], others: list[tuple[int, int, float]]
) -> None:
    route, cost = compiled(edges)
    found = route.costs_to_go(cost, GROUP, 2)
    np.testing.assert_allclose(found, by_library(edges), rtol=1e-9, atol=1e-9)
    order = route.any_order(2)
    elsewhere, far = compiled(others)
    elsewhere.costs_to_go(far, GROUP, 2, order)  # leaves another order
    assert route.costs_to_go(cost, GROUP, 2, order).tobytes() == found.tobytes()
    in_order = np.take_along_axis(found, order, axis=1)
    assert (in_order[:, 1:] >= in_order[:, :-1]).all()
