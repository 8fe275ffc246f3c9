"""A folder of results that somebody else has made: what is in the place of a file, and what a record says of others."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from finished_run import made_run

from mixflow.experiments.cli import main as cli
from mixflow.experiments.displacement.cases import Store
from mixflow.experiments.results.maps import outline_of
from mixflow.experiments.runs.catalogue import Catalogue
from mixflow.experiments.runs.catalogue.catalogue import KEPT
from mixflow.experiments.runs.identity import tables_digest
from mixflow.experiments.runs.line_store import locked
from mixflow.experiments.runs.sweep import plan
from mixflow.experiments.runs.sweep.watch import ProgressMonitor
from mixflow.experiments.studies.calibration.state import EvaluationLog
from mixflow.experiments.studies.validation import backtest
from mixflow.experiments.views.dashboard.jobs import log_of
from mixflow.policies.yaml_files import read_yaml
from mixflow.scenarios.tables import text_rows
from mixflow.sim.base import integrity
from mixflow.sim.base.errors import UserError
from mixflow.sim.base.integrity import sealed
from mixflow.sim.base.reading import read_json
from mixflow.sim.engine import checkpoint
from mixflow.sim.engine.kept_types import CheckpointMismatch

SWEEP = "0123456789ab"


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


READERS: dict[str, tuple[str, Callable[[Path], Any]]] = {
    "JSON": ("a.json", read_json),
    "YAML": ("a.yaml", read_yaml),
    "a table of a world": ("places.csv", text_rows),
    "a packed table": ("places.csv.gz", text_rows),
    "the digest of tables": ("places.csv", lambda path: tables_digest(path.parent)),
    "an outline": ("outline.json", lambda path: outline_of(path.parent)),
    "a digest": ("a", integrity.file_digest),
    "a checkpoint": ("a.npz", lambda path: checkpoint.load(None, path)),  # type: ignore[arg-type]
    "a store of evaluations": ("evaluations.jsonl", lambda path: EvaluationLog(path.parent, {})),
    "a store of cases": ("a.jsonl", Store),
    "a store that is written": ("a.jsonl", lambda path: locked(path).__enter__()),
}


@pytest.mark.skipif(os.name != "posix", reason="there are no pipes")
@pytest.mark.parametrize("put", [_pipe, _device, _loop, Path.mkdir])
@pytest.mark.parametrize("reader", list(READERS))
def test_what_is_no_file_is_refused_and_not_waited_for(
    reader: str, put: Callable[[Path], None], tmp_path: Path
) -> None:
    name, read = READERS[reader]
    put(tmp_path / name)
    if (reader, put) == ("an outline", _loop):  # nothing is there, and a world need not have one
        assert outline_of(tmp_path) == []
        return
    with pytest.raises((UserError, OSError, CheckpointMismatch)):
        read(tmp_path / name)


@pytest.mark.skipif(os.name != "posix", reason="there are no pipes")
@pytest.mark.parametrize("put", [_pipe, _device, _loop, Path.mkdir])
def test_what_is_left_out_where_it_is_no_file_does_not_end_a_command(
    put: Callable[[Path], None], tmp_path: Path
) -> None:
    made_run(tmp_path, 1)
    put(tmp_path / KEPT)
    put(tmp_path / "log.txt")
    (tmp_path / "journal").mkdir()
    put(tmp_path / "journal" / "a.jsonl")
    put(tmp_path / "other")
    assert len(Catalogue(tmp_path).frame()) == 1
    assert log_of(tmp_path) == "There is no log."
    watch = ProgressMonitor(tmp_path, 1, 0, True)
    watch.look()
    assert watch.done == 0


@pytest.mark.parametrize("name", ["evaluations.jsonl", "plan.json"])
def test_a_link_in_a_store_does_not_lead_to_a_file_of_the_user(name: str, tmp_path: Path) -> None:
    mine, store = tmp_path / "mine", tmp_path / "store"
    mine.write_text("mine")
    store.mkdir()
    (store / name).symlink_to(mine)
    if name == "plan.json":
        with EvaluationLog(store, {"a": 1}):
            assert json.loads((store / name).read_text()) == {"a": 1}
    else:
        with pytest.raises(UserError, match=r"evaluations\.jsonl is not a file"):
            EvaluationLog(store, {})
    assert mine.read_text() == "mine"


def test_a_catalogue_that_was_forged_is_not_read(tmp_path: Path) -> None:
    import pyarrow as pa

    made_run(tmp_path, 1)
    kept = Catalogue(tmp_path)
    for forged in ({"folder": ["toy/x"], "stamp": [1]}, {"a": [1]}, {**kept.table.to_pydict(), "stamp": ["x"]}):
        kept._keep(pa.table(forged))
        assert Catalogue(tmp_path).frame()["run"].to_list() == [f"{SWEEP}-1"]


@pytest.mark.parametrize(
    "run",
    [
        ["../../etc", 0, {}], ["a/b", 0, {}], [".hidden", 0, {}], ["a\nb", 0, {}], [3, 0, {}], ["a-1", 1, {}], ["a-1", -1, {}],
        ["a-1", "0", {}], ["a-1", 0, []], ["a-1", 0, {"scenario": "../.."}], ["a-1", 0, {"scenario": 3}],
    ],
)  # fmt: skip
def test_the_plan_of_a_sweep_leads_nowhere_else(run: list[Any], tmp_path: Path) -> None:
    content = {
        "format": plan.FORMAT,
        "code": "c",
        "command": [],
        "varied": [],
        "bases": [{"scenario": "toy"}],
        "runs": [run],
    }
    folder = tmp_path / "sweeps" / SWEEP
    folder.mkdir(parents=True)
    (folder / "plan.json").write_text(json.dumps(sealed(content)))
    with pytest.raises(UserError, match="cannot be read as a plan"):
        plan.read(folder)


def test_a_summary_that_lacks_numbers_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = made_run(tmp_path, 1)
    assert cli.main(["show", str(folder)]) == 2
    assert f"the summary in {folder} cannot be read" in capsys.readouterr().err


def test_a_kept_table_of_validate_that_is_no_folder_is_set_aside(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("no folder")
    assert backtest.read_kept(tmp_path / "x") is None
    assert not (tmp_path / "x").exists()
