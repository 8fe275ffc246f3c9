"""Accounts of people and money: who is where, what happened, who paid whom; a broken account stops the run."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..base.codes import INFLOWS, Account, Channel, Event, LegalStatus, Need, Status
from ..people.packed_keys import EVENT_KEY, GROUP_KEY, field
from ..world.tables import WorldTables
from .tally import EMPTY, tally

Ints = npt.NDArray[np.int64]


class AccountError(AssertionError):
    """People or money were lost or made: a fault of the program, never of the user."""


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

    def dismiss(self, rows_place: Ints, status: npt.NDArray[np.uint8]) -> None:
        """Strike people who were taken out of the world from outside."""
        np.subtract.at(self.table, (rows_place, status), 1)
        self.total -= len(rows_place)

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


def _summed(amount: Ints, by: Ints, size: int) -> Ints:
    """Sums of whole amounts by an index; exact, since their sum stays far below 2**53."""
    return np.bincount(by, amount, size).astype(np.int64)


class Purse:
    """Money of people, in whole euros of simulated people, by account and nationality; checked against all wallets.

    Parameters
    ----------
    countries
        ISO3 codes, by index.
    """

    def __init__(self, countries: tuple[str, ...]) -> None:
        self.countries = countries
        self.table = np.zeros((len(Account), len(countries)), np.int64)
        self._closed = np.zeros_like(self.table)
        self._months: list[tuple[date, Ints]] = []

    def endow(self, origin: Ints, wealth: Ints) -> None:
        """Take in what people bring with them."""
        self.table[Account.ENDOWMENT] += _summed(wealth, origin, len(self.countries))

    def strike(self, origin: Ints, wealth: Ints, debt: Ints) -> None:
        """Book out the wallets of people who are taken out of the world from outside."""
        self.table[Account.BEQUEST] += _summed(wealth, origin, len(self.countries))
        self.table[Account.WRITTEN_OFF] += _summed(debt, origin, len(self.countries))

    def lend(self, origin: Ints, debt: Ints) -> None:
        """Book in what people who are put into the world from outside owe: it was lent to them and spent on living."""
        owed = _summed(debt, origin, len(self.countries))
        self.table[Account.CREDIT] += owed
        self.table[Account.LIVING] += owed

    def check(self, wealth: int, debt: int, day: date) -> None:
        """Compare with all wallets and debts, counted one by one.

        Raises
        ------
        AccountError
            Naming what is broken, and both numbers.
        """
        total = self.table.sum(axis=1)
        inward = int(sum(total[account] for account in INFLOWS))
        outward = int(total.sum()) - inward - int(total[Account.WRITTEN_OFF])
        owed = int(total[Account.CREDIT] - total[Account.REPAYMENT] - total[Account.WRITTEN_OFF])
        for what, books, counted in (("at hand", inward - outward, wealth), ("owed", owed, debt)):
            if books != counted:
                raise AccountError(f"{day}: the books have {books} EUR {what}, people have {counted}")

    def month_so_far(self) -> Ints:
        """What moved in the running month, shape (accounts, countries)."""
        return np.asarray(self.table - self._closed)

    def close(self, month: date) -> None:
        """End a month and begin the next."""
        self._months.append((month, self.month_so_far()))
        self._closed = self.table.copy()

    def forget(self) -> None:
        """Leave the months so far out of the table."""
        self._months.clear()

    def tidy(self, weight: float) -> pd.DataFrame:
        """Columns date, account, origin, value (EUR, real people's)."""
        moved = np.stack([table for _, table in self._months]) if self._months else np.zeros((0, *self.table.shape))
        month, account, origin = np.nonzero(moved)
        codes: Any = pd.Categorical.from_codes
        return pd.DataFrame(
            {
                "date": np.array([month for month, _ in self._months], object)[month],
                "account": codes(account, Account.labels()),
                "origin": codes(origin, list(self.countries)),
                "value": moved[month, account, origin] * weight,
            }
        )


TIDY = ("edge", "country", "origin", "need", "label", "channel", "event")
"""By what rows of the flow table are ordered within a month, the first before the last."""


AT_ONCE = 1 << 12
"""Events that are tallied between two looks at how full the table is."""


class Tally:
    """How often each packed event happened."""

    def __init__(self) -> None:
        self._keys = np.full(1 << 14, EMPTY, np.int64)
        self._counts = np.zeros(1 << 14, np.int64)
        self._used = 0

    def add(self, log: Ints, used: int) -> None:
        """Add the first `used` events of a log, few at a time: as a table for all of them at once would be mostly empty."""
        for first in range(0, used, AT_ONCE):
            few = min(AT_ONCE, used - first)
            while self._used + few > len(self._keys) // 2:
                self._grow()
            new = tally(log[first:], few, self._keys, self._counts)
            if new < 0:
                raise AccountError("the table of events is full before it has grown")
            self._used += new

    def filled(self) -> tuple[Ints, Ints]:
        """Packed keys and counts, in no order."""
        filled = np.flatnonzero(self._keys != EMPTY)
        return self._keys[filled], self._counts[filled]

    def clear(self) -> None:
        """Forget all of them."""
        self._keys.fill(EMPTY)
        self._counts.fill(0)
        self._used = 0

    def _grow(self) -> None:
        keys, counts = self.filled()
        self._keys = np.full(2 * len(self._keys), EMPTY, np.int64)
        self._counts = np.zeros(len(self._keys), np.int64)
        tally(keys, len(keys), self._keys, self._counts)
        at = {int(key): k for k, key in enumerate(self._keys) if key != EMPTY}
        for key, count in zip(keys.tolist(), counts.tolist(), strict=True):
            self._counts[at[key]] = count


class Flows:
    """Events of the run by month, edge, country, nationality, need, label and channel, in simulated people.

    Parameters
    ----------
    edge_names
        Names of the edges, by index.
    countries
        ISO3 codes, by index.
    route
        Corridor of each edge, an index of `corridors`.
    corridors
        Names of corridors; the first is empty.
    """

    def __init__(
        self,
        edge_names: tuple[str, ...],
        countries: tuple[str, ...],
        route: npt.NDArray[np.uint8],
        corridors: tuple[str, ...],
    ) -> None:
        self.edge_names, self.countries, self.edge_corridor, self.corridors = edge_names, countries, route, corridors
        self._tallies = [Tally()]  # one for each worker
        self._months: list[tuple[date, Ints, Ints]] = []
        self._forgotten = 0  # months at the start that `tidy` leaves out

    def share(self, workers: int) -> None:
        """Make ready for so many who add events at once."""
        while len(self._tallies) < workers:
            self._tallies.append(Tally())

    def add(self, log: Ints, used: int, worker: int = 0) -> None:
        """Add the packed events of a share of a day."""
        self._tallies[worker].add(log, used)

    def add_share(self, worker: int, output: Any) -> None:
        """Add what a kernel reported to a worker, an `Output`."""
        self.add(output.log, int(output.fill[0]), worker)

    def month_so_far(self) -> tuple[Ints, Ints]:
        """Packed keys and counts of the running month, ordered by key."""
        keys, counts = (np.concatenate(parts) for parts in zip(*(each.filled() for each in self._tallies), strict=True))
        unique, at = np.unique(keys, return_inverse=True)
        return unique, _summed(counts, at, len(unique))

    def close(self, month: date, keys: Ints, counts: Ints) -> None:
        """End a month, of which these are all events, from `month_so_far`, and begin the next."""
        self._months.append((month, keys, counts))
        for each in self._tallies:
            each.clear()

    def forget(self) -> None:
        """Leave the months so far out of the flow table; what is recorded of them later still needs them."""
        self._forgotten = len(self._months)

    def frame(self) -> pd.DataFrame:
        """All events, forgotten months too: date, event, channel, label, need, origin, country, edge (-1 for none), count."""
        month, keys, counts = self._all()
        return pd.DataFrame({"date": self._dates()[month], "count": counts, **unpack(keys)})

    def of(self, kinds: Sequence[Event]) -> pd.DataFrame:
        """Events of some kinds as `frame` has them, forgotten months left out."""
        month, keys, counts = self._all()
        take = (month >= self._forgotten) & np.isin(_field(keys, "event"), kinds)
        month, keys, counts = month[take], keys[take], counts[take]
        return pd.DataFrame({"date": self._dates()[month], "count": counts, **unpack(keys)})

    def _dates(self) -> Any:
        return np.array([month for month, _, _ in self._months], object)

    def _all(self) -> tuple[Ints, Ints, Ints]:
        """Number of the month, packed key and count of all events."""
        none = np.empty(0, np.int64)
        keys = np.concatenate([none, *(keys for _, keys, _ in self._months)])
        counts = np.concatenate([none, *(counts for _, _, counts in self._months)])
        return np.repeat(np.arange(len(self._months)), [len(keys) for _, keys, _ in self._months]), keys, counts

    def tidy(self, weight: float) -> pd.DataFrame:
        """The flow table of the results contract, in real people.

        Parameters
        ----------
        weight
            Real people that one simulated person stands for.
        """
        month, keys, counts = self._all()
        if self._forgotten:
            known = month >= self._forgotten
            month, keys, counts = month[known], keys[known], counts[known]
        order = np.argsort(_tidy_key(month, keys))
        month, keys, counts = month[order], keys[order], counts[order]
        del order  # there are millions of rows: no column is kept twice
        route = np.array([*self.edge_corridor, 0])
        codes: Any = pd.Categorical.from_codes

        def named(field: str, names: Sequence[str]) -> Any:
            return codes(_field(keys, field), list(names))

        def named_or_none(field: str, names: Sequence[str]) -> Any:
            return codes((_field(keys, field) - 1) % (len(names) + 1), [*names, ""])

        return pd.DataFrame(
            {
                "date": self._dates()[month],
                "corridor": codes(route[_field(keys, "edge") - 1], list(self.corridors)),
                "edge": named_or_none("edge", self.edge_names),
                "country": named_or_none("country", self.countries),
                "origin": named("origin", self.countries),
                "need": named("need", Need.labels()),
                "label": named("label", LegalStatus.labels()),
                "channel": named("channel", Channel.labels()),
                "event": named("event", Event.labels()),
                "count": counts * weight,
            },
            copy=False,
        )


def unpack(packed: Ints) -> dict[str, Any]:
    """Columns of packed events: event, channel, label, need, origin, country and edge (-1 for none)."""
    fields = {name: _field(packed, name) for name in EVENT_KEY}
    fields["edge"] -= 1
    fields["country"] -= 1
    return fields


def _field(packed: Ints, name: str) -> Ints:
    """One field as it is packed."""
    return field(packed, EVENT_KEY, name)


def _tidy_key(month: Ints, packed: Ints) -> npt.NDArray[np.uint64]:
    """One number by which packed events are ordered by month and `TIDY`: sorting by all columns would need as many copies.

    `packed_keys.check_widths` sees to it that the bits that an event leaves hold the months of the longest run.
    """
    key = month.astype(np.uint64)
    for name in TIDY:
        key <<= np.uint64(EVENT_KEY[name])
        key |= _field(packed, name).view(np.uint64)
    return key


def stock_frame(
    months: list[tuple[date, Ints, Ints]], places: tuple[str, ...], world: WorldTables, weight: float
) -> pd.DataFrame:
    """Stocks of the results contract, in real people, from each month's packed groups (`tally.count`) and their numbers."""
    none = np.empty(0, np.int64)
    packed = np.concatenate([none, *(groups for _, groups, _ in months)])
    number = np.concatenate([none, *(numbers for _, _, numbers in months)])
    date_of = np.repeat(np.array([month for month, _, _ in months], object), [len(groups) for _, groups, _ in months])
    place, countries = field(packed, GROUP_KEY, "place"), list(world.countries)

    def named(name: str, names: Sequence[str]) -> Any:
        return codes(field(packed, GROUP_KEY, name), list(names))

    codes: Any = pd.Categorical.from_codes
    return pd.DataFrame(
        {
            "date": date_of,
            "place": codes(place, list(places)),
            "country": codes(world.place_country[place], countries),
            "origin": named("origin", countries),
            "status": named("status", Status.labels()),
            "need": named("need", Need.labels()),
            "label": named("label", LegalStatus.labels()),
            "channel": named("channel", Channel.labels()),
            "count": number * weight,
        }
    )
