"""Zones of open places: ways inside them, and the border edges that lead out."""

import networkx as nx
import numpy as np

from mixflow.sim.base.codes import Access
from mixflow.sim.world.network import RouteGraph
from mixflow.sim.world.zones import zones

OPEN, BORDER = int(Access.OPEN), int(Access.BORDER)
EDGES = [
    ("a", "b", OPEN, 1.0),
    ("b", "a", OPEN, 1.0),
    ("b", "c", OPEN, 1.0),
    ("c", "b", OPEN, 1.0),
    ("a", "c", OPEN, 5.0),
    ("a", "x", BORDER, 1.0),
    ("c", "x", BORDER, 1.0),
    ("x", "c", BORDER, 1.0),
]


def made() -> tuple[RouteGraph, dict[str, np.ndarray]]:
    """A zone of three places in a row, with a long way round, and one place beyond the border; journeys end in c and x."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_nodes_from("abcx")
    for start, end, access, cost in EDGES:
        graph.add_edge(start, end, key=f"{start}>{end}", access=access, cost=cost)
    compiled = RouteGraph.compile(graph)
    known = {f"{a}>{b}": (access, cost) for a, b, access, cost in EDGES}
    access = np.array([known[name][0] for name in compiled.edge_names], np.uint8)
    cost = np.array([known[name][1] for name in compiled.edge_names])
    target = np.array([-1, -1, 0, 1], np.int16)
    return compiled, zones(compiled, access, cost, target, 3, np.zeros(len(cost), np.int64))


def named(graph: RouteGraph, edge: int) -> str:
    return graph.edge_names[edge] if edge >= 0 else ""


def test_places_joined_by_open_edges_are_one_zone() -> None:
    _, tables = made()
    assert tables["zone"][0] == tables["zone"][1] == tables["zone"][2] != tables["zone"][3]


def test_gates_are_the_border_edges_out_of_a_zone() -> None:
    graph, tables = made()
    for place, expected in ((0, {"a>x", "c>x"}), (3, {"x>c"})):
        zone = tables["zone"][place]
        found = tables["border_edges"][tables["first_border_edge"][zone] : tables["first_border_edge"][zone + 1]]
        assert {named(graph, e) for e in found} == expected


def test_ways_inside_are_the_shortest() -> None:
    graph, tables = made()
    assert tables["cost_within_zone"][0].tolist() == [0.0, 1.0, 2.0, np.inf]
    assert named(graph, tables["next_edge_within_zone"][0, 2]) == "a>b"
    assert named(graph, tables["next_edge_within_zone"][1, 2]) == "b>c"
    assert tables["next_edge_within_zone"][0, 3] == tables["next_edge_within_zone"][2, 2] == -1


def test_the_way_to_where_a_journey_ends_stays_inside() -> None:
    graph, tables = made()
    assert tables["next_edge_home"].shape == (3, 4)
    assert [named(graph, e) for e in tables["next_edge_home"][0]] == ["a>b", "b>c", "", ""]
    assert [named(graph, e) for e in tables["next_edge_home"][1]] == ["", "", "", ""]  # beyond the border
