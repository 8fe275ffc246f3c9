"""How well passages are known: all who passed of late count, whoever they are, and a passage is forgotten where nobody goes."""

import numpy as np
import pytest
from counterfactual import events
from hypothesis import given
from hypothesis import strategies as st
from tiny_world import run, tiny_plan, tiny_world

from mixflow.experiments.bench.world import LIVELY
from mixflow.scenarios.build import assemble
from mixflow.sim.base.params import checked
from mixflow.sim.processes.beliefs.route_familiarity import RouteFamiliarity

VALUES = checked({"beliefs": {"edge_memory": 0.5, "news": 100.0, "well_known": 100000.0}})
PASSAGE = np.array([0, 0, 1, -1])  # two edges of one strait, one of another, and a road inside a country


def trails(seats: float = 0.0) -> RouteFamiliarity:
    """Two passages on which so many seats a day were there before the start."""
    return RouteFamiliarity(PASSAGE, np.array([seats, seats, 0.0, np.inf]), VALUES)


def test_what_nobody_took_lacks_three_orders_of_magnitude_and_what_everybody_knows_none() -> None:
    assert trails().unfamiliarity == pytest.approx([3.0, 3.0, 3.0, 0.0])
    assert trails(1e6).unfamiliarity == pytest.approx([0.0, 0.0, 3.0, 0.0])


def test_before_the_start_as_many_passed_as_had_seats() -> None:
    assert trails(10.0).unfamiliarity[0] == pytest.approx(np.log10(1e5 / (2 * 10.0 * 30.4 + 100.0)))


def test_edges_of_one_passage_are_known_together_and_of_another_not() -> None:
    known = trails()
    known.update(np.array([1800.0, 0.0, 0.0, 5000.0]))
    assert known.unfamiliarity == pytest.approx([2.0, 2.0, 3.0, 0.0])  # half of 1,800 and the hundred of news


@given(st.lists(st.floats(0.0, 1e6), min_size=1, max_size=12))
def test_more_who_pass_never_make_a_passage_less_known(months: list[float]) -> None:
    fewer, more = trails(), trails()
    for count in months:
        fewer.update(np.array([count, 0.0, 0.0, 0.0]))
        more.update(np.array([count, 0.1 * count, 0.0, 0.0]))
        assert (more.unfamiliarity <= fewer.unfamiliarity).all()


def test_a_passage_is_forgotten_where_nobody_goes_any_more() -> None:
    known = trails(100.0)
    before = known.unfamiliarity[0]
    for _ in range(20):
        known.update(np.zeros(4))
    assert before < 2.0
    assert known.unfamiliarity[0] == pytest.approx(3.0, abs=1e-3)


def test_only_ways_into_europe_have_to_be_known() -> None:
    compiled_world = assemble(tiny_world(), tiny_plan(30)).compiled_world
    assert ((compiled_world.passage >= 0) == (compiled_world.edge_corridor > 0)).all()
    assert (compiled_world.passage >= 0).any()


def test_who_passed_makes_others_follow() -> None:
    """Paired: where the strait was busy before the start, more go in the months after, and only if it has to be known."""
    went = {}
    for unknown in (0.0, 0.4):
        for busy in (0.0, 1.0):
            model = assemble(
                tiny_world(), tiny_plan(120, params={"choose": {**LIVELY["choose"], "beta_unfamiliarity": unknown}})
            )
            model.route_familiarity.update(busy * 1e5 * (model.compiled_world.edge_corridor > 0))
            went[unknown, busy] = events(run(model), "departure", channel=["irregular"])
    assert went[0.0, 1.0] == went[0.0, 0.0]
    assert went[0.4, 1.0] > 1.05 * went[0.4, 0.0]
