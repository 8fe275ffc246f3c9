"""Folders that somebody else has made and damaged, opened by every command that reads one: an answer, or one sentence and code 2.

One file is damaged at a time, in each way of a list. `tests/fuzz/folders.py` does the same at random and in combination.
"""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from case_folders import make_case
from comparison_folder import made_up
from fuzz.folders import COMPARISON, RUNS, SWEEP, results_in

from mixflow.experiments.cli import main as cli
from mixflow.sim.base.integrity import sealed

pytest.importorskip("duckdb", reason="the extra 'sweep' is not installed")

HUGE = 10**400


def _truncated(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def _flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _dangling(path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere")


def _loop(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.name)


def _unreadable_text(path: Path) -> None:
    path.write_bytes(b"\xff\xfe{" + path.read_bytes())


def _other(value: Any) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_text(json.dumps(value))

    return write


def _forged(change: Callable[[Any], Any]) -> Callable[[Path], None]:
    """Change all values of a record but its format, files and end, and seal it again."""

    def write(path: Path) -> None:
        record = json.loads(path.read_text()) if path.suffix == ".json" else None
        if not isinstance(record, dict):
            return
        changed = {
            key: value if key in ("format", "files", "complete") else change(value) for key, value in record.items()
        }
        path.write_text(json.dumps(sealed(changed) if "digest" in record else changed))

    return write


def _without_config(path: Path) -> None:
    record = json.loads(path.read_text()) if path.suffix == ".json" else None
    if isinstance(record, dict):
        rest = {key: value for key, value in record.items() if key != "config"}
        path.write_text(json.dumps(sealed(rest) if "digest" in record else rest))


WAYS: dict[str, Callable[[Path], Any]] = {
    "cut off": _truncated,
    "one bit": _flipped,
    "gone": Path.unlink,
    "empty": lambda path: path.write_bytes(b""),
    "a folder": _folder,
    "a link to nothing": _dangling,
    "a link to itself": _loop,
    "no text": _unreadable_text,
    "a list": _other([1]),
    "a word": _other("x"),
    "nothing": _other(None),
    "an empty mapping": _other({}),
    "a huge number": lambda path: path.write_text('{"format": 1e999, "config": {"seed": 1' + "0" * 400 + "}}"),
    "no config": _without_config,
    "forged lists": _forged(lambda value: [value]),
    "forged nothing": _forged(lambda value: None),
    "forged huge": _forged(lambda value: HUGE if isinstance(value, int | float) else value),
    "forged words": _forged(lambda value: "\0<b>" if not isinstance(value, dict) else {"a": value}),
}
if os.name == "posix":
    WAYS["a pipe"] = lambda path: (path.unlink(), os.mkfifo(path))

RUN, SWEPT = f"toy/{RUNS[0]}", f"sweeps/{SWEEP}"
OF_RUN = (
    ("results",),
    ("results", "--group", "seed", "--measure", "departures"),
    ("results", "--table", "flows", "--group", "event"),
    ("show", RUN),
    ("report", RUN),
)
OF_COMPARISON = (("results",), ("show", f"toy/{COMPARISON}"), ("report", f"toy/{COMPARISON}"))
OF_SWEEP = (("results",), ("results", SWEPT), ("results", SWEPT, "--group", "seed"))

READ_BY: dict[str, tuple[tuple[str, ...], ...]] = {
    f"{RUN}/record.json": OF_RUN,
    f"{RUN}/summary.json": OF_RUN,
    f"{RUN}/flows.parquet": OF_RUN,
    f"{RUN}/money.parquet": OF_RUN[3:],
    f"toy/{COMPARISON}/comparison.json": OF_COMPARISON,
    f"toy/{COMPARISON}/geography.json": OF_COMPARISON[1:],
    f"toy/{COMPARISON}/effects.parquet": OF_COMPARISON[1:],
    f"toy/{COMPARISON}/edges.parquet": OF_COMPARISON[2:],
    f"{SWEPT}/plan.json": OF_SWEEP,
    f"{SWEPT}/journal/a.jsonl": OF_SWEEP[1:2],
    f"{SWEPT}/failed/{SWEEP}-4.json": OF_SWEEP[:2],
    ".catalogue.cache": OF_RUN[:2],
}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("good")
    root = results_in(folder, made_up(folder / "comparison", "toy", full=False))
    assert cli.main(["results", str(root)]) == 0
    return root


def _said(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> tuple[int, str]:
    code = cli.main(arguments)
    out, error = capsys.readouterr()
    assert "Traceback" not in out + error
    assert code in (0, 2), error
    if code == 2:
        assert sum(line.startswith("mixflow: ") and "note" not in line[:15] for line in error.splitlines()) == 1, error
    return code, error


def _at(root: Path, command: tuple[str, ...]) -> list[str]:
    """The command, with folders below `root`."""
    name, *rest = command
    if name == "results" and (not rest or rest[0].startswith("--")):
        return [name, str(root), *rest]
    return [name, str(root / rest[0]), *rest[1:]]


DAMAGES = [(file, way) for file in READ_BY for way in WAYS if file.endswith(".json") or "forged" not in way]


@pytest.mark.parametrize(("file", "way"), DAMAGES)
def test_a_damaged_file_is_an_answer_or_a_sentence(good, tmp_path, capsys, file, way):
    root = tmp_path / "runs"
    shutil.copytree(good, root)
    WAYS[way](root / file)
    for command in READ_BY[file]:
        _said(capsys, _at(root, command))


LEFT_OUT = ("cut off", "one bit", "empty", "a folder", "a link to nothing", "a link to itself", "no text", "no config")


@pytest.mark.parametrize("way", LEFT_OUT)
def test_a_run_with_a_damaged_record_is_named_and_not_passed_over(good, tmp_path, capsys, way):
    root = tmp_path / "runs"
    shutil.copytree(good, root)
    WAYS[way](root / RUN / "record.json")
    code, said = _said(capsys, ["results", str(root)])
    assert code == 0
    assert RUNS[0] in said


@pytest.mark.parametrize("way", ["cut off", "empty", "gone", "a folder", "a link to nothing", "a link to itself"])
@pytest.mark.parametrize("table", ["flows.parquet", "wallets.parquet", "summary.json"])
def test_a_run_with_a_damaged_file_is_named_and_not_passed_over(good, tmp_path, capsys, table, way):
    root = tmp_path / "runs"
    shutil.copytree(good, root)
    WAYS[way](root / RUN / table)
    code, said = _said(capsys, ["results", str(root), "--where", "seed < 3"])
    assert code == 0
    assert f"{RUNS[0]}" in said
    assert table in said


FOLDERS = (RUN, f"toy/{COMPARISON}", SWEPT, f"{SWEPT}/journal", f"{SWEPT}/failed", "sweeps", "toy")


@pytest.mark.parametrize("way", ["gone", "a file", "a link to nothing", "a link to itself"])
@pytest.mark.parametrize("folder", FOLDERS)
def test_something_else_in_the_place_of_a_folder_is_an_answer_or_a_sentence(good, tmp_path, capsys, folder, way):
    root = tmp_path / "runs"
    shutil.copytree(good, root)
    shutil.rmtree(root / folder)
    if way == "a file":
        (root / folder).write_text("x")
    elif way != "gone":
        (root / folder).symlink_to("nowhere" if way == "a link to nothing" else (root / folder).name)
    for command in dict.fromkeys((*OF_RUN, *OF_COMPARISON, *OF_SWEEP)):
        _said(capsys, _at(root, command))


TEXTS = ("cut off", "gone", "empty", "a folder", "a link to nothing", "a link to itself", "no text", "a pipe")


CASES = [("routes", way) for way in TEXTS if way in WAYS]
CASES += [(file, "no text") for file in ("locations", "closures", "sim_period", "registration_corrections")]


@pytest.mark.parametrize(("file", "way"), CASES)
def test_validate_says_what_is_wrong_with_a_case(tmp_path, capsys, file, way):
    case = make_case(tmp_path / "cases" / "one", days=10)
    damaged = case / "input_csv" / f"{file}.csv"
    WAYS[way](damaged)
    said = ["validate", f"cases={tmp_path / 'cases'}", f"runs_dir={tmp_path / 'runs'}", "seeds=1", "peer_seeds=0"]
    _said(capsys, said)


WHATS = ("nothing", "a file", "an empty folder", "a run", "a link to nothing", "a pipe", "no text")
KEYS = {
    ("run", "scenario=toy", "tables="): WHATS,
    ("run", "scenario=displacement", "case="): WHATS,
    ("run", "scenario=toy", "policies=[zz_mine]", "policy_path="): ("nothing", "a file", "a run"),
    ("policies", "policy_path="): ("nothing", "a file", "a run"),
    ("validate", "cases="): WHATS,
    ("projection", "scenario=mediterranean", "inputs="): ("a file", "a run", "a link to nothing"),
    ("projection", "scenario=mediterranean", "ensemble="): ("a file", "an empty folder"),
    ("calibrate", "scenario=toy", "plan="): WHATS,
    ("calibrate", "scenario=toy", "init="): WHATS,
    ("compare", "scenario=toy", "with=[more_labour_visas]", "tables="): ("a file", "a run"),
    ("run", "experiment="): WHATS,
    ("show", "scenario=toy", "tables="): WHATS,
}
GIVEN = [(command, what) for command, whats in KEYS.items() for what in whats]


@pytest.mark.parametrize(("command", "what"), GIVEN, ids=[f"{' '.join(command)}{what}" for command, what in GIVEN])
def test_a_key_that_names_a_folder_takes_no_other(good, tmp_path, capsys, command, what):
    path = tmp_path / "given.yaml"
    if what == "a file":
        path.write_text("1e999")
    elif what == "an empty folder":
        path.mkdir()
    elif what == "a run":
        shutil.copytree(good / RUN, path)
    elif what == "a link to nothing":
        path.symlink_to("nowhere")
    elif what == "a pipe" and os.name == "posix":
        os.mkfifo(path)
    elif what == "no text":
        path.write_bytes(b"\xff\xfe\0")
    *rest, key = command
    runs = [] if command[0] in ("policies", "show") else [f"runs_dir={tmp_path / 'runs'}"]
    code, said = _said(capsys, [*rest, f"{key}{path}", *runs])
    assert code == 2 or command[0] == "policies", said
