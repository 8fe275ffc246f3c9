"""What is kept of a run of an experiment: five tables, published as one folder of Parquet files. Reading it runs no code."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from mixflow.sim.integrity import ResultsDamaged, frame_of, read_record, write_parquet, write_sealed
from mixflow.sim.results import COLUMNS, RECORD, cannot_write, published

AGAIN = "remove this folder, and the same command makes it again"
"""What a user does about a damaged one."""

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
    """Publish the tables under a folder, all of them or none, with a record of their digests.

    Raises
    ------
    UserError
        When they cannot be written.
    """
    try:
        with published(folder) as hidden:
            for name in TABLES:
                table = pa.Table.from_pandas(getattr(seen, name), preserve_index=False)
                write_parquet(table, hidden / f"{name}.parquet")
            write_sealed(hidden, RECORD, {})
    except OSError as error:
        raise cannot_write(folder.parent, error) from error


def read_seen(folder: Path) -> Seen:
    """Read the tables of a folder.

    Raises
    ------
    ResultsDamaged
        When a table is missing, is not what was written, or lacks a column; the message names the file.
    """
    record = read_record(folder, RECORD, AGAIN)
    if "digest" not in record:
        raise ResultsDamaged(folder, [f"{RECORD} has no digest"], AGAIN)
    return Seen(**{name: _read(folder, record, name) for name in TABLES})


def _read(folder: Path, record: Mapping[str, Any], name: str) -> pd.DataFrame:
    frame = frame_of(folder, record, f"{name}.parquet", (), AGAIN)
    lacking = [column for column in NEEDED[name] if column not in frame]
    if lacking and not (name in OPTIONAL and not len(frame.columns)):
        raise ResultsDamaged(folder, [f"{name}.parquet has no column {lacking[0]}"], AGAIN)
    return frame
