"""The picture of a projection: the record of each corridor, and the fan of what would be recorded after the reference date."""

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.dates import date2num
from matplotlib.figure import Figure

from ..validation.figures import bare
from .panel import Panel
from .question import ProjectionQuestion

SHADES = (("q025", "q975", 0.18, "95 %"), ("q10", "q90", 0.3, "80 %"), ("q25", "q75", 0.45, "50 %"))
"""Pairs of quantiles that a fan has, and how dark each is."""

YEARS = 6
"""Years of the record that are drawn."""

INK, RULE_INK, FAN = "#222222", "#5F6670", "#0072B2"


def draw(path: Path, question: ProjectionQuestion, rows: pd.DataFrame) -> None:
    """Draw the totals of detections by corridor, or whatever else is projected where there are none."""
    panel = next((p for p in question.panels if _is_total(p)), question.panels[0])
    names = list(panel.keys["corridor"].where(panel.keys["corridor"] != "", panel.keys["country"]))
    figure = Figure(figsize=(11, 2.1 * len(names) + 1.4), layout="constrained")
    FigureCanvasAgg(figure)
    grid = np.atleast_1d(figure.subplots(len(names), 1, sharex=True))
    for row, (ax, name) in enumerate(zip(grid, names, strict=True)):
        _one(ax, panel, row, rows[_same(rows, panel, row)], question)
        ax.set_title(str(name).replace("_", " "), loc="left", fontsize=10, color=INK)
    grid[0].legend(loc="upper left", fontsize=8, frameon=False, ncols=5)
    series = str(panel.keys["series"].iloc[0]).replace("_", " ")
    figure.suptitle(
        f"{question.new['title']}\n{series} a {'year' if panel.yearly else 'month'}: a projection under stated inputs, "
        "not a forecast",
        fontsize=11, x=0.01, ha="left", color=INK,
    )  # fmt: skip
    figure.savefig(path, dpi=130)


def _is_total(panel: Panel) -> bool:
    return panel.keys["series"].iloc[0] == "detections" and not (panel.keys["nationality"] != "").any()


def _same(rows: pd.DataFrame, panel: Panel, row: int) -> "pd.Series[bool]":
    found = pd.Series(True, index=rows.index)
    for name in ("series", "corridor", "nationality", "country"):
        found &= rows[name] == panel.keys[name].iloc[row]
    return found


def _one(ax: Axes, panel: Panel, row: int, fan: pd.DataFrame, question: ProjectionQuestion) -> None:
    cycle = 1 if panel.yearly else 12
    known = panel.periods[-YEARS * cycle :].to_timestamp()
    ax.plot(known, panel.values[row, -YEARS * cycle :], color=INK, lw=1.3, label="recorded")
    for low, high, shade, said in SHADES:
        ax.fill_between(fan["month"], fan[low], fan[high], color=FAN, alpha=shade, lw=0, label=said)
    ax.plot(fan["month"], fan["q50"], color=FAN, lw=1.5, label="median")
    ax.plot(fan["month"], fan["rule_q50"], color=RULE_INK, lw=1.0, ls="--", label="rule alone")
    ax.axvline(date2num(question.reference.end_time), color=RULE_INK, lw=0.8)  # type: ignore[no-untyped-call]
    ax.set_yscale("symlog", linthresh=panel.floor)
    ax.set_ylim(bottom=0)
    bare(ax)
