"""Counting people one by one: by place, nationality, status, need, label and channel. What the books are checked against."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..base.codes import Status
from ..base.groups import among
from ..people.packed_keys import GROUP_KEY, field, pack
from ..people.population import Population, Rows
from .tally import EMPTY, count
from .workers import SCANNED, Workers

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Headcount:
    """Who is where, as groups: packed keys (`accounts.tally.count`) and numbers, those settled for good included; and their money.

    Parameters
    ----------
    place_country
        Country of each place, shape (places,).
    countries
        Number of countries.

    Attributes
    ----------
    groups, numbers
        Packed keys of groups and how many people each has, as of the last count.
    wealth, debt
        EUR that all people with a row have and owe, as of the last count.
    done
        Rows of those who need none any more, ascending: home again, dead, or on another continent.
    """

    def __init__(self, place_country: npt.NDArray[np.int16], countries: int) -> None:
        self._country = place_country.astype(np.int64)
        self._countries = countries
        self._size = 1 << 12
        self._gone = (np.empty(0, np.int64), np.empty(0, np.int64))
        self.groups: Ints = np.empty(0, np.int64)
        self.numbers: Ints = np.empty(0, np.int64)
        self.wealth, self.debt = 0, 0
        self.done: Rows = np.empty(0, np.int64)

    def count(self, population: Population, home: Ints, workers: Workers) -> None:
        """Count everybody: those with a row, those at home (int64[places]), and those settled for good."""
        people = population.people
        counted = workers.each(lambda share: self._count(people, share), workers.shares(population.size, SCANNED))
        self.wealth = sum(int(money[0]) for _, _, money, _ in counted)
        self.debt = sum(int(money[1]) for _, _, money, _ in counted)
        self.done = np.concatenate([done for _, _, _, done in counted])
        keys = np.concatenate([keys for keys, _, _, _ in counted])
        counts = np.concatenate([counts for _, counts, _, _ in counted])
        places = np.flatnonzero(home)
        at_home = pack(GROUP_KEY, place=places, origin=self._country[places], status=int(Status.HOME))
        self.groups, self.numbers = _sum(
            np.concatenate([keys, at_home, self._gone[0]]), np.concatenate([counts, home[places], self._gone[1]])
        )

    def _count(self, people: Any, share: slice) -> tuple[Ints, Ints, Ints, Rows]:
        """Keys and numbers of the groups in a share of rows, its wealth and debt, and rows that are needed no more."""
        done = np.empty(share.stop - share.start, np.int64)
        size = self._size
        while True:
            keys, counts = np.full(size, EMPTY, np.int64), np.zeros(size, np.int64)
            money = np.zeros(2, np.int64)
            found, many = count(share.start, share.stop, people, keys, counts, money, done)
            if found >= 0:
                filled = keys != EMPTY
                self._size = max(self._size, size)
                return keys[filled], counts[filled], money, done[:many].copy()
            size *= 2

    @property
    def crowd(self) -> Ints:
        """People by place and status, shape (places, statuses)."""
        where = field(self.groups, GROUP_KEY, "place") * len(Status) + field(self.groups, GROUP_KEY, "status")
        return _totals(where, self.numbers, (len(self._country), len(Status)))

    def living(self, statuses: Sequence[Status]) -> Ints:
        """People of some statuses, by nationality and country, shape (countries, countries)."""
        take = among(statuses)[field(self.groups, GROUP_KEY, "status")]
        groups = self.groups[take]
        country = self._country[field(groups, GROUP_KEY, "place")]
        pair = field(groups, GROUP_KEY, "origin") * self._countries + country
        return _totals(pair, self.numbers[take], (self._countries, self._countries))

    def bury(self, population: Population, rows: Rows) -> None:
        """Keep in the count those whose rows are about to be released: the dead, and those on other continents."""
        p = population
        group = pack(GROUP_KEY, **{name: p[name][rows].astype(np.int64) for name in GROUP_KEY})
        self._gone = _sum(
            np.concatenate([self._gone[0], group]), np.concatenate([self._gone[1], np.ones(len(rows), np.int64)])
        )


def _sum(keys: Ints, counts: Ints) -> tuple[Ints, Ints]:
    unique, at = np.unique(keys, return_inverse=True)
    return unique, _totals(at, counts, (len(unique),))


def _totals(cell: Ints, counts: Ints, shape: tuple[int, ...]) -> Ints:
    """Numbers of people summed into a table by the position of their cell; exact, since their sum stays far below 2**53."""
    return np.bincount(cell, counts, math.prod(shape)).astype(np.int64).reshape(shape)
