"""What each of several processes does that ask for the same claims at once; a module of its own, so that they can import it."""

from pathlib import Path
from typing import Any

from mixflow.experiments.runs.sweep.leases import take

MANY = 60


def grab(folder: Path, together: Any, queue: Any) -> None:
    """Ask for all claims when all are ready, and live until all have asked."""
    together.wait()
    for k in range(MANY):
        if take(folder / f"run-{k}") is not None:
            queue.put(k)
    together.wait()
