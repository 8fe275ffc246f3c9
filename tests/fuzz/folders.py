"""A folder of results that somebody else has made and damaged, under every command and page that reads one."""

import contextlib
import io
import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from finished_run import made_run
from tiny_world import tiny_plan, tiny_world

from mixflow.experiments.cli import main as cli
from mixflow.experiments.runs.catalogue import Catalogue
from mixflow.experiments.runs.catalogue.command import overview
from mixflow.experiments.runs.catalogue.query import OF_CASES, TABLES, Query
from mixflow.experiments.runs.kept_tables import write_tables
from mixflow.experiments.runs.line_store import line_of
from mixflow.experiments.runs.long_runs import Checkpoints
from mixflow.experiments.runs.sweep import driver, leases, plan
from mixflow.experiments.runs.sweep.watch import ProgressMonitor
from mixflow.experiments.studies.calibration.state import EvaluationLog
from mixflow.experiments.studies.validation import backtest
from mixflow.experiments.views.dashboard.safe_paths import Workspace
from mixflow.scenarios.build import assemble
from mixflow.sim.accounts.results import read_run
from mixflow.sim.base.errors import UserError
from mixflow.sim.base.integrity import sealed
from mixflow.sim.engine.checkpoint import save, write_archive

from . import mutate

COMPARISON = f"compare-{'c' * 12}"
SWEEP = "0123456789ab"
RUNS = (f"{SWEEP}-1", f"{SWEEP}-2", f"{SWEEP}-3")
KEPT = f"{SWEEP}-50000"

CONDITIONS = (
    "seed < 10", "seed < 10 AND scenario = 'toy'", "scale BETWEEN 0 AND 1", "run LIKE '%1'", "true", "1", "NULL", "departures > 3",
    "seed IN (SELECT 1)", "seed < 10) --", "1; DROP TABLE runs", "1 UNION SELECT 2", "read_csv('/etc/passwd')", "seed = $1",
    "getenv('HOME') = 'x'", "seed / 0", "sqrt(-1)", "CAST('x' AS INT)", "count(*) > 1", "event = 'death'", "x -> x + 1", "[1][2]",
    "{'a': 1}", "seed = ANY([1, 2])", "regexp_matches(run, '(')", "\"seed\" = 1", "'", '"', "/*", "a.b.c", "ＳＥＥＤ", "seed::BLOB",
)  # fmt: skip
"""Conditions in SQL, good and bad."""

NAMES = (
    "seed",
    "scenario",
    "departures",
    "deaths",
    "run",
    "code",
    "policies",
    "corridor",
    "event",
    "scale",
    "nothing",
    "",
    "a.b",
    "*",
    "1",
)


class SaidError(Exception):
    """A command did not end as commands do."""


def results_in(folder: Path, comparison: Path) -> Path:
    """Make a folder of results with one of each kind: runs, a comparison, a sweep, a calibration, a validation, studies."""
    root = folder / "results"
    for seed in (1, 2, 3):
        made_run(root, seed)
    shutil.copytree(comparison, root / "toy" / COMPARISON)
    runs = [[name, 0, {"seed": k + 1}] for k, name in enumerate((*RUNS, f"{SWEEP}-4"))]
    base = {
        "scenario": "toy",
        "seed": 1,
        "scale": 0.1,
        "start": "2009-01-01",
        "end": "2009-02-28",
        "policies": [],
        "params": {},
    }
    content = {
        "format": plan.FORMAT,
        "code": "0.1.0+made",
        "command": ["scenario=toy"],
        "varied": ["seed"],
        "bases": [base],
        "runs": runs,
    }
    swept = root / "sweeps" / SWEEP
    for part in ("journal", "failed", "logs"):
        (swept / part).mkdir(parents=True)
    (swept / "plan.json").write_text(json.dumps(sealed(content)))
    (swept / "journal" / "a.jsonl").write_bytes(
        line_of({"run": RUNS[0], "wall_s": 1.0}) + line_of({"run": RUNS[1], "wall_s": 1.0})
    )
    (swept / "failed" / f"{SWEEP}-4.json").write_text(
        json.dumps({"run": f"{SWEEP}-4", "error": "no room", "changes": {"seed": 4}})
    )
    held = root / "toy" / leases.FOLDER
    held.mkdir()
    (held / f"{SWEEP}-4.1").write_text(
        json.dumps({"host": "h", "machine": "m", "pid": 1, "started": "1", "launch": "x"})
    )
    frame = pd.DataFrame(
        {
            "series": ["detections"] * 2,
            "key": ["eastern_mediterranean", "central_mediterranean"],
            "month": pd.to_datetime(["2009-01-01"] * 2),
            "value": [1.0, 2.0],
        }
    )
    write_tables(root / "validation" / "runs" / KEPT, {backtest.KEPT: frame})
    with EvaluationLog(root / "calibrations" / SWEEP, {"plan": 1}) as state:
        for key in ("a1", "b2"):
            state.put(key, np.array([1.0, np.nan]))
    study = root / "dashboard" / "studies" / SWEEP
    study.mkdir(parents=True)
    (study / "study.json").write_text(json.dumps({"format": 1, "title": "t", "scenario": "toy"}))
    (study / "progress.json").write_text(json.dumps({"state": "done", "done": 1, "total": 2}))
    (study / "results.json").write_text(json.dumps({"0": ["toy", COMPARISON]}))
    return root


def damage(rng: random.Random, root: Path) -> None:
    """Change one to three things of a folder: bytes, records with a right digest, files, links, pipes, names."""
    for _ in range(rng.choice((1, 1, 2, 3))):
        paths = sorted(path for path in root.rglob("*") if not path.is_symlink())
        path = rng.choice([path for path in paths if path.is_file()] if rng.random() < 0.85 else paths)
        what = rng.choice((_bytes, _bytes, _forged, _forged, _gone, _linked, _odd, _named))
        with contextlib.suppress(OSError):
            what(rng, path, root)


def _bytes(rng: random.Random, path: Path, root: Path) -> None:
    if path.is_file():
        path.write_bytes(mutate.content(rng, path.read_bytes()))


def _forged(rng: random.Random, path: Path, root: Path) -> None:
    """Change values of a record or line, and give it the digest that fits."""
    if path.suffix not in (".json", ".jsonl"):
        return
    if path.suffix == ".jsonl":
        lines = [json.loads(line) for line in path.read_text().splitlines()]
        found = [{k: v for k, v in line.items() if k != "digest"} for line in lines]
        path.write_bytes(b"".join(line_of(line) for line in mutate.value(rng, found) if isinstance(line, dict)))
        return
    value = mutate.value(rng, json.loads(path.read_text()))
    if isinstance(value, dict) and "digest" in value:
        with contextlib.suppress(ValueError, TypeError):
            value = sealed(value)
    path.write_text(json.dumps(value))


def _gone(rng: random.Random, path: Path, root: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink()


def _linked(rng: random.Random, path: Path, root: Path) -> None:
    """A link to itself, to nothing, to a folder above, to a file outside or a device in the place of a file or folder."""
    _gone(rng, path, root)
    path.symlink_to(
        rng.choice((path.name, "nothing", "..", str(root), "/etc/passwd", "/dev/null", "/dev/zero", "x" * 300))
    )


def _odd(rng: random.Random, path: Path, root: Path) -> None:
    """A pipe, a folder or an empty file in the place of a file."""
    _gone(rng, path, root)
    rng.choice((os.mkfifo, Path.mkdir, Path.touch))(path)


def _named(rng: random.Random, path: Path, root: Path) -> None:
    """A copy under a name with line breaks, markup, control signs, or bytes that are no text."""
    name = rng.choice(
        ("a\nb", "<b>", "\x1b[2J", "-rf", " ", "é" * 100, "a\udcffb", "'; --", f"{SWEEP}-9", f"compare-{'d' * 12}")
    )
    target = path.with_name(name)
    shutil.copytree(path, target, symlinks=True) if path.is_dir() else shutil.copyfile(path, target)


class Folders:
    """Readers of a folder of results; see `readers.Corpus`.

    Parameters
    ----------
    folder
        Where good and damaged results lie.
    comparison
        A good comparison.
    """

    def __init__(self, folder: Path, comparison: Path) -> None:
        self.folder = folder
        self.good = results_in(folder, comparison)
        self.query = Query(Catalogue(self.good))
        self.kept_model = folder / "model.npz"
        save(assemble(tiny_world(), tiny_plan(30)), self.kept_model)
        with np.load(io.BytesIO(self._archive()), allow_pickle=False) as file:  # noqa: TID251
            self.tree = json.loads(bytes(file["tree"]))
            self.arrays = [file[f"a{k}"].copy() for k in range(len(file.files) - 1)]

    def readers(self) -> dict[str, tuple[int, Callable[[random.Random], Any]]]:
        """By name: how often among all inputs, and a function that reads something damaged."""
        return {
            "a checkpoint": (2, self.checkpoint),
            "results: the commands": (10, self.commands),
            "results: runs and tables": (6, self.tables),
            "results: a sweep": (6, self.sweep),
            "results: stores": (6, self.stores),
            "results: the dashboard": (6, self.pages),
            "conditions of results": (6, self.conditions),
        }

    def checkpoint(self, rng: random.Random) -> Any:
        folder = self.folder / "resumed" / ".checkpoints"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        kept = Checkpoints(folder.parent / RUNS[0], 5, lambda: True)
        if rng.random() < 0.4:
            kept.path.write_bytes(mutate.content(rng, self.kept_model.read_bytes()))
        elif rng.random() < 0.9:
            with kept.path.open("w+b") as file:
                tree = mutate.value(rng, self.tree) if rng.random() < 0.5 else self.tree
                write_archive(file, {"tree": tree}, _forged_arrays(rng, self.arrays))
        else:
            rng.choice((Path.mkdir, os.mkfifo))(kept.path)
        return _quietly(lambda: kept.resume(assemble(tiny_world(), tiny_plan(30)), lambda: None))

    def commands(self, rng: random.Random) -> Any:
        root = self._damaged(rng)
        swept, comparison, run = root / "sweeps" / SWEEP, root / "toy" / COMPARISON, root / "toy" / rng.choice(RUNS)
        return _command(
            *rng.choice(
                (
                    ("results", str(root)),
                    ("results", str(root), "--group", "seed", "--measure", "departures"),
                    ("results", str(root), "--table", "flows", "--group", "seed"),
                    ("results", str(swept)),
                    ("results", str(root), "--export", "csv", "--out", str(self.folder / "out.csv")),
                    ("report", str(comparison)),
                    ("report", str(run)),
                    ("show", str(run)),
                    ("show", str(comparison)),
                )
            )
        )

    def tables(self, rng: random.Random) -> Any:
        root = self._damaged(rng)
        catalogue = Catalogue(root)
        overview(catalogue), catalogue.frame(None)
        query = Query(catalogue)
        query.summed(rng.choice([name for name in TABLES if name != OF_CASES]), ["seed"])
        return read_run(root / "toy" / rng.choice(RUNS))

    def sweep(self, rng: random.Random) -> Any:
        root = self._damaged(rng)
        found = plan.read(root / "sweeps" / SWEEP)
        with _silenced():
            driver._look_at_what_is_there(found)
            watch = ProgressMonitor(found.folder, len(found.runs), 0, True)
            watch._read.clear()
            watch.look()
            driver._report(found, 0, watch, True)
        return [leases.waited_for(found.final(run)) for run in found.runs]

    def stores(self, rng: random.Random) -> Any:
        root = self._damaged(rng)
        with _silenced():
            backtest.read_kept(root / "validation" / "runs" / KEPT)
            with EvaluationLog(root / "calibrations" / SWEEP, {"plan": 1}) as state:
                return state.get("a1"), len(state)

    def pages(self, rng: random.Random) -> Any:
        from mixflow.experiments.views.dashboard import results, watching
        from mixflow.experiments.views.dashboard.app_state import AppState

        root = self._damaged(rng)
        shelf = Workspace(str(root))
        shelf.studies(), shelf.comparisons(), shelf.runs()
        what = rng.randrange(3)
        if what == 0:
            return results.view(str(root), [("a", "toy", COMPARISON)])
        if what == 1:
            return watching.seen(str(root), "toy", rng.choice(RUNS), {}, rng.random() < 0.5)
        room = AppState(str(root))
        return room.references(SWEEP), room.job_queue.progress_of(shelf.study(SWEEP))

    def conditions(self, rng: random.Random) -> Any:
        def condition() -> str | None:
            given = rng.choice((*CONDITIONS, *mutate.NASTY))
            return None if rng.random() < 0.2 else given if rng.random() < 0.6 else mutate.text(rng, given)

        names = [rng.choice(NAMES) for _ in range(rng.randrange(3))]
        what = rng.randrange(3)
        if what == 0:
            return self.query.select(condition())
        if what == 1:
            return self.query.grouped([rng.choice(NAMES)], names, condition())
        return self.query.summed(rng.choice((*TABLES, "nothing")), names, condition(), condition())

    def _damaged(self, rng: random.Random) -> Path:
        target = self.folder / "damaged"
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(self.good, target)
        damage(rng, target)
        return target

    def _archive(self) -> bytes:
        return self.kept_model.read_bytes().partition(b"\n")[2]


def _forged_arrays(rng: random.Random, arrays: list[Any]) -> list[Any]:
    """The arrays of a checkpoint, and in one of them a number that is far outside, or another shape or type."""
    forged, at = list(arrays), rng.randrange(len(arrays))
    array = forged[at].copy()
    if array.size and array.dtype.kind in "iu":
        limits = np.iinfo(array.dtype)
        array.reshape(-1)[rng.randrange(array.size)] = rng.choice((limits.min, limits.max, 0, 100))
    elif rng.random() < 0.5:
        array = array[: len(array) // 2] if array.ndim else array
    else:
        array = array.astype(np.float32)
    forged[at] = array
    return forged


@contextlib.contextmanager
def _silenced() -> Any:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield


def _quietly(work: Callable[[], Any]) -> Any:
    with _silenced():
        return work()


def _command(*arguments: str) -> int:
    """Run a command in this process: it ends with 0, or with 2 and one message."""
    said = io.StringIO()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(said):
        code = cli.main(list(arguments))
    text = said.getvalue()
    if code not in (0, 1, 2) or "Traceback" in text or (code == 2 and "mixflow: " not in text):
        raise SaidError(f"{arguments[0]} ended with {code}: {text[-120:]}")
    if code == 2:
        raise UserError(text)
    return code
