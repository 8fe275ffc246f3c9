"""Tables that are kept of a run beside the results of runs: published as one folder with digests, and made again when damaged."""

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd
import pyarrow as pa

from mixflow.sim.accounts.results import RECORD, cannot_write, published
from mixflow.sim.base.integrity import ResultsDamaged, read_record, set_aside, write_parquet, write_sealed

T = TypeVar("T")

AGAIN = "it is set aside, and the run is made again"
"""What happens to a damaged folder."""


def write_tables(folder: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """Publish tables under a folder, all of them or none, with a record of their digests.

    Raises
    ------
    UserError
        When they cannot be written.
    """
    try:
        with published(folder) as hidden:
            for name, frame in tables.items():
                write_parquet(pa.Table.from_pandas(frame, preserve_index=False), hidden / f"{name}.parquet")
            write_sealed(hidden, RECORD, {})
    except OSError as error:
        raise cannot_write(folder.parent, error) from error


def record_of(folder: Path) -> dict[str, Any]:
    """The record of a folder that `write_tables` published.

    Raises
    ------
    ResultsDamaged
        When it is missing, is not what was written, or has no digest.
    """
    record = read_record(folder, RECORD, AGAIN)
    if "digest" not in record:
        raise ResultsDamaged(folder, [f"{RECORD} has no digest"], AGAIN)
    return record


def read_or_set_aside[T](folder: Path, read: Callable[[Path], T]) -> T | None:
    """What `read` makes of a folder; None where there is none, or where it is damaged: then it is named and set aside."""
    if not os.path.lexists(folder):
        return None
    try:
        return read(folder)
    except ResultsDamaged as error:
        print(f"mixflow: {error}", file=sys.stderr)
        set_aside(folder)
        return None
