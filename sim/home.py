"""Those who have not left: numbers by place, and hazards of beginning to intend by place and profile. Step 7 draws from here."""

from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from .codes import Profile
from .decisions import LEAVE
from .environment import Surroundings
from .kernels.leave import emerge
from .rng import stable_code, stream, uniform_alt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Home:
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

    def __init__(self, surroundings: Surroundings, scale: float, seed: int) -> None:
        world = surroundings.world
        self.surroundings = surroundings
        self.people: Ints = np.rint(world.population * scale * world.origins[world.place_country]).astype(np.int64)
        places = np.flatnonzero(self.people > 0)
        self.place = np.repeat(places, len(Profile)).astype(np.int32)
        self.profile = np.tile(np.arange(len(Profile)), len(places)).astype(np.uint8)
        self.origin = world.place_country[self.place].astype(np.int16)
        names = world.place_names
        self.key = np.array(
            [
                stable_code("home", names[p], Profile(int(f)).label)
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

    def set_hazards(self, when: date, diaspora: Floats, income: Floats) -> None:
        """Hazards of each group per person and day, from the drivers of a month."""
        hazard = hazards(self.surroundings, when, diaspora, income)
        self.hazard = hazard[self.origin, self.profile]

    def leavers(self) -> tuple[Ints, Ints]:
        """Draw those who begin to intend today: group and ordinal of each; they are no longer at home."""
        self.expected += self.hazard * self.people[self.place]
        before = self.left.copy()
        emerge(self.stream, self.key, self.expected, self.people, self.place, self.left, self.due, self._fresh)
        group = np.repeat(np.arange(len(self.key)), self._fresh)
        ordinal = np.arange(len(group)) - np.repeat(np.cumsum(self._fresh) - self._fresh, self._fresh) + before[group]
        return group, ordinal


def hazards(surroundings: Surroundings, when: date, diaspora: Floats, income: Floats) -> Floats:
    """Hazard of beginning to intend, per person and day, shape (countries, profiles).

    Flight follows new displacement by conflict (IDMC) and persecution, which is proxied by the square of recognition times
    fragility; hardship follows displacement by disasters and fragility; aspiration is the share of adults who prepare (Gallup),
    raised by the network abroad and by the gap in income.
    """
    v, driver = surroundings.values["leave"], surroundings.driver
    population = np.maximum(driver("population", when), 1.0)
    fragility = driver("fragility", when)
    recognition = surroundings.of_year(surroundings.world.recognition, when.year)
    conflict = driver("conflict_displaced", when) / population
    flight = conflict * (1.0 + v["abroad_ratio"]) + v["persecution_rate"] * recognition**2 * fragility / 100.0
    disaster = driver("disaster_displaced", when) / population
    hardship = v["disaster_share"] * disaster + v["hardship_rate"] / (
        1.0 + np.exp(-(fragility - v["fragility_mid"]) / v["fragility_width"])
    )
    share_abroad = diaspora.sum(axis=1) / population
    network = 1.0 + (v["network_ratio"] - 1.0) * share_abroad / (share_abroad + v["network_half"])
    europe = surroundings.world.europe
    gap = np.log(income[europe].mean() / income)
    aspiration = (
        v["prepare_share"]
        * v["adult_share"]
        * network
        * np.exp(v["income_gap"] * (np.clip(gap, 0.0, 3.0) - v["gap_usual"]))
    )
    both: Any = np.stack([flight, hardship, aspiration], axis=1) / 365.0
    return np.asarray(np.minimum(both, 0.05))
