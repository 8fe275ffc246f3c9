"""An ordered set of people by row number: who is in, who has left, and what sets do with each other."""

from collections.abc import Iterable, Iterator
from random import Random
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt
from mesa.agentset import AbstractAgentSet

from mixflow.sim.people.population import Rows

from .person import Person, person_view

if TYPE_CHECKING:
    from .people_model import PeopleModel


class RowSet(AbstractAgentSet):  # type: ignore[misc]
    """What `PersonSet` keeps and how it is a set; the methods of agent sets are there.

    Parameters
    ----------
    model
        The model of the people.
    rows
        Different row numbers, all in use; without them, everybody.
    """

    def __init__(self, model: "PeopleModel", rows: Rows | None = None) -> None:
        self.model = model
        self._version = -1
        self._chosen: Rows | None = None
        if rows is not None:
            self._choose(rows)

    def _choose(self, rows: Rows) -> Self:
        self._chosen = np.asarray(rows, np.int64)
        self._keys = self.model.population.columns["key"][self._chosen]
        self._version = -1
        return self

    def _of(self, rows: Rows, inplace: bool = False) -> Self:
        return self._choose(rows) if inplace else type(self)(self.model, rows)

    def _refresh(self) -> None:
        """Drop those who have left since the last look."""
        population = self.model.population
        if self._version == population.version:
            return
        if self._chosen is None:
            self._rows: Rows = population.rows
        else:
            here = population.columns["in_use"][self._chosen] & (population.columns["key"][self._chosen] == self._keys)
            self._chosen, self._keys = self._chosen[here], self._keys[here]
            self._rows = self._chosen
        self._member: npt.NDArray[np.bool_] | None = None
        self._version = population.version

    @property
    def rows(self) -> Rows:
        """Row numbers of the people, in the order of the set; not to be written to."""
        self._refresh()
        return self._rows

    @property
    def random(self) -> Random:
        """The model's generator, which shuffles as it would shuffle ordinary agents."""
        generator: Random = self.model.random
        return generator

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Person]:
        population = self.model.population
        rows = self.rows
        for row, key in zip(rows.tolist(), population.columns["key"][rows].tolist(), strict=True):
            columns = population.columns
            if columns["in_use"].item(row) and columns["key"].item(row) == key:  # else gone since the loop began
                yield person_view(self.model, row, key)

    def __contains__(self, agent: object) -> bool:
        if not isinstance(agent, Person) or agent.model is not self.model or not agent.alive:
            return False
        self._refresh()
        return self._chosen is None or bool(self._mask()[agent.row])

    def _mask(self) -> npt.NDArray[np.bool_]:
        rows = self.rows
        if self._member is None:
            self._member = np.zeros(self.model.population.size, bool)
            self._member[rows] = True
        return self._member

    def _from_iterable(self, agents: Iterable[Any]) -> Self:
        return type(self)(self.model, self._rows_of(agents))

    def _rows_of(self, agents: Iterable[Any]) -> Rows:
        if isinstance(agents, RowSet) and agents.model is self.model:
            return agents.rows
        found: dict[int, None] = {}
        for agent in agents:
            if not isinstance(agent, Person) or agent.model is not self.model:
                raise TypeError(f"a set of people holds people of its own model only, not {agent!r}")
            found[agent.row] = None
        return np.fromiter(found, np.int64, len(found))

    def _update(self, agents: Iterable[Any]) -> Self:
        return self._choose(self._rows_of(agents))

    def __and__(self, other: Any) -> Any:
        if not isinstance(other, RowSet) or other.model is not self.model:
            return super().__and__(other)
        return self._of(other.rows[self._mask()[other.rows]])

    def __or__(self, other: Any) -> Any:
        if not isinstance(other, RowSet) or other.model is not self.model:
            return super().__or__(other)
        return self._of(np.concatenate([self.rows, other.rows[~self._mask()[other.rows]]]))

    def __sub__(self, other: Any) -> Any:
        if not isinstance(other, RowSet) or other.model is not self.model:
            return super().__sub__(other)
        return self._of(self.rows[~other._mask()[self.rows]])

    def __copy__(self) -> Self:
        return self._of(self.rows)

    def copy(self) -> Self:
        """These people, even when others come later."""
        return self._of(self.rows)

    def add(self, agent: Person) -> None:
        """Take a person of the same model in, at the end."""
        row = self._rows_of([agent])
        if agent not in self:
            self._choose(np.concatenate([self.rows, row]))

    def discard(self, agent: Any) -> None:
        """Take a person out of the set, not out of the model."""
        if agent in self:
            self._choose(self.rows[self.rows != agent.row])

    def remove(self, agent: Any) -> None:
        """Take a person out of the set, not out of the model.

        Raises
        ------
        KeyError
            When the person is not in the set.
        """
        if agent not in self:
            raise KeyError(agent)
        self.discard(agent)

    def clear(self) -> None:
        """Empty the set; nobody leaves the model."""
        self._choose(np.empty(0, np.int64))

    def to_list(self) -> list[Person]:
        """All people of the set as a list of views."""
        return list(self)
