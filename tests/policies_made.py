"""Policies and baselines for tests: a policy in a few words, written as a file and read as one; levers that are easy to check."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from tiny_world import tiny_world

from mixflow.policies.policy_set import PolicySet
from mixflow.policies.reading import read_policy
from mixflow.policies.schema import Policy
from mixflow.policies.targets import PolicyWorld, Targets
from mixflow.sim.base.clock import Clock
from mixflow.sim.base.levers import LEVERS, Levers

CLOCK = Clock(date(2010, 1, 1), date(2011, 12, 31))
COST = {"fixed": {"value": 1, "low": 0, "high": 2, "unit": "EUR mn/yr", "source": "assumption: a test"}}


def effect(lever: str, do: str, value: float, **more: Any) -> dict[str, Any]:
    """One effect as a file says it."""
    unit = "ratio" if do == "mul" else LEVERS[lever].unit
    number = {"low": value - 1, "high": value + 1, "unit": unit, "source": "assumption: a test"}
    return {"lever": lever, do: value, **number, **more}


def content(name: str, effects: Sequence[Mapping[str, Any]] = (), **more: Any) -> dict[str, Any]:
    """A policy as its file says it."""
    return {
        "name": name,
        "title": "A test",
        "description": "Made by a test.",
        "family": "control",
        "mechanisms": ["M05"],
        "source": "assumption: a test",
        "as_of": date(2015, 12, 31),
        "risk": "None.",
        "cost": COST,
        "effects": [dict(item) for item in effects],
        **more,
    }


def written(folder: Path, name: str, effects: Sequence[Mapping[str, Any]] = (), **more: Any) -> Path:
    """Write a policy's file."""
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(content(name, effects, **more), sort_keys=False), encoding="utf-8")
    return path


def made(folder: Path, name: str, *effects: Mapping[str, Any], **more: Any) -> Policy:
    """A policy, by way of its file."""
    return read_policy(written(folder, name, effects, **more))


def in_tiny(*policies: Policy) -> PolicySet:
    """Policies in the tiny world."""
    world = tiny_world()
    return PolicySet(policies, world, world.edge_names, CLOCK)


def flat(world: PolicyWorld | None = None) -> Levers:
    """A baseline of one value for each lever: half of its range up to 1, 100 places, no notice."""
    world = world or tiny_world()
    targets = Targets(world, world.edge_names)
    levers = {}
    for name, lever in LEVERS.items():
        value = {"share": 0.5, "probability per attempt": 0.1, "ratio": 1.0, "0 or 1": 0.0}.get(lever.unit, 100.0)
        value = 1e4 if name == "notice" else min(max(value, lever.low), lever.high)
        value = 0.0 if lever.low < 0 else value
        levers[name] = np.full(targets.shape(name), value)
    return levers
