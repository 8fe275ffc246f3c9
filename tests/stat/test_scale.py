"""A run of few simulated people is like one of many: the same permits, relocations, remittances and crossings, within the error."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import pytest
from tiny_world import run, tiny_plan, tiny_world

from mixflow.scenarios.build import assemble
from mixflow.sim.base.levers import Levers, NoPolicies

pytestmark = pytest.mark.slow
SEEDS = {0.002: 16, 0.01: 8, 0.05: 4}


class Relocates(NoPolicies):
    """Applicants are moved from the capital's country to the first one, a few in each month."""

    def __call__(self, levers: Levers, day: int, published: Mapping[str, Any]) -> Levers:
        """The baseline with a scheme of relocation."""
        places, sends = np.zeros_like(levers["relocation"]), np.zeros(4)
        places[0, 2], sends[3] = 1200.0, 1.0
        return {**levers, "relocation": places, "relocation_from": sends}


@cache
def at_scale(scale: float) -> dict[str, np.ndarray]:
    """What happened in two years, in real people and EUR, one number a seed."""
    small = tiny_world()
    drivers = {name: table.copy() for name, table in small.drivers.items()}
    for name in ("population", "conflict_displaced", "disaster_displaced"):
        drivers[name][0] *= 100.0
    places = np.zeros((4, 4))
    places[0, 3] = 4000.0
    world = tiny_world(
        population=small.population * 100,
        drivers=drivers,
        smuggling_capacity=small.smuggling_capacity * 40.0,
        staff=small.staff * 100.0,
        diaspora={year: 100.0 * ties for year, ties in small.diaspora.items()},
        diaspora_elsewhere={year: 100.0 * ties for year, ties in small.diaspora_elsewhere.items()},
        admissions={"work": places, "family": places / 2, "study": places / 4},
        hosted={2008: [(0, 1, "hosted", 40_000.0), (0, 0, "displaced", 30_000.0), (0, 3, "asylum_pending", 20_000.0)]},
    )
    found: dict[str, list[float]] = {}
    for seed in range(SEEDS[scale]):
        model = run(assemble(world, tiny_plan(730, scale=scale, seed=seed, check_days=0), Relocates()))
        flows, money = model.flows(), model.money()
        count = flows.groupby("event")["count"].sum()
        sent = money.loc[money["account"] == "households", "value"].sum()
        for name in ("permit", "relocation", "application", "decision"):
            found.setdefault(name, []).append(float(count.get(name, 0.0)))
        into = (flows["event"] == "crossing") & (flows["corridor"] != "none")
        found.setdefault("crossings", []).append(float(flows.loc[into, "count"].sum()))
        found.setdefault("remittances", []).append(float(sent))
    return {name: np.array(values) for name, values in found.items()}


@pytest.mark.parametrize("what", ["permit", "relocation", "crossings", "remittances", "application", "decision"])
@pytest.mark.parametrize("scale", [0.002, 0.01])
def test_few_simulated_people_do_what_many_do(what: str, scale: float) -> None:
    few, many = at_scale(scale)[what], at_scale(0.05)[what]
    error = np.hypot(few.std(ddof=1) / np.sqrt(len(few)), many.std(ddof=1) / np.sqrt(len(many)))
    assert many.mean() > 0.0
    assert error < 0.06 * many.mean(), "the test would notice nothing"
    assert abs(few.mean() - many.mean()) < 2.5 * error + 0.01 * many.mean()
