"""What a run costs, from runs that were made: time and memory to ask a cluster for."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mixflow.sim.base.errors import UserError
from mixflow.sim.base.reading import read_mapping

from .plan import SweepPlan

ENOUGH = 50
"""Records that are read at most: the newest say as much as all."""

SAME = ("scenario", "scale", "start", "end")
"""Keys on which the cost of a run depends most."""


@dataclass(frozen=True)
class RunCost:
    """The most that one of several runs took.

    Parameters
    ----------
    wall_s
        Seconds.
    rss_mb
        Memory in megabytes; None where it was not measured.
    """

    wall_s: float
    rss_mb: float | None


def measured(plan: SweepPlan) -> RunCost | None:
    """The cost of runs like the plan's among those in its folder of results; None where there is none."""
    alike = [{key: base.get(key) for key in SAME} for base in plan.bases]
    varied = {key for key in SAME if key in plan.varied}
    found = [
        record
        for folder in {plan.final(run).parent for run in plan.runs}
        for record in _records(folder)
        if any(all(key in varied or record["config"].get(key) == base[key] for key in SAME) for base in alike)
    ]
    if not found:
        return None
    memory = [float(record["peak_rss_mb"]) for record in found if record.get("peak_rss_mb")]
    return RunCost(max(float(record["wall_s"]) for record in found), max(memory, default=None))


def _records(folder: Path) -> Iterator[dict[str, Any]]:
    paths = [path for path in folder.glob("*/record.json") if not path.parent.name.startswith(".")]
    for path in sorted(paths, key=_age, reverse=True)[:ENOUGH]:
        try:
            record = read_mapping(path)
            memory = record.get("peak_rss_mb") or 0.0
            if (
                record["complete"]
                and float(record["wall_s"]) >= 0 <= float(memory)
                and isinstance(record["config"], dict)
            ):
                yield record
        except (UserError, KeyError, TypeError, ValueError, OverflowError):
            continue


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
