"""Single numbers of a run that a stylised fact speaks of: shares, rates, waits. Pure functions of a run's tables."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pandas as pd

from mixflow.scenarios.world import World
from mixflow.sim.base.groups import NEIGHBOURS, SHELTERED

from ...results import indicators


class MeasuredTables(NamedTuple):
    """What is read of a run: see the how-to on results."""

    flows: pd.DataFrame
    stocks: pd.DataFrame
    observed: pd.DataFrame
    states: pd.DataFrame | None = None
    world: World | None = None


Measure = Callable[[MeasuredTables, pd.Timestamp, pd.Timestamp, Mapping[str, Any]], float]


def between(frame: pd.DataFrame, column: str, begin: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    """Rows of the months from `begin` to `end`."""
    when = pd.to_datetime(frame[column])
    return frame[(when >= begin) & (when <= end)]


def ratio(above: float, below: float) -> float:
    """A ratio, NaN where there is nothing below."""
    return float(above / below) if below > 0 else float("nan")


def return_rate(tables: MeasuredTables, begin: pd.Timestamp, end: pd.Timestamp, settings: Mapping[str, Any]) -> float:
    """Returns that statistics count over orders, of some nationalities (`origins`) or all; NaN without orders."""
    flows = between(tables.flows, "date", begin, end)
    seen = between(tables.observed, "month", begin, end)
    seen = seen[seen["series"] == "returns"]
    if "origins" in settings:
        flows = flows[flows["origin"].isin(settings["origins"])]
        seen = seen[seen["nationality"].isin(settings["origins"])]
    orders = flows.loc[flows["event"] == "return_order", "count"].sum()
    return ratio(float(seen["value"].sum()), float(orders))


def largest_share(tables: MeasuredTables, begin: pd.Timestamp, end: pd.Timestamp, settings: Mapping[str, Any]) -> float:
    """The share of asylum applications that the first `many` countries get."""
    rows = between(tables.observed, "month", begin, end)
    rows = rows[rows["series"] == "asylum_applications"]
    sums = rows.groupby("country", observed=True)["value"].sum().sort_values(ascending=False)
    return ratio(float(sums.head(int(settings.get("many", 5))).sum()), float(sums.sum()))


def deaths_per_thousand(
    tables: MeasuredTables, begin: pd.Timestamp, end: pd.Timestamp, settings: Mapping[str, Any]
) -> float:
    """Recorded deaths on a route per thousand of detected crossings and recorded deaths."""
    rows = between(tables.observed, "month", begin, end)
    rows = rows[rows["corridor"] == settings["corridor"]]
    sums = rows.groupby("series", observed=True)["value"].sum()
    dead, came = float(sums.get("recorded_deaths", 0.0)), float(sums.get("detections", 0.0))
    return ratio(1000.0 * dead, dead + came)


def displaced_with_hosts(
    tables: MeasuredTables, begin: pd.Timestamp, end: pd.Timestamp, settings: Mapping[str, Any]
) -> float:
    """Of those who look for or have protection abroad, the share with hosts, outside destinations, at the end of the last month."""
    rows = between(tables.stocks, "date", begin, end)
    rows = rows[rows["status"].isin(SHELTERED)]
    rows = rows[rows["date"] == rows["date"].max()] if len(rows) else rows
    outside = rows["status"].isin(NEIGHBOURS)
    return ratio(float(rows.loc[outside, "count"].sum()), float(rows["count"].sum()))


def irregular_share(
    tables: MeasuredTables, begin: pd.Timestamp, end: pd.Timestamp, settings: Mapping[str, Any]
) -> float:
    """The indicator of this name, from `begin` to `end`; NaN without a world that says which countries are destinations."""
    if tables.world is None:
        return float("nan")
    span = pd.date_range(begin.replace(day=1), end, freq="MS")
    return indicators.whole_of("irregular_share", indicators.Tables({"flows": tables.flows}, span, tables.world))


def departures_a_year(
    tables: MeasuredTables, begin: pd.Timestamp, end: pd.Timestamp, settings: Mapping[str, Any]
) -> float:
    """People a year who leave home by a `channel`, or by one of several."""
    flows = between(tables.flows, "date", begin, end)
    by = settings["channel"]
    left = flows[(flows["event"] == "departure") & flows["channel"].isin([by] if isinstance(by, str) else by)]
    return float(left["count"].sum()) / max((end - begin).days / 365.25, 1e-9)


MEASURES: Mapping[str, Measure] = {
    "departures_a_year": departures_a_year,
    "return_rate": return_rate,
    "largest_share": largest_share,
    "deaths_per_thousand": deaths_per_thousand,
    "displaced_with_hosts": displaced_with_hosts,
    "irregular_share": irregular_share,
}
