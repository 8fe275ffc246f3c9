"""Displacement cases that users bring as a zip file: checked, unpacked beside their job, and shown once they were run."""

import hashlib
import shutil
import tempfile
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from mixflow.sim.accounts.results import checked_record, read_summary
from mixflow.sim.base.errors import UserError
from mixflow.sim.base.integrity import frame_of

from ...runs.boundary import foreign
from .safe_paths import Workspace, read_json
from .study import quoted
from .unpacking import members, unpacked

PARTS = ("input_csv", "source_data")
ENDINGS = (".csv", ".txt", ".md", ".yml", ".yaml")


def taken_in(runs_dir: str, content: bytes) -> str:
    """Unpack the folder of a case; return the name under which it is run.

    Raises
    ------
    UserError
        When the file is no case; what is in its tables is checked when it is run.
    """
    with foreign("the zip file"):
        return _taken_in(Workspace(runs_dir), content)


def _taken_in(workspace: Workspace, content: bytes) -> str:
    names = members(content, lambda name: PurePosixPath(name).suffix.lower() in ENDINGS)
    tops = {PurePosixPath(name).parts[: _depth(name)] for name in names if _depth(name) >= 0}
    if len(tops) != 1:
        raise UserError("the zip file holds no case: one folder input_csv/ is needed, and source_data/ beside it.")
    (top,) = tops
    digest = hashlib.sha256(content).hexdigest()[:12]
    target = workspace.case(digest)
    if (target / "case").is_dir():
        return digest
    with tempfile.TemporaryDirectory() as made:
        kept = [name for name in names if _depth(name) >= 0]
        unpacked(content, kept, Path(made))
        draft = target / ".part"
        try:
            shutil.rmtree(draft, ignore_errors=True)
            shutil.copytree(Path(made).joinpath(*top), draft)
            draft.replace(target / "case")
        except OSError as error:
            raise UserError(f"cannot write {target}: {error.strerror}.") from error
    return digest


def lines(case: Path, runs_dir: str) -> list[str]:
    """The overrides of `mixflow run` for a case in a folder."""
    found = ["scenario=displacement", f"case={quoted(str(case))}", "seeds=1", "figures=false", "threads=1"]
    return found + ([f"runs_dir={quoted(runs_dir)}"] if runs_dir != "runs" else [])


def _depth(name: str) -> int:
    """How many folders lie above `input_csv/` or `source_data/` in a path; -1 where it is below neither."""
    parts = PurePosixPath(name).parts[:-1]
    return next((at for at, part in enumerate(parts) if part in PARTS), -1)


def shown(runs_dir: str, name: str) -> dict[str, Any]:
    """Summary of a case that was run, and by camp the simulated and registered people of each day.

    Raises
    ------
    UserError
        When its results are gone.
    """
    workspace = Workspace(runs_dir)
    run = read_json(workspace.case(name) / "results.json").get("run")
    if not isinstance(run, list) or len(run) != 2:
        raise UserError("this case has no results yet.")
    folder = workspace.run(*map(str, run))
    if not folder.exists():
        raise UserError(f"the results of this case are not there any more: {folder}.")
    record = checked_record(folder, ())
    summary = read_summary(folder, record)
    camps = frame_of(folder, record, "camps.parquet", ("date", "camp", "simulated", "registered"))
    with foreign(f"the results of this case in {folder}"):
        return _drawn(summary, camps)


def _drawn(summary: dict[str, Any], camps: pd.DataFrame) -> dict[str, Any]:
    days = sorted(camps["date"].astype(str).unique())
    series = {}
    for camp, rows in camps.groupby("camp", observed=True):
        rows = rows.sort_values("date")
        series[str(camp)] = {
            "simulated": [round(float(v)) for v in rows["simulated"]],
            "registered": [None if pd.isna(v) else round(float(v)) for v in rows["registered"]],
        }
    return {"summary": summary, "days": days, "camps": series}
