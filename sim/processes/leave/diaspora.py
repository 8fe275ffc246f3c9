"""Compatriots abroad as ties that others follow: those of the tables, and those who came in the run, once they have taken root."""

import numpy as np

from ...base.levers import Floats


class Diaspora:
    """How many compatriots abroad count as ties, by nationality and country of residence.

    Of those who came since the start, the number that counts moves each month by 1 / (12 years) of what is missing.

    Parameters
    ----------
    at_start
        Compatriots abroad on the first day, shape (countries, countries).
    years
        Mean time until somebody who came is a tie: `leave.tie_years`.
    """

    def __init__(self, at_start: Floats, years: float) -> None:
        self._at_start = at_start
        self._months = max(12.0 * years, 1.0)
        self._residents_at_start = np.zeros_like(at_start)
        self._rooted = np.zeros_like(at_start)

    @property
    def ties(self) -> Floats:
        """Compatriots who count as ties now, shape (countries, countries)."""
        return np.asarray(self._at_start + self._rooted)

    def begin(self, residents: Floats) -> None:
        """Note who lives where on the first day: they are among those of the tables."""
        self._residents_at_start = residents

    def take_root(self, residents: Floats) -> None:
        """Once a month: those who have come since are ties a little more."""
        came = np.maximum(residents - self._residents_at_start, 0.0)
        self._rooted += (came - self._rooted) / self._months
