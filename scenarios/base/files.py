"""Reads the publishers' files and writes the base's tables; used by make_tables alone."""

import csv
import gzip
import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

Row = tuple[Any, ...]

HEADERS = {
    "countries": ("iso3", "iso2", "name", "region", "subregion", "currency", "area_km2", "source"),
    "groups": ("group", "iso3", "since", "until", "free_movement", "source"),
    "drivers": ("country", "year", "driver", "value", "source"),
    "stocks": ("origin", "residence", "year", "persons", "source"),
    "refugees": ("origin", "country", "year", "refugees", "asylum_seekers", "displaced", "source"),
    "decisions": ("origin", "country", "year", "convention", "other_protection", "rejected", "all_levels", "source"),
    "visas": ("passport", "destination", "requirement", "days", "source"),
    "pairs": ("origin", "destination", "distance_km", "common_language", "colonial_tie", "source"),
    "flights": ("origin", "destination", "airline_routes", "mean_km", "source"),
    "remittance_costs": ("sending", "receiving", "year", "cost", "source"),
    "cities": ("country", "city", "latitude", "longitude", "population", "capital", "coast_km", "landmass", "source"),
    "borders": ("country", "neighbour", "source"),
    "shores": ("country", "other", "gap_km", "source"),
    "outlines": ("country", "ring", "source"),
    "issued": ("origin", "destination", "year", "channel", "persons", "source"),
    "issued_totals": ("destination", "year", "series", "persons", "source"),
    "valid_permits": ("origin", "destination", "year", "persons", "source"),
    "visa_decisions": ("destination", "consulate", "year", "applied", "issued", "refused", "long_stay", "source"),
    "visa_refusals": ("origin", "destination", "year", "rate", "source"),
    "sources": ("key", "publisher", "series", "unit", "as_of", "licence"),
    "contents": ("table", "rows"),
}
"""The tables of the base and their columns."""

PLAIN = ("contents", "sources", "countries", "groups", "borders")
"""Tables that are small enough to be read as they are; the others are packed."""


def read(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV file, packed or not."""
    raw = path.read_bytes()
    content = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8-sig")
    yield from csv.DictReader(io.StringIO(content, newline=""))


def number(cell: str) -> float | None:
    """The number of a cell, None where the publisher has none."""
    return float(cell) if cell not in ("", "NA") else None


def cell(value: Any) -> Any:
    """A value as it is written: six significant digits, whole numbers without a point, nothing where there is none."""
    if value is None:
        return ""
    if isinstance(value, float):
        value = float(f"{value:.6g}") if abs(value) < 1e6 else round(value)
        return int(value) if float(value).is_integer() else value
    return value


def as_csv(name: str, rows: Iterable[Row]) -> bytes:
    """A table as UTF-8 text of comma-separated values, rows in order."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADERS[name])
    writer.writerows([cell(value) for value in row] for row in rows)
    return text.getvalue().encode()


def file_name(name: str) -> str:
    """The name of a table's file."""
    return f"{name}.csv" if name in PLAIN else f"{name}.csv.gz"


def write(folder: Path, name: str, rows: Iterable[Row]) -> None:
    """Write one table; packed bytes do not depend on the day."""
    content = as_csv(name, rows)
    (folder / file_name(name)).write_bytes(content if name in PLAIN else gzip.compress(content, 9, mtime=0))
