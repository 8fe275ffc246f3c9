"""How far people go: who stays in the region, who goes to destinations, and how many kilometres lie between home and there.

The region of a people is what the modelled world holds beside its destinations. Those who leave for other continents have no place
in the world, so that they count in none of these.
"""

import numpy as np

from mixflow.scenarios.world import World
from mixflow.sim.base.groups import LIVING_ABROAD

from .registry import Floats, Ratio, Series, indicator
from .tables import Tables

GROUP = "Distance"
EARTH_KM = 6371.0


def kilometres(world: World) -> Floats:
    """Great-circle distance between countries, km, shape (countries, countries); 0 where one has no place.

    A country lies at the mean of its places, weighted by inhabitants where it has any.
    """
    country = np.asarray(world.place_country, np.int64)
    weight = np.asarray(world.population, float) + 1e-3
    size = len(world.countries)
    total = np.bincount(country, weight, size)
    known = total > 0
    lat, lon = (
        np.radians(np.bincount(country, weight * np.asarray(values, float), size) / np.where(known, total, 1.0))
        for values in (world.lat, world.lon)
    )
    half = np.sin((lat[:, None] - lat[None, :]) / 2.0) ** 2
    half = half + np.cos(lat)[:, None] * np.cos(lat)[None, :] * np.sin((lon[:, None] - lon[None, :]) / 2.0) ** 2
    return np.asarray(2.0 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))) * (known[:, None] & known[None, :]))


def _outside(tables: Tables) -> tuple[str, ...]:
    """Codes of the countries of the world that are no destinations."""
    return tuple(code for code in tables.world.countries if code not in tables.destinations)


def _abroad(tables: Tables) -> Floats:
    """1 where a country is not one's own, shape (countries, countries)."""
    return 1.0 - np.eye(len(tables.world.countries))


@indicator(
    "Arrivals in the region", "share", "flow", "neither", GROUP,
    "Of people who arrive in another country of the modelled world, those who arrive in no destination: in camps, among hosts, or "
    "under free movement. Those who leave for other continents are in neither number.",
)  # fmt: skip
def regional_share(tables: Tables) -> Series:
    everywhere = tables.pairs("flows", "count", _abroad(tables), event="arrival")
    return Ratio(tables.pairs("flows", "count", _abroad(tables), event="arrival", country=_outside(tables)), everywhere)


@indicator(
    "Living in the region", "share", "stock", "neither", GROUP,
    "Of people who live in another country of the modelled world, those who live in no destination.",
)  # fmt: skip
def regional_stock(tables: Tables) -> Series:
    near = tables.pairs("stocks", "count", _abroad(tables), status=LIVING_ABROAD, country=_outside(tables))
    return Ratio(near, tables.pairs("stocks", "count", _abroad(tables), status=LIVING_ABROAD))


@indicator(
    "Bound for far destinations", "share", "flow", "neither", GROUP,
    "Of people who arrive in another country of the modelled world, those who arrive in a destination, by whatever channel.",
)  # fmt: skip
def far_share(tables: Tables) -> Series:
    far = tables.pairs("flows", "count", _abroad(tables), event="arrival", country=tables.destinations)
    return Ratio(far, tables.pairs("flows", "count", _abroad(tables), event="arrival"))


@indicator(
    "Mean distance", "km", "flow", "neither", GROUP,
    "Mean great-circle distance between the country of people who arrive in another and that other, each at the mean of its "
    "places weighted by inhabitants. The way travelled is longer.",
)  # fmt: skip
def mean_distance(tables: Tables) -> Series:
    km = kilometres(tables.world)
    return Ratio(
        tables.pairs("flows", "count", km * _abroad(tables), event="arrival"),
        tables.pairs("flows", "count", _abroad(tables), event="arrival"),
    )
