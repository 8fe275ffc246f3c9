"""An institution: UNHCR, IOM or ILO, with a mandate, a budget that donors give, and what it does with it."""

from datetime import date
from typing import TYPE_CHECKING, Any

import mesa

from mixflow.sim.base.levers import Agency

if TYPE_CHECKING:
    from mixflow.sim.engine.model import MigrationModel


COUNTED = date(2015, 7, 1)
"""The middle of the year in which IOM's assisted returns were counted: `agency.assisted_returns`."""

MEMORY = 12.0
"""Months over which IOM averages return orders and those who ask for assistance. Assumption: its projects run by the year."""


class Institution(mesa.Agent):  # type: ignore[misc]
    """An international organisation. Its mandate is the method named after it; its budget follows donors, not needs.

    Parameters
    ----------
    model
        The migration model.
    agency
        Which one.
    """

    model: "MigrationModel"

    def __init__(self, model: Any, agency: Agency) -> None:
        super().__init__(model)
        self.agency = agency
        self._hosted_at_first = 0.0
        self._orders = self._asked = 0.0  # people told to leave, and people who ask for assistance, a month

    @property
    def name(self) -> str:
        """Its usual short name."""
        return self.agency.name

    @property
    def given(self) -> float:
        """Budget without its trend, as a factor on that of a usual year: funding shocks and policies."""
        return float(self.model.levers["funding"][self.agency])

    @property
    def tied(self) -> float:
        """Share of the budget that donors tie to control and returns."""
        return float(self.model.levers["earmarked"][self.agency])

    @property
    def funds(self) -> float:
        """Budget that is free for the mandate, as a factor on that of the start: trend and shocks, less what donors tie."""
        years = self.model.day / 365.0
        return self.given * (1.0 - self.tied) * float((1.0 + self.model.plan.values["agency"]["growth"]) ** years)

    @property
    def capacity(self) -> float:
        """People whom IOM can assist to return from destinations, a year.

        States pay for it as they tell people to leave: as many to a return order of the last year as in 2015, by the trend of its
        budget. Of free funds it spends a share on returns; what donors tie to returns all goes there.
        """
        v = self.model.plan.values["agency"]
        trend = (1.0 + v["growth"]) ** ((self.model.date - COUNTED).days / 365.0)
        tied = 1.0 - self.tied + self.tied / v["return_share"]
        return float(v["assisted_returns"] * 12.0 * self._orders * trend * self.given * tied)

    def work(self) -> None:
        """Once a month: spend the budget on the mandate."""
        self.model.services.free_funds[self.agency] = self.funds
        {Agency.UNHCR: self._protect, Agency.IOM: self._assist, Agency.ILO: self._set_standards}[self.agency]()

    def _protect(self) -> None:
        """UNHCR: aid that covers fewer needs when more are hosted than donors pay for, and places for resettlement."""
        v, services = self.model.plan.values["agency"], self.model.services
        hosted = float(self.model.published["hosted"].sum())
        self._hosted_at_first = self._hosted_at_first or hosted
        crowding = hosted / self._hosted_at_first if self._hosted_at_first > 0 else 1.0
        services.coverage = min(1.0, v["coverage"] * self.funds / max(crowding, 1e-9))
        services.resettled = v["resettled"] * self._hosted_at_first / 12.0 * self.funds
        needs = v["coverage"] * self._hosted_at_first * self.model.plan.values["state"]["hosting_cost"] / 12.0
        services.budget[self.agency] = needs * self.funds

    def _assist(self) -> None:
        """IOM: assisted return for those without a right to stay who go by will, as many as it has the means for.

        The chance is the same for all of them: capacity over how many asked in the last year, at most the share whom IOM reaches
        at all. Both are means with the same weights, so that a first month decides nothing.
        """
        v, services, news = self.model.plan.values["agency"], self.model.services, self.model.published
        self._orders += (float(news["return_orders"].sum()) - self._orders) / MEMORY
        self._asked += (float(news["eligible_returns"].sum()) - self._asked) / MEMORY
        services.return_capacity = self.capacity
        monthly = services.return_capacity / 12.0
        services.assistance[:] = min(v["assistance"], monthly / self._asked) if self._asked > 0 else v["assistance"]
        services.budget[self.agency] = monthly * v["support"]

    def _set_standards(self) -> None:
        """ILO: recruitment standards that lower fees as far as they are monitored."""
        v, services = self.model.plan.values["agency"], self.model.services
        reach = v["fair_reach"] * float(self.model.levers["monitoring"]) * min(self.funds, 2.0)
        services.fair = min(1.0, v["fair_recruitment"] + reach)
        services.budget[self.agency] = 0.0
