"""What a measurement is, and how time is taken on a machine that others use as well."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One measurement.

    Parameters
    ----------
    name
        What was measured.
    value
        What was found; None where it could not be measured.
    unit
        Unit of value and baseline.
    baseline
        The same measurement of what it is compared with.
    ratio
        How many times better than the baseline.
    note
        What the baseline is and how both were measured.
    """

    name: str
    value: float | None
    unit: str
    baseline: float | None
    ratio: float | None
    note: str = ""

    def as_dict(self) -> dict[str, float | str | None]:
        """The line as it is printed: four significant digits."""
        found: dict[str, float | str | None] = {"name": self.name, "value": _short(self.value), "unit": self.unit}
        found |= {"baseline": _short(self.baseline), "ratio": _short(self.ratio)}
        return found | ({"note": self.note} if self.note else {})


def _short(number: float | None) -> float | None:
    return None if number is None else float(f"{number:.4g}")


@dataclass(frozen=True)
class Taken:
    """Seconds that something took: on the wall, and of the processors that worked on it."""

    wall: float
    cpu: float


def timed(work: Callable[[], object], repeats: int = 1) -> Taken:
    """Do something several times and return the least of each time: what others do on the machine only adds."""
    walls, cpus = [], []
    for _ in range(repeats):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return Taken(max(min(walls), 1e-9), max(min(cpus), 1e-9))
