"""Whether the worlds of a plan can be built: policies that cannot be in force together, or hit nothing, are refused beforehand."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from mixflow.policies import library
from mixflow.scenarios.world import graph
from mixflow.sim.clock import Clock
from mixflow.sim.network import RouteGraph

from ..config import Config
from ..indicators.tables import world_of
from ..policy_overrides import in_force

SIZES = ("dose", "ramp_days")
"""Settings that say how much of a policy there is, and never whether it can be in force."""


def check_worlds(configs: Iterable[Config]) -> None:
    """Make the policies of each world ready as its run will; worlds that differ in nothing that matters to that are made once.

    Parameters
    ----------
    configs
        Checked configs, with all policies known and their settings allowed.

    Raises
    ------
    UserError
        When two policies set the same, a target matches nothing, or a policy is never in force.
    """
    seen: set[str] = set()
    for config in configs:
        if config["scenario"] == "displacement":  # cases of displacement hold no policies
            continue
        names = in_force(config)
        key = json.dumps(
            [names, _dated(config), *(config[k] for k in ("scenario", "tables", "policy_path", "start", "end"))]
        )
        if not names or key in seen:
            continue
        seen.add(key)
        world = world_of(config)
        clock = Clock(date.fromisoformat(config["start"]), date.fromisoformat(config["end"]))
        edges = RouteGraph.compile(graph(world)).edge_names
        library.chosen(names, config["policy_settings"], config["policy_path"], world, edges, clock)


def _dated(config: Config) -> dict[str, dict[str, Any]]:
    settings = config["policy_settings"].items()
    return {name: {key: str(value) for key, value in given.items() if key not in SIZES} for name, given in settings}
