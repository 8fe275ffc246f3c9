"""What does not change with policy: the graph compiled, drivers by month, seasons, where journeys end. Step 1 reads from here."""

from datetime import date
from typing import Any

import networkx as nx
import numpy as np
import numpy.typing as npt

from ..base.argument_cache import ArgumentCache
from ..base.codes import Access, PlaceKind
from ..base.forms import Numbers
from ..base.levers import unbroken
from ..base.params import Values
from ..base.rng import stable_code
from ..people.packed_keys import check_world
from .baseline import lasting, smuggled
from .network import LEAST_COST, RouteGraph
from .tables import WorldTables
from .zones import zones

Floats = npt.NDArray[np.float64]

YEARLY_TOTALS = ("conflict_displaced", "disaster_displaced")
"""Drivers that are people in a year; all others are levels."""

BORDER_KINDS = (PlaceKind.SETTLEMENT, PlaceKind.CAMP, PlaceKind.HUB)


class CompiledWorld:
    """The world as the engine sees it.

    Parameters
    ----------
    world
        Tables of the world.
    graph
        The same places and edges as a networkx graph.
    values
        Parameters by group and name.
    """

    def __init__(self, world: WorldTables, graph: "nx.MultiDiGraph[Any]", values: Values) -> None:
        check_world(len(world.place_names), len(world.edge_names), len(world.countries))
        self.world = world
        self.values = values
        self.numbers: Any = Numbers(**{f"{g}_{n}": float(v) for g, group in values.items() for n, v in group.items()})
        self.graph = RouteGraph.compile(graph)
        at = {name: k for k, name in enumerate(world.edge_names)}
        take = np.array([at[name] for name in self.graph.edge_names], np.int64)
        self.take = take
        self.origins = self._origins()
        self.mode = world.edge_mode[take].astype(np.uint8)
        self.access = world.edge_access[take].astype(np.uint8)
        self.edge_corridor = world.edge_corridor[take].astype(np.uint8)
        self.routed = self.edge_corridor > 0
        self.corridor_and_mode = np.unique(np.stack([self.edge_corridor, self.mode]), axis=1, return_inverse=True)[
            1
        ].astype(np.int64)
        self.passage = self._passages()
        self.days = self._travel_days(world.distance_km[take])
        self._calm = np.where(
            (self.mode == world.corridor_mode[self.edge_corridor])[:, None],
            np.maximum(world.season[self.edge_corridor], 0.25),
            1.0,
        )
        self.scarce = np.isfinite(world.smuggling_capacity[take])
        self.smuggled = smuggled(self.access, world.price[take], world.smuggling_capacity[take])
        self.target = self._targets()
        self.first_place = self._first_places()
        self.camp = np.asarray(world.place_kind == PlaceKind.CAMP)
        self.alternative = np.array([stable_code("country", c) for c in world.countries], np.uint64)
        self.regular_edge = self._regular_edges()
        without_visa = np.where(self.access == Access.VISA, np.inf, self.days.astype(float))
        self.days_to_go = self.graph.costs_to_go(without_visa, self.target, len(world.countries))
        walk = np.maximum(self.days * values["choose"]["beta_travel_time"], LEAST_COST)
        self.zones = zones(self.graph, self.access, walk, self.target, len(world.countries), self.corridor_and_mode)
        # where the search for ways begins: `RouteGraph.costs_to_go`
        self.by_cost = self.graph.any_order(len(world.countries))
        self.lasting = lasting(self)
        self.unbroken = unbroken(self.lasting)
        self.nearness = self._nearness()
        self._year0 = world.first_year
        self.argument_cache = ArgumentCache()

    def _origins(self) -> npt.NDArray[np.bool_]:
        """Whose people the model knows: countries with inhabitants who may leave, or with people abroad at the start."""
        abroad = [origin for rows in self.world.hosted.values() for origin, *_ in rows]
        return np.asarray(self.world.origins | np.isin(np.arange(len(self.world.countries)), abroad))

    def _passages(self) -> npt.NDArray[np.int64]:
        """Number of each edge's passage, by mode and both countries; -1 for edges of no named corridor."""
        country = self.world.place_country
        between = np.stack([country[self.graph.start], country[self.graph.end], self.mode])
        number = np.unique(between, axis=1, return_inverse=True)[1].reshape(-1)
        return np.where(self.edge_corridor > 0, number, -1).astype(np.int64)

    def driver(self, name: str, when: date) -> Floats:
        """One driver in the month of a date, shape (countries,).

        Tables give years. Numbers of people displaced in a year hold for each of its months; a level runs straight from the
        middle of one year to the middle of the next. Before the first year and after the last, the nearest holds.
        """
        table = self.world.drivers[name]
        if name in YEARLY_TOTALS:
            return self.of_year(table, when.year)
        at = when.year - self._year0 + (when.month - 0.5) / 12.0 - 0.5
        at = min(max(at, 0.0), table.shape[1] - 1.0)
        before = min(int(at), table.shape[1] - 2)
        share = at - before
        return np.asarray((1.0 - share) * table[:, before] + share * table[:, before + 1], np.float64)

    def of_year(self, table: Floats, year: int) -> Floats:
        """One year of a [countries, years] table."""
        return np.asarray(table[:, min(max(year - self._year0, 0), table.shape[1] - 1)], np.float64)

    def diaspora(self, year: int) -> Floats:
        """Compatriots by nationality and country of residence, straight between the table's years, shape (countries, countries)."""
        years = sorted(self.world.diaspora)
        tables: list[Floats] = [self.world.diaspora[y] for y in years]
        if year <= years[0] or len(years) == 1:
            return tables[0].copy()
        later = next((k for k, y in enumerate(years) if y >= year), len(years) - 1)
        share = min((year - years[later - 1]) / (years[later] - years[later - 1]), 1.0)
        return np.asarray((1.0 - share) * tables[later - 1] + share * tables[later])

    def season(self, when: date) -> Floats:
        """Danger of a corridor in a month against its yearly mean, shape (edges,): the inverse of how much it is travelled."""
        return np.clip(1.0 / self.calm(when), 0.5, 2.0)

    def calm(self, when: date) -> Floats:
        """How much a corridor is travelled in a month against its mean month, 1/4 at least, shape (edges,); 1 without a season."""
        return self._calm[:, when.month - 1]

    def roughness(self, when: date) -> Floats:
        """Log of how much more a corridor is travelled in its best month than in this one, shape (edges,); 0 without a season."""
        return np.asarray(np.log(self._calm.max(axis=1) / self.calm(when)))

    def openness(self, when: date) -> Floats:
        """What the record takes off the cost of each border of a corridor, log points, shape (edges,); 0 without an anchor."""
        anchor = self.world.anchor
        if anchor is None:
            return np.zeros(len(self.take))
        return np.where(self.access == Access.BORDER, anchor.openness(when)[self.edge_corridor], 0.0)

    def _travel_days(self, km: Floats) -> npt.NDArray[np.int16]:
        numbers = self.numbers
        speed = np.array(
            [numbers.move_road_speed, numbers.move_sea_speed, 5000.0, numbers.move_road_speed, numbers.move_foot_speed]
        )
        days: npt.NDArray[np.int16] = np.maximum(1, np.ceil(km / speed[self.mode])).astype(np.int16)
        return days

    def _nearness(self) -> Floats:
        """Weight of nearness for a move to hosts, shape (countries, places)."""
        numbers, country, hosts = self.numbers, self.world.place_country, self.world.hosts
        near = (1.0 + self.days_to_go) ** (-numbers.choose_elasticity_distance / numbers.choose_lambda_destination)
        near = np.where(np.isfinite(near) & hosts[:, None], near, 0.0)
        near[country, np.arange(len(country))] = 0.0
        return np.asarray(near)

    def _targets(self) -> npt.NDArray[np.int16]:
        """Where a journey to a country ends: its destinations, or its settlements, camps and hubs where people are hosted."""
        world = self.world
        country = world.place_country.astype(np.int16)
        far = world.destination[country] & (world.place_kind == PlaceKind.DESTINATION)
        near = (world.hosts | ~world.destination)[country] & np.isin(world.place_kind, BORDER_KINDS)
        ends = far | near
        return np.where(ends, country, np.int16(-1)).astype(np.int16)

    def _first_places(self) -> npt.NDArray[np.int64]:
        """The first place in each country where a journey ends, or else its first place; -1 where it has none."""
        country = self.world.place_country
        places = np.full(len(self.world.countries), -1, np.int64)
        for where in (country, self.target):
            for place in range(len(where) - 1, -1, -1):
                if where[place] >= 0:
                    places[where[place]] = place
        return places

    def _regular_edges(self) -> npt.NDArray[np.int32]:
        countries = len(self.world.countries)
        cost = np.where(self.smuggled, np.inf, self.days.astype(float))
        to_go = self.graph.costs_to_go(cost, self.target, countries)
        first = self.graph.first
        onward = cost[None, :] + to_go[:, self.graph.end]
        edge = np.full(to_go.shape, -1, np.int32)
        for place in range(len(first) - 1):
            if first[place] < first[place + 1]:
                out = onward[:, first[place] : first[place + 1]]
                best = out.argmin(axis=1)
                edge[:, place] = np.where(np.isfinite(out.min(axis=1)), first[place] + best, -1)
        return edge


def reference_wage(s: "CompiledWorld", when: date) -> Floats:
    """Wages that savings at home are measured in: those of the first year, moved with income over time only by a switch."""
    first, now = s.world.drivers["wages"][:, 0], s.driver("wages", when)
    return np.asarray(first * (np.maximum(now, 1.0) / np.maximum(first, 1.0)) ** s.numbers.switch_within_country_hump)
