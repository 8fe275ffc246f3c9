"""Those who have not left: numbers by place, and hazards of beginning to intend by place and profile. Step 7 draws from here."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from ...base.codes import DepartureType, Status
from ...base.decisions import LEAVE
from ...base.levers import Levers
from ...base.rng import stable_code, stream, uniform_alt
from ...people.population import Population
from ...world.compiled_world import CompiledWorld, reference_wage
from ..drivers.threats import conflict, persecution
from .kernel import emerge, name_leavers

MOST_A_DAY = 0.05
"""The largest hazard of a person and day; assumption: a twentieth of a town may leave in a day, as when a front comes near."""

LOWEST_WAGE = 100.0
"""EUR a year that wages at home are taken to be at least; a guard against gaps in a table, below any country's."""

WIDEST_GAP = 3.0
"""Log points up to which a gap in wages, or what feeds a conflict, counts; assumption: a factor of twenty, beyond all studies."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class OriginPopulation:
    """The implicit population, and the clock of each home group.

    Parameters
    ----------
    surroundings
        The world's drivers and parameters.
    scale
        Simulated people per real person.
    seed
        The run's seed.
    """

    def __init__(self, compiled_world: CompiledWorld, scale: float, seed: int) -> None:
        world = compiled_world.world
        self.compiled_world = compiled_world
        self.people: Ints = np.rint(world.population * scale * world.origins[world.place_country]).astype(np.int64)
        places = np.flatnonzero(self.people > 0)
        self.place = np.repeat(places, len(DepartureType)).astype(np.int32)
        self.profile = np.tile(np.arange(len(DepartureType)), len(places)).astype(np.uint8)
        self.origin = world.place_country[self.place].astype(np.int16)
        names = world.place_names
        self.key = np.array(
            [
                stable_code("home", names[p], DepartureType(int(f)).label)
                for p, f in zip(self.place, self.profile, strict=True)
            ],
            np.uint64,
        )
        self.stream = np.uint64(stream(seed, LEAVE, 0))
        self.left = np.zeros(len(self.key), np.int64)
        self.due = np.array([-np.log(uniform_alt(self.stream, key, np.uint64(0))) for key in self.key], np.float64)
        self.expected = np.zeros(len(self.key))
        self.hazard = np.zeros(len(self.key))
        self._fresh = np.zeros(len(self.key), np.int64)

    def set_hazards(
        self, when: date, levers: Levers, ties: "TransnationalTies", anticipation_factor: Floats, towns: Floats
    ) -> None:
        """Hazards of each group per person and day: drivers of a month, policies, and what people abroad do for home.

        Parameters
        ----------
        anticipation_factor
            How much the fear of closing doors hurries people at each place, shape (places,).
        towns
            What moves into towns have made of each hazard, shape (countries, profiles).
        """
        hazard = hazards(self.compiled_world, when, levers, ties) * towns
        self.hazard = np.minimum(hazard[self.origin, self.profile] * anticipation_factor[self.place], MOST_A_DAY)

    def draw_departures(self, population: Population, day: int) -> Ints:
        """Give a row to everybody who begins to intend today, and return the rows; traits are given afterwards."""
        group, keys = self.leavers()
        if len(group) == 0:
            return group
        place = self.place[group]
        return population.append(
            len(group),
            key=keys,
            origin=self.origin[group],
            home=place,
            place=place,
            profile=self.profile[group],
            status=Status.INTENDING,
            since=day,
            wake=day,
        )

    def leavers(self) -> tuple[Ints, npt.NDArray[np.uint64]]:
        """Draw those who begin to intend today: group and key of each; they are no longer at home."""
        self.expected += self.hazard * self.people[self.place]
        count = emerge(self.stream, self.key, self.expected, self.people, self.place, self.left, self.due, self._fresh)
        group, keys = np.empty(count, np.int64), np.empty(count, np.uint64)
        name_leavers(self._fresh, self.left, self.key, group, keys)
        return group, keys


@dataclass(frozen=True)
class TransnationalTies:
    """What those abroad are to those at home.

    Parameters
    ----------
    diaspora
        Compatriots by nationality and country of residence, shape (countries, countries).
    wages
        EUR a head and year, shape (countries,).
    remitted
        What households received in the last month, EUR by nationality, real people's, shape (countries,).
    camps
        People in camps abroad by nationality, real people, shape (countries,).
    """

    diaspora: Floats
    wages: Floats
    remitted: Floats
    camps: Floats


def hazards(compiled_world: CompiledWorld, when: date, levers: Levers, ties: TransnationalTies) -> Floats:
    """Hazard of beginning to intend, per person and day, shape (countries, profiles)."""
    population = np.maximum(compiled_world.driver("population", when), 1.0)
    flight = _flight(compiled_world, when, population, ties) * levers["conflict"]
    hardship = _hardship(compiled_world, when, population, levers, ties) * levers["hardship"]
    aspiration = _aspiration(compiled_world, when, population, ties)
    both: Any = np.stack([flight, hardship, aspiration], axis=1) / 365.0
    return np.asarray(np.minimum(both, MOST_A_DAY))


def _flight(s: CompiledWorld, when: date, population: Floats, ties: TransnationalTies) -> Floats:
    """Flight follows conflict and persecution; by switches, camps and diasporas feed it."""
    v, switch = s.values["leave"], s.values["switch"]
    fed = switch["camp_violence"] * v["camp_violence"] * 10.0 * ties.camps
    fed = fed + switch["diaspora_conflict"] * v["diaspora_conflict"] * 10.0 * ties.diaspora.sum(axis=1)
    threat = conflict(s, when, population) + persecution(s, when)
    return np.asarray(threat * np.exp(np.minimum(fed / population, WIDEST_GAP)))


def _hardship(s: CompiledWorld, when: date, population: Floats, levers: Levers, ties: TransnationalTies) -> Floats:
    """Hardship follows displacement by disasters and fragility; aid to livelihoods and money invested at home lessen it."""
    v = s.values["leave"]
    disaster = s.driver("disaster_displaced", when) / population
    felt = 1.0 / (1.0 + np.exp(-(s.driver("fragility", when) - v["fragility_mid"]) / v["fragility_width"]))
    aid = np.log2(1.0 + 1e6 * levers["livelihood_aid"] / population)
    earned = np.maximum(ties.wages, 1.0) * v["adult_share"] * population  # wages are output per person of working age
    invested = levers["diaspora_engagement"] * np.minimum(12.0 * ties.remitted / earned, 1.0)
    eased = np.exp(-v["livelihood_aid"] * aid - v["remittance_invested"] * 10.0 * invested)
    return np.asarray((v["disaster_share"] * disaster + v["hardship_rate"] * felt) * eased)


def _aspiration(s: CompiledWorld, when: date, population: Floats, ties: TransnationalTies) -> Floats:
    """Aspiration is the share of adults who prepare (Gallup), raised by the network abroad and by the gap in income."""
    v = s.values["leave"]
    share_abroad = ties.diaspora.sum(axis=1) / population
    network = 1.0 + (v["network_ratio"] - 1.0) * share_abroad / (share_abroad + v["network_half"])
    gap = np.log(ties.wages[s.world.destination].mean() / np.maximum(reference_wage(s, when), LOWEST_WAGE))
    wish = np.exp(v["income_gap"] * (np.clip(gap, 0.0, WIDEST_GAP) - v["gap_usual"]))
    return np.asarray(v["prepare_share"] * v["adult_share"] * network * wish)
