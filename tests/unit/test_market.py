"""Seats: what nobody asks for waits a while, nothing is given that was not offered, and few simulated people fare like many."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixflow.sim.market import LEAST_KEPT, Market


def market(seats: float, scale: float, boat_wait: float = 7.0) -> Market:
    """One corridor."""
    return Market(np.array([1000.0]), np.array([seats]), scale, boat_wait, np.zeros(1, np.int64))


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
    assert day(corridor, 10) == LEAST_KEPT


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


def heard(corridor: Market, asks: int, vain: int) -> float:
    """What people believe after a month in which so many asked, and so many of them in vain."""
    corridor.note(np.zeros(asks, np.int64), np.arange(asks) >= vain)
    corridor.learn(0.3)
    return float(corridor.blocked[0])


def test_a_few_who_asked_in_vain_say_less_than_many() -> None:
    few, many = market(seats=10.0, scale=0.01), market(seats=10.0, scale=0.01)
    assert heard(few, 1, 1) < 0.7 < heard(many, 50, 50)
    assert heard(many, 1, 0) > 0.9  # one who was lucky does not make a crowd forget


def test_queues_are_forgotten_when_nobody_asks() -> None:
    corridor = market(seats=10.0, scale=0.01)
    believed = [heard(corridor, 50, 40), *(heard(corridor, 0, 0) for _ in range(24))]
    assert believed[0] > 0.7
    assert believed[-1] < 0.05
    assert believed == sorted(believed, reverse=True)


@given(scale=st.sampled_from([0.002, 0.05, 1.0]), asks=st.integers(1, 400))
def test_what_is_believed_of_queues_does_not_depend_on_the_scale(scale: float, asks: int) -> None:
    seats, vain = 3.0 / scale, asks // 2
    assert heard(market(seats, scale), asks, vain) == pytest.approx(vain / (asks + 21.0))
    assert heard(market(10.0, scale), 0, 0) == 0.0


def test_few_who_asked_hear_of_their_corridor_and_many_of_their_own_edge() -> None:
    """Two edges of one corridor, one of another; on the first all ask in vain."""

    def heard(asks: int) -> list[float]:
        edges = Market(np.full(3, 1000.0), np.full(3, 1.0), 1.0, 7.0, np.array([0, 0, 1]))
        for edge, luck in ((0, False), (1, True), (2, True)):
            edges.note(np.full(asks, edge), np.full(asks, luck))
        edges.learn(0.3)
        return list(edges.blocked)

    few, many = heard(2), heard(2000)
    assert few[0] - few[1] < 0.2
    assert many[0] - many[1] > 0.95
    assert few[2] == many[2] == 0.0  # another corridor hears nothing of it


def after_a_month(corridor: Market, asks: int = 100, given: int = 20) -> Market:
    """The corridor after a month in which so many of those who asked got a seat."""
    corridor.decree(np.ones(1))
    corridor.note(np.zeros(asks, np.int64), np.arange(asks) < given)
    corridor.learn(memory=0.1)
    return corridor


def test_what_policies_change_of_the_seats_is_known_at_once_and_what_follows_in_time() -> None:
    corridor = after_a_month(market(seats=0.0, scale=1.0))
    assert corridor.blocked[0] == pytest.approx(0.8)
    corridor.decree(np.array([2.0]))
    assert corridor.blocked[0] == pytest.approx(0.6)  # twice the seats, twice the chance of one
    corridor.learn(memory=0.1)
    assert corridor.blocked[0] == pytest.approx(0.6, abs=0.01)  # what had been heard before says no more
    corridor.decree(np.array([2.0]))
    assert corridor.blocked[0] == pytest.approx(0.6, abs=0.01)  # nothing has changed
    corridor.decree(np.array([500.0]))
    assert corridor.blocked[0] == 0.0
    corridor.decree(np.array([1.0]))
    assert corridor.blocked[0] == pytest.approx(1.0 - 1.0 / 500.0)


def test_what_policies_leave_of_the_seats_at_the_start_is_no_news() -> None:
    corridor = market(seats=10.0, scale=1.0)
    corridor.decree(np.array([0.1]))
    assert corridor.blocked[0] == 0.0


def test_a_border_that_opens_again_is_as_it_was() -> None:
    corridor = after_a_month(market(seats=0.0, scale=1.0))
    for factor in (0.0, 1.0):  # that it is shut is known apart from what is heard of seats
        corridor.decree(np.array([factor]))
        assert corridor.blocked[0] == pytest.approx(0.8)


@given(st.lists(st.floats(0.0, 1000.0), min_size=1, max_size=10), st.integers(0, 50), st.integers(1, 50))
def test_no_decree_makes_the_believed_share_of_those_who_ask_in_vain_less_than_none_or_more_than_all(
    factors: list[float], given_seats: int, more: int
) -> None:
    corridor = after_a_month(market(seats=5.0, scale=1.0), given_seats + more, given_seats)
    for factor in factors:
        corridor.decree(np.array([factor]))
        assert 0.0 <= corridor.blocked[0] <= 1.0
        corridor.learn(memory=0.1)
        assert 0.0 <= corridor.blocked[0] <= 1.0
