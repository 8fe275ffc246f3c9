"""What is kept of a run of an experiment: five tables, published as one folder of Parquet files. Reading it runs no code."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import pandas as pd

from mixflow.sim.errors import UserError
from mixflow.sim.reading import read_frame
from mixflow.sim.results import COLUMNS, cannot_write, published

NEEDED: Mapping[str, tuple[str, ...]] = {
    "flows": COLUMNS["flows"],
    "stocks": ("date", "country", "count"),
    "observed": COLUMNS["observed"],
    "market": COLUMNS["market"],
    "states": COLUMNS["states"],
}
"""Columns that each table must have."""

OPTIONAL = ("market", "states")
"""Tables that have no columns at all where the model keeps no such book."""


@dataclass(frozen=True)
class Seen:
    """What is kept of a run.

    Parameters
    ----------
    flows, stocks, observed
        As a run's tables.
    market
        Month, edge, route, price, seats; empty where the model keeps no such book.
    states
        Month, country, quantity, value; likewise.
    """

    flows: pd.DataFrame
    stocks: pd.DataFrame
    observed: pd.DataFrame
    market: pd.DataFrame
    states: pd.DataFrame


TABLES = tuple(field.name for field in fields(Seen))


def write_seen(folder: Path, seen: Seen) -> None:
    """Publish the tables under a folder, all of them or none.

    Raises
    ------
    UserError
        When they cannot be written.
    """
    try:
        with published(folder) as hidden:
            for name in TABLES:
                getattr(seen, name).to_parquet(hidden / f"{name}.parquet", index=False)
    except OSError as error:
        raise cannot_write(folder.parent, error) from error


def read_seen(folder: Path) -> Seen:
    """Read the tables of a folder.

    Raises
    ------
    UserError
        When a table is missing, cannot be read, or lacks a column; the message names the file.
    """
    return Seen(**{name: _read(folder, name) for name in TABLES})


def _read(folder: Path, name: str) -> pd.DataFrame:
    path = folder / f"{name}.parquet"
    try:
        frame = read_frame(path)
        lacking = [column for column in NEEDED[name] if column not in frame]
        if lacking and not (name in OPTIONAL and not len(frame.columns)):
            raise UserError(f"{path} has no column {lacking[0]!r}.")
    except UserError as error:
        raise UserError(f"{error} Remove the folder {folder}, and the same command makes it again.") from error
    return frame
