"""Reads one file of a case into rows whose columns stand in the usual order, whatever order its header has."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mixflow.scenarios.separated import (
    Row,
    UnreadableError,
    decoded,
    key_of,
    rows_of,
    separator_of,
    unmarked,
    with_header,
)

from .opened import CaseFiles
from .problems import CaseProblems
from .values import shown


@dataclass(frozen=True)
class SheetColumn:
    """A column of a file: its name, other names for it, and whether a header in another order must have it."""

    name: str
    others: tuple[str, ...] = ()
    needed: bool = True


@dataclass(frozen=True)
class Form:
    """What a file looks like.

    Attributes
    ----------
    columns
        Its columns in the usual order.
    extra
        Further columns that may follow in any order.
    lead
        Words that make a row a header when they stand first; otherwise two names of columns do.
    """

    columns: tuple[SheetColumn, ...]
    extra: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns in the usual order."""
        return tuple(column.name for column in self.columns)

    def known(self) -> dict[str, int]:
        """The number of a column by each of its names."""
        return {
            _column_key(name): at for at, column in enumerate(self.columns) for name in (column.name, *column.others)
        }

    def is_header(self, row: Row) -> bool:
        """Whether a row holds names of columns."""
        keys = [_column_key(cell) for cell in row.cells]
        known = self.known().keys() | {_column_key(name) for name in self.extra}
        return keys[0] in self.lead or len({key for key in keys if key in known}) >= 2


def _column_key(name: str) -> str:
    """A name of a column without its unit or default, as in `distance [km]` and `closure_end = -1`."""
    return key_of(re.sub(r"\[.*?\]|\(.*?\)|=.*", "", name))


@dataclass(frozen=True)
class Sheet:
    """A file: its name as messages give it, its header (empty without one), its rows, and what separates cells."""

    name: str
    header: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    separator: str = ","
    header_line: int = 1


def read_rows(files: CaseFiles, file: str, name: str, problems: CaseProblems) -> tuple[list[Row], str] | None:
    """All lines of a file that are not blank, and its separator; None, and a problem, where it cannot be read."""
    try:
        raw = files.read(file)
        if raw is None:
            problems.add(name, None, None, "is missing")
            return None
        text = decoded(raw)
        separator = separator_of(text)
        rows = list(rows_of(text, separator))
    except UnreadableError as error:
        problems.add(name, error.line, None, error.what)
        return None
    for row in rows:
        if not row.marked and any("\n" in cell or "\r" in cell for cell in row.cells):
            problems.add(name, row.line, None, "a cell goes on in the next line; is a quotation mark not closed?")
            return None
    return rows, separator


def read_sheet(files: CaseFiles, file: str, name: str, problems: CaseProblems, form: Form) -> Sheet | None:
    """Read a file with known columns; None, and a problem, where it cannot be read.

    Parameters
    ----------
    files, file
        The files of the case, and which of them.
    name
        What messages call it.
    problems
        Where problems are kept.
    form
        Its columns. Where a header names them, each is found by its name; without one they stand in the usual order.
    """
    read = read_rows(files, file, name, problems)
    if read is None:
        return None
    header, rows = with_header(read[0], form.is_header)
    rows = [_uncommented(row, len(header.cells) if header else 0) for row in rows]
    if header is None:
        return Sheet(name, (), tuple(rows), read[1])
    order = _order(header, form, name, problems)
    if order is None:
        return None
    names = tuple(header.cells[at] for at in order[len(form.columns) :])
    if order == list(range(len(order))):
        kept = tuple(rows)
    else:
        last = max(at for at, column in zip(order, form.columns, strict=False) if column.needed)
        kept = tuple(Row(row.line, tuple(row.cell(at) if at >= 0 else "" for at in order)) for row in rows)
        for row in rows:
            if len(row.cells) <= last:
                width = f"has {len(row.cells)} columns; the header has {len(header.cells)}"
                problems.add(name, row.line, None, width)
                return None
    return Sheet(name, (*form.names, *names), kept, read[1], header.line)


def _order(header: Row, form: Form, name: str, problems: CaseProblems) -> list[int] | None:
    """Where each column of the form stands (-1 for one that is not there), and then all other columns."""
    known, usual = form.known(), range(len(form.columns))
    places: dict[int, list[int]] = {}
    for at, cell in enumerate(header.cells):
        if (number := known.get(_column_key(cell))) is not None:
            places.setdefault(number, []).append(at)
    if all(number in found for number, found in places.items()):
        for at in usual:
            if at not in places and at < len(header.cells) and header.cells[at]:
                cell = shown(header.cells[at])
                problems.tolerate(f"{name}: column {cell} is read as {form.columns[at].name}, by where it stands")
        return [*usual, *range(len(usual), len(header.cells))]
    right = True
    for at, column in enumerate(form.columns):
        found = places.get(at, [])
        if len(found) > 1:
            right = False
            problems.add(name, header.line, column.name, f"stands {len(found)} times; allowed: once")
        elif not found and column.needed:
            right = False
            problems.add(
                name, header.line, column.name,
                f"is missing; the columns stand in another order than usual, so all must be named: {', '.join(form.names)}",
            )  # fmt: skip
    if not right:
        return None
    order = [places.get(at, [-1])[0] for at in usual]
    return order + [at for at in range(len(header.cells)) if at not in order]


def read_table(files: CaseFiles, file: str, name: str, problems: CaseProblems, lead: Sequence[str]) -> Sheet | None:
    """Read a file whose columns are places or the like: the header is a row whose first cell is one of `lead`.

    Without such a row it is the last marked line above the values, or else the first row, unless that holds numbers alone.
    """
    read = read_rows(files, file, name, problems)
    if read is None:
        return None
    rows, separator = read
    header, kept = with_header(rows, lambda row: key_of(row.cells[0]) in lead)
    if header is None:
        marked = [row for at, row in enumerate(rows) if row.marked and len(row.cells) > 1 and _all_marked(rows[:at])]
        if marked:
            header = unmarked(marked[-1])
        elif kept and not all(_is_number(cell) for cell in kept[0].cells[1:] if cell):
            header, kept = kept[0], kept[1:]
    kept = [_uncommented(row, len(header.cells) if header else 0) for row in kept]
    if header is None:
        return Sheet(name, (), tuple(kept), separator)
    first = next((at for at, cell in enumerate(header.cells) if _column_key(cell) in lead), 0)
    if first:
        what = f"column {header.cells[first]} is read as the first one"
        problems.tolerate(f"{name}: {what}; those before it are not used")
        header, *kept = (Row(row.line, row.cells[first:] or ("",), row.marked) for row in (header, *kept))
    return Sheet(name, header.cells, tuple(kept), separator, header.line)


def _all_marked(rows: Sequence[Row]) -> bool:
    return all(row.marked for row in rows)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _uncommented(row: Row, width: int) -> Row:
    """A row without a comment that stands in cells of its own at its end, beyond the columns that the header names."""
    cut = next((at for at, cell in enumerate(row.cells) if at and at >= width and cell.startswith("#")), None)
    return row if cut is None else Row(row.line, row.cells[:cut], row.marked)


def check_width(row: Row, sheet: str, least: int, names: Sequence[str], problems: CaseProblems) -> bool:
    """Whether a row has the columns that it needs; keeps a problem where not."""
    if len(row.cells) >= least:
        return True
    problems.add(
        sheet, row.line, None, f"has {len(row.cells)} columns; at least {least} are needed: {', '.join(names[:least])}"
    )
    return False


def say_unnamed(sheet: Sheet, columns: int, problems: CaseProblems) -> None:
    """Note that cells stand beyond the columns that a file has by its form or its header: they have no name and no effect."""
    width = max(columns, len(sheet.header))
    lines = [row.line for row in sheet.rows if any(row.cells[width:])]
    if lines:
        rows = f"line {lines[0]}" + (f" and {len(lines) - 1} more" if len(lines) > 1 else "")
        problems.tolerate(f"{sheet.name}: cells beyond column {width} are not used, they have no name: {rows}")
