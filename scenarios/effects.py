"""What the policies of a run do not do in its world, asked of the world that the run has, before its first day."""

import warnings
from collections.abc import Iterable
from functools import cache

import numpy as np

from mixflow.policies.effect_checks import Facts, Remark, remarks
from mixflow.policies.policy_set import PolicySet
from mixflow.sim.base.clock import Clock
from mixflow.sim.base.levers import Levers
from mixflow.sim.world.baseline import baseline, boats
from mixflow.sim.world.compiled_world import CompiledWorld

SWITCHES = {"information": "information", "readmission_gain": "readmission_effect"}
"""Levers whose effect is contested, and the switch that turns it on."""

REGULAR = ("sponsorship", "consulates", "visa_fee")
"""Levers by country that people meet only where regular places are given."""


def effects_in(world: CompiledWorld, made: PolicySet, names: Iterable[str], clock: Clock) -> list[Remark]:
    """What the policies of these names do not do in a world, and how much their factors do.

    Parameters
    ----------
    world
        The world with its parameters.
    made
        All policies of the run.
    names
        Those that the user chose; enacted ones that belong to the world are not spoken of.
    clock
        The days of the run.
    """

    @cache
    def levers_at(day: int) -> Levers:
        return baseline(world, clock.date_of(day))

    admits = np.asarray(world.world.regular_channels)
    used = {"rescue": boats(world.mode), "capacity_factor": world.scarce, **dict.fromkeys(REGULAR, admits)}
    off = {lever: f"params.switch.{name}" for lever, name in SWITCHES.items() if not world.values["switch"][name]}
    return remarks(made, world.graph.edge_names, Facts(clock, levers_at, used, off), names)


def warn(found: Iterable[Remark], stacklevel: int = 2) -> None:
    """Warn of what policies do not do, and note how much they do."""
    for remark in found:
        warnings.warn(remark.text, remark.kind, stacklevel=stacklevel + 1)
