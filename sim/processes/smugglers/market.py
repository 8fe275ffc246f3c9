"""Prices and seats where seats are scarce, and who asked for one: the part of a smuggler's trade that kernels feel."""

import numpy as np
import numpy.typing as npt

from .kernel import note_asked, offer

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

LEAST_KEPT = 12.0
"""Whole seats that an edge keeps at least, so that as few ask in vain at any scale.

It corrects the noise of few simulated people, so it counts simulated seats, and has no effect where `boat_wait` days bring more.
It is derived: where 90 % of the seats are wanted by people who come at random, nobody asks in vain at 10 simulated seats a day or
more; at .02 to 1 a day 1 % do with twelve seats kept, 3 to 5 % with six, 3 to 14 % with three.
"""

SHUT = 1e-9
"""Factor on seats below which nothing is left of them."""


class Market:
    """State of the market on all edges, written by smugglers and read by the day.

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
    passage
        Number of each edge's passage, edges of one mode from one country to another, shape (edges,); those of -1 belong to none.
    few_asked
        Real people who ask on an edge in a week, whose luck weighs as much as that of all who ask on its passage.
    fractions
        Of a seat that each edge starts with, shape (edges,); see `whole`. None for 0.
    """

    def __init__(
        self,
        price: Floats,
        seats: Floats,
        scale: float,
        boat_wait: float,
        passage: Ints,
        few_asked: float,
        fractions: Floats | None = None,
    ) -> None:
        self.price = price.copy()
        self.first_price = price.copy()
        self.smuggling_capacity = seats.copy()
        self.asked = np.zeros(len(seats))  # asked for, by simulated people, since the last trade
        self.demand = np.where(np.isfinite(seats), seats, 0.0) * scale * 7.0  # the same a week, as smugglers judge it
        self.pressure = np.ones(len(seats))  # demand over seats
        self.blocked = np.zeros(len(seats))  # believed share of those who ask in vain
        self._decreed = np.zeros(len(seats))  # what policies leave of the seats, as last known; 0 before anything is
        self._scale = scale
        self._boat_wait = boat_wait
        self._few = few_asked * scale
        self._passage = np.where(passage >= 0, passage, passage.max(initial=0) + 1)
        # seats for simulated people that are still to be had, fractions kept
        self._room = np.zeros(len(seats)) if fractions is None else fractions.copy()

    def room(self, factor: Floats) -> Ints:
        """Whole seats for simulated people today, those among them that have waited for passengers.

        Parameters
        ----------
        factor
            Season and policies as a factor on seats, shape (edges,). Where it is 0, no boat waits.
        """
        whole = np.empty(len(self.smuggling_capacity), np.int64)
        offer(self.smuggling_capacity, factor, self._scale, self._boat_wait, LEAST_KEPT, self._room, whole)
        return whole

    def note(self, edge: Ints, granted: npt.NDArray[np.bool_]) -> None:
        """Count who asked for a seat today: on which edge, and whether with success. The seats given are gone."""
        count = np.empty((2, len(self.smuggling_capacity)), np.int64)
        note_asked(edge, granted, self._room, self.asked, count)

    def judge(self, factor: Floats, weeks: float) -> None:
        """Once a week, smugglers judge how many ask for seats, and how that presses on those there are.

        Parameters
        ----------
        factor
            What policies leave of the seats, shape (edges,).
        weeks
            Over which demand is judged.
        """
        self.demand += (self.asked - self.demand) / weeks
        self.asked[:] = 0.0
        self.pressure = self.demand / np.maximum(self._offered(factor), 1e-9)

    def update_rationing_beliefs(self, factor: Floats, memory: float) -> None:
        """At the opening of a month, people hear how many ask for the seats of an edge in vain: those beyond what is offered.

        They believe it in time, or else all would turn to where seats were free a month ago, and find none. By what factor policies
        have changed the seats since the last month is known at once: there are twice as many for those who ask. And few who ask
        on one edge say little of it: what is heard of its whole passage weighs as much as `few_asked` people.

        Parameters
        ----------
        factor
            What policies leave of the seats, shape (edges,). A border that is shut is known as such apart from this.
        memory
            Share of what was believed that gives way to what is heard.
        """
        known = (factor > SHUT) & (self._decreed > SHUT)
        more = np.where(known, factor / np.where(known, self._decreed, 1.0), 1.0)
        self._decreed = np.where(factor > SHUT, factor, self._decreed)
        believed = 1.0 - np.minimum(1.0, (1.0 - self.blocked) * more)
        vain = np.maximum(self.demand - self._offered(factor), 0.0)
        of_all = np.bincount(self._passage, vain) / np.maximum(np.bincount(self._passage, self.demand), 1e-9)
        heard = (vain + self._few * of_all[self._passage]) / (self.demand + self._few)
        self.blocked = np.where(factor > SHUT, believed + memory * (heard - believed), self.blocked)

    def _offered(self, factor: Floats) -> Floats:
        """Seats a week for simulated people where seats are scarce, 0 elsewhere."""
        return np.asarray(
            np.where(np.isfinite(self.smuggling_capacity), self.smuggling_capacity, 0.0) * factor * self._scale * 7.0
        )

    def mean_log_price_ratio(self, edges: npt.NDArray[np.bool_]) -> float:
        """Mean log ratio of today's prices to those at the start, on some edges."""
        known = edges & (self.first_price > 0) & (self.price > 0)
        return float(np.log(self.price[known] / self.first_price[known]).mean()) if known.any() else 0.0
