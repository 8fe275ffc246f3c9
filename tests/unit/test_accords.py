"""Accords: what norms ask of each state, who joins, how far members comply, and that a norm acts only as far as they do."""

from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from mesa.agentset import AgentSet
from policies_made import effect, flat, in_tiny, made, written
from tiny_world import run, tiny_plan, tiny_world

from mixflow.policies.policy_set import PolicySet
from mixflow.policies.reading import read_policy
from mixflow.policies.schema import Policy
from mixflow.scenarios.build import MixedMigration, assemble
from mixflow.sim.base.errors import UserError
from mixflow.sim.base.params import defaults
from mixflow.sim.engine import checkpoint
from mixflow.sim.processes.states.accords import (
    OfferedAccord,
    Situation,
    effort_key,
    intended_effort,
    joins,
    member_key,
    rule_of_law,
    tone,
)

V = defaults()
AAA, BBB, CCC, DDD = range(4)
NEWS = {"population": np.array([1e6, 1e6, 2e6, 4e6]), "wages": np.array([1e3, 1e3, 2e4, 4e4])}
RIGHTS = effect("work_rights", "add", 0.2)


def share(value: float) -> dict[str, Any]:
    return {"value": value, "low": 0.0, "high": 1.0, "unit": "share", "source": "assumption: a test"}


def block(*members: str, binding: float = 0.0, review: float = 0.0, **more: Any) -> dict[str, Any]:
    """An accord as a file says it."""
    return {"members": list(members), "binding": share(binding), "review": share(review), **more}


def policy(folder: Path, *effects: dict[str, Any], name: str = "pact", accord: dict[str, Any] | None = None) -> Policy:
    return made(folder, name, *effects, accord=accord or block("AAA", "BBB", "CCC", "DDD"))


def efforts(*each: float) -> dict[str, Any]:
    return {**NEWS, effort_key("pact"): np.array(each)}


# ---- norms act as far as states comply


def test_a_norm_acts_in_each_state_as_far_as_it_complies(tmp_path: Path) -> None:
    before, pact = flat(), in_tiny(policy(tmp_path, RIGHTS))
    after = pact(before, 0, efforts(0.0, 0.5, 1.0, 0.25))
    assert after["work_rights"] - before["work_rights"] == pytest.approx([0.0, 0.1, 0.2, 0.05])


@pytest.mark.parametrize(
    ("change", "whole"), [(effect("portability", "set", 0.9), 0.9), (effect("portability", "mul", 0.4), 0.2)]
)
def test_set_and_mul_go_a_part_of_the_way(tmp_path: Path, change: dict[str, Any], whole: float) -> None:
    before, pact = flat(), in_tiny(policy(tmp_path, change))
    after = pact(before, 0, efforts(0.0, 1.0, 0.5, 0.5))["portability"]
    assert after == pytest.approx([0.5, whole, (0.5 + whole) / 2, (0.5 + whole) / 2])


def test_full_compliance_is_the_policy_without_an_accord(tmp_path: Path) -> None:
    norms = (
        RIGHTS,
        effect("work", "add", 900, per="total"),
        effect("monitoring", "add", 0.3),
        effect("interception", "mul", 0.5),
    )
    plain = replace(policy(tmp_path, *norms), accord=None)
    pact = policy(tmp_path, *norms)
    as_done, as_agreed = (in_tiny(each)(flat(), 0, efforts(1.0, 1.0, 1.0, 1.0)) for each in (plain, pact))
    assert as_done.keys() == as_agreed.keys()
    for name, values in as_done.items():
        np.testing.assert_allclose(as_agreed[name], values, err_msg=name)


def test_who_may_not_join_and_the_world_follow_what_members_do_together_by_output(tmp_path: Path) -> None:
    """CCC and DDD may join; their outputs are as one to four."""
    pact = in_tiny(policy(tmp_path, RIGHTS, effect("monitoring", "add", 0.5), accord=block("CCC", "DDD")))
    before = flat()
    after = pact(before, 0, efforts(0.0, 0.0, 1.0, 0.5))
    assert after["monitoring"] - before["monitoring"] == pytest.approx(0.5 * (0.2 * 1.0 + 0.8 * 0.5))
    assert after["work_rights"] - before["work_rights"] == pytest.approx([0.12, 0.12, 0.2, 0.1])


def test_edges_follow_the_state_where_they_end(tmp_path: Path) -> None:
    world, before = tiny_world(), flat()
    after = in_tiny(policy(tmp_path, effect("interception", "mul", 0.0)))(before, 0, efforts(0.0, 0.0, 1.0, 0.0))
    ends_in = world.place_country[world.edge_to]
    assert (after["interception"] == np.where(ends_in == CCC, 0.0, before["interception"])).all()


# ---- what is asked


def offered(folder: Path, *effects: dict[str, Any], **accord: Any) -> OfferedAccord:
    made_ = in_tiny(policy(folder, *effects, accord=block("AAA", "BBB", "CCC", "DDD", **accord)))
    return made_.accords(flat(), 0, {**NEWS, effort_key("pact"): np.zeros(4)})[0]


def test_depth_is_what_a_norm_changes_and_does_not_fall_with_compliance(tmp_path: Path) -> None:
    assert offered(tmp_path, RIGHTS).depth == pytest.approx([0.2] * 4)
    assert offered(tmp_path, effect("work_rights", "set", 0.5)).depth == pytest.approx([0.0] * 4), "all do it already"
    factor = offered(tmp_path, effect("recruitment_fee", "mul", 0.5)).depth
    assert factor == pytest.approx([np.log((24.0 + 1) / (12.0 + 1))] * 4)
    places = offered(
        tmp_path, effect("work", "add", 1000, where={"country": ["DDD"]}, whom={"nationality": ["AAA"]})
    ).depth
    assert places == pytest.approx([0, 0, 0, 1000 / 4e6 * 1000])
    aid = offered(tmp_path, effect("livelihood_aid", "add", 10, whom={"nationality": ["CCC"]})).depth
    assert aid == pytest.approx([0, 0, 10e6 / (2e6 * 2e4) * 100, 0])


def test_only_some_norms_bring_relief_and_side_payments_are_of_output(tmp_path: Path) -> None:
    payment = {"value": 40, "low": 0, "high": 100, "unit": "EUR mn/yr", "source": "assumption: a test"}
    plain, hosts = offered(tmp_path, RIGHTS), offered(tmp_path, effect("hosting", "mul", 1.5), payment=payment)
    assert (plain.relief, hosts.relief) == (0.0, 1.0)
    assert plain.payment == pytest.approx([0.0] * 4)
    assert hosts.payment == pytest.approx([100 * 40e6 / 1e9, 100 * 40e6 / 1e9, 0.1, 0.025])


# ---- who joins, who complies

CALM = Situation(opinion=0.0, restrictiveness=0.0, burden=0.0, rule_of_law=0.5, watched=0.0, peers=0.0)


def pact(depth: float = 0.5, **more: Any) -> OfferedAccord:
    given = dict(binding=0.0, review=0.0, threshold=1, payment=np.zeros(1), relief=0.0, venue="", **more)
    return OfferedAccord("pact", np.ones(1, np.bool_), np.array([depth]), **given)


def joining(own: Situation = CALM, member: bool = False, **accord: Any) -> float:
    """Share of dispositions with which a state joins."""
    made_ = replace(pact(), **accord)
    return float(np.mean([joins(made_, 0, own, member, float(u), V) for u in np.linspace(0.0005, 0.9995, 1000)]))


def test_deeper_norms_find_fewer_members() -> None:
    depths = [joining(depth=np.array([depth])) for depth in (0.0, 0.5, 1.0, 2.0)]
    assert depths == sorted(depths, reverse=True)
    assert depths[0] > 0.75 > 0.1 > depths[3]


@pytest.mark.parametrize(
    ("less", "more"),
    [
        ({"binding": 1.0}, {}),
        ({"own": replace(CALM, restrictiveness=1.0)}, {}),
        ({"own": replace(CALM, opinion=1.0)}, {}),
        ({}, {"own": replace(CALM, peers=1.0)}),
        ({}, {"payment": np.array([1.0])}),
        ({}, {"member": True}),
        ({"relief": 1.0}, {"relief": 1.0, "own": replace(CALM, burden=10.0)}),
    ],
)
def test_what_draws_states_into_an_accord_and_what_keeps_them_out(less: dict[str, Any], more: dict[str, Any]) -> None:
    assert joining(**less) < joining(**more) - 0.03


def test_burden_draws_nobody_into_an_accord_that_relieves_nobody() -> None:
    assert joining(own=replace(CALM, burden=10.0)) == joining()


def effort(own: Situation = CALM, practice: float = 0.0, **accord: Any) -> float:
    return intended_effort(replace(pact(), **accord), 0, own, practice, V)


@pytest.mark.parametrize(
    ("less", "more"),
    [
        ({"depth": np.array([1.0])}, {}),
        ({}, {"binding": 1.0}),
        ({}, {"review": 1.0}),
        ({}, {"own": replace(CALM, peers=1.0)}),
        ({"own": replace(CALM, opinion=1.0)}, {}),
        ({}, {"practice": 5.0}),
    ],
)
def test_what_makes_members_comply(less: dict[str, Any], more: dict[str, Any]) -> None:
    assert effort(**less) < effort(**more) - 0.03


def test_a_review_raises_compliance_only_where_it_is_heard() -> None:
    deaf, heard = (replace(CALM, rule_of_law=heard) for heard in (0.0, 1.0))
    assert effort(own=deaf, review=1.0) == effort(own=deaf)
    assert effort(own=heard, review=1.0) > effort(own=heard) + 0.2
    assert effort(own=replace(heard, watched=0.5)) == effort(own=heard, review=0.5), "agencies watch as a review does"
    assert effort(own=replace(heard, watched=0.9), review=0.9) == effort(own=heard, review=1.0)
    assert rule_of_law(-2.5) < 0.1 < 0.7 < rule_of_law(1.5)


def test_practice_helps_only_where_something_is_asked() -> None:
    assert effort(depth=np.array([0.0]), practice=9.0) == effort(depth=np.array([0.0]))


def test_the_strict_set_the_tone_of_talks_on_security_and_the_open_of_talks_on_rights() -> None:
    there, members = np.array([0.0, 1.0, 3.0]), np.array([True, True, False])
    security, plain, rights = (tone(there, members, venue, 1.0) for venue in ("security", "", "rights"))
    assert plain == pytest.approx(0.5)
    assert rights < plain < security < 1.0
    assert tone(there, np.zeros(3, np.bool_), "security", 1.0) == 0.0


# ---- in the model


def agreed(folder: Path, days: int = 430, params: dict[str, Any] | None = None, **accord: Any) -> MixedMigration:
    made_ = policy(folder, RIGHTS, accord=block("AAA", "BBB", "CCC", "DDD", **accord))
    world, plan = tiny_world(), tiny_plan(days, params={"accord": params or {}})
    return run(assemble(world, plan, PolicySet([made_], world, world.edge_names, plan.clock)))


def book(model: MixedMigration, key: str) -> np.ndarray[Any, Any]:
    """Months x countries of what was published of the accord."""
    table = model.states_book()
    found = table[table["quantity"] == key].pivot(index="date", columns="country", values="value")
    return found[list(model.world.countries)].to_numpy(np.float64)


EASY = {"join": 4.0, "join_cost": 0.0, "restrictive": 0.0}


def test_states_join_once_a_year_and_effort_follows_with_a_lag(tmp_path: Path) -> None:
    model = agreed(tmp_path, params={**EASY, "adapt_months": 3})
    member, effort = book(model, member_key("pact")), book(model, effort_key("pact"))
    assert member[0].sum() == 0, "nobody has met yet"
    assert (member[1:] == member[1]).all()
    assert member[1].sum() >= 3
    assert (effort[1] == 0).all(), "in force only when it is known who joined"
    joined = member[1] > 0
    assert (np.diff(effort[1:6, joined], axis=0) > 0).all()
    assert (effort[:, ~joined] == 0).all()
    assert (effort <= 1).all()


def test_the_order_of_states_changes_nothing(tmp_path: Path) -> None:
    books = []
    for step in (1, -1):
        world, plan = tiny_world(), tiny_plan(200, params={"accord": {**EASY, "adapt_months": 3}})
        made_ = policy(tmp_path, RIGHTS, accord=block("AAA", "BBB", "CCC", "DDD", venue="rights", threshold=2))
        model = assemble(world, plan, PolicySet([made_], world, world.edge_names, plan.clock))
        model.states = AgentSet(list(model.states)[::step], random=Random(0))  # type: ignore[call-overload]
        books.append(run(model).states_book())
    assert books[0].equals(books[1])


def test_a_run_goes_on_from_a_checkpoint_with_its_members(tmp_path: Path) -> None:
    def begun() -> MixedMigration:
        world, plan = tiny_world(), tiny_plan(200, params={"accord": {**EASY, "adapt_months": 3}})
        return assemble(world, plan, PolicySet([policy(tmp_path, RIGHTS)], world, world.edge_names, plan.clock))

    whole, broken, again = run(begun()), begun(), begun()
    while broken.day < 97:
        broken.step()
    checkpoint.save(broken, tmp_path / "kept.npz")
    checkpoint.load(again, tmp_path / "kept.npz")
    assert run(again).states_book().equals(whole.states_book())


def test_too_few_members_bring_nothing_into_force(tmp_path: Path) -> None:
    few = agreed(tmp_path, params={"join": -2.0, "join_cost": 8.0}, threshold=4)
    assert book(few, effort_key("pact")).sum() == 0


def test_agencies_that_watch_raise_what_members_do(tmp_path: Path) -> None:
    """The same accord beside a policy that watches and asks nothing of states, and beside none."""
    watching = replace(made(tmp_path, "watching", effect("monitoring", "add", 0.8)))
    pact = policy(tmp_path, RIGHTS, accord=block("AAA", "BBB", "CCC", "DDD"))
    done = []
    for policies in ([pact], [pact, watching]):
        world, plan = tiny_world(), tiny_plan(300, params={"accord": EASY})
        model = run(assemble(world, plan, PolicySet(policies, world, world.edge_names, plan.clock)))
        done.append(book(model, effort_key("pact"))[-1])
    assert (done[1] >= done[0]).all()
    assert done[1].sum() > 1.1 * done[0].sum()


def test_work_rights_of_a_month_follow_the_effort_of_the_month_before(tmp_path: Path) -> None:
    model = agreed(tmp_path, params={**EASY, "adapt_months": 3})
    effort = book(model, effort_key("pact"))
    bare = assemble(tiny_world(), tiny_plan(1))
    gained = model.levers["work_rights"] - bare.levers["work_rights"]
    assert gained == pytest.approx(0.2 * effort[-2], abs=1e-9)


def test_where_no_state_decides_the_accord_is_kept_in_full(tmp_path: Path) -> None:
    world, plan = tiny_world(), tiny_plan(70)
    model = assemble(world, plan, PolicySet([policy(tmp_path, RIGHTS)], world, world.edge_names, plan.clock))
    model.states = None
    run(model)
    assert (model.published[effort_key("pact")] == 1.0).all()


# ---- two accords on one lever

SET = {low: effect("work_rights", "set", value) for low, value in (("low", 0.6), ("high", 0.9))}


def two(folder: Path, first: dict[str, Any] | None, second: dict[str, Any] | None) -> PolicySet:
    return in_tiny(made(folder, "pact", SET["low"], accord=first), made(folder, "treaty", SET["high"], accord=second))


def test_of_two_accords_that_set_one_lever_the_more_binding_holds(tmp_path: Path) -> None:
    both = two(tmp_path, block("CCC", "DDD", binding=0.2), block("DDD", "AAA", binding=0.8))
    whole = {effort_key("pact"): np.ones(4), effort_key("treaty"): np.array([1.0, 1.0, 1.0, 0.5])}
    apart = {**NEWS, **whole}
    assert both(flat(), 0, apart)["work_rights"][DDD] == pytest.approx(0.7)  # half of the way to .9, and none to .6
    (said,) = both.settled
    assert "'pact'" in said
    assert "'treaty' binds more" in said


def test_what_is_simply_done_holds_before_any_accord(tmp_path: Path) -> None:
    assert two(tmp_path, None, block("DDD", binding=1.0))(flat(), 0, efforts(0, 0, 0, 0))[
        "work_rights"
    ] == pytest.approx(0.6)


def test_two_that_bind_alike_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="'pact' and 'treaty' both set 'work_rights'"):
        two(tmp_path, block("DDD", binding=0.5), block("DDD", binding=0.5))


# ---- what files may not say


@pytest.mark.parametrize(
    ("accord", "said"),
    [
        (block(), "accord.members: name the countries"),
        ({**block("AAA"), "threshold": -1}, "whole number of members"),
        ({**block("AAA"), "venue": "moon"}, "rights, security"),
        ({**block("AAA"), "binding": share(2.0) | {"high": 3.0}}, "accord.binding.value: 2 is outside 0 to 1"),
        ({"members": ["AAA"], "review": share(0.1)}, "accord.binding: write value"),
        ({**block("AAA"), "court": True}, "accord.court: no such key"),
        ("AAA", "write members, threshold"),
    ],
)
def test_what_is_wrong_with_an_accord_is_said(tmp_path: Path, accord: Any, said: str) -> None:
    with pytest.raises(UserError, match=r"pact\.yaml") as caught:
        read_policy(written(tmp_path, "pact", [RIGHTS], accord=accord))
    assert said in str(caught.value)


def test_an_accord_without_norms_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "pact", [], accord=block("AAA"), includes=["global_compacts"])
    with pytest.raises(UserError, match="norms are the effects of this policy"):
        read_policy(path)


def test_an_accord_with_a_rule_which_no_effort_would_weigh_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "pact", [RIGHTS], accord=block("AAA"), rule="cyclical_places")
    with pytest.raises(UserError, match="a rule acts in full"):
        read_policy(path)


def test_an_accord_that_nobody_in_the_world_may_join_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no country of this world may join"):
        in_tiny(policy(tmp_path, RIGHTS, accord=block("ECOWAS")))


def test_an_accord_that_never_enters_into_force_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="takes 3 members, and 2 countries"):
        in_tiny(policy(tmp_path, RIGHTS, accord=block("AAA", "BBB", threshold=3)))
