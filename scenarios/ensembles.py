"""Fitted ensembles as files of the package: written by a calibration with their provenance, read by whatever runs a member."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from mixflow.policies.yaml_files import read_yaml
from mixflow.sim.base.errors import UserError, one_of
from mixflow.sim.base.limits import ENSEMBLE_BYTES, NAME_LETTERS
from mixflow.sim.base.params import checked
from mixflow.sim.base.reading import is_file

Params = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Ensemble:
    """Members that fit about equally well, and where they come from.

    Parameters
    ----------
    name
        Of its file.
    scenario
        The world that they were fitted to.
    members
        `params` of each, best first.
    provenance
        Date, version, targets, loss, budget, seeds, scale.
    """

    name: str
    scenario: str
    members: tuple[Params, ...]
    provenance: Mapping[str, Any]

    @property
    def centre(self) -> Params | None:
        """The centre around which its search drew, where one was found."""
        stage = self.provenance.get("centre")
        return _nested(stage["params"]) if isinstance(stage, Mapping) and "params" in stage else None


def home() -> Path:
    """The folder of the package's own ensembles."""
    return Path(str(resources.files("mixflow.configs"))) / "ensemble"


def names() -> list[str]:
    """Names of the ensembles that come with the package."""
    return sorted(path.stem for path in home().glob("*.yaml"))


def read(name: str | Path) -> Ensemble:
    """Read an ensemble of the package by its name, or one of your own by the path of its file.

    Raises
    ------
    UserError
        When there is none of that name, or it is no ensemble for this version's parameters.
    """
    if len(str(name)) > NAME_LETTERS and not str(name).endswith((".yaml", ".yml")):
        raise UserError(f"a name of an ensemble has at most {NAME_LETTERS} letters; this one has {len(str(name)):,}.")
    path = Path(name) if str(name).endswith((".yaml", ".yml")) else home() / f"{name}.yaml"
    if not is_file(path):
        raise UserError(
            one_of("Ensemble", str(name), names()) if names() else f"there are no ensembles yet: {path} is not there."
        )
    try:
        content = read_yaml(path, "an ensemble", ENSEMBLE_BYTES)
        members = tuple(_nested(row["params"]) for row in content["members"])
        found = Ensemble(path.stem, str(content["scenario"]), members, content["provenance"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UserError(f"{path} is no ensemble: it needs scenario, provenance and members with params.") from error
    for number, member in enumerate(found.members):
        try:
            checked(member)
        except UserError as error:
            raise UserError(f"{path}: member {number}: {error} Fit it again with this version.") from error
    return found


def flat(params: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Parameters as a file names them, GROUP.NAME."""
    return {f"{group}.{name}": value for group, values in params.items() for name, value in values.items()}


def _nested(flat: Mapping[str, float]) -> Params:
    found: Params = {}
    for name, value in flat.items():
        group, _, key = name.partition(".")
        found.setdefault(group, {})[key] = float(value)
    return found


def write(path: Path, scenario: str, members: Sequence[tuple[float, Params]], provenance: Mapping[str, Any]) -> None:
    """Write an ensemble, whole or not at all."""
    rows = [{"loss": round(loss, 4), "params": flat(params)} for loss, params in members]
    head = "# Written by `mixflow calibrate`; not by hand. Members fit about equally well: use them all, not the first alone.\n"
    content = {"scenario": scenario, "provenance": dict(provenance), "members": rows}
    text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120, default_flow_style=None)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(head + text, encoding="utf-8")
    part.replace(path)


def overrides(name: str, member: int) -> Iterator[tuple[str, float]]:
    """The keys that a member sets, `params.GROUP.NAME`, and their values.

    Raises
    ------
    UserError
        When there is no such ensemble or member.
    """
    for group, values in _member(read(name), member).items():
        for key, value in values.items():
            yield f"params.{group}.{key}", value


def member(name: str, number: Any, scenario: str) -> Params:
    """The parameters of one member of an ensemble that was fitted to a scenario.

    Raises
    ------
    UserError
        When there is no such ensemble or member, or it was fitted to another scenario.
    """
    ensemble = read(name)
    if ensemble.scenario != scenario:
        raise UserError(f"ensemble={name} was fitted to another scenario than {scenario}.")
    return _member(ensemble, number)


def _member(ensemble: Ensemble, number: Any) -> Params:
    last = len(ensemble.members) - 1
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= last:
        raise UserError(f"member={number} is not allowed: ensemble {ensemble.name} has members 0 to {last}.")
    return ensemble.members[number]
