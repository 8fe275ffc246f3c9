"""The worlds of a comparison: each a set of changes of one config, by dose, by two doses, by contested switch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from mixflow.sim.base.errors import UserError
from mixflow.sim.base.params import PARAMS

from ...runs.config import Config

BASE, WITH = "base", "with"

SWITCH = "switch"
"""The group of parameters that holds contested effects."""

ROBUST_SEEDS = 8
"""Seeds with which contested switches are tried, at most: they ask for a direction, not for a size."""


@dataclass(frozen=True)
class Arm:
    """One of the worlds that are compared.

    Parameters
    ----------
    name
        Its key in tables.
    role
        `base`, `with`, `dose`, `surface`, `switch`.
    changes
        What differs from the question's config: values by key, `params.GROUP.NAME` for a parameter.
    against
        The arm that it is compared with; empty for a base.
    seeds
        The seeds that it is run with.
    dose
        Doses of the policies, where the role is `dose` or `surface`.
    switch
        The contested switch and its setting, where the role is `switch`.
    """

    name: str
    role: str
    changes: Mapping[str, Any]
    against: str
    seeds: tuple[int, ...]
    dose: tuple[float, ...] = ()
    switch: tuple[str, float] | None = None


def difference(base: Config, other: Config) -> dict[str, Any]:
    """What the second world changes of the first."""
    return {key: other[key] for key in ("history", "policies", "policy_settings") if other[key] != base[key]}


def dose_arms(
    base: Config, other: Config, added: Sequence[str], doses: Sequence[float], surface: bool, seeds: tuple[int, ...]
) -> list[Arm]:
    """A world for each dose, or for each pair of doses of two policies.

    Raises
    ------
    UserError
        When doses mean nothing here, or are given twice.
    """
    if not doses:
        return []
    for name in added:
        if "dose" in other["policy_settings"].get(name, {}):
            raise UserError(f"policies.{name}.dose and dose= are both given; write dose= alone.")
    if not added:
        raise UserError("dose= needs policies that are added: with=[NAME,...].")
    if surface and len(added) != 2:
        raise UserError(f"surface=true is over two policies; with= names {len(added)}.")
    grid = product(doses, doses) if surface else ((dose,) * len(added) for dose in doses)
    role = "surface" if surface else "dose"
    return [
        Arm(f"{role} {' '.join(f'{d:g}' for d in (dose if surface else dose[:1]))}", role,
            dosed(base, other, added, dose), BASE, seeds, dose if surface else dose[:1])
        for dose in grid
    ]  # fmt: skip


def dosed(base: Config, other: Config, added: Sequence[str], doses: Sequence[float]) -> dict[str, Any]:
    """Changes that give each added policy its dose; none at all means that the policy is not there."""
    none = {name for name, dose in zip(added, doses, strict=True) if dose == 0}
    settings = {name: dict(values) for name, values in other["policy_settings"].items() if name not in none}
    for name, dose in zip(added, doses, strict=True):
        if 0 < dose < 1:
            settings.setdefault(name, {})["dose"] = dose
    names = [name for name in other["policies"] if name not in none]
    ordered = {name: settings[name] for name in sorted(settings)}
    return difference(base, {**other, "policies": names, "policy_settings": ordered})


def switches_on(config: Mapping[str, Any]) -> dict[str, float]:
    """Contested switches that are not neutral in a config."""
    group = PARAMS.get(SWITCH, {})
    return {n: v for n, v in config["params"].get(SWITCH, {}).items() if v != group[n].value}


def switch_arms(base: Config, changes: Mapping[str, Any], seeds: tuple[int, ...]) -> list[Arm]:
    """Both worlds again under every other setting of every contested switch.

    Raises
    ------
    UserError
        When the model has no contested switches.
    """
    group = PARAMS.get(SWITCH, {})
    if not group:
        raise UserError("robust=true: this model has no contested switches.")
    arms = []
    for name, param in group.items():
        now = base["params"][SWITCH][name]
        for setting in sorted({param.low, param.value, param.high} - {now}):
            key, label = f"params.{SWITCH}.{name}", f"{name}={setting:g}"
            arms.append(Arm(f"{label} {BASE}", "switch", {key: setting}, "", seeds, (), (name, setting)))
            arms.append(
                Arm(
                    f"{label} {WITH}",
                    "switch",
                    {**changes, key: setting},
                    f"{label} {BASE}",
                    seeds,
                    (),
                    (name, setting),
                )
            )
    return arms
