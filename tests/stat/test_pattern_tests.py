"""The falsification table: verdicts can go both ways and say when they cannot; changes of levers do what they say."""

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from counterfactual import Setting
from tiny_world import digest, run, tiny_plan, tiny_world

from mixflow.experiments.studies.validation.pattern_tests.change import Change, LeverChange
from mixflow.experiments.studies.validation.pattern_tests.command import table_of, verdict_table
from mixflow.experiments.studies.validation.pattern_tests.finding import FAIL, PASS, UNSURE, Finding, verdict_of
from mixflow.experiments.studies.validation.pattern_tests.metrics import log_ratio
from mixflow.experiments.studies.validation.pattern_tests.names import PATTERNS
from mixflow.experiments.studies.validation.pattern_tests.patterns import diverted, elasticity, near, near_elsewhere
from mixflow.experiments.studies.validation.pattern_tests.patterns_more import EXPERIMENTS
from mixflow.experiments.studies.validation.pattern_tests.run_tables import RunTables
from mixflow.experiments.studies.validation.pattern_tests.runner import BASELINE, changed, origins_of
from mixflow.scenarios.build import assemble
from mixflow.scenarios.mediterranean.region import EUROPE
from mixflow.scenarios.tables import tables_folder
from mixflow.sim.base.levers import LEVERS

Tiny = Callable[..., Any]


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
    assert Finding("T1", "x", 0.0, 1.0, values).verdict == verdict


def test_verdicts_err_as_seldom_as_two_standard_errors_let_them() -> None:
    rng = np.random.default_rng(1)
    outside = [Finding("T1", "x", 0.0, np.inf, tuple(rng.normal(-0.5, 1.0, 20))).verdict for _ in range(2000)]
    assert outside.count(PASS) < 20
    assert outside.count(FAIL) > 800
    edge = [Finding("T1", "x", 0.0, np.inf, tuple(rng.normal(0.0, 1.0, 20))).verdict for _ in range(2000)]
    assert 0.01 < edge.count(FAIL) / 2000 < 0.06


def test_a_pattern_fails_where_one_number_fails() -> None:
    good, bad, unsure = (Finding("T1", "x", 0.0, 1.0, v) for v in ((0.5, 0.51), (2.0, 2.01), (0.5,)))
    assert verdict_of([good, good]) == PASS
    assert verdict_of([good, unsure]) == UNSURE
    assert verdict_of([good, unsure, bad]) == FAIL


def test_every_pattern_has_an_experiment_and_the_table_shows_each() -> None:
    assert list(EXPERIMENTS) == list(PATTERNS) == [f"T{k}" for k in range(1, 15)]
    table = table_of([Finding("T1", "one", 0.0, 1.0, (0.5, 0.51)), Finding("T5", "two", 0.0, np.inf, (-1.0, -1.1))])
    assert table["pattern_verdict"].tolist() == [PASS, FAIL]
    assert "FAIL" in verdict_table(table)
    assert ">= 0" in verdict_table(table)


# ---- changes of levers


def test_a_closure_shuts_the_edge_from_its_day_on_and_nothing_else(tiny: Tiny) -> None:
    change = Change((LeverChange("capacity_factor", "set", 0.0, {"mode": "sea"}),), date(2010, 7, 1))
    usual, shut = run(tiny()), tiny()
    shut.adjust = change.bound(shut)
    run(shut)

    def by_month(model: Any) -> "pd.Series[float]":
        flows = model.flows()
        rows = flows[(flows["event"] == "crossing") & flows["edge"].str.endswith(":sea")]
        return rows.groupby(pd.to_datetime(rows["date"]))["count"].sum()

    before, after = by_month(usual), by_month(shut)
    assert before.loc["2010-08":].sum() > 0
    assert after.loc["2010-08":].sum() == 0
    assert after.loc[:"2010-06"].equals(before.loc[:"2010-06"])


def test_a_change_comes_on_top_of_the_policies_in_force() -> None:
    plan = tiny_plan(200, check_days=30)
    digests = []
    for change in (None, Change((), date(2010, 3, 1))):
        model = assemble(tiny_world(), plan, Setting(recognition=0.9, interception=0.5))
        if change is not None:
            model.adjust = change.bound(model)
        digests.append(digest(run(model)))
    assert digests[0] == digests[1] != digest(run(assemble(tiny_world(), plan)))


@pytest.mark.parametrize(("how", "value", "then"), [("set", 0.5, 0.5), ("times", 2.0, None), ("plus", 0.1, None)])
def test_effects_set_multiply_and_add_where_they_are_meant(tiny: Tiny, how: str, value: float, then: Any) -> None:
    model = tiny()
    bound = Change((LeverChange("recognition", how, value, {"origins": ["AAA"]}),), date(2010, 1, 1)).bound(model)
    base = {"recognition": np.full(len(model.world.countries), 0.3)}
    found = bound(base, 0)["recognition"]
    here = np.array([code == "AAA" for code in model.world.countries])
    expected = then if then is not None else (0.6 if how == "times" else 0.4)
    assert found[here] == pytest.approx(expected)
    assert (found[~here] == 0.3).all()
    assert (base["recognition"] == 0.3).all()


def test_every_change_of_the_experiments_names_levers_of_the_closed_list() -> None:
    from mixflow.experiments.studies.validation.pattern_tests import worlds

    for name in dir(worlds):
        change = getattr(getattr(worlds, name), "change", None)
        for effect in change.effects if change is not None else ():
            assert effect.lever in LEVERS, (name, effect.lever)
    assert BASELINE.change is None


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
