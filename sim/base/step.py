"""One step of the day: what it is called, when it runs, what it reads and what it changes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

TRADE_EVERY, TRADE_ON = 7, 6
"""Smugglers trade once a week, first on the seventh day."""


class When(Enum):
    """On which days a step runs."""

    DAILY = "every day"
    WEEKLY = "every seventh day"
    MONTH_BEGINS = "first day of a month"
    LATER_MONTH_BEGINS = "first day of a month, except the first of the run"
    LEVERS_CHANGE = "first day of a month, and when a policy starts, changes or ends"
    CHECKED = "last day of a month, and every `check_days`"
    MONTH_ENDS = "last day of a month"


@dataclass(frozen=True)
class Step:
    """One step of the day.

    Parameters
    ----------
    name
        The process.
    what
        What it does, in one line.
    when
        On which days.
    reads
        Attributes of the model that it reads.
    writes
        Attributes of the model that it changes.
    do
        The function that does it, from the model and the date.
    makes
        For a process that remembers something: makes what it remembers from a `CompiledWorld`. The model keeps it in
        `process_state[name]`, and checkpoints keep it too.
    """

    name: str
    what: str
    when: When
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    do: Callable[[Any, date], None]
    makes: Callable[[Any], Any] | None = None


def due(model: Any) -> frozenset[When]:
    """Which steps run today."""
    clock, day = model.plan.clock, model.day
    begins, ends = clock.opens_month(day), clock.closes_month(day)
    later = begins and day > 0
    found = {
        When.DAILY: True,
        When.WEEKLY: day % TRADE_EVERY == TRADE_ON,
        When.MONTH_BEGINS: begins,
        When.LATER_MONTH_BEGINS: later,
        When.LEVERS_CHANGE: later or bool(model.adjust.changes_on(day)),
        When.CHECKED: ends or bool(model.plan.check_days and (day + 1) % model.plan.check_days == 0),
        When.MONTH_ENDS: ends,
    }
    return frozenset(when for when, runs in found.items() if runs)
