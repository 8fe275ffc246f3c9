"""What an anchor is found from, and what it is scored on: recorded detections and claims as cells, and the same of a run."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from mixflow.scenarios.world import load_recorded

from ..calibration.evaluate import tables_of
from ..calibration.targets import RECORDED_AS, CalibrationTargets, Spec, days_to_fit, targets_of

Floats = npt.NDArray[np.float64]

BY_MONTH = "detections by corridor and month"
BY_ORIGIN = "detections by nationality and year"
BY_DESTINATION = "claims by country and year"
BY_YEAR = "detections by corridor and year"
BY_BOTH = "detections by corridor, nationality and year"

FOUND_FROM = (BY_MONTH, BY_ORIGIN, BY_DESTINATION)
"""What moves constants and openness; the others are scores alone."""

LEAST = 500.0
"""Recorded people in all below which a nationality or a country gets no constant of its own; assumption: too few to tell one."""

FLOORS: Mapping[str, tuple[str, tuple[str, ...], str, float]] = {
    BY_MONTH: ("detections", ("corridor",), "month", 500.0),
    BY_ORIGIN: ("detections", ("nationality",), "year", 1000.0),
    BY_DESTINATION: ("asylum_applications", ("country",), "year", 500.0),
    BY_YEAR: ("detections", ("corridor",), "year", 1000.0),
    BY_BOTH: ("detections", ("corridor", "nationality"), "year", 1000.0),
}
"""Series, groups, period, and the people that are added before a logarithm is taken, so that a few do not decide."""


def cells_of(folder: Path, until: pd.Timestamp, scale: float) -> CalibrationTargets:
    """The recorded cells of a world up to a day.

    Raises
    ------
    UserError
        When the day is after the hold-out date, or nothing is recorded up to it.
    """
    first = days_to_fit(folder)[0]
    specs = [
        Spec(name, "series", what, first, until, 0.5, 1.0, by, every, least=LEAST, floor=floor)
        for name, (what, by, every, floor) in FLOORS.items()
    ]
    return targets_of(specs, folder, pd.DataFrame(load_recorded(folder)), until, scale)


def publishers(folder: Path) -> str:
    """Who published the records that an anchor is found from, as the sources of their rows say."""
    recorded = load_recorded(folder)
    used = {RECORDED_AS.get(what, what) for what, *_ in FLOORS.values()}
    sources = (source for series, source in zip(recorded["series"], recorded["source"], strict=True) if series in used)
    return ", ".join(sorted({source.partition(",")[0] for source in sources}))


def logs_of(config: Mapping[str, Any], model_and_cells: Any) -> Floats:
    """What is kept of a run: its logarithms for the cells."""
    model, cells = model_and_cells
    return np.asarray(cells.simulated(tables_of(model)))


def gaps(cells: CalibrationTargets, logs: Floats) -> dict[str, "pd.Series[float]"]:
    """Record less run in logarithms, by kind of cell; the index says of whom and when."""
    gap, found, at = cells.observed - logs, {}, 0
    for spec in cells.specs:
        index = cells.cells[spec.name].index
        found[spec.name] = pd.Series(gap[at : at + len(index)], index=index)
        at += len(index)
    return found
