"""The figures of a run: detections against the record, stocks in time, and the map. Reads tables only; runs nothing."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from .maps import Floats, route_map
from .summary import LABORATORY, are_away, by_month, log_rmse, months

STATUS_COLOURS: Mapping[str, str] = {
    "displaced": "#999999",
    "hosted": "#E69F00",
    "travelling": "#0072B2",
    "waiting": "#56B4E9",
    "detained": "#000000",
    "asylum_pending": "#F0E442",
    "protected": "#009E73",
    "regular": "#7FCDBB",
    "rejected": "#D55E00",
    "irregular": "#CC79A7",
    "elsewhere": "#C9C9C9",
}
"""In the order in which they are stacked."""

SHADE = "#EFECE2"
INK, QUIET = "#222222", "#5F6670"


def draw(
    folder: Path,
    config: Mapping[str, Any],
    tables: Mapping[str, pd.DataFrame],
    recorded: pd.DataFrame | None,
    world: Any,
    outline: Sequence[Floats],
    anchored_until: date | None = None,
) -> None:
    """Draw the figures of a run into a folder.

    Parameters
    ----------
    folder
        Where the PNG files go; it is made.
    config
        As composed: for captions.
    tables
        `flows`, `stocks`, `observed`.
    recorded
        Recorded series in the columns of `observed`, or None.
    world
        Names and coordinates of places and ends of edges.
    outline
        Country shapes of the world.
    anchored_until
        The last month whose levels were anchored to the record, or None for a run on the structure alone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    days = f"{config['start']} to {config['end']}"
    caption = f"{config['scenario']}, {days}, seed {config['seed']}, scale {config['scale']:g}. {LABORATORY}"
    _save(
        detections(
            tables["observed"], recorded, months(config["start"], config["end"]), caption, world, anchored_until
        ),
        folder / "detections.png",
    )
    _save(stocks(tables["stocks"], caption), folder / "stocks.png")
    _save(
        route_map(tables["flows"], world, outline, world.corridor_colours, caption, config),
        folder / "route_map.png",
    )


def _save(figure: Figure, path: Path) -> None:
    FigureCanvasAgg(figure)
    figure.savefig(path, dpi=180, facecolor="white", metadata={"Software": "mixflow"})


def _bare(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color("#9AA0A6")
    axes.tick_params(colors=QUIET, labelsize=8, length=3)


def _time_axis(axes: Axes) -> None:
    locator = AutoDateLocator(minticks=3, maxticks=8)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))  # type: ignore[no-untyped-call]


def short(value: float, _position: object = None) -> str:
    """A count as a tick label: 1.5 M, 20 k, 300."""
    for size, unit in ((1e9, " bn"), (1e6, " M"), (1e3, " k")):
        if abs(value) >= size:
            return f"{value / size:g}{unit}"
    return f"{value:g}"


def detections(
    observed: pd.DataFrame,
    recorded: pd.DataFrame | None,
    span: pd.DatetimeIndex,
    caption: str,
    world: Any,
    anchored_until: date | None = None,
) -> Figure:
    """Irregular detections by month, one panel a route: simulated line, recorded dots, logarithmic above 10.

    Months are shaded whose levels were anchored to the record: that line and dots agree there is no evidence.

    A logarithmic scale because the routes span five orders of magnitude, and a factor of two is the same error on each.
    """
    routes = [
        route
        for route in world.corridor_names
        if len(by_month(observed, "detections", route)) or len(by_month(recorded, "detections", route))
    ]
    columns = min(3, max(1, len(routes)))
    rows = max(1, -(-len(routes) // columns))
    figure = Figure(figsize=(1.2 + 3.5 * columns, 1.5 + 2.4 * rows), layout="constrained")
    figure.get_layout_engine().set(rect=(0, 0.05 if rows > 1 else 0.07, 1, 0.95 if rows > 1 else 0.93))  # type: ignore[union-attr, call-arg]
    grid = np.atleast_1d(figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)).ravel()
    for axes in grid[len(routes) :]:
        axes.set_visible(False)
    for i, (axes, route) in enumerate(zip(grid, routes, strict=False)):
        _panel(axes, observed, recorded, route, span, world)
        if anchored_until is not None and len(span):
            end = pd.Timestamp(anchored_until) + pd.offsets.MonthEnd(0)
            axes.axvspan(span[0], min(end, span[-1]), color=SHADE, lw=0, zorder=0)
        axes.xaxis.set_tick_params(labelbottom=i + columns >= len(routes))
    if routes:
        most = max(float(line.get_ydata().max()) for axes in grid for line in axes.lines if len(line.get_ydata()))
        grid[0].set_ylim(0, 2 * max(most, 10.0))
        _legend(figure, grid, routes, recorded is not None, anchored_until is not None)
        figure.supylabel("detections a month", fontsize=9, color=QUIET)
    else:
        grid[0].text(
            0.5, 0.5, "No detections, simulated or recorded.", ha="center", transform=grid[0].transAxes, color=QUIET
        )
        grid[0].set(xticks=[], yticks=[])
    figure.suptitle("Irregular border crossings detected", x=0.01, ha="left", fontsize=12, fontweight="bold", color=INK)
    figure.text(0.01, 0.012, caption, fontsize=6.5, color=QUIET)
    return figure


def _panel(
    axes: Axes, observed: pd.DataFrame, recorded: pd.DataFrame | None, route: str, span: pd.DatetimeIndex, world: Any
) -> None:
    simulated = by_month(observed, "detections", route).reindex(span, fill_value=0.0)
    record = by_month(recorded, "detections", route)
    record = record[record.index.isin(span)]
    colour = world.corridor_colours[route]
    if len(record):
        axes.plot(record.index, record.to_numpy(), "o", ms=2.6, mfc="white", mec="#555555", mew=0.8, zorder=2)
    axes.plot(span, simulated.to_numpy(), color=colour, lw=1.6, zorder=3)
    axes.set_yscale("symlog", linthresh=10, linscale=0.6)
    axes.yaxis.set_major_formatter(FuncFormatter(short))
    axes.yaxis.minorticks_off()
    axes.grid(axis="y", color="#E8E8E8", lw=0.6)
    axes.set_axisbelow(True)
    error = log_rmse(simulated, record)
    axes.set_title(world.corridor_names[route], loc="left", fontsize=9, color=colour, fontweight="bold")
    if error is not None:
        axes.set_title(f"log RMSE {error:.2f}", loc="right", fontsize=8, color=QUIET)
    _bare(axes)
    _time_axis(axes)


def _legend(figure: Figure, grid: Any, routes: list[str], with_record: bool, anchored: bool) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Any] = [Line2D([], [], color=INK, lw=1.6, label="simulated")]
    if with_record:
        handles.append(Line2D([], [], ls="", marker="o", ms=3.5, mfc="white", mec="#555555", label="recorded"))
    if anchored:
        handles.append(Patch(color=SHADE, label="anchored to the record:\nthat they agree is no evidence"))
    note = "log RMSE: of ln(1 + monthly detections)" if with_record else None
    if len(grid) > len(routes):
        axes = grid[-1]
        axes.set_visible(True)
        axes.axis("off")
        legend = axes.legend(handles=handles, loc="upper left", frameon=False, fontsize=9)
        if note:
            axes.text(
                0.03,
                0.6 if anchored else 0.74,
                note.replace(": ", ":\n") + "\n0 when they agree, 0.7 when\na factor of 2 apart",
                fontsize=8,
                color=QUIET,
                va="top",
                transform=axes.transAxes,
            )
        legend.set_zorder(5)
    else:
        figure.legend(handles=handles, loc="upper right", frameon=False, fontsize=8, ncols=2)


def stocks(table: pd.DataFrame, caption: str) -> Figure:
    """People who are away from home by status, stacked in time; each band is named at its right end."""
    figure = Figure(figsize=(9.2, 5.0), layout="constrained")
    figure.get_layout_engine().set(rect=(0, 0.035, 1, 0.965))  # type: ignore[union-attr, call-arg]
    axes = figure.subplots()
    away = table[are_away(table)]
    wide = away.pivot_table(index="date", columns="status", values="count", aggfunc="sum", observed=True, fill_value=0)
    order = [name for name in STATUS_COLOURS if name in wide] + [name for name in wide if name not in STATUS_COLOURS]
    if wide.empty:
        axes.text(0.5, 0.5, "Nobody is away from home.", ha="center", transform=axes.transAxes, color=QUIET)
    else:
        wide = wide[order].astype(float)
        wide.index = pd.to_datetime(wide.index) + pd.offsets.MonthEnd(0)
        axes.stackplot(
            wide.index,
            wide.to_numpy().T,
            colors=[STATUS_COLOURS.get(str(name), "#BBBBBB") for name in order],
            ec="white",
            lw=0.4,
        )
        axes.margins(x=0)
        axes.set_ylim(bottom=0)
        _name_bands(axes, wide)
        _time_axis(axes)
    axes.yaxis.set_major_formatter(FuncFormatter(short))
    axes.set_ylabel("people", fontsize=9, color=QUIET)
    _bare(axes)
    axes.set_title("People away from home, by status", loc="left", fontsize=12, fontweight="bold", color=INK, pad=10)
    figure.text(0.01, 0.012, caption, fontsize=6.5, color=QUIET)
    return figure


def _name_bands(axes: Axes, wide: pd.DataFrame) -> None:
    top = float(wide.sum(axis=1).max()) * 1.05 or 1.0
    axes.set_ylim(0, top)
    last = wide.iloc[-1].to_numpy()
    middle = np.cumsum(last) - last / 2
    gap = 0.042 * top
    spot = middle.copy()
    for i in range(1, len(spot)):
        spot[i] = max(spot[i], spot[i - 1] + gap)
    over = spot[-1] - (top - gap / 2)
    if over > 0:
        spot[-1] -= over
        for i in range(len(spot) - 2, -1, -1):
            spot[i] = min(spot[i], spot[i + 1] - gap)
    for name, value, at, to in zip(wide.columns, last, middle, spot, strict=True):
        colour = STATUS_COLOURS.get(str(name), "#BBBBBB")
        axes.annotate(
            f"{str(name).replace('_', ' ')}  {short(float(f'{value:.3g}'))}",
            xy=(1.0, at / top),
            xytext=(1.035, to / top),
            xycoords="axes fraction",
            textcoords="axes fraction",
            va="center",
            fontsize=8,
            color=INK,
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": colour, "lw": 1.6, "shrinkA": 2, "shrinkB": 0, "relpos": (0, 0.5)},
        )
