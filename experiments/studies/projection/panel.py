"""Recorded series side by side: one row a series, one column a month or year, up to a reference month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]

KEYS = ("series", "corridor", "nationality", "country")

MONTHLY, YEARLY = "M", "Y"

PROJECTED: Mapping[str, tuple[Sequence[tuple[str, ...]], str, float]] = {
    "detections": ((("corridor", "country"), ("corridor", "country", "nationality")), MONTHLY, 100.0),
    "recorded_deaths": ((("corridor",),), MONTHLY, 10.0),
    "asylum_applications_annual": ((("country",),), YEARLY, 100.0),
}
"""What is projected: the columns that its rows are told by, its period, and the people below whom differences hardly count.

A row without a nationality is a total.
"""

LEAST_MONTHS = 12
"""Months of record that a season and a level need."""


@dataclass(frozen=True, eq=False)
class Panel:
    """Series of one kind and period.

    Parameters
    ----------
    keys
        One row a series: series, corridor, nationality, country; empty where it is a sum.
    periods
        Months or years, without gaps.
    values
        What was recorded, shape (rows, periods); none is 0.
    floor
        Added before a logarithm.
    """

    keys: pd.DataFrame
    periods: pd.PeriodIndex
    values: Floats
    floor: float

    @property
    def yearly(self) -> bool:
        """Whether a column is a year."""
        return self.periods.freqstr.startswith("Y")

    def until(self, last: pd.Period) -> "Panel":
        """The same series as known at the end of a month; of a year, only where it is over."""
        known = np.asarray(self.periods.end_time <= last.end_time)
        return Panel(self.keys, self.periods[known], self.values[:, known], self.floor)

    def only(self, rows: npt.NDArray[np.bool_]) -> "Panel":
        """Some of the series."""
        return Panel(self.keys[rows].reset_index(drop=True), self.periods, self.values[rows], self.floor)


def panels(recorded: pd.DataFrame) -> list[Panel]:
    """All that is projected of a record, one panel for each kind of series and set of columns that tell its rows."""
    found = []
    for series, (sets, period, floor) in PROJECTED.items():
        rows = recorded[recorded["series"] == series]
        if len(rows):
            found += [panel(rows, series, columns, period, floor) for columns in sets]
    return found


def panel(rows: pd.DataFrame, series: str, columns: Sequence[str], period: str, floor: float) -> Panel:
    """Sums of recorded rows by some columns and by period, from the first to the last period of the series."""
    when = pd.PeriodIndex(pd.to_datetime(rows["month"]), freq=period)
    span = pd.period_range(when.min(), when.max(), freq=period)
    by = [rows[name].astype(str) for name in columns]
    wide = rows["value"].astype(float).groupby([*by, when.rename("when")]).sum().unstack("when")
    wide = wide.reindex(columns=span).fillna(0.0)
    keys = wide.index.to_frame(index=False).assign(series=series)
    keys = keys.assign(**{name: "" for name in KEYS if name not in keys})[list(KEYS)]
    return Panel(keys, span, wide.to_numpy(np.float64), floor)
