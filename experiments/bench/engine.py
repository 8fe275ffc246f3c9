"""The engine by itself: a long run, draws, and what compiling costs."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from mixflow.experiments.runs.config import composed
from mixflow.scenarios.build import MixedMigration, build
from mixflow.sim.base.rng import stream
from mixflow.sim.engine.visit import find_due
from mixflow.sim.people.population import BYTES_PER_PERSON

from .kernels import choose, keyed, sequential
from .line import Line, timed

FIRST_DAYS = """
import json, time
start = time.process_time()
from mixflow.experiments.runs.config import composed
from mixflow.scenarios.build import build
model = build(composed(["scenario=toy", "threads=1"]))
model.step()
print(json.dumps(time.process_time() - start))
"""


def mediterranean(scale: float, years: int) -> Iterator[Line]:
    """The scenario mediterranean from 2009 on, on one thread."""
    overrides = ["scenario=mediterranean", "threads=1", f"end={2008 + years}-12-31"]
    _run(build(composed([*overrides, "scale=0.001"])))  # compiles whatever is called in these years
    model = build(composed([*overrides, f"scale={scale}"]))
    before = model.events, model.person_days
    took = timed(lambda: _run(model)).cpu
    events, person_days = model.events - before[0], model.person_days - before[1]
    how = f"scale {scale}, {years} years, {model.rows_used} people, {took:.3g} s of processor time on one thread"
    yield Line("mediterranean.person_days", person_days / took, "person-days/s", None, None, how)
    choice = choice_ns(100_000)
    yield Line("mediterranean.events", events / took, "events/s", None, None, f"{events} visits and grants; {how}")
    yield Line(
        "mediterranean.event",
        1e9 * took / events,
        "ns/event",
        choice,
        choice / (1e9 * took / events),
        "the whole run over its events; baseline: a bare race of exponentials over 8 alternatives, ns/choice",
    )
    yield _memory(model)
    yield _scan(model)


def growth(scales: tuple[float, ...], years: int) -> Iterator[Line]:
    """What an event costs at each scale, against the first, for the same years on one thread."""
    overrides = ["scenario=mediterranean", "threads=1", f"end={2008 + years}-12-31"]
    _run(build(composed([*overrides, "scale=0.001"])))  # compiles whatever is called in these years
    first = 0.0
    for scale in scales:
        model = build(composed([*overrides, f"scale={scale}"]))
        before = model.events
        took = timed(lambda model=model: _run(model)).cpu  # type: ignore[misc]
        cost = 1e9 * took / (model.events - before)
        first = first or cost
        yield Line(
            f"growth.scale_{scale:g}", cost, "ns/event", first, first / cost,
            f"{years} years, {model.rows_used} people, {model.events - before} events; baseline: scale {scales[0]:g}; "
            "aim: within a factor of 2",
        )  # fmt: skip


def _run(model: MixedMigration) -> None:
    while model.day < model.days:
        model.step()


def _memory(model: MixedMigration) -> Line:
    held = model.population.nbytes / max(len(model.population), 1)
    return Line(
        "mediterranean.memory",
        held,
        "bytes/person",
        float(BYTES_PER_PERSON),
        BYTES_PER_PERSON / held,
        "columns held at the end, room for growth included, over people in use; baseline: the bytes of one row",
    )


def _scan(model: MixedMigration) -> Line:
    """The daily scan for those whose day has come, against NumPy counting over a column of the same length."""
    wake = np.resize(model.population["wake"], max(model.population.size, 1_000_000))
    fours, rows = wake[: len(wake) // 4 * 4].view(np.uint64), np.empty(len(wake), np.int64)
    last = model.days  # the day after the run: who would be due next
    find_due(wake, fours, 0, last, rows)
    ours = timed(lambda: find_due(wake, fours, 0, last, rows), 15).cpu
    bound = np.int16(last)
    theirs = timed(lambda: np.count_nonzero(wake <= bound), 15).cpu
    due = float((wake <= bound).mean())
    return Line(
        "mediterranean.scan",
        1e9 * ours / len(wake),
        "ns/person/day",
        1e9 * theirs / len(wake),
        theirs / ours,
        f"{len(wake)} people of whom {due:.2%} are due; baseline: numpy.count_nonzero(wake <= day), which lists nobody",
    )


def choice_ns(people: int, alternatives: int = 8) -> float:
    """Nanoseconds of one bare choice."""
    key = np.arange(people, dtype=np.uint64)
    weight = np.linspace(0.5, 2.0, alternatives)
    today = np.uint64(stream(1, 4, 0))
    choose(key[:1], today, weight)
    return 1e9 * timed(lambda: choose(key, today, weight), 5).cpu / people


def draws(count: int) -> Iterator[Line]:
    """Nanoseconds a draw, against NumPy's counter-based generator and against Numba's own."""
    out = np.empty(count)
    today = np.uint64(stream(1, 4, 0))
    keyed(today, out[:1])
    sequential(out[:1])
    ours = timed(lambda: keyed(today, out), 7).cpu / count
    philox = np.random.Generator(np.random.Philox(1))
    numpy_ns = timed(lambda: philox.random(out=out), 7).cpu / count
    numba_ns = timed(lambda: sequential(out), 7).cpu / count
    what = f"{count} draws into an array, keyed by person"
    yield Line("rng.numpy_philox", 1e9 * ours, "ns/draw", 1e9 * numpy_ns, numpy_ns / ours, f"{what}; baseline: numpy")
    yield Line(
        "rng.numba_random", 1e9 * ours, "ns/draw", 1e9 * numba_ns, numba_ns / ours, f"{what}; baseline: random.random"
    )


def compiling() -> Iterator[Line]:
    """Seconds to the end of the first day, with nothing compiled before and with everything."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"NUMBA_CACHE_DIR": str(Path(folder))}
        cold = first_day(environment)
        warm = min(first_day(environment) for _ in range(2))
    yield Line(
        "compile",
        warm,
        "s",
        cold,
        cold / warm,
        "processor time of a new process from importing mixflow to the end of the first day of scenario toy; baseline: "
        "with an empty cache of compiled kernels",
    )


def first_day(environment: dict[str, str]) -> float:
    """Seconds of processor time to the end of the first day in a new process."""
    command = [sys.executable, "-c", FIRST_DAYS]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    seconds: Any = json.loads(done.stdout.splitlines()[-1])
    return float(seconds)
