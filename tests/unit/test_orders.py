"""What each lever orders is what is offered: the rate that whole units are made of, at three scales (see `test_whole`)."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from counterfactual import Setting
from tiny_world import tiny_plan, tiny_world

from mixflow.scenarios.build import assemble
from mixflow.sim.base.codes import Status
from mixflow.sim.base.levers import Levers
from mixflow.sim.base.whole import WholeUnits
from mixflow.sim.world.baseline import QUOTAS

AAA, DDD = 0, 3
RESERVED = "humanitarian|need=convention"
SLIGHT = 1e-3
"""A part: what states' restrictiveness of the first month takes."""

PLACES = [name for name in QUOTAS if name not in ("visit", "free_movement")]


class Orders(Setting):
    """Levers set to a value, also places that are reserved for some."""

    def __call__(self, levers: Levers, day: int, published: Mapping[str, Any]) -> Levers:
        """The baseline, without reserved places where none are set."""
        return super().__call__({RESERVED: np.zeros((4, 4)), **levers}, day, published)


def offered(monkeypatch: pytest.MonkeyPatch, scale: float = 0.002, **levers: object) -> dict[str, np.ndarray]:
    """The rate of what is offered in the second month, real people a month, by the name of what is given out."""
    rates: dict[str, np.ndarray] = {}
    offer = WholeUnits.offer

    def noted(self: WholeUnits, name: str, rate: np.ndarray, codes: np.ndarray, keep: float) -> np.ndarray:
        rates[name] = rate.copy()
        return offer(self, name, rate, codes, keep)

    monkeypatch.setattr(WholeUnits, "offer", noted)
    model = assemble(tiny_world(), tiny_plan(33, scale=scale, check_days=0), Orders(**levers))
    while model.day < 31:
        model.step()
    with_rights = sum(model.living(status, status) for status in (Status.PROTECTED, Status.REGULAR))
    while model.day < model.days:
        model.step()
    return rates | {"residents with rights": np.asarray(with_rights)}


def cell(value: float) -> np.ndarray:
    """A table of nationalities by countries with one number."""
    table = np.zeros((4, 4))
    table[AAA, DDD] = value
    return table


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize("scale", [0.002, 0.01, 0.05])
def test_places_of_every_channel_are_offered_as_ordered(
    monkeypatch: pytest.MonkeyPatch, name: str, scale: float
) -> None:
    levers = {other: cell(0.0) for other in PLACES} | {name: cell(37.0), "sponsorship": 0.0}
    rates = offered(monkeypatch, scale, **levers)["places"].reshape(4, 4, len(QUOTAS))
    assert rates[AAA, DDD, QUOTAS.index(name)] == pytest.approx(37.0 / 12.0, rel=SLIGHT)
    assert rates[:, :, [QUOTAS.index(other) for other in PLACES]].sum() == pytest.approx(37.0 / 12.0, rel=SLIGHT)


def test_short_visas_are_offered_as_ordered_where_visas_are_required(monkeypatch: pytest.MonkeyPatch) -> None:
    rates = offered(monkeypatch, visit=cell(37.0), visa_required=1.0)["places"].reshape(4, 4, len(QUOTAS))
    assert rates[:, :, QUOTAS.index("visit")].sum() == pytest.approx(37.0 / 12.0, rel=SLIGHT)


def test_what_other_levers_order_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    levers = {RESERVED: cell(29.0), "consulates": 41.0, "relocation": cell(53.0), "staff": 2.0, "family": 0.0}
    rates = offered(monkeypatch, 0.05, sponsorship=0.5, **levers)
    assert rates[RESERVED].reshape(4, 4)[AAA, DDD] == pytest.approx(29.0 / 12.0, rel=SLIGHT)
    assert rates["visas"] == pytest.approx(np.full(4, 41.0 / 12.0))
    assert rates["relocation"].reshape(4, 4) == pytest.approx(cell(53.0 / 12.0))
    values = tiny_plan().values["asylum"]
    assert rates["decisions"] == pytest.approx(
        np.full(4, 2.0 * values["caseworker_rate"] * values["working_days"] / 12.0)
    )
    family = rates["places"].reshape(4, 4, len(QUOTAS))[:, :, QUOTAS.index("family")]
    assert family == pytest.approx(0.5 * rates["residents with rights"] / 12.0, abs=1.7)  # those of a day before
