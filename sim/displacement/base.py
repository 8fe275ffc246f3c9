"""What every rule set shares: a case in motion, its clock, how many people there are, what is counted."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from mixflow.sim.base.errors import UserError
from mixflow.sim.base.rng import stream

CONFLICT, CAMP, IDP_CAMP, HUB, MARKER, TOWN = 1, 2, 3, 4, 5, 0
"""Kinds of places, as `mixflow.scenarios.displacement.case.Kind` numbers them."""

Numbers = dict[str, float]

MOST_ROWS = int(np.iinfo(np.int32).max)
"""Rows of people, places and links that can be told apart: rule sets keep their numbers in 32 bits."""


class Flight:
    """What both rule sets share: the case, the clock, how many people there are, and what is counted.

    Parameters
    ----------
    case
        A case: anything with the attributes of `mixflow.scenarios.displacement.case.Case`.
    numbers
        Parameters of the rule set, as plain numbers.
    seed
        Names the sequence of draws.
    people_per_agent
        How many people one row stands for.

    Attributes
    ----------
    new
        Rows that appear on each day; set by the rule set.
    """

    new: npt.NDArray[np.int64]

    def __init__(self, case: Any, numbers: Numbers, seed: int, people_per_agent: int = 1) -> None:
        self.case, self.numbers, self.seed, self.people_per_agent = case, numbers, seed, people_per_agent
        self.days = int(case.days)
        self.day, self.people, self.person_days, self.visits = 0, 0, 0, 0
        self.counted = np.zeros((case.days, len(case.camps)), np.int64)
        self.goals = np.asarray(case.camps, np.int64)
        self.start = np.array([self._initial(k) for k in range(len(self.goals))], np.int64)

    @property
    def date(self) -> date:
        """The date of the day that comes next, or of the last."""
        return date.fromordinal(self.case.start.toordinal()) + timedelta(days=min(self.day, self.days - 1))

    @property
    def running(self) -> bool:
        """Whether there is a day left to simulate."""
        return self.day < self.days

    @property
    def people_count(self) -> int:
        """People so far, in the real world's number."""
        return self.people * self.people_per_agent

    def _initial(self, camp: int) -> int:
        registered = self.case.registered[0, camp]
        return int(self.case.initial[camp] if np.isnan(registered) else registered) // self.people_per_agent

    def _total(self, from_camps: bool) -> npt.NDArray[np.float64]:
        """The total by day in rows; empty where the case has none."""
        kept = self.case.with_data
        if from_camps and kept.any():
            return np.asarray(self.case.registered[:, kept] // self.people_per_agent).sum(axis=1)
        return np.asarray(self.case.total // self.people_per_agent)

    def _fleeing(self, share: float) -> npt.NDArray[np.int64]:
        """New rows a day where no totals say so: a share of the people of all zones, by intensity."""
        mass = (self.case.states.intensity * self.case.places.population).sum(axis=1) * share / self.people_per_agent
        return np.asarray(np.diff(np.floor(np.concatenate([[0.0], np.cumsum(mass)]))), np.int64)

    def _stream(self, decision: int) -> np.uint64:
        return np.uint64(stream(self.seed, decision, self.day))

    def run(self) -> "Flight":
        """Step to the end."""
        while self.running:
            self.step()
        return self

    def step(self) -> None:
        """Simulate one day; nothing happens after the last."""
        if self.running:
            self.simulate_day()
            self.day += 1

    def simulate_day(self) -> None:
        """What happens on a day."""
        raise NotImplementedError

    def _rows(self) -> int:
        """Rows that the case needs from its first day to its last."""
        rows = int(self.start.sum() + self.new.sum())
        if rows > MOST_ROWS:
            least = -(-rows * self.people_per_agent // MOST_ROWS)
            raise UserError(
                f"the case has {rows:,} rows of people; at most {MOST_ROWS:,} are allowed. Let one row stand for more people: "
                f"people_per_agent={least:,} or more."
            )
        return rows

    def simulated(self) -> npt.NDArray[np.float64]:
        """People by day and camp, in the real world's number, shape (days, camps)."""
        return self.counted * float(self.people_per_agent)
