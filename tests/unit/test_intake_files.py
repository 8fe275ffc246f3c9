"""Files of others are data: no pickle is read, a kept run is five tables, and what is damaged is one message."""

import pickle  # noqa: TID251 - a file of an attacker is made, and must not be read
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from finished_run import rewritten
from tiny_world import run

from mixflow.experiments.runs import hints
from mixflow.experiments.runs.catalogue import catalogue
from mixflow.experiments.runs.config import composed
from mixflow.experiments.runs.sweep import cost, driver, leases
from mixflow.experiments.studies.validation.pattern_tests.run_tables import (
    TABLES,
    RunTables,
    read_run_tables,
    write_run_tables,
)
from mixflow.experiments.studies.validation.pattern_tests.runner import BASELINE, PatternRunner, observe
from mixflow.policies.yaml_files import parse_yaml, read_yaml
from mixflow.sim.base import integrity, limits, reading
from mixflow.sim.base.errors import UserError
from mixflow.sim.base.integrity import ResultsDamaged, listing, write_sealed
from mixflow.sim.base.reading import parse_frame, parse_json

ROOT = Path(__file__).parents[2]


class Planted:
    """What an attacker would put into a file: a call that leaves a mark."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return Path.touch, (self.mark,)


@pytest.fixture
def seen(tiny: Callable[..., Any]) -> RunTables:
    return observe({}, run(tiny(days=62)))


def test_a_kept_run_comes_back_as_it_was(seen: RunTables, tmp_path: Path) -> None:
    write_run_tables(tmp_path / "kept", seen)
    back = read_run_tables(tmp_path / "kept")
    there = {path.name for path in (tmp_path / "kept").iterdir()}
    assert there == {"record.json", *(f"{name}.parquet" for name in TABLES)}
    for field in fields(RunTables):
        before, after = getattr(seen, field.name), getattr(back, field.name)
        assert list(before.columns) == list(after.columns)
        for column in before.columns:
            if column in ("date", "month"):
                assert (pd.to_datetime(before[column]).to_numpy() == pd.to_datetime(after[column]).to_numpy()).all()
            else:
                assert before[column].tolist() == after[column].tolist()


def test_a_run_of_a_model_without_a_market_is_kept_too(seen: RunTables, tmp_path: Path) -> None:
    empty = pd.DataFrame()
    write_run_tables(tmp_path / "kept", RunTables(seen.flows, seen.stocks, seen.observed, empty, empty))
    assert read_run_tables(tmp_path / "kept").market.empty


def test_a_damaged_kept_run_is_refused_by_file(seen: RunTables, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    write_run_tables(folder, seen)
    flows = folder / "flows.parquet"
    good = flows.read_bytes()
    for bad in (b"", b"PAR1", good[: len(good) // 2], b"x" * 500):
        flows.write_bytes(bad)
        with pytest.raises(ResultsDamaged, match=r"damaged: flows\.parquet; it is set aside"):
            read_run_tables(folder)
        rewritten(folder, files=listing(folder, {"record.json"}))
        with pytest.raises(ResultsDamaged, match=r"flows\.parquet cannot be read as a table"):
            read_run_tables(folder)
    seen.flows.drop(columns="count").to_parquet(flows, index=False)
    with pytest.raises(ResultsDamaged, match=r"damaged: flows\.parquet; it is set aside"):
        read_run_tables(folder)
    rewritten(folder, files=listing(folder, {"record.json"}))
    with pytest.raises(ResultsDamaged, match="no column count"):
        read_run_tables(folder)
    flows.unlink()
    with pytest.raises(ResultsDamaged, match=r"flows\.parquet"):
        read_run_tables(folder)
    (folder / "record.json").write_text("{}")
    with pytest.raises(ResultsDamaged, match="no digest"):
        read_run_tables(folder)


def test_a_folder_of_runs_of_somebody_else_runs_no_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = composed(["scenario=toy", "scale=0.01", f"runs_dir={tmp_path}", "end=2009-02-28"])
    lab = PatternRunner(config, [{}], tmp_path / "experiments", 1, True)
    mark, path = tmp_path / "mark", lab._path(BASELINE, 0)
    content = pickle.dumps(Planted(mark))
    path.mkdir(parents=True)
    path.with_suffix(".pickle").write_bytes(content)
    for name in TABLES:
        (path / f"{name}.parquet").write_bytes(content)
    write_sealed(path, "record.json", {})
    seen = lab.see(BASELINE)
    said = capsys.readouterr().err
    assert "flows.parquet cannot be read as a table" in said
    assert "it is set aside, and the run is made again" in said
    assert len(seen) == 1
    assert seen[0].flows["count"].sum() > 0
    assert len(list(path.parent.glob(f".{path.name}.*.damaged"))) == 1
    assert not mark.exists()


def test_a_table_that_is_too_large_is_refused_by_its_footer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "t.parquet"
    pd.DataFrame({"a": range(1000)}).to_parquet(path)
    content = path.read_bytes()
    assert len(parse_frame(content, "t.parquet")) == 1000
    monkeypatch.setattr(reading, "TABLE_ROWS", 999)
    with pytest.raises(UserError, match=r"1,000 rows; at most 999"):
        parse_frame(content, "t.parquet")
    monkeypatch.setattr(reading, "TABLE_ROWS", 10**6)
    monkeypatch.setattr(reading, "TABLE_BYTES", 100)
    with pytest.raises(UserError, match="once unpacked"):
        parse_frame(content, "t.parquet")


def test_a_record_and_its_files_are_judged_by_their_size_first(
    seen: RunTables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A digest says that a file is what was written, not that it fits into memory."""
    write_run_tables(tmp_path / "kept", seen)
    monkeypatch.setattr(Path, "read_bytes", lambda path: pytest.fail(f"{path} was read"))
    monkeypatch.setattr(integrity, "JSON_BYTES", 10)
    with pytest.raises(ResultsDamaged, match=r"record\.json has [\d,]+ bytes; at most 10"):
        read_run_tables(tmp_path / "kept")
    monkeypatch.undo()
    record = integrity.read_record(tmp_path / "kept", "record.json")
    monkeypatch.setattr(Path, "read_bytes", lambda path: pytest.fail(f"{path} was read"))
    with pytest.raises(ResultsDamaged, match=r"flows\.parquet has [\d,]+ bytes; at most 10"):
        integrity.content_of(tmp_path / "kept", record, "flows.parquet", most=10)


@pytest.mark.parametrize(
    "text", ["NaN", '{"a": Infinity}', "[-Infinity]", "", "{", "[" * 100_000, "9" * 5000, b"\xff", "'a'"]
)
def test_what_is_no_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(UserError, match="somewhere"):
        parse_json(text, "somewhere")


@pytest.mark.parametrize("infinite", [False, True])
@pytest.mark.parametrize(
    "text", ["1e999", "[-1e400]", '{"a": 1' + "0" * 400 + "}", "9" * 250 + "e200", "-" + "8" * 310]
)
def test_a_number_that_no_float_holds_is_refused(text: str, infinite: bool) -> None:
    with pytest.raises(UserError, match=r"somewhere cannot be read as JSON: -?\d.* is larger than 1\.8e308"):
        parse_json(text, "somewhere", infinite=infinite)


def test_large_numbers_that_a_float_holds_are_read() -> None:
    assert parse_json('["e999", 1e300, 1e-999, ' + "7" * 250 + "]", "here") == ["e999", 1e300, 0.0, int("7" * 250)]


def test_yaml_is_shallow_and_small(tmp_path: Path) -> None:
    assert parse_yaml("[a, {b: 1}]", "here") == ["a", {"b": 1}]
    for deep in (limits.YAML_DEPTH + 1, 900, 150_000):
        with pytest.raises(UserError, match=f"more than {limits.YAML_DEPTH} levels"):
            parse_yaml("[" * deep, "here")
    path = tmp_path / "a.yaml"
    path.write_text("a: " + "x" * limits.YAML_BYTES)
    with pytest.raises(UserError, match="at most"):
        read_yaml(path, "an experiment")


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("import pickle", "TID251"),
        ("import marshal", "TID251"),
        ("import shelve", "TID251"),
        ("import joblib\n\njoblib.load('a')", "TID251"),
        ("import numpy as np\n\nnp.load('a', allow_pickle=True)", "TID251"),
        ("import pandas as pd\n\npd.read_pickle('a')", "TID251"),
        ("import yaml\n\nyaml.safe_load('a')", "TID251"),
        ("from omegaconf import OmegaConf\n\nOmegaConf.load('a')", "TID251"),
        ("eval('1')", "S307"),
        ("exec('1')", "S102"),
    ],
)
def test_the_linter_refuses_what_reads_code_or_more_than_data(line: str, rule: str) -> None:
    command = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--config",
        str(ROOT / "pyproject.toml"),
        "--output-format=concise",
    ]
    for room in ("sim", "experiments/views/dashboard", "tests/unit"):
        name = f"{ROOT}/{room}/new.py"
        done = subprocess.run(
            [*command, "--stdin-filename", name, "-"], input=f"{line}\n", capture_output=True, text=True, check=False
        )
        assert rule in done.stdout


@pytest.mark.parametrize("text", ["[" * 100_000, "[]", "{", '{"a": NaN}', ""])
def test_small_records_of_a_sweep_are_read_as_those_of_others(text: str, tmp_path: Path) -> None:
    path = tmp_path / "summary.json"
    path.write_text(text)
    assert hints._measure([tmp_path]) == ""
    assert leases._read(path) is None
    assert catalogue._failure(path) is None
    first = driver._first(path)
    assert first["run"] == "summary"
    assert "summary.json" in first["error"]
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "record.json").write_text(text)
    assert list(cost._records(tmp_path)) == []
