"""People as views of rows behave as ordinary Mesa agents do, and say so where they cannot."""

import copy
import gc
import pickle
import weakref
from collections import Counter
from collections.abc import Iterator
from typing import Any

import mesa
import numpy as np
import pytest
from mesa.agentset import AbstractAgentSet, AgentSet
from mesa.time import Schedule

from mixflow.agents.people import PersonSet
from mixflow.agents.people_model import PeopleModel
from mixflow.agents.person import Column, Migrant, Person, PersonGoneError, Refugee
from mixflow.sim.codes import Kind, Label, Status
from mixflow.sim.population import COLUMNS, Population

FIELDS = ["key", "place", "status", "kind", "age", "wealth", "debt", "wake"]


def advance_columns(population: Population, rows: Any) -> None:
    population.columns["wake"][rows] = population.columns["age"][rows] + 10
    population.columns["wealth"][rows] += 1


class Steps(mesa.Model):
    """Stands in for the model of migration: it has a population, and steps one person or many."""

    def __init__(self, n: int = 300, rng: int = 1) -> None:
        super().__init__(rng=rng)
        self.batches = 0
        draw = np.random.default_rng(rng)
        self.population = Population(64)
        self.population.append(
            n,
            key=draw.integers(1, 2**63, n).astype(np.uint64) * np.uint64(2),
            place=draw.integers(0, 7, n),
            status=draw.integers(0, len(Status), n),
            kind=draw.integers(0, 2, n),
            age=draw.integers(0, 4, n),
            wealth=draw.integers(0, 50, n) / 8,
            debt=draw.exponential(100, n),
        )
        self.datacollector = mesa.DataCollector(model_reporters={"number": "number"})

    @property
    def number(self) -> int:
        return len(self.population)

    def advance_one(self, row: int) -> None:
        advance_columns(self.population, row)

    def advance(self, rows: Any) -> None:
        self.batches += 1
        advance_columns(self.population, rows)

    def step(self) -> None:
        self.datacollector.collect(self)


class World(PeopleModel, Steps):
    """The mixin before the model, as worlds are built."""


class Office(mesa.Agent):
    """An ordinary agent among the people."""

    wealth = 0.5

    def step(self) -> None:
        self.wealth += 1


class OrdinaryMigrant(mesa.Agent):
    """The same person as an ordinary Mesa agent."""

    def __init__(self, model: mesa.Model, **fields: Any) -> None:
        super().__init__(model)
        for name, value in fields.items():
            setattr(self, name, value)

    def step(self) -> None:
        self.wake = self.age + 10
        self.wealth += 1

    def age_and(self, more: int = 0) -> int:
        return int(self.age) + more


class OrdinaryRefugee(OrdinaryMigrant):
    """The same, recognised."""


def age_and(agent: Any, more: int = 0) -> int:
    return int(agent.age) + more


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def both() -> Iterator[tuple[AgentSet, PersonSet]]:
    """Give the same people as a set of ordinary agents and as a `PersonSet`, with equal generators."""
    world = World()
    ordinary = mesa.Model(rng=1)
    classes = {Kind.MIGRANT: OrdinaryMigrant, Kind.REFUGEE: OrdinaryRefugee}
    for person in world.people:
        classes[person.kind](ordinary, **{name: getattr(person, name) for name in FIELDS})
    agents = AgentSet(ordinary.agents, random=ordinary.random)
    yield agents, world.people
    assert len(ordinary.agents) == 300  # the set of ordinary agents holds them weakly; this keeps them to the end


def keys(agents: Any) -> list[int]:
    return [agent.key for agent in agents]


# -- one person -----------------------------------------------------------------------------------------------------


def test_every_column_is_an_attribute_of_the_right_type(world: World) -> None:
    person = world.person_at(5)
    for name, (kind, _) in COLUMNS.items():
        if name == "in_use":
            continue
        assert isinstance(getattr(Person, name), Column), name
        assert type(getattr(person, name)) is (float if kind is np.float32 else int), name
    assert not hasattr(person, "in_use")
    assert person.alive


def test_writing_an_attribute_writes_the_column(world: World) -> None:
    person = world.person_at(7)
    person.wealth = 12
    assert world.population["wealth"][7] == 12
    person.label = Label.APPLICANT
    assert (person.label, person.label_name) == (1, "applicant")
    assert person.status_name == Status(person.status).label


@pytest.mark.parametrize("name", ["welth", "step", "KIND", "model", "key", "status_name", "unique_id", "alive"])
def test_other_attributes_cannot_be_set(world: World, name: str) -> None:
    with pytest.raises(AttributeError):
        setattr(world.person_at(0), name, 1)


def test_is_a_mesa_agent(world: World) -> None:
    person = world.person_at(3)
    assert isinstance(person, mesa.Agent)
    assert person.model is world
    assert person.random is world.random
    assert person.rng is world.rng
    assert person.scenario is world.scenario
    assert person.unique_id == person.key == world.population["key"][3]


def test_views_of_one_person_are_equal(world: World) -> None:
    a, b, other = world.person_at(3), world.person_at(3), world.person_at(4)
    assert a is not b
    assert a == b
    assert hash(a) == hash(b)
    assert a != other
    assert a != World().person_at(3)
    assert len({a, b, other}) == 2


def test_class_follows_kind(world: World) -> None:
    person = next(person for person in world.people if isinstance(person, Migrant))
    before = len(world.agents_by_type[Refugee])
    person.kind = Kind.REFUGEE
    assert isinstance(world.person_at(person.row), Refugee)
    assert world.person_at(person.row) == person
    assert len(world.agents_by_type[Refugee]) == before + 1


def test_own_classes(world: World) -> None:
    class Talking(Migrant):
        def hello(self) -> str:
            return f"from {self.place}"

    class TalkingWorld(World):
        person_classes = {**PeopleModel.person_classes, Kind.MIGRANT: Talking}  # noqa: RUF012

    migrants = TalkingWorld().agents_by_type[Talking]
    assert set(migrants.map("hello")) == {f"from {place}" for place in range(7)}


def test_names_of_places(world: World) -> None:
    class Names:
        place_names = tuple("abcdefg")
        countries = ("SYR", "TUR")
        place_country = np.array([0, 1, 1, 1, 1, 1, 1], np.int16)

    world.world = Names()
    person = world.person_at(0)
    person.place = 2
    assert (person.place_name, person.country) == ("c", "TUR")
    assert world.people.get("place_name")[0] == "c"


def test_gone_person_is_not_who_comes_next(world: World) -> None:
    person = world.person_at(9)
    key = person.key
    person.remove()
    person.remove()  # as in Mesa, nothing happens the second time
    newcomer = Migrant(world, key=77, place=1)
    assert newcomer.row == 9
    assert newcomer.alive
    assert not person.alive
    assert person.unique_id == key
    assert person != newcomer
    for look in (lambda: person.wealth, lambda: person.row, lambda: setattr(person, "wealth", 1), person.step):
        with pytest.raises(PersonGoneError, match=f"person {key} has left"):
            look()
    assert "gone" in repr(person)


def test_made_as_agents_are_made(world: World) -> None:
    person = Refugee(world, place=4, wealth=2.0)
    assert (person.place, person.wealth, person.kind) == (4, 2.0, Kind.REFUGEE)
    assert person in world.people
    made = Migrant.create_agents(world, 50, place=np.arange(50))
    assert made.get("place") == list(range(50))
    assert len(set(made.get("key"))) == 50
    assert len(world.people) == 351
    mixed = Person.create_agents(world, 2, kind=[1, 0])
    assert [type(one) for one in mixed] == [Refugee, Migrant]
    with pytest.raises(TypeError, match="Migrant or as a Refugee"):
        Person(world)
    with pytest.raises(TypeError, match="no column plaice"):
        Migrant(world, plaice=1)


def test_made_from_a_data_frame(world: World) -> None:
    pandas = pytest.importorskip("pandas")
    made = Refugee.from_dataframe(world, pandas.DataFrame({"place": [1, 2], "wealth": [3.0, 4.0]}), age=2)
    assert made.get(["place", "wealth", "age"]) == [[1, 3.0, 2], [2, 4.0, 2]]


def test_growth_keeps_views(world: World) -> None:
    person, people = world.person_at(0), world.people
    held = people.select(at_most=10)
    person.wealth = 5
    Migrant.create_agents(world, 5000, place=1)
    assert person.wealth == 5
    person.wealth = 6
    assert world.person_at(0).wealth == 6
    assert (len(people), len(held)) == (5300, 10)


# -- the same people as ordinary agents -----------------------------------------------------------------------------


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
        person_classes = {**PeopleModel.person_classes, Kind.MIGRANT: Still}  # noqa: RUF012

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
    refugees = people.where(people.array("kind") == Kind.REFUGEE)
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


# -- the model ------------------------------------------------------------------------------------------------------


def test_agents_of_the_model(world: World) -> None:
    office = Office(world)
    assert len(world.agents) == 301
    assert office in world.agents
    assert world.person_at(0) in world.agents
    assert world.agent_types == [Office, Migrant, Refugee] == list(world.agents_by_type)
    assert sum(len(agents) for agents in world.agents_by_type.values()) == 301
    assert len(world.agents.select(agent_type=Person)) == 300
    assert world.agents.select(agent_type=Office).to_list() == [office]
    assert len(world.agents.select(lambda a: a.wealth > 0, at_most=0.1)) == 30
    office.remove()
    world.person_at(0).remove()
    assert len(world.agents) == 299
    world.remove_all_agents()
    assert len(world.agents) == len(world.people) == 0
    with pytest.raises(IndexError, match="no person at row 0"):
        world.person_at(0)
    with pytest.raises(AttributeError):
        world.agents = []


class Booked(World):
    """A model that counts its people by place and status."""

    def __init__(self) -> None:
        super().__init__()
        self.books = self.census()

    def census(self) -> Counter[tuple[int, int]]:
        return Counter(zip(self.people.get("place"), self.people.get("status"), strict=True))

    def book(self, rows: Any) -> None:
        self.books.update(zip(self.population["place"][rows], self.population["status"][rows], strict=True))

    def unbook(self, rows: Any) -> None:
        self.books.subtract(zip(self.population["place"][rows], self.population["status"][rows], strict=True))


def test_changes_from_outside_are_booked() -> None:
    world = Booked()

    def assert_books_hold() -> None:
        assert +world.books == world.census()

    world.person_at(0).remove()
    world.people.select(at_most=10).do("remove")
    assert_books_hold()
    Migrant(world, place=3, status=Status.HOSTED)
    Refugee.create_agents(world, 20, place=np.arange(20) % 7)
    assert_books_hold()
    world.person_at(50).place = 6
    world.person_at(51).wealth = 3
    world.people.select(at_most=30).set("status", Status.WAITING)
    assert_books_hold()
    with pytest.raises(OverflowError):
        world.person_at(52).status = 1000
    assert_books_hold()
    world.remove_all_agents()
    assert_books_hold()
    assert not +world.books


def test_everybody_is_an_agent_set(world: World) -> None:
    offices = [Office(world) for _ in range(3)]
    everybody = world.agents
    assert everybody.to_list() == [*offices, *world.people]
    assert everybody.agg("wealth", max) == max(everybody.get("wealth"))
    assert everybody.groupby(lambda a: isinstance(a, Office)).count() == {True: 3, False: 300}
    ordered = everybody.sort("wealth", ascending=True)
    assert ordered.get("wealth") == sorted(everybody.get("wealth"))
    mixed = everybody.shuffle()
    assert set(mixed) == set(everybody)
    assert mixed.to_list() != everybody.to_list()
    mixed.discard(offices[0])
    mixed.remove(world.person_at(0))
    assert (len(mixed), len(world.agents)) == (301, 303)
    mixed.add(offices[0])
    assert len(mixed & everybody) == 302
    assert len(everybody.select()) == 303
    before = everybody.agg("wealth", sum)
    everybody.do("step")
    everybody.shuffle_do("step")
    everybody.map("step")
    assert everybody.agg("wealth", sum) == pytest.approx(before + 3 * 303)
    everybody.set("wealth", 1.0)
    assert set(everybody.get("wealth")) == {1.0}


def test_agents_before_there_is_a_population() -> None:
    class Early(PeopleModel):
        pass

    model = Early(rng=1)
    office = Office(model)
    assert list(model.agents) == [office]
    assert model.agent_types == [Office]
    model.remove_all_agents()
    assert len(model.agents) == 0


def test_events_on_a_person(world: World) -> None:
    person = world.person_at(3)
    wealth = person.wealth
    event = world.schedule_event(person.step, at=2.0)
    world.schedule_event(world.person_at(4).step, after=1.0).cancel()
    world.schedule_event(world.person_at(5).step, after=1.0)
    kept = weakref.ref(person)
    world.person_at(5).remove()
    Migrant(world, wealth=9)  # in the row of the one who left
    del person
    gc.collect()
    assert kept() is not None
    world.run_for(3)
    del event
    gc.collect()
    assert kept() is None  # the view is let go once the event has been
    assert world.person_at(3).wealth == wealth + 1
    assert world.person_at(5).wealth == 9
    with pytest.raises(ValueError, match="Specify exactly one"):
        world.schedule_event(world.person_at(0).step)


def test_recurring_events(world: World) -> None:
    wealth = world.person_at(3).wealth
    world.schedule_recurring(world.person_at(3).step, Schedule(interval=1.0, start=1.0, count=3))
    world.schedule_recurring(world.person_at(4).step, Schedule(interval=1.0, start=1.0))
    world.person_at(4).remove()
    gc.collect()
    world.run_for(10)
    assert world.person_at(3).wealth == wealth + 3


def test_events_of_others_are_mesas(world: World) -> None:
    office = Office(world)
    world.schedule_event(office.step, at=1.0)
    world.run_for(1)
    assert office.wealth == 1.5


def test_data_collector(world: World) -> None:
    Office(world)
    world.datacollector = mesa.DataCollector(
        model_reporters={"number": "number", "wealth": lambda m: m.people.agg("wealth", np.mean)},
        agent_reporters={"wealth": "wealth"},
        agenttype_reporters={Office: {"own": "wealth"}, Refugee: {"status": "status_name"}, Person: {"place": "place"}},
    )
    world.run_for(2)
    data = world.datacollector
    assert data.get_model_vars_dataframe()["number"].tolist() == [300, 300]
    everybody = data.get_agent_vars_dataframe()
    assert len(everybody) == 602
    assert everybody.loc[(1.0, world.person_at(0).unique_id), "wealth"] == world.person_at(0).wealth
    assert data.get_agenttype_vars_dataframe(Office)["own"].tolist() == [0.5, 0.5]
    refugees = data.get_agenttype_vars_dataframe(Refugee)
    assert refugees["status"].tolist()[: len(refugees) // 2] == world.agents_by_type[Refugee].get("status_name")
    assert len(data.get_agenttype_vars_dataframe(Person)) == 600


def test_batch_run() -> None:
    runner = pytest.importorskip("mesa.batchrunner", reason="Mesa 4 has no batch_run")
    out = runner.batch_run(World, {"n": [10, 20]}, rng=[1, 2], max_steps=2, number_processes=1, display_progress=False)
    assert {(record["n"], record["number"]) for record in out} == {(10, 10), (20, 20)}


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_duplicates_of_a_model(world: World, duplicate: Any) -> None:
    world.schedule_event(world.person_at(2).step, at=1.0)
    world.held = world.people.select(at_most=4)
    world.one = world.person_at(1)
    other = duplicate(world)
    assert other.people.get(FIELDS) == world.people.get(FIELDS)
    assert other.one == other.person_at(1) != world.one
    assert other.held.model is other
    assert len(other.held) == 4
    other.person_at(0).wealth = -1
    assert world.person_at(0).wealth != -1
    wealth = world.person_at(2).wealth
    gc.collect()
    other.run_for(1)
    assert other.person_at(2).wealth == wealth + 1
    assert world.person_at(2).wealth == wealth


def test_duplicate_of_a_person(world: World) -> None:
    twin = copy.deepcopy(world.person_at(1))
    assert twin.model is not world
    assert twin.wealth == world.person_at(1).wealth
    assert copy.copy(world.person_at(1)) == world.person_at(1)


def test_two_models_at_once(world: World) -> None:
    other = World(rng=2)
    other.person_at(0).wealth = 99
    assert world.person_at(0).wealth != 99
    assert world.person_at(0) not in other.people
    Migrant(world)
    assert (len(world.people), len(other.people)) == (301, 300)


def test_mesas_own_set_does_not_keep_views(world: World) -> None:
    """What cannot work: an `AgentSet` holds agents weakly, and nobody else holds the views."""
    assert len(AgentSet(world.people, random=world.random)) == 0
    views = world.people.to_list()
    assert len(AgentSet(views, random=world.random)) == 300


def test_everybody_orders_as_mesa_does() -> None:
    """Offices and people in one world, and the same as ordinary agents alone: one order in every method."""
    world, ordinary = World(n=40), mesa.Model(rng=1)
    for model in (world, ordinary):
        for k in range(5):
            Office(model).wealth = k + 0.25
    for person in world.people:
        OrdinaryMigrant(ordinary, wealth=person.wealth, wake=0, age=person.age)
    everybody, expected = world.agents, AgentSet(ordinary.agents, random=ordinary.random)
    for ascending in (True, False):
        assert everybody.sort("wealth", ascending).get("wealth") == expected.sort("wealth", ascending).get("wealth")
    assert everybody.shuffle().get("wealth") == expected.shuffle().get("wealth")
    for rule in (None, lambda a: a.wealth > 2):
        for most in (0.2, 7, 1, 0, float("inf")):
            assert everybody.select(rule, most).get("wealth") == expected.select(rule, most).get("wealth")
    orders: list[list[float]] = []
    for agents in (everybody, expected):
        order: list[float] = []
        agents.shuffle_do(lambda a, into: into.append(a.wealth), order)
        orders.append(order)
    assert orders[0] == orders[1]
    assert everybody.groupby("wealth").count() == expected.groupby("wealth").count()
    assert everybody.map(lambda a: a.wealth) == expected.map(lambda a: a.wealth)


def test_everybody_can_be_changed_without_changing_the_model(world: World) -> None:
    office = Office(world)
    everybody = world.agents
    held = everybody.copy()
    assert everybody.select(lambda a: a.wealth > 1, inplace=True) is everybody
    assert everybody.sort("wealth", inplace=True) is everybody
    assert office not in everybody
    with pytest.raises(KeyError):
        everybody.remove(office)
    newcomer = Migrant(world)
    assert newcomer in world.agents
    assert newcomer not in held
    assert len(held - everybody) + len(everybody) == len(held | everybody) == 301
    assert "301 agents" in repr(held)


def test_removal_during_shuffle_do_of_everybody(world: World) -> None:
    offices = [Office(world) for _ in range(3)]
    turns = []

    def last_one_standing(agent: Any) -> None:
        turns.append(agent)
        for other in [*offices, *world.people]:
            if other != agent:
                other.remove()

    world.agents.shuffle_do(last_one_standing)
    assert len(turns) == len(world.agents) == 1
