"""Asylum applications of the last years, as sharing schemes count them."""

from collections import deque

import numpy as np

from ..base.levers import Floats


class PastClaims:
    """Asylum applications and people resettled of the last five years, by month and country, as sharing schemes count them.

    Parameters
    ----------
    countries
        Number of countries.
    """

    MONTHS = 60

    def __init__(self, countries: int) -> None:
        self._months: deque[Floats] = deque(maxlen=self.MONTHS)
        self._none = np.zeros(countries)

    def add(self, claims: Floats) -> None:
        """Count a month that ends."""
        self._months.append(claims)

    def published(self) -> dict[str, Floats]:
        """A year's claims, by the last twelve months and by all sixty, or by as many as there were so far."""
        months = list(self._months)
        year = 12.0 * np.mean(months[-12:], axis=0) if months else self._none
        mean = 12.0 * np.mean(months, axis=0) if months else self._none
        return {"claims_year": np.asarray(year), "claims_mean": np.asarray(mean)}
