"""The map of a run: country shapes, the route graph, and what crossed each edge. Reads tables and coordinates only."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mixflow.sim.base.codes import CORRIDORS, Mode
from mixflow.sim.base.errors import UserError
from mixflow.sim.base.reading import read_json

from .summary import CORRIDOR_NAMES

Floats = npt.NDArray[np.float64]

LAND, COAST, SEA, INK, QUIET, AIR = "#ECEAE4", "#FFFFFF", "#F7FAFC", "#222222", "#5F6670", "#8AA4BF"
WIDEST = 7.0
MARGIN = 2.5
WIDTH, ABOVE, BELOW = 10.5, 0.4, 0.95  # inches


def route_map(
    flows: pd.DataFrame,
    world: Any,
    outline: Sequence[Floats],
    colours: Mapping[str, str],
    caption: str,
    config: Mapping[str, Any],
) -> Figure:
    """Draw every edge with a width that grows with the square root of its crossings, so that small flows stay visible.

    Parameters
    ----------
    flows
        The flow table of a run.
    world
        Names and coordinates of places, ends and routes of edges.
    outline
        Country shapes from `outline_of`; without any the graph is drawn alone.
    colours
        Colour of each route.
    caption
        Small print.
    config
        As composed, for the title.
    """
    crossed = crossings(flows, world)
    lon, lat = np.asarray(world.lon, float), np.asarray(world.lat, float)
    figure, axes = _canvas(lon, lat)
    height = figure.get_figheight()
    _land(axes, outline)
    _edges(axes, world, crossed, lon, lat, colours)
    _places(axes, figure, world, crossed, lon, lat)
    _legends(figure, world, crossed, colours)
    figure.text(
        0.012,
        1 - 0.27 / height,
        f"Crossings by edge, {config['start']} to {config['end']}",
        fontsize=12,
        fontweight="bold",
        color=INK,
    )
    figure.text(0.012, 0.1 / height, caption, fontsize=6.5, color=QUIET)
    return figure


def _canvas(lon: Floats, lat: Floats) -> tuple[Figure, Axes]:
    """An equirectangular map that is true to scale along its middle latitude and shows all places."""
    west, east, south, north = lon.min() - MARGIN, lon.max() + MARGIN, lat.min() - MARGIN, lat.max() + MARGIN
    aspect = 1 / np.cos(np.radians((south + north) / 2))
    wanted = WIDTH * (north - south) * aspect / (east - west)
    height = float(np.clip(wanted, 0.55 * WIDTH, 0.85 * WIDTH))
    if wanted > height:  # too tall: show more to the east and west
        more = (east - west) * (wanted / height - 1) / 2
        west, east = west - more, east + more
    else:
        more = (north - south) * (height / wanted - 1) / 2
        south, north = south - more, north + more
    figure = Figure(figsize=(WIDTH, height + BELOW + ABOVE))
    axes = figure.add_axes((0, BELOW / (height + BELOW + ABOVE), 1, height / (height + BELOW + ABOVE)))
    axes.set(xlim=(west, east), ylim=(south, north), facecolor=SEA, xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    return figure, axes


def crossings(flows: pd.DataFrame, world: Any) -> Floats:
    """Crossings of each edge over the whole run, shape (edges,)."""
    sums = flows[flows["event"] == "crossing"].groupby("edge", observed=True)["count"].sum()
    return np.asarray(sums.reindex(list(world.edge_names)).fillna(0.0), float)


def outline_of(folder: Path) -> list[Floats]:
    """The outer rings of the countries of a world, each of shape (points, 2); none where it has no `outline.json`.

    Raises
    ------
    UserError
        When the file is not an outline.
    """
    path = folder / "outline.json"
    if not path.exists():
        return []
    found = read_json(path)
    try:
        countries = found["countries"]
        rings = [np.array(polygon[0], float) for country in countries for polygon in country["polygons"]]
        if not all(ring.ndim == 2 and ring.shape[1] == 2 for ring in rings):
            raise ValueError("a ring is not a list of pairs")
    except (ValueError, KeyError, TypeError, IndexError, OverflowError) as error:
        raise UserError(
            f"cannot read {path}: {error}. It holds countries, each with polygons of rings of longitude and latitude."
        ) from error
    return rings


def _land(axes: Axes, polygons: Sequence[Floats]) -> None:
    axes.add_collection(
        PolyCollection(polygons, facecolors=LAND, edgecolors=COAST, linewidths=0.7, zorder=0), autolim=False
    )


def _curve(start: Floats, end: Floats, bend: float = 0.10, points: int = 24) -> Floats:
    """A quadratic curve bent to the left of its direction, so that both directions of an edge can be told apart."""
    step = end - start
    middle = (start + end) / 2 + bend * np.array([-step[1], step[0]])
    t = np.linspace(0, 1, points)[:, None]
    return (1 - t) ** 2 * start + 2 * t * (1 - t) * middle + t**2 * end


def line_width(count: Floats | float, most: float) -> Floats:
    """Width in points: proportional to the square root of the count, and never thinner than a hair."""
    return np.maximum(0.35, WIDEST * np.sqrt(np.asarray(count, float) / max(most, 1.0)))


def _edges(axes: Axes, world: Any, crossed: Floats, lon: Floats, lat: Floats, colours: Mapping[str, str]) -> None:
    position = np.column_stack([lon, lat])
    start, end = np.asarray(world.edge_from, int), np.asarray(world.edge_to, int)
    empty = crossed <= 0
    unused = [position[[start[e], end[e]]] for e in np.flatnonzero(empty)]
    axes.add_collection(
        LineCollection(unused, colors="#B8BCC2", linewidths=0.3, alpha=0.35, zorder=1),
        autolim=False,
    )
    widths = line_width(crossed, float(crossed.max(initial=0)))
    flown = np.asarray(world.edge_mode, int) == Mode.AIR
    named = np.asarray(world.edge_corridor, int) > 0
    for e in sorted(np.flatnonzero(~empty), key=lambda e: (bool(named[e]), -crossed[e])):
        axes.add_collection(
            LineCollection(
                [_curve(position[start[e]], position[end[e]])],
                colors=AIR if flown[e] else colours[CORRIDORS[int(world.edge_corridor[e])]],
                linewidths=float(widths[e]),
                alpha=0.3 if flown[e] else 0.9 if named[e] else 0.5,
                capstyle="round",
                zorder=1.5 if flown[e] else 3 if named[e] else 2,
            ),
            autolim=False,
        )


def _places(axes: Axes, figure: Figure, world: Any, crossed: Floats, lon: Floats, lat: Floats) -> None:
    through = np.zeros(len(lon))
    np.add.at(through, np.asarray(world.edge_from, int), crossed)
    np.add.at(through, np.asarray(world.edge_to, int), crossed)
    size = 3 + 15 * np.sqrt(through / max(through.max(initial=0), 1.0))
    axes.scatter(lon, lat, s=size, c="white", ec=INK, lw=0.5, zorder=4)
    order = [int(i) for i in np.argsort(-through, kind="stable")]
    if len(lon) > 30:
        order = _spread(order, np.asarray(world.place_country, int), each=2)
    label_places(axes, figure, {str(world.place_names[i]): i for i in order}, lon, lat, most=45)


def _spread(order: Sequence[int], country: npt.NDArray[np.int_], each: int) -> list[int]:
    """The first places of every country, so that names do not crowd where most people pass."""
    seen: Counter[int] = Counter()
    kept = []
    for i in order:
        seen[int(country[i])] += 1
        if seen[int(country[i])] <= each:
            kept.append(i)
    return kept


def label_places(axes: Axes, figure: Figure, names: Mapping[str, int], lon: Floats, lat: Floats, most: int) -> None:
    """Write names beside points, the first ones first, each where it covers nothing; leave out those without room.

    Parameters
    ----------
    names
        Name to index of its point.
    lon, lat
        All points.
    most
        How many names at most.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    renderer = canvas.get_renderer()  # type: ignore[no-untyped-call]
    points = axes.transData.transform(np.column_stack([lon, lat]))
    inside = axes.get_window_extent(renderer)
    taken: list[Any] = []
    spots = (
        (5, 0, "left", "center"),
        (-5, 0, "right", "center"),
        (0, 5, "center", "bottom"),
        (0, -5, "center", "top"),
        (4, 4, "left", "bottom"),
        (-4, 4, "right", "bottom"),
        (4, -4, "left", "top"),
        (-4, -4, "right", "top"),
    )
    written = 0
    for name, i in names.items():
        if written >= most:
            break
        for dx, dy, horizontal, vertical in spots:
            label = axes.annotate(
                name, (lon[i], lat[i]), (dx, dy), textcoords="offset points", ha=horizontal, va=vertical, fontsize=7,
                color=INK, zorder=6, path_effects=[patheffects.withStroke(linewidth=2.0, foreground="white")],
            )  # fmt: skip
            box = label.get_window_extent(renderer).padded(1.0)
            covered = (points > box.min).all(axis=1) & (points < box.max).all(axis=1)
            crowded = covered.any() or any(box.overlaps(other) for other in taken)
            if crowded or not (inside.contains(*box.min) and inside.contains(*box.max)):
                label.remove()
                continue
            taken.append(box)
            written += 1
            break


def _legends(figure: Figure, world: Any, crossed: Floats, colours: Mapping[str, str]) -> None:
    """Below the map, so that they cover no place: routes on the left, widths on the right."""
    present = {CORRIDORS[int(code)] for code in np.unique(np.asarray(world.edge_corridor, int))}
    handles = [
        Line2D([], [], color=colours[route], lw=3, label=name)
        for route, name in CORRIDOR_NAMES.items()
        if route in present
    ]
    handles.append(Line2D([], [], color=colours[""], lw=3, alpha=0.5, label="other edges"))
    if (np.asarray(world.edge_mode, int) == Mode.AIR).any():
        handles.append(Line2D([], [], color=AIR, lw=2, alpha=0.5, label="flights, with a visa"))
    at = (BELOW - 0.06) / figure.get_figheight()
    style: dict[str, Any] = {"fontsize": 7.5, "title_fontsize": 7.5, "frameon": False, "alignment": "left"}
    figure.legend(handles=handles, title="corridor", loc="upper left", bbox_to_anchor=(0.006, at), ncols=4, **style)
    most = float(crossed.max(initial=0))
    if most <= 0:
        return
    sizes = [size for size in (_rounded(most), _rounded(most / 10), _rounded(most / 100)) if size >= 1]
    widths = [
        Line2D([], [], color=INK, lw=float(line_width(size, most)), solid_capstyle="butt", label=f"{size:,.0f}")
        for size in dict.fromkeys(sizes)
    ]
    figure.legend(
        handles=widths, title="crossings in all", loc="upper right", bbox_to_anchor=(0.994, at), ncols=3, **style
    )


def _rounded(value: float) -> float:
    """Down to one significant figure."""
    size = 10.0 ** np.floor(np.log10(max(value, 1e-9)))
    return float(np.floor(value / size) * size)
