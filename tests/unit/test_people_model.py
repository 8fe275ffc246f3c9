"""The model of people: its agents, its events, copies of it, and everybody as an agent set."""

import copy
import gc
import pickle  # noqa: TID251 - copies of models of this process alone
import weakref
from collections import Counter
from typing import Any

import mesa
import numpy as np
import pytest
from mesa.agentset import AgentSet
from mesa.time import Schedule
from people_worlds import FIELDS, Office, OrdinaryMigrant, World

from mixflow.agents.people_model import PeopleModel
from mixflow.agents.person import Migrant, Person, Refugee
from mixflow.sim.base.codes import Status


@pytest.fixture
def world() -> World:
    return World()


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
        self.counts = self.census()

    def census(self) -> Counter[tuple[int, int]]:
        return Counter(zip(self.people.get("place"), self.people.get("status"), strict=True))

    def book(self, rows: Any) -> None:
        self.counts.update(zip(self.population["place"][rows], self.population["status"][rows], strict=True))

    def unbook(self, rows: Any) -> None:
        self.counts.subtract(zip(self.population["place"][rows], self.population["status"][rows], strict=True))


def test_changes_from_outside_are_booked() -> None:
    world = Booked()

    def assert_books_hold() -> None:
        assert +world.counts == world.census()

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
    assert not +world.counts


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


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])  # noqa: S301
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
