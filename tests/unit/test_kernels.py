"""Small kernels, each alone; run once compiled and once as plain Python, where coverage sees them."""

import math

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixflow.sim.accounts.ledger import AccountError, unpack
from mixflow.sim.accounts.record import note
from mixflow.sim.accounts.tally import EMPTY, tally
from mixflow.sim.accounts.workers import EVENTS_PER_VISIT, Workers
from mixflow.sim.base.clock import NEVER
from mixflow.sim.base.codes import Event, Status
from mixflow.sim.base.race import exp_at_least, wins, wins_against
from mixflow.sim.base.ration import first_come, ration
from mixflow.sim.base.rng import stable_code
from mixflow.sim.engine.visit import find_due, split
from mixflow.sim.people.packed_keys import EVENT_KEY, pack
from mixflow.sim.people.population import Population
from mixflow.sim.processes.choose.kernel import sum_over_countries
from mixflow.sim.processes.leave.kernel import emerge

U64 = np.uint64
LAST = len(Event) - 1


@settings(max_examples=60, deadline=None)
@given(
    asked=st.lists(st.integers(0, 4), max_size=60),
    room=st.lists(st.integers(0, 8), min_size=5, max_size=5),
    seed=st.integers(0, 2**32 - 1),
)
def test_rationing_gives_each_place_to_the_first(asked: list[int], room: list[int], seed: int) -> None:
    bucket, places = np.array(asked, np.int64), np.array(room, np.int64)
    priority = np.random.default_rng(seed).permutation(len(asked)).astype(U64)
    granted = ration(bucket, priority, places)
    for b in range(5):
        mine = np.flatnonzero(bucket == b)
        first = mine[np.argsort(priority[mine])][: places[b]]
        assert set(np.flatnonzero(granted & (bucket == b))) == set(first)
    order = np.random.default_rng(seed + 1).permutation(len(asked))
    assert (ration(bucket[order], priority[order], places) == granted[order]).all()


def test_earlier_applications_come_first_whatever_the_lot() -> None:
    early, late = first_come(-5, U64(2**64 - 1), -16000), first_come(-4, U64(0), -16000)
    assert early < late
    assert first_come(3, U64(1) << U64(40), -16000) < first_come(3, U64(1) << U64(60), -16000)


@settings(max_examples=40, deadline=None)
@given(events=st.lists(st.integers(0, 2**40), max_size=200))
def test_tallies_count(events: list[int]) -> None:
    keys, counts = np.full(1024, EMPTY, np.int64), np.zeros(1024, np.int64)
    log = np.array(events, np.int64)
    new = tally(log, len(log), keys, counts)
    expected, number = np.unique(log, return_counts=True)
    assert new == len(expected)
    found = keys != EMPTY
    assert dict(zip(keys[found].tolist(), counts[found].tolist(), strict=True)) == dict(
        zip(expected.tolist(), number.tolist(), strict=True)
    )


def test_a_full_table_is_reported_and_not_overrun() -> None:
    keys, counts = np.full(4, EMPTY, np.int64), np.zeros(4, np.int64)
    assert tally(np.arange(5, dtype=np.int64), 5, keys, counts) == -1


def test_events_unpack_as_they_were_packed() -> None:
    told = {"event": 13, "channel": 6, "label": 7, "need": 3, "origin": 72, "country": 41, "edge": 1048}
    packed = pack(EVENT_KEY, **{**told, "country": told["country"] + 1, "edge": told["edge"] + 1})
    assert {name: int(values[0]) for name, values in unpack(packed.reshape(1)).items()} == told


@numba.njit
def note_one(row, people, output):
    """Count the last event of all for one person, on an edge and in a country."""
    note(row, LAST, 1048, 2, people, output)


def test_an_event_is_packed_as_the_key_says() -> None:
    population = Population(1)
    told = {"channel": 15, "label": 7, "need": 3, "origin": 2}
    population.append(1, **told)
    output = Workers(1, 1, 3)._room(0, 1)
    note_one(0, population.people, output)
    assert output.fill[0] == 1
    got = {name: int(values[0]) for name, values in unpack(output.log[:1]).items()}
    assert got == {**told, "event": LAST, "country": 2, "edge": 1048}


@numba.njit
def note_some(rows, many, people, environment, output):
    """Count so many events for each visit."""
    for k in range(rows.size):
        for _ in range(many[k]):
            note(rows[k], LAST, 0, 0, people, output)


def test_more_events_than_there_is_room_for_are_refused_and_write_nowhere_else() -> None:
    population, workers = Population(2), Workers(1, 1, 3, trace=True)
    population.append(2)
    rows, room = np.arange(2), EVENTS_PER_VISIT
    [output] = workers.run(note_some, population.people, None, rows, np.array([room - 1, room + 1]))
    assert output.fill[0] == 2 * room
    output.fill[:] = 0
    with pytest.raises(AccountError, match=f"note_some reported more than {room} events for a visit"):
        list(workers.run(note_some, population.people, None, rows, np.array([room, room + 1])))
    output.fill[:] = 0
    behind = np.zeros(200, np.int64)  # memory behind the log, which nobody may write to
    note_some(
        rows, np.array([20, 20]), population.people, None, output._replace(log=behind[:5], keys=behind[:0].view(U64))
    )
    assert output.fill[0] == 40
    assert not behind[5:].any()
    assert behind[:5].all()


def home_group(people: int, expected: float) -> tuple[int, int]:
    """How many of a group have left when so many are expected, and how many are still at home."""
    key = np.array([stable_code("home", "x")], U64)
    due = np.array([0.7])
    home, left, fresh = np.array([people]), np.zeros(1, np.int64), np.zeros(1, np.int64)
    total = emerge(U64(9), key, np.array([expected]), home, np.zeros(1, np.int32), left, due, fresh)
    assert total == left[0] == fresh[0] == people - home[0]
    return int(left[0]), int(home[0])


def test_leavers_are_as_many_as_expected_and_never_more_than_there_are() -> None:
    left, _ = home_group(1_000_000, 10_000.0)
    assert abs(left - 10_000) < 5 * 100  # a Poisson number: five standard deviations, both ways
    assert home_group(50, 10_000.0) == (50, 0)
    assert home_group(50, 0.5) == (0, 50)


def test_leavers_in_two_steps_are_those_of_one() -> None:
    key, place = np.array([stable_code("home", "x")], U64), np.zeros(1, np.int32)
    due, home, left, fresh = np.array([0.7]), np.array([1000]), np.zeros(1, np.int64), np.zeros(1, np.int64)
    for expected in (20.0, 33.0, 60.0):
        emerge(U64(9), key, np.array([expected]), home, place, left, due, fresh)
    assert (int(left[0]), int(home[0])) == home_group(1000, 60.0)


def test_those_due_are_found_in_order() -> None:
    population = Population(5)
    population.append(
        5, wake=[5, 3, 9, 3, 4], status=[Status.WAITING, Status.HOSTED, 0, Status.REGULAR, Status.TRAVELLING]
    )
    rows, moving, living = np.empty((3, 5), np.int64)
    assert find_due(population["wake"], population.fours, 0, 4, rows) == 3
    assert rows[:3].tolist() == [1, 3, 4]
    assert split(rows[:3], population["status"], moving, living) == (2, 1)
    assert (moving[:2].tolist(), living[:1].tolist()) == ([1, 4], [3])


@given(
    days=st.lists(st.sampled_from([-NEVER - 1, -1, 0, 1, 6, 7, 8, 255, 256, 4016, NEVER - 1, NEVER]), max_size=90),
    day=st.sampled_from([0, 6, 7, 8, 255, 256, 4016, NEVER - 1]),
    left=st.integers(0, 20),
)
def test_the_scan_finds_whom_a_comparison_finds(days: list[int], day: int, left: int) -> None:
    population = Population(7)
    population.append(len(days), wake=days)
    size = max(len(days) - left, 0)
    rows = np.empty(len(days), np.int64)
    found = find_due(population["wake"][:size], population.fours, 100, day, rows)
    assert rows[:found].tolist() == [100 + k for k, due in enumerate(days[:size]) if due <= day]


def test_inclusive_sums_are_sums() -> None:
    rng = np.random.default_rng(1)
    pull, reach = rng.random((3, 2, 4)), rng.random((4, 5))
    pull[0, 0, 1] = 0.0
    total = np.empty((3, 2, 5))
    sum_over_countries(pull, reach, total)
    assert total == pytest.approx(np.einsum("ofd,dp->ofp", pull, reach))


@numba.njit
def races(u, weight, least, exponent):  # type: ignore[no-untyped-def]
    """What the bounded forms say of one draw: parts are called by kernels only."""
    return wins(u, weight, least), wins_against(u, weight, least), exp_at_least(exponent)


@settings(max_examples=300, deadline=None)
@given(
    u=st.floats(2.0**-54, 1.0 - 2.0**-53),
    weight=st.floats(1e-12, 1e12),
    near=st.floats(-1e-12, 1e-12) | st.floats(-0.9, 10.0),
    exponent=st.floats(0.0, 50.0),
)
def test_bounds_rule_out_only_what_cannot_be(u: float, weight: float, near: float, exponent: float) -> None:
    race, against = -math.log(u) / weight, -math.log(u) * weight
    least = race * (1.0 + near)
    assert races(u, weight, least, exponent)[0] == (race if race < least else math.inf)
    least = against * (1.0 + near)
    assert races(u, weight, least, exponent)[1] == (against if against < least else math.inf)
    assert races(u, weight, math.inf, exponent)[0] == race
    assert races(u, weight, least, exponent)[2] <= math.exp(exponent)
