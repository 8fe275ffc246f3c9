"""Residents may go home or move on within Europe: of both in one interval, the one that comes first, at the rates of each."""

from collections import Counter
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from mixflow.sim.codes import Status
from mixflow.sim.kernels import live, race

MANY = 4000
OFTEN, RARELY = 1.5, 0.5
"""Yearly rates of going home and of thinking of another country."""


def plain(part: Any) -> Callable[..., Any]:
    """The Python function of what kernels call, which is compiled for kernels alone."""
    return getattr(part, "py_func", part)


def left(
    monkeypatch: pytest.MonkeyPatch, years: float, looks: int, status: Status = Status.IRREGULAR, finds: bool = True
) -> Counter[str]:
    """What becomes of many residents who look at their lives so often, at intervals of so many years."""
    ends: Counter[str] = Counter()
    rng = np.random.default_rng(11)
    draws: dict[int, float] = {}

    def moves_on(*_: object) -> bool:
        ends["onward"] += finds
        return finds

    def comes_back(*_: object) -> None:
        ends["home"] += 1

    for name in ("happens", "comes_first"):
        monkeypatch.setattr(live, name, plain(getattr(race, name)))
    monkeypatch.setattr(live, "look", lambda i, P: 0)
    monkeypatch.setattr(live, "uniform_alt", lambda stream, key, alternative: draws[alternative])
    monkeypatch.setattr(live, "_hazard_of_return", lambda i, years, P, E: OFTEN * years)
    monkeypatch.setattr(live, "_moves_on", moves_on)
    monkeypatch.setattr(live, "come_back", comes_back)
    people = SimpleNamespace(status=[int(status)], origin=[0])
    world = SimpleNamespace(
        streams=np.zeros(64, np.uint64), numbers=SimpleNamespace(live_onward=RARELY), assistance=[0.0]
    )
    for _ in range(MANY):
        for _ in range(looks):
            draws.update({alternative: rng.random() for alternative in (2, 3, 4)})
            if plain(live._leaves)(0, years, people, world, None):
                break
    return ends


def expected(rate: float, years: float) -> float:
    """People who leave at one of both rates within some years."""
    both = OFTEN + RARELY
    return MANY * rate / both * (1.0 - np.exp(-both * years))


@pytest.mark.parametrize(("years", "looks"), [(1.0, 1), (0.25, 4)])
def test_each_of_two_hazards_takes_its_part_however_often_people_look(
    monkeypatch: pytest.MonkeyPatch, years: float, looks: int
) -> None:
    ends = left(monkeypatch, years, looks)
    for end, rate in (("home", OFTEN), ("onward", RARELY)):
        mean = expected(rate, years * looks)
        assert abs(ends[end] - mean) < 3.0 * np.sqrt(mean)


def test_who_finds_no_other_country_goes_home_at_the_full_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    mean = MANY * (1.0 - np.exp(-OFTEN))
    ends = left(monkeypatch, 1.0, 1, finds=False)
    assert ends["onward"] == 0
    assert abs(ends["home"] - mean) < 3.0 * np.sqrt(mean)


@pytest.mark.parametrize("status", [Status.REGULAR, Status.PROTECTED])
def test_who_has_a_sure_stay_does_not_move_on(monkeypatch: pytest.MonkeyPatch, status: Status) -> None:
    ends = left(monkeypatch, 1.0, 1, status)
    assert ends["onward"] == 0
    assert ends["home"] > 0
