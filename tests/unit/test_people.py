"""A person as a view of a row behaves as an ordinary Mesa agent does, and says so where it cannot."""

import mesa
import numpy as np
import pytest
from people_worlds import World

from mixflow.agents.people_model import PeopleModel
from mixflow.agents.person import Migrant, Person, PersonColumn, PersonGoneError, Refugee
from mixflow.sim.base.codes import AgentClass, LegalStatus, Status
from mixflow.sim.people.population import COLUMNS


@pytest.fixture
def world() -> World:
    return World()


def test_every_column_is_an_attribute_of_the_right_type(world: World) -> None:
    person = world.person_at(5)
    for name, (kind, _) in COLUMNS.items():
        if name == "in_use":
            continue
        assert isinstance(getattr(Person, name), PersonColumn), name
        assert type(getattr(person, name)) is (float if kind is np.float32 else int), name
    assert not hasattr(person, "in_use")
    assert person.alive


def test_writing_an_attribute_writes_the_column(world: World) -> None:
    person = world.person_at(7)
    person.wealth = 12
    assert world.population["wealth"][7] == 12
    person.label = LegalStatus.APPLICANT
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
    person.kind = AgentClass.REFUGEE
    assert isinstance(world.person_at(person.row), Refugee)
    assert world.person_at(person.row) == person
    assert len(world.agents_by_type[Refugee]) == before + 1


def test_own_classes(world: World) -> None:
    class Talking(Migrant):
        def hello(self) -> str:
            return f"from {self.place}"

    class TalkingWorld(World):
        person_classes = {**PeopleModel.person_classes, AgentClass.MIGRANT: Talking}  # noqa: RUF012

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
    assert (person.place, person.wealth, person.kind) == (4, 2.0, AgentClass.REFUGEE)
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
