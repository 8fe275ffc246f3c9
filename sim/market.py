"""Prices and seats on the edges where seats are scarce, and who asked for one: the part of a smuggler's trade that kernels feel."""

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
        self.seats = seats.copy()
        self.asked = np.zeros(len(seats))  # simulated people who asked for the first time since the last trade
        self._scale = scale
        self._offered = np.zeros(len(seats))  # cumulative seats, simulated people, fractions kept

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

    def note(self, edge: Ints) -> None:
        """Count those who asked for a seat today and had not asked before."""
        self.asked += np.bincount(edge, minlength=len(self.seats))
