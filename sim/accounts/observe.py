"""From true flows to what would have been recorded. True flows are never compared with official statistics directly.

Detections count crossings, not people: one person on two routes is counted twice. Recorded deaths are a share of all deaths.
Registrations of asylum claims lag behind claims. A person who needed protection and goes home is taken to be counted as returned.
"""

from typing import Any

import numpy as np
import pandas as pd

from ..base.codes import RETURNS, Event, LegalStatus, Mode, Need
from ..base.params import Values
from .ledger import Flows

PROTECTABLE = (Need.SUBSIDIARY, Need.CONVENTION)
COLUMNS = ["month", "series", "corridor", "country", "nationality", "value"]


def observed(
    flows: Flows, mode: "np.ndarray[tuple[int], np.dtype[np.uint8]]", values: Values, weight: float
) -> pd.DataFrame:
    """What the observation model says would have been recorded, as tidy rows.

    Parameters
    ----------
    flows
        The run's events.
    mode
        Mode of each edge.
    values
        Parameters by group and name; the group `observe` is read.
    weight
        Real people that one simulated person stands for.

    Returns
    -------
    DataFrame
        month (first of it), series, route, country, nationality, value (real people, expected).
    """
    seen = values["observe"]
    events = flows.frame()
    events["value"] = events["count"] * weight
    countries = np.array(flows.countries, dtype=object)
    edge = events["edge"].to_numpy()
    on_edge = edge >= 0
    events["nationality"] = countries[events["origin"]]
    events["country"] = np.where(events["country"] >= 0, countries[events["country"]], "")
    events["corridor"] = np.where(on_edge, np.array(flows.corridors, dtype=object)[flows.edge_corridor[edge]], "")
    events["sea"] = on_edge & (mode[edge] == Mode.SEA)
    routed = events[events["corridor"] != ""]
    crossings = routed[routed["event"] == Event.CROSSING]
    share = np.where(crossings["sea"], seen["detected_sea"], seen["detected_land"])
    applications = events[events["event"] == Event.APPLICATION]
    applications = applications.assign(date=_later(applications["date"], round(seen["registration_lag"])))
    homecomings = events[(events["event"] == Event.HOMECOMING) & events["need"].isin(PROTECTABLE)]
    ordered = events["label"] == LegalStatus.REFUSED
    tables = [
        _sum("detections", crossings.assign(value=crossings["value"] * share, country=""), "corridor"),
        _sum(
            "recorded_deaths",
            routed[routed["event"] == Event.DEATH].assign(country=""),
            "corridor",
            seen["recorded_deaths"],
        ),
        _sum("sea_arrivals", crossings[crossings["sea"]].assign(corridor="", nationality=""), "country"),
        _sum("asylum_applications", applications, "country"),
        _sum("return_orders", events[events["event"] == Event.RETURN_ORDER], "country"),
        _sum("returns", events[ordered & events["event"].isin(RETURNS)], "country"),
        _sum("refugee_returns", homecomings[homecomings["country"] != homecomings["nationality"]], "country"),
        _sum("displaced_returns", homecomings[homecomings["country"] == homecomings["nationality"]], "country"),
    ]
    return pd.concat(tables, ignore_index=True)[COLUMNS]


def _sum(series: str, rows: pd.DataFrame, by: str, share: float = 1.0) -> pd.DataFrame:
    total = rows.groupby(["date", by, "nationality"], sort=True)["value"].sum().reset_index()
    total["value"] *= share
    total = total.rename(columns={"date": "month"}).assign(series=series)
    for column in ("corridor", "country"):
        if column not in total:
            total[column] = ""
    return total


def _later(dates: Any, months: int) -> Any:
    moved = pd.to_datetime(dates) + pd.DateOffset(months=months)
    return pd.Series(moved.dt.date, index=dates.index)
