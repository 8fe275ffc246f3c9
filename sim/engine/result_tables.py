"""The result tables of a model, in real people and EUR: what users of the model read."""

import pandas as pd

from ..accounts.accounts import Accounts
from ..accounts.balance import movements
from ..accounts.ledger import stock_frame
from ..accounts.observe import observed
from ..world.compiled_world import CompiledWorld
from .plan import Plan


class ResultTables:
    """Tables from the accounts of a model; see the results contract in the how-to."""

    plan: Plan
    compiled_world: CompiledWorld
    accounts: Accounts

    @property
    def weight(self) -> float:
        """Real people that one simulated person stands for."""
        return 1.0 / self.plan.scale

    def flows(self) -> pd.DataFrame:
        """What happened, by month, in real people: see the results contract in the how-to."""
        return self.accounts.flow_book.tidy(self.weight)

    def stocks(self) -> pd.DataFrame:
        """Who was where at the end of each month, in real people."""
        s = self.compiled_world
        return stock_frame(self.accounts.stocks, s.graph.names, s.world, self.weight)

    def money(self) -> pd.DataFrame:
        """Who paid whom, by month, account and nationality, in EUR of real people."""
        return self.accounts.purse.tidy(self.weight)

    def opening(self) -> pd.DataFrame:
        """Who was where on the first day, in real people: the stocks before the first month."""
        s, first = self.compiled_world, self.plan.clock.date_of(self.plan.clock.spin_up_months).replace(day=1)
        return stock_frame([(first, *self.accounts.opening)], s.graph.names, s.world, self.weight)

    def wallets(self) -> pd.DataFrame:
        """What people hold and owe at both ends of each month, by nationality, in EUR of real people."""
        return self.accounts.holdings.tidy(self.weight)

    def movements(self) -> pd.DataFrame:
        """Who went from one country to another, by month, event and nationality, in real people."""
        country, routes = self.compiled_world.world.place_country, self.compiled_world.graph
        return movements(self.accounts.flow_book, country[routes.start], country[routes.end], self.weight)

    def market_book(self) -> pd.DataFrame:
        """Prices and seats by month and edge."""
        return self.accounts.monthly_tables.market()

    def states_book(self) -> pd.DataFrame:
        """Offices, opinion, restrictiveness, cooperation and spending by month and country."""
        return self.accounts.monthly_tables.states()

    def institutions_book(self) -> pd.DataFrame:
        """Budgets and services by month and agency."""
        return self.accounts.monthly_tables.agencies()

    def costs_book(self) -> pd.DataFrame:
        """What policies cost by month and policy, EUR of the real world."""
        return self.accounts.monthly_tables.costs()

    def observed(self) -> pd.DataFrame:
        """What would have been recorded, by month."""
        found = observed(self.accounts.flow_book, self.compiled_world.mode, self.plan.values, self.weight)
        clock = self.plan.clock
        return found[found["month"] >= clock.date_of(clock.spin_up_months).replace(day=1)].reset_index(drop=True)

    def trace(self) -> pd.DataFrame:
        """Every event with the key of the person, where the plan asks for it."""
        if self.accounts.traced is None:
            raise ValueError("nobody was followed: the plan has to say trace=True")
        return self.accounts.traced.frame()
