"""What is kept of a run of an experiment: five tables, published as one folder of Parquet files. Reading it runs no code."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pandas as pd

from mixflow.sim.accounts.results import COLUMNS
from mixflow.sim.base.integrity import ResultsDamaged, frame_of

from ....runs.kept_tables import AGAIN, record_of, write_tables

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
class RunTables:
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


TABLES = tuple(field.name for field in fields(RunTables))


def write_run_tables(folder: Path, seen: RunTables) -> None:
    """Publish what was seen under a folder.

    Raises
    ------
    UserError
        When it cannot be written.
    """
    write_tables(folder, {name: getattr(seen, name) for name in TABLES})


def read_run_tables(folder: Path) -> RunTables:
    """Read the tables of a folder.

    Raises
    ------
    ResultsDamaged
        When a table is missing, is not what was written, or lacks a column; the message names the file.
    """
    record = record_of(folder)
    return RunTables(**{name: _read(folder, record, name) for name in TABLES})


def _read(folder: Path, record: Mapping[str, Any], name: str) -> pd.DataFrame:
    frame = frame_of(folder, record, f"{name}.parquet", (), AGAIN)
    lacking = [column for column in NEEDED[name] if column not in frame]
    if lacking and not (name in OPTIONAL and not len(frame.columns)):
        raise ResultsDamaged(folder, [f"{name}.parquet has no column {lacking[0]}"], AGAIN)
    return frame
