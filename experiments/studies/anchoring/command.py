"""`mixflow calibrate fit=anchor`: find constants and the openness of corridors from the record, and write them as tables."""

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from mixflow.scenarios.anchors import CONSTANTS, STATE, STRUCTURAL, provenance_of, write_anchor
from mixflow.scenarios.tables import tables_folder
from mixflow.scenarios.world import World, load_world
from mixflow.sim.accounts.results import check_writable
from mixflow.sim.base.errors import UserError
from mixflow.sim.world.anchor import Anchor

from ...runs.config import Config, composed, shared_out, whole_of
from ...runs.identity import code_version, tables_digest
from ..calibration.evaluate import Runner, model_seed, pool, processes_of
from ..calibration.progress import ProgressClock
from ..calibration.state import EvaluationLog
from ..calibration.targets import CalibrationTargets, check_allowed, days_to_fit
from .contraction import begin, moved, rows_of
from .record import BY_MONTH, FOUND_FROM, cells_of, gaps, logs_of, publishers

Floats = npt.NDArray[np.float64]

OWN: Mapping[str, Any] = {"fit": "anchor", "reference": None, "rounds": 7, "runs": 2, "workers": None, "out": None}
"""Keys of this fit; all others are those of a run."""

SCALE = 0.01
"""Of the runs, unless it is given: a detected person of the record is then a hundredth of a simulated one."""

UNSAID = ("out", "runs_dir", "workers")
"""Keys that change no result, and are left out of the provenance: they name folders of one machine."""

FRESH = 100
"""Number of the round whose seeds score the result: none that it was found with."""


@dataclass(frozen=True, eq=False)
class AnchorTask:
    """What is asked for, checked."""

    config: Config
    world: World
    cells: CalibrationTargets
    reference: pd.Timestamp
    rounds: int
    runs: int
    workers: int
    out: Path

    @property
    def name(self) -> str:
        """A hash of what the result depends on."""
        kept = {k: v for k, v in self.config.items() if k not in ("runs_dir", "threads", "quiet", "force", "figures")}
        parts = [kept, self.runs, code_version(), tables_digest(tables_folder(self.config))]
        return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:12]


def read_anchor_task(arguments: Sequence[str]) -> AnchorTask:
    """Read the arguments.

    Raises
    ------
    UserError
        When a key is not known or not allowed, the reference is not a month with records that may be fitted to, or the scenario
        has no records.
    """
    own, rest = shared_out(arguments, OWN)
    if own["fit"] != "anchor":
        raise UserError(f"fit={own['fit']} is not allowed: anchor, or leave it out to fit parameters.")
    for key in ("end", "baseline"):
        if any(argument.startswith(f"{key}=") for argument in rest):
            raise UserError(f"{key} is not set for an anchor: reference=YEAR-MONTH says up to when records are used.")
    scale = [] if any(argument.startswith("scale=") for argument in rest) else [f"scale={SCALE}"]
    config = composed([*rest, *scale, f"baseline={STRUCTURAL}"])
    folder = tables_folder(config)
    if not any((folder / f"recorded.csv{end}").exists() for end in ("", ".gz")):
        raise UserError(
            f"scenario={config['scenario']} has no records (recorded.csv): there is nothing to anchor it to."
        )
    first, last = days_to_fit(folder)
    until = _reference(own["reference"], last)
    check_allowed(first, until, "reference", folder)
    config = {**config, "end": f"{until:%Y-%m-%d}", "figures": False}
    out = folder if until == last else Path(config["runs_dir"]) / "anchor" / f"{config['scenario']}_to_{until:%Y-%m}"
    if own["out"] is not None:
        out = Path(str(own["out"]))
    check_writable(out.absolute(), 2**20)
    cells = cells_of(folder, until, float(config["scale"]))
    if BY_MONTH not in cells.cells:
        raise UserError(
            f"scenario={config['scenario']} has no recorded detections up to {until:%Y-%m}: an anchor needs them by corridor and "
            "month (recorded.csv, series detections)."
        )
    return AnchorTask(
        config,
        load_world(folder, str(config["scenario"])),
        cells,
        until,
        whole_of(own["rounds"], "rounds", 1, 100),
        whole_of(own["runs"], "runs", 1, 100),
        processes_of(own["workers"]),
        out,
    )


def _reference(given: Any, last: pd.Timestamp) -> pd.Timestamp:
    if given is None:
        return last
    try:
        return pd.Timestamp(f"{given}-01") + pd.offsets.MonthEnd(0)
    except ValueError as error:
        raise UserError(f"reference={given} is no month. Write reference=2015-12.") from error


def calibrate_anchor(arguments: Sequence[str], quiet: bool = False) -> Path:
    """Run the command; return the folder that the tables are written to.

    A calibration that was stopped goes on where it was when the same command is given again.

    Raises
    ------
    UserError
        See `read_anchor_task`; also when another calibration works on the same.
    """
    task = read_anchor_task(arguments)
    clock = ProgressClock(quiet)
    folder = Path(task.config["runs_dir"]) / "calibration" / f"{task.config['scenario']}-anchor-{task.name}"
    with EvaluationLog(folder, {"arguments": list(arguments)}) as log, pool(task.workers) as run:
        if not quiet:
            print(_described(task), file=sys.stderr)
        clock.begin((task.rounds + 3) * task.runs, 0)
        found = _Evaluations(task, log, run, clock)
        position = best = begin(task.cells.cells, task.world)
        least = np.inf
        for number in range(task.rounds):
            logs = found.mean(position.anchor(task.world), number)
            loss = _loss(task.cells, logs)
            if not quiet:
                print(f"mixflow: round {number + 1} of {task.rounds}: {_told(task.cells, logs)}", file=sys.stderr)
            if loss < least:
                least, best = loss, position
            if number < task.rounds - 1:
                position = moved(position, gaps(task.cells, logs))
        fresh = {
            "structural": found.mean(None, FRESH),
            "no state": found.mean(best.anchor(task.world, state=False), FRESH),
            "anchored": found.mean(best.anchor(task.world), FRESH),
        }
    misfit = {name: task.cells.by_target(logs) for name, logs in fresh.items()}
    source = f"mixflow calibrate fit=anchor, on records of {publishers(tables_folder(task.config))} to {task.reference:%Y-%m}"
    write_anchor(
        task.out,
        *rows_of(best, gaps(task.cells, fresh["anchored"]), source, f"{task.reference:%Y-%m-%d}"),
        {
            **provenance_of(task.config),
            "reference": f"{task.reference:%Y-%m}",
            "command": " ".join(["mixflow calibrate", *(a for a in arguments if a.partition("=")[0] not in UNSAID)]),
            "code": code_version(),
            "scale": float(task.config["scale"]),
            "rounds": task.rounds,
            "runs_a_round": task.runs,
            "rms_log_error": {name: {k: round(v, 3) for k, v in row.items()} for name, row in misfit.items()},
        },
    )
    if not quiet:
        print(_report(misfit), file=sys.stderr)
    print(task.out)
    return task.out


class _Evaluations:
    """Means of runs with an anchor, kept in the log."""

    def __init__(self, task: AnchorTask, log: EvaluationLog, run: Runner, clock: ProgressClock) -> None:
        self._task, self._log, self._run, self._clock = task, log, run, clock

    def mean(self, anchor: Anchor | None, number: int) -> Floats:
        """Logarithms of the mean of a round's runs."""
        task = self._task
        seeds = [model_seed(int(task.config["seed"]), task.runs * number + k) for k in range(task.runs)]
        keys = [_key(anchor, seed) for seed in seeds]
        missing = [k for k, key in enumerate(keys) if self._log.get(key) is None]
        for _ in range(len(keys) - len(missing)):
            self._clock.done()  # by an earlier process
        configs = [{**task.config, "seed": seeds[k], "_anchor": anchor} for k in missing]
        for k, logs in zip(missing, self._run(configs, logs_of, task.cells), strict=True):
            self._log.put(keys[k], logs)
            self._clock.done()
        found = [self._log.get(key) for key in keys]
        return np.asarray(np.log(np.mean([np.exp(logs) for logs in found if logs is not None], axis=0)))


def _key(anchor: Anchor | None, seed: int) -> str:
    parts = (
        b""
        if anchor is None
        else b"".join(
            np.ascontiguousarray(a).tobytes()
            for a in (anchor.origin, anchor.destination, anchor.corridor, anchor.state)
        )
    )
    return hashlib.sha256(parts + str(seed).encode()).hexdigest()[:24]


def _loss(cells: CalibrationTargets, logs: Floats) -> float:
    errors = cells.by_target(logs)
    return float(sum(errors[name] ** 2 for name in FOUND_FROM if name in errors))


def _told(cells: CalibrationTargets, logs: Floats) -> str:
    return ", ".join(f"{name} {error:.2f}" for name, error in cells.by_target(logs).items())


def _described(task: AnchorTask) -> str:
    return (
        f"mixflow: anchoring {task.config['scenario']} to records up to {task.reference:%B %Y}: {task.rounds} rounds of "
        f"{task.runs} runs at scale {task.config['scale']:g}, and {3 * task.runs} runs with other seeds to score the result"
    )


def _report(misfit: Mapping[str, Mapping[str, float]]) -> str:
    names = list(next(iter(misfit.values())))
    lines = [
        f"mixflow: rms error in logarithms, runs that it was not found with{'':<2}"
        + "".join(f"{m:>12}" for m in misfit)
    ]
    lines += [f"  {name:<58}" + "".join(f"{row[name]:>12.2f}" for row in misfit.values()) for name in names]
    return "\n".join([*lines, f"mixflow: written: {CONSTANTS}.csv, {STATE}.csv, {CONSTANTS}.yaml"])
