"""The contraction: constants and openness move towards what the record lacks in the model, run by run, until little is left.

As in Berry, Levinsohn and Pakes (1995): a constant grows by a part of the difference in logarithms of record and model. Openness is
a state by month, followed by a smoother of fixed gain. Structural parameters stay as they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from mixflow.scenarios.anchors import month_name
from mixflow.scenarios.world import World
from mixflow.sim.world.anchor import Anchor

from .record import BY_DESTINATION, BY_MONTH, BY_ORIGIN

Floats = npt.NDArray[np.float64]

STEP = 0.7
"""Of a gap, by which a constant moves in a round; design value, below 1 as feedback adds to it."""

DESTINATION_STEP = 0.35
"""The same of destinations, whose weights have a power of about two: see `choose.lambda_destination`."""

GAIN = 0.35
"""Of a gap, by which the openness of a month moves in a round."""

KEPT = 0.97
"""Of a constant, what is kept in a round: shrinks what the record does not hold up."""

MOST = 4.0
"""Log points beyond which no constant goes: a factor of 55."""

OPEN, SHUT = 2.0, -3.0
"""Bounds of openness, log points."""

SMOOTH = np.array([0.25, 0.5, 0.25])
"""Weights of neighbouring months in a gap: single months are noisy."""


@dataclass(frozen=True, eq=False)
class Position:
    """Constants and openness on their way.

    Parameters
    ----------
    origins, destinations
        Constants by country code, log points.
    corridors
        Codes of corridors with a record by month.
    openness
        Of each corridor and month, constant and state together; shape (corridors, months).
    first_month
        Twelve times its year, and its month from 0 to 11.
    """

    origins: Mapping[str, float]
    destinations: Mapping[str, float]
    corridors: tuple[str, ...]
    openness: Floats
    first_month: int

    def anchor(self, world: World, state: bool = True) -> Anchor:
        """What a run is given; without `state`, each corridor has the mean of its months throughout."""
        pooled = float(np.mean(list(self.origins.values()))) if self.origins else 0.0
        constant = np.zeros(len(world.corridors))
        path = np.zeros((len(world.corridors), self.openness.shape[1]))
        for row, code in enumerate(self.corridors):
            at = world.corridors.index(code)
            constant[at] = self.openness[row].mean()
            path[at] = self.openness[row] - constant[at] if state else 0.0
        return Anchor(
            np.array([self.origins.get(code, pooled) for code in world.countries]),
            np.array([self.destinations.get(code, 0.0) for code in world.countries]),
            constant,
            path,
            self.first_month,
            self.first_month + self.openness.shape[1] - 1,
        )


def begin(cells: Mapping[str, "pd.Series[float]"], world: World) -> Position:
    """All constants and states at zero, for those with a record."""
    monthly = cells[BY_MONTH].unstack("when")
    corridors = tuple(str(code) for code in monthly.index)
    first: Any = monthly.columns[0]
    known = set(world.countries)
    names = [
        sorted({str(key[0]) for key in cells[name].index} & known) if name in cells else []
        for name in (BY_ORIGIN, BY_DESTINATION)
    ]
    zero = np.zeros(monthly.shape)
    return Position(
        dict.fromkeys(names[0], 0.0), dict.fromkeys(names[1], 0.0), corridors, zero, 12 * first.year + first.month - 1
    )


def moved(position: Position, gap: Mapping[str, "pd.Series[float]"]) -> Position:
    """One round: constants by the mean gap of their years, openness by the smoothed gap of the month after."""
    origin = _by_name(gap, BY_ORIGIN)
    destination = _by_name(gap, BY_DESTINATION)
    level = float(np.mean(list(destination.values()))) if destination else 0.0  # how many come is not of destinations
    table = gap[BY_MONTH].unstack("when").loc[list(position.corridors)].to_numpy(float)
    ahead = np.concatenate([table[:, 1:], table[:, -1:]], axis=1)  # people set out before they are detected
    padded = np.pad(ahead, ((0, 0), (1, 1)), mode="edge")
    smooth = sum(w * padded[:, k : k + ahead.shape[1]] for k, w in enumerate(SMOOTH))
    return replace(
        position,
        origins={c: _bounded(KEPT * a + STEP * origin[c]) for c, a in position.origins.items()},
        destinations={
            c: _bounded(KEPT * a + DESTINATION_STEP * (destination[c] - level))
            for c, a in position.destinations.items()
        },
        openness=np.clip(position.openness + GAIN * smooth, SHUT, OPEN),
    )


def _by_name(gap: Mapping[str, "pd.Series[float]"], name: str) -> dict[str, float]:
    if name not in gap:
        return {}
    mean = gap[name].groupby(level=0).mean()
    return {str(code): float(value) for code, value in mean.items()}


def _bounded(value: float) -> float:
    return float(np.clip(value, -MOST, MOST))


# ---- what is written


def rows_of(
    position: Position, gap: Mapping[str, "pd.Series[float]"], source: str, as_of: str
) -> tuple[list[Any], list[Any]]:
    """Rows of `anchor.csv` and `anchor_state.csv`, with standard errors from what is left of the gaps.

    Constants of origins and of destinations are shrunk to their mean by the variance that their errors leave between them
    (DerSimonian and Laird 1986). A smoother of gain K has an error of sqrt(K / (2 - K)) times that of a month.
    """
    units = {"persistence": "correlation with the month before", "innovation": "log points a month"}
    said = {"source": source, "as_of": as_of}
    constants: list[dict[str, Any]] = []

    def add(kind: str, code: str, value: float, error: float, cells: int) -> None:
        row = {"kind": kind, "code": code, "value": f"{value:.4f}", "standard_error": f"{error:.4f}", "cells": cells}
        constants.append({**row, "unit": units.get(kind, "log points"), **said})

    for kind, found, name in (
        ("origin", position.origins, BY_ORIGIN),
        ("destination", position.destinations, BY_DESTINATION),
    ):
        for code, value, error, count in _shrunk(found, gap.get(name)):
            add(kind, code, value, error, count)
    left = gap[BY_MONTH].unstack("when").loc[list(position.corridors)].to_numpy(float)
    state: list[dict[str, Any]] = []
    for row, code in enumerate(position.corridors):
        path, months = position.openness[row], position.openness.shape[1]
        deviation = path - path.mean()
        law = _law(deviation)
        apart = deviation.std() * np.sqrt((1.0 + law[0]) / (1.0 - law[0]) / months)
        add("corridor", code, path.mean(), float(apart), months)
        add("persistence", code, law[0], float(np.sqrt((1.0 - law[0] ** 2) / months)), months)
        add("innovation", code, law[1], law[1] / np.sqrt(2.0 * months), months)
        error = float(left[row].std() * np.sqrt(GAIN / (2.0 - GAIN)))
        state += [
            {"month": month_name(position.first_month + k), "corridor": code, "value": f"{deviation[k]:.4f}",
             "standard_error": f"{error:.4f}", "unit": "log points", **said}
            for k in range(months)
        ]  # fmt: skip
    return constants, state


def _shrunk(found: Mapping[str, float], gap: "pd.Series[float] | None") -> Sequence[tuple[str, float, float, int]]:
    if gap is None or not found:
        return []
    by = gap.groupby(level=0)
    count = by.size()
    error = {c: float(by.std(ddof=1).get(c, 0.0)) / np.sqrt(max(int(count[c]), 1)) for c in found}
    values = np.array(list(found.values()))
    between = max(float(values.var()) - float(np.mean([e**2 for e in error.values()])), 1e-6)
    rows = []
    for code, value in found.items():
        weight = between / (between + error[code] ** 2)
        shrunk = float(values.mean() + weight * (value - values.mean()))
        rows.append((code, shrunk, float(np.sqrt(weight)) * error[code], int(count[code])))
    return rows


def _law(deviation: Floats) -> tuple[float, float]:
    """Persistence and innovation of an autoregression of first order."""
    spread = float(deviation.var())
    if spread < 1e-9:
        return 0.0, 0.0
    persistence = float(np.clip(np.mean(deviation[1:] * deviation[:-1]) / spread, 0.0, 0.99))
    return persistence, float(np.sqrt(spread * (1.0 - persistence**2)))
