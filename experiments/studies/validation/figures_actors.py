"""Figures of markets, asylum offices, and of need, channel and label, over several runs of one world. Reads tables only."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Curve
from matplotlib.ticker import FuncFormatter

from mixflow.sim.base.groups import RESIDENT

from ...results.figures import INK, QUIET, short
from ...results.summary import LABORATORY
from .figures import bare, named, save

if TYPE_CHECKING:
    from .pattern_tests.run_tables import RunTables

Floats = npt.NDArray[np.float64]

NEED_COLOURS: Mapping[str, str] = {
    "convention": "#0072B2",
    "subsidiary": "#56B4E9",
    "survival": "#E69F00",
    "none": "#999999",
}
STAGES = ("need", "channel", "label")


def actor_figures(folder: Path, seen: "Sequence[RunTables]", destinations: Sequence[str]) -> None:
    """Draw price and seats, asylum backlog and wait, and the alluvial, where the runs have the tables for them."""
    if all(len(one.market) for one in seen):
        save(market(seen), folder / "price_and_seats.png")
    if all(len(one.states) for one in seen):
        save(asylum(seen), folder / "asylum.png")
    if all({"need", "channel", "label"} <= set(one.stocks.columns) for one in seen):
        save(alluvial(seen, destinations), folder / "need_channel_label.png")


def _spread(axes: Axes, tables: "Sequence[pd.Series[float]]", colour: str, label: str) -> None:
    wide = pd.concat(tables, axis=1).sort_index()
    if wide.empty:
        return
    values = wide.to_numpy(float)
    low, high = np.nanquantile(values, [0.1, 0.9], axis=1)
    axes.fill_between(wide.index, low, high, color=colour, alpha=0.18, linewidth=0)
    axes.plot(wide.index, np.nanmedian(values, axis=1), color=colour, linewidth=1.5, label=label)


def market(seen: "Sequence[RunTables]") -> Figure:
    """What a seat costs and how many there are, by route and month: median of runs and 80 % of them."""
    figure = Figure(figsize=(9.6, 4.2))
    left, right = figure.subplots(1, 2)
    routes = sorted({route for one in seen for route in one.market["corridor"] if route})
    for k, route in enumerate(routes):
        prices, seats = [], []
        for one in seen:
            rows = one.market[(one.market["corridor"] == route) & (one.market["smuggling_capacity"] > 0)]
            rows = rows.assign(date=pd.to_datetime(rows["date"]), paid=rows["price"] * rows["smuggling_capacity"])
            sums = rows.groupby("date")[["paid", "smuggling_capacity"]].sum()
            prices.append(sums["paid"] / sums["smuggling_capacity"])
            seats.append(sums["smuggling_capacity"])
        _spread(left, prices, f"C{k}", named(route))
        _spread(right, seats, f"C{k}", named(route))
    for ax, title in ((left, "Price of a seat, EUR"), (right, "Seats")):
        bare(ax)
        ax.set_yscale("log")
        ax.set_yticks(_round_numbers(*ax.get_ylim()))
        ax.yaxis.set_major_formatter(FuncFormatter(short))
        ax.yaxis.minorticks_off()
        ax.set_title(title, loc="left", fontsize=9, color=INK)
    return _titled(figure, "Smugglers: price and seats", left, len(seen))


def _round_numbers(low: float, high: float) -> list[float]:
    """Ticks of a logarithmic axis: two a decade, or more where that would leave fewer than three."""
    ticks: list[float] = []
    for steps in ((1.0, 3.0), (1.0, 2.0, 5.0), (1.0, 1.5, 2.0, 3.0, 5.0, 7.0)):
        ticks = [k * 10.0**p for p in range(6) for k in steps if low <= k * 10.0**p <= high]
        if len(ticks) >= 3:
            break
    return ticks


def asylum(
    seen: "Sequence[RunTables]", countries: Sequence[str] = ("DEU", "SWE", "HUN", "ITA", "FRA", "GRC")
) -> Figure:
    """Who waits for a decision and how long, by country and month."""
    colours = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#6B7280")
    figure = Figure(figsize=(9.6, 4.2))
    axes = figure.subplots(1, 2)
    panels = (("backlog", "People who wait for a decision"), ("wait_months", "Months of work that wait"))
    for ax, (quantity, title) in zip(axes, panels, strict=True):
        for country, colour in zip(countries, colours, strict=True):
            lines = []
            for one in seen:
                rows = one.states[(one.states["quantity"] == quantity) & (one.states["country"] == country)]
                lines.append(pd.Series(rows["value"].to_numpy(float), pd.to_datetime(rows["date"])))
            _spread(ax, lines, colour, named(country))
        bare(ax)
        ax.set_ylim(bottom=0)
        ax.yaxis.set_major_formatter(FuncFormatter(short))
        ax.set_title(title, loc="left", fontsize=9, color=INK)
    return _titled(figure, "Asylum offices: backlog and wait", axes[0], len(seen))


def _titled(figure: Figure, title: str, axes: Axes, runs: int) -> Figure:
    height = figure.get_figheight()
    figure.text(0.02, 1 - 0.12 / height, title, fontsize=11, color=INK, va="top", weight="bold")
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="upper left", bbox_to_anchor=(0.015, 1 - 0.34 / height), ncol=6, frameon=False, fontsize=8
    )
    caption = f"Lines: median of {runs} runs; bands: 80 % of them. {LABORATORY}"
    figure.text(0.02, 0.07 / height, caption, fontsize=7, color=QUIET, va="bottom")
    figure.tight_layout(rect=(0, 0.22 / height, 1, 1 - 0.66 / height))
    return figure


# ---- need, channel, label


def alluvial(seen: "Sequence[RunTables]", destinations: Sequence[str]) -> Figure:
    """Who lives in destinations at the end: from need, by channel, to label; ribbons are coloured by need."""
    rows = pd.concat([one.stocks for one in seen])
    rows = rows[rows["date"] == rows["date"].max()]
    rows = rows[rows["status"].isin(RESIDENT) & rows["country"].isin(list(destinations))]
    rows = rows.assign(**{stage: rows[stage].astype(str).str.replace("_", " ") for stage in STAGES})
    table = rows.groupby(list(STAGES), observed=True)["count"].sum().reset_index()
    table["count"] /= len(seen)
    table = _lumped(table)
    figure = Figure(figsize=(9.6, 5.4))
    axes = figure.add_axes((0.02, 0.05, 0.96, 0.80))
    axes.axis("off")
    total = float(table["count"].sum())
    places = {stage: _stacked(table, stage, total) for stage in STAGES}
    for k, (a, b) in enumerate(pairwise(STAGES)):
        _ribbons(axes, table, (a, b), (places[a], places[b]), k, total)
    for k, stage in enumerate(STAGES):
        for name, (low, high) in places[stage].items():
            axes.fill_between([k - 0.02, k + 0.02], low, high, color=INK, linewidth=0)
            where, side = (k + 0.035, "left") if k < len(STAGES) - 1 else (k - 0.035, "right")
            if high - low > 0.012:
                text = f"{name}  {short(float(f'{(high - low) * total:.2g}'))}"
                axes.text(where, (low + high) / 2, text, fontsize=8, color=INK, va="center", ha=side)
        axes.text(k, -0.045, stage, fontsize=9, weight="bold", color=INK, ha="center", va="bottom")
    axes.set_xlim(-0.06, len(STAGES) - 1 + 0.06)
    axes.set_ylim(1.14, -0.06)
    figure.text(
        0.02, 0.965, "Need, channel and label are three things", fontsize=11, weight="bold", color=INK, va="top"
    )
    what = f"People who came and live in destinations at the end, mean of {len(seen)} runs; colour: need"
    figure.text(0.02, 0.92, what, fontsize=8, color=QUIET, va="top")
    figure.text(0.02, 0.012, LABORATORY, fontsize=7, color=QUIET, va="bottom")
    return figure


def _lumped(table: pd.DataFrame, least: float = 0.006) -> pd.DataFrame:
    """Channels and labels that hold hardly anybody become `other`."""
    found = table.copy()
    for stage in ("channel", "label"):
        sums = found.groupby(stage)["count"].sum() / found["count"].sum()
        found.loc[found[stage].isin(sums.index[sums < least]), stage] = "other"
    return found.groupby(list(STAGES))["count"].sum().reset_index()


def _stacked(table: pd.DataFrame, stage: str, total: float) -> dict[str, tuple[float, float]]:
    """Where each name of a stage stands, from top to bottom, with gaps; heights are shares."""
    sums = table.groupby(stage)["count"].sum().sort_values(ascending=False)
    if stage == "need":
        sums = sums.reindex([name for name in NEED_COLOURS if name in sums.index])
    gap = 0.1 / max(len(sums) - 1, 1)
    places, at = {}, 0.0
    for name, value in sums.items():
        places[str(name)] = (at, at + float(value) / total)
        at += float(value) / total + gap
    return places


def _ribbons(
    axes: Axes,
    table: pd.DataFrame,
    stages: tuple[str, str],
    places: tuple[dict[str, tuple[float, float]], dict[str, tuple[float, float]]],
    at: float,
    total: float,
) -> None:
    """Ribbons between two stages, one a need: sorted so that those of one need lie together."""
    flows = table.groupby(["need", *[s for s in stages if s != "need"]])["count"].sum().reset_index()
    flows["from"], flows["to"] = flows[stages[0]], flows[stages[1]]
    order = list(NEED_COLOURS)
    left = {name: low for name, (low, _) in places[0].items()}
    right = {name: low for name, (low, _) in places[1].items()}
    ranks = [
        (order.index(need) if need in order else 9, list(places[0]).index(a), list(places[1]).index(b), need, a, b, n)
        for need, a, b, n in zip(flows["need"], flows["from"], flows["to"], flows["count"], strict=True)
    ]
    starts: dict[int, float] = {}
    for k, rank in sorted(enumerate(ranks), key=lambda item: (item[1][1], item[1][0], item[1][2])):
        starts[k] = left[rank[4]]
        left[rank[4]] += rank[6] / total
    for k, rank in sorted(enumerate(ranks), key=lambda item: (item[1][2], item[1][0], item[1][1])):
        width, y = rank[6] / total, right[rank[5]]
        right[rank[5]] += width
        _ribbon(axes, (at + 0.02, at + 0.98), (starts[k], y), width, NEED_COLOURS.get(rank[3], "#CCCCCC"))


def _ribbon(axes: Axes, x: tuple[float, float], y: tuple[float, float], width: float, colour: str) -> None:
    middle = (x[0] + x[1]) / 2
    points = [
        (x[0], y[0]), (middle, y[0]), (middle, y[1]), (x[1], y[1]),
        (x[1], y[1] + width), (middle, y[1] + width), (middle, y[0] + width), (x[0], y[0] + width), (x[0], y[0]),
    ]  # fmt: skip
    codes = [Curve.MOVETO, *[Curve.CURVE4] * 3, Curve.LINETO, *[Curve.CURVE4] * 3, Curve.CLOSEPOLY]
    axes.add_patch(PathPatch(Curve(points, codes), facecolor=colour, alpha=0.55, linewidth=0))
