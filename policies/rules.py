"""What data cannot say: a rule is a pure function from levers and published figures to levers, chosen by its registered name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from typing import Protocol

import numpy as np
import numpy.typing as npt

from mixflow.sim.base.errors import UserError, one_of
from mixflow.sim.base.levers import Levers

from .schema import Policy
from .targets import PolicyWorld, Targets

Published = Mapping[str, npt.NDArray[np.float64]]
GROUP = "mixflow.rules"
"""The entry point group in which other packages register rules."""


class Rule(Protocol):
    """A pure function of its arguments: it changes no array that it is given, and remembers nothing."""

    def __call__(self, levers: Levers, published: Published, day: int, world: PolicyWorld) -> Levers:
        """Levers with new arrays where something changes, and the same arrays elsewhere.

        Parameters
        ----------
        levers
            After the effects of all policies.
        published
            By the day before: see `mixflow.policies.schema.QUANTITIES`; empty before anything was published.
        day
            Day of the run.
        world
            Names and places.
        """
        ...


@dataclass(frozen=True, eq=False)
class Terms:
    """What a policy says to its rule.

    Parameters
    ----------
    settings
        Values by name.
    members
        Which countries take part: the policy's `where.country`. Shape (countries,).
    nationalities
        Which nationalities are meant: the policy's `whom.nationality`. Shape (countries,).
    """

    settings: Mapping[str, float]
    members: npt.NDArray[np.bool_]
    nationalities: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class RuleKind:
    """A registered rule: how it is made, the settings it needs with their units, and what it does in one line."""

    make: Callable[[Terms], Rule]
    settings: Mapping[str, str]
    meaning: str


@cache
def kinds() -> dict[str, RuleKind]:
    """Every registered rule by name: those that come with mixflow, and those of entry points.

    Raises
    ------
    UserError
        When a package registers what is no `RuleKind`, or a name that is taken.
    """
    from .forum import FORUM
    from .opening import OPENING
    from .sharing import SHARING

    found: dict[str, RuleKind] = {**FORUM, **OPENING, **SHARING}
    for point in entry_points(group=GROUP):
        kind = point.load()
        if not isinstance(kind, RuleKind) or point.name in found:
            raise UserError(
                f"the entry point {point.name!r} in {GROUP} ({point.value}) must be a mixflow.policies.rules.RuleKind "
                "under a name that no other rule has."
            )
        found[point.name] = kind
    return dict(sorted(found.items()))


def rule_of(policy: Policy, targets: Targets) -> Rule | None:
    """The rule of a policy, made for a world; None where it is for a role or group that no country of the world has.

    Raises
    ------
    UserError
        When the rule or a setting is not known, or a setting is missing or in another unit.
    """
    choice = policy.rule
    assert choice is not None
    where = f"policy {policy.name!r}, rule"
    if choice.name not in kinds():
        raise UserError(f"{where}: {one_of('Rule', choice.name, kinds())}")
    kind = kinds()[choice.name]
    for name, number in choice.settings:
        if name not in kind.settings:
            raise UserError(f"{where}.settings: {one_of('Setting', name, kind.settings)}")
        if number.unit != kind.settings[name]:
            raise UserError(f"{where}.settings.{name}: {one_of('Unit', number.unit, [kind.settings[name]])}")
    missing = [name for name in kind.settings if name not in dict(choice.settings)]
    if missing:
        raise UserError(
            f"{where}.settings: {', '.join(missing)} missing. {choice.name} needs {', '.join(kind.settings)}."
        )
    members = targets.countries(where, policy.where.country)
    nationalities = targets.countries(where, policy.whom.nationality)
    if targets.lacks(policy.where.country) or targets.lacks(policy.whom.nationality):
        return None
    if not members.any() or not nationalities.any():
        raise UserError(f"{where}: none of the countries or nationalities it names is in this world.")
    values = {name: number.value for name, number in choice.settings}
    return kind.make(Terms(values, members, nationalities))
