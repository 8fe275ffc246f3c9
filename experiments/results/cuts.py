"""A part of a run's tables, by nationality, country, corridor, channel or need, and a part of its months."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from .indicators.registry import Ratio, Series
from .indicators.tables import Tables

DIMENSIONS: Mapping[str, str] = {
    "nationality": "origin",
    "country": "country",
    "corridor": "corridor",
    "channel": "channel",
    "need": "need",
}
"""What tables can be cut by, and the column of it."""

Selection = Mapping[str, Sequence[str]]


def cut(tables: Tables, selection: Selection) -> Tables:
    """The rows that belong to a selection; a table that cannot be cut so is left out, and what needs it is not measured.

    Parameters
    ----------
    tables
        Of a run.
    selection
        Values by dimension, a key of `DIMENSIONS`; a dimension that is missing or empty keeps all.
    """
    wanted = {DIMENSIONS[name]: list(values) for name, values in selection.items() if len(values)}
    if not wanted:
        return tables
    frames = {}
    for name, frame in tables.frames.items():
        if all(column in frame for column in wanted):
            keep = np.ones(len(frame), np.bool_)
            for column, values in wanted.items():
                keep &= frame[column].isin(values).to_numpy()
            frames[name] = frame[keep]
    return Tables(frames, tables.months, tables.world, tables.scale)


def over(series: Series, kind: str, months: npt.NDArray[np.bool_]) -> float:
    """A series over some months: flows add up, stocks are averaged, ratios are of sums; NaN over no month."""
    if not months.any():
        return float("nan")
    if isinstance(series, Ratio):
        bottom = float(series.bottom[months].sum())
        return float(series.top[months].sum()) / bottom if bottom > 0 else float("nan")
    return float(series[months].sum() if kind == "flow" else series[months].mean())
