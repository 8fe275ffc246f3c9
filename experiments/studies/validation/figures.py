"""Figures of a validation: ensembles against the record, errors against naive rules, the patterns. Reads tables; runs nothing."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from mixflow.scenarios.tables import country_names

from ...results.figures import INK, QUIET, short
from ...results.summary import LABORATORY, corridor_name
from ..calibration.rolling import band, centre

if TYPE_CHECKING:
    from .backtest import Origin

BLUE, ORANGE, GREEN = "#0072B2", "#D55E00", "#009E73"
VERDICT_COLOURS: Mapping[str, str] = {"pass": "#009E73", "fail": "#D55E00", "cannot tell": "#8A8F98"}
VERDICT_SIGNS: Mapping[str, str] = {"pass": "\u2713", "fail": "\u2717", "cannot tell": "?"}


def named(key: str) -> str:
    """A route or country in words."""
    return country_names().get(key) or corridor_name(key)


def save(figure: Figure, path: Path) -> None:
    """Write a figure."""
    FigureCanvasAgg(figure)
    figure.savefig(path, dpi=160, facecolor="white", metadata={"Software": "mixflow"})


def bare(axes: Axes) -> None:
    """Take away what says nothing."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color("#9AA0A6")
    axes.tick_params(colors=QUIET, labelsize=8, length=3)


def log_axis(axes: Axes, ticks: Sequence[float] = (0, 100, 1e3, 1e4, 1e5, 1e6)) -> None:
    """A vertical axis that is logarithmic above 100."""
    axes.set_yscale("symlog", linthresh=100, linscale=0.6)
    axes.set_yticks(list(ticks))
    axes.yaxis.set_major_formatter(FuncFormatter(short))
    axes.yaxis.minorticks_off()


def backtest_figures(
    folder: Path,
    origins: "Sequence[Origin]",
    whole: "Origin | None",
    recorded: pd.DataFrame,
    scores: pd.DataFrame,
    many: int,
) -> None:
    """Draw the fit by route and by nationality, the test years, and the errors, into a folder."""
    from .backtest import leading

    routes = sorted(set(recorded.loc[recorded["series"] == "detections", "corridor"]))
    if whole is not None:
        panels = [("detections", named(route), [route]) for route in routes]
        save(
            fit(whole, recorded, [("detections", "All routes", routes), *panels], "by route"),
            folder / "fit_by_route.png",
        )
        people = [("detections by nationality", named(name), [name]) for name in leading(recorded, 2015, many)]
        save(
            fit(whole, recorded, people, "by nationality, Western Balkan route left out"),
            folder / "fit_by_nationality.png",
        )
    save(tests(origins, recorded, routes), folder / "backtest.png")
    save(errors(scores), folder / "backtest_errors.png")


def fit(whole: "Origin", recorded: pd.DataFrame, panels: Sequence[tuple[str, str, list[str]]], what: str) -> Figure:
    """Bands of the ensemble against the record by month, one panel a series."""
    from .backtest import recorded_months

    rows = int(np.ceil(len(panels) / 2))
    figure = Figure(figsize=(9.6, 2.15 * rows + 1.3))
    axes = np.atleast_1d(figure.subplots(rows, 2, sharex=True, squeeze=False)).ravel()
    for ax, (series, title, keys) in zip(axes, panels, strict=False):
        runs, months = whole.stack(series, keys), whole.months
        for share, alpha in ((0.95, 0.15), (0.8, 0.25), (0.5, 0.4)):
            low, high = band(runs, share)
            ax.fill_between(months, low, high, color=BLUE, alpha=alpha, linewidth=0)
        truth = recorded_months(recorded, series, keys)
        ax.plot(truth.index, truth, ".", color=INK, markersize=2.6)
        bare(ax)
        log_axis(ax)
        ax.set_ylim(0, 10 ** np.ceil(np.log10(max(truth.max(), np.quantile(runs, 0.975), 1000))))
        ax.set_title(title, loc="left", fontsize=9, color=INK)
    for ax in axes[len(panels) :]:
        ax.set_visible(False)
    title = f"Irregular detections a month {what}: fitted ensemble and record"
    legend = [Patch(color=BLUE, alpha=a, label=f"{s} % of runs") for s, a in ((50, 0.7), (80, 0.45), (95, 0.2))]
    return _finished(figure, title, legend, f"{len(whole.runs)} runs, members and seeds; dots: recorded. {LABORATORY}")


def tests(origins: "Sequence[Origin]", recorded: pd.DataFrame, routes: Sequence[str]) -> Figure:
    """The year after each fit: what the ensemble said, what a naive rule said, what was recorded."""
    from .backtest import recorded_months

    figure = Figure(figsize=(3.1 * len(origins) + 0.7, 1.75 * len(routes) + 1.4))
    axes = figure.subplots(len(routes), len(origins), squeeze=False, sharey="row")
    for column, origin in enumerate(origins):
        test = origin.months >= pd.Timestamp(f"{origin.year + 1}-01-01")
        months = np.arange(1, 13)
        for row, route in enumerate(routes):
            ax = axes[row, column]
            runs = origin.stack("detections", [route])[:, test]
            low, high = band(runs, 0.8)
            ax.fill_between(months, low, high, color=BLUE, alpha=0.25, linewidth=0)
            ax.plot(months, centre(runs), color=BLUE, linewidth=1.4)
            truth = recorded_months(recorded, "detections", [route])
            ax.plot(
                months,
                truth[pd.DatetimeIndex(truth.index).year == origin.year],
                color=ORANGE,
                linewidth=1.1,
                linestyle=(0, (4, 2)),
            )
            ax.plot(
                months, truth[pd.DatetimeIndex(truth.index).year == origin.year + 1], "o", color=INK, markersize=2.8
            )
            bare(ax)
            log_axis(ax)
            ax.set_xticks([1, 4, 7, 10], ["Jan", "Apr", "Jul", "Oct"])
            if row == 0:
                ax.set_title(f"fitted to {origin.year}, tested on {origin.year + 1}", fontsize=9, color=INK)
            if column == 0:
                ax.set_ylabel(named(route), fontsize=8, color=INK)
    from matplotlib.lines import Line2D

    legend = [
        Line2D([], [], color=BLUE, label="ensemble, with 80 % of runs"),
        Line2D([], [], color=ORANGE, linestyle=(0, (4, 2)), label="same month of the year before"),
        Line2D([], [], color=INK, marker="o", linestyle="", markersize=3, label="recorded"),
    ]
    title = "Detections a month in the year after the fit"
    return _finished(figure, title, legend, f"Drivers of the tested year are given; flows are not. {LABORATORY}")


def errors(scores: pd.DataFrame) -> Figure:
    """Log RMSE of the model and of naive rules, one row a series and year."""
    rules = {
        "model": (BLUE, "o"),
        "last month": ("#CC79A7", "v"),
        "same month last year": (ORANGE, "s"),
        "seasonal mean": ("#8A8F98", "D"),
    }
    years = sorted(scores["tested"].unique())
    names = list(dict.fromkeys(zip(scores["series"], scores["name"], strict=True)))
    figure = Figure(figsize=(3.0 * len(years) + 1.8, 0.24 * len(names) + 1.6))
    axes = figure.subplots(1, len(years), sharex=True, sharey=True, squeeze=False)[0]
    for ax, year in zip(axes, years, strict=True):
        for rule, (colour, marker) in rules.items():
            part = scores[(scores["tested"] == year) & (scores["rule"] == rule)]
            at = [names.index(pair) for pair in zip(part["series"], part["name"], strict=True)]
            ax.plot(
                part["log_rmse"],
                at,
                marker,
                color=colour,
                markersize=5.5 if rule == "model" else 4,
                label=rule,
                alpha=0.95,
            )
        ax.set_yticks(range(len(names)), [named(name) for _, name in names])
        ax.grid(axis="y", color="#E3E5E8", linewidth=0.6)
        bare(ax)
        ax.set_title(f"{year}", fontsize=9, color=INK)
        ax.set_xlabel("log RMSE by month", fontsize=8, color=QUIET)
    axes[0].set_xlim(
        0.0, 1.04 * float(scores.loc[scores["rule"].isin(rules), "log_rmse"].max())
    )  # of all years: they share it
    axes[0].invert_yaxis()
    return _finished(
        figure,
        "Errors of the year after the fit: smaller is better",
        axes[0].get_legend_handles_labels()[0],
        LABORATORY,
    )


def _finished(figure: Figure, title: str, legend: Any, caption: str) -> Figure:
    height = figure.get_figheight()
    figure.text(0.02, 1 - 0.12 / height, title, fontsize=11, color=INK, va="top", ha="left", weight="bold")
    if legend:
        figure.legend(
            handles=legend,
            loc="upper left",
            bbox_to_anchor=(0.015, 1 - 0.32 / height),
            ncol=4,
            frameon=False,
            fontsize=8,
        )
    lines = wrap(caption, int(17.5 * figure.get_figwidth()))
    figure.text(0.02, 0.07 / height, "\n".join(lines), fontsize=7, color=QUIET, va="bottom", ha="left")
    figure.tight_layout(rect=(0, (0.1 + 0.12 * len(lines)) / height, 1, 1 - 0.62 / height))
    return figure


def pattern_figure(path: Path, table: pd.DataFrame, config: Mapping[str, Any]) -> None:
    """The falsification table as a picture: for each number its band, the estimate with two standard errors, the verdict."""
    rows = len(table) + table["pattern"].nunique()
    figure = Figure(figsize=(10.5, 0.255 * rows + 1.2))
    left = figure.add_axes((0.012, 0.02, 0.72, 1 - 0.9 / figure.get_figheight()))
    right = figure.add_axes((0.745, 0.02, 0.235, 1 - 0.9 / figure.get_figheight()))
    for ax in (left, right):
        ax.set_ylim(rows, -0.2)
        ax.axis("off")
    left.set_xlim(0, 1)
    right.set_xlim(-1.45, 1.45)
    y = 0.5
    for pattern, part in table.groupby("pattern", sort=False):
        verdict = str(part["pattern_verdict"].iloc[0])
        colour = VERDICT_COLOURS[verdict]
        left.text(0, y, f"{pattern}", fontsize=8.5, weight="bold", color=INK, va="center")
        left.text(0.045, y, f"{part['says'].iloc[0]}", fontsize=8.5, color=INK, va="center")
        right.text(
            -1.45, y, f"{VERDICT_SIGNS[verdict]} {verdict}", fontsize=8.5, weight="bold", color=colour, va="center"
        )
        y += 1
        for row in part.itertuples():
            value, error = float(row.model), float(row.error)  # type: ignore[arg-type]
            left.text(0.06, y, str(row.number), fontsize=7.5, color=QUIET, va="center")
            said = "not measured" if not np.isfinite(value) else f"{value:.3g} \u00b1 {error:.1g}"
            left.text(0.83, y, said, fontsize=7.5, color=VERDICT_COLOURS[str(row.verdict)], va="center", ha="right")
            edges = band_text(float(row.low), float(row.high))  # type: ignore[arg-type]
            left.text(0.985, y, edges, fontsize=7.5, color=QUIET, va="center", ha="right")
            _interval(right, y, row)
            y += 1
    heading = 1 - 0.14 / figure.get_figheight()
    figure.text(0.012, heading, "Patterns that can falsify the model", fontsize=11, weight="bold", color=INK, va="top")
    note = (
        f"{config['scenario']}, scale {config['scale']:g}; what the model gives with its Monte-Carlo standard error over pairs of "
        "runs; the band. On the right the band in grey, and two standard errors"
    )
    figure.text(0.012, heading - 0.26 / figure.get_figheight(), note, fontsize=7.5, color=QUIET, va="top")
    save(figure, path)


def band_text(low: float, high: float) -> str:
    """A band in a few signs."""
    if not np.isfinite(low):
        return "" if not np.isfinite(high) else f"\u2264 {high:g}"
    return f"\u2265 {low:g}" if not np.isfinite(high) else f"{low:g} to {high:g}"


def _interval(ax: Axes, y: float, row: Any) -> None:
    """A band as a grey bar from -1 to 1 (open where it has one side), the estimate on that scale, cut at the edges."""
    if not np.isfinite(row.model):
        return
    one_sided = not (np.isfinite(row.low) and np.isfinite(row.high))
    error = row.error if np.isfinite(row.error) else 0.0
    if one_sided:
        edge = row.low if np.isfinite(row.low) else row.high
        unit = max(2 * error, abs(row.model - edge)) * 1.4 or 1.0
        middle, half = edge, unit
        begin, end = (0.0, 1.3) if np.isfinite(row.low) else (-1.3, 0.0)
    else:
        middle, half = (row.low + row.high) / 2, (row.high - row.low) / 2 / 0.7
        begin, end = -0.7, 0.7
    ax.fill_between([begin, end], y - 0.32, y + 0.32, color="#DFE3E8", linewidth=0)
    at, spread = (row.model - middle) / half, 2 * error / half
    colour = VERDICT_COLOURS[str(row.verdict)]
    ax.plot(np.clip([at - spread, at + spread], -1.35, 1.35), [y, y], color=colour, linewidth=1.4)
    ax.plot(
        np.clip(at, -1.35, 1.35), y, "o" if abs(at) <= 1.35 else (">" if at > 0 else "<"), color=colour, markersize=4.2
    )
