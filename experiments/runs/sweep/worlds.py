"""Whether the worlds of a plan can be built: policies that cannot be in force together, or hit nothing, are refused beforehand."""

import json
from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any

from mixflow.policies import library
from mixflow.policies.effect_checks import Remark
from mixflow.policies.policy_set import PolicySet
from mixflow.scenarios.anchors import notes_of
from mixflow.scenarios.effects import effects_in
from mixflow.scenarios.policy_size import Size, sizes
from mixflow.scenarios.world import graph
from mixflow.sim.base.clock import Clock
from mixflow.sim.base.errors import AssumptionNote
from mixflow.sim.base.levers import Levers
from mixflow.sim.world.baseline import baseline
from mixflow.sim.world.compiled_world import CompiledWorld

from ...results.indicators.tables import world_of
from ..config import Config
from ..policy_overrides import in_force

SIZES = ("dose", "ramp_days")
"""Settings that say how much of a policy there is, and never whether it can be in force."""


def check_worlds(configs: Iterable[Config]) -> list[Remark]:
    """Make the policies of each world ready as its run will; worlds that differ in nothing that matters to that are made once.

    Parameters
    ----------
    configs
        Checked configs, with all policies known and their settings allowed.

    Returns
    -------
    list
        What the worlds assume, and what policies do not do in one of them, each text once.

    Raises
    ------
    UserError
        When two policies set the same, a target matches nothing, or a policy is never in force.
    """
    worlds: dict[str, Config] = {}
    found: list[Remark] = []
    for config in configs:
        if config["scenario"] == "displacement":  # cases of displacement hold no policies
            continue
        world = world_of(config)
        found += [Remark(text, AssumptionNote) for text in (*world.assumed, *notes_of(config, world))]
        names = in_force(config)
        key = json.dumps(
            [names, _dated(config), *(config[k] for k in ("scenario", "tables", "policy_path", "start", "end"))]
        )
        if names and _dose(config) >= _dose(
            worlds.get(key, config)
        ):  # what a dose of 0 does not do is no fault of a sweep
            worlds[key] = config
    found += [remark for config in worlds.values() for remark in remarks_of(config)]
    return list(dict.fromkeys(found))


def remarks_of(config: Config) -> list[Remark]:
    """What the chosen policies of a checked config do not do in its world, and how much their factors do.

    Raises
    ------
    UserError
        When two policies set the same, a target matches nothing, or a policy is never in force.
    """
    compiled_world, made, clock = policies_in(config)
    return effects_in(
        compiled_world, made, library.named(in_force(config), config["policy_path"], config["scenario"]), clock
    )


def sizes_of(config: Config, names: Iterable[str] | None = None) -> list[Size]:
    """How large policies of a checked config are in its world, before anything is simulated.

    Parameters
    ----------
    config
        Of a run.
    names
        Whose size; by default all that the config chooses by name, enacted ones not among them.

    Raises
    ------
    UserError
        When two policies set the same, a target matches nothing, or a policy is never in force.
    """
    compiled_world, made, clock = policies_in(config)
    chosen = library.named(in_force(config), config["policy_path"], config["scenario"]) if names is None else set(names)

    @cache
    def levers_at(day: int) -> Levers:
        return baseline(compiled_world, clock.date_of(day))

    return sizes(made, chosen, levers_at, clock, float(config["scale"]))


def policies_in(config: Config) -> tuple[CompiledWorld, PolicySet, Clock]:
    """The world of a config, its policies ready for it, and its days."""
    world, names, path = world_of(config), in_force(config), config["policy_path"]
    clock = Clock.reporting(
        date.fromisoformat(config["start"]), date.fromisoformat(config["end"]), config["spin_up_months"]
    )
    compiled_world = CompiledWorld(world, graph(world), config["params"])
    edges, scenario = compiled_world.graph.edge_names, config["scenario"]
    made = library.chosen(names, config["policy_settings"], path, world, edges, clock, scenario=scenario)
    return compiled_world, made, clock


def _dose(config: Config) -> float:
    """The least dose of a policy that is set."""
    return min((float(given.get("dose", 1.0)) for given in config["policy_settings"].values()), default=1.0)


def _dated(config: Config) -> dict[str, dict[str, Any]]:
    settings = config["policy_settings"].items()
    return {name: {key: str(value) for key, value in given.items() if key not in SIZES} for name, given in settings}
