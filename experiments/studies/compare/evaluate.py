"""Reads finished runs, many at a time: what each measures, what crossed each edge, and the people of pairs side by side."""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pandas as pd

from mixflow.sim.accounts.results import read_run
from mixflow.sim.base.groups import IRREGULAR_CHANNELS, NEARBY_CHANNELS, REGULAR_CHANNELS

from ...results.indicators import measured, tables_of
from ...results.person_outcomes import people_of
from ...runs.boundary import foreign
from . import paired, question_effects, validity
from .arms import BASE
from .focus import Focus

FEW = 16
"""So few things are read in this process: others would take longer to start."""

KINDS: Mapping[str, tuple[str, ...]] = {
    "irregular": IRREGULAR_CHANNELS,
    "regular": REGULAR_CHANNELS,
    "nearby": NEARBY_CHANNELS,
}
"""What is drawn on the map, by channels."""

PEOPLE = ("new_users", "route_substitution", "destination_shift", "gains", "outcome_ladder")
"""Tables that come from following people; each is a function of `paired`."""


@dataclass(frozen=True)
class Reading:
    """A run to be read: where it lies, and what the question asks of it; None of an arm that is neither base nor with."""

    folder: Path
    arm: str
    seed: int
    focus: Focus | None


@dataclass(frozen=True)
class Read:
    """What was read of a run.

    Parameters
    ----------
    values
        All indicators by month.
    edges
        Crossings by month, edge and kind.
    own
        Tables of `question_effects` and `validity` by name, each with arm and seed.
    """

    values: pd.DataFrame
    edges: pd.DataFrame
    own: Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Pairing:
    """Two runs of one seed whose people are laid side by side."""

    base: Path
    other: Path
    seed: int
    weight: float


def read(reading: Reading) -> Read:
    """Indicators of a run, its crossings, and what the question asks of it."""
    with foreign(f"the run in {reading.folder}"):
        return _read(reading)


def _read(reading: Reading) -> Read:
    tables, focus = tables_of(reading.folder), reading.focus
    values = measured(tables).assign(arm=reading.arm, seed=reading.seed)
    if focus is None:
        return Read(values, pd.DataFrame(), {})
    own = {
        "headline": question_effects.values_of(tables, focus),
        "months": question_effects.months_of_values(tables, focus),
        "groups": question_effects.groups_of(tables, focus),
        "used": question_effects.used_of(tables, focus),
        "costs": question_effects.costs_of(tables, focus),
    }
    if reading.arm == BASE:
        own["record"] = validity.simulated(read_run(reading.folder).observed)
    marked = {name: frame.assign(arm=reading.arm, seed=reading.seed) for name, frame in own.items()}
    return Read(values, _edges(tables.frame("flows"), reading), marked)


def _edges(flows: pd.DataFrame, reading: Reading) -> pd.DataFrame:
    crossed = flows[(flows["event"] == "crossing") & (flows["edge"] != "")]
    frames = []
    for kind, channels in KINDS.items():
        some = crossed[crossed["channel"].isin(channels)]
        sums = some.groupby(["date", "edge"], observed=True)["count"].sum().reset_index()
        frames.append(sums.assign(kind=kind))
    frame = pd.concat(frames, ignore_index=True)
    return frame.assign(edge=frame["edge"].astype(str), arm=reading.arm, seed=reading.seed)


def pair(pairing: Pairing) -> dict[str, pd.DataFrame]:
    """What became of the same people in both worlds; counts in real people."""
    with foreign(f"the people of the runs in {pairing.base} and {pairing.other}"):
        return _paired(pairing)


def _paired(pairing: Pairing) -> dict[str, pd.DataFrame]:
    base, other = (people_of(run) for run in (pairing.base, pairing.other))
    both = paired.joined(base, other)
    out = {}
    for name in PEOPLE:
        frame = getattr(paired, name)(both)
        numbers = [c for c in frame.columns if frame[c].dtype.kind in "if" and not str(c).startswith("level")]
        out[name] = frame.assign(seed=pairing.seed, **{c: frame[c] * pairing.weight for c in numbers})
    return out


def cores_here() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def looked_at(
    readings: Sequence[Reading], pairs: Sequence[Pairing], done: Callable[[], object], workers: int | None = None
) -> tuple[list[Read], dict[str, pd.DataFrame]]:
    """Read all runs and pairs on all cores, or by so many workers; `done` is called after each.

    Returns
    -------
    list of Read, dict of DataFrame
        What was read of each run, in order; tables of the people of all pairs.
    """
    cores = cores_here() if workers is None else workers
    things: list[Reading | Pairing] = [*readings, *pairs]
    found: list[Any] = []
    if len(things) <= FEW or cores == 1:
        for thing in things:
            found.append(_look(thing))
            done()
    else:
        with ProcessPoolExecutor(min(cores, len(things)), mp_context=get_context("spawn")) as pool:
            for result in pool.map(_look, things):
                found.append(result)
                done()
    return found[: len(readings)], joined(found[len(readings) :])


def _look(thing: Reading | Pairing) -> Read | dict[str, pd.DataFrame]:
    return read(thing) if isinstance(thing, Reading) else pair(thing)


def joined(frames: Sequence[Mapping[str, pd.DataFrame]]) -> dict[str, pd.DataFrame]:
    """Tables of pairs put under one another."""
    return {name: pd.concat([frame[name] for frame in frames], ignore_index=True) for name in PEOPLE}


def mean_edges(frames: Sequence[pd.DataFrame], seeds: Mapping[str, int]) -> pd.DataFrame:
    """Crossings as means over seeds: month, edge, kind, arm, count; no rows where nobody passed an edge."""
    some = [frame for frame in frames if len(frame)]
    if not some:
        return pd.DataFrame(columns=["month", "edge", "kind", "arm", "count"])
    frame = pd.concat(some, ignore_index=True)
    sums: Any = frame.groupby(["date", "edge", "kind", "arm"])["count"].sum().reset_index(name="count")
    sums["count"] = sums["count"] / sums["arm"].map(dict(seeds)).astype(float)
    return pd.DataFrame(sums.rename(columns={"date": "month"}))
