"""Reads text with separated values, whatever wrote it: one rule for the tables of a scenario and the files of a case.

Encoding: UTF-8, or UTF-16 and UTF-32 with a byte-order mark; letters with marks are composed (Unicode NFC). Separator: comma,
semicolon or tab, one a file. Any line ends, quotes, spaces around cells, blank lines, and lines that begin with # are accepted.
The header is the first row that names columns, with or without # before it.
"""

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

SEPARATORS = (",", ";", "\t")
LINES_TRIED = 30
"""Lines from which the separator is found."""

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte-order marks; that of UTF-32 begins with that of UTF-16 and comes first."""

_INVISIBLE = "\ufeff\u200b\u200e\u200f\u2060"
_AROUND = re.compile(rf"^[\s{_INVISIBLE}]+|[\s{_INVISIBLE}]+$")


class UnreadableError(Exception):
    """Why a file cannot be read, and the line where that is known."""

    def __init__(self, what: str, line: int | None = None) -> None:
        super().__init__(what)
        self.what, self.line = what, line


@dataclass(frozen=True)
class Row:
    """One line: its number as an editor shows it, its cells without spaces around, and whether it begins with #."""

    line: int
    cells: tuple[str, ...]
    marked: bool = False

    def cell(self, column: int) -> str:
        """The text in a column; empty where the line is shorter."""
        return self.cells[column] if column < len(self.cells) else ""


def decoded(raw: bytes) -> str:
    """The text of a file.

    Raises
    ------
    UnreadableError
        When it is no text.
    """
    encoding = next((name for mark, name in MARKS if raw.startswith(mark)), "utf-8")
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1 if encoding == "utf-8" else None
        raise UnreadableError(f"is not {encoding.upper()} text (byte {error.start}); save it as UTF-8", line) from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise UnreadableError("is not text: it holds a zero byte; save it as UTF-8", line)
    return text.lstrip("\ufeff") if text.isascii() else unicodedata.normalize("NFC", text.lstrip("\ufeff"))


def separator_of(text: str) -> str:
    """The separator that most of the first lines hold outside of quotes; the comma where none does."""
    held, count = dict.fromkeys(SEPARATORS, 0), dict.fromkeys(SEPARATORS, 0)
    for line in _first_lines(text):
        plain_text = re.sub(r'"[^"]*"', "", line)
        for separator in SEPARATORS:
            found = plain_text.count(separator)
            held[separator] += found > 0
            count[separator] += found
    # where as many lines hold a semicolon as a comma, the comma is the decimal mark
    return max(SEPARATORS, key=lambda sign: (held[sign], count[sign], sign != ",")) if any(held.values()) else ","


def _first_lines(text: str) -> list[str]:
    found: list[str] = []
    for line in io.StringIO(text):
        if line.strip():
            found.append(line)
        if len(found) == LINES_TRIED:
            break
    return found


def rows_of(text: str, separator: str) -> Iterator[Row]:
    """The lines that are not blank.

    Raises
    ------
    UnreadableError
        Where the text is not made of separated values.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    before = 0
    clean = str.strip if text.isascii() else trimmed
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise UnreadableError(f"cannot be read as separated values: {error}", reader.line_num) from error
        if cells is None:
            return
        line, before = before + 1, reader.line_num
        stripped = tuple(map(clean, cells))
        if any(stripped):
            yield Row(line, stripped, stripped[0].startswith("#"))


def trimmed(cell: str) -> str:
    """A cell without spaces and invisible marks around it."""
    cell = cell.strip()
    return cell if cell.isascii() else _AROUND.sub("", cell)


def key_of(name: str) -> str:
    """What names are compared by where they are not equal: case, spaces, underscores and hyphens do not count."""
    return re.sub(r"[\s_\-]+", "_", unicodedata.normalize("NFC", name).casefold()).strip("_")


def unmarked(row: Row) -> Row:
    """A row without the mark # before its first cell."""
    return Row(row.line, (row.cells[0].lstrip("# \t").strip('"'), *row.cells[1:])) if row.marked else row


def with_header(rows: Sequence[Row], is_header: Callable[[Row], bool]) -> tuple[Row | None, list[Row]]:
    """The header, if there is one, and the rows below it without comments.

    Parameters
    ----------
    rows
        All lines that are not blank.
    is_header
        Whether a row, with its mark taken away, names columns. It is asked of marked lines above the first row that has no
        mark, and of that row.
    """
    header = None
    for at, row in enumerate(rows):
        if is_header(unmarked(row)):
            header = unmarked(row)
            rows = rows[at + 1 :]
            break
        if not row.marked:
            break
    return header, [row for row in rows if not row.marked]
