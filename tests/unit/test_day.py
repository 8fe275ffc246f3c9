"""The day is a list of steps; each reads and changes what it says, and the time that each takes can be shown."""

import dataclasses
import hashlib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mixflow.experiments.runs import run as runs
from mixflow.scenarios.build import MixedMigration
from mixflow.sim.base.step import Step, When, due
from mixflow.sim.engine.checkpoint import _class, _Writer, load, save
from mixflow.sim.engine.day import DAY
from mixflow.sim.engine.model import MigrationModel
from mixflow.sim.engine.profile import StepTimes, as_text

Make = Callable[..., MixedMigration]


class Watched:
    """A model as a step sees it: notes which attributes the step, and methods that it calls, look at and set."""

    def __init__(self, model: Any) -> None:
        object.__setattr__(self, "model", model)
        object.__setattr__(self, "touched", set())
        object.__setattr__(self, "put", set())

    def __getattr__(self, name: str) -> Any:
        if name in vars(self.model) or name in ("days", "world"):
            self.touched.add(name)
            return getattr(self.model, name)
        return getattr(MigrationModel, name).__get__(self)

    def __setattr__(self, name: str, value: Any) -> None:
        self.put.add(name)
        setattr(self.model, name, value)


def test_each_step_touches_what_it_says(tiny: Make) -> None:
    model = tiny(62)
    found: dict[str, set[str]] = {step.name: set() for step in DAY}
    put: dict[str, set[str]] = {step.name: set() for step in DAY}

    def watched(step: Any) -> Any:
        def do(m: Any, today: date) -> None:
            seen = Watched(m)
            step.do(seen, today)
            found[step.name] |= seen.touched
            put[step.name] |= seen.put

        return dataclasses.replace(step, do=do)

    model.steps_of_day = tuple(map(watched, DAY))
    while model.day < model.days:
        model.step()
    for step in DAY:
        assert found[step.name] - {"days"} <= {*step.reads, *step.writes}, step.name
        assert put[step.name] <= set(step.writes), step.name


def digests(model: Any) -> dict[str, str]:
    """A digest of each part of a model that may change."""
    made = {}
    for name in {name for step in DAY for name in step.writes}:
        value, writer = getattr(model, name), _Writer()
        parts = vars(value) if hasattr(value, "__dict__") else {name: value}
        tree = repr([(key, writer.node(item, key)) for key, item in parts.items() if not _shared(model, name, item)])
        total = hashlib.blake2b(tree.encode())
        for array in writer.arrays:
            total.update(array.tobytes())
        made[name] = total.hexdigest()
    return made


def _shared(model: Any, own: str, item: Any) -> bool:
    """Whether a part holds another part of the model, which has a digest of its own."""
    return any(item is part for name, part in vars(model).items() if name != own)


def test_each_step_changes_only_what_it_says(tiny: Make) -> None:
    model = tiny(62)
    changed: dict[str, set[str]] = {step.name: set() for step in DAY}

    def compared(step: Any) -> Any:
        def do(m: Any, today: date) -> None:
            full = m.day in (0, 30, 31, 34, 61)
            before = digests(m) if full else {}
            step.do(m, today)
            after = digests(m) if full else {}
            changed[step.name] |= {name for name in after if before.get(name) != after[name]}

        return dataclasses.replace(step, do=do)

    model.steps_of_day = tuple(map(compared, DAY))
    while model.day < model.days:
        model.step()
    for step in DAY:
        assert changed[step.name] <= set(step.writes), step.name
    assert {"population", "accounts", "queues"} <= changed["visit"], "the test sees what changes"


def test_steps_run_on_their_days(tiny: Make) -> None:
    model = tiny(62)
    begins = {When.MONTH_BEGINS, When.LATER_MONTH_BEGINS, When.LEVERS_CHANGE}
    for day, more in ((0, {When.MONTH_BEGINS}), (6, {When.WEEKLY}), (31, begins), (30, {When.MONTH_ENDS})):
        model.day = day
        assert due(model) - {When.CHECKED} == {When.DAILY, *more}, day
    assert len({step.name for step in DAY}) == len(DAY)


def test_times_of_the_steps_are_shown_and_change_nothing(tiny: Make) -> None:
    plain, timed = tiny(10), tiny(10)
    times = StepTimes(timed)
    while plain.day < plain.days:
        plain.step()
        timed.step()
    assert digests(plain)["accounts"] == digests(timed)["accounts"]
    assert list(times.seconds) == [step.name for step in DAY]
    assert times.seconds["visit"] > 0.0
    assert times.seconds["states"] == 0.0, "no month begins after the first"
    said = as_text(times.seconds)
    assert [line.split("  ")[1] for line in said.splitlines()[1:-1]] == [step.name for step in DAY]


def test_a_profile_that_was_not_made_is_not_invented(capsys: pytest.CaptureFixture[str]) -> None:
    runs._print_profile({"profile": False}, {})
    assert capsys.readouterr() == ("", "")
    runs._print_profile({"profile": True}, {})
    assert "add force=true" in capsys.readouterr().err
    runs._print_profile({"profile": True}, {"step_seconds": {"leave": 1.0, "visit": 3.0}})
    assert "visit     3.000 s  75.0 %" in capsys.readouterr().out


class Memory:
    """How many months a process has seen."""

    def __init__(self, compiled_world: Any) -> None:
        self.months = 0


def _remember(model: Any, today: date) -> None:
    model.process_state["memory"].months += 1


def test_a_process_may_remember_what_a_checkpoint_keeps(
    tiny: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    step = Step("memory", "counts months", When.MONTH_BEGINS, (), ("process_state",), _remember, makes=Memory)
    monkeypatch.setattr("mixflow.sim.engine.model.DAY", (*DAY, step))
    monkeypatch.setattr(Memory, "__module__", "mixflow.sim.processes.memory")
    monkeypatch.setattr(
        "mixflow.sim.engine.checkpoint._class", lambda name: Memory if "memory" in name else _class(name)
    )
    model, again = tiny(40), tiny(40)
    while model.day < 35:
        model.step()
    assert model.process_state["memory"].months == 2
    save(model, tmp_path / "kept.npz")
    load(again, tmp_path / "kept.npz")
    assert again.process_state["memory"].months == 2
