"""A small world made in code: four countries, six places, as many people on the move as a measurement wants."""

from datetime import date, timedelta
from typing import Any

import networkx as nx
import numpy as np

from mixflow.scenarios.roles import two_sided
from mixflow.scenarios.world import World, graph
from mixflow.sim.base.clock import Clock
from mixflow.sim.base.codes import NO_MODE, Access, Mode, PlaceKind
from mixflow.sim.base.params import defaults
from mixflow.sim.engine.plan import Plan

COUNTRIES = ("AAA", "BBB", "CCC", "DDD")  # origin, host, first destination, the destination behind it
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
CORRIDORS = ("", "first", "second", "third", "fourth", "fifth")
YEARS = 12
DRIVERS = {
    "population": [50_000, 1e6, 1e6, 1e7],
    "income": [800, 1500, 15000, 30000],
    "unemployment": [15, 10, 10, 5],
    "wages": [800, 1500, 15000, 30000],
    "stability": [-1.5, -0.5, 0.5, 1.0],
    "fragility": [100, 80, 40, 30],
    "conflict_displaced": [3000, 0, 0, 0],
    "disaster_displaced": [1000, 0, 0, 0],
}
LIVELY = {
    "choose": {
        "asc_irregular": 0.5,
        "asc_irregular_refugee": 0.5,
        "asc_onward": -3.0,
        "asc_region": 1.0,
        "asc_region_refugee": 1.0,
        "asc_stay_refugee": 1.0,
        "asc_stay": -1.0,
    },
}


def small_world(people: int) -> World:
    """The world in which so many people are hosted, displaced or waiting at the start; seats grow with them."""
    at = {name: k for k, name in enumerate(PLACES)}
    of = {country: k for k, country in enumerate(COUNTRIES)}
    n = len(COUNTRIES)
    column = [np.array([facts[k] for facts in EDGES.values()], float) for k in range(8)]
    ties, places = np.zeros((n, n)), np.zeros((n, n))
    ties[0, 1:] = [500, 200, 900]
    places[0, 3] = 40.0
    fields: dict[str, Any] = {
        "place_country": np.array([of[c] for c, _, _ in PLACES.values()], np.int16),
        "place_kind": np.array([k for _, k, _ in PLACES.values()], np.uint8),
        "population": np.array([p for _, _, p in PLACES.values()], np.int64),
        "edge_names": tuple(f"{a}>{b}:{Mode(int(facts[1])).label}" for (a, b), facts in EDGES.items()),
        "edge_from": np.array([at[a] for a, _ in EDGES], np.int32),
        "edge_to": np.array([at[b] for _, b in EDGES], np.int32),
        "edge_access": column[0].astype(np.uint8),
        "edge_mode": column[1].astype(np.uint8),
        "edge_corridor": column[2].astype(np.uint8),
        "distance_km": column[3],
        "price": column[4],
        "death": column[5],
        "interception": column[6],
        "smuggling_capacity": column[7] * max(people / 1000.0, 1.0),
        "drivers": {name: np.repeat(np.array(v, float)[:, None], YEARS, axis=1) for name, v in DRIVERS.items()},
        "hosted": {
            2009: [
                (0, 1, "hosted", people * 0.55),
                (0, 0, "displaced", people * 0.4),
                (0, 3, "asylum_pending", people * 0.05),
            ]
        },
    }
    return World(
        name="small",
        countries=COUNTRIES,
        place_names=tuple(PLACES),
        lat=np.linspace(0, 50, len(PLACES)),
        lon=np.linspace(0, 10, len(PLACES)),
        first_year=2008,
        recognition=np.full((n, YEARS), 0.6),
        convention=np.full((n, YEARS), 0.5),
        recognition_shift=np.zeros((n, YEARS)),
        return_rate=np.full((n, YEARS), 0.4),
        diaspora={2005: ties, 2010: ties},
        diaspora_elsewhere={2005: np.full(n, 100.0), 2010: np.full(n, 100.0)},
        admissions={"work": places, "family": places / 2, "study": places / 4},
        free_movement=np.zeros((n, n), np.bool_),
        remittance_cost=np.full((n, n), 0.0745),
        staff=np.array([0.0, 0.0, 0.3, 0.5]) * max(people / 1000.0, 1.0),
        season=np.ones((6, 12)),
        corridors=CORRIDORS,
        corridor_external=np.array([False] + [True] * 5),
        corridor_mode=np.array([NO_MODE, *[Mode.SEA] * 5], np.uint8),
        origins=np.array([True, False, False, False]),
        **two_sided(np.array([False, False, True, True])),
        **fields,
    )


def small_plan(days: int, seed: int = 5, threads: int = 1) -> Plan:
    """A plan of so many days in which much happens; everybody is counted on every day."""
    values = {group: dict(params) for group, params in defaults().items()}
    for group, params in LIVELY.items():
        values[group] |= params
    start = date(2010, 1, 1)
    clock = Clock(start, start + timedelta(days=max(days, 1) - 1))
    return Plan(clock, scale=1.0, seed=seed, values=values, threads=threads, check_days=10_000)


def small_graph(world: World) -> "nx.MultiDiGraph[str]":
    """The world's graph."""
    return graph(world)
