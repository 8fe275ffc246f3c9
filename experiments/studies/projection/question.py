"""What is projected: from a command line to a record, a reference date, and two worlds; refuses what cannot be answered first."""

import functools
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from mixflow.scenarios import ensembles
from mixflow.scenarios.config import OF_CASES
from mixflow.scenarios.setting import setting_of
from mixflow.scenarios.tables import tables_folder
from mixflow.scenarios.world import load_recorded, load_world
from mixflow.sim.base.errors import UserError

from ...runs.config import Config, composed, days_of, shared_out, structural
from ...runs.identity import code_version, config_hash
from ...runs.policy_overrides import is_setting, split_setting
from ..calibration.evaluate import processes_of
from .inputs import FROZEN, RECORDED, frozen_history, frozen_tables, known_tables, with_policies, without_policies
from .panel import LEAST_MONTHS, PROJECTED, Panel, panels

OWN: Mapping[str, Any] = {
    "reference": None, "months": 48, "inputs": RECORDED, "policies": [], "without": [], "members": 8, "ensemble": None,
    "workers": None,
}  # fmt: skip
"""Keys of a projection; all others are a run's."""

MOST_MONTHS, MOST_MEMBERS = 120, 100

SCALE = 0.005
"""Scale of the runs where none is given and the scenario's own is larger (assumption: precise enough for a ratio)."""


@dataclass(frozen=True, eq=False)
class ProjectionQuestion:
    """Everything that a projection is.

    Parameters
    ----------
    reference
        The last month known.
    months
        How many months are projected.
    inputs
        `recorded`, or `frozen`.
    panels
        The record up to the reference date.
    left_out
        Kinds of series without a year of record at the reference date.
    frozen, new
        Configs of the world whose inputs are frozen and of the one with the named inputs; equal where nothing differs.
    members
        Parameters of each member, `GROUP.NAME`; one without any where there is no ensemble.
    ensemble
        Its name, empty where there is none.
    added, removed
        Policies.
    drivers_end
        The last year of the new world's drivers.
    notes
        What the user should know.
    command
        As typed.
    workers
        Processes at once; None: one a core.
    """

    reference: pd.Period
    months: int
    inputs: str
    panels: tuple[Panel, ...]
    left_out: tuple[str, ...]
    frozen: Config
    new: Config
    members: tuple[Mapping[str, float], ...]
    ensemble: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    drivers_end: int
    notes: tuple[str, ...]
    command: tuple[str, ...]
    workers: int | None

    @property
    def ahead(self) -> pd.PeriodIndex:
        """The months that are projected."""
        return pd.period_range(self.reference + 1, periods=self.months, freq="M")

    @property
    def differs(self) -> bool:
        """Whether the two worlds differ, so that the model has something to say."""
        return config_hash(self.frozen) != config_hash(self.new)

    @property
    def name(self) -> str:
        """Twelve hex digits: the same question and code, the same name."""
        parts = [
            str(self.reference), self.months, config_hash(self.frozen), config_hash(self.new), int(self.new["seed"]),
            [dict(member) for member in self.members], code_version(),
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:12]

    @property
    def folder(self) -> Path:
        """Where it is written."""
        root = Path(str(self.new["runs_dir"])).expanduser().absolute()
        return root / str(self.new["scenario"]) / f"projection-{self.name}"


def asked(arguments: Sequence[str]) -> ProjectionQuestion:
    """Read a command.

    Raises
    ------
    UserError
        When a key or value is not allowed, or the scenario has no record at the reference date; nothing has been run yet.
    """
    own, rest = shared_out(arguments, OWN)
    months = _whole(own["months"], "months", MOST_MONTHS)
    members = _whole(own["members"], "members", MOST_MEMBERS)
    if own["workers"] is not None:
        processes_of(own["workers"])
    added, removed = (_names(own[key], key) for key in ("policies", "without"))
    given, plain = _settings(rest)
    if any(line.partition("=")[2] == OF_CASES for line in plain if line.startswith("scenario=")):
        raise UserError(f"scenario={OF_CASES} has no record of flows to project. mixflow scenarios lists the others.")
    config = composed([*plain, *structural(plain, "a projection")])
    for key in ("start", "end"):
        if any(line.startswith(f"{key}=") for line in plain):
            raise UserError(f"{key}= is not a key of a projection: it has reference=YYYY-MM and months=N.")
    inputs, config = _inputs(own["inputs"], config)
    recorded = _record(config)
    hold_out = f"{setting_of(tables_folder(config)).hold_out:%Y-%m}"
    reference = _reference(own["reference"], recorded, hold_out)
    end = (reference + months).end_time.date()
    latest = days_of(config)[1]
    if end > latest:
        raise UserError(f"reference={reference} months={months} ends on {end}; a projection ends by {latest}.")
    if not any(line.startswith("scale=") for line in plain):
        config = {**config, "scale": min(float(config["scale"]), SCALE) if config["scale"] < 1 else config["scale"]}
    base = {**config, "end": end.isoformat(), "figures": False, "trace": False, "force": False, "threads": 1}
    known, left_out = _known(recorded, reference)
    frozen, new = _worlds(base, reference, str(recorded["month"].max()), inputs, (added, removed), given)
    name, params, notes = _members(config, own["ensemble"], members, reference)
    drivers_end = load_world(tables_folder(new), str(new["scenario"])).last_year
    if drivers_end < end.year and inputs != FROZEN:
        notes.append(
            f"the drivers of {config['scenario']} end with {drivers_end}: after it both worlds hold their values of {drivers_end}."
        )
    notes += [f"{series} has no year of record at {reference}, and is left out." for series in left_out]
    return ProjectionQuestion(
        reference, months, inputs, tuple(known), tuple(left_out), frozen, new, tuple(params), name, tuple(added), tuple(removed),
        drivers_end, tuple(notes), tuple(arguments), own["workers"],
    )  # fmt: skip


def _whole(given: Any, key: str, high: int) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not 1 <= given <= high:
        raise UserError(f"{key}={given} is not allowed: a whole number from 1 to {high}.")
    return given


def _names(given: Any, key: str) -> list[str]:
    names = [given] if isinstance(given, str) else given
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise UserError(f"{key}={given} is not a list of policies; write {key}=[NAME,...].")
    for name in names:
        if names.count(name) > 1:
            raise UserError(f"{key}={given}: {name} is listed twice.")
    return list(names)


def _settings(lines: Sequence[str]) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """What is set of policies, and the other overrides of a run."""
    given: dict[str, dict[str, Any]] = {}
    plain = []
    for line in lines:
        key, _, value = line.partition("=")
        if is_setting(key):
            policy, setting = split_setting(key)
            from mixflow.policies.yaml_files import parse_yaml

            given.setdefault(policy, {})[setting] = _plain(parse_yaml(value, key, "a value"))
        else:
            plain.append(line)
    return given, plain


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _inputs(given: Any, config: Config) -> tuple[str, Config]:
    """Which inputs hold after the reference date, and the config that has them."""
    if given in (FROZEN, RECORDED):
        return str(given), config
    if not isinstance(given, str) or not Path(given).is_dir():
        raise UserError(f"inputs={given} is not allowed: {RECORDED}, {FROZEN}, or a folder with tables of yours.")
    return RECORDED, composed_tables(config, given)


def composed_tables(config: Config, folder: str) -> Config:
    """The config with another folder of tables, checked."""
    from ...runs.config import validated

    return validated({**config, "tables": folder})


def _record(config: Config) -> pd.DataFrame:
    folder = tables_folder(config)
    if not any((folder / name).exists() for name in ("recorded.csv", "recorded.csv.gz")):
        raise UserError(f"scenario={config['scenario']} has no record ({folder}): there is nothing to project from.")
    recorded = pd.DataFrame(load_recorded(folder))
    if not recorded["series"].isin(list(PROJECTED)).any():
        raise UserError(
            f"scenario={config['scenario']} has no record of {', '.join(PROJECTED)}: there is nothing to project from."
        )
    return recorded


def _reference(given: Any, recorded: pd.DataFrame, hold_out: str) -> pd.Period:
    """The last month known: what is asked for, or the last month of the monthly record."""
    monthly = recorded[recorded["series"].isin([s for s, row in PROJECTED.items() if row[1] == "M"])]
    of = monthly if len(monthly) else recorded
    first, last = pd.Period(of["month"].min(), freq="M"), pd.Period(of["month"].max(), freq="M")
    if given is None:
        return last
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", str(given)):
        raise UserError(f"reference={given} is not a month. Write year-month, for example reference={last}.")
    reference = pd.Period(str(given), freq="M")
    earliest = first + (LEAST_MONTHS - 1)
    if not earliest <= reference <= last:
        held = f" Records after {hold_out} are held out." if str(reference) > hold_out else ""
        raise UserError(
            f"reference={reference} is outside the record of this scenario, which allows {earliest} to {last}, as a level "
            f"needs {LEAST_MONTHS} months.{held}"
        )
    return reference


def _known(recorded: pd.DataFrame, reference: pd.Period) -> tuple[list[Panel], list[str]]:
    """The record at the reference date, without series that nobody was counted in; and kinds of series that are too short."""
    found, short = [], []
    for whole in panels(recorded):
        known = whole.until(reference)
        if len(known.periods) < (2 if known.yearly else LEAST_MONTHS):
            short.append(str(whole.keys["series"].iloc[0]))
            continue
        found.append(known.only(known.values.sum(axis=1) > 0))
    return found, sorted(set(short))


def _worlds(
    base: Config,
    reference: pd.Period,
    last: str,
    inputs: str,
    policies: tuple[list[str], list[str]],
    given: Mapping[str, Any],
) -> tuple[Config, Config]:
    """The world whose inputs are frozen at the reference date, and the one with the named inputs."""
    added, removed = policies
    known = known_tables(base, reference, last)
    home = Path(str(base["runs_dir"])).expanduser().absolute() / "projection"
    frozen = frozen_tables(known, reference, home)
    before = {**base, "tables": str(frozen)}
    start = frozen_history(before, reference) if base["history"] else before
    new = start if inputs == FROZEN else {**base, "tables": str(known)}
    for policy in given:
        if policy not in added:
            raise UserError(f"policies.{policy} is set, but policies= does not name {policy}.")
    new = without_policies(with_policies(new, added, reference, given), removed, reference)
    return start, new


@functools.cache
def _ensemble(name: str) -> ensembles.Ensemble:
    """An ensemble of the package, read once a process."""
    return ensembles.read(name)


def _members(
    config: Config, named: Any, count: int, reference: pd.Period
) -> tuple[str, list[dict[str, float]], list[str]]:
    """Parameters of the members: of the latest ensemble that knows no later record, or of the scenario's ensemble."""
    scenario = str(config["scenario"])
    until = f"{reference.end_time:%Y-%m-%d}"
    if named is None:
        fitted = {name: _ensemble(name) for name in ensembles.names() if name.split("_to_")[0] == scenario}
        fair = [name for name, e in fitted.items() if str(e.provenance["records_until"]) <= until]
        best = max(fair, key=lambda name: str(fitted[name].provenance["records_until"])) if fair else scenario
        if best not in fitted:
            return "", [{} for _ in range(count)], [f"{scenario} has no ensemble: members differ in their seed alone."]
        found = fitted[best]
    else:
        found = ensembles.read(str(named))
        if found.scenario != scenario:
            raise UserError(f"ensemble={named} was fitted to another scenario than {scenario}.")
    notes = []
    if (seen := str(found.provenance["records_until"])) > until:
        notes.append(
            f"the parameters of ensemble {found.name} were fitted to records to {seen}, after the reference date."
        )
    rows = [ensembles.flat(member) for member in found.members]
    if count > len(rows):
        raise UserError(f"members={count} is not allowed: ensemble {found.name} has {len(rows)}.")
    return found.name, rows[:count], notes
