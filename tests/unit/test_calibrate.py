"""Calibration: what is free, what is compared, what is refused, and that a killed one ends as one left alone."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mixflow.experiments.runs.config import composed
from mixflow.experiments.studies.calibration.command import calibrate
from mixflow.experiments.studies.calibration.free import free_parameters
from mixflow.experiments.studies.calibration.measures import MEASURES, MeasuredTables
from mixflow.experiments.studies.calibration.smoother import Search, search
from mixflow.experiments.studies.calibration.state import EvaluationLog
from mixflow.experiments.studies.calibration.targets import FIRST, read_specs, targets_of
from mixflow.experiments.studies.calibration.task import read_task
from mixflow.policies.yaml_files import parse_yaml
from mixflow.scenarios import ensembles
from mixflow.scenarios.tables import tables_folder
from mixflow.scenarios.world import load_recorded, load_world
from mixflow.sim.base.errors import UserError
from mixflow.sim.base.params import PARAMS

ROUTES = {"series": "detections", "by": ["corridor"], "every": "year", "floor": 10}
SMALL = [
    "scenario=toy",
    "workers=1",
    "members=2",
    "n_members=4",
    "n_screening=4",
    "n_assimilations=1",
    "scale=0.02",
    "end=2009-12-31",
    "n_generations=1",
    "population=6",
]


def recorded(rows: list[tuple[str, str, str, float]]) -> pd.DataFrame:
    """Recorded series from month, route, nationality and value."""
    frame = pd.DataFrame(rows, columns=["month", "corridor", "nationality", "value"])
    return frame.assign(series="detections", country="")


def toy_folder() -> Path:
    return tables_folder({"scenario": "toy", "tables": None})


# ---- free parameters


def test_free_values_fill_the_range_of_the_parameter() -> None:
    free = free_parameters({"choose.asc_irregular": None, "smuggler.capacity_growth_rate": [0.1, 0.2]}, "plan")
    param = PARAMS["choose"]["asc_irregular"]
    assert (free.low[0], free.high[0]) == (param.low, param.high)
    values = free.values(free.spread(256, 1))
    assert values[1].min() >= 0.1
    assert values[1].max() <= 0.2
    assert np.quantile(values[1], [0.25, 0.5, 0.75]) == pytest.approx([0.125, 0.15, 0.175], abs=0.002)


@pytest.mark.parametrize(
    "given", [{}, {"choose.nothing": None}, {"nowhere.x": None}, {"smuggler.capacity_growth_rate": [-1, 0.5]}]
)
def test_what_is_not_within_a_parameters_range_is_refused(given: Any) -> None:
    with pytest.raises(UserError):
        free_parameters(given, "plan")


# ---- targets


@pytest.mark.parametrize(
    "change",
    [{"to": "2020-06-30"}, {"from": "2008-01-01"}, {"every": "week"}, {"sd": 0}, {"stock": "hosted"}, {"colour": 1}],
)
def test_targets_outside_the_allowed_years_or_not_understood_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(UserError):
        read_specs({"detections": {**ROUTES, **change}}, "plan")


def test_an_end_after_the_hold_out_date_is_refused() -> None:
    with pytest.raises(UserError, match="held out"):
        read_task(["scenario=mediterranean", "end=2020-12-31"])


def test_nothing_recorded_after_the_end_is_looked_at() -> None:
    rows = [
        ("2009-03", "central_mediterranean", "SYR", 100.0),
        ("2010-03", "central_mediterranean", "SYR", 300.0),
        ("2011-03", "eastern_mediterranean", "SYR", 7e6),
    ]
    specs = read_specs({"detections": ROUTES}, "plan")
    cells = targets_of(specs, toy_folder(), recorded(rows), pd.Timestamp("2010-12-31"), 1.0).cells["detections"]
    assert cells.to_dict() == {
        ("central_mediterranean", pd.Period("2009", "Y")): 100.0,
        ("central_mediterranean", pd.Period("2010", "Y")): 300.0,
    }


def test_a_period_without_a_row_had_none_and_others_are_no_nationality() -> None:
    rows = [
        ("2009-03", "central_mediterranean", "SYR", 90.0),
        ("2010-03", "central_mediterranean", "OTH", 50.0),
        ("2010-04", "central_mediterranean", "MLI", 60.0),
    ]
    specs = read_specs({"d": {**ROUTES, "by": ["nationality"]}}, "plan")
    cells = targets_of(specs, toy_folder(), recorded(rows), pd.Timestamp("2015-12-31"), 1.0).cells["d"]
    assert sorted(set(cells.index.get_level_values(0))) == ["MLI", "SYR"]
    assert cells[("MLI", pd.Period("2009", "Y"))] == 0.0


def test_a_run_that_equals_the_record_loses_nothing() -> None:
    rows = [("2009-03", "central_mediterranean", "SYR", 100.0), ("2010-03", "eastern_mediterranean", "SYR", 300.0)]
    specs = read_specs({"d": ROUTES}, "plan")
    targets = targets_of(specs, toy_folder(), recorded(rows), pd.Timestamp("2015-12-31"), 1.0)
    same = recorded(rows).assign(month=lambda f: pd.to_datetime(f["month"] + "-01"))
    empty = pd.DataFrame(columns=["date", "status", "count", "country", "event", "origin", "channel"])
    assert targets.loss(targets.simulated(MeasuredTables(empty, empty, same))) == 0.0
    half = same.assign(value=same["value"] / 2)
    assert targets.loss(targets.simulated(MeasuredTables(empty, empty, half))) > 0.3


# ---- the search


def test_the_search_finds_what_made_the_record() -> None:
    free = free_parameters({"choose.asc_irregular": None, "choose.asc_stay": None}, "plan")
    true = np.array([0.5, -0.8])
    rows = [(f"{y}-01", r, "SYR", float(v)) for y, r, v in zip(range(2009, 2013), "ABCD", [1e4] * 4, strict=True)]
    specs = read_specs({"d": {**ROUTES, "every": "all", "facts": 4, "sd": 0.1}}, "plan")
    targets = targets_of(specs, toy_folder(), recorded(rows), pd.Timestamp("2015-12-31"), 1.0)
    mix = np.array([[1.0, 0.2], [0.3, 1.0], [0.7, -0.5], [-0.2, 0.9]])

    def evaluate(z: Any, number: int) -> Any:
        return targets.observed[:, None] + mix @ (z - true[:, None])

    found = search(free, targets, Search(64, 32, 4, 3), evaluate)
    assert found.history[-1] < 0.1 * found.history[0]
    assert np.abs(found.z.mean(axis=1) - true).max() < 0.15
    assert found.z.shape == (2, 32)
    assert (np.diff(found.loss) >= 0).all()


def test_a_number_that_some_members_do_not_measure_stops_nothing() -> None:
    free = free_parameters({"choose.asc_irregular": None, "choose.asc_stay": None}, "plan")
    rows = [("2009-01", route, "SYR", 1e4) for route in "ABCD"]
    specs = read_specs({"d": {**ROUTES, "every": "all", "facts": 4, "sd": 0.1}}, "plan")
    targets = targets_of(specs, toy_folder(), recorded(rows), pd.Timestamp("2015-12-31"), 1.0)

    def evaluate(z: Any, number: int) -> Any:
        logs = targets.observed[:, None] + np.stack([z[0], z[1], z[0] + z[1], np.full(z.shape[1], np.nan)])
        logs[2, number::7] = np.nan
        return logs

    found = search(free, targets, Search(32, 16, 3, 3), evaluate)
    assert found.measured.tolist() == [True, True, True, False]
    assert found.history[-1] < found.history[0]


# ---- states and ensembles


def test_a_torn_line_is_cut_off_and_two_may_not_write(tmp_path: Path) -> None:
    with EvaluationLog(tmp_path, {}) as state:
        state.put("a", np.array([1.0, np.nan]))
        with pytest.raises(UserError, match="another calibration"):
            EvaluationLog(tmp_path, {})
    with (tmp_path / "evaluations.jsonl").open("a") as file:
        file.write('["b", [1.0,')
    with EvaluationLog(tmp_path, {}) as state:
        assert len(state) == 1
        state.put("c", np.array([2.0]))
    with EvaluationLog(tmp_path, {}) as state:
        assert state.get("c") == pytest.approx([2.0])
        assert np.isnan(state.get("a")[1])  # type: ignore[index]


def test_a_member_of_an_ensemble_sets_the_parameters_of_a_run(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    members = [(1.0, {"smuggler": {"capacity_growth_rate": 0.25}}), (1.2, {"smuggler": {"capacity_growth_rate": 0.5}})]
    ensembles.write(file, "toy", members, {"made": "2015-12-31"})
    config = composed(["scenario=toy", f"ensemble={file}", "member=1"])
    assert config["params"]["smuggler"]["capacity_growth_rate"] == 0.5
    by_hand = composed(["scenario=toy", f"ensemble={file}", "params.smuggler.capacity_growth_rate=0.75"])
    assert by_hand["params"]["smuggler"]["capacity_growth_rate"] == 0.75
    for wrong in (["scenario=toy", f"ensemble={file}", "member=2"], [f"ensemble={file}"], ["member=1"]):
        with pytest.raises(UserError):
            composed(wrong)


def test_every_ensemble_of_the_package_can_be_read_and_says_where_it_comes_from() -> None:
    for name in ensembles.names():
        found = ensembles.read(name)
        assert len(found.members) >= 20
        for key in ("made", "version", "records_until", "targets", "loss", "runs", "seeds", "scale", "command"):
            assert key in found.provenance, (name, key)
        assert FIRST <= pd.Timestamp(found.provenance["records_until"]) <= pd.Timestamp("2015-12-31")


# ---- the command


def members_of(path: Path) -> Any:
    return parse_yaml(path.read_text(), "a test")["members"]


@pytest.mark.slow
def test_a_killed_calibration_goes_on_and_ends_as_one_left_alone(tmp_path: Path) -> None:
    alone = calibrate([*SMALL, f"out={tmp_path / 'alone.yaml'}", f"runs_dir={tmp_path / 'one'}"], quiet=True)
    arguments = [*SMALL, f"out={tmp_path / 'killed.yaml'}", f"runs_dir={tmp_path / 'two'}"]
    code = (
        f"from mixflow.experiments.studies.calibration.command import calibrate; calibrate({arguments!r}, quiet=True)"
    )
    process = subprocess.Popen([sys.executable, "-c", code])
    deadline = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < deadline:
        done = list((tmp_path / "two").rglob("evaluations.jsonl"))
        if done and done[0].read_bytes().count(b"\n") >= 2:
            os.kill(process.pid, signal.SIGKILL)
            break
        time.sleep(0.01)
    assert process.wait() == -signal.SIGKILL
    assert not (tmp_path / "killed.yaml").exists()
    killed = calibrate(arguments, quiet=True)
    assert members_of(killed) == members_of(alone)
    assert parse_yaml(killed.read_text(), "a test")["provenance"]["runs_done_before"] >= 2


@pytest.mark.slow
def test_processes_change_nothing(tmp_path: Path) -> None:
    files = [
        calibrate(
            [*SMALL[:1], f"workers={n}", *SMALL[2:], f"out={tmp_path / f'{n}.yaml'}", f"runs_dir={tmp_path / str(n)}"],
            quiet=True,
        )
        for n in (1, 2)
    ]
    assert members_of(files[0]) == members_of(files[1])


def test_as_many_come_to_work_by_the_target_as_there_are_places_in_the_table() -> None:
    task = read_task(["scenario=mediterranean"])
    world = load_world(tables_folder({"scenario": "mediterranean", "tables": None}), "mediterranean")
    years = [world.admissions_later[year] for year in (2010, 2011, 2012)]
    of_work = sum(places[channel].sum() for places in years for channel in ("work", "skilled")) / len(years)
    target = next(spec for spec in task.targets.specs if spec.name == "labour_migrants")
    assert target.value == pytest.approx(of_work, abs=1.0)


def test_the_record_of_the_mediterranean_gives_all_targets() -> None:
    task = read_task(["scenario=mediterranean"])
    assert not task.targets.left_out
    assert len(load_recorded(tables_folder(task.config))["month"]) > 10000
    assert np.isfinite(task.targets.observed).all()
    assert (task.targets.sd > 0).all()


def test_departures_a_year_are_of_one_channel_and_of_the_months_asked_for() -> None:
    rows = [("2010-01-01", "departure", "elsewhere", 50.0), ("2010-06-01", "departure", "elsewhere", 70.0)]
    rows += [("2010-06-01", "departure", "irregular", 1e6), ("2011-06-01", "departure", "elsewhere", 1e6)]
    flows = pd.DataFrame(rows, columns=["date", "event", "channel", "count"])
    first, last = pd.Timestamp("2010-01-01"), pd.Timestamp("2010-12-31")
    found = MEASURES["departures_a_year"](MeasuredTables(flows, flows, flows), first, last, {"channel": "elsewhere"})
    assert found == pytest.approx(120.0, rel=0.01)
