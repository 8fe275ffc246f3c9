"""The cost of all ways together: a log sum over borders, in which ways that overlap count once."""

import math

import networkx as nx
import numpy as np
import pytest
from counterfactual import events, made
from hypothesis import given
from hypothesis import strategies as st
from tiny_world import tiny_plan, tiny_world

from mixflow.scenarios.build import assemble
from mixflow.sim.base.codes import Access
from mixflow.sim.base.forms import kernel
from mixflow.sim.processes.choose.destination_attractiveness import inclusive, mean_over_countries
from mixflow.sim.processes.move.kernel import choose_border
from mixflow.sim.world.network import RouteGraph
from mixflow.sim.world.zones import costs_to_go, zones

Ways = list[tuple[str, str, int, float]]  # start, end, corridor, cost
COSTS = st.floats(0.1, 8.0)
TARGET = np.array([-1, -1, 0], np.int16)  # of the places a, b, c: journeys end in c


def cost_of(ways: Ways, spread: float) -> tuple[float, float]:
    """Cost from a to the country of c by border edges: of the cheapest way, and of all together."""
    least, total, _, _ = costs_of(ways, spread, [0.0] * len(ways))
    return least, total


def costs_of(ways: Ways, spread: float, prices: list[float]) -> tuple[float, ...]:
    """The same, and the mean and the lowest price of these ways."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_nodes_from("abc")
    for k, (start, end, _, _) in enumerate(ways):
        graph.add_edge(start, end, key=str(k))
    compiled = RouteGraph.compile(graph)
    of = [ways[int(name)] for name in compiled.edge_names]
    cost = np.array([way[3] for way in of])
    access, corridor = np.full(len(of), Access.BORDER, np.uint8), np.array([way[2] for way in of])
    tables = zones(compiled, access, np.ones(len(of)), TARGET, 1, corridor)
    price = np.array([prices[int(name)] for name in compiled.edge_names])
    return tuple(float(table[0, 0]) for table in costs_to_go(compiled, tables, cost, TARGET, 1, price, spread))


def test_two_ways_of_a_cost_are_worth_a_log_sum() -> None:
    least, total = cost_of([("a", "c", 0, 2.0), ("a", "c", 1, 2.0)], 1.5)
    assert least == pytest.approx(2.0)
    assert total == pytest.approx(2.0 - math.log(2.0) / 1.5)


def test_five_crossings_of_a_strait_are_one_way() -> None:
    assert cost_of([("a", "c", 0, 2.0)] * 5, 1.5)[1] == pytest.approx(2.0)


def test_ways_add_up_over_borders_one_after_another() -> None:
    ways = [("a", "b", 0, 1.0), ("b", "c", 0, 2.0), ("b", "c", 1, 2.5), ("a", "c", 0, 3.5)]
    after = -math.log(math.exp(-2.0) + math.exp(-2.5))
    assert cost_of(ways, 1.0)[1] == pytest.approx(-math.log(math.exp(-1.0 - after) + math.exp(-3.5)))


def test_a_way_that_leads_further_off_is_none() -> None:
    back_and_forth = [("a", "c", 0, 1.0), ("a", "b", 0, 0.1), ("b", "a", 0, 0.1), ("b", "c", 0, 3.0)]
    assert cost_of(back_and_forth, 1.0) == pytest.approx((1.0, 1.0))


def test_where_nothing_leads_the_cost_has_no_end() -> None:
    assert costs_of([("b", "c", 0, 1.0)], 1.0, [100.0]) == (math.inf, math.inf, math.inf, math.inf)


def test_the_fare_is_what_people_pay_on_average_and_the_poorest_look_for_the_cheapest_way() -> None:
    ways = [("a", "b", 0, 1.0), ("b", "c", 0, 2.0), ("b", "c", 1, 2.5), ("a", "c", 0, 3.5)]
    _, _, fare, cheapest = costs_of(ways, 1.0, [100.0, 1000.0, 500.0, 3000.0])
    second = math.exp(-2.5) / (math.exp(-2.0) + math.exp(-2.5))
    through = math.exp(-1.0) * (math.exp(-2.0) + math.exp(-2.5))
    by_b = through / (through + math.exp(-3.5))
    assert fare == pytest.approx(by_b * (1100.0 - 500.0 * second) + (1.0 - by_b) * 3000.0)
    assert cheapest == pytest.approx(600.0)


def test_a_cheap_way_that_leads_further_off_is_no_way_to_save() -> None:
    back = [("a", "c", 0, 1.0), ("a", "b", 0, 0.1), ("b", "a", 0, 0.1), ("b", "c", 0, 3.0)]
    assert costs_of(back, 1.0, [900.0, 0.0, 0.0, 0.0])[2:] == pytest.approx((900.0, 900.0))


@given(st.lists(COSTS, min_size=1, max_size=6), COSTS, st.floats(0.2, 5.0))
def test_one_more_way_never_makes_it_dearer_and_all_together_are_no_dearer_than_the_cheapest(
    costs: list[float], another: float, spread: float
) -> None:
    ways: Ways = [("a", "c", k, cost) for k, cost in enumerate(costs)]
    least, total = cost_of(ways, spread)
    _, more = cost_of([*ways, ("a", "c", len(ways), another)], spread)
    assert more <= total <= least + 1e-9
    if spread * (another - least) < 20.0:  # beyond, what it adds is lost in the last bit
        assert more < total
    assert total >= least - math.log(len(costs)) / spread - 1e-9


@given(st.lists(COSTS, min_size=2, max_size=6), st.floats(0.2, 5.0))
def test_of_those_who_lose_the_cheapest_way_some_take_another_and_some_stay(costs: list[float], spread: float) -> None:
    """Flow is exp(-C) where few go: without the cheapest way it falls, by no more than what went there."""
    ways: Ways = [("a", "c", k, cost) for k, cost in enumerate(sorted(costs))]
    before, after = (math.exp(-cost_of(w, spread)[1]) for w in (ways, ways[1:]))
    share = math.exp(-spread * ways[0][3]) / sum(math.exp(-spread * way[3]) for way in ways)
    assert after < before
    if spread >= 1.0:
        assert before - after <= share * before + 1e-9


@kernel
def make_for(rows, place, goal, P, E, chosen):  # type: ignore[no-untyped-def]
    for k in range(rows.size):
        chosen[k] = choose_border(rows[k], place, goal, P, E)


def test_people_spread_over_ways_by_the_weights_that_the_log_sum_adds() -> None:
    model = assemble(tiny_world(), tiny_plan())
    E, people, rows = model.environment, model.population, np.arange(len(model.population))
    people["wealth"][rows], people["risk_aversion"][rows] = (
        100_000,
        0.5,
    )  # nobody is too poor, or more afraid than usual
    coast, capital, country = 3, 5, 3
    border_edges = E.border_edges[E.first_border_edge[E.zone[coast]] : E.first_border_edge[E.zone[coast] + 1]]
    assert len(border_edges) == 2
    chosen = np.empty(len(rows), np.int64)
    make_for(rows, coast, country, people.people, E, chosen)
    weight = np.exp(-E.numbers.move_spread * (E.cost[border_edges] + E.cost_to_go[country, E.end[border_edges]]))
    assert E.cost_to_go[country, coast] == pytest.approx(-np.log(weight.sum()) / E.numbers.move_spread)
    assert E.cost_to_go[country, capital] == pytest.approx(0.0, abs=1e-9)
    share = weight[0] / weight.sum()
    assert np.mean(chosen == border_edges[0]) == pytest.approx(
        share, abs=4.0 * np.sqrt(share * (1.0 - share) / len(rows))
    )
    assert 0.05 < share < 0.95


def test_that_a_way_is_shut_is_known_at_once() -> None:
    open_ways, shut = made(31), made(31, capacity_factor=0.0)
    assert events(open_ways, "crossing", channel=["irregular"]) > events(shut, "crossing", channel=["irregular"])
    irregular = np.isfinite(shut.environment.cost) & shut.compiled_world.scarce
    assert irregular.any()
    assert (shut.environment.cost[irregular] > open_ways.environment.cost[irregular] + 1.0).all()


def test_fares_are_those_of_the_ways_to_where_people_of_a_nationality_go() -> None:
    """The nearest country of Europe may be an island that hardly anybody makes for: its fare is nobody's."""
    draw = np.random.default_rng(2)
    pull, reach, fare = draw.random((3, 2, 4)), draw.random((4, 5)), 1000.0 * draw.random((4, 5))
    reach[1], reach[:, 4], fare[1] = 0.0, 0.0, np.inf  # a country that cannot be reached, a place from where none can
    mean = mean_over_countries(pull, reach, inclusive(pull, reach), fare)
    for origin in range(3):
        for place in range(4):
            weight = pull[origin].sum(axis=0) * reach[:, place]
            some = weight > 0.0
            assert mean[origin, place] == pytest.approx(np.average(fare[some, place], weights=weight[some]))
    assert (mean[:, 4] == 0.0).all()
