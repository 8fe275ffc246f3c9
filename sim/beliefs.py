"""Step 6: what nationalities believe of the way to Europe, from last month's deaths and successes of their own people."""

import numpy as np
import numpy.typing as npt

from .codes import Event
from .ledger import unpack
from .params import Values

Floats = npt.NDArray[np.float64]


class Beliefs:
    """Believed risk and believed success by nationality.

    Parameters
    ----------
    countries
        Number of countries.
    risk
        True risk of death on a typical journey at the start: what the belief over-estimates.
    values
        Parameters by group and name; the group `beliefs` is read.
    weight
        Real people that one simulated person stands for.
    """

    def __init__(self, countries: int, risk: float, values: Values, weight: float) -> None:
        self._values = values["beliefs"]
        self._weight = weight
        self.usual = risk * self._values["overestimate"]
        self.risk: Floats = np.full(countries, self.usual)
        self._arrived: Floats = np.zeros(countries)

    @property
    def success(self) -> Floats:
        """log10 of one plus the real compatriots who reached Europe without a visa in a recent month, shape (countries,)."""
        return np.log10(1.0 + self._arrived * self._weight)

    def hear(self, keys: npt.NDArray[np.int64], counts: npt.NDArray[np.int64], routed: npt.NDArray[np.bool_]) -> None:
        """Take in a month's events, published at its end.

        Parameters
        ----------
        keys, counts
            Packed events and their numbers.
        routed
            Whether each edge belongs to a named route into Europe, shape (edges,).
        """
        size = len(self.risk)
        event = unpack(keys)
        on_route = (event["edge"] >= 0) & routed[event["edge"]]
        arrived = np.bincount(event["origin"], counts * (on_route & (event["event"] == Event.CROSSING)), size)
        died = np.bincount(event["origin"], counts * (on_route & (event["event"] == Event.DEATH)), size)
        memory = self._values["memory"]
        attempts = arrived + died
        heard = memory * attempts * self._weight / (attempts * self._weight + self._values["news"])
        seen = self._values["overestimate"] * died / np.maximum(attempts, 1.0)
        self.risk += heard * (seen - self.risk)
        self._arrived += memory * (arrived - self._arrived)
