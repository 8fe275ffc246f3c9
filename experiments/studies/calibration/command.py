"""`mixflow calibrate`: fit the free parameters to records up to a day, and write an ensemble with its provenance."""

import hashlib
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from mixflow.scenarios import ensembles

from ...runs.config import Config
from .centre import ROUND, Centre, find_centre
from .evaluate import Runner, model_seed, pool, tables_of
from .progress import ProgressClock
from .provenance import begin, errors, first_draws, provenance
from .smoother import Evaluate, Posterior, search
from .state import EvaluationLog
from .task import Task, read_task

Floats = npt.NDArray[np.float64]


def calibrate(arguments: Sequence[str], quiet: bool = False) -> Path:
    """Run the command.

    Parameters
    ----------
    arguments
        KEY=VALUE: those of a run, and those of `calibration.task.OWN`.
    quiet
        Print the path of the ensemble alone.

    Returns
    -------
    Path
        The file of the ensemble.

    Raises
    ------
    UserError
        When a key is not known, a target lies outside the allowed years, or another calibration works on the same.
    """
    task = read_task(arguments)
    clock = ProgressClock(quiet)
    if not quiet:
        print(described(task), file=sys.stderr)
    folder = Path(task.config["runs_dir"]) / "calibration" / f"{task.config['scenario']}-{task.name}"
    with EvaluationLog(folder, {"arguments": list(arguments), **task.given}) as state, pool(task.workers) as run:
        clock.begin(task.runs, len(state))
        evaluate = partial(_evaluated, task, state, run, clock)
        centre = _centre(task, evaluate, clock) if task.stage.generations else None
        found = _members(task, evaluate, clock, centre)
    members = [(float(found.loss[k]), task.free.params(found.z[:, k])) for k in range(task.keep)]
    ensembles.write(task.out, task.config["scenario"], members, provenance(task, centre, found, clock, arguments))
    if not quiet:
        print(fit_report(task, centre, found), file=sys.stderr)
    print(task.out)
    return task.out


def _centre(task: Task, evaluate: Evaluate, clock: ProgressClock) -> Centre:
    def misses(z: Floats, number: int) -> Floats:
        return task.targets.misses(evaluate(z, ROUND))

    return find_centre(task.start, task.stage, misses, partial(clock.generation, task.stage.generations))


def _members(task: Task, evaluate: Evaluate, clock: ProgressClock, centre: Centre | None) -> Posterior:
    def a_round(z: Floats, number: int) -> Floats:
        logs = evaluate(z, number)
        clock.round(number, task.targets.loss(logs))
        return logs

    first = task.draws(None if centre is None else centre.z)
    return search(task.free, task.targets, task.search, a_round, first)


# ---- evaluations


def measured(config: Mapping[str, Any], model_and_targets: Any) -> Floats:
    """What is kept of a run: its logarithms for the targets."""
    model, targets = model_and_targets
    return np.asarray(targets.simulated(tables_of(model)))


def _evaluated(task: Task, state: EvaluationLog, run: Runner, clock: ProgressClock, z: Floats, number: int) -> Floats:
    keys = [_key(z[:, k], number) for k in range(z.shape[1])]
    missing = [k for k, key in enumerate(keys) if state.get(key) is None]
    configs = [_config(task, z[:, k], number) for k in missing]
    for k, values in zip(missing, run(configs, measured, task.targets), strict=True):
        state.put(keys[k], values)
        clock.done()
    return np.stack([np.asarray(state.get(key)) for key in keys], axis=1)


def _key(z: Floats, number: int) -> str:
    return hashlib.sha256(np.ascontiguousarray(z).tobytes() + bytes([number])).hexdigest()[:24]


def _config(task: Task, z: Floats, number: int) -> Config:
    params = _merged(task.config["params"], task.free.params(z))
    return {**task.config, "params": params, "seed": model_seed(task.search.seed, number)}


def _merged(base: Mapping[str, Mapping[str, float]], params: Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
    return {group: {**values, **params.get(group, {})} for group, values in base.items()}


# ---- what is said


def described(task: Task) -> str:
    """What a calibration is about to do."""
    stage, plan = task.stage, task.search
    lines = [
        f"mixflow: fitting {len(task.free.names)} parameters to records up to {task.until:%d %B %Y}: "
        f"{task.runs} runs at scale {task.config['scale']:g}, {task.workers} at a time",
        *(
            f"  {spec.name:<34}{len(task.targets.cells[spec.name]):>5} cells, sd {spec.sd:g}, count as {spec.facts:g} facts"
            for spec in task.targets.specs
        ),
    ]
    if task.targets.left_out:
        lines.append(f"  without a record by then, left out: {', '.join(task.targets.left_out)}")
    if stage.generations:
        lines.append(
            f"  a centre: {stage.generations} generations of {stage.population} from {begin(task)}, sigma {stage.sigma:g}"
        )
    lines.append(f"  members: {plan.screened} drawn ({first_draws(task)}), pool {plan.members}, rounds {plan.rounds}")
    return "\n".join(lines)


def fit_report(task: Task, centre: Centre | None, found: Posterior) -> str:
    """What a calibration has found."""
    lines = []
    if centre is not None:
        lines.append(
            f"mixflow: the centre has a loss of {centre.loss:.2f}, {begin(task)} had {centre.start:.2f} (under the same seed)"
        )
    rounds = ", ".join(f"{loss:.2f}" for loss in found.history)
    lines.append(f"mixflow: median loss: {rounds} (drawn at first, best of them, after each comparison)")
    lines += [f"  {name:<34} rms log error {value:.2f}" for name, value in errors(task, found).items()]
    return "\n".join(lines)
