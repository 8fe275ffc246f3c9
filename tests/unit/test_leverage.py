"""Sanctions fall on those that do not cooperate, offers are paid to those that do, and the wider definition acts outside Europe."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from counterfactual import Setting
from policies_made import effect, flat, in_tiny, made, written
from tiny_world import tiny_plan, tiny_world

from mixflow.policies import library
from mixflow.policies.reading import read_policy
from mixflow.scenarios.build import assemble
from mixflow.scenarios.world import graph
from mixflow.sim.base.errors import UserError
from mixflow.sim.base.levers import Levers
from mixflow.sim.base.params import defaults
from mixflow.sim.engine.month_steps import close_month
from mixflow.sim.processes.states.monthly import StatePolicyState
from mixflow.sim.world.baseline import baseline
from mixflow.sim.world.compiled_world import CompiledWorld

AAA, BBB, CCC, DDD = range(4)


def enforced(cooperation: float = 0.0, **levers: Any) -> tuple[Levers, Levers]:
    """Levers before and after states applied them, where those of AAA and BBB cooperate so far."""
    world = tiny_world(admissions={**tiny_world().admissions, "visit": np.full((4, 4), 100.0)})
    compiled_world = CompiledWorld(world, graph(world), defaults())
    state_policy = StatePolicyState(compiled_world)
    state_policy.cooperation[[AAA, BBB]], state_policy.refusal[[AAA, BBB]] = cooperation, 1.0 - cooperation
    before = baseline(compiled_world, date(2010, 1, 1))
    before = {**before, **{name: np.zeros_like(before[name]) + value for name, value in levers.items()}}
    return before, state_policy.enforced(before)


# ---- M53: sanctions


@pytest.mark.parametrize(("cooperation", "left", "harder"), [(1.0, 1.0, 1.0), (0.5, 0.9, 1.05), (0.0, 0.8, 1.1)])
def test_sanctions_weigh_as_far_as_a_state_does_not_cooperate(cooperation: float, left: float, harder: float) -> None:
    sanctions = {"visa_sanctions": np.array([0.2, 0.2, 0.0, 0.0]), "trade_sanctions": np.array([0.1, 0.1, 0.0, 0.0])}
    before, after = enforced(cooperation, **sanctions)
    assert after["visit"][:2] == pytest.approx(left * before["visit"][:2])
    assert after["hardship"][:2] == pytest.approx(harder * before["hardship"][:2])
    for name in ("visit", "hardship"):
        assert (after[name][2:] == before[name][2:]).all()  # nobody threatened these


def test_the_aid_of_the_tables_is_what_is_paid_and_not_what_is_offered() -> None:
    model = assemble(tiny_world(), tiny_plan(2, scale=0.01), Setting(aid_offer=80.0))
    model.state_policy.cooperation[:] = 0.25
    while model.day < model.days:
        model.step()
    close_month(model, date(2010, 1, 31))
    book = model.states_book().pivot_table(index="country", columns="quantity", values="value", observed=True)
    assert book["aid_offer"].to_numpy() == pytest.approx(np.full(4, 80.0))
    assert book["aid_paid"].to_numpy() == pytest.approx(np.full(4, 20.0))


@pytest.mark.parametrize(
    ("asked", "price", "cooperation", "refusal"), [(0, 100, 0, 0), (150, 100, 1, 0), (50, 100, 0, 1)]
)
def test_a_state_refuses_only_what_it_was_asked_for(
    asked: float, price: float, cooperation: float, refusal: float
) -> None:
    params = {"state": {"domestic_cost": price, "leverage": 0.0, "renege": 0.0}}
    model = assemble(tiny_world(), tiny_plan(2, params=params), Setting(threat=asked))
    assert (model.state_policy.refusal == 0).all(), "nobody has answered yet"
    state = next(s for s in model.states if s.iso3 == "BBB")  # type: ignore[union-attr]
    state.govern()
    assert (state.cooperation, model.state_policy.refusal[BBB]) == (cooperation, refusal)


def test_visas_kept_for_some_are_sanctioned_too_and_other_places_are_not() -> None:
    kept = np.full((4, 4), 50.0)
    _, free = enforced(0.0, work=30.0)
    _, after = enforced(0.0, work=30.0, visa_sanctions=0.4)
    assert (after["work"] == free["work"]).all()
    before, _ = enforced()
    state_policy = StatePolicyState(CompiledWorld(tiny_world(), graph(tiny_world()), defaults()))
    state_policy.refusal[:] = 1.0
    pool = "visit|skill=tertiary"
    given = state_policy.enforced({**before, "visa_sanctions": np.full(4, 0.4), pool: kept})
    assert given[pool] == pytest.approx(0.6 * kept)


def test_the_librarys_threat_sanctions_nobody_by_itself() -> None:
    """It sets no visas and no hardship: what it costs people depends on what their state does."""
    changed = {effect.lever for effect in library.load("trade_and_visa_leverage").effects}
    assert changed == {"threat", "visa_sanctions", "trade_sanctions"}


# ---- M42: what an offer costs


def offer(tmp_path: Path, **cost: Any) -> Any:
    fixed = {"value": 80.0, "low": 0, "high": 100, "unit": "EUR mn/yr", "source": "assumption: a test"}
    effects = [
        effect("aid_offer", "add", 30.0, where={"country": ["AAA"]}),
        effect("aid_offer", "add", 10.0, where={"country": ["BBB"]}),
    ]
    return made(tmp_path, "p", *effects, cost={"fixed": fixed, **cost})


@pytest.mark.parametrize(("aaa", "bbb", "paid"), [(1, 1, 80), (0, 0, 0), (1, 0, 60), (0, 1, 20), (0.5, 0, 30)])
def test_an_offer_is_paid_as_far_as_those_cooperate_whom_it_is_made_to(
    tmp_path: Path, aaa: float, bbb: float, paid: float
) -> None:
    policies = in_tiny(offer(tmp_path, conditional=True))
    known = {"cooperation": np.array([aaa, bbb, 1.0, 1.0])}
    assert policies.mean_costs(flat(), range(1), known) == {"p": pytest.approx(paid)}
    assert policies.mean_costs(flat(), range(1), {}) == {"p": pytest.approx(80.0)}


def test_a_cost_that_is_no_offer_does_not_depend_on_cooperation(tmp_path: Path) -> None:
    policies = in_tiny(offer(tmp_path))
    assert policies.mean_costs(flat(), range(1), {"cooperation": np.zeros(4)}) == {"p": pytest.approx(80.0)}


def test_where_visas_alone_are_offered_they_are_what_is_accepted(tmp_path: Path) -> None:
    fixed = {"value": 8.0, "low": 0, "high": 100, "unit": "EUR mn/yr", "source": "assumption: a test"}
    effects = [effect("visa_offer", "add", n, where={"country": [c]}) for n, c in ((300.0, "AAA"), (100.0, "BBB"))]
    policies = in_tiny(made(tmp_path, "p", *effects, cost={"fixed": fixed, "conditional": True}))
    known = {"cooperation": np.array([0.0, 1.0, 0.0, 0.0])}
    assert policies.mean_costs(flat(), range(1), known) == {"p": pytest.approx(2.0)}


def test_a_conditional_cost_without_an_offer_is_refused(tmp_path: Path) -> None:
    fixed = {"value": 8.0, "low": 0, "high": 100, "unit": "EUR mn/yr", "source": "assumption: a test"}
    path = written(tmp_path, "p", [effect("threat", "add", 1.0)], cost={"fixed": fixed, "conditional": True})
    with pytest.raises(UserError, match=r"cost.conditional: nothing is offered to any state"):
        read_policy(path)


# ---- M38: the wider definition where people are hosted


def test_the_wider_definition_lets_the_hosted_work_as_far_as_hosts_comply() -> None:
    before, after = enforced(wider_definition=1.0)
    rights, comply = before["work_rights"], defaults()["state"]["recognised_rights"]
    assert after["work_rights"][:2] == pytest.approx(rights[:2] + comply * (1.0 - rights[:2]))
    assert (after["work_rights"][:2] > rights[:2] + 0.2).all()
    assert (after["work_rights"][2:] == rights[2:]).all()  # European offices decide on claims instead
    _, one = enforced(wider_definition=np.array([0.0, 1.0, 1.0, 1.0]))
    assert one["work_rights"][AAA] == rights[AAA]
    assert one["work_rights"][BBB] == after["work_rights"][BBB]
