"""Data files from others, read as data: JSON and Parquet. What is wrong with them is one message that names the file."""

from __future__ import annotations

import errno
import json
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pyarrow as pa
import pyarrow.parquet as pq

from .errors import UserError
from .limits import JSON_BYTES, MB, TABLE_BYTES, TABLE_ROWS

if TYPE_CHECKING:  # it is heavy, and not everybody who reads JSON reads tables
    import pandas as pd

HALF = re.compile(rb"\\u[dD][89a-fA-F]")
"""How JSON writes half of a letter, which no file and no terminal can hold."""

LARGE = re.compile(rb"[0-9]{200}|[eE]\+?[0-9]{3}")
"""What each number holds that is too large for a float; digests hold it too."""

SHOWN = 120
"""Letters of a reason that a message shows."""


def with_home(path: Path | str) -> Path:
    """A path with ~ filled in; as it is where there is no such user."""
    return Path(os.path.expanduser(path))  # noqa: PTH111 - that of pathlib raises


def has_halves(text: str) -> bool:
    """Whether a text holds half letters, as Python reads bytes that are no UTF-8: no file and no terminal takes them."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def is_file(path: Path) -> bool:
    """Whether there is such a file; False for a path that no file system can hold, such as one that is too long."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def is_folder(path: Path) -> bool:
    """The same of a folder."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def checked_file(path: Path, most: int | None = None) -> os.stat_result:
    """What is known of a file before it is opened. A pipe or a device in its place would be waited for, or never end.

    Parameters
    ----------
    path
        The file; links are followed.
    most
        Bytes that it may have.

    Raises
    ------
    OSError
        When it is not there, or is something else than a file.
    UserError
        When it is larger.
    """
    found = path.stat()
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, "is a folder", str(path))
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "not a file", str(path))
    if most is not None and found.st_size > most:
        raise UserError(f"{path} has {found.st_size:,} bytes; at most {most:,} are read.")
    return found


def parse_json(content: bytes | str, what: str, most: int = JSON_BYTES, infinite: bool = False) -> Any:
    """The value of a JSON text. Infinity and NaN are no JSON, and are refused, unless they are asked for.

    Numbers that are too large for a float are always refused: sums, prices and shares are made of them.

    Parameters
    ----------
    content
        The text.
    what
        What it is, for the message.
    most
        Bytes that it may have.
    infinite
        Whether numbers without a bound may occur, as Python writes them: losses of a calibration.

    Raises
    ------
    UserError
        When it is no JSON or too large.
    """
    if len(content) > most:
        raise UserError(f"{what} has {len(content):,} bytes; at most {most:,} are read.")
    try:
        raw = content if isinstance(content, bytes) else content.encode()
        large = LARGE.search(raw) is not None
        found = json.loads(
            content,
            parse_constant=None if infinite else _refuse,
            parse_float=_float if large else None,
            parse_int=_whole if large else None,
        )
        if HALF.search(raw):
            json.dumps(found, ensure_ascii=False).encode()
        return found
    except RecursionError as error:
        raise UserError(f"{what} cannot be read as JSON: too many levels.") from error
    except ValueError as error:
        raise UserError(f"{what} cannot be read as JSON: {str(error)[:SHOWN]}.") from error


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")


def _float(text: str) -> float:
    found = float(text)
    if abs(found) == float("inf"):
        raise ValueError(f"{text[:20]} is larger than 1.8e308")
    return found


def _whole(text: str) -> int:
    _float(text)
    return int(text)


def read_json(path: Path, most: int = JSON_BYTES) -> Any:
    """The value in a file of JSON.

    Raises
    ------
    UserError
        When there is no such file, or it holds no JSON.
    """
    try:
        checked_file(path, most)
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        raise UserError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from error
    return parse_json(content, str(path), most)


def read_mapping(path: Path, most: int = JSON_BYTES) -> dict[str, Any]:
    """The same, of a file that holds names and values.

    Raises
    ------
    UserError
        When it cannot be read, or holds something else.
    """
    found = read_json(path, most)
    if not isinstance(found, dict):
        raise UserError(f"{path} holds no names and values.")
    return found


def parse_frame(content: bytes, what: str) -> pd.DataFrame:
    """A Parquet table as a frame; see `parse_table`."""
    table = parse_table(content, what)
    with _unreadable(what):
        frame: pd.DataFrame = table.to_pandas(date_as_object=False)
    return frame


def parse_table(content: bytes, what: str) -> pa.Table:
    """A Parquet table, its size judged by its footer before it is read, its pages by their checksums.

    Parameters
    ----------
    content
        Of the file.
    what
        What it is, for the message.

    Raises
    ------
    UserError
        When it cannot be read as a table, or is too large.
    """
    with _unreadable(what), pq.ParquetFile(pa.BufferReader(content), page_checksum_verification=True) as file:
        _check_size(what, file.metadata)
        return file.read()
    raise AssertionError("the file is read, or refused")


@contextmanager
def _unreadable(what: str) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError, OverflowError, AttributeError) as error:
        reason = str(error).strip().splitlines()
        raise UserError(f"{what} cannot be read as a table: {reason[0][:SHOWN] if reason else error!r}.") from error


def _check_size(what: str, footer: Any) -> None:
    if footer.num_rows > TABLE_ROWS:
        raise UserError(f"{what} has {footer.num_rows:,} rows; at most {TABLE_ROWS:,} are read.")
    size = sum(footer.row_group(k).total_byte_size for k in range(footer.num_row_groups))
    if size > TABLE_BYTES:
        raise UserError(f"{what} has {size // MB:,} MB once unpacked; at most {TABLE_BYTES // MB:,} are read.")
