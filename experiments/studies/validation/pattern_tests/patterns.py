"""The patterns, the band of each number, and the experiment that measures it: T1 to T7. T8 to T14 stand in `patterns_more`."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from mixflow.scenarios.schema import ELSEWHERE
from mixflow.scenarios.tables import read_tables, tables_folder
from mixflow.sim.base.groups import IRREGULAR_CHANNELS, PERMIT_CHANNELS

from . import worlds as w
from .finding import PatternFinding
from .metrics import count, crossings, log_ratio, price, stock
from .run_tables import RunTables
from .runner import BASELINE, PatternRunner, PatternWorld

INF = float("inf")
SEA_CORRIDORS = ("central_mediterranean", "eastern_mediterranean", "western_mediterranean", "western_africa")

Experiment = Callable[[PatternRunner], list[PatternFinding]]


def diverted(shut: str) -> Callable[[RunTables, RunTables], float]:
    """Of the crossings that a closed route lost in a year, the share that others gained; Balkan ones repeat others."""
    others = [route for route in SEA_CORRIDORS if route != shut]

    def measure(closed: RunTables, usual: RunTables) -> float:
        def year(seen: RunTables, routes: list[str]) -> float:
            return crossings(seen, "2015-01", "2015-12", routes)

        lost = year(usual, [shut]) - year(closed, [shut])
        return (year(closed, others) - year(usual, others)) / lost if lost > 0 else float("nan")

    return measure


def t1(lab: PatternRunner) -> list[PatternFinding]:
    """Closing a route diverts a part of its flow."""
    east = lab.pairs(diverted("eastern_mediterranean"), w.EASTERN_SHUT)
    central = lab.pairs(diverted("central_mediterranean"), w.CENTRAL_SHUT)
    gap = tuple(abs(a - b) for a, b in zip(east, central, strict=True))

    def syrians(seen: RunTables) -> float:
        before, after = (
            crossings(seen, f"{y}-01", f"{y}-12", ["central_mediterranean"], ["SYR"]) for y in (2014, 2015)
        )
        return after / before if before > 0 else float("nan")

    source = "pattern: a part, neither none nor all"
    return [
        PatternFinding("T1", "share diverted, Eastern Mediterranean shut", 0.02, 0.95, east, source),
        PatternFinding("T1", "share diverted, Central Mediterranean shut", 0.02, 0.95, central, source),
        PatternFinding("T1", "difference of the two shares", 0.02, INF, gap, "pattern: not one share everywhere"),
        PatternFinding("T1", "Syrians on the Central route, 2015 over 2014", 0.1, 0.35, lab.each(syrians), "Frontex"),
    ]


def t2(lab: PatternRunner) -> list[PatternFinding]:
    """An announced closure first raises the flow, then cuts it."""

    def relative(begin: str, end: str) -> Callable[[RunTables, RunTables], float]:
        def measure(closed: RunTables, usual: RunTables) -> float:
            before = crossings(usual, begin, end, ["eastern_mediterranean"])
            return crossings(closed, begin, end, ["eastern_mediterranean"]) / before if before > 0 else float("nan")

        return measure

    return [
        PatternFinding(
            "T2",
            "flow in the two months of notice, over that without",
            1.02,
            INF,
            lab.pairs(relative("2015-05", "2015-06"), w.ANNOUNCED),
            "pattern: a rise first",
        ),
        PatternFinding(
            "T2",
            "flow in the second month after closure",
            0.0,
            0.5,
            lab.pairs(relative("2015-08", "2015-08"), w.ANNOUNCED),
            "pattern: cut within about a month",
        ),
    ]


def elasticity(begin: str = "2014-11", end: str = "2015-12") -> Callable[[RunTables, RunTables], float]:
    """Of irregular crossings to permits, from ten months after the change on."""

    def measure(more: RunTables, usual: RunTables) -> float:
        irregular = log_ratio(*(crossings(s, begin, end, SEA_CORRIDORS) for s in (more, usual)))
        lawful = log_ratio(*(count(s, ("permit",), begin, end) for s in (more, usual)))
        return irregular / lawful if abs(lawful) > 0.02 else float("nan")

    return measure


def t3(lab: PatternRunner) -> list[PatternFinding]:
    """More legal pathways lower irregular flows modestly, with conditions."""
    alone = lab.pairs(elasticity(), w.PATHWAYS)
    paired = lab.pairs(elasticity(), w.PATHWAYS_GUARDED, BASELINE)
    fenced = lab.pairs(
        lambda a, b: log_ratio(*(crossings(s, "2014-11", "2015-12", SEA_CORRIDORS) for s in (a, b))),
        w.PATHWAYS_GUARDED,
        w.GUARDED,
    )
    unfenced = lab.pairs(
        lambda a, b: log_ratio(*(crossings(s, "2014-11", "2015-12", SEA_CORRIDORS) for s in (a, b))), w.PATHWAYS
    )

    def substitution(more: RunTables, usual: RunTables) -> float:
        places = count(more, ("permit",), "2014-01", "2015-12", origins=["UKR"]) - count(
            usual, ("permit",), "2014-01", "2015-12", origins=["UKR"]
        )
        fewer = crossings(usual, "2014-01", "2015-12", SEA_CORRIDORS) - crossings(
            more, "2014-01", "2015-12", SEA_CORRIDORS
        )
        return fewer / places if places > 0 else float("nan")

    gain = tuple(a - b for a, b in zip(fenced, unfenced, strict=True))
    clemens = "Clemens 2024: -.3 after ten months; interval assumed"
    return [
        PatternFinding(
            "T3",
            "elasticity to permits, with enforcement",
            -0.45,
            -0.15,
            paired,
            clemens,
            "enforcement and pathways together",
        ),
        PatternFinding(
            "T3", "elasticity to permits, pathways alone", -1.0, 0.0, alone, "pattern: modest, never beyond -1"
        ),
        PatternFinding(
            "T3",
            "effect of pathways under enforcement, less that without",
            -INF,
            0.0,
            gain,
            "pattern: mostly when paired",
        ),
        PatternFinding(
            "T3",
            "fewer crossings a permit to people who would not cross",
            -0.05,
            0.05,
            lab.pairs(substitution, w.ELSEWHERE),
            "pattern: no substitution",
        ),
    ]


def t4(lab: PatternRunner) -> list[PatternFinding]:
    """Refusals push people to irregularity."""

    def refused(seen: RunTables) -> float:
        decided = count(seen, ("decision",), "2014-01", "2015-12")
        return 1.0 - count(seen, ("protection",), "2014-01", "2015-12") / decided if decided > 0 else float("nan")

    def to_rejections(number: Callable[[RunTables], float]) -> Callable[[RunTables, RunTables], float]:
        def measure(less: RunTables, usual: RunTables) -> float:
            odds = log_ratio(refused(less), refused(usual))
            return log_ratio(number(less), number(usual)) / odds if abs(odds) > 0.02 else float("nan")

        return measure

    def entries(seen: RunTables) -> float:
        return count(seen, ("arrival",), "2014-01", "2015-12", channels=["irregular"])

    def without_papers(seen: RunTables) -> float:
        return float(stock(seen, "2015-12", ("irregular", "rejected", "return_ordered"))["count"].sum())

    def visa_refusals(seen: RunTables) -> float:
        asked = count(seen, ("visa_application",), "2014-01", "2015-12")
        return count(seen, ("visa_refusal",), "2014-01", "2015-12") / asked if asked > 0 else float("nan")

    def visas(less: RunTables, usual: RunTables) -> float:
        entries = log_ratio(*(crossings(s, "2014-01", "2015-12", SEA_CORRIDORS) for s in (less, usual)))
        rate = log_ratio(visa_refusals(less), visa_refusals(usual))
        return entries / rate if abs(rate) > 0.02 else float("nan")

    source = "Czaika and Hobolth 2016"
    entering = lab.pairs(to_rejections(entries), w.REFUSING)
    staying = lab.pairs(to_rejections(without_papers), w.REFUSING)
    note = "the study's abstract has the number of irregular migrants; the specification has entries"
    return [
        PatternFinding("T4", "irregular migrants to asylum rejections", 0.2, 0.4, staying, source, note),
        PatternFinding("T4", "irregular entries to asylum rejections", 0.2, 0.4, entering, source, note),
        PatternFinding("T4", "irregular entries to visa refusals", 0.4, 0.7, lab.pairs(visas, w.VISAS_REFUSED), source),
    ]


def t5(lab: PatternRunner) -> list[PatternFinding]:
    """Hunting smugglers raises the price; blocking demand lowers it."""

    def dearer(route: str) -> Callable[[RunTables, RunTables], float]:
        return lambda a, b: price(a, "2014-07", "2015-12", route) / price(b, "2014-07", "2015-12", route) - 1.0

    def fewer(a: RunTables, b: RunTables) -> float:
        return float(np.expm1(log_ratio(*(crossings(s, "2014-07", "2015-12", SEA_CORRIDORS) for s in (a, b)))))

    gathmann = "Gathmann 2008, tripled enforcement"
    note = "switch enforcement_price on, which is contested"
    return [
        PatternFinding(
            "T5",
            "price, Central route, interception tripled",
            0.1,
            0.3,
            lab.pairs(dearer("central_mediterranean"), w.HUNTED, w.SWITCHED),
            gathmann,
            note,
        ),
        PatternFinding(
            "T5",
            "price, Central route, less demand",
            -INF,
            0.0,
            lab.pairs(dearer("central_mediterranean"), w.LESS_WANTED),
            "pattern: falls",
        ),
        PatternFinding(
            "T5",
            "price, Eastern route, less demand",
            -INF,
            0.0,
            lab.pairs(dearer("eastern_mediterranean"), w.LESS_WANTED),
            "pattern: falls",
        ),
        PatternFinding(
            "T5", "crossings, interception tripled", -0.2, 0.0, lab.pairs(fewer, w.HUNTED, w.SWITCHED), gathmann, note
        ),
    ]


def t6(lab: PatternRunner) -> list[PatternFinding]:
    """Emigration rises with income up to a point, then falls."""

    def left(seen: RunTables) -> float:
        far = (*IRREGULAR_CHANNELS, *PERMIT_CHANNELS, "elsewhere", "overstay")
        return count(seen, ("departure",), "2009-01", "2015-12", needs=("none",), channels=far)

    ladder: dict[float, PatternWorld] = {**dict(zip((0.25, 0.5, 2.0, 4.0, 8.0), w.INCOMES, strict=True)), 1.0: BASELINE}
    curves = np.array([lab.each(left, ladder[factor]) for factor in w.FACTORS])
    top = curves.argmax(axis=0)
    inside = tuple(float(0 < k < len(w.FACTORS) - 1) for k in top)
    rise = tuple(np.log((curves.max(axis=0) + 1) / (curves[0] + 1)))
    fall = tuple(np.log((curves[-1] + 1) / (curves.max(axis=0) + 1)))
    says = " ".join(f"{f:g}x: {v:.2f}" for f, v in zip(w.FACTORS, curves.mean(axis=1) / curves[2].mean(), strict=True))
    return [
        PatternFinding("T6", "rise from a quarter of incomes to the top (log)", 0.05, INF, rise, "pattern", says),
        PatternFinding("T6", "fall from the top to eight times incomes (log)", -INF, -0.05, fall, "pattern", says),
        PatternFinding("T6", "share of runs with the top inside", 0.95, 1.0, inside, "pattern", says),
    ]


@cache
def regions() -> dict[str, str]:
    """UNSD region of each country."""
    from importlib import resources

    table = pd.read_csv(Path(str(resources.files("mixflow.scenarios"))) / "countries.csv", keep_default_na=False)
    return dict(zip(table["iso3"], table["region"], strict=True))


def near_elsewhere(folder: Path) -> dict[str, float]:
    """Of compatriots off the map, the share in the region of origin in the last year told, by nationality.

    Parameters
    ----------
    folder
        Where the tables of the world are.
    """
    _, in_region = ELSEWHERE
    table = pd.DataFrame(read_tables(folder, ("diaspora",))["diaspora"])
    table = table[table["residence"].isin(ELSEWHERE) & (table["year"] == table["year"].max())]
    total = table.groupby("origin")["value"].sum()
    within = table[table["residence"] == in_region].groupby("origin")["value"].sum()
    return dict(within.reindex(total.index, fill_value=0.0) / total)


def near(
    statuses: tuple[str, ...], month: str, needs: tuple[str, ...] | None, elsewhere: Mapping[str, float]
) -> Callable[[RunTables], float]:
    """Of people in some statuses abroad, the share within the region that they come from.

    Of people off the map as many live in their region as of their compatriots there: `elsewhere`, from `near_elsewhere`.
    """

    def measure(seen: RunTables) -> float:
        rows = stock(seen, month, statuses)
        gone = rows["status"].astype(str) == "elsewhere"
        rows = rows[gone | (rows["country"].astype(str) != rows["origin"].astype(str))]
        if needs is not None and "need" in rows:
            rows = rows[rows["need"].isin(needs)]
        gone = gone[rows.index]
        region = regions()
        home, here = (rows[c].astype(str).map(lambda code: region.get(code, "")) for c in ("origin", "country"))
        beyond = rows["origin"].astype(str).map(dict(elsewhere)).fillna(0.0)
        stayed = np.where(gone, beyond, home == here)
        total = float(rows["count"].sum())
        return float((rows["count"] * stayed).sum()) / total if total > 0 else float("nan")

    return measure


def t7(lab: PatternRunner) -> list[PatternFinding]:
    """Most people stay near."""
    elsewhere = near_elsewhere(tables_folder(lab.config))
    refugees = lab.each(near(("hosted", "camp", "protected"), "2014-12", None, elsewhere))
    migrants = lab.each(near(("hosted", "irregular", "regular", "elsewhere"), "2014-12", ("none",), elsewhere))
    return [
        PatternFinding(
            "T7",
            "refugees in their region, end of 2014",
            0.805,
            0.905,
            refugees,
            "UNHCR: .84 to .87; pattern: within .05",
        ),
        PatternFinding(
            "T7",
            "migrants in their region, end of 2014",
            0.61,
            0.71,
            migrants,
            "UN DESA: .66; pattern: within .05",
            "those who moved since 2009; of those off the map, as many are in their region as of their compatriots there (UN DESA)",
        ),
    ]
