"""Whole units for simulated people out of rates of real people: places, visas, decisions, seats.

A rate seldom gives a whole number of units in a month. The fraction that is left carries over to the next month. Each cell (a
nationality and a country, say) starts with a random fraction between 0 and 1, so that the expected number of units is the number
ordered, at any scale and for any number of cells. The fraction follows from the seed and the stable code of the cell: worlds that
are compared share it, and other cells do not change it.
"""

import numpy as np
import numpy.typing as npt

from .decisions import WHOLE
from .levers import Floats
from .ration import fill_fractions
from .rng import U64, splitmix64, stable_code, stream

Rows = npt.NDArray[np.int64]

UNLIMITED = 1e12
"""Units a month beyond which their number makes no difference."""

YEAR = 11.0
"""Months for which unused units of a yearly quota stay on offer, after the month in which they came: a place lapses in a year."""

MONTH = 0.0
"""The same for the capacity of an office: what nobody uses in a month is lost."""

LEAST_KEPT = 4.0
"""Whole places that a cell keeps at least, so that as few lapse at any scale.

It corrects the noise of few simulated people, so it counts simulated places, and has no effect where a year brings more.
It is derived: where a third more ask than there are places and two simulated places come a year, 4 % of the places find nobody in
ten years with one place kept, 2 % with two, 1 % with four and with twelve; at full scale none.
"""

Codes = npt.NDArray[np.uint64]


def fractions(seed: int, name: str, codes: Codes) -> Floats:
    """The fraction that each cell starts with, by the name of what is given out and the stable code (uint64) of the cell."""
    found = np.empty(len(codes))
    fill_fractions(U64(splitmix64(U64(stream(seed, WHOLE, 0)), stable_code(name))), codes, found)
    return found


class WholeUnits:
    """Units on offer, by the name of what is given out and by cell.

    Parameters
    ----------
    seed
        The run's seed.
    scale
        Simulated people per real person.
    """

    def __init__(self, seed: int, scale: float) -> None:
        self._seed, self._scale = seed, scale
        self._held: dict[str, Floats] = {}  # on offer, for simulated people; fractions are kept

    def offer(self, name: str, rate: Floats, codes: Codes, keep: float) -> Rows:
        """Units on offer this month, those that are new and those that were not used.

        Parameters
        ----------
        name
            What is given out.
        rate
            Units for real people that come this month, shape (cells,).
        codes
            Stable code of each cell, uint64.
        keep
            Months for which unused units stay on offer: `YEAR` or `MONTH`. Of places of a year, `LEAST_KEPT` stay until they are
            used. Of a month's capacity of which less than one unit comes, one stays: at full scale, there would be some each month.
        """
        held = self._held[name] if name in self._held else fractions(self._seed, name, codes)
        new = np.minimum(rate, UNLIMITED) * self._scale
        unused = np.floor(held)
        least = np.where(new < 1.0, 1.0, 0.0) if keep == MONTH else LEAST_KEPT
        kept = np.where(new > 0.0, np.maximum(np.floor(keep * new), least), 0.0)
        self._held[name] = held - unused + np.minimum(unused, kept) + new
        return np.floor(self._held[name]).astype(np.int64)

    def take(self, name: str, cells: Rows) -> None:
        """Note that one unit of each of these cells was used; a cell may stand there more than once."""
        self._held[name] -= np.bincount(cells, minlength=len(self._held[name]))
