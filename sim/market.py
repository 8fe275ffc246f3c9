"""Prices and seats where seats are scarce, and who asked for one: the part of a smuggler's trade that kernels feel."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Market:
    """State of all corridors, written by smugglers and read by the day.

    Parameters
    ----------
    price
        EUR on each edge, shape (edges,).
    seats
        Persons a day on each edge at the start, infinite where nothing is scarce, shape (edges,).
    scale
        Simulated people per real person.
    """

    def __init__(self, price: Floats, seats: Floats, scale: float) -> None:
        self.price = price.copy()
        self.first_price = price.copy()
        self.seats = seats.copy()
        self.asked = np.zeros(len(seats))  # asked for, by simulated people, since the last trade
        self.demand = np.where(np.isfinite(seats), seats, 0.0) * scale * 7.0  # the same a week, as smugglers judge it
        self.blocked = np.zeros(len(seats))  # believed share of those who ask in vain
        self._scale = scale
        self._offered = np.zeros(len(seats))  # cumulative seats, simulated people, fractions kept
        self._tried = np.zeros(len(seats))  # this month: people who tried for a seat
        self._failed = np.zeros(len(seats))  # this month: of these, in vain

    def room(self, factor: Floats) -> Ints:
        """Whole seats for simulated people today; fractions carry over to tomorrow.

        Parameters
        ----------
        factor
            Season and policies as a factor on seats, shape (edges,).
        """
        scarce = np.isfinite(self.seats)
        today = np.where(scarce, np.where(scarce, self.seats, 0.0) * np.where(scarce, factor, 0.0), 0.0) * self._scale
        before = np.floor(self._offered)
        self._offered += today
        return (np.floor(self._offered) - before).astype(np.int64)

    def note(self, edge: Ints, granted: npt.NDArray[np.bool_]) -> None:
        """Count who asked for a seat today: on which edge, and whether with success."""
        size = len(self.seats)
        asked = np.bincount(edge, minlength=size)
        self.asked += asked
        self._tried += asked
        self._failed += np.bincount(edge[~granted], minlength=size)

    def learn(self, memory: float) -> None:
        """At the end of a month, people hear how often seats are asked for in vain; where nobody asked, it is forgotten slowly."""
        seen = self._failed / np.maximum(self._tried, 1.0)
        pace = np.where(self._tried > 0, memory, 0.1 * memory)
        self.blocked += pace * (seen - self.blocked)
        self._tried[:] = 0.0
        self._failed[:] = 0.0

    def dear(self, edges: npt.NDArray[np.bool_]) -> float:
        """Mean log ratio of today's prices to those at the start, on some edges."""
        known = edges & (self.first_price > 0) & (self.price > 0)
        return float(np.log(self.price[known] / self.first_price[known]).mean()) if known.any() else 0.0
