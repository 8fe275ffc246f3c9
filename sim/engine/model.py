"""The model and its day: a readable list of steps over people in arrays, actors as Mesa agents, and accounts."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Protocol

import mesa
import networkx as nx
import numpy as np
import numpy.typing as npt
import pandas as pd

from ..accounts.balance import Holdings, movements
from ..accounts.headcount import Headcount
from ..accounts.ledger import Census, Flows, Purse, stock_frame
from ..accounts.monthly_tables import MonthlyTables
from ..accounts.news import PastClaims, Published, first_news, news_of
from ..accounts.observe import observed
from ..accounts.tally import enter, enter_leavers
from ..accounts.trace import Trace
from ..accounts.workers import SCANNED, SHARE, Workers, grown
from ..base.codes import Motive, Status
from ..base.decisions import COUNT, STATES, TRAITS
from ..base.forms import Environment
from ..base.levers import Adjust, Levers, NoPolicies, bounded
from ..base.rng import stable_code, stream, uniform
from ..base.whole import fractions
from ..people.population import Population, Rows
from ..processes.beliefs.monthly import Beliefs
from ..processes.beliefs.route_familiarity import RouteFamiliarity
from ..processes.institutions.monthly import Services
from ..processes.leave.diaspora import Diaspora
from ..processes.leave.kernel import give_traits_all, motives
from ..processes.leave.origin_population import OriginPopulation, TransnationalTies
from ..processes.leave.urbanisation import Urbanisation
from ..processes.queues.monthly import Queues
from ..processes.smugglers.market import Market
from ..processes.states.monthly import StatePolicyState
from ..world.baseline import baseline
from ..world.compiled_world import CompiledWorld
from ..world.tables import WorldTables
from .environment import environment, packed
from .initial import settle
from .monthly_state import snapshot
from .plan import Plan
from .visit import close_accounts, find_due, split, visit_moving, visit_settled

Floats = npt.NDArray[np.float64]

EARNING = np.isin(
    np.arange(len(Status)),
    [
        Status.DISPLACED,
        Status.CAMP,
        Status.HOSTED,
        Status.ASYLUM_PENDING,
        Status.APPEALING,
        Status.PROTECTED,
        Status.IRREGULAR,
        Status.REGULAR,
    ],
)
"""By status, who earns, is supported and spends in the course of a month."""


class Actors(Protocol):
    """A set of Mesa agents: smugglers, states, institutions."""

    def do(self, method: str, /, *args: Any) -> Any:
        """Call a method of each."""
        ...


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
        Policies: from baseline levers, a day and what was published to that day's levers.
    """

    def __init__(
        self, world: WorldTables, graph: "nx.MultiDiGraph[Any]", plan: Plan, adjust: Adjust | None = None
    ) -> None:
        super().__init__(rng=plan.seed)
        self.world, self.graph, self.plan = world, graph, plan
        self.adjust: Adjust = adjust or NoPolicies()
        self.compiled_world = CompiledWorld(world, graph, plan.values)
        self.population = Population()
        self.weight = 1.0 / plan.scale
        self.day = 0  # days done
        self.person_days = 0
        self.events = 0
        self.smugglers: Actors | None = None
        self.states: Actors | None = None
        self.institutions: Actors | None = None
        routes, countries, start = self.compiled_world.graph, len(world.countries), plan.clock.start
        self.routed = self.compiled_world.edge_corridor > 0
        self.levers: Levers = baseline(self.compiled_world, start)
        self.market = Market(
            self.levers["price"],
            world.smuggling_capacity[self.compiled_world.take],
            plan.scale,
            plan.values["smuggler"]["boat_wait"],
            self.compiled_world.passage,
            plan.values["beliefs"]["few_asked"],
            fractions(plan.seed, "seats", self.compiled_world.graph.code),
        )
        self.state_policy = StatePolicyState(self.compiled_world, self.adjust.accord_names)
        self.services = Services(plan.values, countries)
        self.diaspora = Diaspora(self.compiled_world.diaspora(start.year), plan.values["leave"]["tie_years"])
        danger, stopped = self.levers["death"], self.levers["interception"]
        self.beliefs = Beliefs(self.levers["recognition"], danger, stopped, self.routed, plan.values, self.weight)
        self.route_familiarity = RouteFamiliarity(
            self.compiled_world.passage, self.market.smuggling_capacity, plan.values
        )
        self.expected_recognitions: Rows = np.zeros(
            countries, np.int64
        )  # of the month so far, by nationality: `Output.expected_recognitions`
        self.origin_population = OriginPopulation(self.compiled_world, plan.scale, plan.seed)
        self.urbanisation = Urbanisation(self.compiled_world, start)
        self.census = Census(routes.names, self.origin_population.people)
        self.headcount = Headcount(world.place_country, countries)
        self.flow_book = Flows(routes.edge_names, world.countries, self.compiled_world.edge_corridor)
        self.purse = Purse(world.countries)
        self.holdings = Holdings(world.countries)
        self.monthly_tables = MonthlyTables(self.compiled_world)
        self.traced = Trace(routes.edge_names, world.countries) if plan.trace else None
        self.queues = Queues(self)
        self.workers = Workers(plan.threads, len(routes.names), countries, plan.trace)
        self._stocks: list[tuple[dt.date, npt.NDArray[np.int64], npt.NDArray[np.int64]]] = []
        self._requests: list[Rows] = []
        self._due = np.empty(0, np.int64)
        self._streams = np.array([stream(plan.seed, decision, 0) for decision in range(COUNT)], np.uint64)
        self.past_claims = PastClaims(countries)
        self.environment: Any = None
        self.published: Published = first_news(self, start)
        self._refresh(start)
        self._initial()
        self.published = first_news(self, start)

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
        return stock_frame(self._stocks, self.compiled_world.graph.names, self.world, self.weight)

    def money(self) -> pd.DataFrame:
        """Who paid whom, by month, account and nationality, in EUR of real people."""
        return self.purse.tidy(self.weight)

    def opening(self) -> pd.DataFrame:
        """Who was where on the first day, in real people: the stocks before the first month."""
        first = self.plan.clock.date_of(self.plan.clock.spin_up_months).replace(day=1)
        return stock_frame([(first, *self._opening)], self.compiled_world.graph.names, self.world, self.weight)

    def wallets(self) -> pd.DataFrame:
        """What people hold and owe at both ends of each month, by nationality, in EUR of real people."""
        return self.holdings.tidy(self.weight)

    def movements(self) -> pd.DataFrame:
        """Who went from one country to another, by month, event and nationality, in real people."""
        country, routes = self.world.place_country, self.compiled_world.graph
        return movements(self.flow_book, country[routes.start], country[routes.end], self.weight)

    def market_book(self) -> pd.DataFrame:
        """Prices and seats by month and edge."""
        return self.monthly_tables.market()

    def states_book(self) -> pd.DataFrame:
        """Offices, opinion, restrictiveness, cooperation and spending by month and country."""
        return self.monthly_tables.states()

    def institutions_book(self) -> pd.DataFrame:
        """Budgets and services by month and agency."""
        return self.monthly_tables.agencies()

    def costs_book(self) -> pd.DataFrame:
        """What policies cost by month and policy, EUR of the real world."""
        return self.monthly_tables.costs()

    def observed(self) -> pd.DataFrame:
        """What would have been recorded, by month."""
        found = observed(self.flow_book, self.compiled_world.mode, self.plan.values, self.weight)
        clock = self.plan.clock
        return found[found["month"] >= clock.date_of(clock.spin_up_months).replace(day=1)].reset_index(drop=True)

    def trace(self) -> pd.DataFrame:
        """Every event with the key of the person, where the plan asks for it."""
        if self.traced is None:
            raise ValueError("nobody was followed: the plan has to say trace=True")
        return self.traced.frame()

    def living(self, first: Status, last: Status) -> Floats:
        """Real people whose status lay from `first` to `last` at the last count, by nationality and country."""
        return np.asarray(self.headcount.living(first, last) * self.weight, np.float64)

    def chance(self, what: str, country: int) -> float:
        """A draw of this day for a state, between 0 and 1, shared by paired worlds."""
        today = np.uint64(stream(self.plan.seed, STATES, self.day))
        return float(uniform(today, stable_code(what, self.world.countries[country])))

    def disposition(self, what: str, country: int) -> float:
        """A draw for a state that stays the same for the whole run, between 0 and 1, shared by paired worlds."""
        return float(uniform(self._streams[STATES], stable_code(what, self.world.countries[country])))

    # ---- the day

    DAY: Sequence[tuple[str, str]] = (
        ("drivers, states, institutions, beliefs, levers", "_open_month"),
        ("smugglers", "_trade"),
        ("leave", "_leave"),
        ("visit everybody who has something due: choose, apply, move, cross, arrive, live, return", "_visit"),
        ("seats", "_give_seats"),
        ("regular places, asylum decisions and appeals, resettlement, relocation", "_hear"),
        ("account", "_account"),
    )
    """Steps of a day in order: what each does, and the method that does it."""

    def step(self) -> None:
        """Simulate one day; nothing happens after the last, when `running` is false."""
        if self.day >= self.days:
            self.running = False
            return
        today = self.plan.clock.date_of(self.day)
        self._set_day()
        for _, method in self.DAY:
            getattr(self, method)(today)
        self.day += 1
        if self.day == self.days:
            self.running = False

    def advance(self, rows: Rows) -> None:
        """Do what is due today for these people, by the kernels; those who ask for a seat are heard later in the day.

        Nothing is due after the last day.
        """
        if self.day >= self.days:
            return
        self._advance(*self._split(np.asarray(rows, np.int64)))

    def advance_one(self, row: int) -> None:
        """Do what is due today for one person, by the same functions as `advance`."""
        self.advance(np.array([row], np.int64))

    def run_kernel(self, kernel: Callable[..., Any], rows: Rows, *more: Any) -> Rows:
        """Run a kernel over people, book what it reports, and return the rows that ask for seats."""
        requests = [np.empty(0, np.int64)]
        if len(rows):
            self.flow_book.share(self.workers.threads)
            shared = (self.population.people, packed(self.environment), rows, *more)
            for output in self.workers.run(kernel, *shared, then=self.flow_book.add_share):
                events, asked = output.fill.tolist()
                if self.traced is not None:
                    self.traced.add(self.day, output.keys[:events], output.log[:events])
                requests.append(output.requests[:asked].copy())
                enter(output, self.census.table, self.purse.table, self.expected_recognitions)
        return np.concatenate(requests)

    def _split(self, rows: Rows) -> tuple[Rows, Rows]:
        """Those of the rows who are on the way, and those who live somewhere."""
        moving, living = np.empty_like(rows), np.empty_like(rows)
        m, n = split(rows, self.population["status"], moving, living)
        return moving[:m], living[:n]

    def _advance(self, moving: Rows, living: Rows) -> None:
        self.events += len(moving) + len(living)
        self._requests.append(self.run_kernel(visit_moving, moving))
        self.run_kernel(visit_settled, living)

    def _set_day(self) -> None:
        self.environment = Environment(self.day, *self.environment[1:])

    def _open_month(self, today: dt.date) -> None:
        opens = self.plan.clock.opens_month(self.day) and self.day > 0
        if opens:
            self._offer_accords(today)
            for actors, what in ((self.states, "govern"), (self.institutions, "work")):
                if actors is not None:
                    actors.do(what)
        if opens or self.adjust.changes_on(self.day):
            self._refresh(today, opens)
            self._set_day()

    def _refresh(self, today: dt.date, opens: bool = True) -> None:
        """Make levers, beliefs and what states and agencies do into what people meet.

        What has come about is taken at the opening of a month and holds for all of it, so that a policy that begins in the
        middle of one changes what it changes and nothing else.
        """
        levers = self._without_policies(today)
        wanted = bounded(self.adjust(levers, self.day, self.published), self.compiled_world.unbroken)
        self.levers = bounded(self.state_policy.enforced(wanted), wanted)
        if opens:
            self.monthly_tables.charge(self, levers)
            self.diaspora.take_root(self._residents())
            self.urbanisation.grow(today, self.levers["hardship"])
            self.market.update_rationing_beliefs(
                self.levers["capacity_factor"], self.plan.values["beliefs"]["rationing_memory"]
            )
            self._monthly_state = snapshot(self)
        self._sailing = (
            self.levers["capacity_factor"] * self.world.season[self.compiled_world.edge_corridor, today.month - 1]
        )
        price = np.where(self.compiled_world.scarce, self._monthly_state.price, self.levers["price"])
        monthly_state = replace(self._monthly_state, price=price)
        self.environment = environment(self.compiled_world, today, self.levers, monthly_state)._replace(
            day=self.day, streams=self._streams
        )
        news = self.published
        abroad = TransnationalTies(monthly_state.diaspora, self.environment.wages, news["remitted"], news["campers"])
        self.origin_population.set_hazards(
            today, self.levers, abroad, self.environment.anticipation_factor, self.urbanisation.leaving
        )

    def _offer_accords(self, today: dt.date) -> None:
        standings = self.state_policy.standings
        if self.adjust.accord_names:
            standings.meet(self.adjust.accords(self._without_policies(today), self.day, self.published))
            if self.states is None:
                standings.comply()

    def _without_policies(self, today: dt.date) -> Levers:
        """Levers as law, states and institutions have them, before policies change any."""
        levers = {**baseline(self.compiled_world, today), "staff": self.state_policy.staff.copy()}
        levers["recruitment_fee"] = levers["recruitment_fee"] * (1.0 - self.services.fair)
        return levers

    def _trade(self, today: dt.date) -> None:
        if self.smugglers is not None and self.day % 7 == 6:
            self.market.judge(self.levers["capacity_factor"], self.plan.values["smuggler"]["judge_weeks"])
            self.smugglers.do("trade")

    def _leave(self, today: dt.date) -> None:
        rows = self.origin_population.draw_departures(self.population, self.day)
        if len(rows) == 0:
            return
        traits, facts, people = self._streams[TRAITS], packed(self.environment), self.population.people
        self.workers.each(
            lambda share: give_traits_all(rows[share], traits, facts, people), self.workers.shares(len(rows), SHARE)
        )
        enter_leavers(rows, people, self.census.table, self.purse.table)

    def _visit(self, today: dt.date) -> None:
        wake, fours, due = self.population["wake"], self.population.fours, grown(self._due, self.population.size)
        self._due = due

        def find(share: slice) -> tuple[Rows, Rows]:
            first, end = share.start, share.stop
            found = find_due(wake[share], fours[first // 4 : end // 4], first, self.day, due[share])
            return self._split(due[first : first + found])

        found = self.workers.each(find, self.workers.shares(len(wake), SCANNED))
        moving, living = (np.concatenate(parts) for parts in zip(*found, strict=True))
        self._advance(moving, living)

    def _give_seats(self, today: dt.date) -> None:
        rows = np.concatenate([np.empty(0, np.int64), *self._requests])
        self._requests.clear()
        self.queues.seats(rows, self._sailing)

    def _hear(self, today: dt.date) -> None:
        if self.plan.clock.opens_month(self.day):
            self.queues.process_month()

    def _account(self, today: dt.date) -> None:
        self.person_days += len(self.population)
        closes = self.plan.clock.closes_month(self.day)
        if not closes and (not self.plan.check_days or (self.day + 1) % self.plan.check_days):
            return
        if closes:
            self._pay()
        self._check(today)
        if closes:
            self._close_month(today)

    def _pay(self) -> None:
        """Book what those hosted, displaced and resident earned and spent since their last account."""
        people = self.population
        self.run_kernel(close_accounts, np.flatnonzero(EARNING[people["status"]] & people["in_use"]))

    def _check(self, today: dt.date) -> None:
        """Count people and money, and compare with the books."""
        self.headcount.count(self.population, self.origin_population.people, self.workers)
        self.census.check(self.headcount.crowd, today)
        self.purse.check(self.headcount.wealth, self.headcount.debt, today)

    def _close_month(self, today: dt.date) -> None:
        month = today.replace(day=1)
        keys, counts = self.flow_book.month_so_far()
        self.published = news_of(self, today, keys, counts)
        truth, told = self.levers["recognition"], self.levers["information"]
        self.beliefs.update(
            keys,
            counts,
            self.expected_recognitions / 1e6,
            truth,
            self.market.mean_log_price_ratio(self.routed),
            told,
            self._edges_as_they_are(),
        )
        self.expected_recognitions.fill(0)
        self.route_familiarity.update(self.published["crossings"])
        self.monthly_tables.close(self, month)
        self.flow_book.close(month, keys, counts)
        self.holdings.close(month, self.population, self.purse.month_so_far())
        self.purse.close(month)
        self._stocks.append((month, self.headcount.groups, self.headcount.numbers))
        self._release()
        if self.day == self.plan.clock.spin_up_months - 1:
            self._forget()

    def motives(self, rows: Rows) -> npt.NDArray[np.uint8]:
        """How much each `Motive` weighs for some people, 0 to 255, shape (people, motives); drawn from the key, not kept."""
        weights = np.empty((len(rows), len(Motive)), np.uint8)
        people = self.population
        motives(people["key"][rows], people["profile"][rows], np.uint64(stream(self.plan.seed, TRAITS, 0)), weights)
        return weights

    # ---- how steps are done

    def _forget(self) -> None:
        """Leave the months of the run-in out of all tables; what they brought about stays."""
        for book in (self.flow_book, self.purse, self.holdings, self.monthly_tables, self.traced):
            if book is not None:
                book.forget()
        self._stocks.clear()
        self._opening = (self.headcount.groups, self.headcount.numbers)

    def _initial(self) -> None:
        year, scale, seed = self.plan.clock.start.year, self.plan.scale, self.plan.seed
        rows = settle(self.population, self.compiled_world, self.environment, year, scale, seed)
        self.census.admit(self.population["place"][rows], self.population["status"][rows])
        self.purse.endow(self.population["origin"][rows], self.population["wealth"][rows])
        self.headcount.count(self.population, self.origin_population.people, self.workers)
        self._opening = (self.headcount.groups, self.headcount.numbers)
        self.diaspora.begin(self._residents())
        self.beliefs.begin(self.living(Status.ASYLUM_PENDING, Status.ASYLUM_PENDING).sum(axis=1) / self.weight)

    def _residents(self) -> Floats:
        """Real people who live in Europe, whatever their papers, by nationality and country."""
        return self.living(Status.ASYLUM_PENDING, Status.REGULAR)

    def _edges_as_they_are(self) -> tuple[Floats, Floats]:
        """Probabilities per attempt of death, and of being stopped or turned back, shape (edges,)."""
        e = self.environment
        return e.death, 1.0 - (1.0 - e.interception) * e.pass_share

    def _release(self) -> None:
        """Free the rows of those who are home again, dead, or on another continent; they stay in the count."""
        rows = self.headcount.done
        back = self.population["status"][rows] == Status.HOME
        self.origin_population.people += np.bincount(
            self.population["home"][rows[back]], minlength=len(self.origin_population.people)
        )
        self.headcount.bury(self.population, rows[~back])
        self.population.release(rows)
