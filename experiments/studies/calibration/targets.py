"""What the model is compared with: recorded series, stocks and shares, as one vector of logarithms. Refuses held-out years."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from mixflow.scenarios.schema import HOSTED, LAST_MONTH, NAMED_CORRIDORS
from mixflow.scenarios.tables import read_table
from mixflow.sim.base.codes import Channel, Status
from mixflow.sim.base.errors import UserError, one_of

from ...runs.boundary import foreign
from .measures import MEASURES, MeasuredTables

Floats = npt.NDArray[np.float64]

FIRST, LAST = pd.Timestamp("2009-01-01"), pd.Timestamp(f"{LAST_MONTH}-31")
"""The days of which records may be used to fit; later records are held out to test the finished model."""

PERIODS: Mapping[str, str] = {"month": "M", "quarter": "Q", "year": "Y", "all": ""}
RECORDED_AS: Mapping[str, str] = {
    name: f"{name}_annual" for name in ("asylum_applications", "refugee_returns", "displaced_returns")
}
"""Simulated series whose record has another name, because it counts whole years."""

NOT_ONE = ("OTH", "UNK")
"""Codes of records that are no nationality of the world: others, not known. Totals by route hold them."""

KINDS = ("series", "stock", "measure")
KEYS: Mapping[str, tuple[str, ...]] = {
    "series": ("by", "every", "only", "least", "floor"),
    "stock": ("by", "status", "only", "least", "floor"),
    "measure": ("value", "source", "settings", "floor"),
}
SERIES = (
    "detections", "recorded_deaths", "sea_arrivals", "asylum_applications", "return_orders", "returns", "refugee_returns",
    "displaced_returns",
)  # fmt: skip
"""Simulated series: see `mixflow.sim.accounts.observe`."""
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "series": ("corridor", "country", "nationality"),
    "stock": ("country", "origin"),
}
"""Columns that both the record and a run have."""
SETTINGS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(MEASURES, ()),
    "return_rate": ("origins",),
    "largest_share": ("many",),
    "deaths_per_thousand": ("corridor",),
    "departures_a_year": ("channel",),
}
"""Settings of each measure."""
NEEDED: Mapping[str, Sequence[str]] = {"corridor": NAMED_CORRIDORS, "channel": Channel.labels()}
"""Settings that a measure cannot do without, and what each may be."""
COMMON = ("from", "to", "sd", "facts")


@dataclass(frozen=True)
class Spec:
    """One kind of target, as a calibration's file writes it."""

    name: str
    kind: str
    what: str
    begin: pd.Timestamp
    end: pd.Timestamp
    sd: float
    facts: float
    by: tuple[str, ...] = ()
    every: str = "year"
    only: Mapping[str, Sequence[str]] = field(default_factory=dict)
    status: tuple[str, ...] = ()
    least: float = 0.0
    floor: float = 0.0
    value: float = 0.0
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class CalibrationTargets:
    """All targets of a calibration.

    Parameters
    ----------
    specs
        The kinds of target that have a record.
    cells
        For each, what it compares: a frame with a column `recorded` whose index says of whom and when.
    left_out
        Names of those without a record in the years allowed.
    scale
        Simulated people per real person: few people are counted with an error of their own.
    """

    specs: tuple[Spec, ...]
    cells: Mapping[str, "pd.Series[float]"]
    left_out: tuple[str, ...]
    scale: float

    @property
    def observed(self) -> Floats:
        """The record, as logarithms."""
        return np.concatenate([_log(np.asarray(self.cells[s.name], np.float64), s.floor) for s in self.specs])

    @property
    def sd(self) -> Floats:
        """Of the difference of logarithms: what the model leaves out, and the chance of few simulated people."""
        parts = []
        for spec in self.specs:
            values = self.cells[spec.name].to_numpy() + spec.floor
            chance = 0.0 if spec.kind == "measure" else 1.0 / (self.scale * np.maximum(values, 1.0))
            parts.append(np.sqrt(spec.sd**2 + chance) * np.ones(len(values)))
        return np.concatenate(parts)

    @property
    def facts(self) -> Floats:
        """How much each cell counts: a target's cells repeat one another and count together as its `facts`."""
        return np.concatenate([np.full(len(self.cells[s.name]), s.facts / len(self.cells[s.name])) for s in self.specs])

    def simulated(self, tables: MeasuredTables) -> Floats:
        """The same vector from a run's tables; NaN where the model does not measure something."""
        return np.concatenate([_log(simulated(spec, self.cells[spec.name], tables), spec.floor) for spec in self.specs])

    def loss(self, simulated_logs: Floats) -> Floats:
        """Mean squared standardised difference of logarithms, over facts; along the first axis. NaN where nothing is measured."""
        return np.asarray((self.misses(simulated_logs) ** 2).sum(axis=0))

    def misses(self, simulated_logs: Floats) -> Floats:
        """Signed roots of what each cell adds to the loss; 0 where the model does not measure it, NaN where it measures nothing."""
        wide = (slice(None),) + (None,) * (simulated_logs.ndim - 1)
        z = (simulated_logs - self.observed[wide]) / self.sd[wide]
        weight = np.where(np.isfinite(z), self.facts[wide], 0.0)
        with np.errstate(invalid="ignore"):
            return np.asarray(np.sqrt(weight / np.sum(weight, axis=0)) * np.nan_to_num(z))

    def by_target(self, simulated_logs: Floats) -> dict[str, float]:
        """Root mean square difference of logarithms of one member, by target."""
        gap = simulated_logs - self.observed
        found, at = {}, 0
        for spec in self.specs:
            part = gap[at : at + len(self.cells[spec.name])]
            at += len(part)
            found[spec.name] = float(np.sqrt(np.mean(part**2)))
        return found


def _log(values: Floats, floor: float) -> Floats:
    return np.asarray(np.log(np.maximum(values + floor, 1e-4)))


# ---- reading a calibration's file


def read_specs(given: Any, where: str) -> list[Spec]:
    """Read the section `targets`.

    Raises
    ------
    UserError
        When a key or a name is not known, or a target lies outside the allowed years.
    """
    if not isinstance(given, Mapping) or not given:
        raise UserError(f"{where}: `targets` names none.")
    specs = []
    for name, row in given.items():
        with foreign(f"{where}: target {name}"):
            specs.append(_spec(str(name), row, f"{where}: target {name}"))
    return specs


def _spec(name: str, row: Any, where: str) -> Spec:
    kinds = [kind for kind in KINDS if isinstance(row, Mapping) and kind in row]
    if len(kinds) != 1:
        raise UserError(f"{where}: give one of {', '.join(KINDS)}.")
    kind = kinds[0]
    for key in row:
        if key not in (kind, *COMMON, *KEYS[kind]):
            raise UserError(f"{where}: " + one_of("Key", str(key), (kind, *COMMON, *KEYS[kind])))
    if kind == "measure" and row[kind] not in MEASURES:
        raise UserError(f"{where}: " + one_of("Measure", str(row[kind]), MEASURES))
    if row.get("every", "year") not in PERIODS:
        raise UserError(f"{where}: " + one_of("Period", str(row["every"]), PERIODS))
    _check_names(kind, row, where)
    begin, end = pd.Timestamp(row.get("from", FIRST)), pd.Timestamp(row.get("to", LAST))
    check_allowed(begin, end, where)
    if float(row.get("sd", 0.5)) <= 0 or float(row.get("facts", 1)) <= 0:
        raise UserError(f"{where}: sd and facts must be above 0.")
    return Spec(
        name, kind, str(row[kind]), begin, end, float(row.get("sd", 0.5)), float(row.get("facts", 1)),
        tuple(row.get("by", ())), row.get("every", "year"), row.get("only", {}), tuple(row.get("status", ())),
        float(row.get("least", 0)), float(row.get("floor", 0)), float(row.get("value", 0)), row.get("settings", {}),
    )  # fmt: skip


def _check_names(kind: str, row: Mapping[str, Any], where: str) -> None:
    """Refuse names of a target that no run could have, which would be found missing only after the runs."""
    if kind == "measure":
        settings = row.get("settings", {})
        if not isinstance(settings, Mapping):
            raise UserError(f"{where}: `settings` holds names and values.")
        known = SETTINGS[row[kind]]
        _check_all("Setting", settings, known, where)
        for key in known:
            if key in NEEDED and key not in settings:
                raise UserError(
                    f"{where}: {row[kind]} needs settings: {{{key}: NAME}}. Allowed: {', '.join(NEEDED[key])}."
                )
            if key in NEEDED and key in settings:
                _check_all(f"{key} of `settings`", _listed(settings[key]), NEEDED[key], where)
        return
    _check_all(kind.capitalize(), [row[kind]], SERIES if kind == "series" else HOSTED, where)
    columns = COLUMNS[kind]
    _check_all("Column of `by`", _listed(row.get("by", ())), columns, where)
    only = row.get("only", {})
    if not isinstance(only, Mapping):
        raise UserError(f"{where}: `only` holds columns, each with a list of names.")
    _check_all("Column of `only`", only, columns, where)
    for column, values in only.items():
        if not isinstance(values, list):
            raise UserError(f"{where}: `only` of {column} is no list.")
        if column == "corridor":
            _check_all("Corridor", values, NAMED_CORRIDORS, where)
    _check_all("Status", _listed(row.get("status", ())), Status.labels(), where)


def _listed(given: Any) -> Iterable[Any]:
    """One name or several, as a list."""
    return given if isinstance(given, list | tuple) else [given]


def _check_all(what: str, given: Iterable[Any], allowed: Sequence[str], where: str) -> None:
    for name in given:
        if name not in allowed:
            raise UserError(f"{where}: " + one_of(what, str(name)[:60], allowed))


def check_allowed(begin: pd.Timestamp, end: pd.Timestamp, where: str) -> None:
    """Refuse days whose flows may not be used to fit."""
    if begin < FIRST or end > LAST or end < begin:
        raise UserError(
            f"{where}: {begin:%Y-%m-%d} to {end:%Y-%m-%d} is not within {FIRST:%Y-%m-%d} to {LAST:%Y-%m-%d}. "
            f"Records after {LAST_MONTH} are held out: they test the finished model, and nothing is fitted to them."
        )


# ---- the record


def targets_of(
    specs: Sequence[Spec], folder: Path, recorded: pd.DataFrame, until: pd.Timestamp, scale: float
) -> CalibrationTargets:
    """Find the record of each target up to a day.

    Parameters
    ----------
    specs
        From `read_specs`.
    folder
        The world's tables.
    recorded
        The world's recorded series.
    until
        Nothing recorded later is looked at.
    scale
        Of the runs that will be compared.

    Raises
    ------
    UserError
        When `until` is outside the allowed years, or no target has a record.
    """
    check_allowed(FIRST, until, "end")
    stocks = pd.DataFrame(read_table(folder, "hosted"))
    kept, cells = [], {}
    for spec in specs:
        found = _record(spec, recorded, stocks, min(spec.end, until))
        if len(found):
            kept.append(spec)
            cells[spec.name] = found
    if not kept:
        raise UserError(f"no target has a record up to {until:%Y-%m-%d}.")
    left = tuple(spec.name for spec in specs if spec.name not in cells)
    return CalibrationTargets(tuple(kept), cells, left, scale)


def _record(spec: Spec, recorded: pd.DataFrame, stocks: pd.DataFrame, end: pd.Timestamp) -> "pd.Series[float]":
    if spec.kind == "measure":
        return pd.Series([spec.value] if spec.end <= end else [], dtype=float)
    if spec.kind == "stock":
        rows = stocks[stocks["status"] == spec.what].assign(
            when=lambda f: pd.to_datetime(f["year"].astype(str) + "-12-31").dt.to_period("Y")
        )
        rows = _selected(rows, spec)
        rows = rows[(rows["when"] >= spec.begin.to_period("Y")) & (rows["when"].dt.end_time <= _close(end))]
        return _cells(rows, spec)
    name = RECORDED_AS.get(spec.what, spec.what)
    rows = recorded[recorded["series"] == name]
    month = pd.to_datetime(rows["month"])
    if name.endswith("annual"):
        month = month + pd.offsets.YearEnd(0)
    rows = rows[(month >= spec.begin) & (month <= end)]
    rows = _selected(rows.assign(when=_period(month[rows.index], spec.every)), spec)
    return _cells(rows, spec)


def _close(end: pd.Timestamp) -> pd.Timestamp:
    return end + pd.Timedelta(days=1)


def _period(month: "pd.Series[pd.Timestamp]", every: str) -> Any:
    return month.dt.to_period(PERIODS[every]) if PERIODS[every] else "all"


def _selected(rows: pd.DataFrame, spec: Spec) -> pd.DataFrame:
    for column, values in spec.only.items():
        rows = rows[rows[column].isin(list(values))]
    return rows


def _cells(rows: pd.DataFrame, spec: Spec) -> "pd.Series[float]":
    """Sums by group and period, for groups with at least `least` in all; a period without a row had none."""
    if rows.empty:
        return pd.Series(dtype=float)
    keys = [rows[column].astype(str).rename(column) for column in spec.by]
    sums = rows["value"].astype(float).groupby([*keys, rows["when"]]).sum()
    if not spec.by:
        return sums.sort_index()
    wide = sums.unstack("when").fillna(0.0)
    wide = wide[wide.sum(axis=1) >= spec.least]
    if "nationality" in spec.by:
        wide = wide[~wide.index.get_level_values("nationality").isin(NOT_ONE)]
    return pd.Series(wide.stack()).sort_index()


# ---- the same from a run


def simulated(spec: Spec, cells: "pd.Series[float]", tables: MeasuredTables) -> Floats:
    """What a run gives for the cells of a target, in the order of the cells."""
    if spec.kind == "measure":
        return np.array([MEASURES[spec.what](tables, spec.begin, spec.end, spec.settings)])
    if spec.kind == "stock":
        rows = tables.stocks[tables.stocks["status"].isin(spec.status or (spec.what,))]
        when = pd.to_datetime(rows["date"])
        rows = rows.assign(value=rows["count"], when=when.dt.to_period("Y"))[when.dt.month == 12]
    else:
        rows = tables.observed[tables.observed["series"] == spec.what]
        when = pd.to_datetime(rows["month"])
        rows = rows.assign(when=_period(when, spec.every))[(when >= spec.begin) & (when <= spec.end)]
    rows = _selected(rows, spec)
    if rows.empty:
        return np.zeros(len(cells))
    keys = [rows[column].astype(str) for column in spec.by]
    sums = rows["value"].astype(float).groupby([*keys, rows["when"]]).sum()
    return np.asarray(sums.reindex(cells.index, fill_value=0.0).to_numpy(float))
