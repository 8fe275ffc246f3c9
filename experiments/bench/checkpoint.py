"""Checkpoints of a large run: what one costs in seconds and on the disk, and that a run goes on from it to the same bits."""

import hashlib
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from mixflow.scenarios.build import build
from mixflow.sim.engine import checkpoint

from ..runs.config import composed
from .line import Line, timed

ALLOWED = 0.01
"""The share of a run's time that its checkpoints may take."""


def checkpointing(scenario: str, scale: float, days: int, more: int) -> Iterator[Line]:
    """Break a run off after so many days, write and read its state, and compare what follows with the unbroken run.

    Parameters
    ----------
    scenario, scale
        The world.
    days
        Simulated before the checkpoint is written.
    more
        Simulated after it, in both.
    """
    command = [f"scenario={scenario}", f"scale={scale}", "threads=1"]
    start = date.fromisoformat(composed(command)["start"])
    config = composed([*command, f"end={start + timedelta(days + more - 1)}"])
    whole = build(config)
    _stepped(whole, days)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kept.npz"
        wrote = timed(lambda: checkpoint.save(whole, path), 3)
        size = path.stat().st_size
        again = build(config)
        read = timed(lambda: checkpoint.load(again, path))
    _stepped(whole, days + more)
    _stepped(again, days + more)
    if _bits(whole) != _bits(again):
        raise RuntimeError("the run that went on from its checkpoint differs from the one that was not broken off")
    people = len(whole.population)
    note = f"{people} people of {scenario} at scale {scale:g} after {days} days; {more} more days the same to the bit"
    every = 60.0 * config["checkpoint_minutes"]
    held = whole.population.nbytes
    allowed = ALLOWED * every
    yield Line(
        "checkpoint_write",
        wrote.cpu,
        "s",
        allowed,
        allowed / wrote.cpu,
        f"CPU; wall {wrote.wall:.2g} s; baseline: {ALLOWED:.0%} of the time between two; {note}",
    )
    yield Line(
        "checkpoint_read", read.cpu, "s", None, None, f"CPU; wall {read.wall:.2g} s; into a model that is built; {note}"
    )
    yield Line(
        "checkpoint_size",
        size / 2**20,
        "MB",
        held / 2**20,
        held / size,
        f"baseline: what the columns of people hold; {note}",
    )


def _stepped(model: Any, day: int) -> None:
    while model.day < day:
        model.step()


def _bits(model: Any) -> str:
    """A hash of all that a run writes, and of who wakes when."""
    digest = hashlib.sha256(model.population.people.wake.tobytes())
    for name in ("flows", "stocks", "observed", "money"):
        digest.update(getattr(model, name)().to_csv(index=False).encode())
    return f"{digest.hexdigest()} {model.person_days} {model.events}"
