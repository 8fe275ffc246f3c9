"""Reads one comma-separated file generously: marks at the start, comments, quotes, spaces, blank lines, any line ends."""

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from .problems import Problems

LARGEST = 64 * 2**20
"""Bytes; a larger file is none of this format."""


@dataclass(frozen=True)
class Row:
    """One line that is neither blank nor a comment: its number in the file and its cells without spaces around."""

    line: int
    cells: tuple[str, ...]

    def cell(self, column: int) -> str:
        """The text in a column; empty where the line is shorter."""
        return self.cells[column] if column < len(self.cells) else ""


@dataclass(frozen=True)
class Sheet:
    """A file: its name as messages give it, its header (empty without one) and its rows."""

    name: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]


def read_sheet(path: Path, name: str, problems: Problems, headed: bool = False) -> Sheet | None:
    """Read a file; None, and a problem, where it cannot be read.

    Parameters
    ----------
    path, name
        The file, and what messages call it.
    problems
        Where problems are kept.
    headed
        Whether the first row is a header even without a mark of comment before it.
    """
    try:
        if path.stat().st_size > LARGEST:
            problems.add(name, None, None, f"larger than {LARGEST // 2**20} MB; this is no file of a case")
            return None
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        problems.add(name, None, None, "is missing")
        return None
    except UnicodeDecodeError as error:
        problems.add(name, None, None, f"is not UTF-8 text (byte {error.start})")
        return None
    except OSError as error:
        problems.add(name, None, None, f"cannot be read: {(error.strerror or str(error)).lower()}")
        return None
    header, rows = _rows(text, name, problems)
    if headed and not header and rows:
        header, rows = rows[0].cells, rows[1:]
    return Sheet(name, tuple(header), tuple(rows))


def _rows(text: str, name: str, problems: Problems) -> tuple[tuple[str, ...], list[Row]]:
    """The header, which is the first comment line when it stands above all rows, and the rows."""
    header: tuple[str, ...] = ()
    rows: list[Row] = []
    reader = csv.reader(io.StringIO(text.replace("\0", ""), newline=""), skipinitialspace=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return header, rows
        except csv.Error as error:
            problems.add(name, reader.line_num, None, f"cannot be read as comma-separated values: {error}")
            return header, rows
        stripped = tuple(cell.strip() for cell in cells)
        if not any(stripped):
            continue
        if stripped[0].startswith("#"):
            if not header and not rows:
                header = (stripped[0].lstrip("# "), *stripped[1:])
            continue
        rows.append(Row(reader.line_num, _uncommented(stripped)))


def _uncommented(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Cells without a comment that begins inside a later one."""
    for i, cell in enumerate(cells):
        if i and "#" in cell:
            return (*cells[:i], cell.partition("#")[0].strip())
    return cells


def number(
    text: str,
    sheet: str,
    line: int,
    column: str,
    problems: Problems,
    low: float = -math.inf,
    high: float = math.inf,
    allowed: str = "a number",
) -> float | None:
    """Read a finite number within bounds; None, and a problem, where it is none."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or not low <= value <= high or "_" in text:
        problems.add(sheet, line, column, f"{shown(text)} is not allowed; allowed: {allowed}")
        return None
    return value


def whole(
    text: str, sheet: str, line: int, column: str, problems: Problems, low: int, high: int, allowed: str
) -> int | None:
    """Read a whole number within bounds; None, and a problem, where it is none."""
    value = number(text, sheet, line, column, problems, low, high, allowed)
    if value is None:
        return None
    if value != int(value):
        problems.add(sheet, line, column, f"{shown(text)} is not allowed; allowed: {allowed}")
        return None
    return int(value)


def day_of(text: str, sheet: str, line: int, column: str, problems: Problems) -> date | None:
    """Read a date; None, and a problem, where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        problems.add(sheet, line, column, f"{shown(text)} is not a date; allowed: year-month-day, as 2015-05-01")
        return None


def shown(text: str) -> str:
    """A value as messages give it: quoted, and not longer than a line."""
    return repr(text if len(text) <= 40 else text[:37] + "...")


def check_width(row: Row, sheet: str, least: int, names: Sequence[str], problems: Problems) -> bool:
    """Whether a row has the columns that it needs; keeps a problem where not."""
    if len(row.cells) >= least:
        return True
    problems.add(
        sheet, row.line, None, f"has {len(row.cells)} columns; at least {least} are needed: {', '.join(names[:least])}"
    )
    return False
