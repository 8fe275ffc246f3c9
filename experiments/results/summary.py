"""What a run says in a page: numbers from its tables, beside recorded series where there are any. Reads tables only."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from mixflow.scenarios.world import World
from mixflow.sim.base.groups import APPLYING, AWAY

from .indicators import Tables, whole_of

LABORATORY = (
    "A counterfactual laboratory, not a forecast: compare runs that differ in one thing; no number here predicts."
)


def corridor_name(code: str, names: Mapping[str, str] | None = None) -> str:
    """A corridor in words: its name in the tables of its world, or its code in capitals where they are not at hand."""
    return (names or {}).get(code, code.replace("_", " ").title())


def summarised(
    flows: pd.DataFrame,
    stocks: pd.DataFrame,
    observed: pd.DataFrame,
    recorded: pd.DataFrame | None,
    span: pd.DatetimeIndex,
    world: World,
) -> dict[str, Any]:
    """Return the summary of a run as plain values, in persons of the real world.

    What is an indicator too is taken from there, so that it has one definition.

    Parameters
    ----------
    flows, stocks, observed
        The run's tables.
    recorded
        Recorded series in the columns of `observed`, or None.
    span
        The months of the run.
    world
        Its countries, their roles and its corridors.
    """
    tables = Tables({"flows": flows, "stocks": stocks}, span, world)
    events = flows.groupby("event", observed=True)["count"].sum()
    deaths = flows[flows["event"] == "death"]
    left = flows[flows["event"].isin(["departure", "displacement"])]
    end = stocks[stocks["date"] == stocks["date"].max()] if len(stocks) else stocks
    share = whole_of("irregular_share", tables)
    return {
        "note": LABORATORY,
        "corridors": dict(world.corridor_names),
        "events": {str(name): _whole(count) for name, count in events.items() if count},
        "departures": _whole(events.get("departure", 0)),
        "onward": _whole(events.get("onward", 0)),
        "displacements": _whole(events.get("displacement", 0)),
        "applications": _whole(whole_of("applications", tables)),
        "applications_by_year": applications_by_year(observed, recorded, span),
        "deaths": _whole(whole_of("deaths", tables)),
        "deaths_by_corridor": _largest(deaths, "corridor", 10),
        "top_origins": _largest(left, "origin", 10),
        "away_at_end": _whole(end.loc[are_away(end), "count"].sum()),
        "irregular_share": round(share, 4) if np.isfinite(share) else None,
        "detections": compared(observed, recorded, "detections", span, world.corridors[1:]),
        "recorded_deaths": compared(observed, recorded, "recorded_deaths", span, world.corridors[1:]),
        "stocks_at_end": _largest(end, "status", 99),
        "stocks_date": str(pd.Timestamp(end["date"].iloc[0]).date()) if len(end) else None,
    }


def _whole(value: Any) -> int:
    return round(float(value))


def _largest(frame: pd.DataFrame, column: str, many: int) -> dict[str, int]:
    if frame.empty:
        return {}
    sums = frame.groupby(column, observed=True)["count"].sum().sort_values(ascending=False, kind="stable")
    return {str(name): _whole(count) for name, count in sums.head(many).items() if count}


def are_away(stocks: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Which rows are of people who are alive and not at home: displaced, on the way, abroad, on another continent.

    Those who apply for a permit are away where they are hosted in another country.
    """
    abroad = stocks["country"].astype(str).to_numpy() != stocks["origin"].astype(str).to_numpy()
    away, applying = (stocks["status"].isin(names).to_numpy() for names in (AWAY, APPLYING))
    return np.asarray(away | (applying & abroad))


def by_month(frame: pd.DataFrame | None, series: str, route: str) -> "pd.Series[float]":
    """One series on one route by month, all nationalities and countries together."""
    if frame is None:
        return pd.Series(dtype=float)
    rows = frame[(frame["series"] == series) & (frame["corridor"] == route)]
    if rows.empty:
        return pd.Series(dtype=float)
    sums = rows["value"].astype(float).groupby(pd.to_datetime(rows["month"]).to_numpy()).sum()
    return sums.sort_index()


def compared(
    observed: pd.DataFrame, recorded: pd.DataFrame | None, series: str, span: pd.DatetimeIndex, corridors: Iterable[str]
) -> dict[str, dict[str, dict[str, int | None]]]:
    """By route and year, simulated and recorded where there is a record; a year counts the months the run covers."""
    out: dict[str, dict[str, dict[str, int | None]]] = {}
    routes = [
        route for route in corridors if len(by_month(observed, series, route)) or len(by_month(recorded, series, route))
    ]
    for route in routes:
        simulated = by_month(observed, series, route).reindex(span, fill_value=0.0)
        record = by_month(recorded, series, route).reindex(span)
        out[route] = {
            str(year): {
                "simulated": _whole(values.sum()),
                "recorded": None if record[values.index].isna().all() else _whole(record[values.index].sum()),
            }
            for year, values in simulated.groupby(span.year)
        }
    return out


def applications_by_year(
    observed: pd.DataFrame, recorded: pd.DataFrame | None, span: pd.DatetimeIndex
) -> dict[str, dict[str, int | None]]:
    """Registered applications by year of the modelled nationalities, beside the annual record where there is one."""
    simulated = observed[observed["series"] == "asylum_applications"]
    if simulated.empty:
        return {}
    by_year = simulated["value"].astype(float).groupby(pd.to_datetime(simulated["month"]).dt.year.to_numpy()).sum()
    record = pd.Series(dtype=float)
    if recorded is not None:
        rows = recorded[recorded["series"] == "asylum_applications_annual"]
        rows = rows[rows["nationality"].isin(simulated["nationality"].unique())]
        record = rows["value"].astype(float).groupby(pd.to_datetime(rows["month"]).dt.year.to_numpy()).sum()
    return {
        str(year): {
            "simulated": _whole(by_year.get(year, 0.0)),
            "recorded": _whole(record[year]) if year in record.index else None,
        }
        for year in sorted(set(span.year))
    }


def months(start: str, end: str) -> pd.DatetimeIndex:
    """The first of every month that a run from `start` to `end` touches."""
    return pd.date_range(pd.Timestamp(start).replace(day=1), pd.Timestamp(end), freq="MS")


def log_rmse(simulated: "pd.Series[float]", recorded: "pd.Series[float]") -> float | None:
    """Root mean square of ln(simulated + 1) - ln(recorded + 1) over the months that are recorded; None without any."""
    both = recorded.index.intersection(simulated.index)
    if not len(both):
        return None
    gap = np.log1p(simulated[both].to_numpy(float)) - np.log1p(recorded[both].to_numpy(float))
    return float(np.sqrt(np.mean(gap**2)))


def text(summary: Mapping[str, Any]) -> str:
    """Return the summary as a page of text, without the path of the results."""
    share, names = summary["irregular_share"], summary.get("corridors", {})
    lines = [
        "",
        summary["note"],
        "",
        f"departures             {summary['departures']:>13,}  from home",
        f"onward to destinations {summary['onward']:>13,}  of those displaced or hosted",
        f"displaced              {summary['displacements']:>13,}  inside their country",
        f"deaths on the way      {summary['deaths']:>13,}",
        f"asylum applications    {summary['applications']:>13,}",
        f"irregular share        {'none arrived' if share is None else f'{share:.1%}':>13}  of arrivals in destinations",
        "top origins            "
        + ", ".join(f"{name} {count:,}" for name, count in list(summary["top_origins"].items())[:6]),
    ]
    lines += _comparison("irregular detections", summary["detections"], names)
    if summary["applications_by_year"]:
        lines += _comparison(
            "asylum applications, registered", {"all countries": summary["applications_by_year"]}, names
        )
    lines += _comparison("recorded deaths", summary["recorded_deaths"], names)
    if summary["stocks_at_end"]:
        lines += ["", f"people by status, end of {summary['stocks_date'][:7]}"]
        lines += [f"  {name:<16}{count:>13,}" for name, count in summary["stocks_at_end"].items() if name != "home"]
    return "\n".join(lines) + "\n\n"


def _comparison(
    title: str, table: Mapping[str, Mapping[str, Mapping[str, int | None]]], names: Mapping[str, str]
) -> list[str]:
    if not table:
        return []
    years = sorted({year for values in table.values() for year in values})
    heads = [names.get(route, corridor_name(route))[:21] for route in table]
    lines = ["", f"{title}: simulated / recorded", "      " + "".join(f"{head:>23}" for head in heads)]
    for year in years:
        cells = []
        for values in table.values():
            recorded = values[year]["recorded"]
            cells.append(f"{values[year]['simulated']:,} / {'-' if recorded is None else format(recorded, ',')}")
        lines.append(f"  {year}" + "".join(f"{cell:>23}" for cell in cells))
    return lines
