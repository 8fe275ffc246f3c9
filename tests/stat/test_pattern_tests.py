"""The falsification table: verdicts can go both ways and say when they cannot; changes of levers do what they say."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tiny_world import run, tiny_plan, tiny_world

from mixflow.experiments.studies.validation.pattern_tests import worlds
from mixflow.experiments.studies.validation.pattern_tests.command import table_of, verdict_table
from mixflow.experiments.studies.validation.pattern_tests.finding import FAIL, PASS, UNSURE, PatternFinding, verdict_of
from mixflow.experiments.studies.validation.pattern_tests.metrics import log_ratio
from mixflow.experiments.studies.validation.pattern_tests.names import PATTERNS
from mixflow.experiments.studies.validation.pattern_tests.patterns import diverted, elasticity, near, near_elsewhere
from mixflow.experiments.studies.validation.pattern_tests.patterns_more import EXPERIMENTS
from mixflow.experiments.studies.validation.pattern_tests.run_tables import RunTables
from mixflow.experiments.studies.validation.pattern_tests.runner import BASELINE, PatternWorld, changed, origins_of
from mixflow.experiments.studies.validation.pattern_tests.worlds import effect, policy
from mixflow.policies.library import chosen
from mixflow.policies.policy_set import PolicySet
from mixflow.policies.schema import QUANTITIES, Policy, Where
from mixflow.scenarios.build import assemble
from mixflow.scenarios.mediterranean.region import EUROPE
from mixflow.scenarios.tables import tables_folder
from mixflow.scenarios.world import graph, load_world
from mixflow.sim.base.clock import Clock
from mixflow.sim.base.params import defaults
from mixflow.sim.world.baseline import baseline
from mixflow.sim.world.compiled_world import CompiledWorld
from mixflow.sim.world.network import RouteGraph


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ((0.5, 0.52, 0.48, 0.5), PASS),
        ((1.5, 1.52, 1.48, 1.5), FAIL),
        ((-0.5, -0.52, -0.48, -0.5), FAIL),
        ((0.0, 1.0, 2.0, 1.0), UNSURE),
        ((0.5,), UNSURE),
        ((), UNSURE),
        ((np.nan, np.nan), UNSURE),
    ],
)
def test_a_verdict_can_go_both_ways_and_says_when_it_cannot(values: tuple[float, ...], verdict: str) -> None:
    assert PatternFinding("T1", "x", 0.0, 1.0, values).verdict == verdict


def test_verdicts_err_as_seldom_as_two_standard_errors_let_them() -> None:
    rng = np.random.default_rng(1)
    outside = [PatternFinding("T1", "x", 0.0, np.inf, tuple(rng.normal(-0.5, 1.0, 20))).verdict for _ in range(2000)]
    assert outside.count(PASS) < 20
    assert outside.count(FAIL) > 800
    edge = [PatternFinding("T1", "x", 0.0, np.inf, tuple(rng.normal(0.0, 1.0, 20))).verdict for _ in range(2000)]
    assert 0.01 < edge.count(FAIL) / 2000 < 0.06


def test_a_pattern_fails_where_one_number_fails() -> None:
    good, bad, unsure = (PatternFinding("T1", "x", 0.0, 1.0, v) for v in ((0.5, 0.51), (2.0, 2.01), (0.5,)))
    assert verdict_of([good, good]) == PASS
    assert verdict_of([good, unsure]) == UNSURE
    assert verdict_of([good, unsure, bad]) == FAIL


def test_every_pattern_has_an_experiment_and_the_table_shows_each() -> None:
    assert list(EXPERIMENTS) == list(PATTERNS) == [f"T{k}" for k in range(1, 15)]
    table = table_of(
        [PatternFinding("T1", "one", 0.0, 1.0, (0.5, 0.51)), PatternFinding("T5", "two", 0.0, np.inf, (-1.0, -1.1))]
    )
    assert table["pattern_verdict"].tolist() == [PASS, FAIL]
    assert "FAIL" in verdict_table(table)
    assert ">= 0" in verdict_table(table)


# ---- changes of levers


def with_policies(days: int, *policies: Policy) -> Any:
    """The tiny world with some policies."""
    world, plan = tiny_world(), tiny_plan(days)
    return run(
        assemble(world, plan, PolicySet(policies, world, RouteGraph.compile(graph(world)).edge_names, plan.clock))
    )


def test_a_closure_shuts_the_edge_from_its_day_on_and_nothing_else() -> None:
    shut = policy("sea shut", effect("capacity_factor", "SET", 0.0, Where(mode=("sea",))), start=date(2010, 7, 1))
    usual, closed = with_policies(365), with_policies(365, shut)

    def by_month(model: Any) -> "pd.Series[float]":
        flows = model.flows()
        rows = flows[(flows["event"] == "crossing") & flows["edge"].str.endswith(":sea")]
        return rows.groupby(pd.to_datetime(rows["date"]))["count"].sum()

    before, after = by_month(usual), by_month(closed)
    assert before.loc["2010-08":].sum() > 0
    assert after.loc["2010-08":].sum() == 0
    assert after.loc[:"2010-06"].equals(before.loc[:"2010-06"])


def worlds_of_the_experiments() -> list[PatternWorld]:
    found = [value if isinstance(value, tuple) else (value,) for value in vars(worlds).values()]
    return [world for group in found for world in group if isinstance(world, PatternWorld)]


def test_the_policies_of_the_experiments_act_in_the_world_that_they_are_for() -> None:
    world = load_world(tables_folder({"scenario": "mediterranean"}), "mediterranean")
    s = CompiledWorld(world, graph(world), defaults())
    clock = Clock(date(2009, 1, 1), date(2015, 12, 31))
    day, levers = (date(2015, 12, 1) - clock.start).days, baseline(s, date(2015, 12, 1))
    quiet = {name: np.zeros(len(world.countries)) for name in QUANTITIES}
    added = [world for world in worlds_of_the_experiments() if world.added]
    assert len(added) >= 13
    for experiment in added:
        chosen(["history"], None, None, world, s.graph.edge_names, clock, experiment.added)  # refuses rivals
        policies = chosen([], None, None, world, s.graph.edge_names, clock, experiment.added)
        changed_levers = policies(levers, day, quiet)
        meant = {one.lever for each in experiment.added for one in each.effects}
        differ = {name for name in levers if not np.array_equal(levers[name], changed_levers[name])}
        assert meant - {"humanitarian"} <= differ <= meant, experiment.name  # no table has humanitarian visas
    assert BASELINE.added == ()


def test_parameters_are_set_multiplied_or_added_to() -> None:
    assert [changed(2.0, how) for how in (5.0, "*3", "+0.5", "-1")] == [5.0, 6.0, 2.5, 1.0]


# ---- what is read off runs


def seen_with(counts: dict[str, float]) -> RunTables:
    rows = [("2015-03-01", route, "crossing", n, "SYR", "none", "asylum") for route, n in counts.items()]
    flows = pd.DataFrame(rows, columns=["date", "corridor", "event", "count", "origin", "need", "channel"])
    permits = pd.DataFrame(
        [("2015-03-01", "", "permit", 100.0 * len(counts), "SYR", "none", "work")], columns=flows.columns
    )
    empty = pd.DataFrame()
    return RunTables(pd.concat([flows, permits]), empty, empty, empty, empty)


def test_the_share_diverted_is_that_of_what_was_lost() -> None:
    usual, closed = (
        seen_with({"eastern_mediterranean": 100.0, "central_mediterranean": 50.0}),
        seen_with({"central_mediterranean": 70.0, "western_balkans": 900.0}),
    )
    assert diverted("eastern_mediterranean")(closed, usual) == pytest.approx(0.2)


def test_an_elasticity_needs_a_change_to_speak_of() -> None:
    usual = seen_with({"eastern_mediterranean": 100.0})
    more = seen_with({"eastern_mediterranean": 80.0, "western_mediterranean": 0.0})
    assert elasticity()(more, usual) == pytest.approx(np.log(0.8) / np.log(2.0))
    assert np.isnan(elasticity()(usual, usual))
    assert np.isnan(log_ratio(0.0, 1.0))


def test_near_is_within_the_region_and_abroad() -> None:
    columns = ["date", "country", "origin", "status", "need", "count"]
    rows = [
        ("2014-12-01", "TUR", "SYR", "hosted", "none", 80.0),
        ("2014-12-01", "DEU", "SYR", "protected", "none", 20.0),
        ("2014-12-01", "SYR", "SYR", "hosted", "none", 1e6),
        ("2013-12-01", "DEU", "SYR", "protected", "none", 1e6),
        ("2014-12-01", "TUR", "SYR", "hosted", "survival", 1e6),
        ("2014-12-01", "SYR", "SYR", "elsewhere", "none", 60.0),
    ]
    empty = pd.DataFrame()
    seen = RunTables(empty, pd.DataFrame(rows, columns=columns), empty, empty, empty)
    elsewhere = near_elsewhere(tables_folder({"scenario": "mediterranean"}))
    assert near(("hosted", "camp", "protected"), "2014-12", ("none",), elsewhere)(seen) == pytest.approx(0.8)
    beyond = elsewhere["SYR"]  # compatriots off the map: most in the Gulf, which is in the same region
    assert 0.5 < beyond < 1.0
    found = near(("hosted", "protected", "elsewhere"), "2014-12", ("none",), elsewhere)(seen)
    assert found == pytest.approx((80.0 + 60.0 * beyond) / 160.0)


def test_experiments_change_homes_and_not_where_people_go() -> None:
    homes = origins_of(tables_folder({"scenario": "mediterranean"}))
    assert {"SYR", "NGA", "SRB"} <= homes
    assert not homes & set(EUROPE)
