"""What a checkpoint may hold: shapes, positions and codes that fit the world. Kernels look them up without a check.

The model that is built again says what is allowed in the place of each of its arrays: the same type and shape, and of integers
the same numbers, unless they are named here as counts or as arrays that grow. People, lists of people and packed keys have bounds
of their own. Amounts are not checked here: the accounts of the run are.
"""

import re
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from mesa.agentset import AbstractAgentSet

from ..base.codes import (
    REGULAR_CHANNEL_CODES,
    AgentClass,
    Channel,
    DepartureType,
    Event,
    LegalStatus,
    Need,
    ReturnType,
    Status,
    Work,
)
from ..base.memory import LEAD
from ..people.packed_keys import EVENT_KEY, GROUP_KEY, field
from ..people.population import COLUMNS, HELD
from .kept_types import CheckpointMismatch, ours, rebuilt, state

POSITIONS: Mapping[str, tuple[int, str]] = {
    "origin": (0, "countries"),
    "home": (0, "places"),
    "place": (0, "places"),
    "edge": (-1, "edges"),
    "destination": (-1, "countries"),
    "target_border": (-1, "edges"),
    "tie": (-1, "countries"),
    "entry": (-1, "places"),
}
"""Columns of people that hold positions in a table of the world: the lowest, and the table whose length they stay below."""

CODES: Mapping[str, tuple[int, int]] = {
    "status": (0, len(Status)),
    "channel": (0, len(Channel)),
    "need": (0, len(Need)),
    "label": (0, len(LegalStatus)),
    "kind": (0, len(AgentClass)),
    "profile": (0, len(DepartureType)),
    "sex": (0, 2),
    "age": (0, 4),
    "skill": (0, 3),
    "documents": (0, 2),
    "moved_on": (0, 2),
    "work": (0, len(Work)),
    "return_type": (0, len(ReturnType)),
    "every": (1, 1 << 15),
    "in_use": (0, 2),
}
"""Columns of people that hold codes: the lowest, and one above the highest."""

AMOUNTS = frozenset(
    {
        "key", "wake", "since", "until", "accounted_to", "border_attempts", "retries", "decision_count", "refusals", "wealth",
        "debt", "risk_aversion", "optimism",
    }
)  # fmt: skip
"""Columns of people that nothing is looked up by: days, counts, money, traits."""

COUNTS = frozenset(
    {
        "accounts.expected_recognitions", "origin_population.people", "origin_population.left", "origin_population._fresh",
        "accounts.census.table",
        "accounts.purse.table", "accounts.purse._closed", "accounts.holdings._now",
        "published[forced_returns]", "published[eligible_returns]",
    }
)  # fmt: skip
"""Arrays of integers that change in a run, and are looked up in, not by."""

GROWS = re.compile(
    r"accounts\.(headcount\.(groups|numbers|done|_gone\[\d\])|flow_book\._tallies\[\d+\]\._(keys|counts)|opening\[\d\])"
)
"""Arrays that become longer or shorter in a run."""

ANY_TYPE = re.compile(r"published\[.*\]")
"""Arrays that only Python reads, and whose type changes once there is something to report."""

PEOPLE = "population."
"""Where people are: what is held for them has checks of its own, and all else there looks at it."""

BOOLS = "b"


class Bounds:
    """What the file may put into a model that was just built.

    Parameters
    ----------
    model
        The model, before anything is read into it.
    """

    def __init__(self, model: Any) -> None:
        self._built = dict(_arrays(model))
        self._numbers = model.environment.numbers
        world = model.compiled_world.world
        self._sizes = {
            "countries": len(world.countries),
            "places": len(world.place_names),
            "edges": len(model.compiled_world.access),
        }

    def check(self, model: Any) -> None:
        """Refuse what does not fit, and look at people again.

        Raises
        ------
        CheckpointMismatch
            Naming the first thing that does not fit.
        """
        _need(type(model.day) is int and 0 <= model.day <= model.days, "day")
        _need(model.environment.numbers == self._numbers, "environment.numbers")
        found = dict(_arrays(model))
        self._check_arrays(found)
        self._check_people(model.population)
        for name, memory in model.population._memory.items():  # it moves when it grows
            others = (array for where, array in found.items() if not where.startswith(PEOPLE))
            _need(not any(np.may_share_memory(memory, array) for array in others), f"population._memory[{name}]")
        size = model.population.size
        for where, rows in (
            ("headcount.done", [model.accounts.headcount.done]),
            ("queues._waiting", model.queues._waiting),
            ("queues._asking", model.queues._asking),
        ):
            for one in rows:
                _need(one.dtype == np.int64 and one.ndim == 1 and _within(one, 0, size), where)
        self._check_groups(model)
        self._check_events(model)

    def _check_arrays(self, found: Mapping[str, npt.NDArray[Any]]) -> None:
        for where, built in self._built.items():
            if where.startswith(PEOPLE):
                continue
            array = found.get(where)
            _need(isinstance(array, np.ndarray), where)
            assert array is not None
            if ANY_TYPE.fullmatch(where):
                _need(array.shape == built.shape and array.dtype.kind in "iuf", where)
                continue
            _need(array.dtype == built.dtype and array.ndim == built.ndim, where)
            if GROWS.fullmatch(where):
                continue
            _need(array.shape == built.shape, where)
            if built.dtype.kind in "iu" and where not in COUNTS:
                _need(bool((array == built).all()), where)

    def _check_people(self, people: Any) -> None:
        held = people._memory
        _need(isinstance(held, dict) and held.keys() == HELD.keys(), "population._memory")
        rows = set()
        for name, memory in held.items():
            plain = memory.dtype == np.uint8 and memory.ndim == 1 and memory.base is None and len(memory) >= LEAD
            _need(plain and (len(memory) - LEAD) % HELD[name].itemsize == 0, f"population._memory[{name}]")
            rows.add((len(memory) - LEAD) // HELD[name].itemsize)
        _need(len(rows) == 1 and type(people.size) is int and 0 <= people.size <= rows.pop(), "population.size")
        people._people = None
        people._look()
        for name, (low, table) in POSITIONS.items():
            _need(_within(people[name], low, self._sizes[table]), f"population.{name}")
        for name, (low, high) in CODES.items():
            column = people[name]
            _need(
                _within(column.view(np.uint8) if column.dtype.kind == BOOLS else column, low, high),
                f"population.{name}",
            )
        for name in AMOUNTS:
            if COLUMNS[name][0] is np.float32:
                _need(bool(np.isfinite(people[name]).all()), f"population.{name}")
        status, channel = people["status"], people["channel"]
        asks = people["in_use"] & (status == Status.APPLYING)
        regular = _within(channel[asks], min(REGULAR_CHANNEL_CODES), max(REGULAR_CHANNEL_CODES) + 1)
        _need(regular and bool((people["destination"][asks] >= 0).all()), "population.channel of those who apply")
        travels = people["in_use"] & (status == Status.TRAVELLING)
        _need(bool((people["edge"][travels] >= 0).all()), "population.edge of those who travel")
        free = people._free
        plain = free.dtype == np.int64 and free.ndim == 1 and _within(free, 0, people.size)
        _need(plain and len(np.unique(free)) == len(free) and not people["in_use"][free].any(), "population._free")

    def _check_groups(self, model: Any) -> None:
        head = model.accounts.headcount
        most = max(1 << 12, 8 * (model.population.size + 1))
        _need(type(head._size) is int and _power_of_two(head._size) and head._size <= most, "headcount._size")
        below = self._sizes | {"status": len(Status)}
        kept = [("headcount.groups", head.groups, head.numbers), ("headcount._gone", *head._gone)]
        kept.append(("accounts.opening", *model.accounts.opening))
        kept += [("accounts.stocks", groups, many) for _, groups, many in model.accounts.stocks]
        for where, groups, numbers in kept:
            _check_packed(where, groups, numbers, GROUP_KEY, _group_fields(below))

    def _check_events(self, model: Any) -> None:
        below = _event_fields(self._sizes)
        for _, keys, counts in model.accounts.flow_book._months:
            _check_packed("flow_book._months", keys, counts, EVENT_KEY, below)
        for tally in model.accounts.flow_book._tallies:
            keys, counts = tally._keys, tally._counts
            filled = keys != -1
            whole = keys.dtype == counts.dtype == np.int64 and _power_of_two(len(keys)) and len(keys) >= 1 << 14
            _need(whole and tally._used == filled.sum() <= len(keys) // 2, "flow_book._tallies")
            _need(keys.shape == counts.shape, "flow_book._tallies")
            _check_packed("flow_book._tallies", keys[filled], counts[filled], EVENT_KEY, below)
        if model.accounts.traced is not None:
            for _, keys, log in model.accounts.traced._parts:
                _check_packed("traced", log, keys, EVENT_KEY, below)


def _group_fields(below: Mapping[str, int]) -> dict[str, int]:
    codes = {"channel": len(Channel), "label": len(LegalStatus), "need": len(Need)}
    return {**codes, "status": below["status"], "origin": below["countries"], "place": below["places"]}


def _event_fields(sizes: Mapping[str, int]) -> dict[str, int]:
    codes = {"channel": len(Channel), "label": len(LegalStatus), "need": len(Need), "event": len(Event)}
    return {**codes, "edge": sizes["edges"] + 1, "country": sizes["countries"] + 1, "origin": sizes["countries"]}


def _check_packed(where: str, keys: Any, numbers: Any, key: Mapping[str, int], below: Mapping[str, int]) -> None:
    _need(keys.dtype == np.int64 and keys.ndim == 1 and keys.shape == numbers.shape, where)
    _need(_within(keys, 0, 1 << sum(key.values())), where)
    for name in key:
        _need(_within(field(keys, key, name), 0, below[name]), f"{where}, {name}")


def _arrays(value: Any, where: str = "", seen: set[int] | None = None) -> Iterator[tuple[str, npt.NDArray[Any]]]:
    """Every array that a model holds, by where it is, as a checkpoint finds them."""
    seen = set() if seen is None else seen
    if isinstance(value, np.ndarray):
        yield where, value
        return
    if rebuilt(value) or id(value) in seen:
        return
    parts: list[tuple[str, Any]] = []
    if isinstance(value, dict):
        parts = [(f"{where}[{key}]", item) for key, item in value.items()]
    elif isinstance(value, tuple) and hasattr(value, "_fields"):
        parts = [(f"{where}.{key}", item) for key, item in zip(value._fields, value, strict=True)]
    elif isinstance(value, list | tuple | deque | AbstractAgentSet) and not ours(value):
        parts = [(f"{where}[{k}]", item) for k, item in enumerate(value)]
    elif ours(value):
        parts = [(f"{where}.{key}" if where else key, item) for key, item in state(value).items()]
    if parts:
        seen.add(id(value))
    for name, item in parts:
        yield from _arrays(item, name, seen)


def _within(values: npt.NDArray[Any], low: int, high: int) -> bool:
    return len(values) == 0 or bool(int(values.min()) >= low and int(values.max()) < high)


def _power_of_two(size: int) -> bool:
    return size > 0 and size & (size - 1) == 0


def _need(fits: Any, where: str) -> None:
    if not fits:
        raise CheckpointMismatch(f"{where} does not fit the world")
