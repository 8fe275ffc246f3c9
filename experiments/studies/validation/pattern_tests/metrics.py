"""Numbers that experiments read off what was seen of a run. Pure functions."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from .run_tables import RunTables


def months(frame: pd.DataFrame, begin: str, end: str, column: str = "date") -> pd.DataFrame:
    """Rows from a month to a month, both included, as YYYY-MM."""
    when = pd.to_datetime(frame[column])
    return frame[(when >= pd.Timestamp(begin)) & (when <= pd.Timestamp(end))]


def count(
    seen: RunTables,
    events: Sequence[str],
    begin: str,
    end: str,
    routes: Sequence[str] | None = None,
    origins: Sequence[str] | None = None,
    needs: Sequence[str] | None = None,
    channels: Sequence[str] | None = None,
) -> float:
    """People who met with events between two months, by any of several columns."""
    rows = months(seen.flows, begin, end)
    rows = rows[rows["event"].isin(list(events))]
    for column, values in (("corridor", routes), ("origin", origins), ("need", needs), ("channel", channels)):
        if values is not None:
            rows = rows[rows[column].isin(list(values))]
    return float(rows["count"].sum())


def crossings(
    seen: RunTables, begin: str, end: str, routes: Sequence[str], origins: Sequence[str] | None = None
) -> float:
    """Irregular crossings on routes."""
    return count(seen, ("crossing",), begin, end, routes, origins)


def log_ratio(above: float, below: float) -> float:
    """A difference of logarithms; NaN where there was nobody."""
    return float(np.log(above / below)) if above > 0 and below > 0 else float("nan")


def price(seen: RunTables, begin: str, end: str, route: str) -> float:
    """Mean asked for a seat on a route, edges weighed by their seats."""
    if seen.market.empty:
        return float("nan")
    rows = months(seen.market, begin, end)
    rows = rows[(rows["corridor"] == route) & (rows["smuggling_capacity"] > 0)]
    return float(np.average(rows["price"], weights=rows["smuggling_capacity"])) if len(rows) else float("nan")


def state(seen: RunTables, quantity: str, begin: str, end: str, countries: Sequence[str] | None = None) -> float:
    """Mean of a quantity of states over months, summed over countries."""
    if seen.states.empty:
        return float("nan")
    rows = months(seen.states, begin, end)
    rows = rows[rows["quantity"] == quantity]
    if countries is not None:
        rows = rows[rows["country"].isin(list(countries))]
    return float(rows.groupby("date", observed=True)["value"].sum().mean()) if len(rows) else float("nan")


def stock(seen: RunTables, month: str, statuses: Sequence[str]) -> pd.DataFrame:
    """Stocks at the end of a month in some statuses."""
    rows = months(seen.stocks, month, month)
    return rows[rows["status"].isin(list(statuses))]
