"""A process that holds one living model and answers, a line of JSON each, what the page asks: build, step, look again.

`python -m mixflow.experiments.views.dashboard.live_worker` is how `mixflow.experiments.views.dashboard.live` starts one.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from mixflow.scenarios.build import build
from mixflow.scenarios.tables import tables_folder
from mixflow.sim.base.errors import UserError

from ...results.indicators.tables import world_of
from ...runs.config import composed
from .geography import geography
from .recorder import Recorder
from .recording import FlowFilter, Frame, asked_of, drawn, stage_of

BUDGET_S = 0.08
"""Simulating ends for this frame after so long, whatever number of days was asked for, so that a frame stays quick."""

MOST_DAYS = 31
WARM_DAYS = 33
"""So many days run every part of the day once, the opening and closing of a month among them."""

KEPT = 800
"""Frames that can be looked at again; the oldest go first."""


class Live:
    """One model, its frames so far, and what the page wants to see."""

    def __init__(self) -> None:
        self.model: Any = None
        self.frames: list[Frame] = []
        self.asked = FlowFilter()

    def warm(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Load what a first day needs, so that the first frame of the page is as quick as the others."""
        model = build(composed(["scenario=toy", "scale=0.05", "threads=1"]))
        recorder = Recorder(model)
        for _ in range(WARM_DAYS):
            model.step()
            recorder.saw()
        recorder.frame()
        return {}

    def build(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Build a world from overrides; the answer is what a map needs."""
        lines = given.get("lines")
        if not isinstance(lines, list):
            raise UserError("lines is not a list of overrides.")
        config = {**composed([str(text) for text in lines]), "threads": 1}
        self.model = build(config)
        self.world = world_of(config)
        self.stage = stage_of(self.world)
        self.recorder = Recorder(self.model)
        self.frames = [self.recorder.frame()]
        return {
            "geography": geography(self.world, tables_folder(config)),
            "days": self.model.days,
            "start": config["start"],
            "end": config["end"],
            "scale": config["scale"],
            **self._state(self.frames),
        }

    def step(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Simulate some days, as many as fit in a frame."""
        days = given.get("days", 1)
        if isinstance(days, bool) or not isinstance(days, int):
            raise UserError("days is not a whole number.")
        wanted = min(max(days, 1), MOST_DAYS)
        began, before = time.perf_counter(), self.model.day
        while self.model.day < min(before + wanted, self.model.days):
            self.model.step()
            self.recorder.saw()
            if time.perf_counter() - began > BUDGET_S:
                break
        frames = []
        if self.model.day > before:
            frames = [self.recorder.frame()]
            self.frames += frames
            self.frames = self.frames[-KEPT:]
        return {**self._state(frames), "did": self.model.day - before, "ms": 1000 * (time.perf_counter() - began)}

    def look(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """All frames again, as something else is wanted to be seen."""
        asked = given.get("asked", {})
        if not isinstance(asked, Mapping):
            raise UserError("what is asked for is not names and values.")
        self.asked = asked_of({str(key): str(value) for key, value in asked.items()}, self.stage)
        return self._state(self.frames)

    def _state(self, frames: list[Frame]) -> dict[str, Any]:
        return {
            "frames": [drawn(frame, self.asked, self.stage) for frame in frames],
            "kept": KEPT,
            "day": self.model.day,
            "done": self.model.day >= self.model.days,
            "people": self.model.people_count,
        }


def answer(live: Live, line: str) -> dict[str, Any]:
    """Do what a line asks."""
    try:
        given = json.loads(line)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        return {"error": "the message is not readable."}
    does: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
        "warm": live.warm,
        "build": live.build,
        "step": live.step,
        "look": live.look,
    }
    do = given.get("do")
    if not isinstance(do, str) or do not in does:
        return {"error": f"{str(do)[:40]!r} is nothing that a world does."}
    if do in ("step", "look") and live.model is None:
        return {"error": "no world is built yet."}
    try:
        return does[do](given)
    except UserError as error:
        return {"error": str(error)}


def main() -> int:
    """Answer until the other side is gone; whatever else is printed goes to stderr."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    os.nice(5)
    live = Live()
    for line in sys.stdin:
        out.write(json.dumps(answer(live, line), separators=(",", ":")) + "\n")
        out.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
