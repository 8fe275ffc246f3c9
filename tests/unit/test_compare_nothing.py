"""Every join of a comparison's tables takes none: no rows in one run, in one arm, in all."""

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from finished_run import made_run, rewritten

from mixflow.experiments.results import person_outcomes
from mixflow.experiments.studies.compare import paired, shares
from mixflow.experiments.studies.compare.driver import COUNTS, KEYS
from mixflow.experiments.studies.compare.effects import spread
from mixflow.experiments.studies.compare.evaluate import PEOPLE, Pairing, joined, mean_edges, pair
from mixflow.sim.base.integrity import listing

EDGES = pd.DataFrame({"date": pd.to_datetime(["2009-01-01"]), "edge": ["A>B:sea"], "count": [10.0], "kind": ["irregular"],
                      "arm": ["base"], "seed": [1]})  # fmt: skip
EVENTS = ["day", "key", "event", "origin", "need", "label", "channel", "country", "edge"]
STANDING = ["key", "origin", "need", "skill", "sex", "status"]


def nobody() -> pd.DataFrame:
    return person_outcomes.outcomes_of(pd.DataFrame(columns=EVENTS), pd.DataFrame(columns=STANDING), {}, ())


def somebody() -> pd.DataFrame:
    trace = pd.DataFrame([(3, 7, "departure", "AAA", "none", "unlabelled", "work", "AAA", "")], columns=EVENTS)
    monthly_state = pd.DataFrame([(7, "AAA", "none", "basic", "male", "travelling")], columns=STANDING)
    return person_outcomes.outcomes_of(
        trace.astype({"key": np.uint64}), monthly_state.astype({"key": np.uint64}), {}, ()
    )


@pytest.mark.parametrize("frames", [[], [EDGES[:0]], [pd.DataFrame(), EDGES[:0], pd.DataFrame()]])
def test_edges_that_nobody_passed_are_a_table_without_rows(frames: list[pd.DataFrame]) -> None:
    found = mean_edges(frames, {"base": 2, "with": 2})
    assert list(found.columns) == ["month", "edge", "kind", "arm", "count"]
    assert found.empty


def test_edges_of_one_run_are_a_mean_over_all_seeds() -> None:
    found = mean_edges([EDGES, EDGES[:0], pd.DataFrame()], {"base": 2, "with": 2})
    assert found[["edge", "arm", "count"]].to_numpy().tolist() == [["A>B:sea", "base", 5.0]]


@pytest.mark.parametrize(("base", "other"), [(nobody, nobody), (nobody, somebody), (somebody, nobody)])
def test_people_of_worlds_without_any_are_laid_side_by_side(tmp_path, base, other) -> None:  # type: ignore[no-untyped-def]
    runs = []
    for name, people in (("a", base()), ("b", other())):
        run = made_run(tmp_path / name)
        person_outcomes.write(run, people)
        rewritten(run, files=listing(run, {"record.json"}))
        assert str(pq.read_schema(run / "people.parquet").field("key").type) == "uint64"
        runs.append(run)
    both = [pair(Pairing(*runs, seed, 10.0)) for seed in (1, 2)]
    people = joined(both)
    many = float(len({*base()["key"], *other()["key"]}))
    assert paired.joined(base(), other()).shape[0] == many
    for name in PEOPLE:
        counts = COUNTS.get(name, ("count",))
        table = spread(people[name], KEYS[name], (1, 2), counts, 10.0)
        ends = ("", "_low", "_high")
        expected = [f"{c}{end}" for c in counts for end in (*ends, *(("_above_zero",) if c == "net" else ()))]
        assert list(table.columns) == [*KEYS[name], *expected]
    assert (
        float(spread(people["outcome_ladder"], KEYS["outcome_ladder"], (1, 2), ("count",))["count"].sum())
        == 10.0 * many
    )
    assert (shares.by_seed(people, (1, 2))[["part", "whole"]] == 0).all(axis=None)
