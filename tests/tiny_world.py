"""The small world of the bench as tests use it: fewer people, any field replaced; how tests run it and look at it."""

import hashlib
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from mixflow.experiments.bench.world import LIVELY, small_world
from mixflow.scenarios.build import MixedMigration
from mixflow.scenarios.world import World
from mixflow.sim.base.clock import Clock
from mixflow.sim.base.params import defaults
from mixflow.sim.engine.plan import Plan
from mixflow.sim.people.population import COLUMNS

CORRIDORS = (
    "",
    "central_mediterranean",
    "eastern_mediterranean",
    "western_mediterranean",
    "western_balkans",
    "western_africa",
)
"""As in the scenario mediterranean, whose policies name them."""


def tiny_world(**changes: Any) -> World:
    """Four countries, six places, nine edges, 750 people away from home; keyword arguments replace fields."""
    few = {2008: [(0, 1, "hosted", 400.0), (0, 0, "displaced", 300.0), (0, 3, "asylum_pending", 50.0)]}
    return replace(small_world(750), **({"name": "tiny", "hosted": few, "corridors": CORRIDORS} | changes))


def tiny_plan(days: int = 365, **changes: Any) -> Plan:
    """A plan for the tiny world; `params` is a dict of group to dict of name to value."""
    values = defaults()
    for group, params in {**LIVELY, **changes.pop("params", {})}.items():
        values[group] = {**values[group], **params}
    end = date.fromordinal(date(2010, 1, 1).toordinal() + days - 1)
    plan = Plan(Clock(date(2010, 1, 1), end), scale=1.0, seed=5, values=values, threads=1, check_days=1)
    return replace(plan, **changes)


def run(model: MixedMigration) -> MixedMigration:
    """Step a model to its end."""
    while model.day < model.days:
        model.step()
    return model


def people_by_key(model: MixedMigration) -> pd.DataFrame:
    """All people in use, one row each, in the order of their keys."""
    rows = model.population.rows
    frame = pd.DataFrame({name: model.population[name][rows] for name in COLUMNS})
    return frame.set_index("key").sort_index()


def digest(model: MixedMigration) -> str:
    """A hash of every column of every person and of all result tables."""
    total = hashlib.blake2b()
    for frame in (people_by_key(model).reset_index(), model.flows(), model.stocks(), model.observed()):
        for column in frame:
            values = frame[column].to_numpy()
            total.update(str(column).encode())
            total.update(
                "\n".join(map(str, values)).encode() if values.dtype == object else np.ascontiguousarray(values)
            )
    return total.hexdigest()
