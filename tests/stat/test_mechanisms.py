"""Mechanisms, one by one: two runs that share all draws and differ in one thing, and what follows from it.

Directions in a small invented world; they say nothing of sizes in the real one.
"""

from typing import Any

from tiny_world import people_by_key, run, tiny_plan, tiny_world

from mixflow.scenarios.build import MixedMigration, assemble
from mixflow.sim.codes import Channel, Profile

SEA = ("Coast>Island:sea", "Coast>Capital:sea")


def made(days: int = 365, world: dict[str, Any] | None = None, **changes: Any) -> MixedMigration:
    """A finished run of the tiny world."""
    return run(assemble(tiny_world(**(world or {})), tiny_plan(days, check_days=30, **changes)))


def counted(model: MixedMigration, event: str, **where: Any) -> float:
    """Events of a kind, where each column has one of the values given."""
    flows = model.flows()
    take = flows["event"] == event
    for column, values in where.items():
        take &= flows[column].isin(values)
    return float(flows.loc[take, "count"].sum())


def price(model: MixedMigration, edge: str) -> float:
    """What the smuggler of an edge asks at the end of a run."""
    return next(s.price for s in model.smugglers if s.name == edge)  # type: ignore[union-attr]


# ---- M44, and T5 in part: the price of a seat


def test_hunting_smugglers_raises_the_price_on_their_corridor() -> None:
    def hunted(levers: Any, day: int) -> Any:
        return {**levers, "interception": levers["interception"] * 5.0}

    usual, other = (assemble(tiny_world(), tiny_plan(120, check_days=30)) for _ in range(2))
    other.adjust = hunted
    for model in (usual, other):
        run(model)
    for edge in SEA:
        assert price(other, edge) > price(usual, edge)


def test_less_demand_lowers_the_price() -> None:
    fixed = {"smuggler": {"entry": 0.0}}
    usual = made(params=fixed)
    blocked = made(params={**fixed, "choose": {"onward": -9.0, "far_irregular": -4.0, "region": 1.0, "inside": 1.0}})
    for edge in SEA:
        assert price(blocked, edge) < price(usual, edge)


# ---- M29: the educated first


def share_of_tertiary(model: MixedMigration) -> float:
    """Among those who did not flee and set out for Europe without a visa."""
    people = people_by_key(model)
    went = people[(people["profile"] != Profile.FLIGHT) & people["channel"].isin([Channel.IRREGULAR, Channel.ASYLUM])]
    assert len(went) > 150
    return float((went["skill"] == 2).mean())


def test_the_educated_set_out_more_where_education_brings_savings() -> None:
    poor = {"traits": {"credit_years": 0.0, "tertiary": 0.3, "wealth_sigma": 0.5}}
    equal, unequal = (
        made(params={"traits": {**poor["traits"], "educated_first": slope}, "leave": {"tries": 2}})
        for slope in (0.0, 1.0)
    )
    assert share_of_tertiary(unequal) > share_of_tertiary(equal) + 0.05


# ---- M17 in part: means


def test_without_credit_fewer_aspirants_can_set_out() -> None:
    left = [
        counted(made(params={"traits": {"credit_years": years}}), "departure", channel=["irregular"], need=["none"])
        for years in (0.0, 2.0)
    ]
    assert 0 < left[0] < 0.9 * left[1]


# ---- M09 and T11: asylum offices


def test_half_the_staff_makes_the_backlog_longer() -> None:
    staff = tiny_world().staff
    whole, half = made(), made(world={"staff": staff / 2})
    capital = tiny_world().countries.index("DDD")
    assert counted(half, "decision") < counted(whole, "decision")
    assert half.backlog[capital] > whole.backlog[capital]
    wait = [next(s.wait_months for s in m.states if s.iso3 == "DDD") for m in (whole, half)]  # type: ignore[union-attr]
    assert wait[1] > wait[0]
