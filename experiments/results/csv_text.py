"""Tables as CSV that a spreadsheet can open: text that it would run as a formula is marked as text."""

import csv
from pathlib import Path
from typing import Any

import pandas as pd

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""A cell of text that begins so is a formula to a spreadsheet; the last four are = + - @ as wide letters."""

MARK = "'"


def write_csv(frame: pd.DataFrame, path: Path, **options: Any) -> None:
    """Write a table without its index; texts that look like formulas begin with an apostrophe, numbers stay as they are."""
    table = safe(frame)
    if _returns(
        table
    ):  # older versions of Python write a carriage return without quotes, which ends the row for readers
        options = {"quoting": csv.QUOTE_NONNUMERIC, **options}
    table.to_csv(path, index=False, **options)


def safe(frame: pd.DataFrame) -> pd.DataFrame:
    """The table with its cells and heads of text made safe."""
    columns = {at: _column(frame.iloc[:, at]) for at in range(frame.shape[1])}
    found = pd.DataFrame(columns, index=frame.index)
    found.columns = pd.Index([_cell(name) for name in frame.columns])
    return found


def _returns(table: pd.DataFrame) -> bool:
    """Whether a text of the table holds a carriage return."""
    texts = (table.iloc[:, at] for at in range(table.shape[1]) if pd.api.types.is_object_dtype(table.dtypes.iloc[at]))
    cells = (cell for column in texts for cell in column)
    return any(isinstance(cell, str) and "\r" in cell for cell in (*table.columns, *cells))


def _column(values: "pd.Series[Any]") -> "pd.Series[Any]":
    if pd.api.types.is_numeric_dtype(values) or pd.api.types.is_datetime64_any_dtype(values):
        return values
    return values.astype(object).map(_cell)


def _cell(value: Any) -> Any:
    return MARK + value if isinstance(value, str) and value.startswith(STARTS) else value
