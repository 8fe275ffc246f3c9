"""A case in motion: people as rows, one step a day, under one of two rule sets."""

from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from mixflow.sim.rng import stable_code, stream

from . import decisions, flee, mixflow
from .inflow import rises, with_debt
from .journeys import journeys, toll_of, usable_links
from .routes import routes_of

CONFLICT, CAMP, IDP_CAMP, HUB, MARKER, TOWN = 1, 2, 3, 4, 5, 0
"""Kinds of places, as `mixflow.scenarios.displacement.case.Kind` numbers them."""

Numbers = dict[str, float]


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
    hasten
        How many people one row stands for.
    """

    def __init__(self, case: Any, numbers: Numbers, seed: int, hasten: int = 1) -> None:
        self.case, self.numbers, self.seed, self.hasten = case, numbers, seed, hasten
        self.days, self.day, self.people, self.person_days, self.visits = case.days, 0, 0, 0, 0
        self.counted = np.zeros((case.days, len(case.camps)), np.int64)
        self.goals = np.asarray(case.camps, np.int64)
        self.start = np.array([self._initial(k) for k in range(len(self.goals))], np.int64)

    @property
    def date(self) -> date:
        """The date of the day that comes next, or of the last."""
        return date.fromordinal(self.case.start.toordinal()) + timedelta(days=min(self.day, self.days - 1))

    @property
    def people_count(self) -> int:
        """People so far, in the real world's number."""
        return self.people * self.hasten

    def _initial(self, camp: int) -> int:
        registered = self.case.registered[0, camp]
        return 0 if np.isnan(registered) else int(registered) // self.hasten

    def _total(self, from_camps: bool) -> npt.NDArray[np.float64]:
        """The total by day in rows; empty where the case has none."""
        kept = self.case.with_data
        if from_camps and kept.any():
            return np.asarray(self.case.registered[:, kept] // self.hasten).sum(axis=1)
        return np.asarray(self.case.total // self.hasten)

    def _fleeing(self, share: float) -> npt.NDArray[np.int64]:
        """New rows a day where no totals say so: a share of the people of all zones, by intensity."""
        mass = (self.case.states.intensity * self.case.places.population).sum(axis=1) * share / self.hasten
        return np.asarray(np.diff(np.floor(np.concatenate([[0.0], np.cumsum(mass)]))), np.int64)

    def _stream(self, decision: int) -> np.uint64:
        return np.uint64(stream(self.seed, decision, self.day))

    def run(self) -> "Flight":
        """Step to the end."""
        while self.day < self.days:
            self.step()
        return self

    def step(self) -> None:
        """One day."""
        raise NotImplementedError

    def simulated(self) -> npt.NDArray[np.float64]:
        """People by day and camp, in the real world's number, shape (days, camps)."""
        return self.counted * float(self.hasten)


class MixflowFlight(Flight):
    """The project's own rules: see `mixflow.sim.flight.mixflow`."""

    def __init__(self, case: Any, numbers: Numbers, seed: int, hasten: int = 1) -> None:
        super().__init__(case, numbers, seed, hasten)
        total = self._total(from_camps=True)
        if len(total):
            self.new, self.fallen = rises(total, self.days, ahead=True)
        else:
            self.new, self.fallen = self._fleeing(numbers["fleeing_share"]), np.zeros(self.days, np.int64)
        rows = int(self.start.sum() + self.new.sum())
        self.at = np.zeros(rows, np.int16)
        self.goal = np.full(rows, -1, np.int16)
        self.wake = np.full(rows, mixflow.NEVER, np.int32)
        self.left = np.zeros(rows, np.float32)
        self.link = np.full(rows, -1, np.int16)
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
        self.goal[: self.people] = np.repeat(np.arange(len(self.goals), dtype=np.int16), self.start)
        self.at[: self.people] = np.repeat(self.goals.astype(np.int16), self.start)

    def _sizes(self) -> npt.NDArray[np.float64]:
        """Capacity of each camp in rows; where none is given, that of a middling camp of the case, and room without end."""
        given = self.case.places.capacity[self.goals] / self.hasten
        known = given[given > 0]
        return np.where(given > 0, given, float(np.median(known)) if len(known) else 10_000.0 / self.hasten)

    def step(self) -> None:
        """One day: what is closed, who goes home, who leaves, everybody's way."""
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
        self.day += 1

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


class PeerRows(NamedTuple):
    """People under the peer's rules: where, on which link and how far, their route, and what they did lately."""

    at: npt.NDArray[np.int16]
    link: npt.NDArray[np.int16]
    route: npt.NDArray[np.int32]
    step: npt.NDArray[np.int8]
    wake: npt.NDArray[np.int32]
    touched: npt.NDArray[np.int32]
    gone: npt.NDArray[np.float32]
    moved: npt.NDArray[np.float32]
    recent: npt.NDArray[np.float32]
    fresh: npt.NDArray[np.bool_]


class PeerRules(NamedTuple):
    """The peer's settings that kernels read."""

    speed: float
    walk: float
    buffer: float
    weight_power: float
    on_foot: bool
    no_stints: bool


class PeerLinks(NamedTuple):
    """Links as kernels read them."""

    start: Any
    end: Any
    km: Any
    speed: Any
    walk: Any


class PeerFlight(Flight):
    """The peer's published rules: see `mixflow.sim.flight.flee`."""

    DECAY = np.array([1.0, 1.0, 1.0, 0.5, 0.1])
    """Of flight from a conflict and of fear of it, by blocks of 30 days; the last holds for ever."""

    def __init__(self, case: Any, numbers: Numbers, seed: int, hasten: int = 1) -> None:
        super().__init__(case, numbers, seed, hasten)
        n = numbers
        total = self._total(bool(n["sum_from_camps"]))
        self.new = with_debt(*rises(total, self.days, bool(n["ahead"]))) if len(total) else self._fleeing(0.001)
        rows = int(self.start.sum() + self.new.sum())
        self.rows = PeerRows(
            np.zeros(rows, np.int16), np.full(rows, -1, np.int16), np.full(rows, -1, np.int32), np.zeros(rows, np.int8),
            np.zeros(rows, np.int32), np.zeros(rows, np.int32), np.zeros(rows, np.float32), np.zeros(rows, np.float32),
            np.zeros(rows, np.float32), np.ones(rows, np.bool_),
        )  # fmt: skip
        self.rules = PeerRules(
            n["max_move_speed"], n["max_walk_speed"], n["capacity_buffer"], n["weight_power"],
            bool(n["start_on_foot"]), bool(n["avoid_short_stints"]),
        )  # fmt: skip
        links = case.links
        self.links = PeerLinks(links.start, links.end, links.km, links.speed, links.walk)
        self.due = np.zeros(rows, np.int32)
        self.count = np.zeros(len(case.places.name), np.int64)
        self.count[self.goals] = self.start
        self.capacity = case.places.capacity // hasten * n["capacity_scaling"]
        if n["day0_capacity"]:
            self.capacity[self.goals] = np.where(
                self.capacity[self.goals] > 0, np.maximum(self.capacity[self.goals] - self.start, 1.0), 0.0
            )
        self.chance = np.zeros(len(self.count))
        self._seen: Any = None
        self._waiting = 0

    def step(self) -> None:
        """One day: states of places and links, who leaves, everybody's way."""
        self._prepare()
        if self.day == 0:
            self._place(np.repeat(self.goals, self.start))
        self._leave()
        kind, streams = self.case.states.kind[self.day], self._streams
        self.visits += flee.day_of_all(
            self.people, self.day, self.rows, self.links, self.routes, self.case.states.open[self.day], self._scores(),
            self.count, self.capacity, np.isin(kind, (CAMP, IDP_CAMP)), kind == TOWN, self.chance, streams, self.rules,
            self.due,
        )  # fmt: skip
        self.counted[self.day] = self.count[self.goals]
        self.person_days += self.people
        self.day += 1

    def _decay(self) -> npt.NDArray[np.float64]:
        age = self.day - self.case.states.since[self.day]
        return np.asarray(self.DECAY[np.minimum(age // 30, len(self.DECAY) - 1)])

    def _prepare(self) -> None:
        states, n = self.case.states, self.numbers
        kind = states.kind[self.day]
        self._streams = np.array(
            [self._stream(decision) for decision in (decisions.STAY, decisions.TURN, decisions.WALK)], np.uint64
        )
        by_kind = np.array([n["default_movechance"], n["conflict_movechance"], n["camp_movechance"],
                            n["idpcamp_movechance"], n["hub_movechance"], 1.0])  # fmt: skip
        chance = by_kind[kind]
        changed = chance != self.chance
        self.chance = chance
        if self.day and changed.any():
            flee.stir(self.people, self.day, self.rows, changed, chance, self._streams)
        forced = states.forced[self.day] & bool(n["forced"])
        now = (states.open[self.day], forced, kind == MARKER)
        if self._seen is None or not all(np.array_equal(a, b) for a, b in zip(now, self._seen, strict=True)):
            self._seen = now
            self.routes = routes_of(
                len(kind), self.links.start, self.links.end, self.links.km, *now, int(n["awareness_level"]),
                lambda km: (n["softening"] + np.maximum(km, 1e-9)) ** (-n["distance_power"] * n["weight_power"]),
            )  # fmt: skip
            if self.day:
                flee.forget(self.people, self.rows)

    def _scores(self) -> npt.NDArray[np.float64]:
        states, n = self.case.states, self.numbers
        intensity, kind = states.intensity[self.day], states.kind[self.day]
        score = np.where(self.case.places.foreign, n["foreign_weight"], 1.0)
        score = score * np.where(np.isin(kind, (CAMP, IDP_CAMP)), n["camp_weight"], 1.0)
        fear = n["conflict_weight"] ** (self._decay() * intensity)
        return np.asarray((score * np.where(intensity > 0, fear, 1.0)) ** n["weight_power"])

    def _leave(self) -> None:
        states = self.case.states
        flight = self.case.places.population * states.intensity[self.day] * self._decay()
        self._waiting += int(self.new[self.day])
        if not self._waiting or flight.sum() <= 0:
            return
        first, last = self.people, self.people + self._waiting
        self._waiting = 0
        rows = self.rows
        mixflow.leave(first, last, self._stream(decisions.ORIGIN), np.cumsum(flight), rows.at, rows.link, rows.wake,
                      rows.moved, rows.link, self.day)  # fmt: skip
        self._place(rows.at[first:last].astype(np.int64))

    def _place(self, places: npt.NDArray[np.int64]) -> None:
        """People appear at places, those of camps on day 0 and others in zones."""
        first, self.people = self.people, self.people + len(places)
        self.rows.at[first : self.people] = places
        if first or self.day:  # those of day 0 are counted already
            self.count += np.bincount(places, minlength=len(self.count))
        flee.begin(first, self.people, self.day, self.rows, self.chance, self._streams)


RULES: dict[str, type[Flight]] = {"mixflow": MixflowFlight, "flee": PeerFlight}
"""The rule sets by name; the first is the default."""

GROUP = {"mixflow": "flight", "flee": "flee"}
"""Which group of parameters each reads."""
