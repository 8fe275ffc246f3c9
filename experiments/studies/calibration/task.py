"""What a calibration is asked for: keys and the calibration's file, read into a checked task."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from mixflow.policies.yaml_files import read_yaml
from mixflow.scenarios import ensembles
from mixflow.scenarios.tables import tables_folder
from mixflow.scenarios.world import load_recorded
from mixflow.sim.accounts.results import check_writable
from mixflow.sim.base.errors import UserError, one_of
from mixflow.sim.base.limits import NAME_LETTERS
from mixflow.sim.base.reading import is_file, is_folder

from ...runs.config import Config, composed, shared_out, structural
from ...runs.cost import check_runs, most_runs
from ...runs.identity import code_version, tables_digest
from ...runs.override_text import as_value
from .centre import CentreSearch
from .evaluate import processes_of
from .free import EDGE, Free, free_parameters
from .past import tables_home, tables_until
from .smoother import Search
from .targets import CalibrationTargets, check_allowed, days_to_fit, read_specs, targets_of

Floats = npt.NDArray[np.float64]

OWN: Mapping[str, Any] = {
    "members": None,
    "n_generations": None,
    "sigma": None,
    "population": None,
    "prior_sd": None,
    "n_members": None,
    "n_assimilations": None,
    "n_screening": None,
    "budget": None,
    "workers": None,
    "plan": None,
    "init": "ranges",
    "out": None,
    "most_runs": None,
}
"""Keys of `mixflow calibrate` itself; all others are those of a run."""

SIZES: Mapping[str, Any] = {
    "n_generations": 0, "sigma": 0.5, "population": 14, "prior_sd": 0.5, "n_screening": None,
    "n_members": None, "n_assimilations": None,
}  # fmt: skip
"""Keys of `search` in a calibration's file, and what holds where it does not say."""

KEPT = 20
"""Members that are kept where no number is given and the pool holds as many."""


@dataclass(frozen=True, eq=False)
class Task:
    """Everything that a calibration does, checked.

    Parameters
    ----------
    first, starts
        Where it begins, as given; and the positions, shape (parameters, starts), None for the whole ranges.
    stage, search
        The search for a centre, and the smoother after it.
    spread
        Standard deviation of the smoother's first draws around a centre or around the starts.
    keep
        Members of the ensemble.
    """

    config: Config
    until: pd.Timestamp
    free: Free
    targets: CalibrationTargets
    first: str
    starts: Floats | None
    stage: CentreSearch
    spread: float
    search: Search
    keep: int
    workers: int
    out: Path
    given: Mapping[str, Any]

    @property
    def runs(self) -> int:
        """Runs of the model in all."""
        return self.stage.runs + self.search.runs

    @property
    def start(self) -> Floats:
        """Where the search for a centre begins: in the middle."""
        return np.zeros(len(self.free.names)) if self.starts is None else np.asarray(self.starts.mean(axis=1))

    def draws(self, centre: Floats | None) -> Floats | None:
        """The smoother's first draws: around a centre, or around the starts; None for draws that fill the ranges."""
        around = self.starts if centre is None else centre[:, None]
        return None if around is None else self.free.around(around, self.search.screened, self.spread, self.search.seed)

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
            None if self.starts is None else self.starts.tolist(),
            self.spread,
            kept,
            self.given,
            cells,
            asdict(self.stage),
            asdict(self.search),
            code_version(),
            tables_digest(tables_folder(self.config)),
        ]
        text = json.dumps(parts, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def read_task(arguments: Sequence[str]) -> Task:
    """Read arguments and the calibration's file into a checked task.

    Raises
    ------
    UserError
        When a key is not known or not allowed, or a target lies outside the allowed years.
    """
    own, rest = shared_out(arguments, OWN)
    scenario = next((a.partition("=")[2] for a in rest if a.startswith("scenario=")), "mediterranean")
    for key in ("plan", "out", "init"):
        if own[key] is not None and not (isinstance(own[key], str) and own[key].strip()):
            raise UserError(f"{key}={own[key]} is not allowed: a name or a path.")
    most, workers = most_runs(own["most_runs"]), processes_of(own["workers"])
    path = (
        Path(own["plan"])
        if own["plan"]
        else Path(str(resources.files("mixflow.configs"))) / "calibration" / f"{scenario}.yaml"
    )
    given = _plan(path)
    defaults = [
        f"{k}={as_value(given[k])}" for k in ("start", "scale", "end") if not any(a.startswith(f"{k}=") for a in rest)
    ]
    defaults += structural(rest, "a calibration of parameters")
    config = composed([*rest, *defaults])
    until = pd.Timestamp(config["end"])
    folder = tables_folder(config)
    check_allowed(pd.Timestamp(config["start"]), until, "end", folder)
    stage, spread, plan = _search(own, given["search"], config["seed"])
    check_runs(
        stage.runs + plan.runs, most, "members x generations of the centre, and members x rounds of the smoother"
    )
    last = days_to_fit(folder)[1]
    out = _out(Path(own["out"])) if own["out"] else _default_out(config, until, last)
    if until < last:
        folder = tables_until(folder, until, tables_home(config, until))
        config["tables"] = str(folder)
    specs = read_specs(given["targets"], path.name, folder)
    recorded = pd.DataFrame(load_recorded(folder))
    free = free_parameters(given["free"], path.name)
    first = str(own["init"])
    return Task(
        config=config,
        until=until,
        free=free,
        targets=targets_of(specs, folder, recorded, until, config["scale"]),
        first=first,
        starts=_starts(first, free, stage, until),
        stage=stage,
        spread=spread,
        search=plan,
        keep=min(KEPT, plan.members) if own["members"] is None else _whole(own["members"], "members", 2, plan.members),
        workers=workers,
        out=out,
        given=given,
    )


def _starts(first: str, free: Free, stage: CentreSearch, until: pd.Timestamp) -> Floats | None:
    """Where the search begins: None for the ranges, else the defaults, or an ensemble: its members, or its centre for a centre.

    An ensemble fitted to later records may not lead a search that shall know less.
    """
    if first == "ranges":
        return None
    if first == "defaults":
        return free.positions({})[:, None]
    ensemble = ensembles.read(first)
    known = ensemble.provenance.get("records_until")
    if known is None:
        raise UserError(f"init={first} does not say up to when it knows records (provenance: records_until).")
    if pd.Timestamp(known) > until:
        raise UserError(
            f"init={first} knows records up to {pd.Timestamp(known):%Y-%m-%d}, after {until:%Y-%m-%d}; "
            "begin from an earlier one."
        )
    params = (ensemble.centre,) if stage.generations and ensemble.centre else ensemble.members
    return np.stack([free.positions(one) for one in params], axis=1)


def _default_out(config: Config, until: pd.Timestamp, last: pd.Timestamp) -> Path:
    whole = until >= last
    return ensembles.home() / (f"{config['scenario']}.yaml" if whole else f"{config['scenario']}_to_{until:%Y}.yaml")


def _out(path: Path) -> Path:
    """The file of an ensemble, refused where it could not be written after the runs."""
    if path.suffix not in (".yaml", ".yml") or is_folder(path) or len(path.name) > NAME_LETTERS:
        raise UserError(f"out={path}: the file of an ensemble is NAME.yaml, and no folder.")
    check_writable(path.absolute().parent, 2**20)
    return path


def _plan(path: Path) -> dict[str, Any]:
    if not is_file(path):
        known = sorted(item.stem for item in path.parent.glob("*.yaml"))
        raise UserError(one_of("Calibration", path.stem, known) if known else f"{path} is not there.")
    content = read_yaml(path, "a plan of a calibration")
    needed = ("start", "end", "scale", "search", "free", "targets")
    if not isinstance(content, dict) or any(key not in content for key in needed):
        raise UserError(f"{path}: a calibration needs {', '.join(needed)}.")
    if not isinstance(content["search"], Mapping):
        raise UserError(f"{path}: `search` holds {', '.join(SIZES)}.")
    for key in content["search"]:
        if key not in SIZES:
            raise UserError(f"{path}: " + one_of("Key of `search`", str(key), SIZES))
    return content


def _search(own: Mapping[str, Any], given: Mapping[str, Any], seed: int) -> tuple[CentreSearch, float, Search]:
    """Sizes of the search: from the file, changed by keys; `budget` is runs in all and scales both stages."""
    sizes = {**SIZES, **given, **{key: own[key] for key in SIZES if own[key] is not None}}
    stage = CentreSearch(
        _whole(sizes["n_generations"], "n_generations", 0, 10**4),
        _width(sizes["sigma"], "sigma"),
        _even(sizes["population"], "population", 6, 10**4),
        seed,
    )
    plan = Search(
        _whole(sizes["n_screening"], "n_screening", 4, 10**5),
        _whole(sizes["n_members"], "n_members", 4, 10**5),
        _whole(sizes["n_assimilations"], "n_assimilations", 1, 50),
        seed,
    )
    if plan.screened < plan.members:
        raise UserError(
            f"n_screening={plan.screened} is below n_members={plan.members}: the pool is the best of those screened."
        )
    if own["budget"] is not None:
        budget = _whole(own["budget"], "budget", 20, 10**6)
        fixed = stage.runs - stage.generations * stage.population
        share = (budget - fixed) / (stage.runs + plan.runs - fixed)
        stage = replace(stage, generations=max(int(stage.generations * share), min(stage.generations, 1)))
        plan = replace(plan, screened=int(plan.screened * share), members=int(plan.members * share))
        if plan.members < 4:
            raise UserError(f"budget={budget} is too small: it leaves a pool of {plan.members}, and 4 are needed.")
    return stage, _width(sizes["prior_sd"], "prior_sd"), plan


def _whole(given: Any, key: str, low: int, high: int) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not low <= given <= high:
        raise UserError(f"{key}={given} is not allowed: a whole number from {low} to {high}.")
    return given


def _even(given: Any, key: str, low: int, high: int) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not low <= given <= high or given % 2:
        raise UserError(f"{key}={given} is not allowed: an even number from {low} to {high}.")
    return given


def _width(given: Any, key: str) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 < given <= EDGE:
        raise UserError(f"{key}={given} is not allowed: a number above 0 and at most {EDGE:g}.")
    return float(given)
