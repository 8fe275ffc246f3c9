"""One person as a Mesa agent: a view of one row of the population, made when somebody looks and forgotten afterwards.

Use this to look at people one by one, or to write a rule in plain Python; kernels use the columns.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Self, overload

import mesa
import numpy as np

from mixflow.sim.base.codes import AgentClass, Channel, LegalStatus, Motive, Named, Need, Status
from mixflow.sim.base.rng import stable_code

if TYPE_CHECKING:
    from .people import PersonSet
    from .people_model import PeopleModel


class PersonGoneError(ReferenceError):
    """The person has left the model; the row may belong to somebody else by now."""


class PersonColumn[T: (int, float)]:
    """An attribute of a person that is stored in the population's column of the same name.

    Parameters
    ----------
    kind
        The Python type that reading gives: never a NumPy scalar, which Mesa's data collector would copy deeply.
    writable
        Whether the attribute may be set.
    """

    def __init__(self, kind: type[T], writable: bool = True) -> None:
        self.writable = writable
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, person: None, owner: type) -> Self: ...
    @overload
    def __get__(self, person: "Person", owner: type) -> T: ...
    def __get__(self, person: "Person | None", owner: type) -> "Self | T":
        if person is None:
            return self
        value: T = person.model.population.columns[self.name].item(person.row)
        return value

    def __set__(self, person: "Person", value: T) -> None:
        if not self.writable:
            raise AttributeError(f"{type(person).__name__}.{self.name} names the person and cannot be set")
        person.model.write(self.name, np.array([person.row], np.int64), value)


class CodeName:
    """The name of the code in a column, as tables write it; read only."""

    def __init__(self, column: str, codes: type[Named]) -> None:
        self.column = column
        self.labels = codes.labels()

    @overload
    def __get__(self, person: None, owner: type) -> Self: ...
    @overload
    def __get__(self, person: "Person", owner: type) -> str: ...
    def __get__(self, person: "Person | None", owner: type) -> "Self | str":
        return self if person is None else self.labels[getattr(person, self.column)]

    def __set__(self, person: "Person", value: str) -> None:
        raise AttributeError(f"set {self.column} to one of its codes; its name follows")


def batched[F: Callable[..., Any]](batch: Callable[..., None]) -> Callable[[F], F]:
    """Register `batch(people, ...)` as what `PersonSet.do` runs in place of one method call for each person.

    It has to do exactly what the calls would do, in any order.
    """

    def register(method: F) -> F:
        method.batch = batch  # type: ignore[attr-defined]
        return method

    return register


def _advance(people: "PersonSet") -> None:
    people.model.advance(people.rows)


class Person(mesa.Agent):  # type: ignore[misc]
    """A Mesa agent whose state is one row of the population.

    Two views of one person are equal and hash alike, but are not the same object. An attribute that is not a column
    cannot be set, since it would vanish with the view. A view of somebody who has left raises `PersonGoneError`, even
    when the row has been given to somebody else. The class follows the column `kind` when the view is made.

    Attributes
    ----------
    model
        The model that the person lives in.

    All other attributes are the columns of `mixflow.sim.people.population.COLUMNS`.
    """

    KIND: ClassVar[AgentClass | None] = None

    key = PersonColumn(int, writable=False)
    origin = PersonColumn(int)
    home = PersonColumn(int)
    place = PersonColumn(int)
    edge = PersonColumn(int)
    target_border = PersonColumn(int)
    destination = PersonColumn(int)
    wake = PersonColumn(int)
    every = PersonColumn(int)
    since = PersonColumn(int)
    until = PersonColumn(int)
    accounted_to = PersonColumn(int)
    tie = PersonColumn(int)
    entry = PersonColumn(int)
    status = PersonColumn(int)
    channel = PersonColumn(int)
    need = PersonColumn(int)
    label = PersonColumn(int)
    kind = PersonColumn(int)
    profile = PersonColumn(int)
    sex = PersonColumn(int)
    age = PersonColumn(int)
    skill = PersonColumn(int)
    documents = PersonColumn(int)
    border_attempts = PersonColumn(int)
    retries = PersonColumn(int)
    decision_count = PersonColumn(int)
    moved_on = PersonColumn(int)
    refusals = PersonColumn(int)
    work = PersonColumn(int)
    return_type = PersonColumn(int)
    wealth = PersonColumn(int)
    debt = PersonColumn(int)
    risk_aversion = PersonColumn(float)
    optimism = PersonColumn(float)

    status_name = CodeName("status", Status)
    channel_name = CodeName("channel", Channel)
    need_name = CodeName("need", Need)
    label_name = CodeName("label", LegalStatus)
    kind_name = CodeName("kind", AgentClass)

    @property
    def motives(self) -> dict[str, int]:
        """How much each motive weighs, 0 to 255: follows from the key, in a model that gives people traits."""
        weights = self.model.motives(np.array([self.row], np.int64))[0]
        return dict(zip(Motive.labels(), weights.tolist(), strict=True))

    model: "PeopleModel"
    _row: int
    _key: int

    def __init__(self, model: "PeopleModel", **values: Any) -> None:
        """Let one person enter the model, with columns set by name; a `key` that is not given comes from a count."""
        if self.KIND is None:
            raise TypeError("a person is made as a Migrant or as a Refugee")
        row = int(_enter(model, 1, {**values, "kind": self.KIND})[0])
        _bind(self, model, row, model.population.columns["key"].item(row))

    @classmethod
    def create_agents(cls, model: "PeopleModel", n: int, **values: Any) -> "PersonSet":
        """Let `n` people enter the model at once, with columns set from scalars or sequences of length `n`."""
        if cls.KIND is not None:
            values["kind"] = cls.KIND
        return model.people_at(_enter(model, n, values))

    @classmethod
    def from_dataframe(cls, model: "PeopleModel", df: Any, **values: Any) -> "PersonSet":
        """Let one person enter the model for each row of a data frame whose columns are columns of the population."""
        return cls.create_agents(model, len(df), **{name: df[name].to_numpy() for name in df.columns}, **values)

    @property
    def row(self) -> int:
        """The row of the population that holds this person.

        Raises
        ------
        PersonGoneError
            When the person has left.
        """
        if not self.alive:
            raise PersonGoneError(f"person {self._key} has left the model; ask `alive` before looking")
        return self._row

    @property
    def alive(self) -> bool:
        """Whether the person is still in the model: the one question that can be asked of somebody who has left."""
        columns = self.model.population.columns
        return bool(columns["in_use"].item(self._row)) and columns["key"].item(self._row) == self._key

    @property
    def unique_id(self) -> int:
        """The key, which names the person in every draw and in every run."""
        return self._key

    @property
    def place_name(self) -> str:
        """Name of the place where the person is, or from which the person travels."""
        name: str = self.model.world.place_names[self.place]
        return name

    @property
    def country(self) -> str:
        """ISO code of the country of that place."""
        world = self.model.world
        code: str = world.countries[int(world.place_country[self.place])]
        return code

    @batched(_advance)
    def step(self) -> None:
        """Do what is due to this person today, with the result that the kernel for all people gives."""
        self.model.advance_one(self.row)

    def remove(self) -> None:
        """Leave the model; nothing happens to somebody who has left already."""
        if self.alive:
            self.model.deregister_agent(self)

    def __setattr__(self, name: str, value: Any) -> None:
        if not hasattr(getattr(type(self), name, None), "__set__"):
            raise AttributeError(f"people have no column {name}: a new attribute would be lost with this view")
        object.__setattr__(self, name, value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Person) and self._key == other._key and self.model is other.model

    def __hash__(self) -> int:
        return hash(self._key)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._key}: {self.status_name if self.alive else 'gone'}>"


class Migrant(Person):
    """Somebody on the move whom no state or agency has recognised as a refugee."""

    KIND = AgentClass.MIGRANT


class Refugee(Person):
    """Somebody recognised as a refugee."""

    KIND = AgentClass.REFUGEE


def person_view(model: "PeopleModel", row: int, key: int) -> Person:
    """Make the view of a row that is in use by the person of that key."""
    cls = model.person_classes[model.population.columns["kind"].item(row)]
    return _bind(object.__new__(cls), model, row, key)


def _bind[P: Person](person: P, model: "PeopleModel", row: int, key: int) -> P:
    # into __dict__ at once: __setattr__ is for columns alone
    person.__dict__.update(model=model, _row=row, _key=key)
    return person


def _enter(model: "PeopleModel", count: int, values: dict[str, Any]) -> Any:
    population = model.population
    if "key" not in values:
        ever = population.ever
        values = {**values, "key": np.array([stable_code("person", ever + i) for i in range(count)], np.uint64)}
    return model.enter(count, values)
