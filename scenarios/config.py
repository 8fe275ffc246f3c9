"""The config of a scenario as plain values: its files in `configs/`, and what is given in place of theirs."""

import functools
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from mixflow.policies.library import HISTORY, history, scenario_folder
from mixflow.policies.yaml_files import read_yaml
from mixflow.sim.base.errors import UserError, one_of
from mixflow.sim.base.own import CONFIG, home, own_scenarios
from mixflow.sim.base.params import PARAMS, defaults

from . import ensembles

Config = dict[str, Any]

OF_CASES = "displacement"
"""The scenario of flight to camps, whose world is a case and not a folder of tables."""

MORE = ("ensemble", "member", "check_days")
"""Keys that the files do not have: whose fitted parameters, and how often the books are checked."""

PLAIN = ("scale", "start", "end", "baseline", "anchor_draw", "spin_up_months", "history", "tables", "policies")
"""Keys whose values make another world than the scenario's own."""


def scenario_names() -> list[str]:
    """Names of the scenarios: those that come with the package in alphabetical order, then those of one's own.

    Raises
    ------
    UserError
        When one of one's own has the name of one of the package.
    """
    packaged, others = packaged_names(), own_scenarios()
    if twice := [name for name in others if name in packaged]:
        raise UserError(
            f"{home() / twice[0]} has the name of a scenario of the package: {twice[0]}. Rename the folder, and the "
            "scenario in its scenario.yaml."
        )
    return packaged + others


def packaged_names() -> list[str]:
    """Names of the scenarios that come with the package, in alphabetical order."""
    folder = resources.files("mixflow.configs") / "scenario"
    return sorted(item.name.removesuffix(".yaml") for item in folder.iterdir() if item.name.endswith(".yaml"))


def scenario_config(name: str) -> Config:
    """What the file of a scenario says.

    Raises
    ------
    UserError
        When the file of a scenario of one's own has another name or a key that no scenario has.
    """
    if name in packaged_names():
        return _read(f"scenario/{name}.yaml")
    path = home() / name / CONFIG
    found = read_yaml(path, "a scenario")
    if found.get("scenario") != name:
        raise UserError(f"{path}: scenario is {found.get('scenario')!r}; allowed: {name!r}, as its folder is called.")
    known = {key for other in packaged_names() if other != OF_CASES for key in _read(f"scenario/{other}.yaml")}
    known |= {key for key in _read("config.yaml") if key != "defaults"}
    for key in found:
        if key not in known:
            raise UserError(f"{path}: {one_of('Key', key, sorted(known))}")
    return found


@functools.cache
def _read(name: str) -> Config:
    return read_yaml(Path(str(resources.files("mixflow.configs"))) / name, "a config")


def own_config(scenario: str) -> Config:
    """The config of a scenario with nothing given: every key and every parameter.

    Raises
    ------
    UserError
        When there is no such scenario, or it is the one of cases.
    """
    if scenario not in scenario_names():
        raise UserError(one_of("Scenario", scenario, scenario_names()))
    if scenario == OF_CASES:
        raise UserError(
            f"scenario={scenario} has no world of its own to build: mixflow run scenario={scenario} case=DIR runs a case. "
            f"Scenarios with a world: {', '.join(name for name in scenario_names() if name != OF_CASES)}."
        )
    general = {key: value for key, value in _read("config.yaml").items() if key != "defaults"}
    mine = scenario_config(scenario)
    return {**general, **mine, "params": merged_params(defaults(), mine.get("params", {}))}


def merged_params(below: Mapping[str, Mapping[str, Any]], above: Any) -> dict[str, dict[str, Any]]:
    """Parameters by group and name, those of `above` over those of `below`.

    Raises
    ------
    UserError
        When `above` does not hold groups of parameters, or one that is not known.
    """
    if not isinstance(above, Mapping) or not all(isinstance(group, Mapping) for group in above.values()):
        raise UserError(
            "params holds groups of numbers: params={'leave': {'prepare_days': 30}}; mixflow show params lists them."
        )
    for group in above:
        if group not in PARAMS:
            raise UserError(one_of("Parameter group", group, PARAMS))
    return {group: {**values, **above.get(group, {})} for group, values in below.items()}


def completed(given: Mapping[str, Any]) -> Config:
    """The config that a run of these keys has: what is left out is the scenario's own, as on the command line.

    Parameters
    ----------
    given
        Keys of a run; without `scenario` it is the default one. `ensemble` and `member` choose other fitted parameters,
        and `params` may hold some of them.

    Raises
    ------
    UserError
        When a key, the scenario, the ensemble or a parameter is not known.
    """
    scenario = str(given.get("scenario", _default_scenario()))
    own = own_config(scenario)
    for key in given:
        if key not in (*own, *MORE):
            raise UserError(one_of("Key", key, [*sorted(own), *MORE]))
    params = merged_params(own["params"] if _whole(given, own) else _fitted(own, given), given.get("params", {}))
    config = {**own, **given, "scenario": scenario, "params": params}
    names = config["policies"] or []
    if isinstance(names, str) or not all(isinstance(name, str) for name in names):
        raise UserError(f"policies={names!r} is not a list of names; write policies=[NAME, ...].")
    config["policies"] = list(names)
    if not isinstance(config["history"], bool):
        raise UserError(f"history={config['history']!r} is not allowed: true or false.")
    check_history(config)
    return config


def differences(config: Mapping[str, Any]) -> list[str]:
    """What makes the world of a completed config another than the scenario's own, one text each, with the scenario's value."""
    own = own_config(str(config["scenario"]))
    found = [f"{key}={_shown(config[key])} (scenario: {_shown(own[key])})" for key in PLAIN if config[key] != own[key]]
    if "ensemble" in config:
        found.append(f"ensemble={config['ensemble']} member={config.get('member', 0)}")
    try:
        fitted = _fitted(own, config)
    except UserError:  # the file of an ensemble of one's own may be gone
        fitted = own["params"]
    return found + [
        f"params.{group}.{name}={value:g} (scenario: {fitted[group][name]:g})"
        for group, values in config["params"].items()
        for name, value in values.items()
        if value != fitted[group][name]
    ]


def check_history(config: Mapping[str, Any]) -> None:
    """Refuse history in a world of which none is known: it lies in the folder `policies` of the scenario.

    Raises
    ------
    UserError
        When the scenario has none.
    """
    if not (config["history"] or HISTORY in config["policies"]):
        return
    name = str(config["scenario"])
    if not history(config["policy_path"], name):
        raise UserError(
            f"scenario={name} has no history: no policy that was enacted in its world is in {scenario_folder(name)}, nor in "
            "policy_path. Leave history out."
        )


def _default_scenario() -> str:
    return str(next(item["scenario"] for item in _read("config.yaml")["defaults"] if "scenario" in item))


def _whole(given: Mapping[str, Any], own: Config) -> bool:
    """Whether all parameters are given, so that none is taken from a file."""
    params = given.get("params", {})
    return isinstance(params, Mapping) and all(
        params.get(group, {}).keys() >= own["params"][group].keys() for group in own["params"]
    )


def _fitted(own: Config, given: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The scenario's parameters, or those of the chosen member of an ensemble over them."""
    if "ensemble" not in given:
        if "member" in given:
            raise UserError("member=... says which of an ensemble; write ensemble=NAME too.")
        return dict(own["params"])
    return merged_params(
        own["params"], ensembles.member(str(given["ensemble"]), given.get("member", 0), own["scenario"])
    )


def _shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else "none" if value in (None, []) else str(value)
