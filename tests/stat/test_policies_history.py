"""Policies in whole runs: history replayed gives the same world to the bit, no dose is no policy, notice makes people hurry."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from counterfactual import tables
from policies_made import COST, effect, written
from tiny_world import digest, run

from mixflow.experiments.results.indicators import INDICATORS
from mixflow.policies import library
from mixflow.scenarios.build import MixedMigration, build
from mixflow.sim.base.clock import Clock
from mixflow.sim.engine import checkpoint

WINDOWS = {
    "the way through the Balkans": ("2015-06-01", "2015-12-31"),
    "its end, and the statement with Turkey": ("2016-02-15", "2016-06-30"),
}
SHORT: dict[str, Any] = {
    "scenario": "mediterranean",
    "start": "2015-06-01",
    "end": "2015-12-31",
    "scale": 0.001,
    "seed": 3,
    "threads": 1,
    "history": False,
}
TOY = {"scenario": "toy", "start": "2010-01-01", "end": "2010-12-31", "scale": 0.5, "seed": 3, "threads": 1}


def finished(config: dict[str, Any], **more: Any) -> MixedMigration:
    """A run to its end."""
    return run(build({**config, **more}))


@pytest.mark.slow
@pytest.mark.parametrize("window", WINDOWS)
def test_history_replayed_policy_by_policy_gives_the_scenario_to_the_bit(window: str) -> None:
    dates = dict(zip(("start", "end"), WINDOWS[window], strict=True))
    clock = Clock(*map(date.fromisoformat, WINDOWS[window]))
    by_name = [policy.name for policy in library.history() if library.within(policy, clock)]
    scenario = finished(SHORT, **dates, policies=["history"])
    replayed = finished(SHORT, **dates, policies=list(reversed(by_name)))
    assert digest(replayed) == digest(scenario)
    pd.testing.assert_frame_equal(replayed.costs_book(), scenario.costs_book())
    without = finished(SHORT, **dates, policies=[])
    assert digest(without) != digest(scenario), "history matters"
    assert scenario.costs_book()["value"].sum() > 0 == len(without.costs_book())


@pytest.mark.slow
def test_a_policy_costs_what_its_file_says_and_no_more(tmp_path: Path) -> None:
    nothing = effect("information", "add", 0.0)
    written(tmp_path, "an_office", [nothing], cost={"fixed": {**COST["fixed"], "value": 36, "high": 60}})
    written(tmp_path, "a_bundle", [], includes=["an_office"], cost=COST)
    dates = {"start": "2010-03-01", "end": "2010-08-16", "dose": 0.5}
    usual = finished(TOY, policies=[])
    for name, yearly in (("an_office", 36e6), ("a_bundle", 37e6)):
        changed = finished(TOY, policies=[name], policy_path=str(tmp_path), policy_settings={name: dates})
        assert digest(changed) == digest(usual), "costs move nobody"
        before, after = (np.asarray(INDICATORS["spending"].function(tables(model))) for model in (usual, changed))
        cost = yearly * 0.5 / 12.0
        assert after - before == pytest.approx([0, 0, *[cost] * 5, cost * 15 / 31, 0, 0, 0, 0], abs=1e-3)


@pytest.mark.slow
def test_costs_go_on_from_a_checkpoint(tmp_path: Path) -> None:
    config = {**TOY, "end": "2010-04-30", "policies": ["more_labour_visas"]}
    whole, stopped, resumed = finished(config), build(config), build(config)
    while stopped.day < 45:
        stopped.step()
    checkpoint.save(stopped, tmp_path / "kept.npz")
    checkpoint.load(resumed, tmp_path / "kept.npz")
    pd.testing.assert_frame_equal(run(resumed).costs_book(), whole.costs_book())
    assert len(whole.costs_book()) == 4


@pytest.mark.slow
def test_a_policy_without_a_dose_is_no_policy_to_the_bit() -> None:
    usual = digest(finished(TOY))
    for name in (
        "more_labour_visas",
        "announced_closure",
        "distribution_key",
        "remittance_fee_cap",
        "search_and_rescue",
    ):
        assert digest(finished(TOY, policies=[name], policy_settings={name: {"dose": 0.0}})) == usual, name


@pytest.mark.slow
def test_before_it_starts_a_policy_changes_nothing_to_the_bit() -> None:
    later = {"more_labour_visas": {"start": "2010-09-10", "ramp_days": 0}}
    usual, changed = finished(TOY), finished(TOY, policies=["more_labour_visas"], policy_settings=later)
    tables = [model.flows().astype({"date": str}) for model in (usual, changed)]
    before = [table[table["date"] < "2010-09-01"] for table in tables]
    pd.testing.assert_frame_equal(*before, check_categorical=False)
    assert before[0]["count"].sum() > 0
    after = [table[table["date"] >= "2010-09-01"]["count"].sum() for table in tables]
    assert after[0] != after[1]


@pytest.mark.slow
def test_nothing_differs_before_a_closure_is_announced() -> None:
    """That notice makes people hurry is shown in `test_states`; in the toy world its effect is below one person."""
    dates = {"start": "2011-10-01", "announced": "2011-09-01", "dose": 1.0}
    war = {**TOY, "start": "2010-07-01", "end": "2011-12-31", "scale": 1.0}
    told = finished(war, policies=["announced_closure"], policy_settings={"announced_closure": dates})
    untold = {"announced_closure": {**dates, "announced": None}}
    surprised = finished(war, policies=["announced_closure"], policy_settings=untold)

    def moves(model: MixedMigration, month: str) -> float:
        flows = model.flows().query("event in ('departure', 'onward') and channel == 'irregular'")
        return float(flows.loc[flows["date"].astype(str).str.startswith(month), "count"].sum())

    assert moves(told, "2011-07") > 0
    assert moves(told, "2011-08") == moves(surprised, "2011-08")
