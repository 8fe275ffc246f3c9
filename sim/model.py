"""The model and its day: a readable list of steps over people in arrays, actors as Mesa agents, and accounts."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import mesa
import networkx as nx
import numpy as np
import numpy.typing as npt
import pandas as pd

from .beliefs import Beliefs
from .clock import Clock
from .codes import Status
from .decisions import COUNT, TRAITS
from .environment import Surroundings
from .home import Home
from .initial import settle
from .kernels import queues
from .kernels.leave import give_traits_all, person_keys
from .kernels.ration import ration
from .kernels.tally import residents, stocks
from .kernels.visit import find_due, visit_all
from .ledger import Census, Flows, stock_frame
from .levers import Adjust, Levers, bounded, unchanged
from .market import Market
from .observe import observed
from .params import Values
from .population import Population, Rows
from .rng import stream
from .workers import Workers, grown
from .world import WorldTables

Floats = npt.NDArray[np.float64]
SETTLED = (Status.DEAD, Status.ELSEWHERE)


class Actors(Protocol):
    """A set of Mesa agents: smugglers, states."""

    def do(self, method: str, /, *args: Any) -> Any:
        """Call a method of each."""
        ...


@dataclass(frozen=True)
class Plan:
    """What makes a run this run and no other.

    Parameters
    ----------
    clock
        First and last day.
    scale
        Simulated people per real person, above 0 and up to 1.
    seed
        Seed of every draw.
    values
        Parameters by group and name.
    threads
        Threads that visit people; results do not depend on it.
    check_days
        Days between two full counts of people against the books.
    """

    clock: Clock
    scale: float
    seed: int
    values: Values
    threads: int = 1
    check_days: int = 30


class MigrationModel(mesa.Model):  # type: ignore[misc]
    """Mixed migration on one route graph. One step is one day.

    Parameters
    ----------
    world
        The world's tables.
    graph
        Its places and edges as a networkx graph.
    plan
        What to run.
    adjust
        Policies: from baseline levers and a day to that day's levers.
    """

    def __init__(
        self, world: WorldTables, graph: "nx.MultiDiGraph[Any]", plan: Plan, adjust: Adjust = unchanged
    ) -> None:
        super().__init__(rng=plan.seed)
        self.world, self.graph, self.plan, self.adjust = world, graph, plan, adjust
        self.surroundings = Surroundings(world, graph, plan.values)
        self.population = Population()
        self.weight = 1.0 / plan.scale
        self.day = 0  # days done
        self.person_days = 0
        self.events = 0
        self.smugglers: Actors | None = None
        self.states: Actors | None = None
        routes = self.surroundings.graph
        self.routed = self.surroundings.route > 0
        self.levers: Levers = self.surroundings.baseline(plan.clock.start)
        self.market = Market(self.levers["price"], world.seats[self.surroundings.take], plan.scale)
        self.staff = world.staff.copy()
        self.backlog: Floats = np.zeros(len(world.countries))
        self.diaspora = self._diaspora_at_start()
        self.beliefs = Beliefs(len(world.countries), self._typical_risk(), plan.values, self.weight)
        self.home = Home(self.surroundings, plan.scale, plan.seed)
        self.census = Census(routes.names, self.home.people)
        self.flow_book = Flows(routes.edge_names, world.countries, self.surroundings.route)
        self.gone = np.zeros((len(routes.names), len(world.countries), len(Status)), np.int64)
        self._stocks: list[tuple[dt.date, npt.NDArray[np.int64]]] = []
        self.workers = Workers(plan.threads, len(routes.names))
        self._requests: list[Rows] = []
        self._rows = np.empty(0, np.int64)
        self._allowance: dict[str, Floats] = {}  # what was given out so far, fractions kept
        self._residents_at_start = np.zeros_like(self.diaspora)
        self.environment: Any = None
        self._refresh(plan.clock.start)
        self._initial()

    # ---- what users of the model read

    @property
    def days(self) -> int:
        """Days in the whole run."""
        return self.plan.clock.days

    @property
    def date(self) -> dt.date:
        """The date of the day that comes next; after the run, of its last day."""
        return self.plan.clock.date_of(min(self.day, self.days - 1))

    @property
    def people_count(self) -> int:
        """Rows in use."""
        return len(self.population)

    @property
    def rows_used(self) -> int:
        """People who were ever given a row."""
        return self.population.ever

    def flows(self) -> pd.DataFrame:
        """What happened, by month, in real people: see the results contract in the how-to."""
        return self.flow_book.tidy(self.weight)

    def stocks(self) -> pd.DataFrame:
        """Who was where at the end of each month, in real people."""
        return stock_frame(self._stocks, self.surroundings.graph.names, self.world, self.weight)

    def observed(self) -> pd.DataFrame:
        """What would have been recorded, by month."""
        return observed(self.flow_book, self.surroundings.mode, self.plan.values, self.weight)

    # ---- the day

    DAY: Sequence[tuple[str, str]] = (
        ("drivers and levers", "_open_month"),
        ("smugglers", "_trade"),
        ("leave", "_leave"),
        ("visit whoever has something due: choose, move, cross, arrive, settle, return", "_visit"),
        ("seats", "_give_seats"),
        ("regular places", "_give_places"),
        ("asylum decisions", "_decide_claims"),
        ("account", "_account"),
    )
    """Steps of a day in order: what each does, and the method that does it."""

    def step(self) -> None:
        """Simulate one day."""
        today = self.plan.clock.date_of(self.day)
        self._set_day()
        for _, method in self.DAY:
            getattr(self, method)(today)
        self.day += 1

    def advance(self, rows: Rows) -> None:
        """Do what is due today for these people, by the kernel; those who ask for a seat are heard later in the day."""
        self.events += len(rows)
        self._requests.append(self._run_kernel(visit_all, np.asarray(rows, np.int64)))

    def advance_one(self, row: int) -> None:
        """Do what is due today for one person, by the same functions as `advance`."""
        self.advance(np.array([row], np.int64))

    def _set_day(self) -> None:
        seed = self.plan.seed
        streams = np.array([stream(seed, decision, self.day) for decision in range(COUNT)], np.uint64)
        self.environment = self.environment._replace(day=self.day, streams=streams)

    def _open_month(self, today: dt.date) -> None:
        if self.plan.clock.opens_month(self.day) and self.day > 0:
            self._refresh(today)
            self._set_day()
            if self.states is not None:
                self.states.do("govern")

    def _refresh(self, today: dt.date) -> None:
        baseline = self.surroundings.baseline(today)
        baseline["staff"] = self.staff
        self.levers = bounded(self.adjust(baseline, self.day))
        ties = self.diaspora + np.maximum(self._residents() - self._residents_at_start, 0.0)
        price = np.where(self.surroundings.scarce, self.market.price, self.levers["price"])
        self.environment = self.surroundings.environment(
            today, self.levers, price, ties, self.beliefs.risk.copy(), self.beliefs.usual, self.beliefs.success
        )
        self.home.set_hazards(today, ties, self.environment.income)

    def _trade(self, today: dt.date) -> None:
        if self.smugglers is not None and self.day % 7 == 6:
            self.smugglers.do("trade")

    def _leave(self, today: dt.date) -> None:
        group, ordinal = self.home.leavers()
        if len(group) == 0:
            return
        keys = np.empty(len(group), np.uint64)
        person_keys(group, ordinal, self.home.key, keys)
        place = self.home.place[group]
        rows = self.population.append(
            len(group),
            key=keys,
            origin=self.home.origin[group],
            home=place,
            place=place,
            profile=self.home.profile[group],
            status=Status.PREPARING,
            since=self.day,
            wake=self.day,
        )
        traits = np.uint64(stream(self.plan.seed, TRAITS, 0))
        give_traits_all(rows, traits, self.environment.numbers, self.environment, self.population.people)
        self.census.intend(place.astype(np.int64))

    def _visit(self, today: dt.date) -> None:
        people, size = self.population.people, self.population.size
        self._rows = grown(self._rows, size)
        self.advance(self._rows[: find_due(people.wake, size, self.day, self._rows)])

    def _give_seats(self, today: dt.date) -> None:
        rows = np.concatenate([np.empty(0, np.int64), *self._requests])
        self._requests.clear()
        room = self.market.room(self.levers["seats"] * self._calm(today))
        if len(rows):
            first_try = self.population["tries"][rows] == 0
            self._ration(rows, queues.seat_asked, queues.seat_given, room)
            self.market.note(self._bucket[first_try])

    def _give_places(self, today: dt.date) -> None:
        if not self.plan.clock.opens_month(self.day):
            return
        places = np.stack([self.levers["work"], self.levers["family"]], axis=2).reshape(-1)
        rows = np.flatnonzero(self.population["status"] == Status.APPLYING)
        rows = rows[self.population["in_use"][rows]]
        self._ration(rows, queues.place_asked, queues.place_given, self._monthly("places", places / 12.0))

    def _decide_claims(self, today: dt.date) -> None:
        if not self.plan.clock.opens_month(self.day):
            return
        v = self.plan.values["asylum"]
        rows = np.flatnonzero((self.population["status"] == Status.ASYLUM_PENDING) & self.population["in_use"])
        country = self.world.place_country[self.population["place"][rows]]
        self.backlog = np.bincount(country, minlength=len(self.world.countries)).astype(np.float64) * self.weight
        capacity = self.levers["staff"] * v["caseworker_rate"] * v["working_days"] / 12.0
        self._ration(rows, queues.decision_asked, queues.decision_given, self._monthly("decisions", capacity))

    def _account(self, today: dt.date) -> None:
        self.person_days += len(self.population)
        closes = self.plan.clock.closes_month(self.day)
        if not closes and (self.day + 1) % self.plan.check_days:
            return
        table = self._stock_table()
        self.census.check(table.sum(axis=1), today)
        if closes:
            month = today.replace(day=1)
            self.beliefs.hear(*self.flow_book.month_so_far(), self.routed)
            self.flow_book.close(month)
            self._stocks.append((month, table))
            self._release()

    # ---- how steps are done

    def _run_kernel(self, kernel: Callable[..., Any], rows: Rows, *more: Any) -> Rows:
        """Run a kernel over people, book what it reports, and return the rows that ask for seats."""
        requests = [np.empty(0, np.int64)]
        if len(rows):
            for output in self.workers.run(kernel, self.population.people, self.environment, rows, *more):
                self.census.change(output.census)
                self.flow_book.add(output.log, int(output.fill[0]))
                requests.append(output.requests[: output.fill[1]].copy())
        return np.concatenate(requests)

    def _ration(
        self, rows: Rows, asked: Callable[..., Any], given: Callable[..., Any], room: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.bool_]:
        self._bucket = np.empty(len(rows), np.int64)
        if len(rows) == 0:
            return np.empty(0, np.bool_)
        priority = np.empty(len(rows), np.uint64)
        asked(rows, self.population.people, self.environment, self._bucket, priority)
        granted: npt.NDArray[np.bool_] = ration(self._bucket, priority, room)
        self.events += int(granted.sum())
        self._run_kernel(given, rows, granted)
        return granted

    def _monthly(self, name: str, real_people: Floats) -> npt.NDArray[np.int64]:
        """A month's whole places for simulated people; fractions carry over to the next month."""
        before = self._allowance.get(name, np.zeros(len(real_people)))
        self._allowance[name] = before + real_people * self.plan.scale
        return (np.floor(self._allowance[name]) - np.floor(before)).astype(np.int64)

    def _calm(self, today: dt.date) -> Floats:
        return np.asarray(self.world.season[self.surroundings.route, today.month - 1])

    def _initial(self) -> None:
        rows = settle(
            self.population,
            self.surroundings,
            self.environment,
            self.plan.clock.start.year,
            self.plan.scale,
            self.plan.seed,
        )
        self.census.admit(self.population["place"][rows], self.population["status"][rows])
        self._residents_at_start = self._residents()

    def _typical_risk(self) -> float:
        danger = self.levers["death"][self.routed & (self.levers["death"] > 0)]
        return float(danger.mean()) if len(danger) else 0.0

    def _diaspora_at_start(self) -> Floats:
        years = sorted(self.world.diaspora)
        year = self.plan.clock.start.year
        tables: list[Floats] = [self.world.diaspora[y] for y in years]
        if year <= years[0] or len(years) == 1:
            return tables[0].copy()
        later = next((k for k, y in enumerate(years) if y >= year), len(years) - 1)
        share = min((year - years[later - 1]) / (years[later] - years[later - 1]), 1.0)
        return np.asarray((1.0 - share) * tables[later - 1] + share * tables[later])

    def _residents(self) -> Floats:
        size = len(self.world.countries)
        table = np.zeros((size, size))
        resident = (Status.PROTECTED, Status.REGULAR, Status.IRREGULAR, Status.ASYLUM_PENDING)
        country = self.world.place_country.astype(np.int16)
        residents(self.population.size, self.population.people, country, *map(int, resident), table)
        return np.asarray(table * self.weight)

    def _stock_table(self) -> npt.NDArray[np.int64]:
        """People by place, origin and status, counted one by one, those at home and those settled for good included."""
        table = self.gone.copy()
        place_country = self.world.place_country
        table[np.arange(len(place_country)), place_country, Status.HOME] += self.home.people
        stocks(self.population.size, self.population.people, table)
        return table

    def _release(self) -> None:
        """Free the rows of those who are home again, dead, or on another continent; they stay in the books."""
        status, in_use = self.population["status"], self.population["in_use"]
        back = np.flatnonzero((status == Status.HOME) & in_use)
        self.home.people += np.bincount(self.population["home"][back], minlength=len(self.home.people))
        settled = np.flatnonzero(np.isin(status, SETTLED) & in_use)
        where = (self.population["place"][settled], self.population["origin"][settled], status[settled])
        np.add.at(self.gone, where, 1)
        self.population.release(np.concatenate([back, settled]))
