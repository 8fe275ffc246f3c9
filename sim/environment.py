"""What a person meets: the month's arrays that kernels read, made from drivers, levers and beliefs. Steps 1, 2 and 6 meet here."""

from datetime import date
from typing import Any

import networkx as nx
import numpy as np
import numpy.typing as npt

from .codes import Access, Mode, PlaceKind, Profile
from .kernels.choose import sum_over_countries
from .kernels.forms import Environment, Numbers
from .levers import Levers
from .network import RouteGraph
from .params import Values
from .rng import stable_code
from .world import WorldTables

Floats = npt.NDArray[np.float64]

YEARLY_TOTALS = ("conflict_displaced", "disaster_displaced")
"""Drivers that are people in a year; all others are levels."""

BORDER_KINDS = (PlaceKind.SETTLEMENT, PlaceKind.CAMP, PlaceKind.HUB)


class Surroundings:
    """Turns tables, levers and beliefs into the `Environment` of kernels.

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
        self.world = world
        self.values = values
        self.numbers: Any = Numbers(**{f"{g}_{n}": float(v) for g, group in values.items() for n, v in group.items()})
        self.graph = RouteGraph.compile(graph)
        at = {name: k for k, name in enumerate(world.edge_names)}
        take = np.array([at[name] for name in self.graph.edge_names], np.int64)
        self.take = take
        self.mode = world.edge_mode[take].astype(np.uint8)
        self.access = world.edge_access[take].astype(np.uint8)
        self.route = world.edge_route[take].astype(np.uint8)
        self.days = self._travel_days(world.distance_km[take])
        self.scarce = np.isfinite(world.seats[take])
        self.target = self._targets()
        self.alternative = np.array([stable_code("country", c) for c in world.countries], np.uint64)
        self.regular_edge = self._regular_edges()
        self._year0 = world.first_year

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

    def baseline(self, when: date) -> Levers:
        """Levers before policies and markets, in a month: tables, moved by the stability of the states on the way."""
        world, numbers = self.world, self.numbers
        drift = self.driver("stability", when) - self.world.drivers["stability"][:, 0]
        coast = drift[world.place_country[self.graph.start]]
        watched = world.interception[self.take] > 0
        interception = world.interception[self.take] + np.where(
            watched, numbers.cross_stability_interception * coast, 0.0
        )
        return {
            "death": world.death[self.take].copy(),
            "interception": np.clip(interception, 0.0, 0.95),
            "price": world.price[self.take] * np.exp(numbers.smuggler_lawlessness * np.minimum(coast, 0.0)),
            "seats": np.ones(len(self.take)),
            "staff": world.staff.copy(),
            "recognition": self.of_year(world.recognition, when.year),
            "return_rate": self.of_year(world.return_rate, when.year),
            "work": world.admissions["work"].copy(),
            "family": world.admissions["family"].copy(),
        }

    def environment(
        self,
        when: date,
        levers: Levers,
        price: Floats,
        diaspora: Floats,
        belief: Floats,
        usual_belief: float,
        success: Floats,
    ) -> Environment:
        """The environment of a month; `day` and `streams` are set each day.

        Parameters
        ----------
        price
            Price asked on each edge, EUR, shape (edges,).
        diaspora
            Compatriots by nationality and country of residence, shape (countries, countries).
        belief
            Believed risk of death on the way to Europe, shape (countries,).
        usual_belief
            Belief at the start, which `cost_to_go` stands for.
        success
            log10 of compatriots who made it of late, shape (countries,).
        """
        world, numbers = self.world, self.numbers
        income = np.maximum(self.driver("wages", when), 100.0)
        season = self.season(when)
        cost = self._believed_cost(levers, price)
        countries = len(world.countries)
        to_go = self.graph.costs_to_go(cost, self.target, countries)
        fare = np.where(np.isfinite(cost), np.maximum(price, 1e-3), np.inf)
        price_to_go = self.graph.costs_to_go(fare, self.target, countries)
        reach = np.where(np.isfinite(cost), self.days.astype(float), np.inf)
        days_to_go = self.graph.costs_to_go(reach, self.target, countries)
        scale = numbers.choose_scale_nest
        near = (1.0 + days_to_go) ** (-numbers.choose_neighbour_distance / scale)
        population = np.maximum(self.driver("population", when), 1.0)
        recognition = levers["recognition"]
        far = np.where(world.europe[:, None], np.exp(-to_go / scale), 0.0)
        near = np.where(np.isfinite(near) & ~world.europe[:, None], near, 0.0)
        near[world.place_country, np.arange(len(world.place_country))] = 0.0
        pull_far = self._pull_far(diaspora, population, income, recognition, self.driver("unemployment", when))
        pull_near = self._pull_near(diaspora, population, income)
        pull_regular = self._pull_regular(levers, population)
        return Environment(
            day=0,
            streams=np.zeros(1, np.uint64),
            numbers=numbers,
            first=self.graph.first,
            end=self.graph.end,
            code=self.graph.code,
            access=self.access,
            days=self.days,
            price=price,
            death=np.clip(levers["death"] * season, 0.0, 1.0),
            interception=levers["interception"],
            scarce=self.scarce,
            cost=cost,
            country=world.place_country.astype(np.int16),
            target=self.target,
            alternative=self.alternative,
            europe=world.europe,
            income=income,
            stability=self.driver("stability", when),
            cost_to_go=to_go,
            price_to_go=price_to_go,
            near=near,
            far=far,
            regular_edge=self.regular_edge,
            pull_far=pull_far,
            pull_near=pull_near,
            pull_regular=pull_regular,
            pull_elsewhere=self._pull_elsewhere(population),
            all_far=_inclusive(pull_far, far),
            all_near=_inclusive(pull_near, near),
            all_regular=pull_regular.sum(axis=(1, 2)),
            fare=price_to_go[world.europe].min(axis=0),
            belief=belief,
            usual_belief=usual_belief,
            success=success,
            recognition=recognition,
            convention=self.of_year(world.convention, when.year),
            return_rate=levers["return_rate"],
        )

    def season(self, when: date) -> Floats:
        """Danger of the sea in a month against its yearly mean, shape (edges,): the inverse of how much it is travelled."""
        calm = self.world.season[self.route, when.month - 1]
        return np.where(self.mode == Mode.SEA, np.clip(1.0 / np.maximum(calm, 0.25), 0.5, 2.0), 1.0)

    def _travel_days(self, km: Floats) -> npt.NDArray[np.int16]:
        numbers = self.numbers
        speed = np.array(
            [numbers.move_road_speed, numbers.move_sea_speed, 5000.0, numbers.move_road_speed, numbers.move_foot_speed]
        )
        days: npt.NDArray[np.int16] = np.maximum(1, np.ceil(km / speed[self.mode])).astype(np.int16)
        return days

    def _targets(self) -> npt.NDArray[np.int16]:
        """Where a journey to a country ends: its destinations in Europe, its settlements, camps and hubs elsewhere."""
        world = self.world
        country = world.place_country.astype(np.int16)
        ends = np.where(
            world.europe[country], world.place_kind == PlaceKind.DESTINATION, np.isin(world.place_kind, BORDER_KINDS)
        )
        return np.where(ends, country, np.int16(-1)).astype(np.int16)

    def _believed_cost(self, levers: Levers, price: Floats) -> Floats:
        numbers = self.numbers
        danger = 100.0 * numbers.choose_danger * numbers.beliefs_overestimate * levers["death"]
        stopped = -np.log1p(-np.minimum(levers["interception"], 0.99))
        cost = (
            numbers.choose_travel_time * self.days
            + numbers.choose_border_cost * (self.access == Access.BORDER)
            + danger
            + stopped
            + numbers.choose_cost * price / numbers.choose_reference_income
        )
        return np.where(self.access == Access.VISA, np.inf, cost)

    def _regular_edges(self) -> npt.NDArray[np.int32]:
        countries = len(self.world.countries)
        smuggled = self.scarce | ((self.access == Access.BORDER) & (self.world.price[self.take] > 0))
        cost = np.where(smuggled, np.inf, self.days.astype(float))
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

    def _ties(self, diaspora: Floats, population: Floats) -> Floats:
        """Compatriots abroad per 10,000 at home, raised to the diaspora elasticity."""
        return np.asarray((0.05 + 1e4 * diaspora / population[:, None]) ** self.numbers.choose_diaspora)

    def _pull_far(
        self, diaspora: Floats, population: Floats, income: Floats, recognition: Floats, unemployment: Floats
    ) -> Floats:
        numbers, scale = self.numbers, self.numbers.choose_scale_nest
        pull = self._ties(diaspora, population) * (income[None, :] / income[:, None]) ** numbers.choose_income
        pull = pull * np.exp(-numbers.choose_unemployment * unemployment)[None, :]
        sought = np.ones((len(income), len(Profile)))
        sought[:, Profile.FLIGHT] = np.exp(numbers.choose_recognition * recognition)
        both = pull[:, None, :] * sought[:, :, None] * self.world.europe[None, None, :]
        return np.ascontiguousarray(both ** (1.0 / scale))

    def _pull_near(self, diaspora: Floats, population: Floats, income: Floats) -> Floats:
        numbers, scale = self.numbers, self.numbers.choose_scale_nest
        pull = self._ties(diaspora, population)
        paid = (income[None, :] / income[:, None]) ** numbers.choose_income
        both = np.stack([pull, pull * paid, pull * paid], axis=1) * ~self.world.europe[None, None, :]
        both[np.arange(len(income)), :, np.arange(len(income))] = 0.0  # home is not abroad
        return np.ascontiguousarray(both ** (1.0 / scale))

    def _pull_regular(self, levers: Levers, population: Floats) -> Floats:
        places = np.stack([levers["work"], levers["family"]], axis=1) * self.world.europe[None, None, :]
        share = 1e6 * places / population[:, None, None]
        return np.ascontiguousarray(share ** (self.numbers.choose_diaspora / self.numbers.choose_scale_nest))

    def _pull_elsewhere(self, population: Floats) -> Floats:
        year = max(y for y in self.world.diaspora_elsewhere if y <= max(2010, min(self.world.diaspora_elsewhere)))
        return np.asarray((1e4 * self.world.diaspora_elsewhere[year] / population) ** self.numbers.choose_diaspora)


def _inclusive(pull: Floats, reach: Floats) -> Floats:
    total = np.empty((*pull.shape[:2], reach.shape[1]))
    sum_over_countries(pull, reach, total)
    return total
