"""From command-line overrides to a plain, checked dict: the only file that talks to Hydra. Nothing is instantiated."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from importlib import resources
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

import mixflow
from mixflow.scenarios.tables import tables_folder
from mixflow.sim.errors import UserError, one_of
from mixflow.sim.params import checked, defaults

Config = dict[str, Any]

NOT_HASHED = ("seed", "runs_dir", "threads", "quiet", "force", "tables")
"""Keys outside the hash: the seed stands beside it, tables count by their content, the rest changes no result."""

EARLIEST, LATEST = date(2009, 1, 1), date(2019, 12, 31)
"""The days for which a world may hold drivers."""


def scenario_names() -> list[str]:
    """Names of the scenarios that come with the package, in alphabetical order."""
    folder = resources.files("mixflow.configs") / "scenario"
    return sorted(item.name.removesuffix(".yaml") for item in folder.iterdir() if item.name.endswith(".yaml"))


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
    ConfigStore.instance().store(group="params", name="model", node=defaults(), package="params")
    try:
        with initialize_config_module(config_module="mixflow.configs", version_base="1.3"):
            base = hydra_compose(config_name="config")
            _check_overrides(_parsed(overrides), OmegaConf.to_container(base))
            config = OmegaConf.to_container(
                hydra_compose(config_name="config", overrides=list(overrides)), resolve=True
            )
    except (HydraException, OmegaConfBaseException) as error:
        raise UserError(_first_line(error)) from error
    assert isinstance(config, dict)
    return validated({str(key): value for key, value in config.items()})


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__


def _parsed(overrides: Sequence[str]) -> list[Override]:
    parser = OverridesParser.create()
    parsed = []
    for text in overrides:
        if "=" not in text and not text.startswith("~"):
            raise UserError(
                f"{text!r} is not an override. Write key=value, for example seed=7; mixflow --help shows more."
            )
        try:
            parsed += parser.parse_overrides([text])
        except HydraException as error:
            raise UserError(
                f"cannot read {text!r}. Write key=value; put a value with spaces or special characters in quotes: "
                "'runs_dir=\"my runs\"'."
            ) from error
    return parsed


def _check_overrides(overrides: Sequence[Override], base: Any) -> None:
    known = set(_keys(base))
    seen: set[str] = set()
    for override in overrides:
        key = override.key_or_group
        if override.is_delete():
            raise UserError(f"~{key}: keys cannot be removed; set {key}=VALUE.")
        if override.is_sweep_override():
            raise UserError(f"{override.input_line!r} is a sweep of several values; give one: a run is one config.")
        if key not in known:
            raise UserError(_unknown_key(key, known))
        if override.is_add():
            raise UserError(
                f"{override.input_line!r}: nothing can be added; the key is there, write it without the plus sign."
            )
        if key in seen:
            raise UserError(f"{key} is set twice; set it once.")
        seen.add(key)
        if key == "scenario" and override.value() not in scenario_names():
            raise UserError(one_of("Scenario", override.value(), scenario_names()))
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
    top = sorted(name for name in known if "." not in name and name not in ("title", "description"))
    if not key.startswith("params."):
        return one_of("Key", key, top).replace("params", "params.GROUP.NAME")
    group, _, name = key.removeprefix("params.").partition(".")
    if group not in defaults():
        return one_of("Parameter group", group, defaults())
    return one_of(f"Parameter of group {group!r}", name, defaults()[group]) + " mixflow show params explains each."


def validated(config: Mapping[str, Any]) -> Config:
    """Return the config with every value checked; see `composed`."""
    for key in ("title", "description"):
        if not isinstance(config[key], str):
            raise UserError(f"{key}={config[key]!r} is not text.")
    start, end = _day(config, "start"), _day(config, "end")
    if end < start:
        raise UserError(
            f"end={end} is before start={start}. The end is the last day of the run; it must not be before the start."
        )
    for key in ("quiet", "force"):
        if not isinstance(config[key], bool):
            raise UserError(f"{key}={config[key]!r} is not allowed: true or false.")
    if not isinstance(config["params"], dict) or not all(
        isinstance(group, dict) for group in config["params"].values()
    ):
        raise UserError(
            "params holds groups of numbers; write params.GROUP.NAME=VALUE. mixflow show params lists them."
        )
    return {
        **config,
        "start": start.isoformat(),
        "end": end.isoformat(),
        "scale": _scale(config["scale"]),
        "seed": _whole(config["seed"], "seed", 0, 2**63 - 1),
        "threads": None if config["threads"] is None else _whole(config["threads"], "threads", 1, 1024),
        "runs_dir": _path(config["runs_dir"], "runs_dir"),
        "tables": None if config["tables"] is None else _tables(config["tables"]),
        "params": checked(config["params"]),
    }


def _day(config: Mapping[str, Any], key: str) -> date:
    given = config[key]
    try:
        day = date.fromisoformat(given)
    except (TypeError, ValueError) as error:
        raise UserError(f"{key}={given} is not a date. Write year-month-day, for example {key}=2011-01-01.") from error
    if not EARLIEST <= day <= LATEST:
        raise UserError(f"{key}={given} is outside the days that a run may have: {EARLIEST} to {LATEST}.")
    return day


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


def _path(given: Any, key: str) -> str:
    if given is None or isinstance(given, bool | dict | list) or not str(given).strip():
        raise UserError(f"{key}={given} is not a folder; write {key}=PATH.")
    return str(Path(str(given)).expanduser())


def _tables(given: Any) -> str:
    folder = _path(given, "tables")
    if not Path(folder).is_dir():
        raise UserError(
            f"tables={given} is not a folder. Give a folder with a world's tables: a copy of a scenario's own."
        )
    return folder


def config_hash(config: Mapping[str, Any]) -> str:
    """Twelve hex digits that name the config, the world's tables by their content, and the version of mixflow."""
    kept = {key: value for key, value in config.items() if key not in NOT_HASHED}
    tables = hashlib.sha256()
    try:
        for path in sorted(tables_folder(config).iterdir()):
            if path.name.endswith((".csv", ".csv.gz", ".json")):
                tables.update(f"{path.name}\n".encode() + hashlib.sha256(path.read_bytes()).digest())
    except OSError as error:
        raise UserError(f"cannot read the tables: {error.filename}: {error.strerror}.") from error
    text = json.dumps([kept, mixflow.__version__, tables.hexdigest()], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:12]
