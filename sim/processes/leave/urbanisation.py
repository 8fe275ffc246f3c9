"""People at home as townspeople and people of the land: who moves into towns, and what that makes of who leaves. Input to step 7.

A layer of migration within countries, by the switch `internal_migration`. Those at home stay numbers: towns hold a share of those
of each country and the land the rest, so that a move makes and loses nobody.
"""

from datetime import date

import numpy as np

from ...base.errors import UserError
from ...base.levers import Floats
from ...world.compiled_world import CompiledWorld

FULL = 0.999
"""Share of townspeople at which a country has no land left to leave."""


class Urbanisation:
    """The share of those at home who live in towns, by country.

    Parameters
    ----------
    surroundings
        The world's drivers and parameters.
    start
        The day on which a run begins.

    Raises
    ------
    UserError
        When the switch is on, and the world does not say how many people of a country of origin live in towns.
    """

    def __init__(self, compiled_world: CompiledWorld, start: date) -> None:
        self._s = compiled_world
        self._pace = compiled_world.values["switch"]["internal_migration"]
        unknown = _unknown(compiled_world)
        if self._pace > 0.0 and unknown:
            raise UserError(
                "params.switch.internal_migration needs the share of people in towns of every country of origin; the table "
                f"towns.csv of this world has none for {', '.join(unknown)}."
            )
        self._first = urban(compiled_world, start)
        self.share = self._first.copy()
        self.moved = np.zeros_like(self.share)

    @property
    def on(self) -> bool:
        """Whether anybody may move into a town."""
        return self._pace > 0.0

    def grow(self, when: date, hardship: Floats) -> None:
        """Once a month: people of the land move into towns, at the pace at which towns grew, and faster the harder the land.

        Parameters
        ----------
        hardship
            Factor of policies on the hazard of losing a livelihood, shape (countries,).
        """
        if not self.on:
            return
        pushed = hardship ** self._s.values["leave"]["elasticity_urbanisation"]
        self.moved = (1.0 - self.share) * np.minimum(self._pace * pace(self._s, when) * pushed / 12.0, 1.0)
        self.share = np.minimum(self.share + self.moved, FULL)

    def figures(self, at_home: Floats) -> dict[str, Floats]:
        """Of so many real people at home, by country: who lives in towns, and who moved into one in the month."""
        if not self.on:
            return {}
        return {"at_home": at_home, "townspeople": self.share * at_home, "into_towns": self.moved * at_home}

    @property
    def leaving(self) -> Floats:
        """Factor on the hazards of beginning to intend since the first day, shape (countries, profiles).

        Hardship is of the land: people who have moved into a town are out of it. Aspiration is more frequent in towns. Conflict and
        persecution make no difference.
        """
        land = (1.0 - self.share) / (1.0 - self._first)
        aspiring = self._aspiring(self.share) / self._aspiring(self._first)
        return np.stack([np.ones_like(land), land, aspiring], axis=1)

    @property
    def from_urban(self) -> Floats:
        """Of those who begin to intend now, who lives in a town, shape (countries, profiles)."""
        return self._among_leavers(self.share)

    @property
    def from_urban_at_first(self) -> Floats:
        """The same on the first day."""
        return self._among_leavers(self._first)

    def _among_leavers(self, share: Floats) -> Floats:
        ratio = self._s.values["leave"]["urban_aspiration_ratio"]
        return np.stack([share, np.zeros_like(share), ratio * share / self._aspiring(share)], axis=1)

    def _aspiring(self, share: Floats) -> Floats:
        """How often people aspire where so many live in towns, against a country without any."""
        return 1.0 + (self._s.values["leave"]["urban_aspiration_ratio"] - 1.0) * share


def urban(s: CompiledWorld, when: date) -> Floats:
    """Share of people in towns, straight between the middles of the table's years, shape (countries,); 0 where none is known.

    Before the first year and after the last, the nearest holds.
    """
    return _at(s, when.year + (when.month - 0.5) / 12.0)


def pace(s: CompiledWorld, when: date) -> Floats:
    """Of the people of the land, who move into a town in a year, net, shape (countries,): what the growth of towns takes.

    Births and deaths are taken to be as frequent in towns as on the land, and land that is built up to be moved to: the share in
    towns then grows by those who move alone. Where towns lose people, nobody moves.
    """
    at = when.year + (when.month - 0.5) / 12.0
    now, next_year = _at(s, at), _at(s, at + 1.0)
    return np.asarray(np.maximum(next_year - now, 0.0) / (1.0 - now))


def _at(s: CompiledWorld, year: float) -> Floats:
    known = s.world.urban
    if not known:
        return np.zeros(len(s.world.countries))
    years = sorted(known)
    table = np.nan_to_num(np.stack([known[y] for y in years]))
    middles = np.array(years) + 0.5
    return np.minimum([np.interp(year, middles, table[:, c]) for c in range(table.shape[1])], FULL)


def _unknown(s: CompiledWorld) -> list[str]:
    """Countries whose people may leave, and of whose towns nothing is known."""
    known = list(s.world.urban.values())
    origins = np.flatnonzero(s.world.origins)
    return [s.world.countries[c] for c in origins if not known or any(np.isnan(share[c]) for share in known)]
