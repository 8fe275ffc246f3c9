"""Runs or groups of runs as a file for other tools: CSV, Parquet or netCDF."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mixflow.sim.base.errors import UserError, one_of
from mixflow.sim.base.integrity import discard

from ...results.csv_text import write_csv

ENDINGS = {"csv": ".csv", "parquet": ".parquet", "netcdf": ".nc"}


def export(frame: pd.DataFrame, kind: str, path: Path, about: str = "") -> Path:
    """Write a table.

    In CSV, text that a spreadsheet would run as a formula begins with an apostrophe. A netCDF file has one dimension, `row`, and a
    variable for each column.

    Raises
    ------
    UserError
        When the kind is not known, or the file cannot be written.
    """
    if kind not in ENDINGS:
        raise UserError(one_of("Kind of export", kind, ENDINGS))
    draft = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if kind == "csv":
            write_csv(frame, draft)
        elif kind == "parquet":
            frame.to_parquet(draft, index=False, compression="zstd")
        else:
            _netcdf(frame, draft, about)
        draft.replace(path)
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror}.") from error
    finally:
        discard(draft)
    return path


def _netcdf(frame: pd.DataFrame, path: Path, about: str) -> None:
    """A file in the classic format with 64-bit offsets, which every reader of netCDF reads."""
    from scipy.io import netcdf_file

    with netcdf_file(str(path), "w", version=2) as file:
        file.title, file.Conventions = about or "mixflow results", "CF-1.8"
        file.createDimension("row", len(frame))
        for column in frame.columns:
            _variable(file, str(column), frame[column])


def _variable(file: Any, name: str, values: "pd.Series[Any]") -> None:
    safe = name.replace("/", "_").replace(" ", "_").replace("%", "pct")
    if pd.api.types.is_numeric_dtype(values) or values.isna().all():
        numbers = pd.to_numeric(values, errors="coerce").to_numpy(np.float64, na_value=np.nan)
        variable = file.createVariable(safe, "d", ("row",))
        variable[:] = numbers
    else:
        words = [b"" if pd.isna(value) else str(value).encode() for value in values]
        width = max(1, max(map(len, words), default=1))
        if f"chars{width}" not in file.dimensions:
            file.createDimension(f"chars{width}", width)
        letters = np.array([word.ljust(width, b"\0") for word in words], f"S{width}")
        variable = file.createVariable(safe, "c", ("row", f"chars{width}"))
        variable[:] = letters.view("S1").reshape(len(words), width)
        variable._Encoding = "utf-8"
    variable.long_name = name
