"""What a request costs is judged before it is expanded or run, and every key before the first run."""

import csv
import gzip
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from case_folders import make_case

from mixflow.experiments.cli.main import main
from mixflow.experiments.displacement import cases
from mixflow.experiments.runs.config import composed, days_of
from mixflow.experiments.runs.cost import check_runs, most_runs
from mixflow.experiments.runs.sweep.overrides import asked
from mixflow.experiments.studies.calibration import targets, task
from mixflow.experiments.studies.calibration.task import read_task
from mixflow.experiments.studies.uncertainty.measures import check_measures
from mixflow.experiments.studies.uncertainty.ranges import METHODS, chosen, sampled, wanted_rows
from mixflow.experiments.studies.validation import backtest
from mixflow.experiments.studies.validation.pattern_tests import worlds
from mixflow.experiments.studies.validation.pattern_tests.runner import PatternWorld
from mixflow.experiments.studies.validation.pattern_tests.worlds import MANY
from mixflow.scenarios import tables
from mixflow.scenarios.build import build, check_memory
from mixflow.scenarios.tables import tables_folder
from mixflow.scenarios.world import load_world
from mixflow.sim.accounts import observe
from mixflow.sim.base import limits
from mixflow.sim.base.errors import UserError


@pytest.mark.parametrize(
    ("lines", "runs"),
    [
        (["seed=range(0,100000000)"], "100,000,000"),
        (["seed=shuffle(range(0,100000000))"], "100,000,000"),
        (["seed=sort(range(0,100000000),reverse=true)"], "100,000,000"),
        (["params.leave.prepare_share=range(0,1,0.000001)"], "1,000,000"),
        (["seed=range(0,10000)", "scale=range(0.01,0.5,0.01)"], "490,000"),
    ],
)
def test_a_sweep_is_counted_without_making_its_values(
    lines: list[str], runs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def expanded(*_: Any) -> Any:
        raise AssertionError("the values were made")

    monkeypatch.setattr("mixflow.experiments.runs.sweep.overrides._values", expanded)
    with pytest.raises(UserError, match=f"asks for {runs} runs.*at most 100,000.*most_runs"):
        asked(["scenario=toy", *lines])


def test_a_key_raises_the_limit_and_lowers_it() -> None:
    assert len(asked(["scenario=toy", "seed=range(0,30)", "most_runs=30"]).points) == 30
    with pytest.raises(UserError, match="asks for 30 runs"):
        asked(["scenario=toy", "seed=range(0,30)", "most_runs=29"])
    for wrong in ("0", "true", "many", "1.5", str(limits.MOST_SWEEP_RUNS + 1)):
        with pytest.raises(UserError, match="most_runs="):
            asked(["scenario=toy", "seed=1,2", f"most_runs={wrong}"])
    assert most_runs(None) == limits.SWEEP_RUNS
    check_runs(5, 5, "x")


def test_ranges_that_are_empty_or_endless_have_a_reason() -> None:
    for value in ("range(0,0)", "range(3,1)", "range(0,3,0)"):
        with pytest.raises(UserError, match="seed=range"):
            asked(["scenario=toy", f"seed={value}"])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("size", [2, 3, 5, 8])
def test_rows_of_a_sample_are_counted_before_they_are_drawn(method: str, size: int) -> None:
    pytest.importorskip("SALib")
    ranges = chosen(["choose.elasticity_income", "choose.elasticity_size"])
    assert wanted_rows(ranges, method, size) == len(sampled(ranges, method, size))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (["sensitivity", "scenario=toy", "--params", "leave.*", "--samples", "100000000"], "asks for"),
        (["explore", "scenario=toy", "--params", "leave.*", "--samples", "100000000"], "asks for"),
        (["explore", "scenario=toy", "--params", "leave.*", "--samples", "10", "--measure", "no_such"], "no_such"),
        (["sensitivity", "scenario=toy", "--params", "leave.*", "seed=1", "--samples", "2"], "--seeds"),
        (
            ["sensitivity", "scenario=toy", "scale=0.01,0.02", "--params", "leave.*", "--samples", "2"],
            "give each key one",
        ),
        (["validate", "scenario=toy", "patterns=[[a]]"], "patterns="),
        (["validate", "scenario=toy", "patterns=[T99]"], "'T99' is not known"),
        (["validate", "scenario=toy", "patterns=[T1,T1]"], "twice"),
        (["validate", "scenario=toy", "patterns=3"], "patterns=3"),
        (["validate", "scenario=toy", "workers=none"], "workers=none"),
        (["validate", "scenario=toy", "members=1000", "seeds=1000"], "asks for 4,000,162 runs"),
        (["validate", "scenario=toy", "forecast_origins=[true]"], "origins="),
        (["validate", "scenario=mediterranean", "forecast_origins=[2010]", "runs_dir=OUT"], "mediterranean_to_2010"),
        (["validate", "scenario=mediterranean", "ensemble=" + "a" * 400], "400"),
        (["validate", "cases"], "has no value"),
        (["validate", "cases=nowhere", "seeds=0"], "seeds=0"),
        (["validate", "cases=nowhere", "peer_seeds=x"], "peer_seeds=x"),
        (["validate", "cases=" + "a" * 400], "too long"),
        (["run", "--config-dir=/tmp", "scenario=toy"], "--config-dir"),
        (["run", "-m", "--config-path", "/tmp", "scenario=toy"], "--config-path"),
        (["run", "scenario=toy", "ensemble=" + "a" * 400], "400"),
        (["run", "scenario=toy", "runs_dir=" + "a" * 400], "too long"),
        (["run", "scenario=toy", "tables=" + "a" * 400], "too long"),
        (["run", "-m", "scenario=toy", "experiment=" + "a" * 400 + ".yaml"], "cannot be read"),
        (["calibrate", "scenario=toy", "out=[a]"], "out="),
        (["calibrate", "scenario=toy", "out=OUT"], "NAME.yaml"),
        (["calibrate", "scenario=toy", "plan=[a]"], "plan="),
        (["calibrate", "scenario=toy", "n_screening=100000", "n_members=90000", "n_assimilations=50"], "asks for"),
        (["calibrate", "scenario=toy", "workers=0"], "workers=0"),
    ],
)
def test_every_key_is_checked_before_the_first_run(
    line: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def ran(*_: Any, **__: Any) -> Any:
        raise AssertionError("something was run")

    monkeypatch.setattr("mixflow.experiments.studies.uncertainty.study.carry_out", ran)
    for module in (backtest, cases, task):
        if hasattr(module, "pool"):
            monkeypatch.setattr(module, "pool", ran)
    monkeypatch.chdir(tmp_path)
    assert main([part.replace("OUT", str(tmp_path)) for part in line]) == 2
    assert said in capsys.readouterr().err


TOY = {"scenario": "toy", "tables": None, "start": "2009-01-01", "end": "2010-12-31"}


@pytest.mark.parametrize(
    "name",
    [
        "irregular_share", "deaths", "events.crossing", "crossing", "SYR", "top_origins.SYR",
        "deaths_by_corridor.central_mediterranean", "camp",
        "wall_s",
        "detections.eastern_mediterranean.2010.simulated", "recorded_deaths.central_mediterranean.2009.recorded",
        "applications_by_year.2010.simulated",
    ],
)  # fmt: skip
def test_measures_are_those_of_a_summary(name: str) -> None:
    check_measures([name], TOY)


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("irregular_shares", "irregular_share"), ("event.crossing", "events.crossing"), ("events.crosing", "events.crossing"),
        ("top_origins.XXX", "top_origins.SYR"), ("deaths_by_corridor.eastern", "deaths_by_corridor.eastern_mediterranean"),
        ("detections.eastern_mediterranean.2015.simulated", "2010"),
        ("stocks_at_end.camps", "stocks_at_end.camp"), ("eastern_mediterranean.2010.simulated", "write more of the name"),
        ("ard", "not known"),
    ],
)  # fmt: skip
def test_a_name_within_a_group_is_refused_with_the_closest_ones(name: str, near: str) -> None:
    with pytest.raises(UserError, match=f"Measure '{name}' .*{near}") as found:
        check_measures([name], TOY)
    assert str(found.value).count(",") < 9, "few names are shown"
    with pytest.raises(UserError, match="--measure names nothing"):
        check_measures([], TOY)


def test_measures_of_a_case_are_those_of_its_summary(tmp_path: Path) -> None:
    case = {"scenario": "displacement", "case": str(make_case(tmp_path / "case"))}
    for name in ("ard", "ard_rescaled", "naive.nearest", "camps.East.error", "people"):
        check_measures([name], case)
    with pytest.raises(UserError, match=r"closest ones: .*camps\.East\.error"):
        check_measures(["camps.Eest.error"], case)
    with pytest.raises(UserError, match="not known"):
        check_measures(["irregular_share"], case)


def test_measures_are_checked_before_the_first_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(*_: Any) -> Any:
        raise AssertionError("a run was begun")

    monkeypatch.setattr("mixflow.experiments.studies.uncertainty.study.carry_out", run)
    common = ["scenario=toy", "end=2009-01-31", f"runs_dir={tmp_path}", "--params", "leave.*", "--samples", "12"]
    for command in ("sensitivity", "explore"):
        assert main([command, *common, "--measure", "events.crosing"]) == 2
    assert main(["explore", *common, "--when", "events.crosing < 3"]) == 2
    with pytest.raises(AssertionError, match="a run was begun"):
        main(["sensitivity", *common, "--measure", "events.crossing"])


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("{series: detection}", "Series 'detection' .* mean 'detections'"),
        ("{series: detections, by: [rout]}", "Column of `by` 'rout'"),
        ("{series: detections, only: {rute: [CMR]}}", "Column of `only` 'rute'"),
        ("{series: detections, only: {corridor: [central]}}", "Corridor 'central'"),
        ("{series: detections, only: [corridor]}", "`only` holds columns"),
        ("{stock: hoste}", "Stock 'hoste'"),
        ("{stock: hosted, status: [camps]}", "Status 'camps'"),
        ("{measure: deaths_per_thousand, value: 1}", "needs settings: {corridor: NAME}"),
        ("{measure: deaths_per_thousand, value: 1, settings: {corridor: X}}", "'X' is not known"),
        ("{measure: departures_a_year, value: 1, settings: {channel: [work, skil]}}", "'skil' is not known.*'skilled'"),
        ("{measure: largest_share, value: 1, settings: {few: 5}}", "Setting 'few'"),
    ],
)
def test_names_inside_a_target_are_checked_before_the_first_run(target: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "theirs.yaml"
    head = (
        "start: 2009-01-01\nend: 2010-12-31\nscale: 0.2\nsearch: {n_screening: 8, n_members: 4, n_assimilations: 1}\n"
    )
    path.write_text(head + f"free: {{leave.prepare_share: }}\ntargets: {{a: {target}}}\n")
    with pytest.raises(UserError, match=said):
        read_task(["scenario=toy", f"plan={path}", f"runs_dir={tmp_path}"])


def test_series_that_a_target_may_name_are_those_that_a_run_has() -> None:
    """`targets.SERIES` repeats the names of `sim/accounts/observe.py`."""
    said = Path(observe.__file__).read_text(encoding="utf-8")
    assert set(re.findall(r'_sum\(\s*"(\w+)"', said)) == set(targets.SERIES)


def test_validate_counts_the_runs_of_its_patterns() -> None:
    few = ["scenario=toy", "forecast_origins=[2012]", "members=1", "seeds=1", "n_pairs=3"]
    with pytest.raises(UserError, match=f"asks for {2 + 3 * MANY} runs .*{MANY} worlds of the patterns x 3 pairs"):
        backtest._split([*few, f"most_runs={1 + 3 * MANY}"])
    assert backtest._split([*few, f"most_runs={2 + 3 * MANY}"])
    assert backtest._split([*few, "patterns=false", "most_runs=2"])
    with pytest.raises(UserError, match="asks for 2 runs"):
        backtest._split([*few, "patterns=false", "most_runs=1"])


def test_all_worlds_of_the_patterns_are_counted() -> None:
    found = [value for value in vars(worlds).values() if isinstance(value, PatternWorld)]
    assert 1 + len(worlds.INCOMES) + len({id(world) for world in found}) == MANY


def test_the_plan_of_a_calibration_may_be_anything(tmp_path: Path) -> None:
    path = tmp_path / "theirs.yaml"
    head = (
        "start: 2009-01-01\nend: 2010-12-31\nscale: 0.2\nsearch: {n_screening: 8, n_members: 4, n_assimilations: 1}\n"
    )
    head += "free: {leave.prepare_share: }\n"
    for target in (
        "{series: detections, by: 3}",
        "{series: detections, sd: [1]}",
        "{series: detections, from: [x]}",
        "3",
        "{}",
    ):
        path.write_text(head + f"targets: {{a: {target}}}\n")
        with pytest.raises(UserError, match="target a"):
            read_task(["scenario=toy", f"plan={path}", f"runs_dir={tmp_path}"])
    path.write_text(
        head.replace("{n_screening: 8, n_members: 4, n_assimilations: 1}", "3") + "targets: {a: {series: detections}}\n"
    )
    with pytest.raises(UserError, match="search"):
        read_task(["scenario=toy", f"plan={path}", f"runs_dir={tmp_path}"])


def _tables(folder: Path, name: str, change: Any) -> Path:
    shutil.copytree(tables_folder({"scenario": "toy", "tables": None}), folder)
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    change(rows)
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return folder


@pytest.mark.parametrize(
    ("name", "match", "column", "value", "said"),
    [
        ("drivers", {"driver": "wages"}, "value", str(limits.EUR_A_YEAR + 1), "wages of"),
        ("drivers", {"driver": "income"}, "value", "-1", "income of"),
        ("edge_attributes", {"quantity": "price"}, "value", str(limits.EUR_A_SEAT + 1), "a price of"),
        ("places", {}, "population", "99999999999999999999", "population"),
        ("places", {}, "population", str(limits.POPULATION), "people in all"),
    ],
)
def test_money_and_people_fit_their_numbers(
    name: str, match: dict[str, str], column: str, value: str, said: str, tmp_path: Path
) -> None:
    def change(rows: list[dict[str, str]]) -> None:
        row = next(row for row in rows if all(row[key] == wanted for key, wanted in match.items()))
        row[column] = value
        for key in ("low", "high"):
            if key in row:
                row[key] = ""

    with pytest.raises(UserError, match=said):
        load_world(_tables(tmp_path / "t", name, change), "toy")


def test_what_people_earn_in_a_run_fits_into_32_bits() -> None:
    earliest, latest = days_of({"scenario": "mediterranean"})
    years = latest.year - earliest.year + 1 + 120 // 12
    assert limits.EUR_A_YEAR * years * 10 < 2**31
    assert limits.EUR_A_SEAT * 10 < 2**31


def test_a_packed_table_is_not_unpacked_beyond_its_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = _tables(tmp_path / "t", "places", lambda rows: None)
    (folder / "places.csv.gz").write_bytes(gzip.compress((folder / "places.csv").read_bytes()))
    (folder / "places.csv").unlink()
    assert load_world(folder, "toy").place_names
    monkeypatch.setattr(tables, "CSV_BYTES", 100)
    with pytest.raises(UserError, match=r"places\.csv\.gz has more than"):
        load_world(folder, "toy")


def test_the_memory_of_a_run_is_judged_before_it_starts() -> None:
    assert composed(["scenario=toy"])["most_memory_gb"] == 16
    check_memory(1_100_000_000, 1.0, 16)
    with pytest.raises(UserError, match=r"about 56 GB; at most 16.*0\.29 fits"):
        check_memory(limits.POPULATION, 1.0, 16)
    check_memory(limits.POPULATION, 0.28, 16)
    check_memory(limits.POPULATION, 1.0, 64)
    with pytest.raises(UserError, match=r"most_memory_gb=0 .*from 1 to 4096"):
        composed(["scenario=toy", "most_memory_gb=0"])


def test_the_memory_of_the_ways_between_places_is_judged_too() -> None:
    check_memory(1000, 1.0, 16, places=20_000)
    with pytest.raises(
        UserError, match=r"between 20,000 places take about 12\.3 GB; at most 8 .*at most 16,133 places"
    ):
        check_memory(1000, 1.0, 8, places=20_000)
    check_memory(1_100_000_000, 1.0, 16)
    with pytest.raises(UserError, match=r"about 18 GB; at most 16.*0\.6 fits"):
        check_memory(1_100_000_000, 1.0, 16, places=20_000)


def test_a_run_with_too_many_places_is_refused_before_it_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mixflow.scenarios.build.BYTES_A_PAIR", 10_000_000_000)
    with pytest.raises(UserError, match=r"The ways between [\d,]+ places take about"):
        build(composed(["scenario=toy", "scale=0.2", "end=2009-01-31"]))


def test_a_key_raises_the_memory_that_a_run_may_take(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mixflow.scenarios.build.BYTES_A_PERSON", 10_000)
    given = ["scenario=toy", "scale=0.2", "end=2009-01-31"]
    with pytest.raises(UserError, match=r"at most 16 are taken.*raise the limit with most_memory_gb=N"):
        build(composed(given))
    build(composed([*given, "most_memory_gb=1000"]))


def test_every_limit_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "threat_model.md").read_text(encoding="utf-8")
    names = [name for name in vars(limits) if name.isupper() and name != "MB"]
    assert [name for name in names if f"`{name}`" not in page] == []
