"""All accounts of one model: people, events and money as they are entered, counted and closed month by month."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from ..base.codes import Status
from ..people.population import Population, Rows
from ..world.compiled_world import CompiledWorld
from .balance import Holdings
from .headcount import Headcount
from .ledger import Census, Flows, Purse
from .monthly_tables import MonthlyTables
from .past_claims import PastClaims
from .tally import enter
from .trace import Trace
from .workers import Workers

Floats = npt.NDArray[np.float64]
Stock = tuple[date, npt.NDArray[np.int64], npt.NDArray[np.int64]]


class Accounts:
    """What a model enters in its books.

    Parameters
    ----------
    compiled_world
        Places, edges and countries.
    at_home
        Simulated people at home at the start, int64[places].
    scale
        Simulated people per real person.
    trace
        Whether to keep who did what.

    Attributes
    ----------
    census, headcount
        People as booked, and as counted one by one.
    flow_book, purse, holdings, monthly_tables
        Events, payments, what people hold, and the tables of markets, states, agencies and costs, by month.
    traced
        Events by person, or None.
    expected_recognitions
        Of the month so far, by nationality: `Output.expected_recognitions`.
    past_claims
        Asylum claims of the last years, as sharing schemes count them.
    person_days, events
        Days that people have lived in rows, and visits and grants, so far.
    stocks, opening
        Groups of people at the end of each month, and before the first.
    """

    def __init__(self, compiled_world: CompiledWorld, at_home: Rows, scale: float, trace: bool) -> None:
        world, graph = compiled_world.world, compiled_world.graph
        self._weight = 1.0 / scale
        self.census = Census(graph.names, at_home)
        self.headcount = Headcount(world.place_country, len(world.countries))
        self.flow_book = Flows(graph.edge_names, world.countries, compiled_world.edge_corridor, world.corridors)
        self.purse = Purse(world.countries)
        self.holdings = Holdings(world.countries)
        self.monthly_tables = MonthlyTables(compiled_world)
        self.traced = Trace(graph.edge_names, world.countries) if trace else None
        self.expected_recognitions: Rows = np.zeros(len(world.countries), np.int64)
        self.past_claims = PastClaims(len(world.countries))
        self.person_days = 0
        self.events = 0
        self.stocks: list[Stock] = []
        self.opening = (self.headcount.groups, self.headcount.numbers)

    def living(self, statuses: Sequence[Status]) -> Floats:
        """Real people of some statuses at the last count, by nationality and country."""
        return np.asarray(self.headcount.living(statuses) * self._weight, np.float64)

    def count_events(self, number: int) -> None:
        """Count visits and grants."""
        self.events += number

    def enter(self, day: int, output: Any) -> Rows:
        """Enter what a kernel reported, and return the rows of those who ask for seats."""
        events, asked = output.fill.tolist()
        if self.traced is not None:
            self.traced.add(day, output.keys[:events], output.log[:events])
        requests: Rows = output.requests[:asked].copy()
        enter(output, self.census.table, self.purse.table, self.expected_recognitions)
        return requests

    def open(self, population: Population, rows: Rows, at_home: Rows, workers: Workers) -> None:
        """Book those who have a row before the first day, and count everybody."""
        self.census.admit(population["place"][rows], population["status"][rows])
        self.purse.endow(population["origin"][rows], population["wealth"][rows])
        self.headcount.count(population, at_home, workers)
        self.opening = (self.headcount.groups, self.headcount.numbers)

    def check(self, population: Population, at_home: Rows, workers: Workers, today: date) -> None:
        """Count people and money, and compare with the books.

        Raises
        ------
        AccountError
            When the books differ from the count.
        """
        self.headcount.count(population, at_home, workers)
        self.census.check(self.headcount.crowd, today)
        self.purse.check(self.headcount.wealth, self.headcount.debt, today)

    def close_month(self, month: date, population: Population) -> None:
        """End the month in the books of events, of money and of stocks."""
        self.flow_book.close(month, *self.flow_book.month_so_far())
        self.holdings.close(month, population, self.purse.month_so_far())
        self.purse.close(month)
        self.expected_recognitions.fill(0)
        self.stocks.append((month, self.headcount.groups, self.headcount.numbers))

    def forget(self) -> None:
        """Leave the months so far out of all tables; what they brought about stays."""
        for book in (self.flow_book, self.purse, self.holdings, self.monthly_tables, self.traced):
            if book is not None:
                book.forget()
        self.stocks.clear()
        self.opening = (self.headcount.groups, self.headcount.numbers)
