"""A smuggler: the supplier of scarce seats on one corridor, who sets a price and grows or leaves with profit."""

from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

if TYPE_CHECKING:
    from mixflow.sim.engine.model import MigrationModel


class Smuggler(mesa.Agent):  # type: ignore[misc]
    """A seller of seats on one edge.

    The price is cost times one plus a margin that grows with demand over seats; seats grow when the price exceeds cost by more
    than the margin, and shrink when it does not: price = c (1 + m (D / S)^x), dS = entry S (price / c - 1 - m), and slower by
    c / dear where carrying one costs more than that.
    D is a mean over some weeks of all who ask, those refused before among them: people who wait are customers.

    Parameters
    ----------
    model
        The migration model whose market the smuggler works in.
    edge
        Index of the edge.
    """

    model: "MigrationModel"

    def __init__(self, model: Any, edge: int) -> None:
        super().__init__(model)
        self.edge = edge
        self.initial_capacity = float(model.market.smuggling_capacity[edge])
        self.stopped_at_first = min(float(model.levers["interception"][edge]), 0.95)

    @property
    def name(self) -> str:
        """Name of the edge."""
        return self.model.compiled_world.graph.edge_names[self.edge]

    @property
    def cost(self) -> float:
        """Cost of carrying one person, EUR: the baseline price less its margin; the switches make it answer the state.

        With `enforcement_price`, boats and drivers lost to interception are paid for; with `rescue_pull`, boats that need
        not reach the other coast are cheaper.
        """
        values, levers, edge = self.model.plan.values, self.model.levers, self.edge
        stopped = min(float(levers["interception"][edge]), 0.95)
        lost = ((1.0 - self.stopped_at_first) / (1.0 - stopped)) ** values["switch"]["enforcement_price"]
        rescued = values["switch"]["rescue_pull"] * values["cross"]["rescue_boats"] * float(levers["rescue"][edge])
        return float(float(levers["price"][edge]) / (1.0 + values["smuggler"]["margin"]) * lost * (1.0 - 0.5 * rescued))

    @property
    def price(self) -> float:
        """What a seat costs, EUR."""
        return float(self.model.market.price[self.edge])

    @property
    def smuggling_capacity(self) -> float:
        """Seats offered, persons a day."""
        return float(self.model.market.smuggling_capacity[self.edge])

    def trade(self) -> None:
        """Once a week: set the price by what was asked, and the seats by what was earned."""
        market, v = self.model.market, self.model.plan.values["smuggler"]
        pressure = min(float(market.pressure[self.edge]), v["max_scarcity_ratio"])
        cost = self.cost
        price = cost * (1.0 + v["margin"] * pressure ** v["scarcity"])
        profit = min(max(price / cost - 1.0 - v["margin"], -1.0), 2.0)
        pace = v["capacity_growth_rate"] * min(1.0, v["capital_cost_threshold"] / max(cost, 1.0))
        market.price[self.edge] = price
        market.smuggling_capacity[self.edge] = max(
            self.smuggling_capacity * np.exp(pace * 7.0 / 30.4 * profit),
            v["min_capacity_share"] * self.initial_capacity,
        )
