"""From command-line overrides to a plain, checked dict: the only file that talks to Hydra. Nothing is instantiated."""

import copy
import functools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from hydra import compose as hydra_compose
from hydra import initialize_config_module
from hydra.core.config_store import ConfigStore
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.errors import HydraException
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from mixflow.policies.yaml_files import parse_yaml
from mixflow.scenarios import ensembles
from mixflow.scenarios.anchors import BASELINES, STRUCTURAL
from mixflow.scenarios.config import check_history, packaged_names, scenario_config, scenario_names
from mixflow.scenarios.setting import setting_of
from mixflow.scenarios.tables import tables_folder
from mixflow.sim.base.errors import UserError, one_of
from mixflow.sim.base.limits import MOST_RUN_GB, OVERRIDE_LETTERS
from mixflow.sim.base.params import checked, defaults
from mixflow.sim.base.reading import has_halves, is_folder, with_home
from mixflow.sim.base.renamed import renamed
from mixflow.sim.displacement import params as flight

from .identity import config_hash as config_hash
from .kinds import kind_of
from .override_text import instantiates, interpolates, plain, signed
from .policy_overrides import available, checked_names, checked_settings, in_force, is_setting, split_setting

Config = dict[str, Any]

HIDDEN = ("title", "description", "policy_settings")
"""Keys that a user need not set."""

SHOWN = 200
"""Letters of a wrong argument that a message repeats."""


def composed(overrides: Sequence[str] = ()) -> Config:
    """Compose and check a config.

    Parameters
    ----------
    overrides
        As on the command line: `key=value`.

    Returns
    -------
    dict
        Plain values only; dates as ISO strings, `runs_dir` and `tables` as strings.

    Raises
    ------
    UserError
        When a key is not known or a value not allowed.
    """
    parsed_overrides = parsed(overrides)
    for override in parsed_overrides:
        if override.is_sweep_override():
            raise UserError(
                f"{override.input_line!r} is a sweep of several values. To run them all, write mixflow run -m; "
                "without -m give one value."
            )
        if override.key_or_group.startswith(("hydra/", "hydra.launcher.")):
            raise UserError(f"{override.input_line!r} says how a sweep is run; write mixflow run -m.")
    return validated(merged(parsed_overrides))


def merged(overrides: Sequence[Override]) -> Config:
    """Compose the config with these overrides, one value each; values are not checked yet, keys are.

    Raises
    ------
    UserError
        When a key is not known.
    """
    of_case = any(o.key_or_group == "scenario" and o.value() == "displacement" for o in overrides)
    own = _own_of(overrides)
    overrides, chosen = _with_member(overrides)
    settings = _settings(overrides)
    others = [override for override in overrides if not is_setting(override.key_or_group)]
    try:
        base = _hydra(tuple(_scenario(others)), of_case, own)
        _check_overrides(others, base)
        lines = [str(override.input_line) for override in others if override.key_or_group != "policies"]
        config = copy.deepcopy(_hydra(tuple(lines), of_case, own))
        _check_composed(config, base)
    except (HydraException, OmegaConfBaseException) as error:
        raise UserError(_first_line(error)) from error
    if chosen and config["scenario"] != chosen.pop("fitted_to"):
        raise UserError(f"ensemble={chosen['ensemble']} was fitted to another scenario than {config['scenario']}.")
    # Hydra would take `policies`, which is a folder of configs too, for a choice of one of its files
    selected = {
        override.key_or_group: plain(override.value()) for override in others if override.key_or_group == "policies"
    }
    return {**{str(key): value for key, value in config.items()}, **selected, "policy_settings": settings, **chosen}


@functools.lru_cache(maxsize=128)
def _hydra(lines: tuple[str, ...], of_case: bool, own: tuple[tuple[str, str], ...]) -> Config:
    """What Hydra composes of these lines; kept, as it takes a third of a second and worlds of a comparison share it.

    The result is shared: copy it before changing it. The config files of the package do not change while a process runs;
    scenarios of one's own may, so their text is part of the key.
    """
    store = ConfigStore.instance()
    store.store(group="params", name="model", node=flight.defaults() if of_case else defaults(), package="params")
    for name, _ in own:  # their files lie in no folder of configs
        store.store(group="scenario", name=name, node=scenario_config(name), package="_global_")
    with initialize_config_module(config_module="mixflow.configs", version_base="1.3"):
        config = OmegaConf.to_container(hydra_compose(config_name="config", overrides=list(lines)), resolve=True)
    assert isinstance(config, dict)
    return {str(key): value for key, value in config.items()}


def _own_of(overrides: Sequence[Override]) -> tuple[tuple[str, str], ...]:
    """Name and config, as JSON, of each scenario of one's own that the overrides choose."""
    names = [str(override.value()) for override in overrides if override.key_or_group == "scenario"]
    own = [name for name in names if name in scenario_names() and name not in packaged_names()]
    return tuple((name, json.dumps(scenario_config(name), default=str)) for name in own)


def _with_member(overrides: Sequence[Override]) -> tuple[list[Override], Config]:
    """Put the parameters of `ensemble=NAME member=K` among the overrides; those that are set by hand win."""
    given = {o.key_or_group: o.value() for o in overrides if o.key_or_group in ("ensemble", "member")}
    rest = [override for override in overrides if override.key_or_group not in given]
    if not given:
        return rest, {}
    if "ensemble" not in given:
        raise UserError("member=... says which of an ensemble; write ensemble=NAME too.")
    name, member = str(given["ensemble"]), _whole(given.get("member", 0), "member", 0, 10**6)
    by_hand = {override.key_or_group for override in rest}
    lines = [f"{key}={value}" for key, value in ensembles.overrides(name, member) if key not in by_hand]
    return [*rest, *parsed(lines)], {"ensemble": name, "member": member, "fitted_to": ensembles.read(name).scenario}


def _settings(overrides: Sequence[Override]) -> dict[str, dict[str, Any]]:
    """What is set of policies: Hydra composes lists as wholes, so these keys stand beside the list that it composes."""
    settings: dict[str, dict[str, Any]] = {}
    for override in overrides:
        if is_setting(override.key_or_group):
            policy, setting = split_setting(override.key_or_group)
            if signed(override) or setting in settings.get(policy, {}):
                raise UserError(f"{override.key_or_group} is set twice, or with + or ~; set it once, without.")
            settings.setdefault(policy, {})[setting] = plain(override.value())
    return settings


def _scenario(overrides: Sequence[Override]) -> list[str]:
    """The override that chooses the scenario, where there is one of that name."""
    given = [override.value() for override in overrides if override.key_or_group == "scenario"]
    return [f"scenario={name}" for name in scenario_names() if name in given[-1:]]


def _check_composed(config: Any, base: Any) -> None:
    """Refuse a config with keys that the scenario's own has not, whichever way they came into it."""
    new = sorted(set(_keys(config)) - set(_keys(base)))
    if new:
        raise UserError(_unknown_key(new[0], set(_keys(base))))


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__


def parsed(overrides: Sequence[str]) -> list[Override]:
    """Read overrides by Hydra's grammar.

    Raises
    ------
    UserError
        When one is no override.
    """
    parser = OverridesParser.create()
    found: list[Override] = []
    for text in overrides:
        if len(text) > OVERRIDE_LETTERS:
            raise UserError(f"{_short(text)} has {len(text):,} letters; at most {OVERRIDE_LETTERS:,} are read.")
        if has_halves(text):
            raise UserError(f"{_short(ascii(text))} is not UTF-8 text.")
        if "=" not in text and not text.startswith("~"):
            raise UserError(
                f"{_short(text)} is not an override. Write key=value, for example seed=7; mixflow --help shows more."
            )
        try:
            found += parser.parse_overrides([text])
        except Exception as error:  # of a parser that is not ours, about text that anybody may have written
            raise UserError(
                f"cannot read {_short(text)}. Write key=value; put a value with spaces or special characters in quotes: "
                "'runs_dir=\"my runs\"'."
            ) from error
        _check_plain(found[-1])
    return found


def _check_plain(override: Override) -> None:
    """Refuse what says more than a key and its value: another package of the config, or a value that lies elsewhere."""
    key = override.key_or_group
    if override.package is not None:
        raise UserError(f"{key}@{override.package}: write {key}=VALUE, without @.")
    if any(part.startswith("_") for part in re.split(r"[./]", key)) or instantiates(override.value()):
        raise UserError(f"{key}: keys that begin with _ are not allowed.")
    if interpolates(override.value()):
        raise UserError(
            f"{key}: ${{...}} in a value is not allowed, as it would copy environment variables or other keys into results. "
            "Write the value out; write \\${ for the letters themselves."
        )


def _short(text: str) -> str:
    return repr(text if len(text) <= SHOWN else f"{text[:SHOWN]}...")


def _check_overrides(overrides: Sequence[Override], base: Any) -> None:
    known = set(_keys(base))
    seen: set[str] = set()
    for override in overrides:
        key = override.key_or_group
        if override.is_delete():
            raise UserError(f"~{key}: keys cannot be removed; set {key}=VALUE.")
        if key not in known:
            raise UserError(_unknown_key(key, known))
        if override.is_add() or override.is_force_add():
            raise UserError(
                f"{override.input_line!r}: nothing can be added; the key is there, write it without the plus sign."
            )
        if key in seen:
            raise UserError(f"{key} is set twice; set it once.")
        seen.add(key)
        if key == "scenario" and override.value() not in scenario_names():
            raise UserError(one_of("Scenario", override.value(), scenario_names()))
        if key == "policy_settings":
            raise UserError("policy_settings cannot be set; write policies.NAME.SETTING=VALUE.")
        if key == "params" and not isinstance(override.value(), dict):
            raise UserError(
                "params cannot be set as a whole; write params.GROUP.NAME=VALUE. mixflow show params lists them."
            )


def _keys(node: Any, before: str = "") -> Iterator[str]:
    for key, value in node.items():
        yield f"{before}{key}"
        if isinstance(value, dict):
            yield from _keys(value, f"{before}{key}.")


def _unknown_key(key: str, known: set[str]) -> str:
    top = sorted(name for name in known if "." not in name and name not in HIDDEN)
    if not key.startswith("params."):
        return one_of("Key", key, top).replace("params", "params.GROUP.NAME")
    group, _, name = key.removeprefix("params.").partition(".")
    groups = flight.defaults() if "params.flight" in known else defaults()
    if group not in groups:
        return one_of("Parameter group", group, groups)
    return one_of(f"Parameter of group {group!r}", name, groups[group])


def validated(config: Mapping[str, Any]) -> Config:
    """Return the config with every value checked; see `composed`."""
    if kind := kind_of(config["scenario"]):
        of_kind: Config = kind.validated(config)
        return of_kind
    for key in ("title", "description"):
        if not isinstance(config[key], str):
            raise UserError(f"{key}={config[key]!r} is not text.")
    start, end = _day(config, "start"), _day(config, "end")
    if end < start:
        raise UserError(
            f"end={end} is before start={start}. The end is the last day of the run; it must not be before the start."
        )
    for key in ("quiet", "force", "figures", "profile", "trace", "history"):
        if not isinstance(config[key], bool):
            raise UserError(f"{key}={config[key]!r} is not allowed: true or false.")
    if not isinstance(config["params"], dict) or not all(
        isinstance(group, dict) for group in config["params"].values()
    ):
        raise UserError(
            "params holds groups of numbers; write params.GROUP.NAME=VALUE. mixflow show params lists them."
        )
    policy_path = None if config["policy_path"] is None else _path(config["policy_path"], "policy_path")
    policies = checked_names(
        config["policies"], available(policy_path, config["scenario"]) if config["policies"] else []
    )
    check_history({**config, "policies": policies})
    return {
        **config,
        "policies": policies,
        "policy_path": policy_path,
        "policy_settings": checked_settings(config["policy_settings"], in_force({**config, "policies": policies})),
        "start": start.isoformat(),
        "end": end.isoformat(),
        "scale": _scale(config["scale"]),
        "spin_up_months": _whole(config["spin_up_months"], "spin_up_months", 0, 120),
        "baseline": _baseline(config["baseline"]),
        "anchor_draw": _whole(config["anchor_draw"], "anchor_draw", 0, 10**6),
        "seed": _whole(config["seed"], "seed", 0, 2**63 - 1),
        "threads": None if config["threads"] is None else _whole(config["threads"], "threads", 1, 1024),
        "checkpoint_minutes": None
        if config["checkpoint_minutes"] is None
        else _whole(config["checkpoint_minutes"], "checkpoint_minutes", 1, 10_000),
        "most_memory_gb": _whole(config["most_memory_gb"], "most_memory_gb", 1, MOST_RUN_GB),
        "runs_dir": _path(config["runs_dir"], "runs_dir"),
        "tables": None if config["tables"] is None else _tables(config["tables"]),
        "params": checked(config["params"]),
    }


def shared_out(arguments: Sequence[str], own: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Share KEY=VALUE arguments out: values of a command's own keys, given ones over those of `own`; and the rest, a run's.

    Raises
    ------
    UserError
        When the value of an own key is not YAML.
    """
    values, rest = dict(own), []
    given: set[str] = set()
    for argument in arguments:
        key, sign, value = argument.partition("=")
        if key not in own:
            if new := renamed(key, own):
                raise UserError(f"Key {key!r} is not known. It is now called {new!r}.")
            rest.append(argument)
            continue
        if not sign:
            raise UserError(f"{key!r} has no value. Write {key}=VALUE.")
        if key in given:
            raise UserError(f"{key} is set twice; set it once.")
        given.add(key)
        try:
            values[key] = parse_yaml(value, key, "a value")
        except UserError as error:
            raise UserError(
                f"{argument[:SHOWN]}: the value cannot be read; write a number, a name or [a, b]."
            ) from error
    return values, rest


def structural(lines: Sequence[str], what: str) -> list[str]:
    """The override that takes an anchor away, for a study whose past must not know the record.

    Raises
    ------
    UserError
        When the user asks for an anchored one.
    """
    given = [line.partition("=")[2] for line in lines if line.startswith("baseline=")]
    if given and given[-1] != STRUCTURAL:
        raise UserError(
            f"baseline={given[-1]}: {what} runs with baseline={STRUCTURAL}, as an anchor knows the record that it is compared with."
        )
    return [] if given else [f"baseline={STRUCTURAL}"]


def days_of(config: Mapping[str, Any]) -> tuple[date, date]:
    """The first and the last day that a run of a config's world may have."""
    tables = config.get("tables")
    if tables is not None and not (isinstance(tables, str) and _is_folder(tables)):
        return date.min, date.max  # what reads the tables says that they are not there
    setting = setting_of(tables_folder(config))
    return setting.earliest, setting.latest


def _is_folder(path: str) -> bool:
    try:
        return Path(path).is_dir()
    except OSError:  # a name that is too long
        return False


def _day(config: Mapping[str, Any], key: str) -> date:
    given = config[key]
    try:
        day = date.fromisoformat(given)
    except (TypeError, ValueError) as error:
        raise UserError(f"{key}={given} is not a date. Write year-month-day, for example {key}=2011-01-01.") from error
    earliest, latest = days_of(config)
    if not earliest <= day <= latest:
        raise UserError(f"{key}={given} is outside the days that a run may have: {earliest} to {latest}.")
    return day


def _baseline(given: Any) -> str:
    if given not in BASELINES:
        raise UserError(one_of("baseline", str(given), BASELINES))
    return str(given)


def _scale(given: Any) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 < given <= 1:
        raise UserError(
            f"scale={given} is not allowed: above 0 and at most 1. It is the share of people who are simulated; "
            "0.02 means that one simulated person stands for 50."
        )
    return float(given)


def _whole(given: Any, key: str, low: int, high: int) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not low <= given <= high:
        raise UserError(f"{key}={given} is not allowed: a whole number from {low} to {high}.")
    return given


def path_of(given: Any, key: str) -> str:
    """A path as text, the home folder filled in."""
    return _path(given, key)


def whole_of(given: Any, key: str, low: int, high: int) -> int:
    """A whole number within bounds."""
    return _whole(given, key, low, high)


def _path(given: Any, key: str) -> str:
    if given is None or isinstance(given, bool | dict | list) or not str(given).strip():
        raise UserError(f"{key}={given} is not a folder; write {key}=PATH.")
    if "\0" in str(given) or any(len(part.encode(errors="replace")) > 255 for part in Path(str(given)).parts):
        raise UserError(f"{key}={str(given)[:SHOWN]!r} is no path: a name in it is too long, or has a zero byte.")
    return str(with_home(str(given)))


def _tables(given: Any) -> str:
    folder = _path(given, "tables")
    if not is_folder(Path(folder)):
        raise UserError(
            f"tables={given} is not a folder. Give a folder with a world's tables: a copy of a scenario's own."
        )
    return folder
