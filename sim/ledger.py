"""Accounts of people: who is where, what happened, and whether it adds up. A broken account stops the run."""

from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .codes import ROUTES, Channel, Event, Need, Status
from .kernels.record import CHANNEL_BITS, COUNTRY_BITS, EDGE_BITS, NEED_BITS
from .kernels.tally import EMPTY, tally
from .world import WorldTables

Ints = npt.NDArray[np.int64]


class AccountError(AssertionError):
    """People were lost or made: a fault of the program, never of the user."""


class Census:
    """People by place and status, kept by the changes that kernels report and checked against a count.

    Parameters
    ----------
    places
        Names of the places.
    home
        People at home at the start, shape (places,).
    """

    def __init__(self, places: tuple[str, ...], home: Ints) -> None:
        self.places = places
        self.table = np.zeros((len(places), len(Status)), np.int64)
        self.table[:, Status.HOME] = home
        self.total = int(home.sum())

    def admit(self, rows_place: Ints, status: npt.NDArray[np.uint8]) -> None:
        """Take in people who were put into the world from outside, as those who are there when the run starts."""
        np.add.at(self.table, (rows_place, status), 1)
        self.total += len(rows_place)

    def intend(self, place: Ints) -> None:
        """Move people from the implicit population at home to those who prepare."""
        leaving = np.bincount(place, minlength=len(self.places))
        self.table[:, Status.HOME] -= leaving
        self.table[:, Status.PREPARING] += leaving

    def dismiss(self, rows_place: Ints, status: npt.NDArray[np.uint8]) -> None:
        """Strike people who were taken out of the world from outside."""
        np.subtract.at(self.table, (rows_place, status), 1)
        self.total -= len(rows_place)

    def change(self, difference: npt.NDArray[np.int32]) -> None:
        """Apply a day's changes of status and place."""
        self.table += difference

    def check(self, counted: Ints, day: date) -> None:
        """Compare with people counted one by one, shape (places, statuses).

        Raises
        ------
        AccountError
            Naming place, status and both numbers.
        """
        if self.table.sum() != self.total:
            raise AccountError(f"{day}: {self.table.sum()} people are in the books, {self.total} began")
        wrong = np.argwhere(self.table != counted)
        if len(wrong):
            place, status = wrong[0]
            raise AccountError(
                f"{day}: the books have {self.table[place, status]} people with status {Status(int(status)).label} at "
                f"{self.places[place]}, but {counted[place, status]} are there ({len(wrong)} accounts are broken)"
            )


class Flows:
    """Events of the run by month, edge, country, nationality, need and channel, in simulated people.

    Parameters
    ----------
    edge_names
        Names of the edges, by index.
    countries
        ISO3 codes, by index.
    route
        Route of each edge, an index of `ROUTES`.
    """

    def __init__(self, edge_names: tuple[str, ...], countries: tuple[str, ...], route: npt.NDArray[np.uint8]) -> None:
        self.edge_names, self.countries, self.route = edge_names, countries, route
        self._keys = np.full(1 << 14, EMPTY, np.int64)
        self._counts = np.zeros(1 << 14, np.int64)
        self._used = 0
        self._months: list[tuple[date, Ints, Ints]] = []

    def add(self, log: Ints, used: int) -> None:
        """Add the packed events of a share of a day."""
        while self._used + used > len(self._keys) // 2:
            self._grow()
        self._used += tally(log, used, self._keys, self._counts)

    def month_so_far(self) -> tuple[Ints, Ints]:
        """Packed keys and counts of the running month, ordered by key."""
        filled = np.flatnonzero(self._keys != EMPTY)
        filled = filled[np.argsort(self._keys[filled])]
        return self._keys[filled], self._counts[filled]

    def close(self, month: date) -> None:
        """End a month and begin the next."""
        self._months.append((month, *self.month_so_far()))
        self._keys.fill(EMPTY)
        self._counts.fill(0)
        self._used = 0

    def frame(self) -> pd.DataFrame:
        """All events: date, event, channel, need, origin, country, edge (-1 for none), count."""
        months = [
            pd.DataFrame({"date": month, "count": counts, **unpack(keys)}) for month, keys, counts in self._months
        ]
        if not months:
            months = [pd.DataFrame({"date": [], "count": np.zeros(0, np.int64), **unpack(np.zeros(0, np.int64))})]
        return pd.concat(months, ignore_index=True)

    def tidy(self, weight: float) -> pd.DataFrame:
        """The flow table of the results contract, in real people.

        Parameters
        ----------
        weight
            Real people that one simulated person stands for.
        """
        frame = self.frame().groupby(["date", "edge", "origin", "need", "channel", "event"], sort=True)["count"].sum()
        out = frame.reset_index()
        edge = out["edge"].to_numpy()
        names = np.array([*self.edge_names, ""], dtype=object)
        routes = np.array([*(ROUTES[r] for r in self.route), ""], dtype=object)
        return pd.DataFrame(
            {
                "date": out["date"],
                "route": routes[edge],
                "edge": names[edge],
                "origin": np.array(self.countries, dtype=object)[out["origin"]],
                "need": np.array(Need.labels(), dtype=object)[out["need"]],
                "channel": np.array(Channel.labels(), dtype=object)[out["channel"]],
                "event": np.array(Event.labels(), dtype=object)[out["event"]],
                "count": out["count"] * weight,
            }
        )

    def _grow(self) -> None:
        keys, counts = self.month_so_far()
        self._keys = np.full(2 * len(self._keys), EMPTY, np.int64)
        self._counts = np.zeros(len(self._keys), np.int64)
        tally(keys, len(keys), self._keys, self._counts)
        at = {int(key): k for k, key in enumerate(self._keys) if key != EMPTY}
        for key, count in zip(keys.tolist(), counts.tolist(), strict=True):
            self._counts[at[key]] = count


def unpack(packed: Ints) -> dict[str, Any]:
    """Columns of packed events: event, channel, need, origin, country and edge (-1 for none)."""

    def field(shift: int, bits: int) -> Ints:
        return (packed >> shift) & ((1 << bits) - 1)

    need_at = EDGE_BITS + 2 * COUNTRY_BITS
    return {
        "edge": field(0, EDGE_BITS) - 1,
        "country": field(EDGE_BITS, COUNTRY_BITS) - 1,
        "origin": field(EDGE_BITS + COUNTRY_BITS, COUNTRY_BITS),
        "need": field(need_at, NEED_BITS),
        "channel": field(need_at + NEED_BITS, CHANNEL_BITS),
        "event": packed >> (need_at + NEED_BITS + CHANNEL_BITS),
    }


def stock_frame(
    months: list[tuple[date, npt.NDArray[np.int64]]], places: tuple[str, ...], world: WorldTables, weight: float
) -> pd.DataFrame:
    """Stocks of the results contract from monthly tables of shape (places, origins, statuses), in real people."""
    frames = []
    countries = np.array(world.countries, dtype=object)
    for month, table in months:
        place, origin, status = np.nonzero(table)
        frames.append(
            pd.DataFrame(
                {
                    "date": month,
                    "place": np.array(places, dtype=object)[place],
                    "country": countries[world.place_country[place]],
                    "origin": countries[origin],
                    "status": np.array(Status.labels(), dtype=object)[status],
                    "count": table[place, origin, status] * weight,
                }
            )
        )
    columns = ["date", "place", "country", "origin", "status", "count"]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)
