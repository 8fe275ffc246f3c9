"""The benchmark command: every measurement at a tiny size, by the shape of its lines; no time is asserted."""

import json

import numba
import numpy as np
import pytest

from mixflow.experiments import bench
from mixflow.experiments.bench import engine
from mixflow.experiments.bench.line import Line
from mixflow.experiments.bench.movement import NODES, Walk, walking_graph
from mixflow.experiments.cli.main import main
from mixflow.experiments.runs.config import composed
from mixflow.scenarios.build import build
from mixflow.sim.engine.visit import visit_moving

EXPECTED = {
    "movement_vs_mesa": ["movement_vs_mesa", "movement_vs_mesa_frames"],
    "day_vs_mesa": ["day_vs_mesa"],
    "mediterranean": [f"mediterranean.{what}" for what in ("person_days", "events", "event", "memory", "scan")],
    "loading": ["loading", "loading_base"],
    "rng": ["rng.numpy_philox", "rng.numba_random"],
    "compile": ["compile"],
    "checkpoint": ["checkpoint_write", "checkpoint_read", "checkpoint_size"],
    "policies": ["policies_all_edges", "policies_library"],
}
"""Lines by benchmark; those of sweeps, of comparisons and of displacement take minutes and are run by hand."""


@pytest.mark.parametrize("name", EXPECTED)
def test_lines_have_their_shape(name, capsys, monkeypatch):
    if name == "compile":
        monkeypatch.setattr(engine, "first_day", lambda environment: 2.0)
    assert main(["bench", name, "quick=true"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["name"] for line in lines] == EXPECTED[name]
    for line in lines:
        assert set(line) - {"note"} == {"name", "value", "unit", "baseline", "ratio"}
        assert line["unit"]
        if line["baseline"] is not None:
            better = max(line["value"], line["baseline"]) / min(line["value"], line["baseline"])
            assert max(line["ratio"], 1 / line["ratio"]) == pytest.approx(better, rel=0.01)


def test_every_benchmark_here_is_one():
    assert set(EXPECTED) <= set(bench.BENCHES)


def test_engine_and_reference_are_compared_over_the_same_people(capsys):
    main(["bench", "day_vs_mesa", "quick=true"])
    assert "the same people to the bit" in json.loads(capsys.readouterr().out)["note"]


def test_unknown_names_are_refused_with_those_allowed(capsys):
    assert main(["bench", "speed"]) == 2
    assert "movement_vs_mesa" in capsys.readouterr().err
    assert main(["bench", "quick=perhaps"]) == 2
    assert "true" in capsys.readouterr().err


def test_help_names_the_benchmarks(capsys):
    assert main(["bench", "--help"]) == 0
    assert "day_vs_mesa" in capsys.readouterr().out


def test_numbers_are_printed_with_four_digits():
    found = Line("a", 1234567.0, "s", None, 0.000123456).as_dict()
    assert found == {"name": "a", "value": 1235000.0, "unit": "s", "baseline": None, "ratio": 0.0001235}


def test_walkers_are_where_the_markov_chain_has_them():
    graph = walking_graph()
    walk = Walk(graph, 200_000, threads=2)
    move = np.zeros((NODES, NODES))
    for a, b, data in graph.edges(data=True):
        move[a, b] = move[b, a] = data["weight"]
    move /= move.sum(axis=1, keepdims=True)
    expected = np.full(NODES, 200_000 / NODES)
    for _ in range(5):
        walk.step()
        expected = expected @ move
    walk.pool.shutdown()
    found = np.bincount(walk.place, minlength=NODES)
    assert ((found - expected) ** 2 / expected).sum() < NODES + 6 * np.sqrt(2 * NODES)


def test_visits_count_no_references():
    model = build(composed(["scenario=toy", "threads=1"]))
    model.step()
    fresh = numba.jit(**visit_moving.targetoptions)(visit_moving.py_func)  # code from the cache cannot be looked into
    fresh.compile(visit_moving.signatures[0])
    code = "".join(fresh.inspect_llvm().values())
    assert "define" in code
    assert "NRT_incref" not in code
