"""What balances a run: wallets and debts by month, and who went from one country to another, with both ends."""

from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..base.codes import INFLOWS, RETURNS, Account, Event
from ..people.population import Population
from .ledger import AccountError, Flows, Ints

HELD = ("wallets", "debts")
"""What people hold and owe, EUR."""

LEAVING = (*RETURNS, Event.HOMECOMING)
"""Events in a country from which people go to their own."""

PLACED = (Event.TRANSFER_IN, Event.RELOCATION)
"""Events in a country to which a state takes applicants; `TRANSFER_OUT` is where they leave."""


class Holdings:
    """Wallets and debts by nationality at the end of each month, counted one by one and not taken from the accounts.

    Nobody has anything before the first month: what people bring into the world is an endowment of that month.

    Parameters
    ----------
    countries
        ISO3 codes, by index.
    """

    def __init__(self, countries: tuple[str, ...]) -> None:
        self.countries = countries
        self._now: Ints = np.zeros((len(HELD), len(countries)), np.int64)
        self._months: list[tuple[date, Ints, Ints]] = []

    def close(self, month: date, population: Population, moved: Ints) -> None:
        """End a month.

        Parameters
        ----------
        moved
            What the accounts say of the month, shape (accounts, countries).

        Raises
        ------
        AccountError
            When wallets or debts of a nationality have changed by another amount than the accounts say.
        """
        before, self._now = self._now, self._counted(population)
        paid_in = moved[list(INFLOWS)].sum(axis=0)
        paid_out = moved.sum(axis=0) - paid_in - moved[Account.WRITTEN_OFF]
        owed = moved[Account.CREDIT] - moved[Account.REPAYMENT] - moved[Account.WRITTEN_OFF]
        wrong = np.argwhere(self._now - before != np.stack([paid_in - paid_out, owed]))
        if len(wrong):
            what, country = wrong[0]
            raise AccountError(
                f"{month}: {HELD[what]} of {self.countries[country]} changed by another sum than the books say"
            )
        self._months.append((month, before, self._now))

    def forget(self) -> None:
        """Leave the months so far out of the table; what people have stays."""
        self._months.clear()

    def tidy(self, weight: float) -> pd.DataFrame:
        """Columns date, origin, quantity, opening, closing (EUR, real people's)."""
        shape = (0, len(HELD), len(self.countries))
        opening = np.stack([first for _, first, _ in self._months]) if self._months else np.zeros(shape, np.int64)
        closing = np.stack([last for _, _, last in self._months]) if self._months else np.zeros(shape, np.int64)
        month, what, origin = np.nonzero((opening != 0) | (closing != 0))
        codes: Any = pd.Categorical.from_codes
        return pd.DataFrame(
            {
                "date": np.array([date for date, _, _ in self._months], object)[month],
                "origin": codes(origin, list(self.countries)),
                "quantity": codes(what, list(HELD)),
                "opening": opening[month, what, origin] * weight,
                "closing": closing[month, what, origin] * weight,
            }
        )

    def _counted(self, population: Population) -> Ints:
        rows = population.rows
        origin = population["origin"][rows]
        sums = [np.bincount(origin, population[name][rows], len(self.countries)) for name in ("wealth", "debt")]
        return np.stack(sums).astype(np.int64)  # whole euros, whose sums stay far below 2**53


def movements(flows: Flows, start: npt.NDArray[Any], end: npt.NDArray[Any], weight: float) -> pd.DataFrame:
    """Who went from one country to another, by month, event and nationality, real people.

    Parameters
    ----------
    flows
        The run's events.
    start, end
        Country of both ends of each edge.
    weight
        Real people that one simulated person stands for.

    Returns
    -------
    DataFrame
        date, event, origin, from_country, to_country, count. Where a state moves an applicant, the end left and the end reached
        are two rows, each with the other end empty.
    """
    events = flows.of((Event.CROSSING, *LEAVING, Event.TRANSFER_OUT, *PLACED))
    event, country, edge = (events[name].to_numpy() for name in ("event", "country", "edge"))
    crossed, leaves = event == Event.CROSSING, np.isin(event, LEAVING)
    left = np.where(crossed, start[edge], np.where(np.isin(event, PLACED), -1, country))
    reached = np.where(
        crossed, end[edge], np.where(leaves, events["origin"], np.where(event == Event.TRANSFER_OUT, -1, country))
    )
    events = events.assign(from_country=left, to_country=reached)[left != reached]
    keys = ["date", "event", "origin", "from_country", "to_country"]
    sums = events.groupby(keys, sort=True)["count"].sum().reset_index()
    codes: Any = pd.Categorical.from_codes
    names = [*flows.countries, ""]

    def named(column: str) -> Any:
        return codes(sums[column].to_numpy() % len(names), names)

    return pd.DataFrame(
        {
            "date": sums["date"].to_numpy(object),
            "event": codes(sums["event"].to_numpy(), Event.labels()),
            **{column: named(column) for column in ("origin", "from_country", "to_country")},
            "count": sums["count"].to_numpy() * weight,
        }
    )
