"""The tables of a run as indicators read them: sums by month over what is asked for, and the facts of countries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from mixflow.scenarios.tables import Stamp, stamp, tables_folder
from mixflow.scenarios.world import World, load_world
from mixflow.sim.accounts.results import read_run
from mixflow.sim.base.integrity import frame_of

Floats = npt.NDArray[np.float64]


class MissingError(LookupError):
    """The run has no such table, column or quantity; an indicator that needs it is not measured."""


@dataclass
class Tables:
    """What one run wrote.

    Parameters
    ----------
    frames
        Tables by name: flows, stocks, and those of money, states, institutions, costs, people where the run has them.
    months
        Its months.
    world
        Names and facts of countries.
    scale
        Simulated people per real person.
    """

    frames: Mapping[str, pd.DataFrame]
    months: pd.DatetimeIndex
    world: World
    scale: float = 1.0
    _masks: dict[tuple[str, str, tuple[str, ...]], npt.NDArray[np.bool_]] = field(default_factory=dict)

    def frame(self, name: str, *columns: str) -> pd.DataFrame:
        """A table that has these columns.

        Raises
        ------
        MissingError
            When there is none.
        """
        found = self.frames.get(name)
        if found is None or any(column not in found for column in columns):
            raise MissingError(name)
        return found

    @cached_property
    def europe(self) -> tuple[str, ...]:
        """Codes of the European countries of the world."""
        return tuple(code for code, is_in in zip(self.world.countries, self.world.europe, strict=True) if is_in)

    def flow(self, **where: str | Sequence[str]) -> Floats:
        """Events by month, in persons: `flow(event="death", channel=("irregular", "asylum"))`."""
        return self.sums("flows", "count", **where)

    def stock(self, **where: str | Sequence[str]) -> Floats:
        """People at the end of each month: `stock(status="detained")`."""
        return self.sums("stocks", "count", **where)

    def paid(self, *accounts: str) -> Floats:
        """Money through accounts by month, in EUR."""
        return self.sums("money", "value", account=accounts)

    def sums(self, table: str, column: str, **where: str | Sequence[str]) -> Floats:
        """Sum a column by month over the rows whose columns have one of the values given."""
        frame = self.frame(table, column, *where)
        keep: npt.NDArray[np.bool_] | None = None
        for name, values in where.items():
            mask = self._mask(table, name, (values,) if isinstance(values, str) else tuple(values))
            keep = mask if keep is None else keep & mask
        at, value = self._at(table), frame[column].to_numpy(float)
        if keep is not None:
            at, value = at[keep], value[keep]
        inside = at >= 0
        return np.bincount(at[inside], weights=value[inside], minlength=len(self.months))

    def by_country(self, table: str, column: str, **where: str | Sequence[str]) -> Floats:
        """Sum a column by month and country, shape (months, countries)."""
        return self._by("country", table, column, where)

    def by_origin(self, table: str, column: str, **where: str | Sequence[str]) -> Floats:
        """Sum a column by month and nationality, shape (months, countries)."""
        return self._by("origin", table, column, where)

    def _by(self, axis: str, table: str, column: str, where: Mapping[str, str | Sequence[str]]) -> Floats:
        frame = self.frame(table, column, axis, *where)
        keep = np.ones(len(frame), bool)
        for name, values in where.items():
            keep &= self._mask(table, name, (values,) if isinstance(values, str) else tuple(values))
        at = self._at(table)
        country = self._countries(frame[axis])
        keep &= (at >= 0) & (country >= 0)
        size = len(self.world.countries)
        flat = np.bincount(
            at[keep] * size + country[keep], frame[column].to_numpy(float)[keep], len(self.months) * size
        )
        return flat.reshape(len(self.months), size)

    def pairs(self, table: str, column: str, factor: Floats, **where: str | Sequence[str]) -> Floats:
        """Sum a column by month, each row times the factor of its nationality and country.

        Parameters
        ----------
        factor
            Shape (nationalities, countries).
        """
        frame = self.frame(table, column, "origin", "country", *where)
        keep = np.ones(len(frame), bool)
        for name, values in where.items():
            keep &= self._mask(table, name, (values,) if isinstance(values, str) else tuple(values))
        at = self._at(table)
        origin, country = (self._countries(frame[name]) for name in ("origin", "country"))
        keep &= (at >= 0) & (origin >= 0) & (country >= 0)
        value = frame[column].to_numpy(float)[keep] * factor[origin[keep], country[keep]]
        return np.bincount(at[keep], value, len(self.months))

    def driver(self, name: str) -> Floats:
        """A driver of every country by month, shape (months, countries).

        Raises
        ------
        MissingError
            When the world has no such driver.
        """
        if name not in self.world.drivers:
            raise MissingError(name)
        values = self.world.drivers[name]
        year = np.clip(self.months.year.to_numpy() - self.world.first_year, 0, values.shape[1] - 1)
        return np.asarray(values[:, year].T, float)

    def _countries(self, codes: pd.Series) -> npt.NDArray[np.int64]:
        """Index of each country in the world, -1 where the world has none of this code."""
        names = pd.Index(list(self.world.countries))
        if not isinstance(codes.dtype, pd.CategoricalDtype):
            return np.asarray(names.get_indexer(pd.Index(codes)), np.int64)
        known = np.append(names.get_indexer(codes.cat.categories), -1)  # the last stands for what is missing
        return np.asarray(known[codes.cat.codes.to_numpy()], np.int64)

    def _at(self, table: str) -> npt.NDArray[np.int64]:
        key = (table, "", ())
        if key not in self._positions:
            dates = pd.DatetimeIndex(self.frames[table]["date"])
            self._positions[key] = self.months.get_indexer(dates).astype(np.int64)
        return self._positions[key]

    @cached_property
    def _positions(self) -> dict[tuple[str, str, tuple[str, ...]], npt.NDArray[np.int64]]:
        return {}

    def _mask(self, table: str, column: str, values: tuple[str, ...]) -> npt.NDArray[np.bool_]:
        key = (table, column, values)
        if key not in self._masks:
            self._masks[key] = self.frames[table][column].isin(list(values)).to_numpy()
        return self._masks[key]


EXTRA = ("money", "states", "institutions", "costs", "market")
"""Tables of a run beside flows and stocks that indicators read."""

PEOPLE = "people"
"""The table of a run that followed people."""


def tables_of(folder: Path | str) -> Tables:
    """Read the tables of a finished run.

    Raises
    ------
    UserError
        When the folder holds no finished run.
    """
    run = read_run(folder)
    frames = {name: getattr(run, name) for name in ("flows", "stocks", *EXTRA)}
    if f"{PEOPLE}.parquet" in run.record["files"]:
        frames[PEOPLE] = frame_of(run.folder, run.record, f"{PEOPLE}.parquet")
    config = run.record["config"]
    months = pd.date_range(f"{config['start'][:7]}-01", config["end"], freq="MS")
    return Tables(frames, months, world_of(config), float(config["scale"]))


def world_of(config: Mapping[str, Any]) -> World:
    """The world of a config, read again only where a file of its tables has changed."""
    folder = tables_folder(config)
    return _world(str(folder), str(config["scenario"]), stamp(folder))


@lru_cache(maxsize=4)
def _world(folder: str, name: str, stamp: Stamp) -> World:
    return load_world(Path(folder), name)
