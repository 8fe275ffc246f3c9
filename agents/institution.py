"""An institution: UNHCR, IOM or ILO, with a mandate, a budget that donors give, and what it does with it."""

from typing import TYPE_CHECKING, Any

import mesa

from mixflow.sim.levers import Agency

if TYPE_CHECKING:
    from mixflow.sim.model import MigrationModel


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
        self._returning_at_first = 0.0

    @property
    def name(self) -> str:
        """Its usual short name."""
        return self.agency.name

    @property
    def funds(self) -> float:
        """Budget as a factor on that of the start: trend and funding shocks, less what donors tie to control."""
        v, levers = self.model.plan.values["agency"], self.model.levers
        years = self.model.day / 365.0
        free = 1.0 - float(levers["earmarked"][self.agency])
        return float(float(levers["funding"][self.agency]) * free * (1.0 + v["growth"]) ** years)

    def work(self) -> None:
        """Once a month: spend the budget on the mandate."""
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
        """IOM: assisted return for as many as its projects pay for; what donors tie to returns pays for more of it."""
        v, services = self.model.plan.values["agency"], self.model.services
        going = float(self.model.published["returns"].sum())
        self._returning_at_first = self._returning_at_first or going
        crowding = going / self._returning_at_first if self._returning_at_first > 0 else 1.0
        tied = 1.0 + float(self.model.levers["earmarked"][self.agency])
        services.assistance[:] = min(1.0, v["assistance"] * self.funds * tied / max(crowding, 0.5))
        services.budget[self.agency] = v["assistance"] * self._returning_at_first * v["support"] * self.funds

    def _set_standards(self) -> None:
        """ILO: recruitment standards that lower fees as far as they are monitored."""
        v, services = self.model.plan.values["agency"], self.model.services
        reach = v["fair_reach"] * float(self.model.levers["monitoring"]) * min(self.funds, 2.0)
        services.fair = min(1.0, v["fair_recruitment"] + reach)
        services.budget[self.agency] = 0.0
