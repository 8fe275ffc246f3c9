"""Seats: what nobody asks for waits a while, nothing is given that was not offered, and few simulated people fare like many."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixflow.sim.processes.smugglers.market import LEAST_KEPT, Market


def market(seats: float, scale: float, boat_wait: float = 7.0) -> Market:
    """One corridor."""
    return Market(np.array([1000.0]), np.array([seats]), scale, boat_wait, np.zeros(1, np.int64), 20.0)


def day(corridor: Market, asks: int, factor: float = 1.0) -> int:
    """A day on which so many ask; how many got a seat."""
    given = min(int(corridor.room(np.array([factor]))[0]), asks)
    corridor.note(np.zeros(asks, np.int64), np.arange(asks) < given)
    return given


@given(
    seats=st.floats(0.0, 500.0),
    scale=st.sampled_from([0.002, 0.05, 1.0]),
    asks=st.lists(st.integers(0, 40), min_size=1, max_size=60),
)
def test_never_more_seats_are_given_than_were_offered(seats: float, scale: float, asks: list[int]) -> None:
    corridor = market(seats, scale)
    total = 0
    for number, wanted in enumerate(asks, start=1):
        total += day(corridor, wanted)
        assert total <= seats * scale * number + 1e-6


def test_boats_wait_for_passengers_but_not_for_ever() -> None:
    corridor = market(seats=10.0, scale=1.0)
    for _ in range(30):
        day(corridor, 0)
    assert day(corridor, 1000) == 70
    assert day(corridor, 1000) == 10


def test_where_a_corridor_is_closed_no_boat_waits() -> None:
    corridor = market(seats=10.0, scale=1.0)
    for _ in range(5):
        day(corridor, 0)
    assert day(corridor, 100, factor=0.0) == 0
    assert day(corridor, 100) == 10


def test_a_corridor_of_few_simulated_people_keeps_some_whole_seats() -> None:
    corridor = market(seats=10.0, scale=0.002)
    for _ in range(1000):
        day(corridor, 0)
    assert day(corridor, 20) == LEAST_KEPT


@pytest.mark.parametrize("use", [0.5, 0.8, 0.9])
def test_as_many_ask_in_vain_at_any_scale(use: float) -> None:
    """Between .1 and 100 simulated seats a day, the share of requests in vain is the same within two points."""
    draw, shares = np.random.default_rng(5), []
    for scale in (0.001, 0.02, 1.0):
        corridor = market(seats=100.0, scale=scale)
        asked = given = 0
        for wanted in draw.poisson(use * 100.0 * scale, size=100_000 if scale < 0.01 else 10_000):
            asked, given = asked + int(wanted), given + day(corridor, int(wanted))
        shares.append((asked - given) / asked)
    assert max(shares) - min(shares) < 0.02, shares


@pytest.mark.parametrize(("use", "most"), [(0.5, 0.05), (0.9, 0.3)])
def test_at_any_scale_few_ask_in_vain_where_seats_are_enough(use: float, most: float) -> None:
    draw = np.random.default_rng(5)
    for scale in (0.002, 0.02, 1.0):
        corridor = market(seats=100.0, scale=scale)
        asked = given = 0
        for wanted in draw.poisson(use * 100.0 * scale, size=20_000 if scale < 0.01 else 4000):
            asked, given = asked + int(wanted), given + day(corridor, int(wanted))
        assert asked > 1000
        assert (asked - given) / asked < most


def test_where_twice_as_many_ask_half_ask_in_vain() -> None:
    draw = np.random.default_rng(6)
    for scale in (0.002, 1.0):
        corridor = market(seats=100.0, scale=scale)
        asked = given = 0
        for wanted in draw.poisson(200.0 * scale, size=20_000 if scale < 0.01 else 2000):
            asked, given = asked + int(wanted), given + day(corridor, int(wanted))
        assert given / asked == pytest.approx(0.5, abs=0.05)


def believed(seats: float, scale: float, demand: float) -> float:
    """Believed share of those who ask in vain at the opening of a month, where so many ask a week and all is believed at once."""
    corridor = market(seats, scale)
    corridor.demand[:] = demand
    corridor.update_rationing_beliefs(np.ones(1), memory=1.0)
    return float(corridor.blocked[0])


@given(
    seats=st.floats(0.0, 500.0),
    scale=st.sampled_from([0.002, 0.05, 1.0]),
    demand=st.floats(1e-3, 1e5) | st.just(0.0),
)
def test_requests_beyond_the_seats_are_in_vain(seats: float, scale: float, demand: float) -> None:
    wanted = max(demand - seats * scale * 7.0, 0.0) / demand if demand > 0 else 0.0
    assert believed(seats, scale, demand) == pytest.approx(wanted)


def months(count: int, demand: float, memory: float = 0.1) -> Market:
    """A corridor for whose ten seats a day so many have asked a week, for some months."""
    corridor = market(seats=10.0, scale=1.0)
    corridor.demand[:] = demand
    for _ in range(count):
        corridor.update_rationing_beliefs(np.ones(1), memory)
    return corridor


def test_what_is_heard_of_queues_is_believed_in_time_and_forgotten_when_nobody_asks() -> None:
    corridor = market(seats=10.0, scale=1.0)
    seen = []
    for demand in (*[280.0] * 24, *[0.0] * 24):
        corridor.demand[:] = demand
        corridor.update_rationing_beliefs(np.ones(1), memory=0.2)
        seen.append(float(corridor.blocked[0]))
    assert seen[0] == pytest.approx(0.2 * 0.75)
    assert seen[:24] == sorted(seen[:24])
    assert seen[23] == pytest.approx(0.75, abs=0.01)
    assert seen[24:] == sorted(seen[24:], reverse=True)
    assert seen[-1] < 0.01


def test_what_policies_change_of_the_seats_is_known_at_once_and_what_follows_in_time() -> None:
    corridor = months(100, demand=350.0)
    assert corridor.blocked[0] == pytest.approx(0.8, abs=1e-3)
    corridor.update_rationing_beliefs(np.array([2.0]), memory=0.1)
    assert corridor.blocked[0] == pytest.approx(0.6, abs=1e-3)  # twice the seats, twice the chance of one
    corridor.update_rationing_beliefs(np.array([2.0]), memory=0.1)
    assert corridor.blocked[0] == pytest.approx(0.6, abs=1e-3)  # nothing has changed
    corridor.update_rationing_beliefs(np.array([500.0]), memory=0.0)
    assert corridor.blocked[0] == 0.0
    corridor.update_rationing_beliefs(np.array([1.0]), memory=0.0)
    assert corridor.blocked[0] == pytest.approx(1.0 - 1.0 / 500.0)


def test_what_policies_leave_of_the_seats_at_the_start_is_no_news() -> None:
    corridor = market(seats=10.0, scale=1.0)
    corridor.update_rationing_beliefs(np.array([0.1]), memory=0.0)
    assert corridor.blocked[0] == 0.0


def test_a_border_that_opens_again_is_as_it_was() -> None:
    corridor = months(100, demand=350.0)
    for factor in (0.0, 1.0):  # that it is shut is known apart from what is heard of seats
        corridor.update_rationing_beliefs(np.array([factor]), memory=0.1)
        assert corridor.blocked[0] == pytest.approx(0.8, abs=1e-3)


@given(st.lists(st.tuples(st.floats(0.0, 1000.0), st.floats(0.0, 1e4)), min_size=1, max_size=10), st.floats(0.0, 1.0))
def test_the_believed_share_of_those_who_ask_in_vain_is_never_less_than_none_or_more_than_all(
    story: list[tuple[float, float]], memory: float
) -> None:
    corridor = months(1, demand=350.0)
    for factor, demand in story:
        corridor.demand[:] = demand
        corridor.update_rationing_beliefs(np.array([factor]), memory)
        assert 0.0 <= corridor.blocked[0] <= 1.0


def test_few_who_ask_hear_of_their_passage_and_many_of_their_own_edge() -> None:
    """Two edges of one passage, one of another; for the seats of the first, four times as many ask as there are."""

    def heard(few_asked: float, scale: float = 1.0) -> list[float]:
        edges = Market(np.full(3, 1000.0), np.full(3, 100.0), scale, 7.0, np.array([0, 0, 1]), few_asked)
        edges.demand[:] = np.array([2800.0, 700.0, 700.0]) * scale
        edges.update_rationing_beliefs(np.ones(3), memory=1.0)
        return list(edges.blocked)

    few, many = heard(40_000.0), heard(20.0)
    assert heard(40_000.0, scale=0.0005) == pytest.approx(few)  # people count, not simulated people
    assert heard(20.0, scale=0.0005) == pytest.approx(many)
    assert few[0] - few[1] < 0.1
    assert many[0] - many[1] > 0.7
    assert few[0] + few[1] > 0.5
    assert few[2] == many[2] == 0.0  # another passage hears nothing of it
