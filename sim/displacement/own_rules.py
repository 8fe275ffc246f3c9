"""A case under the project's own rules: the lists of the day, whose kernels are in `mixflow.sim.displacement.mixflow`."""

from typing import Any

import numpy as np
import numpy.typing as npt

from mixflow.sim.base.rng import stable_code

from . import decisions, mixflow
from .base import CAMP, IDP_CAMP, Flight, Numbers
from .inflow import rises
from .journeys import journeys, toll_of, usable_links


class MixflowFlight(Flight):
    """The project's own rules: see `mixflow.sim.displacement.mixflow`."""

    def __init__(self, case: Any, numbers: Numbers, seed: int, people_per_agent: int = 1) -> None:
        super().__init__(case, numbers, seed, people_per_agent)
        total = self._total(from_camps=True)
        if len(total):
            self.new, self.fallen = rises(total, self.days, ahead=True)
        else:
            self.new, self.fallen = self._fleeing(numbers["fleeing_share"]), np.zeros(self.days, np.int64)
        rows = self._rows()
        self.at = np.zeros(rows, np.int32)
        self.goal = np.full(rows, -1, np.int32)
        self.wake = np.full(rows, mixflow.NEVER, np.int32)
        self.left = np.zeros(rows, np.float32)
        self.link = np.full(rows, -1, np.int32)
        self.there = self.start.copy()
        self.bound = np.zeros(len(self.goals), np.int64)
        self.size = self._sizes()
        self.codes = np.array([stable_code("camp", name) for name in case.camp_names], np.uint64)
        self.cost = np.zeros((len(self.goals), len(case.places.name)))
        self.hop = np.zeros(self.cost.shape, np.int32)
        self.open = np.zeros(len(self.goals), np.bool_)
        self._seen: Any = None
        self._waiting = 0
        self.people = int(self.start.sum())
        self.goal[: self.people] = np.repeat(np.arange(len(self.goals), dtype=np.int32), self.start)
        self.at[: self.people] = np.repeat(self.goals.astype(np.int32), self.start)

    def _sizes(self) -> npt.NDArray[np.float64]:
        """Capacity of each camp in rows; where none is given, that of a middling camp of the case, and room without end."""
        given = self.case.places.capacity[self.goals] / self.people_per_agent
        known = given[given > 0]
        return np.where(given > 0, given, float(np.median(known)) if len(known) else 10_000.0 / self.people_per_agent)

    def simulate_day(self) -> None:
        """What is closed, who goes home, who leaves, everybody's way."""
        self._prepare()
        self._return()
        self._leave()
        n = self.numbers
        self.visits += mixflow.travel(
            self.people, self.day, self._stream(decisions.GOAL), self.at, self.goal, self.wake, self.left, self.link,
            self.case.links.end, self.length, self.hop, self.cost, self.goals, self.codes, self.open, self.size,
            self.there, self.bound, n["ties"], self.case.ties, n["near_km"],
            (n["size"], n["room"], n["journey"], n["follow"], n["overfull"]), n["speed_km"],
        )  # fmt: skip
        self.counted[self.day] = self.there
        self.person_days += self.people

    def _prepare(self) -> None:
        """The cost of journeys, where anything has changed since yesterday."""
        states, links, n = self.case.states, self.case.links, self.numbers
        conflict = states.intensity[self.day] > 0
        now = (conflict, states.kind[self.day], states.closed[self.day], states.open[self.day], states.forced[self.day])
        if self._seen is not None and all(np.array_equal(a, b) for a, b in zip(now, self._seen, strict=True)):
            return
        self._seen = now
        camp = np.isin(states.kind[self.day], (CAMP, IDP_CAMP))
        before, self.open = self.open, (camp & ~states.closed[self.day])[self.goals]
        shut = states.open[self.day]
        toll = toll_of(links.start, links.end, links.km, shut, conflict, n["fear_km"], n["closure_km"], True)
        self.length = toll_of(links.start, links.end, links.km, shut, conflict, 0.0, n["closure_km"], False)
        usable = usable_links(links.start, states.forced[self.day])
        journeys(self.goals, links.start, links.end, toll, usable, self.cost, self.hop)
        gone = before & ~camp[self.goals]
        if gone.any():
            mixflow.turn_out(self.people, self.day, gone, self.goals, self.at, self.goal, self.wake, self.there)

    def _return(self) -> None:
        """Where the total falls, people go home from camps."""
        fallen = min(int(self.fallen[self.day]), int(self.there.sum()))
        if fallen:
            home = self._stream(decisions.HOME)
            mixflow.go_home(fallen, self.people, home, self.goal, self.wake, self.there)

    def _leave(self) -> None:
        """New people appear in zones; where there is no zone yet, they wait for one."""
        states = self.case.states
        age = self.day - states.since[self.day]
        flight = self.case.places.population * states.intensity[self.day] * np.exp(-age / self.numbers["memory_days"])
        self._waiting += int(self.new[self.day])
        if flight.sum() > 0 and self._waiting:
            first, self.people = self.people, self.people + self._waiting
            self._waiting = 0
            mixflow.leave(
                first, self.people, self._stream(decisions.ORIGIN), np.cumsum(flight), self.at, self.goal, self.wake,
                self.left, self.link, self.day,
            )  # fmt: skip
