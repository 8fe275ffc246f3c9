"""Mechanisms, one by one: two runs that share all draws and differ in one thing, and what follows from it.

Directions in a small invented world; they say nothing of sizes in the real one.
"""

from typing import Any

import numpy as np
import pandas as pd
from tiny_world import people_by_key, run, tiny_plan, tiny_world

from mixflow.experiments.bench.world import EDGES, LIVELY
from mixflow.scenarios.build import MixedMigration, assemble
from mixflow.sim.base.codes import Channel, DepartureType, LegalStatus, Need, Status

SEA = ("Coast>Island:sea", "Coast>Capital:sea")


def made(
    days: int = 365,
    world: dict[str, Any] | None = None,
    params: dict[str, dict[str, float]] | None = None,
    seed: int = 5,
) -> MixedMigration:
    """A finished run of the tiny world; what `params` does not name is as in all its runs."""
    given = params or {}
    values = {**given, "choose": {**LIVELY["choose"], **given.get("choose", {})}}
    return run(assemble(tiny_world(**(world or {})), tiny_plan(days, check_days=30, params=values, seed=seed)))


def counted(model: MixedMigration, event: str, **where: Any) -> float:
    """Events of a kind, where each column has one of the values given."""
    flows = model.flows()
    take = flows["event"] == event
    for column, values in where.items():
        take &= flows[column].isin(values)
    return float(flows.loc[take, "count"].sum())


# ---- M29: the educated first


def share_of_tertiary(slope: float) -> float:
    """Among those who did not flee and set out for Europe without a visa, where savings rise so with education."""
    traits = {"credit_years": 0.0, "wealth_years": 0.25, "tertiary": 0.3, "wealth_sigma": 0.5, "educated_first": slope}
    went = [
        people_by_key(made(params={"traits": traits, "leave": {"give_up_days": 90}}, seed=seed)) for seed in range(5, 9)
    ]
    people = pd.concat(went)
    people = people[
        (people["profile"] != DepartureType.FLIGHT) & people["channel"].isin([Channel.IRREGULAR, Channel.ASYLUM])
    ]
    assert len(people) > 600
    return float((people["skill"] == 2).mean())


def test_the_educated_set_out_more_where_education_brings_savings() -> None:
    assert share_of_tertiary(1.0) > share_of_tertiary(0.0) + 0.01


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
    assert half.state_policy.backlog[capital] > whole.state_policy.backlog[capital]
    wait = [next(s.wait_months for s in m.states if s.iso3 == "DDD") for m in (whole, half)]  # type: ignore[union-attr]
    assert wait[1] > wait[0]


# ---- M68: the same dangers for all

GROUPS = (("none", "survival"), ("subsidiary",), ("convention",))
DEADLY = "Camp>Coast:road"


def with_death(risk: float, seed: int = 5) -> MixedMigration:
    """A run in which one edge, which nobody who goes to Europe can avoid, kills at a rate, and nobody minds danger."""
    death = tiny_world().death.copy()
    death[list(EDGES).index(("Camp", "Coast"))] = risk
    params = {
        "choose": {"beta_danger": 0.0, "asc_irregular": 1.5},
        "leave": {"prepare_share": 0.005, "income_gap": 1.5},
    }
    return made(400, {"death": death}, params, seed)


def met(models: list[MixedMigration], danger: str, edge: str, needs: tuple[str, ...]) -> tuple[float, float]:
    """Who met with a danger on an edge, and who met with it or crossed."""
    came_to, crossed = (
        sum(counted(m, e, edge=[edge], need=needs, channel=["irregular"]) for m in models) for e in (danger, "crossing")
    )
    return came_to, came_to + crossed


def test_people_of_different_need_meet_the_dangers_of_the_edge() -> None:
    models = [with_death(0.25, seed) for seed in range(4)]
    for danger, edge, risk in (("death", DEADLY, 0.25), ("interception", SEA[0], 0.1)):
        for needs in GROUPS:
            came_to, tried = met(models, danger, edge, needs)
            assert tried > 150, (danger, needs)
            assert abs(came_to / tried - risk) < 4 * np.sqrt(risk * (1 - risk) / tried), (danger, needs)


def test_a_deadlier_edge_kills_more_of_all() -> None:
    calm, deadly = with_death(0.01), with_death(0.1)
    for needs in GROUPS:
        assert met([deadly], "death", DEADLY, needs)[0] > met([calm], "death", DEADLY, needs)[0], needs


# ---- M08: claim asylum, or stay without papers


def at_recognition(rate: float, seed: int) -> MixedMigration:
    """A run in which the odds of recognition weigh when people arrive, and not when they leave or choose a country."""
    world = {"recognition": np.full_like(tiny_world().recognition, rate)}
    params = {
        "choose": {"beta_recognition": 0.0, "asc_irregular": 2.0},
        "leave": {"persecution_rate": 0.0, "prepare_share": 0.005, "income_gap": 1.5},
    }
    return made(world=world, params=params, seed=seed)


def share_who_claim(models: list[MixedMigration], needs: tuple[str, ...]) -> float:
    """Applications for each arrival in Europe without a visa; people arrive where they claim."""
    arrived = counted_in_europe(models, needs)
    assert arrived > 200
    return sum(counted(m, "application", need=needs) for m in models) / arrived


def counted_in_europe(models: list[MixedMigration], needs: tuple[str, ...]) -> float:
    """Those who arrived in Europe without a visa: they claim, or live there irregularly without having been refused."""
    claimed = sum(counted(m, "application", need=needs) for m in models)
    stayed = 0.0
    for model in models:
        people = people_by_key(model)
        asked_for = people["need"].isin([Need[name.upper()] for name in needs])
        never = (people["status"] == Status.IRREGULAR) & (people["label"] == LegalStatus.UNLABELLED)
        stayed += float((never & asked_for).sum())
    return claimed + stayed


def test_poor_odds_keep_those_without_need_from_claiming_far_more_than_those_in_need() -> None:
    poor, good = ([at_recognition(rate, seed) for seed in range(3)] for rate in (0.05, 0.95))
    lost = share_who_claim(good, ("none",)) - share_who_claim(poor, ("none",))
    assert lost > 0.2
    in_need = ("subsidiary", "convention")
    assert 0.0 <= share_who_claim(good, in_need) - share_who_claim(poor, in_need) < 0.5 * lost
