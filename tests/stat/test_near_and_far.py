"""Near and far over years (M11, M12), by paired counterfactuals: one cause grows, or stays as it was; all draws are shared."""

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from counterfactual import indicator
from tiny_world import run, tiny_plan, tiny_world

from mixflow.experiments.bench.world import LIVELY
from mixflow.experiments.runs.config import composed
from mixflow.policies.library import chosen
from mixflow.scenarios.build import assemble, plan_of
from mixflow.scenarios.tables import tables_folder
from mixflow.scenarios.world import World, graph, load_world
from mixflow.sim.base.levers import Levers, NoPolicies
from mixflow.sim.base.params import PARAMS
from mixflow.sim.world.network import RouteGraph

pytestmark = pytest.mark.slow

YEARS = 3
LAST = 12 * (YEARS - 1)
"""The first month of the last year."""

USUAL = PARAMS["choose"]["asc_irregular_refugee"].value
"""How seldom people flee straight to Europe, by default."""


class Cheaper(NoPolicies):
    """Journeys that cost less and less: down to a factor by the end."""

    def __init__(self, factor: float) -> None:
        self._factor = factor

    def __call__(self, levers: Levers, day: int, published: Any) -> Levers:
        """Prices of a day."""
        return {**levers, "price": levers["price"] * self._factor ** min(day / (365.0 * YEARS), 1.0)}


@cache
def after(*causes: str, income: float = 400.0, asc_irregular_refugee: float = -1.0) -> Any:
    """Three years of a tiny, poor world far from Europe; of `income`, `network`, `cost` and `conflict` those named grow."""
    rising = np.clip((np.arange(2008, 2020) - 2009) / 3.0, 0.0, 1.0)
    drivers = {name: table.copy() for name, table in tiny_world().drivers.items()}
    for name in ("wages", "income"):
        drivers[name][0] = income * (4.0**rising if "income" in causes else 1.0)
    for name in ("conflict_displaced", "disaster_displaced"):
        drivers[name][0] = 500.0 * (1.0 + 3.0 * rising if "conflict" in causes else 1.0)
    params = {
        "choose": {
            **LIVELY["choose"],
            "asc_irregular": -0.5,
            "asc_irregular_refugee": asc_irregular_refugee,
            "asc_onward": -7.0,
        },
        "switch": {"within_country_hump": 1.0},
        "leave": {"tie_years": 0.25 if "network" in causes else 10.0, "prepare_share": 0.005},
        "traits": {"wealth_years": 0.25, "credit_years": 0.25},
    }
    seats = np.where(np.isfinite(tiny_world().smuggling_capacity), 100.0, np.inf)
    world = tiny_world(drivers=drivers, smuggling_capacity=seats, price=3.0 * tiny_world().price)
    plan = tiny_plan(365 * YEARS, check_days=30, params=params)
    return run(assemble(world, plan, Cheaper(0.3 if "cost" in causes else 1.0)))


def last(model: Any, name: str) -> float:
    """An indicator in the last year of the tiny world."""
    return indicator(model, name, LAST)


def arrivals(model: Any, first: str, final: str) -> tuple[float, float]:
    """People who arrive in another country in some months, outside Europe and in Europe."""
    flows = model.flows()
    month = flows["date"].astype(str).str[:7]
    take = (flows["event"] == "arrival") & (flows["origin"].astype(str) != flows["country"].astype(str))
    some = flows[take & (month >= first) & (month <= final)]
    europe = {code for code, is_in in zip(model.world.countries, model.world.destination, strict=True) if is_in}
    far = some["country"].astype(str).isin(europe)
    return float(some.loc[~far, "count"].sum()), float(some.loc[far, "count"].sum())


@pytest.mark.parametrize("cause", ["income", "network", "cost"])
def test_m12_the_share_bound_far_grows_with_its_causes_and_not_without_them(cause: str) -> None:
    """Means at home where people are poor, compatriots who came of late, and cheaper journeys, each alone."""
    still, grown = after(), after(cause)
    assert last(grown, "far_share") > last(still, "far_share") + 0.02
    assert last(grown, "mean_distance") > last(still, "mean_distance") + 50.0


def test_m12_causes_add_up() -> None:
    together = last(after("income", "network", "cost"), "far_share")
    assert together > max(last(after(cause), "far_share") for cause in ("income", "network", "cost"))


def test_m12_where_people_can_pay_anyway_income_at_home_keeps_them_nearer() -> None:
    """The other side of the hump (M17): reasons fade, and means no longer hold anybody back."""
    still, grown = after(income=6000.0), after("income", income=6000.0)
    assert last(grown, "far_share") < last(still, "far_share") - 0.02


def test_m11_near_and_far_grow_with_conflict_and_near_ones_more() -> None:
    still, worse = (
        arrivals(after(*causes, asc_irregular_refugee=USUAL), "2012-01", "2012-12") for causes in ((), ("conflict",))
    )
    (near, far), (more_near, more_far) = still, worse
    assert more_near / near > 1.1 * more_far / far > 1.1 * 1.5
    assert more_near - near > 2.0 * (more_far - far)


def test_m11_near_and_far_grow_together_with_conflict_means_and_networks() -> None:
    still, grown = (
        arrivals(after(*causes, asc_irregular_refugee=USUAL), "2012-01", "2012-12")
        for causes in ((), ("conflict", "income", "network"))
    )
    near, far = (after - before for before, after in zip(still, grown, strict=True))
    assert near > 1.2 * far > 0
    assert grown[0] > 1.5 * still[0]
    assert grown[1] > 1.5 * still[1]


# ---- the Mediterranean, 2009 to 2015


def mediterranean(seed: int, recorded: bool) -> Any:
    """A run of the scenario with what drives migration as recorded, or as it was in 2009."""
    lines = ("scenario=mediterranean", "start=2009-01-01", "end=2015-12-31", "scale=0.002", f"seed={seed}", "threads=1")
    config = composed(list(lines))
    plan, world = plan_of(config), load_world(tables_folder(config), "mediterranean")
    edges = RouteGraph.compile(graph(world)).edge_names
    enacted = chosen(["history"], {}, None, world, edges, plan.clock)
    return run(assemble(world if recorded else frozen(world, 2009), plan, enacted))


def frozen(world: World, year: int) -> World:
    """A world in which every year's drivers are those of one."""
    at = year - world.first_year
    drivers = {name: np.repeat(table[:, at : at + 1], table.shape[1], axis=1) for name, table in world.drivers.items()}
    return replace(world, drivers=drivers)


@pytest.mark.parametrize("seed", [1, 2])
def test_m11_in_the_mediterranean_both_grow_as_recorded_and_near_ones_more(seed: int) -> None:
    """What was recorded of 2010 to 2015 sent more people near and far than 2009 for ever would have, and most of them near."""
    usual, grown = (arrivals(mediterranean(seed, recorded), "2010-01", "2015-12") for recorded in (False, True))
    near, far = (after - before for before, after in zip(usual, grown, strict=True))
    assert near > 1.5 * far > 0
