"""The plan of a sweep: which runs, each with its config and name; written first, so that to resume is to skip what exists."""

import hashlib
import json
import os
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mixflow.sim.accounts.results import cannot_write, is_complete
from mixflow.sim.base.errors import UserError
from mixflow.sim.base.integrity import ResultsDamaged, is_sealed, sealed
from mixflow.sim.base.limits import SWEEP_JSON_BYTES
from mixflow.sim.base.reading import read_mapping

from ..config import Config, validated
from ..identity import code_version, run_folder, run_name
from ..policy_overrides import check_opened

FORMAT = 2
SWEEPS = "sweeps"
PART = re.compile(r"\w[\w-]{0,99}")
"""Names of runs and scenarios, which become names of folders."""
"""The folder of plans under the folder of results."""


@dataclass(frozen=True)
class Planned:
    """One run of a plan.

    Parameters
    ----------
    name
        Hash of config and code, and the seed.
    base
        Which of the plan's base configs it changes.
    changes
        What it changes: values by key, `params.GROUP.NAME` for a parameter.
    """

    name: str
    base: int
    changes: Mapping[str, Any]


@dataclass(frozen=True)
class SweepPlan:
    """The runs of a sweep.

    Parameters
    ----------
    root
        The folder of results.
    command
        What the user typed.
    varied
        Keys that differ between runs.
    bases
        Configs before changes, one for each scenario.
    runs
        What is run.
    code
        The version of the code that the names stand for.
    """

    root: Path
    command: tuple[str, ...]
    varied: tuple[str, ...]
    bases: tuple[Config, ...]
    runs: tuple[Planned, ...]
    code: str

    @property
    def name(self) -> str:
        """Twelve hex digits: the same runs, the same name."""
        names = ",".join(sorted(run.name for run in self.runs))
        return hashlib.sha256(f"{self.code} {names}".encode()).hexdigest()[:12]

    @property
    def folder(self) -> Path:
        """Where plan, journals and failures lie."""
        return self.root / SWEEPS / self.name

    def config(self, run: Planned) -> Config:
        """The checked config of a run."""
        return validated({**changed(self.bases[run.base], run.changes), "runs_dir": str(self.root)})

    def final(self, run: Planned) -> Path:
        """Where its results go."""
        scenario = run.changes.get("scenario", self.bases[run.base]["scenario"])
        return run_folder({"runs_dir": self.root, "scenario": scenario}, run.name)

    def missing(self) -> list[Planned]:
        """Runs whose results are not there."""
        return [run for run in self.runs if not is_complete(self.final(run))]


def changed(base: Mapping[str, Any], changes: Mapping[str, Any]) -> Config:
    """Return a copy of a config with some values changed; what does not change is shared."""
    config = dict(base)
    for key, value in changes.items():
        if key.startswith("params."):
            _, group, name = key.split(".", 2)
            config["params"] = {**config["params"], group: {**config["params"][group], name: value}}
        else:
            config[key] = value
    return config


def write(plan: SweepPlan) -> Path:
    """Write the plan whole or not at all, and return its folder.

    Raises
    ------
    UserError
        When it cannot be written.
    """
    content = {
        "format": FORMAT,
        "code": plan.code,
        "command": plan.command,
        "varied": plan.varied,
        "bases": plan.bases,
        "runs": [[run.name, run.base, run.changes] for run in plan.runs],
    }
    try:
        for part in ("journal", "failed", "logs"):
            (plan.folder / part).mkdir(parents=True, exist_ok=True)
        draft = plan.folder / f".plan.{uuid.uuid4().hex[:12]}"
        with draft.open("w", encoding="utf-8") as file:
            json.dump(sealed(content), file, separators=(",", ":"), ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(plan.folder / "plan.json")
    except OSError as error:
        raise cannot_write(plan.folder, error) from error
    return plan.folder


def read(folder: Path) -> SweepPlan:
    """Read a plan.

    Raises
    ------
    UserError
        When there is none, or it is of another format.
    """
    try:
        content = read_mapping(folder / "plan.json", SWEEP_JSON_BYTES)
        if content["format"] != FORMAT:
            raise UserError(f"{folder} holds a plan of format {content['format']}; this version reads format {FORMAT}.")
        if not is_sealed(content):
            raise ResultsDamaged(folder, ["plan.json"], "start the sweep again")
        runs = tuple(_run(name, base, changes, content["bases"]) for name, base, changes in content["runs"])
        varied, command = tuple(content["varied"]), tuple(content["command"])
        return SweepPlan(folder.parent.parent, command, varied, tuple(content["bases"]), runs, content["code"])
    except ResultsDamaged:
        raise
    except UserError as error:
        raise UserError(f"{folder} holds no plan of a sweep: {error}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(f"{folder / 'plan.json'} cannot be read as a plan: {error}.") from error


def _run(name: Any, base: Any, changes: Any, bases: Any) -> Planned:
    """A run of a plan that is read, refused where its names would lead elsewhere than into the folder of results."""
    if not (isinstance(base, int) and 0 <= base < len(bases) and isinstance(changes, dict)):
        raise ValueError(f"run {str(name)[:60]!r} changes no config of the plan")
    for part in (name, changes.get("scenario", bases[base]["scenario"])):
        if not (isinstance(part, str) and PART.fullmatch(part)):
            raise ValueError(f"{str(part)[:60]!r} is no name of a run or scenario")
    return Planned(name, base, changes)


def check_code(plan: SweepPlan) -> None:
    """Refuse to run a plan with code other than its names stand for, or with tables that have changed since."""
    if plan.code != code_version():
        raise UserError(
            f"the sweep {plan.name} was planned for mixflow {plan.code}, and this is {code_version()}: the code was changed "
            "since, or another version is installed on this machine. Start the sweep again."
        )
    for first in {run.base: run for run in plan.runs}.values():
        if run_name(plan.config(first)) != first.name:
            raise UserError(f"the tables of the sweep {plan.name} were changed since it was planned. Start it again.")


def planned(
    root: Path, command: Sequence[str], bases: Sequence[Config], points: Sequence[tuple[int, Mapping[str, Any]]]
) -> SweepPlan:
    """Check and name the config of every point; points that are equal are one run.

    Parameters
    ----------
    root
        The folder of results.
    command
        What the user typed.
    bases
        Configs that points change.
    points
        Which base, and what differs from it.

    Raises
    ------
    UserError
        When a value is not allowed.
    """
    runs: dict[str, Planned] = {}
    opened: set[str] = set()
    for base, changes in points:
        config = validated(changed(bases[base], changes))
        check_opened(config, opened)
        name = run_name(config)
        runs.setdefault(name, Planned(name, base, changes))
    varied = tuple(dict.fromkeys(key for _, changes in points for key in changes))
    return SweepPlan(root, tuple(command), varied, tuple(bases), tuple(runs.values()), code_version())
