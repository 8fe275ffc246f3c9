"""What has a yearly rate happens at that rate however often people look, and of two things each takes its part."""

import math
from collections import Counter
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from mixflow.sim.base.codes import Status
from mixflow.sim.people import looks
from mixflow.sim.processes.settle import kernel as live

MANY = 4000
OFTEN, RARELY = 1.5, 0.5
"""Yearly rates of going home and of thinking of another country."""


def plain(part: Any) -> Callable[..., Any]:
    """The Python function of what kernels call, which is compiled for kernels alone."""
    return getattr(part, "py_func", part)


def left(
    monkeypatch: pytest.MonkeyPatch, every: int, days: int, status: Status = Status.IRREGULAR, finds: bool = True
) -> Counter[str]:
    """What becomes of many residents in so many days, who look at their lives on one day in `every`."""
    ends: Counter[str] = Counter()
    rng = np.random.default_rng(11)
    draws: dict[int, float] = {}

    def moves_on(*_: object) -> bool:
        ends["onward"] += finds
        return finds

    def comes_back(*_: object) -> None:
        ends["home"] += 1

    monkeypatch.setattr(live, "chance_at_look", plain(looks.chance_at_look))
    monkeypatch.setattr(live, "decision_key", lambda i, P: 0)
    monkeypatch.setattr(live, "uniform_alt", lambda stream, key, alternative: draws[alternative])
    monkeypatch.setattr(live, "_moves_on", moves_on)
    monkeypatch.setattr(live, "come_back", comes_back)
    people = SimpleNamespace(status=[int(status)], origin=[0])
    world = SimpleNamespace(
        streams=np.zeros(64, np.uint64), numbers=SimpleNamespace(live_secondary_movement_rate=RARELY), assistance=[0.0]
    )
    onward = plain(live._rate_of_moving_on)(0, people, world)
    for _ in range(MANY):
        day = 0
        while (day := day + int(rng.geometric(1.0 / every))) <= days:
            draws.update({alternative: rng.random() for alternative in (2, 3, 4)})
            if plain(live._leaves)(0, OFTEN, onward, every, people, world, None):
                break
    return ends


def expected(rate: float, years: float, both: float = OFTEN + RARELY) -> float:
    """People who leave at one of both rates within some years."""
    return MANY * rate / both * (1.0 - math.exp(-both * years))


@pytest.mark.parametrize("every", [1, 20, 90])
def test_each_of_two_things_takes_its_part_however_often_people_look(
    monkeypatch: pytest.MonkeyPatch, every: int
) -> None:
    ends = left(monkeypatch, every, 365)
    for end, rate in (("home", OFTEN), ("onward", RARELY)):
        mean = expected(rate, 1.0)
        assert abs(ends[end] - mean) < 3.0 * math.sqrt(mean)


def test_who_finds_no_other_country_goes_home_at_the_full_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    mean = expected(OFTEN, 1.0, OFTEN)
    ends = left(monkeypatch, 60, 365, finds=False)
    assert ends["onward"] == 0
    assert abs(ends["home"] - mean) < 3.0 * math.sqrt(mean)


@pytest.mark.parametrize("status", [Status.REGULAR, Status.PROTECTED])
def test_who_has_a_sure_stay_does_not_move_on(monkeypatch: pytest.MonkeyPatch, status: Status) -> None:
    ends = left(monkeypatch, 60, 365, status)
    assert ends["onward"] == 0
    assert ends["home"] > 0


def waits(monkeypatch: pytest.MonkeyPatch, mean: float, rate: float) -> tuple[int, "np.ndarray[Any, Any]"]:
    """How many days apart looks are on average, as people keep it, and many draws of the days to the next one."""
    rng = np.random.default_rng(3)
    for name in ("decision_key", "stop_code"):
        monkeypatch.setattr(looks, name, lambda i, P: 0)
    monkeypatch.setattr(looks, "uniform_alt", lambda stream, key, alternative: rng.random())
    people, days = SimpleNamespace(every=[0], wake=[0]), []
    for _ in range(MANY):
        plain(looks.look_again)(0, mean, rate, people, SimpleNamespace(day=100, streams=np.zeros(64, np.uint64)))
        days.append(people.wake[0] - 100)
    return people.every[0], np.array(days)


@pytest.mark.parametrize("mean", [1.0, 2.0, 60.0])
def test_every_day_is_as_likely_to_be_one_of_a_look(monkeypatch: pytest.MonkeyPatch, mean: float) -> None:
    every, days = waits(monkeypatch, mean, 0.0)
    assert every == mean
    assert days.min() == 1
    assert abs(days.mean() - every) <= 3.0 * every / math.sqrt(MANY)
    beyond = days[days > every] - every  # no memory: who has waited waits as long again
    assert every == 1 or abs(beyond.mean() - every) < 3.0 * every / math.sqrt(len(beyond))


def test_who_is_likely_to_go_looks_so_often_that_nothing_happens_late(monkeypatch: pytest.MonkeyPatch) -> None:
    every, _ = waits(monkeypatch, 365.0, 5.0)
    assert every == 22
    assert plain(looks.chance_at_look)(10.0, every) < 1.0
