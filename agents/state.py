"""A state: for now the asylum office, whose staff follows its backlog. Origin, transit and destination are one agent."""

from typing import TYPE_CHECKING, Any

import mesa

if TYPE_CHECKING:
    from mixflow.sim.model import MigrationModel


class State(mesa.Agent):  # type: ignore[misc]
    """The state of one country of the map.

    Parameters
    ----------
    model
        The migration model.
    country
        Index of the country.
    """

    model: "MigrationModel"

    def __init__(self, model: Any, country: int) -> None:
        super().__init__(model)
        self.country = country

    @property
    def iso3(self) -> str:
        """ISO 3166 code."""
        return self.model.world.countries[self.country]

    @property
    def backlog(self) -> float:
        """Real people who wait for a decision, as last counted."""
        return float(self.model.backlog[self.country])

    @property
    def staff(self) -> float:
        """Caseworkers of the asylum office, as policies have it."""
        return float(self.model.levers["staff"][self.country])

    @property
    def wait_months(self) -> float:
        """Months of work that wait: backlog over what the staff decides in a month; 0 where there is no office."""
        v = self.model.plan.values["asylum"]
        monthly = self.staff * v["caseworker_rate"] * v["working_days"] / 12.0
        return self.backlog / monthly if monthly > 0 else 0.0

    def govern(self) -> None:
        """Once a month: hire while too much work is waiting."""
        if self.wait_months > self.model.plan.values["asylum"]["hire_months"]:
            self.model.staff[self.country] *= 1.0 + self.model.plan.values["asylum"]["staff_growth"]
