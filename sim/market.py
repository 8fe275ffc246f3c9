"""Prices and seats where seats are scarce, and who asked for one: the part of a smuggler's trade that kernels feel."""

import numpy as np
import numpy.typing as npt

from .kernels.trade import note_asked, offer

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

LEAST_KEPT = 3.0
"""Whole seats that a corridor keeps at least, so that in a small run nobody asks in vain only because the others are few."""

FEW = 20.0
"""Simulated people who asked on an edge, whose luck weighs as much as that of all who asked on its corridor."""


SHUT = 1e-9
"""Factor on seats below which nothing is left of them."""


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
    boat_wait
        Days for which seats that nobody asked for are still offered.
    corridor
        Number of each edge's corridor, edges of one route and mode, shape (edges,).
    """

    def __init__(self, price: Floats, seats: Floats, scale: float, boat_wait: float, corridor: Ints) -> None:
        self.price = price.copy()
        self.first_price = price.copy()
        self.seats = seats.copy()
        self.asked = np.zeros(len(seats))  # asked for, by simulated people, since the last trade
        self.demand = np.where(np.isfinite(seats), seats, 0.0) * scale * 7.0  # the same a week, as smugglers judge it
        self.blocked = np.zeros(len(seats))  # believed share of those who ask in vain
        self._scale = scale
        self._boat_wait = boat_wait
        self._corridor = corridor
        self._room = np.zeros(len(seats))  # seats for simulated people that are still to be had, fractions kept
        self._tried = np.zeros(len(seats))  # lately: people who tried for a seat
        self._failed = np.zeros(len(seats))  # of these, in vain
        self._decreed: Floats | None = None  # what policies leave of the seats, as last known

    def room(self, factor: Floats) -> Ints:
        """Whole seats for simulated people today, those among them that have waited for passengers.

        Parameters
        ----------
        factor
            Season and policies as a factor on seats, shape (edges,). Where it is 0, no boat waits.
        """
        whole = np.empty(len(self.seats), np.int64)
        offer(self.seats, factor, self._scale, self._boat_wait, LEAST_KEPT, self._room, whole)
        return whole

    def note(self, edge: Ints, granted: npt.NDArray[np.bool_]) -> None:
        """Count who asked for a seat today: on which edge, and whether with success. The seats given are gone."""
        count = np.empty((2, len(self.seats)), np.int64)
        note_asked(edge, granted, self._room, self.asked, self._tried, self._failed, count)

    def decree(self, factor: Floats) -> None:
        """At the opening of a month, people know by what factor policies have changed the seats on offer since the last.

        What the market makes of it is heard of in time; that there are twice the seats for as many people is known at once.

        Parameters
        ----------
        factor
            What policies leave of the seats, shape (edges,). A border that is shut is known as such apart from this.
        """
        last = factor if self._decreed is None else self._decreed
        is_open, was_open = factor > SHUT, last > SHUT
        more = np.where(is_open & was_open, factor / np.where(was_open, last, 1.0), 1.0)
        self._decreed = np.where(is_open, factor, last)
        self._failed = self._tried - np.minimum(self._tried, (self._tried - self._failed) * more)
        self.blocked = 1.0 - np.minimum(1.0, (1.0 - self.blocked) * more)

    def learn(self, memory: float) -> None:
        """At the end of a month, people hear how often seats are asked for in vain, of all who asked lately.

        What they hear is set against a week's seats of which nothing is heard, so that it is forgotten where nobody asks any more.
        And few who asked for the seats of one edge say little of it: what is heard of its whole corridor weighs as much as `FEW`.

        Parameters
        ----------
        memory
            Share of those who asked that is forgotten each month.
        """
        quiet = np.where(np.isfinite(self.seats), self.seats, 0.0) * self._scale * 7.0
        heard = self._tried + quiet
        of_all = np.bincount(self._corridor, self._failed) / np.maximum(np.bincount(self._corridor, heard), 1e-9)
        self.blocked = (self._failed + FEW * of_all[self._corridor]) / (heard + FEW)
        self._tried *= 1.0 - memory
        self._failed *= 1.0 - memory

    def dear(self, edges: npt.NDArray[np.bool_]) -> float:
        """Mean log ratio of today's prices to those at the start, on some edges."""
        known = edges & (self.first_price > 0) & (self.price > 0)
        return float(np.log(self.price[known] / self.first_price[known]).mean()) if known.any() else 0.0
