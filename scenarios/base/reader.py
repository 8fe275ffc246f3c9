"""Reads the base for some countries; it refuses a table that was cut short and names what it lacks."""

import gzip
import zlib
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from mixflow.scenarios.base.files import HEADERS, file_name
from mixflow.scenarios.base.sources import Series
from mixflow.sim.base.errors import UserError

HERE = Path(__file__).parent

Row = dict[str, Any]

TEXT = (
    "country", "other", "neighbour", "city", "origin", "destination", "residence", "passport", "consulate", "sending", "receiving",
    "source", "driver", "indicator", "requirement", "channel", "series", "group", "iso3", "iso2", "name", "region", "subregion",
    "currency", "key", "publisher", "unit", "as_of", "licence", "table", "ring",
)  # fmt: skip
"""Columns that hold text; all others hold numbers."""


class Base:
    """The base in a folder; tables are read when they are asked for, and once.

    Parameters
    ----------
    folder
        By default the one that comes with the package.
    """

    def __init__(self, folder: Path = HERE) -> None:
        self.folder = folder
        self._tables: dict[str, pa.Table] = {}
        self._lengths: dict[str, int] = {}
        self._lengths = {row["table"]: int(row["rows"]) for row in self.rows("contents")}
        self.series = {row["key"]: Series(*row.values()) for row in self.rows("sources")}
        self.countries = {row["iso3"]: row for row in self.rows("countries")}

    def rows(self, name: str, **chosen: Collection[Any]) -> list[Row]:
        """Rows of a table as dicts, those whose columns hold one of the chosen values.

        Raises
        ------
        UserError
            When the table is not there, cannot be read, or was cut short.
        """
        if name not in self._tables:
            self._tables[name] = self._read(name)
        table = self._tables[name]
        for column, values in chosen.items():
            kind = table.schema.field(column).type
            table = table.filter(pc.is_in(table[column], value_set=pa.array(sorted(values), kind)))
        rows: list[Row] = table.to_pylist()
        return rows

    def source(self, key: str, year: int | None = None) -> tuple[str, str]:
        """What a row of a scenario says of where its value comes from: publisher and series, and the date."""
        found = [self.series[part] for part in key.split()]
        as_of = next((series.as_of for series in found if series.as_of != "year"), f"{year}-12-31")
        if year is not None and any(series.as_of == "year" for series in found):
            as_of = f"{year}-12-31"
        return "; ".join(f"{series.publisher}, {series.series}" for series in found), as_of

    def _read(self, name: str) -> pa.Table:
        path = self.folder / file_name(name)
        try:
            raw = path.read_bytes()
            raw = gzip.decompress(raw) if path.suffix == ".gz" else raw
            header = HEADERS[name]
            types = {column: pa.string() if column in TEXT else pa.float64() for column in header}
            types |= {column: pa.int64() for column in ("year", "rows", "since") if column in header}
            options = csv.ConvertOptions(column_types=types, null_values=[""], strings_can_be_null=False)
            table = csv.read_csv(pa.BufferReader(raw), convert_options=options)
        except FileNotFoundError as error:
            raise UserError(
                f"The base has no table {path.name}: looked for {path}. Install the package again."
            ) from error
        except (OSError, EOFError, zlib.error, pa.ArrowInvalid) as error:
            said = str(error).splitlines()[0]
            raise UserError(
                f"{path.name} of the base cannot be read, or was cut short: {said}. Install the package again."
            ) from error
        if tuple(table.column_names) != header:
            raise UserError(f"{path.name} of the base has columns {table.column_names}; allowed: {list(header)}.")
        if self._lengths and table.num_rows != self._lengths.get(name):
            raise UserError(
                f"{path.name} of the base was cut short or changed: it has {table.num_rows:,} rows; contents.csv says "
                f"{self._lengths.get(name, 0):,}. Install the package again."
            )
        return table


@lru_cache(maxsize=1)
def shipped() -> Base:
    """The base that comes with the package."""
    return Base()


def series_of(rows: Iterable[Row], *keys: str, value: str = "value") -> dict[Any, dict[int, tuple[float, str]]]:
    """Values and their sources by key and year."""
    found: dict[Any, dict[int, tuple[float, str]]] = {}
    for row in rows:
        if row[value] is not None:
            key = tuple(row[name] for name in keys) if len(keys) > 1 else row[keys[0]]
            found.setdefault(key, {})[row["year"]] = (row[value], row["source"])
    return found


def members(base: Base, year: int, wanted: Mapping[str, Any] | Collection[str]) -> list[Row]:
    """Members of groups in a year, of the countries wanted."""
    return [
        row
        for row in base.rows("groups", iso3=set(wanted))
        if row["since"] <= year and (row["until"] is None or year <= row["until"])
    ]
