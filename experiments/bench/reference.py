"""The same rules with people as ordinary Mesa agents: what the engine must equal, and what its speed is compared with.

Every person is a `mesa.Agent` with plain attributes, stepped every day under `shuffle_do`, in another order each day.
The rules are the kernels of `mixflow.sim`, which read a person as `P.place[i]`; here `P.place` looks the
attribute up in agent `i`, and the tables of the day are plain lists and floats. So the rules run as ordinary Python,
for which Numba has to be switched off before it is imported: `python -m mixflow.experiments.bench.reference` in an
environment with NUMBA_DISABLE_JIT=1.
"""

import hashlib
import json
import sys
import time
from dataclasses import replace
from typing import Any

import mesa
import networkx as nx
import numba
import numpy as np
import numpy.typing as npt
from mesa.agentset import AgentSet

from mixflow.agents.institution import Institution
from mixflow.agents.smuggler import Smuggler
from mixflow.agents.state import State
from mixflow.scenarios.world import World
from mixflow.sim.base.clock import NEVER
from mixflow.sim.base.forms import Environment, opened
from mixflow.sim.base.levers import Agency
from mixflow.sim.engine.model import MigrationModel
from mixflow.sim.engine.plan import Plan
from mixflow.sim.engine.visit import live_one, move_one, settled
from mixflow.sim.people.population import COLUMNS, People, Rows

from .world import small_graph, small_plan, small_world


class Someone(mesa.Agent):  # type: ignore[misc]
    """A person as an ordinary agent: all that is known is in attributes."""

    model: "ReferenceModel"

    def __init__(self, model: Any, row: int, attributes: dict[str, Any]) -> None:
        super().__init__(model)
        self.row = row
        self.__dict__.update(attributes)

    def step(self) -> None:
        """Do what is due today, if anything is."""
        model = self.model
        if self.wake <= model.day:
            model.accounts.events += 1
            people = model.met[0]
            (live_one if settled(people.status[self.row]) else move_one)(self.row, *model.met)


class Attribute:
    """One attribute of all people, in the form in which the rules read and write it."""

    def __init__(self, agents: list[Someone], name: str) -> None:
        self.agents, self.name = agents, name
        self.cast = cast_of(COLUMNS[name][0])

    def __getitem__(self, row: int) -> Any:
        return getattr(self.agents[row], self.name)

    def __setitem__(self, row: int, value: Any) -> None:
        setattr(self.agents[row], self.name, self.cast(value))


def cast_of(kind: type) -> Any:
    """What makes a plain value of a column's type: float32 rounds, keys stay 64 bits wide, the rest is int."""
    if kind is np.float32:
        return lambda value: float(np.float32(value))
    return {np.uint64: np.uint64, np.bool_: bool}.get(kind, int)


class Crowd:
    """People as agents with the interface of `mixflow.sim.people.population.Population`."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self.agents: list[Someone] = []
        self.people: Any = People(**{name: Attribute(self.agents, name) for name in COLUMNS})
        self.ever = 0
        self._free: list[int] = []

    @property
    def size(self) -> int:
        """Rows ever touched."""
        return len(self.agents)

    @property
    def rows(self) -> Rows:
        """Row numbers of the people in use."""
        return np.flatnonzero(self["in_use"])

    def __len__(self) -> int:
        return len(self.agents) - len(self._free)

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        return np.array([getattr(agent, name) for agent in self.agents], COLUMNS[name][0])

    def append(self, count: int, **values: Any) -> Rows:
        """Make `count` agents with some attributes from scalars or arrays, and return their row numbers."""
        columns = [
            (name, cast_of(kind), np.broadcast_to(values.get(name, default), count))
            for name, (kind, default) in COLUMNS.items()
        ]
        rows = np.empty(count, np.int64)
        for k in range(count):
            attributes = {name: cast(column[k]) for name, cast, column in columns} | {"in_use": True}
            row = self._free.pop(0) if self._free else len(self.agents)
            agent = Someone(self.model, row, attributes)
            if row == len(self.agents):
                self.agents.append(agent)
            else:
                self.agents[row] = agent
            rows[k] = row
        self.ever += count
        return rows

    def release(self, rows: Rows) -> None:
        """Take agents out of the model."""
        for row in sorted({int(row) for row in rows if self.people.in_use[row]}):
            self.people.in_use[row] = False
            self.people.wake[row] = NEVER
            self.agents[row].remove()
            self._free.append(row)


class List(list):  # type: ignore[type-arg]
    """A list that knows its size as an array does."""

    @property
    def size(self) -> int:
        """Number of elements."""
        return len(self)


class TypedColumns:
    """A table of two or three dimensions whose elements are plain numbers."""

    def __init__(self, array: npt.NDArray[Any]) -> None:
        self._item = array.item

    def __getitem__(self, at: tuple[int, ...]) -> Any:
        return self._item(*at)


def plain(value: Any) -> Any:
    """An entry of the environment in plain Python; 64-bit codes stay NumPy's, because they wrap around."""
    if not isinstance(value, np.ndarray) or value.dtype == np.uint64:
        return value
    return List(value.tolist()) if value.ndim == 1 else TypedColumns(value)


class ReferenceModel(MigrationModel):
    """The model's day over people who are ordinary agents."""

    population: Any

    def __init__(self, world: World, graph: "nx.MultiDiGraph[Any]", plan: Plan) -> None:
        self.plain: Any = None
        self.met: Any = None  # people, the day's environment, and the room for what happens
        self._plain_of: Any = None
        super().__init__(world, graph, plan)
        scarce = np.flatnonzero(self.compiled_world.scarce)
        self.steps_of_day = tuple(
            replace(step, do=_visit_agents) if step.name == "visit" else step for step in self.steps_of_day
        )
        self.smugglers = AgentSet([Smuggler(self, int(edge)) for edge in scarce], random=self.random)
        self.institutions = AgentSet([Institution(self, agency) for agency in Agency], random=self.random)
        self.states = AgentSet([State(self, country) for country in range(len(world.countries))], random=self.random)

    def new_population(self) -> Any:
        """People as agents."""
        return Crowd(self)

    def run_kernel(self, kernel: Any, rows: Rows, *more: Any) -> Rows:
        """Run a kernel over people, who meet plain numbers."""
        arrays = self.environment
        if self._plain_of is not arrays.cost:  # a new month
            self._plain_of = arrays.cost
            self.plain = Environment(*map(plain, arrays))
        self.plain = self.plain._replace(day=arrays.day, streams=arrays.streams)
        self.environment = self.plain
        try:
            return super().run_kernel(kernel, rows, *more)
        finally:
            self.environment = arrays


def _visit_agents(model: Any, today: Any) -> None:
    """Let every agent step, in an order drawn for the day."""
    people = model.agents_by_type.get(Someone)

    def everybody(rows: Rows, crowd: Any, facts: Any, output: Any) -> None:
        model.met = crowd, opened(facts), output
        people.shuffle_do("step")

    if people:
        model.queues.ask(model.run_kernel(everybody, np.arange(model.population.size)))


def fingerprint(model: MigrationModel) -> str:
    """A hash of everybody in use, all columns sorted by key, and of the books."""
    rows = model.population.rows
    order = rows[np.argsort(model.population["key"][rows])]
    digest = hashlib.sha256()
    for name in COLUMNS:
        digest.update(np.ascontiguousarray(model.population[name][order]).tobytes())
    digest.update(np.ascontiguousarray(model.accounts.census.table).tobytes())
    digest.update(np.ascontiguousarray(model.accounts.purse.table).tobytes())
    model.accounts.headcount.count(model.population, model.origin_population.people, model.workers)
    digest.update(model.accounts.headcount.groups.tobytes() + model.accounts.headcount.numbers.tobytes())
    return digest.hexdigest()


def run_days(model: MigrationModel) -> dict[str, Any]:
    """Step a model to its end and say who is there and how long each day took, in seconds of processor time."""
    seconds, events = [], model.events
    while model.day < model.days:
        before = time.process_time()
        model.step()
        seconds.append(time.process_time() - before)
    return {
        "seconds": seconds,
        "people": model.people_count,
        "events": model.events - events,
        "fingerprint": fingerprint(model),
    }


def main(argv: list[str]) -> None:
    """Run the reference: how many people at the start, days, seed; print what `run_days` found as JSON."""
    if not numba.config.DISABLE_JIT:  # type: ignore[attr-defined]
        raise SystemExit("the reference runs as ordinary Python: set NUMBA_DISABLE_JIT=1")
    people, days, seed = map(int, argv)
    world = small_world(people)
    print(json.dumps(run_days(ReferenceModel(world, small_graph(world), small_plan(days, seed)))))


if __name__ == "__main__":
    main(sys.argv[1:])
