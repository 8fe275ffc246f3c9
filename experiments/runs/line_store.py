"""Files of one JSON object a line, each with a digest of its own: what was done so far, by processes that may be killed.

A line counts when its digest is right. A torn last line, of a writer that was killed, is cut off; any other line that is not what
was written is skipped and counted.
"""

import hashlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mixflow.sim.base.errors import UserError
from mixflow.sim.base.reading import checked_file, parse_json

DIGEST = "digest"


@dataclass(frozen=True)
class Lines:
    """What a file of lines holds.

    Attributes
    ----------
    good
        The lines that are what was written, in order.
    bad
        How many are not.
    end
        Bytes up to the end of the last line; what follows is torn.
    """

    good: list[dict[str, Any]]
    bad: int
    end: int


def line_of(content: Mapping[str, Any]) -> bytes:
    """A line with its digest."""
    return json.dumps({**content, DIGEST: _digest(content)}).encode() + b"\n"


def read_line(line: bytes) -> dict[str, Any] | None:
    """What a line says, without its digest; None where it is not what was written."""
    try:
        found = parse_json(line, "a line", infinite=True)
        digest = found.pop(DIGEST)
        return found if digest == _digest(found) else None
    except (UserError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def read_lines(content: bytes) -> Lines:
    """All lines of a file; one that lacks its end alone counts."""
    end = content.rfind(b"\n") + 1
    if content[end:] and read_line(content[end:]) is not None:
        content, end = content + b"\n", len(content) + 1
    lines = [read_line(line) for line in content[:end].split(b"\n") if line.strip()]
    good = [line for line in lines if line is not None]
    return Lines(good, len(lines) - len(good), end)


def opened(path: Path) -> int:
    """A file of lines open for reading and writing, made where it is not there.

    Raises
    ------
    UserError
        When there is something else in its place: a folder, a pipe, or a link, which might lead to a file of the user.
    OSError
        When it cannot be opened.
    """
    if os.path.lexists(path) and (path.is_symlink() or not path.is_file()):
        raise UserError(f"{path} is not a file; move it away, and what it held is done again.")
    return os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o644)


def read_store(path: Path) -> bytes:
    """What is in a file of lines; nothing where there is none.

    Raises
    ------
    UserError
        When it cannot be read.
    """
    if not os.path.lexists(path):
        return b""
    try:
        checked_file(path)
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}.") from error


def append(handle: int, content: Mapping[str, Any]) -> None:
    """Add a line to a file that is locked and open for reading and writing; it is on the disk when this returns.

    A torn line before it is cut off.
    """
    size = os.fstat(handle).st_size
    if size and os.pread(handle, 1, size - 1) != b"\n":
        found = read_lines(os.pread(handle, size, 0))
        os.truncate(handle, min(found.end, size))
        size = min(found.end, size)
        if found.end > size:  # the last line is whole, and lacks its end alone
            size += os.pwrite(handle, b"\n", size)
    line = line_of(content)
    while line:
        done = os.pwrite(handle, line, size)
        line, size = line[done:], size + done
    os.fsync(handle)


@contextmanager
def locked(path: Path) -> Iterator[int]:
    """A file open for reading and writing, which no other process appends to meanwhile; made where it is not there."""
    handle = opened(path)
    try:
        with suppress(ImportError, OSError):  # where nothing can be locked, nothing keeps two from writing at once
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle
    finally:
        os.close(handle)


def say_damaged(path: Path, bad: int) -> None:
    """Say that lines of a file were skipped."""
    if bad:
        lines = "1 line is" if bad == 1 else f"{bad:,} lines are"
        print(
            f"mixflow: {path}: {lines} damaged and skipped; what they held is done again where it is needed.",
            file=sys.stderr,
        )


def _digest(content: Mapping[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
