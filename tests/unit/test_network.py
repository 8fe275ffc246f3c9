"""Least costs to countries: those of a library, wherever the search begins."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from running import ends
from tiny_world import tiny_plan, tiny_world

from mixflow.scenarios.build import assemble
from mixflow.sim.base.errors import UserError
from mixflow.sim.world.network import LEAST_COST, RouteGraph
from mixflow.sim.world.reach import least_costs

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


@pytest.mark.parametrize("wrong", [-1.0, 0.0, float("nan"), float("-inf")])
def test_a_cost_that_is_not_above_zero_is_refused_with_its_edge(wrong: float) -> None:
    route, cost = compiled([(1, 0, 2.0), (3, 1, 1.0), (1, 3, 1.0), (5, 3, float("inf"))])
    before = route.costs_to_go(cost, GROUP, 2)
    assert before[0, [1, 3]].tolist() == pytest.approx([2.0, 3.0])
    assert np.isinf(before[0, 5])
    cost[route.edge_names.index("2")] = wrong
    with pytest.raises(UserError, match=r"The edge 2 has a cost of .*above zero"):
        route.costs_to_go(cost, GROUP, 2)


def test_the_search_ends_even_where_going_in_circles_would_pay() -> None:
    """The kernel by itself, without the check of costs."""
    route, _ = compiled([(1, 0, 2.0), (3, 1, 1.0), (1, 3, 1.0)])
    least, order = np.empty((2, PLACES)), route.any_order(2)
    assert ends(lambda: least_costs(route.first, route.end, np.full(3, -1.0), GROUP, order, least))
    assert (least[0, [1, 3]] < 0.0).all()


def test_the_search_goes_as_far_as_the_longest_way() -> None:
    """A line of places, looked at from the wrong end: as many rounds as places."""
    places = 60
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_nodes_from(map(str, range(places)))
    for k in range(places - 1):
        graph.add_edge(str(k), str(k + 1), key=str(k))
    route = RouteGraph.compile(graph)
    group = np.full(places, -1, np.int16)
    group[-1] = 0
    found = route.costs_to_go(np.full(places - 1, 1.0), group, 1)
    np.testing.assert_allclose(found[0], np.arange(places)[::-1], atol=1e-9)


def test_edges_that_nobody_minds_still_cost_something() -> None:
    """With all aversions at the lowest that is allowed, costs would be 0 and nobody would find a way."""
    free = dict.fromkeys(("beta_travel_time", "beta_border", "beta_rough_sea", "beta_danger", "beta_cost"), 0.0)
    model = assemble(tiny_world(), tiny_plan(31, params={"choose": free}))
    costs = model.environment.cost
    assert costs[np.isfinite(costs)].min() >= LEAST_COST
    assert model.compiled_world.zones["cost_within_zone"].max() > 0.0
