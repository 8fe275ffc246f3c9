"""The model: people in arrays, actors as Mesa agents, accounts; and the loop over the steps of a day."""

import datetime as dt
from collections.abc import Callable
from typing import Any, Protocol

import mesa
import networkx as nx
import numpy as np
import numpy.typing as npt

from ..accounts.accounts import Accounts
from ..accounts.news import Levels, Published, first_news
from ..accounts.workers import Workers
from ..base.codes import Motive, Status
from ..base.decisions import STATES, TRAITS
from ..base.forms import Environment
from ..base.levers import Adjust, Levers, NoPolicies
from ..base.rng import stable_code, stream, uniform
from ..base.step import Step, due
from ..base.whole import fractions
from ..people.population import Population, Rows
from ..processes.beliefs.monthly import Beliefs
from ..processes.beliefs.route_familiarity import RouteFamiliarity
from ..processes.institutions.monthly import Services
from ..processes.leave.diaspora import Diaspora
from ..processes.leave.kernel import motives
from ..processes.leave.origin_population import OriginPopulation
from ..processes.leave.urbanisation import Urbanisation
from ..processes.queues.monthly import Queues
from ..processes.smugglers.market import Market
from ..processes.states.monthly import StatePolicyState
from ..world.baseline import baseline
from ..world.compiled_world import CompiledWorld
from ..world.tables import WorldTables
from .day import AT_START, DAY
from .environment import packed
from .initial import settle
from .month_steps import residents
from .monthly_state import MonthlyState
from .person_steps import moving_and_living, visit_rows
from .plan import Plan
from .result_tables import ResultTables


class Actors(Protocol):
    """A set of Mesa agents: smugglers, states, institutions."""

    def do(self, method: str, /, *args: Any) -> Any:
        """Call a method of each."""
        ...


class MigrationModel(ResultTables, mesa.Model):  # type: ignore[misc]
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

    Attributes
    ----------
    steps_of_day
        The steps that a day runs: `mixflow.sim.engine.day.DAY`.
    day
        Days done.
    smugglers, states, institutions
        The agents that act for themselves, set by the code that builds the model; None where there are none.
    process_state
        What processes remember that have no attribute of their own: see `Step.makes`.
    levers, published, monthly_state, environment
        Today's levers, the figures of last month, and what people meet.
    accounts
        People, events and money as booked.
    """

    monthly_state: MonthlyState
    environment: Any

    def __init__(
        self, world: WorldTables, graph: "nx.MultiDiGraph[Any]", plan: Plan, adjust: Adjust | None = None
    ) -> None:
        super().__init__(rng=plan.seed)
        self.plan, self.day = plan, 0
        self.adjust: Adjust = adjust or NoPolicies()
        self.steps_of_day: tuple[Step, ...] = DAY
        self.smugglers: Actors | None = None
        self.states: Actors | None = None
        self.institutions: Actors | None = None
        s = self.compiled_world = CompiledWorld(world, graph, plan.values)
        start, values, countries = plan.clock.start, plan.values, len(world.countries)
        levers: Levers = baseline(s, start)
        self.levers = levers
        self.population = self.new_population()
        self.workers = Workers(plan.threads, len(s.graph.names), countries, plan.trace)
        self.market = Market(
            levers["price"],
            world.smuggling_capacity[s.take],
            plan.scale,
            values["smuggler"]["boat_wait"],
            s.passage,
            values["beliefs"]["few_asked"],
            fractions(plan.seed, "seats", s.graph.code),
        )
        self.state_policy = StatePolicyState(s, self.adjust.accord_names)
        self.services = Services(values, countries)
        self.diaspora = Diaspora(s.diaspora(start.year), values["leave"]["tie_years"])
        self.beliefs = Beliefs(
            levers["recognition"], levers["death"], levers["interception"], s.routed, values, self.weight
        )
        self.route_familiarity = RouteFamiliarity(s.passage, self.market.smuggling_capacity, values)
        self.origin_population = OriginPopulation(s, plan.scale, plan.seed)
        self.urbanisation = Urbanisation(s, start)
        self.accounts = Accounts(s, self.origin_population.people, plan.scale, plan.trace)
        self.queues = Queues(
            s, self.population, plan.scale, plan.seed, self.workers, self.run_kernel, self.accounts.count_events
        )
        self.process_state = {step.name: step.makes(s) for step in DAY if step.makes is not None}
        self.published: Published = self._first_news(s.driver("wages", start))
        for step in AT_START:
            step.do(self, start)
        self._settle_first_people()
        self.published = self._first_news(self.environment.wages)

    def new_population(self) -> Population:
        """Where people are kept: nobody yet."""
        return Population()

    def _settle_first_people(self) -> None:
        """Give rows to those who are away on the first day, and book them."""
        plan, accounts = self.plan, self.accounts
        rows = settle(
            self.population, self.compiled_world, self.environment, plan.clock.start.year, plan.scale, plan.seed
        )
        accounts.open(self.population, rows, self.origin_population.people, self.workers)
        self.diaspora.begin(residents(accounts))
        self.beliefs.begin(accounts.living((Status.ASYLUM_PENDING,)).sum(axis=1) / self.weight)

    def _first_news(self, wages: npt.NDArray[np.float64]) -> Published:
        levels = Levels(self.state_policy.restrictiveness, wages, self.state_policy.standings.published())
        return first_news(self.compiled_world, self.accounts, levels, self.plan.clock.start)

    # ---- what users of the model read, besides the result tables

    @property
    def world(self) -> WorldTables:
        """The world's tables."""
        return self.compiled_world.world

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

    @property
    def person_days(self) -> int:
        """Days that people have spent in rows so far."""
        return self.accounts.person_days

    @property
    def events(self) -> int:
        """Visits and grants so far."""
        return self.accounts.events

    def chance(self, what: str, country: int) -> float:
        """A draw of this day for a state, between 0 and 1, shared by paired worlds."""
        today = np.uint64(stream(self.plan.seed, STATES, self.day))
        return float(uniform(today, stable_code(what, self.world.countries[country])))

    def disposition(self, what: str, country: int) -> float:
        """A draw for a state that stays the same for the whole run, between 0 and 1, shared by paired worlds."""
        always = np.uint64(stream(self.plan.seed, STATES, 0))
        return float(uniform(always, stable_code(what, self.world.countries[country])))

    def motives(self, rows: Rows) -> npt.NDArray[np.uint8]:
        """How much each `Motive` weighs for some people, 0 to 255, shape (people, motives); drawn from the key, not kept."""
        weights = np.empty((len(rows), len(Motive)), np.uint8)
        people = self.population
        motives(people["key"][rows], people["profile"][rows], np.uint64(stream(self.plan.seed, TRAITS, 0)), weights)
        return weights

    # ---- the day

    def step(self) -> None:
        """Simulate one day; nothing happens after the last, when `running` is false."""
        if self.day >= self.days:
            self.running = False
            return
        today = self.plan.clock.date_of(self.day)
        self.environment = Environment(self.day, *self.environment[1:])
        runs = due(self)
        for step in self.steps_of_day:
            if step.when in runs:
                step.do(self, today)
        self.day += 1
        if self.day == self.days:
            self.running = False

    def advance(self, rows: Rows) -> None:
        """Do what is due today for these people, by the kernels; those who ask for a seat are heard later in the day.

        Nothing is due after the last day.
        """
        if self.day < self.days:
            visit_rows(self, *moving_and_living(self, np.asarray(rows, np.int64)))

    def advance_one(self, row: int) -> None:
        """Do what is due today for one person, by the same functions as `advance`."""
        self.advance(np.array([row], np.int64))

    def run_kernel(self, kernel: Callable[..., Any], rows: Rows, *more: Any) -> Rows:
        """Run a kernel over people, book what it reports, and return the rows that ask for seats."""
        requests = [np.empty(0, np.int64)]
        if len(rows):
            flow_book = self.accounts.flow_book
            flow_book.share(self.workers.threads)
            shared = (self.population.people, packed(self.environment), rows, *more)
            for output in self.workers.run(kernel, *shared, then=flow_book.add_share):
                requests.append(self.accounts.enter(self.day, output))
        return np.concatenate(requests)
