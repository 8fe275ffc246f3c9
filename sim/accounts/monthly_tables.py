"""What is written down each month of prices and seats, of states, of institutions, and of what policies cost: four tidy tables."""

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..base.codes import CORRIDORS, Status
from ..base.levers import Agency, Floats, Levers
from ..world.compiled_world import CompiledWorld

if TYPE_CHECKING:
    from ..engine.model import MigrationModel

Numbers = dict[str, Floats]
_Month = tuple[date, Numbers]

MARKET = ("price", "smuggling_capacity", "blocked")
NONE = np.empty(0)


class MonthlyTables:
    """Monthly tables of one model, kept as numbers until somebody asks.

    Parameters
    ----------
    surroundings
        The world: its countries, and its edges where seats are scarce.
    """

    def __init__(self, compiled_world: CompiledWorld) -> None:
        self._compiled_world = compiled_world
        self._scarce = np.flatnonzero(compiled_world.scarce)
        self._market: list[_Month] = []
        self._states: list[_Month] = []
        self._agencies: list[_Month] = []
        self._charged: dict[str, float] = {}
        self._costs: list[tuple[date, dict[str, float]]] = []

    def charge(self, model: "MigrationModel", levers: Levers) -> None:
        """Compute what policies cost in the month that opens: a twelfth of a year's for a whole month, a part of it by days.

        Parameters
        ----------
        levers
            The baseline that policies meet.
        """
        clock = model.plan.clock
        days = clock.rest_of_month(model.day)
        part = 1e6 / 12.0 * len(days) / clock.month_length(model.day)
        known = {**model.published, "cooperation": model.state_policy.cooperation}
        yearly = model.adjust.mean_costs(levers, days, known)
        self._charged = {name: float(cost * part) for name, cost in yearly.items() if cost}

    def close(self, model: "MigrationModel", month: date) -> None:
        """Write down the month that ends."""
        market = {name: getattr(model.market, name)[self._scarce] for name in MARKET}
        self._market.append((month, market))
        self._states.append((month, _states(model)))
        self._agencies.append((month, _agencies(model)))
        self._costs.append((month, self._charged))
        self._charged = {}

    def forget(self) -> None:
        """Leave the months so far out of the tables."""
        for months in (self._market, self._states, self._agencies, self._costs):
            months.clear()

    def market(self) -> pd.DataFrame:
        """Columns date, edge, route, price (EUR), seats (persons a day), blocked (believed share of asking in vain)."""
        s, months = self._compiled_world, len(self._market)
        return pd.DataFrame(
            {
                "date": np.repeat(_dates(self._market), len(self._scarce)),
                "edge": [s.graph.edge_names[e] for e in self._scarce] * months,
                "corridor": [CORRIDORS[s.edge_corridor[e]] for e in self._scarce] * months,
                **{name: np.concatenate([NONE, *(numbers[name] for _, numbers in self._market)]) for name in MARKET},
            }
        )

    def states(self) -> pd.DataFrame:
        """Columns date, country, quantity, value."""
        return _tidy(self._states, "country", list(self._compiled_world.world.countries))

    def agencies(self) -> pd.DataFrame:
        """Columns date, agency, quantity, value."""
        return _tidy(self._agencies, "agency", [agency.name for agency in Agency])

    def costs(self) -> pd.DataFrame:
        """Columns date, policy, value (EUR of the real world); months in which a policy costs nothing are left out."""
        rows = [(month, name, cost) for month, costs in self._costs for name, cost in sorted(costs.items())]
        frame = pd.DataFrame(rows, columns=["date", "policy", "value"])
        return frame.astype({"date": object, "policy": "category", "value": np.float64})


def _states(model: "MigrationModel") -> Numbers:
    state_policy, news, v = model.state_policy, model.published, model.plan.values["asylum"]
    backlog = news["backlog"]
    work = np.maximum(model.levers["staff"] * v["caseworker_rate"] * v["working_days"] / 12.0, 1e-9)
    quantities: Numbers = {
        "backlog": backlog,
        "wait_months": np.where(model.levers["staff"] > 0, backlog / work, 0.0),
        "staff": model.levers["staff"],
        "opinion": state_policy.opinion,
        "restrictiveness": state_policy.restrictiveness + model.levers["restrictiveness"],
        "cooperation": state_policy.cooperation,
        "arrivals": news["irregular_arrivals"],
        "applications": news["applications"],
        "hosted": news["hosted"],
        "reception_use": backlog / np.maximum(model.levers["reception"], 1.0),
        "welfare": state_policy.welfare,
        "spending": state_policy.spending,
        "population": news["population"],
        "income": news["income"],
        "wages": news["wages"],
        "unemployment": news["unemployment"],
        "livelihood_aid": model.levers["livelihood_aid"],
        "aid_offer": model.levers["aid_offer"],
        "aid_paid": model.levers["aid_offer"] * state_policy.cooperation,
        **state_policy.standings.published(),
        **(_at_home(model) if model.urbanisation.on else {}),
    }
    return {name: np.array(values, np.float64) for name, values in quantities.items()}


def _at_home(model: "MigrationModel") -> Numbers:
    """Those who have not begun to leave, those of them in towns, and who moved into one in the month; real people."""
    world, urbanisation = model.world, model.urbanisation
    at_home = model.census.table[:, Status.HOME]
    people = np.bincount(world.place_country, at_home, len(world.countries)) * model.weight
    return {"at_home": people, "townspeople": urbanisation.share * people, "into_towns": urbanisation.moved * people}


def _agencies(model: "MigrationModel") -> Numbers:
    services = model.services
    only = np.zeros(len(Agency))
    done = ("coverage", "resettled", "assisted", "return_capacity", "free_funds", "fee_cut", "monitoring")
    served = {name: only.copy() for name in done}
    served["coverage"][Agency.UNHCR] = services.coverage
    served["resettled"][Agency.UNHCR] = services.resettled
    served["assisted"][Agency.IOM] = float(services.assistance.mean())
    served["return_capacity"][Agency.IOM] = services.return_capacity
    served["free_funds"] = services.free_funds
    served["fee_cut"][Agency.ILO] = services.fair
    served["monitoring"][Agency.ILO] = float(model.levers["monitoring"])
    given = {"budget": services.budget, "tied": model.levers["earmarked"]}
    return {name: np.array(values, np.float64) for name, values in {**given, **served}.items()}


def _dates(months: list[_Month]) -> Any:
    return np.array([month for month, _ in months], object)


def _tidy(months: list[_Month], axis: str, names: list[str]) -> pd.DataFrame:
    """One row a month, quantity and name; every month has the same quantities."""
    quantities = list(months[0][1]) if months else []
    rows = len(names) * len(quantities)
    codes: Any = pd.Categorical.from_codes
    return pd.DataFrame(
        {
            "date": np.repeat(_dates(months), rows),
            axis: codes(np.tile(np.arange(len(names)), len(quantities) * len(months)), names),
            "quantity": codes(np.tile(np.repeat(np.arange(len(quantities)), len(names)), len(months)), quantities),
            "value": np.concatenate([NONE, *(values for _, month in months for values in month.values())]),
        }
    )
