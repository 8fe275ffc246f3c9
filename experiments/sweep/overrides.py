"""From what a user types after `mixflow run -m` to the points of a sweep, by Hydra's own grammar of overrides."""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from hydra.core.override_parser.types import Override, QuotedString, ValueType
from hydra.errors import HydraException

from mixflow.sim.errors import UserError, one_of

from ..config import Config, merged, parsed
from ..policy_overrides import PREFIX, Settings, is_setting, list_of_names, not_selected, split_setting

GROUPS = ("scenario", "ensemble", "member")
"""Keys that choose a whole group of others: each value needs a config of its own."""

FORBIDDEN = {
    "force": "a sweep does what is missing. Remove the folders that shall be run again",
    "runs_dir": "one sweep has one folder of results. Give one value",
    "quiet": "give one value",
    "threads": "it changes no result. Give one value",
    "figures": "it changes no result. Give one value",
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
    overrides = [override for text in _with_experiment(command) for override in parsed([text])]
    launcher = [override for override in overrides if override.key_or_group.startswith("hydra")]
    overrides = [override for override in overrides if not override.key_or_group.startswith("hydra")]
    swept = {override.key_or_group: _values(override) for override in overrides if override.is_sweep_override()}
    fixed = [override for override in overrides if not override.is_sweep_override()]
    for override in fixed:
        if override.key_or_group == "force" and override.value():
            raise UserError(f"force: {FORBIDDEN['force']}.")
    _check_twice(overrides)
    for names in [*swept.get("policies", []), *(_plain(o.value()) for o in fixed if o.key_or_group == "policies")]:
        list_of_names(names)  # they are looked into before each run's config is checked
    groups = {key: values for key, values in swept.items() if key in GROUPS}
    others = {key: values for key, values in swept.items() if key not in GROUPS}
    bases = _bases(fixed, groups, others)
    settings = {key: values for key, values in others.items() if is_setting(key)}
    plain = {key: values for key, values in others.items() if not is_setting(key)}
    points = list(_points(bases, plain, settings))
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
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        params = content["hydra"]["sweeper"]["params"]
        extra = [*(content.keys() - {"hydra"}), *(content["hydra"].keys() - {"sweeper"})]
    except OSError as error:
        raise UserError(f"experiment={name}: cannot read {path}: {error.strerror}.") from error
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise UserError(
            f"experiment={name}: {path} must hold hydra: sweeper: params: with one KEY: VALUES a line."
        ) from error
    if extra:
        raise UserError(
            f"experiment={name}: {extra[0]} is not allowed; an experiment holds hydra.sweeper.params alone."
        )
    for key in params:
        if str(key).startswith("hydra"):
            raise UserError(f"experiment={name}: {key} is not allowed; say on the command line how a sweep is run.")
    return {str(key): _as_text(value) for key, value in params.items()}


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ",".join(map(_as_text, value)) + "]"
    return "null" if value is None else str(value)


def _values(override: Override) -> list[Any]:
    """The values of one swept key, as plain Python."""
    key, line = override.key_or_group, override.input_line
    if key in FORBIDDEN:
        raise UserError(f"{line}: {FORBIDDEN[key]}.")
    if override.value_type == ValueType.GLOB_CHOICE_SWEEP or not override.is_discrete_sweep():
        raise UserError(f"{line}: write the values one by one, KEY=1,2,3, or as KEY=range(FIRST,END,STEP).")
    try:
        values = [_plain(value) for value in override.sweep_iterator()]
    except (HydraException, ValueError) as error:
        said = "the step of a range must not be 0" if "must not be zero" in str(error) else str(error)
        raise UserError(f"{line}: {said}.") from error
    if not values:
        raise UserError(f"{line}: the range is empty, as its end is not after its start; range(0,50) has 0 to 49.")
    return values


def _plain(value: Any) -> Any:
    if isinstance(value, QuotedString):
        return value.text
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _check_twice(overrides: Sequence[Override]) -> None:
    keys = [override.key_or_group for override in overrides]
    for key in keys:
        if keys.count(key) > 1:
            raise UserError(f"{key} is set twice; set it once.")


def _bases(fixed: Sequence[Override], groups: dict[str, list[Any]], others: dict[str, list[Any]]) -> list[Config]:
    """A config for each combination of groups; swept keys are checked by giving them their first values."""
    lines = [f"{key}={_as_hydra(values[0])}" for key, values in others.items()]
    bases = []
    for choice in itertools.product(*groups.values()):
        chosen = [f"{key}={value}" for key, value in zip(groups, choice, strict=True)]
        base = merged([*fixed, *parsed([*chosen, *lines])])
        base["policy_settings"] = _settings(fixed)
        given = {override.key_or_group for override in fixed}
        base["threads"] = base["threads"] if "threads" in given else 1
        base["figures"] = base["figures"] if "figures" in given else False
        for key in ("tables", "policy_path"):  # workers may start in other folders
            base[key] = None if base[key] is None else str(Path(str(base[key])).expanduser().absolute())
        bases.append(base)
    return bases


def _as_hydra(value: Any) -> str:
    if isinstance(value, str):
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return _as_text(value)


def _settings(overrides: Sequence[Override]) -> Settings:
    settings: Settings = {}
    for override in overrides:
        if is_setting(override.key_or_group):
            policy, setting = split_setting(override.key_or_group)
            settings.setdefault(policy, {})[setting] = override.value()
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
