"""A case under the peer's published rules: the lists of the day, whose kernels are in `mixflow.sim.displacement.flee`."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from . import decisions, flee, mixflow
from .base import CAMP, IDP_CAMP, MARKER, TOWN, Flight, Numbers
from .inflow import rises, with_debt
from .routes import routes_of


class PeerRows(NamedTuple):
    """People under the peer's rules: where, on which link and how far, their route, and what they did lately."""

    at: npt.NDArray[np.int32]
    link: npt.NDArray[np.int32]
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
    """The peer's published rules: see `mixflow.sim.displacement.flee`."""

    DECAY = np.array([1.0, 1.0, 1.0, 0.5, 0.1])
    """Of flight from a conflict and of fear of it, by blocks of 30 days; the last holds for ever."""

    def __init__(self, case: Any, numbers: Numbers, seed: int, people_per_agent: int = 1) -> None:
        super().__init__(case, numbers, seed, people_per_agent)
        n = numbers
        total = self._total(bool(n["sum_from_camps"]))
        self.new = with_debt(*rises(total, self.days, bool(n["ahead"]))) if len(total) else self._fleeing(0.001)
        rows = self._rows()
        self.rows = PeerRows(
            np.zeros(rows, np.int32), np.full(rows, -1, np.int32), np.full(rows, -1, np.int32), np.zeros(rows, np.int8),
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
        self.capacity = case.places.capacity // people_per_agent * n["capacity_scaling"]
        if n["day0_capacity"]:
            self.capacity[self.goals] = np.where(
                self.capacity[self.goals] > 0, np.maximum(self.capacity[self.goals] - self.start, 1.0), 0.0
            )
        self.chance = np.zeros(len(self.count))
        self._seen: Any = None
        self._waiting = 0

    def simulate_day(self) -> None:
        """States of places and links, who leaves, everybody's way."""
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
        places = rows.at[first:last].astype(np.int64)
        self.count += np.bincount(places, minlength=len(self.count))
        self._place(places)

    def _place(self, places: npt.NDArray[np.int64]) -> None:
        """People, who are counted already, appear at places: those of camps on day 0 and others in zones."""
        first, self.people = self.people, self.people + len(places)
        self.rows.at[first : self.people] = places
        flee.begin(first, self.people, self.day, self.rows, self.chance, self._streams)
