"""Stores of lines: a flipped bit costs the line that it strikes, and says so; a torn last line is cut."""

import random

import numpy as np
import pytest

from mixflow.experiments.displacement.cases import Store
from mixflow.experiments.runs.line_store import line_of, read_line, read_lines
from mixflow.experiments.runs.sweep.watch import ProgressMonitor
from mixflow.experiments.studies.calibration.state import EvaluationLog

MANY = 20


def filled(folder):
    """A calibration of so many evaluations; its bytes, and what it holds."""
    with EvaluationLog(folder, {}) as state:
        for k in range(MANY):
            state.put(f"{k:024x}", np.array([k * 1.5, np.nan, 2.25]))
    return (folder / "evaluations.jsonl").read_bytes(), {f"{k:024x}": [k * 1.5, None, 2.25] for k in range(MANY)}


def held(state):
    return {key: [None if np.isnan(v) else v for v in state.get(key)] for key in state._found}


def test_no_flipped_bit_gives_another_value_or_loses_other_lines(tmp_path, capsys):
    whole, good = filled(tmp_path)
    rng = random.Random(1)
    for _ in range(300):
        at = rng.randrange(len(whole))
        damaged = bytearray(whole)
        damaged[at] ^= 1 << rng.randrange(8)
        (tmp_path / "evaluations.jsonl").write_bytes(damaged)
        with EvaluationLog(tmp_path, {}) as state:
            found = held(state)
            assert all(good.get(key) == values for key, values in found.items())
            at_an_end = whole[at : at + 1] == b"\n" or b"\n" in bytes(damaged[at : at + 1])
            assert len(found) >= MANY - (2 if at_an_end else 1)
            said = capsys.readouterr().err
            assert ("damaged and skipped" in said) == (len(found) < MANY and at != len(whole) - 1)
            for key in good.keys() - found.keys():
                state.put(key, np.array([np.nan if v is None else v for v in good[key]]))
        with EvaluationLog(tmp_path, {}) as state:
            assert held(state) == good, "what was skipped is kept once it is done again"
        capsys.readouterr()


@pytest.mark.parametrize("cut", [1, 5, 40])
def test_a_torn_last_line_is_cut_and_nothing_is_said(tmp_path, capsys, cut):
    whole, _ = filled(tmp_path)
    path = tmp_path / "evaluations.jsonl"
    path.write_bytes(whole[:-cut])
    with EvaluationLog(tmp_path, {}) as state:
        assert len(state) == (MANY if cut == 1 else MANY - 1)
        state.put("a" * 24, np.array([7.0]))
    with EvaluationLog(tmp_path, {}) as state:
        assert len(state) == (MANY + 1 if cut == 1 else MANY)
        assert state.get("a" * 24).tolist() == [7.0]
    assert capsys.readouterr().err == ""
    assert len(read_lines(path.read_bytes()).good) == path.read_bytes().count(b"\n")


@pytest.mark.parametrize(
    "line",
    [
        b'["k",5]',
        b'["k",["x"]]',
        b"5",
        b"[" * 50_000,
        b"\xff",
        line_of({"key": "k!", "values": [1]}),
        line_of({"key": ["a"], "values": [1]}),
        line_of({"key": "a", "values": 5}),
        line_of({"key": "a", "values": ["x"]}),
        line_of({"key": "a", "values": [True]}),
        line_of({"key": "a", "values": [float("inf")]}),
        line_of({"key": "a", "values": [1], "more": 1}),
        line_of({"values": [1]}),
    ],
)
def test_a_line_that_is_no_evaluation_is_refused_and_counted(tmp_path, capsys, line):
    (tmp_path / "evaluations.jsonl").write_bytes(line.rstrip(b"\n") + b"\n" + line_of({"key": "b", "values": [2]}))
    with EvaluationLog(tmp_path, {}) as state:
        assert list(state._found) == ["b"]
    assert "1 line is damaged and skipped" in capsys.readouterr().err


def test_a_store_of_cases_computes_again_what_is_damaged(tmp_path, capsys):
    path = tmp_path / "deep" / "case.jsonl"
    for k in range(3):
        assert Store(path).get(f"seed {k}", lambda k=k: {"ard": k / 2}) == {"ard": k / 2}
    content = bytearray(path.read_bytes())
    content[content.index(b"0.5")] ^= 1
    path.write_bytes(content)
    store = Store(path)
    assert "1 line is damaged" in capsys.readouterr().err
    assert store.get("seed 0", lambda: None) == {"ard": 0.0}
    assert store.get("seed 1", lambda: "again") == "again"
    path.write_bytes(path.read_bytes()[:-4])
    assert "seed 1" not in Store(path).known
    assert Store(path).get("seed 1", lambda: "thrice") == "thrice"
    assert Store(path).known["seed 1"] == "thrice"


def test_a_damaged_line_of_a_journal_counts_for_nothing(tmp_path):
    (tmp_path / "journal").mkdir()
    watch = ProgressMonitor(tmp_path, 3, 0, True)
    good, bad = line_of({"run": "a", "wall_s": 1.0}), bytearray(line_of({"run": "b", "wall_s": 1.0}))
    bad[10] ^= 1
    (tmp_path / "journal" / "x-0.jsonl").write_bytes(good + bad + line_of({"refused": "no"}) + good[:9])
    watch.look()
    assert (watch.done, watch.damaged, watch.refused) == (1, 1, "no")


def test_a_line_comes_back():
    content = {"a": [1.5, None, "é\n"], "b": {"c": True}}
    assert read_line(line_of(content)) == content
    assert line_of(content).count(b"\n") == 1
