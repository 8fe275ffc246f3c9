"""A weighted walk on a networkx graph: the style of the engine's kernels against plain Mesa agents, side by side."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from itertools import pairwise
from typing import Any

import mesa
import networkx as nx
import numpy as np
import numpy.typing as npt

from mixflow.sim.base.rng import stream

from .kernels import walk
from .line import Line, timed

NODES, DEGREE, SLOTS, THREADS = 200, 6, 8, 2
STEPS = 3


def walking_graph() -> "nx.Graph[int]":
    """A connected small-world graph of 200 nodes with at most eight weighted edges each, always the same."""
    for seed in range(1000):
        graph: nx.Graph[int] = nx.connected_watts_strogatz_graph(NODES, DEGREE, 0.1, seed=seed)
        if max(degree for _, degree in graph.degree()) <= SLOTS:
            break
    draws = random.Random(1)
    for a, b in graph.edges:
        graph.edges[a, b]["weight"] = draws.uniform(0.5, 2.0)
    return graph


def edge_tables(graph: "nx.Graph[int]") -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int16]]:
    """Cumulative weights and ends of each node's edges, padded to eight."""
    cumulative = np.ones((NODES, SLOTS))
    target = np.zeros((NODES, SLOTS), np.int16)
    for node in graph:
        ends = list(graph[node])
        weights = np.array([graph[node][end]["weight"] for end in ends])
        cumulative[node, : len(ends)] = np.cumsum(weights) / weights.sum()
        cumulative[node, len(ends) - 1 :] = 1.0
        target[node, : len(ends)] = ends
    return cumulative, target


class Walker(mesa.Agent):  # type: ignore[misc]
    """An ordinary Mesa agent that walks."""

    def __init__(self, model: Any, node: int) -> None:
        super().__init__(model)
        self.node = node

    def step(self) -> None:
        """Walk along one edge."""
        ends, weights = self.model.edges[self.node]
        self.node = self.model.random.choices(ends, weights)[0]


class Walkers(mesa.Model):  # type: ignore[misc]
    """Mesa's own way: a model of agents that walk on a graph."""

    def __init__(self, graph: "nx.Graph[int]", people: int) -> None:
        super().__init__(rng=1)
        self.edges = [(list(graph[n]), [graph[n][end]["weight"] for end in graph[n]]) for n in range(NODES)]
        Walker.create_agents(self, people, [k % NODES for k in range(people)])

    def step(self) -> None:
        """Let everybody walk."""
        self.agents.do("step")


class Walk:
    """The engine's way: people in arrays, a kernel without the interpreter's lock, shares of people on threads."""

    def __init__(self, graph: "nx.Graph[int]", people: int, threads: int = THREADS) -> None:
        self.cumulative, self.target = edge_tables(graph)
        self.key = np.arange(people, dtype=np.uint64)
        self.place = (np.arange(people) % NODES).astype(np.int16)
        cuts = np.linspace(0, people, threads + 1).astype(np.int64)
        self.shares = [slice(int(a), int(b)) for a, b in pairwise(cuts)]
        self.pool = ThreadPoolExecutor(threads)
        self.day = 0

    def step(self) -> None:
        """Let everybody walk."""
        today = np.uint64(stream(1, 0, self.day))

        def work(share: slice) -> None:
            walk(self.key[share], today, self.cumulative, self.target, self.place[share])

        list(self.pool.map(work, self.shares))
        self.day += 1


def movement(people: int) -> Iterator[Line]:
    """Steps of people a second: the engine's way against Mesa's, and mesa-frames where it is installed."""
    graph = walking_graph()
    ours = Walk(graph, people)
    ours.step()  # compiles
    fast = timed(ours.step, 20)
    ours.pool.shutdown()
    slow = timed(Walkers(graph, people).step, STEPS)
    yield Line(
        "movement_vs_mesa",
        people / fast.wall,
        "person-steps/s",
        people / slow.wall,
        slow.wall / fast.wall,
        f"{people} people on {NODES} nodes; {THREADS} threads; baseline: Mesa {mesa.__version__} agents under "
        f"AgentSet.do with random.choices; by processor time the ratio is {slow.cpu / fast.cpu:.3g}",
    )
    if find_spec("mesa_frames") is None:
        yield Line("movement_vs_mesa_frames", None, "person-steps/s", None, None, "mesa-frames is not installed")
        return
    frames = timed(_framed(graph, people), STEPS)
    yield Line(
        "movement_vs_mesa_frames",
        people / fast.wall,
        "person-steps/s",
        people / frames.wall,
        frames.wall / fast.wall,
        "baseline: mesa-frames, one Polars join and one NumPy draw a step",
    )


def _framed(graph: "nx.Graph[int]", people: int) -> Any:
    """A step of the same walk by mesa-frames."""
    import mesa_frames  # type: ignore[import-not-found, unused-ignore]
    import polars  # type: ignore[import-not-found, unused-ignore]

    cumulative, target = edge_tables(graph)
    draws = np.random.default_rng(1)

    class Crowd(mesa_frames.AgentSet):  # type: ignore[misc, name-defined, unused-ignore]
        def __init__(self, model: Any) -> None:
            super().__init__(model)
            self += polars.DataFrame({"node": np.arange(people) % NODES})

        def step(self) -> None:
            here = self["node"].to_numpy()
            edge = (cumulative[here, :-1] <= draws.random(people)[:, None]).sum(axis=1)
            self["node"] = polars.Series(target[here, edge].astype(np.int64))

    model = mesa_frames.Model()
    crowd = Crowd(model)
    return crowd.step
