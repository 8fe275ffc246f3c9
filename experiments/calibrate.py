"""`mixflow calibrate`: fit the free parameters to records up to a day, and write an ensemble with its provenance."""

import hashlib
import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from importlib import metadata, resources
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import yaml

from mixflow.scenarios.tables import tables_folder
from mixflow.scenarios.world import load_recorded
from mixflow.sim.errors import UserError, one_of

from .calibration import ensembles
from .calibration.evaluate import pool, processes_of, tables_of
from .calibration.free import Free, free_parameters
from .calibration.past import tables_until
from .calibration.progress import Clock
from .calibration.smoother import Found, Search, search
from .calibration.state import State
from .calibration.targets import LAST, Spec, Targets, check_allowed, read_specs, targets_of
from .config import Config, composed
from .identity import code_version, tables_digest

Floats = npt.NDArray[np.float64]

OWN: Mapping[str, Any] = {
    "members": 20,
    "pool": None,
    "rounds": None,
    "screened": None,
    "budget": None,
    "workers": None,
    "plan": None,
    "first": "ranges",
    "spread": 0.5,
    "out": None,
}
"""Keys of `mixflow calibrate` itself; all others are those of a run."""


WHERE = ("runs_dir", "workers", "out", "threads")
"""Keys that change no result; provenance leaves them out."""


@dataclass(frozen=True, eq=False)
class Task:
    """Everything that a calibration does, checked."""

    config: Config
    until: pd.Timestamp
    free: Free
    targets: Targets
    search: Search
    keep: int
    workers: int
    out: Path
    given: Mapping[str, Any]
    first: Floats | None = None

    @property
    def name(self) -> str:
        """A hash of what the result depends on: free parameters, targets, search, config, tables and code."""
        kept = {
            k: v
            for k, v in self.config.items()
            if k not in ("runs_dir", "threads", "quiet", "force", "figures", "tables")
        }
        cells = {spec.name: self.targets.cells[spec.name].to_list() for spec in self.targets.specs}
        parts = [
            None if self.first is None else self.first.tolist(),
            kept,
            self.given,
            cells,
            asdict(self.search),
            code_version(),
            tables_digest(tables_folder(self.config)),
        ]
        text = json.dumps(parts, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def calibrate(arguments: Sequence[str], quiet: bool = False) -> Path:
    """Run the command.

    Parameters
    ----------
    arguments
        KEY=VALUE: those of a run, and those of `OWN`.
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
    clock = Clock(quiet)
    if not quiet:
        print(described(task), file=sys.stderr)
    folder = Path(task.config["runs_dir"]) / "calibration" / f"{task.config['scenario']}-{task.name}"
    with State(folder, {"arguments": list(arguments), **task.given}) as state:
        clock.begin(task.search.runs, len(state))

        def evaluate(z: Floats, number: int) -> Floats:
            return _evaluated(task, state, z, number, clock)

        found = search(task.free, task.targets, task.search, evaluate, task.first)
    members = [(float(found.loss[k]), task.free.params(found.z[:, k])) for k in range(task.keep)]
    ensembles.write(task.out, task.config["scenario"], members, _provenance(task, found, clock, arguments))
    if not quiet:
        print(told(task, found), file=sys.stderr)
    print(task.out)
    return task.out


# ---- what is asked for


def read_task(arguments: Sequence[str]) -> Task:
    """Read arguments and the calibration's file into a checked task."""
    own, rest = _split(arguments)
    scenario = next((a.partition("=")[2] for a in rest if a.startswith("scenario=")), "mediterranean")
    path = (
        Path(own["plan"])
        if own["plan"]
        else Path(str(resources.files("mixflow.configs"))) / "calibration" / f"{scenario}.yaml"
    )
    given = _plan(path)
    defaults = [f"{k}={given[k]}" for k in ("start", "scale", "end") if not any(a.startswith(f"{k}=") for a in rest)]
    config = composed([*rest, *defaults])
    until = pd.Timestamp(config["end"])
    check_allowed(pd.Timestamp(config["start"]), until, "end")
    folder = tables_folder(config)
    if until < LAST:
        folder = tables_until(folder, until, tables_home(config, until))
        config["tables"] = str(folder)
    specs = read_specs(given["targets"], path.name)
    recorded = pd.DataFrame(load_recorded(folder))
    targets = targets_of(specs, folder, recorded, until, config["scale"])
    plan = _search(own, given, config["seed"])
    keep = _whole(own["members"], "members", 2, plan.members)
    out = Path(own["out"]) if own["out"] else _default_out(config, until)
    free = free_parameters(given["free"], path.name)
    return Task(
        config, until, free, targets, plan, keep, processes_of(own["workers"]), out, given, _first(own, free, plan, until)
    )  # fmt: skip


def _first(own: Mapping[str, Any], free: Free, plan: Search, until: pd.Timestamp) -> Floats | None:
    """Where the search begins: None for the whole ranges, else around the defaults or the members of an ensemble.

    An ensemble fitted to later records may not lead a search that shall know less.
    """
    if own["first"] == "ranges":
        return None
    if not isinstance(own["spread"], int | float) or not 0 < own["spread"] <= 3:
        raise UserError(f"spread={own['spread']} is not allowed: above 0 and at most 3.")
    if own["first"] == "defaults":
        centres = free.positions({})[:, None]
    else:
        ensemble = ensembles.read(str(own["first"]))
        if pd.Timestamp(ensemble.provenance["records_until"]) > until:
            raise UserError(f"first={own['first']} knows records after {until:%Y-%m-%d}; begin from an earlier one.")
        centres = np.stack([free.positions(member) for member in ensemble.members], axis=1)
    return free.around(centres, plan.screened, float(own["spread"]), plan.seed)


def tables_home(config: Config, until: pd.Timestamp) -> Path:
    """Where the tables as known at a day are kept."""
    digest = tables_digest(tables_folder(config))[:8]
    return (
        Path(config["runs_dir"]).absolute()
        / "calibration"
        / f"tables-{config['scenario']}-{digest}-to-{until:%Y-%m-%d}"
    )


def _default_out(config: Config, until: pd.Timestamp) -> Path:
    whole = until >= LAST
    return ensembles.home() / (f"{config['scenario']}.yaml" if whole else f"{config['scenario']}_to_{until:%Y}.yaml")


def _split(arguments: Sequence[str]) -> tuple[dict[str, Any], list[str]]:
    own, rest = dict(OWN), []
    for argument in arguments:
        key, _, value = argument.partition("=")
        if key in own:
            own[key] = yaml.safe_load(value)
        else:
            rest.append(argument)
    return own, rest


def _plan(path: Path) -> dict[str, Any]:
    if not path.is_file():
        known = sorted(item.stem for item in path.parent.glob("*.yaml"))
        raise UserError(one_of("Calibration", path.stem, known) if known else f"{path} is not there.")
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise UserError(f"{path} cannot be read: {error}") from error
    needed = ("start", "end", "scale", "search", "free", "targets")
    if not isinstance(content, dict) or any(key not in content for key in needed):
        raise UserError(f"{path}: a calibration needs {', '.join(needed)}.")
    return content


def _search(own: Mapping[str, Any], given: Mapping[str, Any], seed: int) -> Search:
    """Sizes of the search: from the file, changed by keys; `budget` is runs in all and scales both stages."""
    base = given["search"]
    sizes = {key: base[key] if own[key] is None else own[key] for key in ("screened", "pool", "rounds")}
    if own["budget"] is not None:
        budget = _whole(own["budget"], "budget", 20, 10**6)
        share = budget / (sizes["screened"] + sizes["pool"] * (sizes["rounds"] + 1))
        sizes["screened"], sizes["pool"] = int(sizes["screened"] * share), int(sizes["pool"] * share)
    pool_size = _whole(sizes["pool"], "pool", 4, 10**5)
    screened = _whole(sizes["screened"], "screened", 4, 10**5)
    if screened < pool_size:
        raise UserError(f"screened={screened} is below pool={pool_size}: the pool is the best of those screened.")
    return Search(screened, pool_size, _whole(sizes["rounds"], "rounds", 1, 50), seed)


def _whole(given: Any, key: str, low: int, high: int) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not low <= given <= high:
        raise UserError(f"{key}={given} is not allowed: a whole number from {low} to {high}.")
    return given


# ---- evaluations


def measured(config: Mapping[str, Any], model_and_targets: Any) -> Floats:
    """What is kept of a run: its logarithms for the targets."""
    model, targets = model_and_targets
    return np.asarray(targets.simulated(tables_of(model)))


def model_seed(seed: int, number: int) -> int:
    """The model's seed in a round."""
    return 1000 * seed + number


def _evaluated(task: Task, state: State, z: Floats, number: int, clock: Clock) -> Floats:
    keys = [_key(z[:, k], number) for k in range(z.shape[1])]
    missing = [k for k, key in enumerate(keys) if state.get(key) is None]
    configs = [_config(task, z[:, k], number) for k in missing]
    with pool(task.workers) as run:
        for k, values in zip(missing, run(configs, measured, task.targets), strict=True):
            state.put(keys[k], values)
            clock.done()
    logs = np.stack([np.asarray(state.get(key)) for key in keys], axis=1)
    clock.round(number, float(np.median(task.targets.loss(logs))))
    return logs


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
    lines = [
        f"mixflow: fitting {len(task.free.names)} parameters to records up to {task.until:%d %B %Y}: "
        f"{task.search.runs} runs at scale {task.config['scale']:g}, {task.workers} at a time",
        *(
            f"  {spec.name:<34}{len(task.targets.cells[spec.name]):>5} cells, sd {spec.sd:g}, count as {spec.facts:g} facts"
            for spec in task.targets.specs
        ),
    ]
    if task.targets.left_out:
        lines.append(f"  without a record by then, left out: {', '.join(task.targets.left_out)}")
    return "\n".join(lines)


def told(task: Task, found: Found) -> str:
    """What a calibration has found."""
    rounds = ", ".join(f"{loss:.2f}" for loss in found.history)
    lines = [f"mixflow: median loss: {rounds} (drawn from the ranges, best of them, after each comparison)"]
    errors = _errors(task, found)
    lines += [f"  {name:<34} rms log error {value:.2f}" for name, value in errors.items()]
    return "\n".join(lines)


def _errors(task: Task, found: Found) -> dict[str, float]:
    each = [task.targets.by_target(found.simulated[:, k]) for k in range(task.keep)]
    return {name: round(float(np.mean([one[name] for one in each])), 3) for name in each[0]}


def given_first(arguments: Sequence[str]) -> str:
    """In words, where the search began."""
    own, _ = _split(arguments)
    where = {"ranges": "the whole ranges", "defaults": "around the defaults"}.get(
        own["first"], f"around {own['first']}"
    )
    return where if own["first"] == "ranges" else f"{where}, spread {own['spread']:g} of a standard normal on the range"


def _target_row(spec: Spec, targets: Targets) -> dict[str, Any]:
    return {"cells": len(targets.cells[spec.name]), "sd": spec.sd, "facts": spec.facts, "floor": spec.floor}


def _provenance(task: Task, found: Found, clock: Clock, arguments: Sequence[str]) -> dict[str, Any]:
    plan = task.search
    return {
        "made": date.today().isoformat(),
        "version": code_version(),
        "command": "mixflow calibrate " + " ".join(a for a in arguments if a.partition("=")[0] not in WHERE),
        "method": f"ensemble smoother with multiple data assimilation, pyesmda {metadata.version('pyesmda')}",
        "records_until": f"{task.until:%Y-%m-%d}",
        "start": task.config["start"],
        "scale": task.config["scale"],
        "tables": tables_digest(tables_folder(task.config))[:12],
        "first": given_first(arguments),
        "screened": plan.screened,
        "pool": plan.members,
        "rounds": plan.rounds,
        "runs": plan.runs,
        "members_kept": task.keep,
        "seeds": [model_seed(plan.seed, number) for number in range(plan.rounds + 2)],
        "seconds": round(time.perf_counter() - clock.began),
        "runs_done_before": clock.before,
        "loss": "sum over targets of facts times mean squared (ln(simulated + floor) - ln(recorded + floor)) / sd, over facts; "
        "sd^2 = the target's sd^2 + 1 / (scale (recorded + floor)), the chance of few simulated people",
        "median_loss": [round(value, 4) for value in found.history],
        "rms_log_error": _errors(task, found),
        "targets": {spec.name: _target_row(spec, task.targets) for spec in task.targets.specs},
        "without_record": list(task.targets.left_out),
        "free": {
            n: [float(a), float(b)] for n, a, b in zip(task.free.names, task.free.low, task.free.high, strict=True)
        },
    }
