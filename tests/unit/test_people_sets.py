"""Many people as one set of rows behave as a set of ordinary Mesa agents does."""

import copy
from collections.abc import Iterator
from typing import Any

import mesa
import numpy as np
import pytest
from mesa.agentset import AbstractAgentSet, AgentSet
from people_worlds import FIELDS, Office, OrdinaryMigrant, OrdinaryRefugee, World, age_and, keys

from mixflow.agents.people import PersonSet
from mixflow.agents.people_model import PeopleModel
from mixflow.agents.person import Migrant, Person, Refugee
from mixflow.sim.base.codes import AgentClass, Status


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def both() -> Iterator[tuple[AgentSet, PersonSet]]:
    """Give the same people as a set of ordinary agents and as a `PersonSet`, with equal generators."""
    world = World()
    ordinary = mesa.Model(rng=1)
    classes = {AgentClass.MIGRANT: OrdinaryMigrant, AgentClass.REFUGEE: OrdinaryRefugee}
    for person in world.people:
        classes[person.kind](ordinary, **{name: getattr(person, name) for name in FIELDS})
    agents = AgentSet(ordinary.agents, random=ordinary.random)
    yield agents, world.people
    assert len(ordinary.agents) == 300  # the set of ordinary agents holds them weakly; this keeps them to the end


def test_set_is_ordered_as_ordinary_agents(both: tuple[AgentSet, PersonSet]) -> None:
    agents, people = both
    assert isinstance(people, AbstractAgentSet)
    assert len(people) == len(agents) == 300
    assert keys(people) == keys(agents) == keys(people.to_list())


@pytest.mark.parametrize("at_most", [float("inf"), 0, 7, 2.5, 0.1, 1.0, 10_000, -3])
@pytest.mark.parametrize("rule", [None, lambda a: a.wealth > 3, lambda a: False])
@pytest.mark.parametrize("inplace", [False, True])
def test_select(both: tuple[AgentSet, PersonSet], at_most: float, rule: Any, inplace: bool) -> None:
    agents, people = both
    expected = agents.select(rule, at_most=at_most, inplace=inplace)
    found = people.select(rule, at_most=at_most, inplace=inplace)
    assert keys(found) == keys(expected)
    assert (found is people) == inplace


@pytest.mark.parametrize("which", [0, 1, 2])
def test_select_by_type(both: tuple[AgentSet, PersonSet], which: int) -> None:
    agents, people = both
    ordinary = [OrdinaryMigrant, OrdinaryRefugee, mesa.Agent][which]
    ours = [Migrant, Refugee, mesa.Agent][which]
    expected = agents.select(lambda a: a.wealth > 2, at_most=20, agent_type=ordinary)
    if which == 0:  # the ordinary refugee is a subclass of the ordinary migrant, and ours is not
        expected = agents.select(lambda a: a.wealth > 2 and a.kind == 0, at_most=20)
    assert keys(people.select(lambda a: a.wealth > 2, at_most=20, agent_type=ours)) == keys(expected)
    assert len(people.select(agent_type=Office)) == 0


def spread(values: Any) -> float:
    return max(values) - min(values) if values else 0.0


AGGREGATES = [sum, min, max, len, np.mean, np.sum, np.std, np.max, np.median, spread, sorted]


@pytest.mark.parametrize(
    ("name", "function"),
    [(name, function) for name in ("wealth", "debt", "age") for function in AGGREGATES]
    + [("key", function) for function in (min, max, len, np.max, spread, sorted)],
)
def test_agg(both: tuple[AgentSet, PersonSet], name: str, function: Any) -> None:
    agents, people = both
    result = people.agg(name, function)
    assert result == pytest.approx(agents.agg(name, function), rel=1e-12)
    assert not isinstance(result, np.generic)


def test_agg_with_several(both: tuple[AgentSet, PersonSet]) -> None:
    agents, people = both
    assert people.agg("wealth", [min, max, np.mean, spread]) == agents.agg("wealth", [min, max, np.mean, spread])
    assert people.agg("wealth", (f for f in (min, max))) == agents.agg("wealth", [min, max])
    nobody = people.select(at_most=0)
    assert nobody.agg("wealth", [sum, len, spread]) == [0, 0, 0.0]
    with pytest.raises(ValueError, match=r"empty|zero-size"):
        nobody.agg("wealth", min)


def test_get(both: tuple[AgentSet, PersonSet]) -> None:
    agents, people = both
    assert people.get("wealth") == agents.get("wealth")
    assert people.get(["place", "key", "wealth"]) == agents.get(["place", "key", "wealth"])
    assert people.get([]) == agents.get([])
    assert people.get("status_name") == [Status(code).label for code in agents.get("status")]
    assert people.get("unique_id") == people.get("key")
    for name in ("nothing", ["place", "nothing"]):
        assert people.get(name, "default", -1) == agents.get(name, "default", -1)
        for either in both:
            with pytest.raises(AttributeError):
                either.get(name)
    for either in both:
        with pytest.raises(ValueError, match="handle_missing"):
            either.get("wealth", handle_missing="ignore")


def test_set_attribute(both: tuple[AgentSet, PersonSet]) -> None:
    agents, people = both
    for either in both:
        chosen = either.select(lambda a: a.age == 2)
        assert chosen.set("wealth", 35) is chosen
    assert people.get("wealth") == agents.get("wealth")
    people.set("place", np.arange(300) % 5)
    assert people.get("place") == [i % 5 for i in range(300)]
    for name in ("nothing", "key", "status_name"):
        with pytest.raises(AttributeError):
            people.set(name, 1)


def test_do_and_map(both: tuple[AgentSet, PersonSet]) -> None:
    agents, people = both
    for either in both:
        assert either.do("step") is either
        either.select(at_most=30).do(lambda a, by, to: setattr(a, "debt", by + to), 1, to=2)
    assert people.model.batches == 1
    assert people.get(["wealth", "wake", "debt"]) == agents.get(["wealth", "wake", "debt"])
    assert people.map(age_and, more=2) == agents.map("age_and", more=2) == agents.map(age_and, 2)


def test_one_by_one_equals_batch_in_any_order() -> None:
    batch, single, shuffled = World(), World(), World()
    batch.people.do("step")
    for person in single.people:
        person.step()
    shuffled.people.shuffle_do("step")
    assert batch.people.get(FIELDS) == single.people.get(FIELDS) == shuffled.people.get(FIELDS)
    assert (batch.batches, single.batches) == (1, 0)


def test_overridden_step_is_not_batched() -> None:
    class Still(Migrant):
        def step(self) -> None:
            self.wake = 1

    class StillWorld(World):
        person_classes = {**PeopleModel.person_classes, AgentClass.MIGRANT: Still}  # noqa: RUF012

    world = StillWorld()
    world.people.do("step")
    assert world.batches == 0
    assert set(world.agents_by_type[Still].get("wake")) == {1}
    assert set(world.agents_by_type[Refugee].get("wake")) == {10, 11, 12, 13}


@pytest.mark.parametrize("by", ["place", "wealth", "kind", lambda a: a.age > 1, lambda a: (a.age, a.kind)])
def test_groupby(both: tuple[AgentSet, PersonSet], by: Any) -> None:
    agents, people = both
    expected, found = agents.groupby(by), people.groupby(by)
    assert list(found.count().items()) == list(expected.count().items())
    assert len(found) == len(expected)
    for function in (sum, min, np.mean, spread):
        assert found.agg("wealth", function) == pytest.approx(expected.agg("wealth", function))
    assert found.map(len) == expected.map(len)
    assert found.map("get", "key") == expected.map("get", "key")
    assert [(name, keys(group)) for name, group in found] == [(name, keys(group)) for name, group in expected]
    for groups in (expected, found):
        assert groups.do("set", "debt", 4.0) is groups
        groups.do(lambda group: group.set("wake", len(group)))
    assert people.get(["debt", "wake"]) == agents.get(["debt", "wake"])
    listed, expected_list = people.groupby(by, result_type="list"), agents.groupby(by, result_type="list")
    assert listed.count() == expected_list.count()
    assert listed.agg("age", sum) == expected_list.agg("age", sum)
    assert all(type(group) is list for _, group in listed)


def test_groupby_name_of_code(world: World) -> None:
    expected = {Status(code).label: n for code, n in world.people.groupby("status").count().items()}
    assert world.people.groupby("status_name").count() == expected
    assert len(world.people.select(at_most=0).groupby("status")) == 0


@pytest.mark.parametrize("ascending", [True, False])
@pytest.mark.parametrize("key", ["wealth", "age", "key", lambda a: -a.age, lambda a: (a.place, a.age)])
@pytest.mark.parametrize("inplace", [False, True])
def test_sort(both: tuple[AgentSet, PersonSet], key: Any, ascending: bool, inplace: bool) -> None:
    agents, people = both
    expected = keys(agents.sort(key, ascending=ascending))
    found = people.sort(key, ascending=ascending, inplace=inplace)
    assert keys(found) == expected
    assert (found is people) == inplace


@pytest.mark.parametrize("inplace", [False, True])
def test_shuffle(both: tuple[AgentSet, PersonSet], inplace: bool) -> None:
    agents, people = both
    before = keys(people)
    found = people.shuffle(inplace=inplace)
    assert keys(found) != before
    assert sorted(keys(found)) == sorted(before)
    assert keys(found) == keys(agents.shuffle(inplace=inplace))  # the very order, from an equal generator
    assert (found is people) == inplace


def test_shuffle_do(both: tuple[AgentSet, PersonSet]) -> None:
    agents, people = both
    seen: list[list[int]] = []
    for either in both:
        order: list[int] = []
        assert either.shuffle_do(lambda a, into: into.append(a.key), order) is either
        seen.append(order)
    assert seen[0] == seen[1] != keys(people)
    assert keys(people) == keys(agents)


def test_set_algebra(both: tuple[AgentSet, PersonSet]) -> None:
    results = []
    for either in both:
        rich, old = either.select(lambda a: a.wealth > 3), either.select(lambda a: a.age > 1)
        assert rich & old == old & rich
        assert rich & old <= rich < rich | old
        assert (rich & old).isdisjoint(rich - old)
        assert rich != old
        results.append([keys(rich & old), keys(rich | old), keys(rich - old), sorted(keys(rich ^ old))])
    assert results[0] == results[1]


def test_set_algebra_with_other_collections(world: World) -> None:
    some = world.people.select(at_most=5)
    assert len(some & list(some)[:2]) == 2
    assert len(some | {world.person_at(8)}) == 6
    assert len(some - [world.person_at(0)]) == 4
    with pytest.raises(TypeError, match="people of its own model"):
        some | [Office(world)]
    with pytest.raises(TypeError, match="people of its own model"):
        some | World().people


def test_membership(both: tuple[AgentSet, PersonSet]) -> None:
    for either in both:
        first, second, third = either.to_list()[:3]
        some = either.select(at_most=2)
        assert (first in some, third in some, "x" in some) == (True, False, False)
        some.add(third)
        some.add(first)
        assert keys(some) == keys([first, second, third])
        some.discard(second)
        some.discard(second)
        assert keys(some) == keys([first, third])
        with pytest.raises(KeyError):
            some.remove(second)
        some.remove(first)
        assert keys(some) == [third.key]
        assert third in some
        assert some.pop() == third
        some |= either
        some.clear()
        assert (len(some), len(either)) == (0, 300)


def test_copies_stand_alone(world: World) -> None:
    people = world.people
    for other in (people.copy(), copy.copy(people), people.select()):
        Migrant(world)
        assert len(other) < len(people)
        other.clear()
        assert len(people) == len(world.population)


def test_array_and_where(world: World) -> None:
    people = world.people
    refugees = people.where(people.array("kind") == AgentClass.REFUGEE)
    assert set(refugees.get("kind")) == {1}
    assert keys(refugees) == keys(world.agents_by_type[Refugee])


def test_held_sets_shrink_and_reused_rows_stay_out(world: World) -> None:
    held = world.people.select(at_most=10)
    held.to_list()[3].remove()
    assert len(held) == 9
    newcomer = Migrant(world)
    assert newcomer.row == 3
    assert newcomer not in held
    assert newcomer in world.people
    assert 3 not in held.rows


def test_removal_during_do(world: World) -> None:
    seen = []

    def end_next(person: Person) -> None:
        seen.append(person.row)
        if person.row + 1 < 300:
            world.person_at(person.row + 1).remove()

    world.people.do(end_next)
    assert seen == list(range(0, 300, 2))
    assert len(world.people) == 150
    world.people.do(Person.remove)
    assert len(world.people) == 0
