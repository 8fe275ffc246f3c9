"""The list of indicators: how one is declared, and how all are measured in the tables of a run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from .tables import MissingError, Tables

Floats = npt.NDArray[np.float64]
Good = Literal["less", "more", "neither"]
Kind = Literal["flow", "stock"]


@dataclass(frozen=True)
class Ratio:
    """A share or a mean by month: over several months it is the sum of its tops over the sum of its bottoms."""

    top: Floats
    bottom: Floats


Series = Floats | Ratio


@dataclass(frozen=True)
class Indicator:
    """One thing that is measured.

    Parameters
    ----------
    name
        Its key in tables.
    title
        What readers see.
    unit
        Unit of its values: `persons`, `EUR`, `share`, ...
    kind
        `flow`: months add up; `stock`: months are averaged. Ratios follow `Ratio` in both cases.
    good
        Which direction most readers would call better; `neither` where that is for them to say.
    definition
        What exactly is counted, and where the definition comes from.
    group
        Its heading in the report.
    function
        From tables to one value a month.
    """

    name: str
    title: str
    unit: str
    kind: Kind
    good: Good
    definition: str
    group: str
    function: Callable[[Tables], Series]


INDICATORS: dict[str, Indicator] = {}
"""Every indicator that all worlds have, by name, in the order in which they are shown."""

CORRIDOR_INDICATORS: list[Callable[[str, str], Indicator]] = []
"""Makers of the indicators that each corridor of a world has."""


def for_each_corridor(maker: Callable[[str, str], Indicator]) -> Callable[[str, str], Indicator]:
    """Declare the function below as a maker of one indicator for each corridor, from its code and its name."""
    CORRIDOR_INDICATORS.append(maker)
    return maker


def indicators_of(corridors: Mapping[str, str]) -> dict[str, Indicator]:
    """All indicators of one world: those that every world has, then those of its corridors.

    Parameters
    ----------
    corridors
        Names of the corridors by code, as in the world's table `corridors`.
    """
    found = [maker(code, name) for maker in CORRIDOR_INDICATORS for code, name in corridors.items() if code]
    return {**INDICATORS, **{item.name: item for item in found}}


def indicator(
    title: str, unit: str, kind: Kind, good: Good, group: str, definition: str, name: str | None = None
) -> Callable[[Callable[[Tables], Series]], Callable[[Tables], Series]]:
    """Declare the function below as an indicator, named after it unless told otherwise.

    Raises
    ------
    ValueError
        When the name is taken.
    """

    def declare(function: Callable[[Tables], Series]) -> Callable[[Tables], Series]:
        key = name or function.__name__
        if key in INDICATORS:
            raise ValueError(f"there are two indicators of the name {key}")
        INDICATORS[key] = Indicator(key, title, unit, kind, good, definition, group, function)
        return function

    return declare


def measured(tables: Tables) -> pd.DataFrame:
    """Measure all that the tables allow.

    Returns
    -------
    DataFrame
        indicator, month (NaT: over the whole run), value. What the run has no tables for is left out; a ratio of nothing to
        nothing is NaN.
    """
    frames = []
    for name, item in indicators_of(tables.world.corridor_names).items():
        try:
            series = item.function(tables)
        except MissingError:
            continue
        monthly, whole = _both(series, item.kind)
        months = pd.DatetimeIndex([*tables.months, pd.NaT])
        frames.append(pd.DataFrame({"indicator": name, "month": months, "value": [*monthly, whole]}))
    columns = ["indicator", "month", "value"]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)


def whole_of(name: str, tables: Tables) -> float:
    """One indicator over the whole run; NaN where it is a ratio of nothing to nothing.

    Raises
    ------
    MissingError
        When the run has no table that it needs.
    """
    item = INDICATORS[name]
    return _both(item.function(tables), item.kind)[1]


def _both(series: Series, kind: Kind) -> tuple[Floats, float]:
    if isinstance(series, Ratio):
        with np.errstate(divide="ignore", invalid="ignore"):
            monthly = np.where(series.bottom > 0, series.top / series.bottom, np.nan)
        bottom = float(series.bottom.sum())
        return monthly, float(series.top.sum()) / bottom if bottom > 0 else np.nan
    if not len(series):
        return series, np.nan
    return series, float(series.sum() if kind == "flow" else series.mean())
