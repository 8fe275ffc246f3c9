"""`model.agents` where some agents are ordinary and others are people in rows: one ordered set over both."""

import math
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, groupby
from operator import attrgetter
from random import Random
from typing import Any, Literal, Self

from mesa.agentset import AbstractAgentSet, AgentSet

from .people import PersonSet
from .person import Person


class Everybody(AbstractAgentSet):  # type: ignore[misc]
    """An ordered set of parts, each of ordinary agents or of people.

    Changing it never changes the model's own registration of agents.

    Parameters
    ----------
    agents
        Agents of one model, of any class, in the order wanted.
    random
        The model's generator.
    """

    def __init__(self, agents: Iterable[Any], random: Random) -> None:
        self.random = random
        self._parts: list[Any] = _runs(agents, random)

    @classmethod
    def joining(cls, parts: Iterable[Any], random: Random) -> Self:
        """Join agent sets that share no agent, without looking at their agents."""
        joined = cls([], random)
        joined._parts = list(parts)
        return joined

    def __len__(self) -> int:
        return sum(len(part) for part in self._parts)

    def __iter__(self) -> Iterator[Any]:
        return chain.from_iterable(part if isinstance(part, PersonSet) else part.to_list() for part in self._parts)

    def __contains__(self, agent: object) -> bool:
        return any(agent in part for part in self._parts)

    def _from_iterable(self, agents: Iterable[Any]) -> "Everybody":
        return Everybody(agents, self.random)

    def _update(self, agents: Iterable[Any]) -> "Everybody":
        self._parts = _runs(agents, self.random)
        return self

    def __copy__(self) -> "Everybody":
        return Everybody.joining([part.select() for part in self._parts], self.random)

    def copy(self) -> "Everybody":
        """The same agents, even when others come later."""
        return self.__copy__()

    def add(self, agent: Any) -> None:
        """Take an agent in, at the end."""
        if agent not in self:
            self._update([*self, agent])

    def discard(self, agent: Any) -> None:
        """Take an agent out of the set, not out of the model."""
        if agent in self:
            self._update([other for other in self if other != agent])

    def remove(self, agent: Any) -> None:
        """Take an agent out of the set, not out of the model.

        Raises
        ------
        KeyError
            When the agent is not in the set.
        """
        if agent not in self:
            raise KeyError(agent)
        self.discard(agent)

    def to_list(self) -> list[Any]:
        """All agents as a list."""
        return list(self)

    def select(
        self,
        filter_func: Callable[[Any], bool] | None = None,
        at_most: float = math.inf,
        inplace: bool = False,
        agent_type: type | None = None,
    ) -> "Everybody":
        """Select the first agents who fit; a fraction is one of this set, rounded down."""
        left: float = int(len(self) * at_most) if isinstance(at_most, float) and at_most <= 1.0 else at_most
        parts = []
        for part in self._parts:
            parts.append(part.select(filter_func, math.ceil(left) if left < math.inf else left, agent_type=agent_type))
            left -= len(parts[-1])
        if inplace:
            self._parts = parts
            return self
        return Everybody.joining(parts, self.random)

    def get(
        self,
        attr_names: str | list[str],
        handle_missing: Literal["error", "default"] = "error",
        default_value: Any = None,
    ) -> list[Any]:
        """Values of one attribute, or a list of values of several attributes, for each agent."""
        return [value for part in self._parts for value in part.get(attr_names, handle_missing, default_value)]

    def set(self, attr_name: str, value: Any) -> "Everybody":
        """Set an attribute of all agents to a value."""
        for part in self._parts:
            part.set(attr_name, value)
        return self

    def sort(self, key: Callable[[Any], Any] | str, ascending: bool = False, inplace: bool = False) -> "Everybody":
        """Sort by an attribute or a function, largest first unless `ascending`; ties stay in the order they had."""
        ordered = sorted(self, key=attrgetter(key) if isinstance(key, str) else key, reverse=not ascending)
        return self._update(ordered) if inplace else Everybody(ordered, self.random)

    def shuffle(self, inplace: bool = False) -> "Everybody":
        """Put all agents in random order, people among the others."""
        agents = self.to_list()
        self.random.shuffle(agents)
        return self._update(agents) if inplace else Everybody(agents, self.random)

    def do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> "Everybody":
        """Call a method or function for each agent; a batch where people have one for the method."""
        for part in self._parts:
            part.do(method, *args, **kwargs)
        return self

    def shuffle_do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> "Everybody":
        """Call a method or function for each agent, in random order across all classes; the set keeps its order."""
        agents = self.to_list()
        self.random.shuffle(agents)
        for agent in agents:
            if agent in self:  # an earlier turn may have removed the agent
                getattr(agent, method)(*args, **kwargs) if isinstance(method, str) else method(agent, *args, **kwargs)
        return self

    def map(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Call a method or function for each agent, and list what comes back."""
        return [answer for part in self._parts for answer in part.map(method, *args, **kwargs)]

    def __repr__(self) -> str:
        return f"<Everybody: {len(self)} agents>"


def _runs(agents: Iterable[Any], random: Random) -> list[Any]:
    """Split agents, in their order, into sets of people and sets of ordinary agents."""
    parts: list[Any] = []
    for are_people, run in groupby(dict.fromkeys(agents), key=lambda agent: isinstance(agent, Person)):
        found = list(run)
        if are_people:
            parts.append(PersonSet(found[0].model, PersonSet(found[0].model)._rows_of(found)))
        else:
            parts.append(AgentSet(found, random))
    return parts
