"""Models whose people are rows, and the same people as ordinary Mesa agents."""

from typing import Any

import mesa
import numpy as np

from mixflow.agents.people_model import PeopleModel
from mixflow.sim.base.codes import Status
from mixflow.sim.people.population import Population

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


def keys(agents: Any) -> list[int]:
    return [agent.key for agent in agents]
