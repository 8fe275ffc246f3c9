"""How long each step of the day takes: only a model that is profiled pays for it."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from ..base.step import Step
from .model import MigrationModel


class StepTimes:
    """Seconds of wall time by step.

    Parameters
    ----------
    model
        Whose steps are timed from now on.
    """

    def __init__(self, model: MigrationModel) -> None:
        self.seconds: dict[str, float] = {step.name: 0.0 for step in model.steps_of_day}
        model.steps_of_day = tuple(replace(step, do=self._timed(step)) for step in model.steps_of_day)

    def _timed(self, step: Step) -> Callable[[Any, date], None]:
        def do(model: Any, today: date) -> None:
            began = time.perf_counter()
            step.do(model, today)
            self.seconds[step.name] += time.perf_counter() - began

        return do


def as_text(seconds: Mapping[str, float]) -> str:
    """A line for each step, in the order of the day: seconds and share of all."""
    total = max(sum(seconds.values()), 1e-9)
    width = max(map(len, seconds))
    lines = [f"  {name:<{width}} {spent:9.3f} s {100 * spent / total:5.1f} %" for name, spent in seconds.items()]
    return "\n".join(["time per step of the day", *lines, f"  {'all steps':<{width}} {total:9.3f} s", ""])
