"""From what a user types after `mixflow run -m` to the points of a sweep, by Hydra's own grammar of overrides."""

import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from hydra.core.override_parser.types import ChoiceSweep, Override, RangeSweep, ValueType
from hydra.errors import HydraException

from mixflow.policies.yaml_files import read_yaml
from mixflow.sim.base.errors import UserError, one_of
from mixflow.sim.base.reading import with_home

from ..config import Config, merged, parsed, shared_out
from ..cost import check_runs, most_runs
from ..override_text import as_value, plain, signed
from ..policy_overrides import PREFIX, Settings, is_setting, list_of_names, not_selected, split_setting

GROUPS = ("scenario", "ensemble", "member")
"""Keys that choose a whole group of others: each value needs a config of its own."""

KEY = re.compile(r"(?!hydra\b)[a-z][a-z_]*(\.\w+)*")
"""A key that an experiment may set: one of a run, a parameter, or a setting of a policy."""

FORBIDDEN = {
    "force": "a sweep does what is missing. Remove the folders that shall be run again",
    "runs_dir": "one sweep has one folder of results. Give one value",
    "quiet": "give one value",
    "threads": "it changes no result. Give one value",
    "figures": "it changes no result. Give one value",
    "profile": "it changes no result. Give one value",
    "most_memory_gb": "it changes no result. Give one value",
}


@dataclass(frozen=True)
class Asked:
    """What was asked for.

    Parameters
    ----------
    bases
        Configs before changes.
    points
        Which base, and what differs from it: one for each combination, in the order of the command.
    launcher
        What was said of the launcher, as Hydra's overrides.
    combinations
        How many combinations were written, those included that differ in nothing that matters to them.
    """

    bases: tuple[Config, ...]
    points: tuple[tuple[int, dict[str, Any]], ...]
    launcher: tuple[str, ...]
    combinations: int


def asked(command: Sequence[str]) -> Asked:
    """Read a sweep's overrides.

    Raises
    ------
    UserError
        When a key is not known, a range is empty, or a setting is of a policy that no combination selects.
    """
    lines, most = with_limit(_with_experiment(command))
    overrides = [override for text in lines for override in parsed([text])]
    launcher = [override for override in overrides if override.key_or_group.startswith("hydra")]
    overrides = [override for override in overrides if not override.key_or_group.startswith("hydra")]
    many = {override.key_or_group: _many(override) for override in overrides if override.is_sweep_override()}
    check_runs(_runs(overrides, many), most, " x ".join(f"{n:,} of {key}" for key, n in many.items()))
    swept = {override.key_or_group: _values(override) for override in overrides if override.is_sweep_override()}
    fixed = [override for override in overrides if not override.is_sweep_override()]
    for override in overrides:
        if signed(override):
            raise UserError(f"{override.input_line!r}: write {override.key_or_group}=VALUE, without + or ~.")
    for override in fixed:
        if override.key_or_group == "force" and override.value():
            raise UserError(f"force: {FORBIDDEN['force']}.")
    _check_twice(overrides)
    for names in [*swept.get("policies", []), *(plain(o.value()) for o in fixed if o.key_or_group == "policies")]:
        list_of_names(names)  # they are looked into before each run's config is checked
    groups = {key: values for key, values in swept.items() if key in GROUPS}
    others = {key: values for key, values in swept.items() if key not in GROUPS}
    bases = _bases(fixed, groups, others)
    settings = {key: values for key, values in others.items() if is_setting(key)}
    rest = {key: values for key, values in others.items() if not is_setting(key)}
    points = list(_points(bases, rest, settings))
    combinations = math.prod(len(values) for values in swept.values())
    return Asked(tuple(bases), tuple(points), tuple(str(override.input_line) for override in launcher), combinations)


def _with_experiment(command: Sequence[str]) -> list[str]:
    """Put the overrides of an experiment in front, each unless the user has set its key."""
    chosen = [text for text in command if text.partition("=")[0] in ("experiment", "+experiment")]
    rest = [text for text in command if text not in chosen]
    if not chosen:
        return rest
    if len(chosen) > 1:
        raise UserError("experiment is set twice; set it once.")
    if "=" not in chosen[0]:
        raise UserError("experiment has no value. Write experiment=NAME or experiment=PATH.yaml.")
    given = {text.partition("=")[0] for text in rest}
    params = experiment(chosen[0].partition("=")[2])
    return [*(f"{key}={value}" for key, value in params.items() if key not in given), *rest]


def experiment_names() -> list[str]:
    """Names of the experiments that come with the package."""
    folder = resources.files("mixflow.configs") / "experiment"
    return sorted(item.name.removesuffix(".yaml") for item in folder.iterdir() if item.name.endswith(".yaml"))


def experiment(name: str) -> dict[str, str]:
    """The overrides of an experiment, by name or by the path of a YAML file, in Hydra's form `hydra.sweeper.params`.

    A file can say which keys have which values, and nothing else: it is read as data, and chooses neither code nor
    launcher.

    Raises
    ------
    UserError
        When there is no such experiment, or it says something else.
    """
    path = Path(name)
    if not name.endswith((".yaml", ".yml")):
        if name not in experiment_names():
            raise UserError(
                one_of("Experiment", name, experiment_names()) + " A file of your own: experiment=PATH.yaml."
            )
        path = Path(str(resources.files("mixflow.configs") / "experiment" / f"{name}.yaml"))
    try:
        content = read_yaml(path, "an experiment")
    except UserError as error:
        raise UserError(f"experiment={name}: {error}") from error
    try:
        params = dict(content["hydra"]["sweeper"]["params"])
        sweeper = content["hydra"]["sweeper"]
        extra = [
            *(content.keys() - {"hydra"}),
            *(content["hydra"].keys() - {"sweeper"}),
            *(sweeper.keys() - {"params"}),
        ]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UserError(
            f"experiment={name}: {path} must hold hydra: sweeper: params: with one KEY: VALUES a line."
        ) from error
    if extra:
        raise UserError(
            f"experiment={name}: {extra[0]} is not allowed; an experiment holds hydra.sweeper.params alone."
        )
    found = {str(key): _as_text(value) for key, value in params.items()}
    for key, value in found.items():
        if not KEY.fullmatch(key):
            raise UserError(
                f"experiment={name}: {key!r} is not allowed: an experiment holds keys of a run, such as scale, without + or ~. "
                "Say on the command line how a sweep is run."
            )
        if key == "runs_dir":
            raise UserError(f"experiment={name}: {key} is not allowed; say on the command line where results go.")
        _check_line(name, key, value)
    return found


def _check_line(name: str, key: str, value: str) -> None:
    """Refuse a line of an experiment whose value is read as more than the value of its key."""
    try:
        (override,) = parsed([f"{key}={value}"])
    except UserError as error:
        raise UserError(f"experiment={name}: {error}") from error
    if override.key_or_group != key:
        raise UserError(f"experiment={name}: {key} is not allowed.")


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ",".join(map(_as_text, value)) + "]"
    return "null" if value is None else str(value)


def with_limit(lines: Sequence[str]) -> tuple[list[str], int]:
    """The lines of a command without `most_runs`, and the runs that it may ask for."""
    given, rest = shared_out(lines, {"most_runs": None})
    return rest, most_runs(given["most_runs"])


def _runs(overrides: Sequence[Override], many: Mapping[str, int]) -> int:
    """How many runs a sweep has: settings count only where their policy is selected."""
    others = math.prod(n for key, n in many.items() if key != "policies" and not is_setting(key))
    settings = {key: n for key, n in many.items() if is_setting(key)}
    given = next((o.value() for o in overrides if o.key_or_group == "policies" and o.is_sweep_override()), None)
    if not isinstance(given, ChoiceSweep):
        return others * math.prod(settings.values()) * many.get("policies", 1)
    choices = [names if isinstance(names, list) else [] for names in map(plain, given.list)]
    return others * sum(
        math.prod(n for key, n in settings.items() if split_setting(key)[0] in names) for names in choices
    )


def _many(override: Override) -> int:
    """How many values a swept key has, counted without making them."""
    sweep = override.value()
    if isinstance(sweep, RangeSweep):
        if sweep.start is None or sweep.stop is None or not sweep.step:
            return 1  # refused with its reason where values are read
        numbers = [float(value) for value in (sweep.start, sweep.stop, sweep.step)]
        if not all(map(math.isfinite, numbers)):
            raise UserError(f"{override.input_line}: a range goes from a number to a number.")
        return max(math.ceil((numbers[1] - numbers[0]) / numbers[2]), 0)
    return len(sweep.list) if isinstance(sweep, ChoiceSweep) else 1


def _values(override: Override) -> list[Any]:
    """The values of one swept key, as plain Python."""
    key, line = override.key_or_group, override.input_line
    if key in FORBIDDEN:
        raise UserError(f"{line}: {FORBIDDEN[key]}.")
    if override.value_type == ValueType.GLOB_CHOICE_SWEEP or not override.is_discrete_sweep():
        raise UserError(f"{line}: write the values one by one, KEY=1,2,3, or as KEY=range(FIRST,END,STEP).")
    try:
        values = [plain(value) for value in override.sweep_iterator()]
    except (HydraException, ValueError) as error:
        said = "the step of a range must not be 0" if "must not be zero" in str(error) else str(error)
        raise UserError(f"{line}: {said}.") from error
    if not values:
        raise UserError(f"{line}: the range is empty, as its end is not after its start; range(0,50) has 0 to 49.")
    return values


def _check_twice(overrides: Sequence[Override]) -> None:
    keys = [override.key_or_group for override in overrides]
    for key in keys:
        if keys.count(key) > 1:
            raise UserError(f"{key} is set twice; set it once.")


def _bases(fixed: Sequence[Override], groups: dict[str, list[Any]], others: dict[str, list[Any]]) -> list[Config]:
    """A config for each combination of groups; swept keys are checked by giving them their first values."""
    lines = [f"{key}={as_value(values[0])}" for key, values in others.items()]
    bases = []
    for choice in itertools.product(*groups.values()):
        chosen = [f"{key}={as_value(value)}" for key, value in zip(groups, choice, strict=True)]
        base = merged([*fixed, *parsed([*chosen, *lines])])
        base["policy_settings"] = _settings(fixed)
        given = {override.key_or_group for override in fixed}
        base["threads"] = base["threads"] if "threads" in given else 1
        base["figures"] = base["figures"] if "figures" in given else False
        for key in ("tables", "policy_path"):  # workers may start in other folders
            base[key] = None if base[key] is None else str(with_home(str(base[key])).absolute())
        bases.append(base)
    return bases


def _settings(overrides: Sequence[Override]) -> Settings:
    settings: Settings = {}
    for override in overrides:
        if is_setting(override.key_or_group):
            policy, setting = split_setting(override.key_or_group)
            settings.setdefault(policy, {})[setting] = plain(override.value())
    return settings


def _points(
    bases: Sequence[Config], plain: dict[str, list[Any]], settings: dict[str, list[Any]]
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Every combination; settings of policies that a combination does not select are left out of it."""
    fixed: Settings = bases[0]["policy_settings"]
    _check_somewhere(bases, plain, [(policy, next(iter(values))) for policy, values in fixed.items()])
    _check_somewhere(bases, plain, [split_setting(key) for key in settings])
    for base, config in enumerate(bases):
        for values in itertools.product(*plain.values()):
            changes: dict[str, Any] = dict(zip(plain, values, strict=True))
            if not settings and not fixed:
                yield base, changes
                continue
            chosen: list[str] = changes.get("policies", config["policies"]) or []
            relevant = [split_setting(key) for key in settings if split_setting(key)[0] in chosen]
            for given in itertools.product(*(settings[f"{PREFIX}{policy}.{name}"] for policy, name in relevant)):
                found = {policy: dict(kept) for policy, kept in fixed.items() if policy in chosen}
                for (policy, name), value in zip(relevant, given, strict=True):
                    found.setdefault(policy, {})[name] = value
                yield base, {**changes, "policy_settings": found}


def _check_somewhere(bases: Sequence[Config], plain: dict[str, list[Any]], settings: Sequence[tuple[str, str]]) -> None:
    """Refuse settings of policies that no combination selects."""
    selected = {
        name
        for names in plain.get("policies", [base["policies"] for base in bases])
        for name in (names if isinstance(names, list) else [])
    }
    for policy, setting in settings:
        if policy not in selected:
            raise not_selected(policy, setting, selected)
