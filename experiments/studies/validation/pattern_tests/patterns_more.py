"""The patterns T8 to T14, and all of them by name."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from mixflow.scenarios.mediterranean.region import EUROPE

from . import worlds as w
from .finding import PatternFinding
from .metrics import count, crossings, log_ratio, months, state
from .patterns import INF, Experiment, t1, t2, t3, t4, t5, t6, t7
from .run_tables import RunTables
from .runner import PatternRunner

BUSY = ("DEU", "SWE", "HUN", "ITA", "FRA", "AUT")


def t8(lab: PatternRunner) -> list[PatternFinding]:
    """Deaths per arrival rise as interception rises."""

    def dying(seen: RunTables, routes: tuple[str, ...]) -> float:
        arrived = crossings(seen, "2014-01", "2015-12", routes)
        dead = count(seen, ("death",), "2014-01", "2015-12", routes)
        return dead / arrived if arrived > 0 else float("nan")

    def change(more: RunTables, usual: RunTables) -> float:
        return log_ratio(dying(more, ("central_mediterranean",)), dying(usual, ("central_mediterranean",)))

    return [
        PatternFinding(
            "T8",
            "deaths per arrival, Central route, a fifth more stopped (log)",
            0.01,
            INF,
            lab.pairs(change, w.GUARDED),
            "pattern: above 0",
        )
    ]


def t9(lab: PatternRunner) -> list[PatternFinding]:
    """Without sharing few states carry most."""

    def first_five(seen: RunTables) -> float:
        rows = months(seen.observed, "2015-01", "2015-12", "month")
        sums = rows[rows["series"] == "asylum_applications"].groupby("country", observed=True)["value"].sum()
        return float(sums.nlargest(5).sum() / sums.sum()) if sums.sum() > 0 else float("nan")

    def moved(seen: RunTables) -> float:
        return count(seen, ("relocation",), "2014-01", "2015-12") / 160_000.0

    def idle(seen: RunTables) -> float:
        rows = months(seen.flows, "2014-01", "2015-12")
        rows = rows[(rows["event"] == "relocation") & (rows["count"] > 0)]
        return float(len(EUROPE) - 2 - rows["country"].astype(str).nunique())

    note = "the policy voluntary_relocation, 80,000 places a year for two years; who complies is the policy's own draw"
    return [
        PatternFinding(
            "T9", "first five states' share of applications, 2015", 0.7, 0.8, lab.each(first_five), "Eurostat: .75"
        ),
        PatternFinding(
            "T9",
            "voluntary relocation, share of what was agreed",
            0.0,
            0.34,
            lab.each(moved, w.RELOCATED),
            "pattern: a third or less",
            note,
        ),
        PatternFinding(
            "T9", "states that take nobody", 2.0, 27.0, lab.each(idle, w.RELOCATED), "pattern: several", note
        ),
    ]


def t10(lab: PatternRunner) -> list[PatternFinding]:
    """Return rates are bimodal by nationality."""

    def rate(seen: RunTables, origins: tuple[str, ...]) -> float:
        orders = count(seen, ("return_order",), "2014-01", "2015-12", origins=origins)
        rows = months(seen.observed, "2014-01", "2015-12", "month")
        back = rows.loc[(rows["series"] == "returns") & rows["nationality"].isin(origins), "value"].sum()
        return float(back) / orders if orders > 0 else float("nan")

    def gap(seen: RunTables) -> float:
        return rate(seen, ("ALB", "XKX", "SRB", "MKD")) - rate(seen, ("MLI", "ERI", "SOM", "GIN", "SDN", "AFG"))

    note = "readmission by nationality is an input of the model, from the record; orders of 2014 and 2015"
    return [
        PatternFinding(
            "T10",
            "return rate, Western Balkans less six others",
            0.5,
            0.95,
            lab.each(gap),
            "Eurostat: about .9 or about .1; .7 to .9 between extremes",
            note,
        )
    ]


def t11(lab: PatternRunner) -> list[PatternFinding]:
    """Waiting follows backlog and staff."""

    def longer(more: RunTables, usual: RunTables) -> float:
        return log_ratio(*(state(s, "wait_months", "2014-06", "2015-12", BUSY) for s in (more, usual)))

    def follows(seen: RunTables) -> float:
        return log_ratio(
            state(seen, "backlog", "2015-07", "2015-12", BUSY) / state(seen, "backlog", "2012-01", "2012-12", BUSY),
            state(seen, "staff", "2015-07", "2015-12", BUSY) / state(seen, "staff", "2012-01", "2012-12", BUSY),
        ) / log_ratio(
            state(seen, "wait_months", "2015-07", "2015-12", BUSY),
            state(seen, "wait_months", "2012-01", "2012-12", BUSY),
        )

    return [
        PatternFinding(
            "T11", "wait with half the staff (log)", 0.3, INF, lab.pairs(longer, w.HALF_STAFF), "pattern: not constant"
        ),
        PatternFinding(
            "T11",
            "change of backlog over staff, to change of wait, 2012 to 2015",
            0.5,
            2.0,
            lab.each(follows),
            "pattern: follows both",
        ),
    ]


def t12(lab: PatternRunner) -> list[PatternFinding]:
    """Conditions at home drive return."""

    def homeward(a: RunTables, b: RunTables) -> float:
        return float(np.expm1(log_ratio(*(count(s, ("homecoming",), "2014-01", "2015-12") for s in (a, b)))))

    return [
        PatternFinding(
            "T12",
            "homecomings, homes safer by one unit of stability",
            0.01,
            INF,
            lab.pairs(homeward, w.SAFER),
            "Beaman, Onder and Onder 2021: more; .06 a standard deviation",
        ),
        PatternFinding(
            "T12",
            "homecomings, no right to work where hosted",
            -0.05,
            0.05,
            lab.pairs(homeward, w.MISERY),
            "Alrababah et al. 2023: little",
        ),
    ]


def t13(lab: PatternRunner) -> list[PatternFinding]:
    """True information can raise or lower."""

    def leaving(a: RunTables, b: RunTables) -> float:
        """For Europe, from home or from a host country."""
        ways = ("departure", "onward")
        return log_ratio(*(count(s, ways, "2014-03", "2015-12", channels=("irregular", "asylum")) for s in (a, b)))

    note = "switch information on, which is contested"
    return [
        PatternFinding(
            "T13",
            "departures when told, risk over-estimated and odds not (log)",
            0.0,
            INF,
            lab.pairs(leaving, w.TOLD_RISK_ONLY, w.ODDS_RIGHT),
            "Bah and Batista: risk told raises",
            note,
        ),
        PatternFinding(
            "T13",
            "departures when told, odds over-estimated, risk hardly (log)",
            -INF,
            0.0,
            lab.pairs(leaving, w.TOLD_ODDS_ONLY, w.ODDS_WRONG),
            "Bah and Batista: odds told lower",
            note,
        ),
    ]


def t14(lab: PatternRunner) -> list[PatternFinding]:
    """Transit and contact move opinion in opposite directions."""

    def slope(which: str) -> Callable[[RunTables], float]:
        def measure(seen: RunTables) -> float:
            if seen.states.empty:
                return float("nan")
            table = months(seen.states, "2009-01", "2015-12").pivot_table(
                index=["country", "date"], columns="quantity", values="value", observed=True
            )
            if not {"opinion", "arrivals"} <= set(table.columns):
                return float("nan")
            table = table.assign(passing=table["arrivals"], staying=_settled(seen).reindex(table.index, fill_value=0.0))
            change = table["opinion"].groupby(level="country", observed=True).diff()
            take = change.notna()
            x = np.column_stack([table.loc[take, "passing"], table.loc[take, "staying"], np.ones(int(take.sum()))])
            scale = x.std(axis=0, where=True)
            scale[scale == 0] = 1.0
            fit = np.linalg.lstsq(x / scale, change[take].to_numpy(), rcond=None)[0]
            return float(fit[0 if which == "passing" else 1])

        return measure

    return [
        PatternFinding(
            "T14",
            "opinion on people passing (hostility)",
            0.0,
            INF,
            lab.each(slope("passing")),
            "Steinmayr 2021: +",
            "signs are built in",
        ),
        PatternFinding(
            "T14",
            "opinion on people settling (hostility)",
            -INF,
            0.0,
            lab.each(slope("staying")),
            "Steinmayr 2021: -",
            "signs are built in",
        ),
    ]


def _settled(seen: RunTables) -> "pd.Series[float]":
    """People protected or admitted, by country and month."""
    rows = seen.flows[seen.flows["event"].isin(("protection", "permit"))]
    if "country" not in rows:
        return pd.Series(dtype=float, index=pd.MultiIndex.from_arrays([[], []], names=["country", "date"]))
    return rows.assign(date=pd.to_datetime(rows["date"])).groupby(["country", "date"], observed=True)["count"].sum()


EXPERIMENTS: Mapping[str, Experiment] = {
    "T1": t1,
    "T2": t2,
    "T3": t3,
    "T4": t4,
    "T5": t5,
    "T6": t6,
    "T7": t7,
    "T8": t8,
    "T9": t9,
    "T10": t10,
    "T11": t11,
    "T12": t12,
    "T13": t13,
    "T14": t14,
}
