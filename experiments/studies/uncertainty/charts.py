"""Figures of a study: tornado, interactions, regions of interest, and how each lever does over all worlds."""

import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from .prim import Box
from .ranges import Floats, Ranges

INK, QUIET, BLUE, ORANGE, GREY = "#222222", "#5F6670", "#0072B2", "#D55E00", "#C9CDD2"
MOST = 20
"""Parameters that a figure shows at most."""
LETTERS_PER_INCH = 16.5
"""About how many letters of a caption fit on an inch."""


def tornado(ranges: Ranges, method: str, found: Mapping[str, Any], measure: str, caption: str, path: Path) -> None:
    """Bars of how much each parameter moves a measure, the strongest on top, with intervals."""
    order = np.argsort(found["main"])[-MOST:]
    figure, axes = _page(7.2, 1.5 + 0.3 * len(order))
    places = np.arange(len(order))
    main, conf = np.asarray(found["main"])[order], np.asarray(found["conf"])[order]
    label = (
        "mean absolute effect of a step (Morris μ*)" if method == "morris" else "with all interactions (Sobol total)"
    )
    axes.barh(places, main, 0.62, color=GREY if method == "sobol" else BLUE, label=label)
    if method == "sobol":
        axes.barh(
            places,
            np.clip(np.asarray(found["first"])[order], 0, None),
            0.3,
            color=BLUE,
            label="alone (Sobol first order)",
        )
    axes.errorbar(main, places, xerr=conf, fmt="none", ecolor=INK, elinewidth=1, capsize=2.5)
    axes.set_yticks(places, [ranges.names[k] for k in order])
    axes.set_xlim(left=0)
    axes.set_ylim(-0.6, len(order) - 0.4)
    unit = f"in units of {measure}" if method == "morris" else "share of the variance explained"
    axes.set_xlabel(unit)
    _title(axes, f"What moves {measure}", caption)
    axes.legend(frameon=False, loc="lower right")
    _save(figure, path)


def interactions(ranges: Ranges, method: str, found: Mapping[str, Any], measure: str, caption: str, path: Path) -> None:
    """Sobol: second-order indices as a heat map. Morris: effect against its spread, which shows who interacts."""
    if method == "morris":
        _spread(ranges, found, measure, caption, path)
        return
    order = np.argsort(found["main"])[::-1][:MOST]
    matrix = np.asarray(found["S2"])
    matrix = np.where(np.isnan(matrix), matrix.T, matrix)[np.ix_(order, order)]
    shown = np.ma.masked_where(np.triu(np.ones_like(matrix, bool)), np.clip(matrix, 0, None))
    figure, axes = _page(2.6 + 0.42 * len(order), 2.2 + 0.36 * len(order))
    image = axes.imshow(shown, cmap="Blues", vmin=0, vmax=max(float(shown.max() or 0), 0.01), aspect="auto")
    names = [ranges.names[k] for k in order]
    axes.set_xticks(range(len(order) - 1), names[:-1], rotation=40, ha="right")
    axes.set_yticks(range(1, len(order)), names[1:])
    axes.set_ylim(len(order) - 0.5, 0.5)
    axes.set_xlim(-0.5, len(order) - 1.5)
    for i in range(1, len(order)):
        for j in range(i):
            value = float(matrix[i, j])
            if value >= 0.01:
                dark = value > 0.6 * image.get_clim()[1]
                axes.text(j, i, f"{value:.2f}", ha="center", va="center", fontsize=8, color="white" if dark else INK)
    axes.tick_params(length=0)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    bar = figure.colorbar(image, ax=axes, shrink=0.7)
    bar.set_label("share of the variance\n(Sobol second order)", fontsize=8)
    bar.outline.set_visible(False)
    _title(axes, f"Who acts together on {measure}", caption)
    _save(figure, path)


def _spread(ranges: Ranges, found: Mapping[str, Any], measure: str, caption: str, path: Path) -> None:
    figure, axes = _page(6.6, 5)
    main, sigma = np.asarray(found["main"]), np.asarray(found["sigma"])
    axes.scatter(main, sigma, s=26, color=BLUE, zorder=3)
    end = 1.08 * max(float(main.max()), float(sigma.max()), 1e-12)
    axes.plot([0, end], [0, end], color=GREY, lw=1)
    axes.text(end, end, " above: interacting\n or curved", color=QUIET, fontsize=8, va="top", ha="left")
    taken: list[tuple[float, float]] = []  # where labels stand, as shares of the axes
    for k in np.argsort(main)[::-1][:6]:
        x, y = main[k] / end, sigma[k] / end
        while any(abs(x - a) < 0.35 and abs(y - b) < 0.045 for a, b in taken):
            y += 0.045
        taken.append((x, y))
        left = x < 0.65
        axes.annotate(
            ranges.names[k],
            (main[k], sigma[k]),
            xytext=(main[k] + (0.015 if left else -0.015) * end, y * end),
            ha="left" if left else "right",
            va="center",
            fontsize=8,
            color=INK,
            arrowprops={"arrowstyle": "-", "color": GREY, "lw": 0.7},
        )
    axes.set_xlim(0, end)
    axes.set_ylim(0, end)
    axes.set_xlabel(f"mean absolute effect of a step on {measure} (μ*)")
    axes.set_ylabel("spread of that effect (σ)")
    _title(axes, f"Who acts together on {measure}", caption)
    _save(figure, path)


def regions(ranges: Ranges, rows: Floats, interesting: Any, box: Box, what: str, caption: str, path: Path) -> None:
    """Where an outcome of interest is frequent: limits of the box, and worlds over its two strongest parameters."""
    limited = np.flatnonzero(box.limited)
    width = (box.high - box.low) / (ranges.high - ranges.low)
    limited = limited[np.argsort(width[limited])][:8]
    figure = Figure(figsize=(10.4, 1.9 + max(0.34 * len(limited), 2.9)), layout="constrained")
    FigureCanvasAgg(figure)
    left, right = figure.subplots(1, 2, width_ratios=[1.15, 1])
    for place, k in enumerate(limited[::-1]):
        span = ranges.high[k] - ranges.low[k]
        left.plot([0, 1], [place, place], color=GREY, lw=7, solid_capstyle="butt")
        ends = ((box.low[k] - ranges.low[k]) / span, (box.high[k] - ranges.low[k]) / span)
        left.plot(ends, [place, place], color=ORANGE, lw=7, solid_capstyle="butt")
        left.text(1.02, place, f"{box.low[k]:.3g} to {box.high[k]:.3g}", va="center", fontsize=8, color=INK)
    left.set_yticks(range(len(limited)), [ranges.names[k] for k in limited[::-1]])
    left.set_ylim(-0.7, len(limited) - 0.3)
    left.set_xlim(0, 1.0)
    left.set_xticks([0, 1], ["low", "high"])
    _bare(left)
    first, second = (list(limited) + [k for k in range(len(ranges.names)) if k not in limited])[:2]
    for mask, colour, label in ((~interesting, GREY, "other worlds"), (interesting, ORANGE, what)):
        right.scatter(rows[mask, first], rows[mask, second], s=14, color=colour, label=label, linewidths=0)
    right.add_patch(_rectangle(box, int(first), int(second)))
    right.set_xlabel(ranges.names[first])
    right.set_ylabel(ranges.names[second])
    right.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2, fontsize=8)
    _bare(right)
    _title(
        left,
        f"Worlds in which {what}",
        f"{caption}\nIn the box: {box.coverage:.0%} of such worlds; {box.density:.0%} of the worlds there are such.",
    )
    _save(figure, path)


def _rectangle(box: Box, first: int, second: int) -> Any:
    from matplotlib.patches import Rectangle

    corner = (box.low[first], box.low[second])
    size = (box.high[first] - box.low[first], box.high[second] - box.low[second])
    return Rectangle(corner, *size, fill=False, edgecolor=INK, lw=1.4)


def levers(names: Sequence[str], outcome: pd.DataFrame, measure: str, caption: str, path: Path) -> None:
    """For each combination of levers, how a measure lies over all worlds: median, middle half, 5 to 95 %."""
    figure, axes = _page(7.2, 1.5 + 0.42 * len(names))
    for place, number in enumerate(reversed(range(len(names)))):
        values = outcome.loc[outcome["lever"] == number, measure].to_numpy(float)
        low, q1, middle, q3, high = np.quantile(values, [0.05, 0.25, 0.5, 0.75, 0.95])
        axes.plot([low, high], [place, place], color=BLUE, lw=1.4)
        axes.plot([q1, q3], [place, place], color=BLUE, lw=7, solid_capstyle="butt", alpha=0.45)
        axes.plot(middle, place, "o", color=INK, ms=4.5)
    axes.set_yticks(range(len(names)), list(reversed(names)))
    axes.set_ylim(-0.6, len(names) - 0.4)
    axes.set_xlabel(f"{measure}: median, middle half, 5 to 95 % of worlds")
    _title(axes, f"{measure} over all worlds, by lever", caption)
    _save(figure, path)


def _page(width: float, height: float) -> tuple[Figure, Any]:
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    _bare(axes)
    return figure, axes


def _bare(axes: Any) -> None:
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(QUIET)
    axes.tick_params(colors=INK, labelsize=9)


def _title(axes: Any, title: str, caption: str) -> None:
    """A title above and a caption below, both as wide as the figure; the caption in as many lines as it takes."""
    figure = axes.figure
    figure.suptitle(title, x=0.01, ha="left", fontsize=12, fontweight="bold", color=INK)
    width = int(LETTERS_PER_INCH * figure.get_figwidth())
    lines = [part for line in caption.split("\n") for part in textwrap.wrap(line, width)]
    figure.supxlabel("\n".join(lines), x=0.01, ha="left", fontsize=8.5, color=QUIET)


def _save(figure: Figure, path: Path) -> None:
    figure.savefig(path, dpi=170, facecolor="white")
