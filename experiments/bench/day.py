"""A day of the engine against a day of the same rules run as ordinary Mesa agents."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from statistics import median
from typing import Any

from mixflow.scenarios.build import assemble

from .line import Line
from .reference import run_days
from .world import small_plan, small_world


def by_agents(people: int, days: int, seed: int = 5) -> dict[str, Any]:
    """What the reference finds, in a process of its own in which nothing is compiled."""
    command = [sys.executable, "-m", "mixflow.experiments.bench.reference", str(people), str(days), str(seed)]
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the reference failed:\n{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def by_engine(people: int, days: int, seed: int = 5) -> dict[str, Any]:
    """What the engine finds, on one thread."""
    return run_days(assemble(small_world(people), small_plan(days, seed)))


def day(people: int, days: int) -> Iterator[Line]:
    """Person-days a second of processor time, each by the median of its days."""
    by_engine(1000, 40)  # compiles what any day may need
    fast, slow = by_engine(people, days), by_agents(people, days)
    ours, theirs = median(fast["seconds"]), median(slow["seconds"])
    same = "the same people to the bit" if fast["fingerprint"] == slow["fingerprint"] else "NOT the same people"
    yield Line(
        "day_vs_mesa",
        fast["people"] / ours,
        "person-days/s",
        slow["people"] / theirs,
        theirs / ours,
        f"{fast['people']} people, {fast['events'] / days:.0f} visits a day, small world made in code, one thread, "
        f"processor time, median of {days} days; baseline: the same rules and draws in plain Python, one mesa.Agent a "
        f"person under shuffle_do (a whole day, its seats and accounts included); after {days} days {same}",
    )
