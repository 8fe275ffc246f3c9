"""What makes the rows of a population appear as agents of a Mesa model."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, ClassVar

import mesa
import numpy as np

from mixflow.sim.base.codes import AgentClass
from mixflow.sim.people.population import Population, Rows

from .everybody import Everybody
from .people import PersonSet
from .person import Migrant, Person, Refugee, person_view


def refuse_own_steps(model: str, classes: Iterable[type[Person]]) -> None:
    """Refuse classes of people with a `step` of their own, for a model that visits people by kernels and never calls it.

    Raises
    ------
    TypeError
        Naming the class and what to write instead.
    """
    for cls in classes:
        if cls.step is not Person.step:
            raise TypeError(
                f"{cls.__name__}.step would never be called: the day of {model} visits people by compiled kernels. Give the "
                "method another name, such as `act`, and let the model's own `step` call it: `super().step()`, then "
                "`self.people.do('act')`."
            )


class PeopleModel(mesa.Model):  # type: ignore[misc]
    """A Mesa model whose people are views of the rows of `self.population`; all other agents are ordinary ones.

    Put it before the model that sets `population`: `class World(PeopleModel, MigrationModel)`. Only public methods of
    `mesa.Model` are overridden.

    Attributes
    ----------
    person_classes
        The class of agent that people of each kind are seen as; a subclass of the model may name other classes. Where the model's
        day visits people by kernels, they have no `step` of their own: see `refuse_own_steps`.
    booked
        The columns by which the model's books count people: see `book` and `unbook`.
    """

    population: Population
    booked: ClassVar[frozenset[str]] = frozenset({"place", "status"})
    person_classes: ClassVar[Mapping[AgentClass, type[Person]]] = {
        AgentClass.MIGRANT: Migrant,
        AgentClass.REFUGEE: Refugee,
    }

    @property
    def people(self) -> PersonSet:
        """Everybody who has left the implicit population at home; follows who comes and goes."""
        return PersonSet(self)

    def people_at(self, rows: Rows) -> PersonSet:
        """The people at some rows."""
        return PersonSet(self, rows)

    def person_at(self, row: int) -> Person:
        """The person at a row.

        Raises
        ------
        IndexError
            When nobody is there.
        """
        if not 0 <= row < self.population.size or not self.population.columns["in_use"].item(row):
            raise IndexError(f"no person at row {row}")
        return person_view(self, row, self.population.columns["key"].item(row))

    @property
    def agents(self) -> Any:
        """All agents: the ordinary ones in the order in which they were made, then the people."""
        if not self._has_people():
            return super().agents
        return Everybody.joining([super().agents, self.people], self.random)

    @property
    def agents_by_type(self) -> dict[type, Any]:
        """The agents of each class; those of people are as of now and do not follow later changes of kind."""
        found: dict[type, Any] = dict(super().agents_by_type)
        if self._has_people():
            kind = self.population["kind"]
            rows = self.population.rows
            found |= {cls: PersonSet(self, rows[kind[rows] == code]) for code, cls in self.person_classes.items()}
        return found

    @property
    def agent_types(self) -> list[type]:
        """All classes of agents, those of people last."""
        types: list[type] = list(super().agent_types)
        return [*types, *self.person_classes.values()] if self._has_people() else types

    def deregister_agent(self, agent: Any) -> None:
        """Take an agent out of the model; a person's row is free for somebody else."""
        if isinstance(agent, Person):
            self._dismiss(np.array([agent.row], np.int64))
        else:
            super().deregister_agent(agent)

    def remove_all_agents(self) -> None:
        """Take all agents, and so all people, out of the model."""
        if self._has_people():
            self._dismiss(self.population.rows)
        super().remove_all_agents()

    def _dismiss(self, rows: Rows) -> None:
        self.unbook(rows)
        self.population.release(rows)

    def enter(self, count: int, values: Mapping[str, Any]) -> Rows:
        """Let people enter the model who are made as agents, and return their rows."""
        rows = self.population.append(count, **values)
        self.book(rows)
        return rows

    def write(self, name: str, rows: Rows, value: Any) -> None:
        """Write to a column, and keep the books where they count by it."""
        booked = name in self.booked
        if booked:
            self.unbook(rows)
        try:
            self.population.columns[name][rows] = value
        finally:
            if booked:
                self.book(rows)

    def book(self, rows: Rows) -> None:
        """Count people in who were made or changed by hand, not by the model's day.

        A model that keeps books of its people overrides this and `unbook`; here both do nothing.
        """

    def unbook(self, rows: Rows) -> None:
        """Count people out before they are removed or changed by hand, as `book` counts them in."""

    def schedule_event(self, function: Callable[..., None], **when: Any) -> Any:
        """Call a function once, later; see Mesa's own. A person who has left by then is not called."""
        return self._hold(super().schedule_event, function, **when)

    def schedule_recurring(self, function: Callable[..., None], *args: Any, **kwargs: Any) -> Any:
        """Call a function again and again; see Mesa's own. A person who has left is not called any more."""
        return self._hold(super().schedule_recurring, function, *args, **kwargs)

    def _hold(self, schedule: Callable[..., Any], function: Callable[..., None], *args: Any, **kwargs: Any) -> Any:
        """Schedule so that the view of a person lives as long as the event: Mesa holds what it calls weakly."""
        person = getattr(function, "__self__", None)
        if not isinstance(person, Person):
            return schedule(function, *args, **kwargs)
        call = partial(_call_if_here, person, function.__name__)
        event = schedule(call, *args, **kwargs)
        event.held = call
        return event

    def _has_people(self) -> bool:
        return getattr(self, "population", None) is not None  # agents may be made before there is a population


def _call_if_here(person: Person, method: str) -> None:
    if person.alive:
        getattr(person, method)()
