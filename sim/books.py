"""What is written down each month of prices and seats, of states and of institutions: three tidy tables."""

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .codes import ROUTES
from .levers import Agency

if TYPE_CHECKING:
    from .model import MigrationModel


class Books:
    """Monthly tables of one model."""

    def __init__(self) -> None:
        self._market: list[pd.DataFrame] = []
        self._states: list[pd.DataFrame] = []
        self._agencies: list[pd.DataFrame] = []

    def close(self, model: "MigrationModel", month: date) -> None:
        """Write down the month that ends."""
        self._market.append(_market(model, month))
        self._states.append(_states(model, month))
        self._agencies.append(_agencies(model, month))

    def market(self) -> pd.DataFrame:
        """Columns date, edge, route, price (EUR), seats (persons a day), blocked (believed share of asking in vain)."""
        return _joined(self._market)

    def states(self) -> pd.DataFrame:
        """Columns date, country, quantity, value."""
        return _joined(self._states)

    def agencies(self) -> pd.DataFrame:
        """Columns date, agency, quantity, value."""
        return _joined(self._agencies)


def _joined(frames: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _market(model: "MigrationModel", month: date) -> pd.DataFrame:
    scarce = np.flatnonzero(model.surroundings.scarce)
    names = model.surroundings.graph.edge_names
    return pd.DataFrame(
        {
            "date": month,
            "edge": [names[e] for e in scarce],
            "route": [ROUTES[model.surroundings.route[e]] for e in scarce],
            "price": model.market.price[scarce],
            "seats": model.market.seats[scarce],
            "blocked": model.market.blocked[scarce],
        }
    )


def _states(model: "MigrationModel", month: date) -> pd.DataFrame:
    polity, news, v = model.polity, model.published, model.plan.values["asylum"]
    work = np.maximum(model.levers["staff"] * v["caseworker_rate"] * v["working_days"] / 12.0, 1e-9)
    quantities: dict[str, Any] = {
        "backlog": polity.backlog,
        "wait_months": np.where(model.levers["staff"] > 0, polity.backlog / work, 0.0),
        "staff": model.levers["staff"],
        "opinion": polity.opinion,
        "restrictiveness": polity.restrictiveness + model.levers["restrictiveness"],
        "cooperation": polity.cooperation,
        "arrivals": news["irregular_arrivals"],
        "applications": news["applications"],
        "hosted": news["hosted"],
        "reception_use": polity.backlog / np.maximum(model.levers["reception"], 1.0),
        "welfare": polity.welfare,
        "spending": polity.spending,
        "population": news["population"],
        "income": news["income"],
        "unemployment": news["unemployment"],
        "livelihood_aid": model.levers["livelihood_aid"],
        "aid_offer": model.levers["aid_offer"],
    }
    return _tidy(month, "country", list(model.world.countries), quantities)


def _agencies(model: "MigrationModel", month: date) -> pd.DataFrame:
    services = model.services
    only = np.zeros(len(Agency))
    served = {name: only.copy() for name in ("coverage", "resettled", "assisted", "fee_cut", "monitoring")}
    served["coverage"][Agency.UNHCR] = services.coverage
    served["resettled"][Agency.UNHCR] = services.resettled
    served["assisted"][Agency.IOM] = float(services.assistance.mean())
    served["fee_cut"][Agency.ILO] = services.fair
    served["monitoring"][Agency.ILO] = float(model.levers["monitoring"])
    given = {"budget": services.budget, "tied": model.levers["earmarked"]}
    return _tidy(month, "agency", [agency.name for agency in Agency], {**given, **served})


def _tidy(month: date, axis: str, names: list[str], quantities: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "date": month,
            axis: pd.Categorical(names * len(quantities), categories=names),
            "quantity": pd.Categorical(np.repeat(list(quantities), len(names)), categories=list(quantities)),
            "value": np.concatenate([np.asarray(values, np.float64) for values in quantities.values()]),
        }
    )
