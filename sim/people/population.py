"""People as columns that grow and reuse their rows. Kernels read the columns; Mesa sees rows through `agents.person`.

Columns that a visit reads together lie together: a visit meets a person at random in memory, and one record costs one cache miss
where a dozen arrays cost a dozen. What is scanned over all people, and what is seldom read, lies apart.
"""

from collections import namedtuple
from typing import Any

import numpy as np
import numpy.typing as npt

from ..base import memory
from ..base.clock import NEVER

Rows = npt.NDArray[np.int64]

COLUMNS: dict[str, tuple[type, float]] = {
    "key": (np.uint64, 0),  # names the person in every draw: origin place, profile and ordinal, hashed
    "origin": (np.int16, 0),  # country of nationality, by index
    "home": (np.int16, 0),  # place of origin, by index
    "place": (np.int16, 0),  # where the person is, or the start of the edge being travelled
    "edge": (np.int16, -1),  # the edge being travelled or waited for; -1 for none
    "destination": (np.int16, -1),  # country of destination, by index; -1 for none
    "target_border": (np.int16, -1),  # the border edge that the person makes for, by index; -1 for none
    "wake": (np.int16, NEVER),  # the day on which something is due
    "every": (np.int16, 1),  # looks at life come every so many days on average: `looks`
    "since": (np.int16, 0),  # the day on which the status began; before the run: negative
    "until": (np.int16, NEVER),  # the day on which a permit ends
    "accounted_to": (np.int16, 0),  # the day up to which living is paid: `elapsed`
    "tie": (np.int16, -1),  # country abroad where the person has kin, by index; -1 for none
    "entry": (np.int16, -1),  # the place where the person first entered a state with an asylum system; -1 for none
    "status": (np.uint8, 0),
    "channel": (np.uint8, 0),
    "need": (np.uint8, 0),
    "label": (np.uint8, 0),
    "kind": (np.uint8, 0),
    "profile": (np.uint8, 0),  # what set the person in motion: `mixflow.sim.base.codes.DepartureType`
    "sex": (np.uint8, 0),  # 0 female, 1 male
    "age": (np.uint8, 1),  # band: 0 under 18, 1 18 to 34, 2 35 to 59, 3 60 and over
    "skill": (np.uint8, 0),  # 0 basic, 1 secondary, 2 tertiary
    "documents": (np.uint8, 1),  # holds a passport or other legal identity
    "border_attempts": (np.uint8, 0),  # irregular crossings tried
    "retries": (np.uint8, 0),  # decisions taken since the status began
    "decision_count": (np.uint8, 0),  # looks at life so far, modulo 256: names the moment in draws
    "moved_on": (np.uint8, 0),  # 1 on a journey from one destination, where the person lived, to another
    "refusals": (np.uint8, 0),  # visas asked for in vain
    "work": (np.uint8, 0),  # what the person lives on: `mixflow.sim.base.codes.Work`
    "return_type": (np.uint8, 0),  # how the person last came back: `mixflow.sim.base.codes.ReturnType`
    "wealth": (np.int32, 0),  # EUR at hand
    "debt": (np.int32, 0),  # EUR owed
    "risk_aversion": (np.float32, 0.5),  # attitude to risk: weight on believed danger, 0 to 1
    "optimism": (np.float32, 0),  # individual deviation from what the group believes, in log points
    "in_use": (np.bool_, 0),
}
"""Name, type and default of every hot column."""

APART = ("wake", "every")
"""Columns in arrays of their own; all others share one record a person, which is one line of the cache."""

_widest_first = sorted(
    (name for name in COLUMNS if name not in APART), key=lambda name: -np.dtype(COLUMNS[name][0]).itemsize
)
RECORD = np.dtype([(name, COLUMNS[name][0]) for name in _widest_first], align=True)
MANY = 1 << 22
"""Rows from which room for growth is a sixteenth and not a quarter: it is memory held for nobody, and growing copies nothing."""

HELD = {"record": RECORD, **{name: np.dtype(COLUMNS[name][0]) for name in APART}}
"""What lies in memory of its own: the records of all people, and each column that lies apart."""

BLANK = np.array(tuple(COLUMNS[name][1] for name in RECORD.names or ()), RECORD)
"""The record of somebody of whom nothing is known."""

BYTES_PER_PERSON = RECORD.itemsize + sum(np.dtype(COLUMNS[name][0]).itemsize for name in APART)

People: Any = namedtuple("People", list(COLUMNS))  # type: ignore[misc]


class Population:
    """The rows of all people who have left the implicit population at home.

    A row that has been released is used again; so a row number names a person only while the person is in use, and `key` names
    the person for ever.
    """

    def __init__(self, capacity: int = 1024) -> None:
        self._memory = {name: memory.zeros(capacity, kind.itemsize) for name, kind in HELD.items()}
        self._record: npt.NDArray[Any]
        self.columns: dict[str, npt.NDArray[Any]]
        self._look()
        self.size = 0  # rows touched so far; rows beyond were never used
        self.ever = 0  # people who were ever given a row
        self.version = 0  # changes whenever somebody comes or goes
        self._free = np.empty(0, np.int64)
        self._people: Any = None

    @property
    def people(self) -> Any:
        """All columns at full capacity as one namedtuple, the form that kernels take."""
        if self._people is None:
            self._people = People(**self.columns)
        return self._people

    @property
    def fours(self) -> npt.NDArray[np.uint64]:
        """The column `wake` four days in a word, as far as whole words go: what the daily scan compares at once."""
        wake = self.columns["wake"]
        return wake[: len(wake) // 4 * 4].view(np.uint64)

    def __len__(self) -> int:
        return self.size - len(self._free)

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        """The touched part of one column, as a view: writing to it writes to the people."""
        return self.columns[name][: self.size]

    @property
    def rows(self) -> Rows:
        """Row numbers of the people in use, ascending."""
        return np.flatnonzero(self["in_use"])

    @property
    def nbytes(self) -> int:
        """Bytes held by all columns, room for growth included."""
        return BYTES_PER_PERSON * len(self._record)

    def append(self, count: int, **values: Any) -> Rows:
        """Take `count` rows, set columns from scalars or arrays of that length, and return the row numbers.

        Raises
        ------
        TypeError
            When a name is not a column.
        """
        unknown = values.keys() - COLUMNS.keys()
        if unknown:
            raise TypeError(f"people have no column {', '.join(sorted(unknown))}; they have {', '.join(COLUMNS)}")
        reused = self._free[:count]
        self._free = self._free[count:]
        fresh = count - len(reused)
        self._reserve(self.size + fresh)
        rows = np.concatenate([reused, np.arange(self.size, self.size + fresh, dtype=np.int64)])
        self.size += fresh
        record = np.full(count, BLANK)
        record["in_use"] = True
        for name, value in values.items():
            if name not in APART:
                record[name] = value
        self._record[rows] = record  # once for all columns: rows lie anywhere in memory
        for name in APART:
            self.columns[name][rows] = values.get(name, COLUMNS[name][1])
        self.ever += count
        self.version += 1
        return rows

    def release(self, rows: Rows) -> None:
        """Give rows back for reuse; their people are counted elsewhere from now on. Rows not in use are left alone."""
        rows = rows[self.columns["in_use"][rows]]
        if (rows[1:] <= rows[:-1]).any():
            rows = np.unique(rows)
        self.columns["in_use"][rows] = False
        self.columns["wake"][rows] = NEVER
        self._free = np.concatenate([self._free, rows])
        self.version += 1

    def permute(self, order: Rows) -> None:
        """Store the touched rows in another order: what a test of independence from storage order needs."""
        for column in self.columns.values():
            column[: self.size] = column[order]
        self._free = np.flatnonzero(~self["in_use"])
        self.version += 1

    def _reserve(self, wanted: int) -> None:
        have = len(self._record)
        if wanted <= have:
            return
        size = max(wanted, have + have // (4 if have < MANY else 16))
        size = memory.fitting(size, RECORD.itemsize)
        self.columns, self._record, self._people = {}, BLANK, None  # nothing may look at memory that moves
        for name, kind in HELD.items():
            memory.lengthen(self._memory[name], size, kind.itemsize)
        self._look()

    def __getstate__(self) -> dict[str, Any]:
        # views are made again where a population is copied
        return {**self.__dict__, "columns": {}, "_record": BLANK, "_people": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._look()

    def _look(self) -> None:
        """Look at memory as records and columns: arrays of their own, or views of the record."""
        held = {name: memory.items(self._memory[name], kind) for name, kind in HELD.items()}
        self._record = held["record"]
        self.columns = {name: held[name] if name in APART else self._record[name] for name in COLUMNS}
