"""Whatever comes and goes, a population and the views of its people keep the books of a plain dictionary."""

import mesa
import numpy as np
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from mixflow.agents.people_model import PeopleModel
from mixflow.agents.person import Person
from mixflow.sim.base.clock import NEVER
from mixflow.sim.people.population import COLUMNS, Population

SETTABLE = ["place", "wealth", "status", "debt", "border_attempts", "edge"]


class Bare(PeopleModel):
    """The least model that has people."""

    def __init__(self, capacity: int) -> None:
        super().__init__(rng=1)
        self.population = Population(capacity)


class Books(RuleBasedStateMachine):
    """A dictionary from key to what was set, kept beside the population."""

    @initialize(capacity=st.integers(0, 8))
    def begin(self, capacity: int) -> None:
        self.model = Bare(capacity)
        self.population = self.model.population
        self.row_of: dict[int, int] = {}
        self.set_of: dict[int, dict[str, int]] = {}
        self.next_key = 1
        self.views: dict[int, Person] = {}
        self.gone: list[Person] = []
        self.most = 0

    @rule(count=st.integers(0, 12), names=st.lists(st.sampled_from(SETTABLE), unique=True), value=st.integers(1, 100))
    def append(self, count: int, names: list[str], value: int) -> None:
        keys = list(range(self.next_key, self.next_key + count))
        self.next_key += count
        version = self.population.version
        rows = self.population.append(count, key=np.array(keys, np.uint64), **dict.fromkeys(names, value))
        assert self.population.version != version
        assert len(rows) == count
        assert not set(rows.tolist()) & set(self.row_of.values()), "a row in two hands"
        for key, row in zip(keys, rows.tolist(), strict=True):
            self.row_of[key] = row
            self.set_of[key] = dict.fromkeys(names, value)
            self.views[key] = self.model.person_at(row)
        self.most = max(self.most, len(self.row_of))

    @precondition(lambda self: self.row_of)
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        leaving = data.draw(st.lists(st.sampled_from(sorted(self.row_of)), unique=True))
        self.population.release(np.array([self.row_of[key] for key in leaving], np.int64))
        self._forget(leaving)

    @precondition(lambda self: self.row_of)
    @rule(data=st.data())
    def remove_one(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.row_of)))
        self.views[key].remove()
        self._forget([key])

    @precondition(lambda self: self.row_of)
    @rule(data=st.data(), name=st.sampled_from(SETTABLE), value=st.integers(0, 100))
    def write_through_a_view(self, data: st.DataObject, name: str, value: int) -> None:
        key = data.draw(st.sampled_from(sorted(self.row_of)))
        setattr(self.views[key], name, value)
        self.set_of[key][name] = value

    def _forget(self, leaving: list[int]) -> None:
        for key in leaving:
            del self.row_of[key], self.set_of[key]
            self.gone.append(self.views.pop(key))

    @invariant()
    def counts_agree(self) -> None:
        assert len(self.population) == len(self.row_of) == len(self.model.people)
        assert self.population.ever == self.next_key - 1
        assert self.population.size == self.most, "no more rows than people at the fullest time"
        assert self.population.rows.tolist() == sorted(self.row_of.values())

    @invariant()
    def values_agree(self) -> None:
        for key, row in self.row_of.items():
            for name, (_, default) in COLUMNS.items():
                expected = {"key": key, "in_use": True}.get(name, self.set_of[key].get(name, default))
                assert self.population[name][row] == expected, name

    @invariant()
    def all_columns_are_as_long(self) -> None:
        assert {len(column) for column in self.population.people} == {len(self.population.columns["key"])}
        assert not self.population.columns["in_use"][self.population.size :].any()
        unused = np.flatnonzero(~self.population["in_use"])
        assert (self.population["wake"][unused] == NEVER).all()

    @invariant()
    def views_follow(self) -> None:
        for key, view in self.views.items():
            assert view.alive
            assert view.row == self.row_of[key]
            assert view in self.model.people
        assert not any(view.alive or view in self.model.people for view in self.gone)
        assert {person.key for person in self.model.people} == self.row_of.keys()
        assert all(isinstance(person, mesa.Agent) for person in self.model.people)


TestBooks = Books.TestCase
