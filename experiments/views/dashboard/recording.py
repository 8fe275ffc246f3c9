"""What the map draws of a world: frames of people who pass edges and people at places, under filters. Plain arrays, no model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mixflow.sim.base.codes import Channel, Event, Need, Status
from mixflow.sim.base.errors import UserError, one_of
from mixflow.sim.base.groups import IRREGULAR_CHANNELS, NEARBY_CHANNELS, PERMIT_CHANNELS, REGULAR_CHANNELS

from .words import MARKS, SERIES

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Columns = Mapping[str, npt.NDArray[Any]]
FLOW, STOCK = ("edge", "country", "origin", "need", "channel", "event", "count"), ("place", "origin", "status", "count")

KINDS: Mapping[str, tuple[str, ...]] = {
    "irregular": IRREGULAR_CHANNELS,
    "permit": (*PERMIT_CHANNELS, Channel.RESETTLEMENT.label, Channel.OVERSTAY.label),
    "nearby": NEARBY_CHANNELS,
}
"""Channels as the map colours them; those that are in none are not drawn."""

BY = ("channel", "need")


@dataclass(frozen=True)
class Frame:
    """One moment: events of the span before it, and people at places.

    Parameters
    ----------
    label
        Its date as pages show it.
    flows, stocks
        Columns `FLOW` and `STOCK` as codes; counts in real people.
    """

    label: str
    flows: Columns
    stocks: Columns


@dataclass(frozen=True)
class FlowFilter:
    """What is to be seen: colours by channel or need; one origin, route or kind of channel alone, or -1 and empty for all."""

    by: str = "channel"
    origin: int = -1
    corridor: int = -1
    kind: str = ""


@dataclass(frozen=True)
class RenderContext:
    """What of a world frames are read with.

    Parameters
    ----------
    countries
        Codes of the countries.
    destination
        Which of them are destinations.
    edge_corridor
        Route of each edge, an index of `corridors`.
    edges, places
        Names.
    """

    countries: tuple[str, ...]
    destination: npt.NDArray[np.bool_]
    edge_corridor: Ints
    edges: tuple[str, ...]
    places: tuple[str, ...]
    corridors: tuple[str, ...]


def stage_of(world: Any) -> RenderContext:
    """The stage of a world's tables."""
    return RenderContext(
        tuple(world.countries),
        np.asarray(world.destination, bool),
        np.asarray(world.edge_corridor, np.int64),
        tuple(world.edge_names),
        tuple(world.place_names),
        tuple(world.corridors),
    )


def asked_of(given: Mapping[str, str], stage: RenderContext) -> FlowFilter:
    """Read what a page asks for.

    Raises
    ------
    UserError
        When a name is not known.
    """
    by, origin = given.get("by", "channel"), given.get("origin", "")
    corridor, kind = given.get("corridor", ""), given.get("channel", "")
    for what, value, allowed in (
        ("by", by, BY),
        ("origin", origin, ("", *stage.countries)),
        ("corridor", corridor, stage.corridors),
        ("channel", kind, ("", *KINDS)),
    ):
        if value not in allowed:
            raise UserError(one_of(what, value[:40], allowed))
    at = stage.countries.index(origin) if origin else -1
    return FlowFilter(by, at, stage.corridors.index(corridor) if corridor else -1, kind)


_KIND = np.full(len(Channel), -1, np.int64)
for _k, _names in enumerate(KINDS.values()):
    for _name in _names:
        _KIND[Channel.labels().index(_name)] = _k
_LEGAL = np.isin(np.array(Channel.labels()), REGULAR_CHANNELS)
_IRREGULAR = np.isin(np.array(Channel.labels()), IRREGULAR_CHANNELS)


def drawn(frame: Frame, asked: FlowFilter, stage: RenderContext) -> dict[str, Any]:
    """A frame as a page draws it: people by edge and colour, people at places, and the main series."""
    flows, stocks = _kept(frame.flows, asked, stage), frame.stocks
    keep = stocks["origin"] == asked.origin if asked.origin >= 0 else np.ones(len(stocks["origin"]), bool)
    stocks = {name: values[keep] for name, values in stocks.items()}
    places = _places(stocks, stage)
    marks = {key: float(values.sum()) for key, values in places.items()}
    at = {
        str(k): [round(float(values[k])) for values in places.values()]
        for k in np.flatnonzero(sum(places.values(), np.zeros(len(stage.places))))
    }
    return {
        "t": frame.label,
        "edges": _edges(flows, asked, stage),
        "places": at,
        "series": [_series(key, flows, marks, asked, stage) for key in SERIES],
    }


def _kept(flows: Columns, asked: FlowFilter, stage: RenderContext) -> Columns:
    keep = np.ones(len(flows["edge"]), bool)
    if asked.origin >= 0:
        keep &= flows["origin"] == asked.origin
    if asked.corridor >= 0:
        keep &= (flows["edge"] >= 0) & (stage.edge_corridor[flows["edge"]] == asked.corridor)
    if asked.kind:
        keep &= _KIND[flows["channel"]] == tuple(KINDS).index(asked.kind)
    return {name: values[keep] for name, values in flows.items()}


def _edges(flows: Columns, asked: FlowFilter, stage: RenderContext) -> dict[str, list[int]]:
    """People by edge and colour, edges that nobody passes left out."""
    if asked.by == "need":
        colour, many = flows["need"], len(Need)
        order = [Need.labels().index(name) for name in ("convention", "subsidiary", "survival", "none")]
    else:
        colour, many, order = _KIND[flows["channel"]], len(KINDS), list(range(len(KINDS)))
    take = (flows["event"] == Event.CROSSING) & (flows["edge"] >= 0) & (_KIND[flows["channel"]] >= 0)
    flat = np.bincount(
        flows["edge"][take] * many + colour[take], flows["count"][take], minlength=len(stage.edges) * many
    )
    table = np.maximum(np.rint(flat.reshape(len(stage.edges), many)[:, order]), 0)
    return {str(k): [int(v) for v in table[k]] for k in np.flatnonzero(table.sum(axis=1))}


def _places(stocks: Columns, stage: RenderContext) -> dict[str, Floats]:
    found = {}
    for key, (_, names) in MARKS.items():
        take = np.isin(stocks["status"], [Status.labels().index(name) for name in names])
        found[key] = np.bincount(stocks["place"][take], stocks["count"][take], minlength=len(stage.places))
    return found


def _series(
    key: str, flows: Columns, marks: Mapping[str, float], asked: FlowFilter, stage: RenderContext
) -> int | None:
    """One value; None for arrivals on one route, as an arrival is counted where somebody stays and not by the way."""
    if key in marks:
        return round(marks[key])
    if key == "deaths":
        return max(round(float(flows["count"][flows["event"] == Event.DEATH].sum())), 0)
    if asked.corridor >= 0:
        return None
    channels = _LEGAL if key == "legal" else _IRREGULAR
    there = np.append(stage.destination, False)  # no country is the last
    take = (flows["event"] == Event.ARRIVAL) & channels[flows["channel"]] & there[flows["country"]]
    return max(round(float(flows["count"][take].sum())), 0)


def joined(parts: Sequence[Columns], names: Sequence[str]) -> Columns:
    """Columns put under one another."""
    return {name: np.concatenate([part[name] for part in parts]) for name in names}
