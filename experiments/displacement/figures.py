"""The figures of a displacement case: each camp against its registrations, and the map. Reads arrays only."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from mixflow.scenarios.displacement.case import Case, Floats

INK, QUIET, RULE, SIMULATED, REGISTERED, CONFLICT = "#222222", "#5F6670", "#E8E8E8", "#0072B2", "#D55E00", "#CC3311"
MOST_CAMPS = 30


def draw(folder: Path, case: Case, simulated: Floats, band: Floats | None, summary: Mapping[str, Any]) -> None:
    """Draw all figures of a case into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    caption = caption_of(case, summary)
    _save(camps_figure(case, simulated, band, summary, caption), folder / "camps.png")
    _save(map_figure(case, simulated, caption), folder / "map.png")


def caption_of(case: Case, summary: Mapping[str, Any]) -> str:
    """What stands below a figure. Who counted is not said, as the case does not say it."""
    return (
        f"{case.name}, {case.start} to {case.date_of(case.days - 1)}, rules {summary['rules']}. "
        "Registered: counts in the case, linear between them. A counterfactual laboratory, not a forecast."
    )


def _save(figure: Figure, path: Path) -> None:
    FigureCanvasAgg(figure)
    figure.savefig(path, dpi=180, facecolor="white", metadata={"Software": "mixflow"})


def short(value: float, _position: object = None) -> str:
    """A count as a tick label."""
    return f"{value / 1e6:g} M" if abs(value) >= 1e6 else f"{value / 1e3:g} k" if abs(value) >= 1e3 else f"{value:g}"


def camps_figure(
    case: Case, simulated: Floats, band: Floats | None, summary: Mapping[str, Any], caption: str
) -> Figure:
    """One panel a camp, the largest first: simulated with the range of the seeds, and registered."""
    most = np.nan_to_num(np.maximum(np.nan_to_num(case.registered[: case.days]), simulated)).max(axis=0, initial=0)
    order = np.argsort(-most, kind="stable")[:MOST_CAMPS]
    columns = min(4, max(1, int(np.ceil(np.sqrt(len(order))))))
    rows = max(1, -(-len(order) // columns))
    height = 1.45 + 1.85 * rows
    figure = Figure(figsize=(max(2.6 * columns, 6.6), height), layout="constrained")
    figure.get_layout_engine().set(rect=(0, 0.26 / height, 1, 1 - 0.95 / height))  # type: ignore[union-attr, call-arg]
    grid = figure.subplots(rows, columns, sharex=True, squeeze=False).ravel()
    dates = np.datetime64(case.start, "D") + np.arange(case.days)
    for axes, camp in zip(grid, order, strict=False):
        _camp(axes, dates, case, simulated, band, int(camp), summary)
    for at, axes in enumerate(grid):
        axes.set_visible(at < len(order))
        axes.xaxis.set_tick_params(labelbottom=at + columns >= len(order))
    whole = summary["ard"]
    title = f"{case.name}: people in camps"
    figure.text(0.012, 1 - 0.3 / height, title, fontsize=12, fontweight="bold", color=INK)
    told = "no registrations" if whole is None else f"error {whole:.3f}, of shares alone {summary['ard_rescaled']:.3f}"
    figure.text(0.012, 1 - 0.53 / height, told, fontsize=8.5, color=QUIET)
    handles: list[Any] = [Line2D([], [], color=SIMULATED, lw=1.6, label="simulated")]
    if band is not None and len(band) > 1:
        handles.append(Patch(fc=SIMULATED, alpha=0.22, label=f"range of {len(band)} seeds"))
    handles.append(Line2D([], [], color=REGISTERED, lw=1.2, ls=(0, (4, 1.5)), label="registered"))
    figure.legend(handles=handles, loc="upper right", frameon=False, fontsize=8, ncols=3)
    figure.text(0.012, 0.07 / height, caption, fontsize=6, color=QUIET)
    return figure


def _camp(
    axes: Axes, dates: Any, case: Case, simulated: Floats, band: Floats | None, camp: int, summary: Mapping[str, Any]
) -> None:
    if band is not None and len(band) > 1:
        axes.fill_between(
            dates, band[:, :, camp].min(axis=0), band[:, :, camp].max(axis=0), color=SIMULATED, alpha=0.22, lw=0
        )
    axes.plot(dates, simulated[:, camp], color=SIMULATED, lw=1.6)
    axes.plot(dates, case.registered[: case.days, camp], color=REGISTERED, lw=1.2, ls=(0, (4, 1.5)))
    name = case.camp_names[camp]
    axes.set_title(name.replace("_", " ")[:24], loc="left", fontsize=8.5, color=INK, fontweight="bold")
    found = summary["camps"][name]["error"]
    if found is not None:
        axes.set_title(f"{found:.3f}", loc="right", fontsize=7.5, color=QUIET)
    axes.set_ylim(bottom=0)
    axes.margins(x=0)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color("#9AA0A6")
    axes.tick_params(colors=QUIET, labelsize=7, length=2.5)
    axes.grid(axis="y", color=RULE, lw=0.6)
    axes.set_axisbelow(True)
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.yaxis.set_major_formatter(FuncFormatter(short))
    locator = AutoDateLocator(minticks=2, maxticks=5)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))  # type: ignore[no-untyped-call]


def map_figure(case: Case, simulated: Floats, caption: str) -> Figure:
    """Places and links, zones of conflict by their people, camps by simulated and registered people at the end."""
    lon, lat = case.places.lon, case.places.lat
    middle = np.radians((lat.min() + lat.max()) / 2)
    wide, tall = np.ptp(lon) * np.cos(middle) + 0.6, np.ptp(lat) + 0.6
    height = float(np.clip(7.6 * tall / wide, 4.4, 9.5)) + 1.1
    figure = Figure(figsize=(8.4, height))
    axes = figure.add_axes((0.02, 0.42 / height, 0.96, 1 - 1.05 / height))
    segments = [[(lon[a], lat[a]), (lon[b], lat[b])] for a, b in zip(case.links.start, case.links.end, strict=True)]
    axes.add_collection(LineCollection(segments[::2], colors="#C4C8CE", linewidths=0.8, zorder=1))
    ever = case.states.intensity.max(axis=0) > 0
    town = ~ever
    town[case.camps] = False
    axes.scatter(lon[town], lat[town], s=9, c="white", ec="#8A9099", lw=0.7, zorder=2)
    people = case.places.population
    axes.scatter(
        lon[ever], lat[ever], s=10 + 90 * np.sqrt(people[ever] / max(people.max(initial=0), 1.0)), c=CONFLICT, alpha=0.55,
        lw=0, marker="^", zorder=3,
    )  # fmt: skip
    end, known = simulated[-1], np.nan_to_num(case.registered[case.days - 1])
    scale = 900 / max(end.max(initial=0), known.max(initial=0), 1.0)
    at = case.camps
    axes.scatter(lon[at], lat[at], s=end * scale + 4, c=SIMULATED, alpha=0.45, lw=0, zorder=4)
    axes.scatter(lon[at], lat[at], s=known * scale + 4, fc="none", ec=REGISTERED, lw=1.3, zorder=5)
    axes.set_aspect(1 / np.cos(middle))
    axes.margins(0.08)
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    _names(axes, figure, case, end, known, scale)
    figure.text(
        0.02, 1 - 0.3 / height, f"{case.name}: where people are at the end", fontsize=12, fontweight="bold", color=INK
    )
    handles = [
        Line2D([], [], ls="", marker="o", ms=8, mfc=SIMULATED, alpha=0.45, mec="none", label="simulated"),
        Line2D([], [], ls="", marker="o", ms=8, mfc="none", mec=REGISTERED, mew=1.3, label="registered"),
        Line2D([], [], ls="", marker="^", ms=7, mfc=CONFLICT, alpha=0.55, mec="none", label="conflict at some time"),
        Line2D([], [], ls="", marker="o", ms=4, mfc="white", mec="#8A9099", label="town, hub"),
    ]
    figure.legend(
        handles=handles, loc="upper right", bbox_to_anchor=(0.99, 1 - 0.32 / height), frameon=False, fontsize=8, ncols=4,
        handletextpad=0.3, columnspacing=1.2,
    )  # fmt: skip
    figure.text(
        0.02,
        0.12 / height,
        "Names: simulated / registered. Areas are in proportion to people.\n" + caption,
        fontsize=6,
        color=QUIET,
    )
    return figure


def _names(axes: Axes, figure: Figure, case: Case, end: Floats, known: Floats, scale: float) -> None:
    """Write each camp's name and numbers beside it, moved apart where they would cover each other."""
    axes.apply_aspect()
    point = 72 / figure.dpi
    at = axes.transData.transform(np.column_stack([case.places.lon[case.camps], case.places.lat[case.camps]])) * point
    size = np.sqrt(np.maximum(np.maximum(end, known) * scale, 4)) / 2
    right = figure.get_figwidth() * 72
    taken: list[tuple[float, float]] = []
    for camp in np.argsort(-at[:, 1], kind="stable"):
        x, y = at[camp]
        side = -1 if x + size[camp] + 75 > right else 1
        text_x, text_y = x + side * (size[camp] + 4), y
        while any(abs(text_x - other_x) < 72 and abs(text_y - other_y) < 18 for other_x, other_y in taken):
            text_y -= 2
        taken.append((text_x, text_y))
        moved = abs(text_y - y) > 6
        numbers = f"{short(float(f'{end[camp]:.2g}'))} / {short(float(f'{known[camp]:.2g}'))}"
        axes.annotate(
            f"{case.camp_names[camp].replace('_', ' ')}\n{numbers}",
            (case.places.lon[case.camps[camp]], case.places.lat[case.camps[camp]]),
            xytext=(text_x - x + side * 10 * moved, text_y - y),
            textcoords="offset points",
            fontsize=7,
            va="center",
            ha="left" if side > 0 else "right",
            color=INK,
            linespacing=1.0,
            path_effects=[patheffects.withStroke(linewidth=1.6, foreground="white")],
            zorder=6,
            arrowprops={"arrowstyle": "-", "color": QUIET, "lw": 0.5, "shrinkA": 0, "shrinkB": 0} if moved else None,
        )
