"""The ways abroad: how far they stand in for one another, what other continents cost, and what is known of edges."""

import numpy as np
import pytest
from counterfactual import events, made, money, poor
from tiny_world import tiny_plan, tiny_world

from mixflow.scenarios.build import assemble
from mixflow.sim.base.forms import kernel
from mixflow.sim.base.rng import stream
from mixflow.sim.processes.choose.kernel import way_abroad, weight_of_far

MANY = {"prepare_share": 0.005, "income_gap": 1.5, "give_up_days": 90}
PRICE = 2500.0


@kernel
def weigh(utilities, E):  # type: ignore[no-untyped-def]
    return weight_of_far(utilities[0], utilities[1], utilities[2], E)


@kernel
def choose_many(today, utilities, E, chosen):  # type: ignore[no-untyped-def]
    for key in range(chosen.size):
        chosen[key] = way_abroad(today, np.uint64(key), utilities[0], utilities[1], utilities[2], E)


def compiled_world(lambda_mode: float):  # type: ignore[no-untyped-def]
    """What people meet in the tiny world, with a dissimilarity of the ways abroad."""
    return assemble(tiny_world(), tiny_plan(params={"choose": {"lambda_mode": lambda_mode}})).environment


@pytest.mark.parametrize("scale", [1.0, 0.4])
def test_shares_are_those_of_the_nested_logit(scale: float) -> None:
    utilities, E = np.array([0.3, -0.4, 0.0]), compiled_world(scale)
    weights = np.exp(utilities / scale)
    assert weigh(utilities, E) == pytest.approx(weights.sum() ** scale)
    chosen = np.empty(40_000, np.int64)
    choose_many(np.uint64(stream(3, 4, 0)), utilities, E, chosen)
    shares = np.bincount(chosen, minlength=5)[2:5] / chosen.size
    assert shares == pytest.approx(weights / weights.sum(), abs=0.01)  # four standard errors


def test_a_way_that_is_not_there_is_never_chosen_and_none_at_all_weighs_nothing() -> None:
    E, nothing = compiled_world(0.2), -np.inf
    assert weigh(np.full(3, nothing), E) == 0.0
    chosen = np.empty(1000, np.int64)
    choose_many(np.uint64(1), np.array([nothing, 0.0, nothing]), E, chosen)
    assert (chosen == 3).all()


def diverted(scale: float) -> float:
    """Of those who would have taken a regular place, the share that goes without a visa when there is none; staying weighs 1."""
    E = compiled_world(scale)
    both, irregular = weigh(np.array([0.0, 0.0, -np.inf]), E), weigh(np.array([0.0, -np.inf, -np.inf]), E)
    before, after = both / (1.0 + both) / 2.0, irregular / (1.0 + irregular)
    return float((after - before) / before)


def test_people_who_lose_one_way_turn_to_another_the_more_the_nearer_the_ways() -> None:
    assert diverted(1.0) == pytest.approx(0.5)  # as ever without nests: half of them would have stayed
    assert diverted(0.2) > 0.85


def test_another_continent_costs_money_that_the_poor_do_not_have() -> None:
    alone = {"traits": {"kin_credit": 0.0}, "leave": {**MANY, "income_gap": 0.0}}
    eager = {**alone, "choose": {"asc_elsewhere": 3.0, "beta_cost": 0.0}}
    starving, better_off = made(365, eager, poor(200.0)), made(365, eager, poor(3000.0))
    far = {"channel": ["elsewhere"]}
    assert events(better_off, "departure", **far) > 3.0 * events(starving, "departure", **far)
    assert events(better_off, "departure", **far) > 50


def test_what_is_paid_for_another_continent_is_booked_to_the_euro() -> None:
    alone = {"leave": MANY, "choose": {"asc_elsewhere": 3.0, "asc_regular": -6.0}}
    model = made(365, alone, poor(3000.0), **dict.fromkeys(("work", "family", "study", "visit"), 0.0))
    gone = events(model, "departure", channel=["elsewhere"])
    assert gone > 50
    assert abs(money(model, "passage_elsewhere")) == gone * PRICE
    assert money(model, "recruiters") == 0


def test_what_an_edge_is_like_is_learned_at_one_pace_however_few_tried_it() -> None:
    model = assemble(tiny_world(), tiny_plan())
    beliefs, nobody = model.beliefs, np.zeros(0, np.int64)
    size, edges = len(model.world.countries), len(beliefs.stopped)
    before, truth = beliefs.stopped.copy(), np.full(edges, 0.9)
    pace = model.plan.values["beliefs"]["edge_memory"]
    beliefs.update(nobody, nobody, np.zeros(size), np.zeros(size), 0.0, np.zeros(size), (beliefs.danger.copy(), truth))
    assert beliefs.stopped == pytest.approx(before + pace * (truth - before))
