"""What ties a world to its record: constants of origins, destinations and corridors, and the openness of corridors by month.

Utilities are in log points, as in a nested logit: a constant of +.7 about doubles the odds. Constants never change with time; only
openness does, and only up to the last month of the record, after which it returns to zero by its own law.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Anchor:
    """Alternative-specific constants and the openness of corridors; C countries, K corridors, M months.

    Parameters
    ----------
    origin
        Added to the utility of setting out without a visa, by nationality; shape (C,).
    destination
        Added to the utility of a destination for those who set out so; shape (C,).
    corridor
        Taken off the generalised cost of each border of a corridor; shape (K,). The first corridor is none, and has 0.
    state
        Openness by month, taken off as well; shape (K, M).
    first_month
        Month of the first column of `state`: twelve times its year, and its month from 0 to 11.
    last_month
        Likewise the last month of the record: later columns follow the law of openness.
    """

    origin: Floats
    destination: Floats
    corridor: Floats
    state: Floats
    first_month: int
    last_month: int

    @property
    def known_until(self) -> date:
        """The first day of the last month whose openness comes from the record."""
        return date(self.last_month // 12, self.last_month % 12 + 1, 1)

    def openness(self, when: date) -> Floats:
        """Constant and state of each corridor in the month of a date, shape (K,); before the first month, the first holds."""
        at = max(12 * when.year + when.month - 1 - self.first_month, 0)
        return self.corridor + (self.state[:, at] if at < self.state.shape[1] else 0.0)
