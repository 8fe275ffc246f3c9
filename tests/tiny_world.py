"""A tiny world made in code, whose numbers are chosen to make things happen, and how tests run it and look at it."""

import hashlib
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from mixflow.scenarios.build import MixedMigration
from mixflow.scenarios.world import World
from mixflow.sim.clock import Clock
from mixflow.sim.codes import Access, Mode, PlaceKind
from mixflow.sim.model import Plan
from mixflow.sim.params import defaults
from mixflow.sim.population import COLUMNS

COUNTRIES = ("AAA", "BBB", "CCC", "DDD")  # origin, host, first country in Europe, destination in Europe
PLACES = {
    "Origin town": ("AAA", PlaceKind.SETTLEMENT, 30_000),
    "Second town": ("AAA", PlaceKind.SETTLEMENT, 20_000),
    "Camp": ("BBB", PlaceKind.CAMP, 0),
    "Coast": ("BBB", PlaceKind.PORT, 0),
    "Island": ("CCC", PlaceKind.DESTINATION, 0),
    "Capital": ("DDD", PlaceKind.DESTINATION, 0),
}
EDGES = {  # access, mode, route, km, price, death, interception, seats
    ("Origin town", "Second town"): (Access.OPEN, Mode.ROAD, 0, 100, 0, 0, 0, np.inf),
    ("Second town", "Origin town"): (Access.OPEN, Mode.ROAD, 0, 100, 0, 0, 0, np.inf),
    ("Origin town", "Camp"): (Access.BORDER, Mode.ROAD, 0, 300, 50, 0, 0, np.inf),
    ("Second town", "Camp"): (Access.BORDER, Mode.FOOT, 0, 50, 0, 0, 0, np.inf),
    ("Camp", "Coast"): (Access.OPEN, Mode.ROAD, 0, 400, 30, 0.01, 0, np.inf),
    ("Coast", "Island"): (Access.BORDER, Mode.SEA, 1, 200, 300, 0.03, 0.1, 3.0),
    ("Coast", "Capital"): (Access.BORDER, Mode.SEA, 2, 600, 600, 0.02, 0.1, 2.0),
    ("Island", "Capital"): (Access.OPEN, Mode.RAIL, 0, 900, 60, 0, 0, np.inf),
    ("Origin town", "Capital"): (Access.VISA, Mode.AIR, 0, 3000, 200, 0, 0, np.inf),
}


def tiny_world(**changes: Any) -> World:
    """Four countries, six places, nine edges; keyword arguments replace fields."""
    at = {name: k for k, name in enumerate(PLACES)}
    of = {country: k for k, country in enumerate(COUNTRIES)}
    edges = list(EDGES.items())
    column = [np.array([facts[k] for _, facts in edges], float) for k in range(8)]
    years, n = 12, len(COUNTRIES)
    europe = np.array([False, False, True, True])
    flat = {
        "population": [50_000, 1e6, 1e6, 1e7],
        "income": [800, 1500, 15000, 30000],
        "unemployment": [15, 10, 10, 5],
        "wages": [800, 1500, 15000, 30000],
        "stability": [-1.5, -0.5, 0.5, 1.0],
        "fragility": [100, 80, 40, 30],
        "conflict_displaced": [3000, 0, 0, 0],
        "disaster_displaced": [1000, 0, 0, 0],
    }
    ties = np.zeros((n, n))
    ties[0, 1:] = [500, 200, 900]
    places = np.zeros((n, n))
    places[0, 3] = 40.0
    fields: dict[str, Any] = {
        "name": "tiny",
        "countries": COUNTRIES,
        "place_names": tuple(PLACES),
        "place_country": np.array([of[c] for c, _, _ in PLACES.values()], np.int16),
        "place_kind": np.array([k for _, k, _ in PLACES.values()], np.uint8),
        "lat": np.linspace(0, 50, len(PLACES)),
        "lon": np.linspace(0, 10, len(PLACES)),
        "population": np.array([p for _, _, p in PLACES.values()], np.int64),
        "edge_names": tuple(f"{a}>{b}:{Mode(facts[1]).label}" for (a, b), facts in edges),
        "edge_from": np.array([at[a] for (a, _), _ in edges], np.int32),
        "edge_to": np.array([at[b] for (_, b), _ in edges], np.int32),
        "edge_access": column[0].astype(np.uint8),
        "edge_mode": column[1].astype(np.uint8),
        "edge_route": column[2].astype(np.uint8),
        "distance_km": column[3],
        "price": column[4],
        "death": column[5],
        "interception": column[6],
        "seats": column[7],
        "first_year": 2008,
        "drivers": {name: np.repeat(np.array(v, float)[:, None], years, axis=1) for name, v in flat.items()},
        "recognition": np.full((n, years), 0.6),
        "convention": np.full((n, years), 0.5),
        "return_rate": np.full((n, years), 0.4),
        "diaspora": {2005: ties, 2010: ties},
        "diaspora_elsewhere": {2005: np.full(n, 100.0), 2010: np.full(n, 100.0)},
        "hosted": {2008: [(0, 1, "hosted", 400.0), (0, 0, "displaced", 300.0), (0, 3, "asylum_pending", 50.0)]},
        "admissions": {"work": places, "family": places / 2},
        "staff": np.array([0.0, 0.0, 0.3, 0.5]),
        "season": np.ones((6, 12)),
        "origins": np.array([True, False, False, False]),
        "europe": europe,
    }
    return World(**(fields | changes))


def tiny_plan(days: int = 365, **changes: Any) -> Plan:
    """A plan for the tiny world; `params` is a dict of group to dict of name to value."""
    values = defaults()
    lively = {"choose": {"far_irregular": 0.5, "onward": -3.0, "region": 1.0, "inside": 1.0, "stay": -1.0}}
    for group, params in {**lively, **changes.pop("params", {})}.items():
        values[group] = {**values[group], **params}
    end = date.fromordinal(date(2010, 1, 1).toordinal() + days - 1)
    plan = Plan(Clock(date(2010, 1, 1), end), scale=1.0, seed=5, values=values, threads=1, check_days=1)
    return replace(plan, **changes)


def run(model: MixedMigration) -> MixedMigration:
    """Step a model to its end."""
    while model.day < model.days:
        model.step()
    return model


def people_by_key(model: MixedMigration) -> pd.DataFrame:
    """All people in use, one row each, in the order of their keys."""
    rows = model.population.rows
    frame = pd.DataFrame({name: model.population[name][rows] for name in COLUMNS})
    return frame.set_index("key").sort_index()


def digest(model: MixedMigration) -> str:
    """A hash of every column of every person and of all result tables."""
    total = hashlib.blake2b()
    for frame in (people_by_key(model).reset_index(), model.flows(), model.stocks(), model.observed()):
        for column in frame:
            values = frame[column].to_numpy()
            total.update(str(column).encode())
            total.update(
                "\n".join(map(str, values)).encode() if values.dtype == object else np.ascontiguousarray(values)
            )
    return total.hexdigest()
