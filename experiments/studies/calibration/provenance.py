"""Where an ensemble comes from: what is written of a calibration beside its members."""

import time
from collections.abc import Sequence
from datetime import date
from importlib import metadata
from typing import Any

import numpy as np

from mixflow.scenarios.ensembles import flat
from mixflow.scenarios.tables import tables_folder

from ...runs import hints
from ...runs.identity import code_version, tables_digest
from .centre import ROUND, Centre
from .evaluate import model_seed
from .progress import ProgressClock
from .smoother import Posterior
from .targets import CalibrationTargets, Spec
from .task import Task

WHERE = ("runs_dir", "workers", "out", "threads")
"""Keys that change no result; provenance leaves them out."""


def provenance(
    task: Task, centre: Centre | None, found: Posterior, clock: ProgressClock, arguments: Sequence[str]
) -> dict[str, Any]:
    """Everything that one needs to know of an ensemble, and to make it again."""
    plan = task.search
    smoother = f"ensemble smoother with multiple data assimilation, pyesmda {metadata.version('pyesmda')}"
    return {
        "made": date.today().isoformat(),
        "version": code_version(),
        "command": hints.command("calibrate", *(a for a in arguments if a.partition("=")[0] not in WHERE)),
        "method": smoother if centre is None else f"a centre, then {smoother}",
        "records_until": f"{task.until:%Y-%m-%d}",
        "start": task.config["start"],
        "scale": task.config["scale"],
        "tables": tables_digest(tables_folder(task.config))[:12],
        **({} if centre is None else {"centre": _stage(task, centre)}),
        "init": first_draws(task),
        "n_screening": plan.screened,
        "n_members": plan.members,
        "n_assimilations": plan.rounds,
        "runs": task.runs,
        "members_kept": task.keep,
        "seeds": [model_seed(plan.seed, number) for number in range(plan.rounds + 2)],
        "seconds": round(time.perf_counter() - clock.began),
        "runs_done_before": clock.before,
        "loss": "sum over targets of facts times mean squared (ln(simulated + floor) - ln(recorded + floor)) / sd, over facts; "
        "sd^2 = the target's sd^2 + 1 / (scale (recorded + floor)), the chance of few simulated people",
        "median_loss": [round(value, 4) for value in found.history],
        "rms_log_error": errors(task, found),
        "targets": {spec.name: _target_row(spec, task.targets) for spec in task.targets.specs},
        "without_record": list(task.targets.left_out),
        "free": {
            n: [float(a), float(b)] for n, a, b in zip(task.free.names, task.free.low, task.free.high, strict=True)
        },
    }


def _stage(task: Task, centre: Centre) -> dict[str, Any]:
    stage = task.stage
    return {
        "method": "Gauss-Newton steps on a regression of all points tried",
        "from": begin(task),
        "generations": stage.generations,
        "population": stage.population,
        "sigma": stage.sigma,
        "seed": stage.seed,
        "model_seed": model_seed(stage.seed, ROUND),
        "runs": stage.runs,
        "loss_at_start": round(centre.start, 4),
        "best_loss": [round(value, 4) for value in centre.best],
        "loss": round(centre.loss, 4),
        "params": flat(task.free.params(centre.z)),
    }


def begin(task: Task) -> str:
    """In words, where the search for a centre begins."""
    return {"ranges": "the middle of the ranges", "defaults": "the defaults"}.get(task.first, task.first)


def first_draws(task: Task) -> str:
    """In words, where the smoother's first members are drawn."""
    if not task.stage.generations and task.starts is None:
        return "the whole ranges"
    where = "the centre" if task.stage.generations else begin(task)
    return f"around {where}, spread {task.spread:g} of a standard normal on the range"


def errors(task: Task, found: Posterior) -> dict[str, float]:
    """Root mean square error of logarithms by target, the mean over members."""
    each = [task.targets.by_target(found.simulated[:, k]) for k in range(task.keep)]
    return {name: round(float(np.mean([one[name] for one in each])), 3) for name in each[0]}


def _target_row(spec: Spec, targets: CalibrationTargets) -> dict[str, Any]:
    return {"cells": len(targets.cells[spec.name]), "sd": spec.sd, "facts": spec.facts, "floor": spec.floor}
