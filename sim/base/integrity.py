"""Whether files on disk are what was written: a sealed record holds a digest of each file and of itself.

The record of a folder is one JSON file. Its key `files` has the size and the SHA-256 of every file of the folder, and its key
`digest` the SHA-256 of the rest of the record. All readers of results go through this module. A digest says that a file is what
was written, not by whom: sizes are bounded as those of files of others are (`limits`).
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import time
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from .errors import UserError
from .limits import JSON_BYTES, TABLE_BYTES
from .reading import checked_file, parse_frame, parse_json

if TYPE_CHECKING:
    import pandas as pd

AGAIN = "run again with force=true"
"""What a user does about a damaged run."""

PLAIN = re.compile(r"(figures/)?[^./\\\x00][^/\\\x00]{0,250}")
"""Names of files that a record may list: in the folder itself or in its figures, and not hidden."""

SETTLED_S = 2.0
"""A digest is remembered for a file that was last written so long ago: a later change has another time of writing."""

MOST_KNOWN = 200_000
"""Digests that a process remembers, about 60 MB: those of 15,000 runs."""

_known: dict[str, tuple[tuple[int, ...], str]] = {}


class ResultsDamaged(UserError):  # noqa: N818 - the name says what happened
    """Files of results are not what was written.

    Parameters
    ----------
    folder
        Where they lie.
    what
        Each damaged file, with the reason where there is one to give.
    then
        What to do about it.
    """

    def __init__(self, folder: Path | str, what: Sequence[str], then: str = AGAIN) -> None:
        super().__init__(f"results in {folder} are damaged: {', '.join(what)}; {then}.")
        self.folder, self.what, self.then = folder, tuple(what), then

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.folder, self.what, self.then)


@contextmanager
def reading(folder: Path, what: str, then: str = AGAIN) -> Iterator[None]:
    """Turn every failure to read something of results into one error that names it."""
    try:
        yield
    except ResultsDamaged:
        raise
    except UserError as error:
        raise ResultsDamaged(folder, [str(error).rstrip(".")], then) from error
    except OSError as error:
        raise ResultsDamaged(folder, [f"{what} ({_reason(error)})"], then) from error
    except Exception as error:  # a boundary: readers of damaged files raise whatever they like
        raise ResultsDamaged(folder, [what], then) from error


def _reason(error: OSError) -> str:
    return (error.strerror or str(error).partition("\n")[0]).lower()


# ---- records


def sealed(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record with its own digest."""
    plain: dict[str, Any] = json.loads(json.dumps(dict(record), allow_nan=False))
    plain.pop("digest", None)
    return {**plain, "digest": _digest_of(plain)}


def is_sealed(record: Mapping[str, Any]) -> bool:
    """Whether the record has a digest, and is what was sealed."""
    rest = {key: value for key, value in record.items() if key != "digest"}
    return isinstance(record.get("digest"), str) and record["digest"] == _digest_of(rest)


def _digest_of(record: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(record, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def read_record(folder: Path, name: str, then: str = AGAIN) -> dict[str, Any]:
    """Read a record that may be of any format; one that has a digest is checked against it.

    Raises
    ------
    ResultsDamaged
        When it cannot be read or is not what was sealed.
    """
    with reading(folder, name, then):
        record = parse_json(_bounded(folder / name, name, JSON_BYTES), name)
        if not isinstance(record, dict) or ("digest" in record and not is_sealed(record)):
            raise ResultsDamaged(folder, [name], then)
        return record


def write_sealed(folder: Path, name: str, record: Mapping[str, Any], files: Mapping[str, Any] | None = None) -> None:
    """Write the record of a folder whose other files are written: it lists them with their digests, and is sealed.

    Parameters
    ----------
    folder
        The folder.
    name
        The file of the record.
    record
        Its content.
    files
        What it says of the files; None: of all that are there.
    """
    content = sealed({**record, "files": listing(folder, {name}) if files is None else files})
    draft = folder / f".{name}.{uuid.uuid4().hex[:8]}"
    try:
        draft.write_text(json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
        draft.replace(folder / name)
    finally:
        discard(draft)


def listing(folder: Path, leave_out: Collection[str]) -> dict[str, Any]:
    """Size and digest of each file of a folder, hidden ones left out."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not path.name.startswith(".") and name not in leave_out:
            found[name] = entry_of(path)
    return found


def entry_of(path: Path) -> dict[str, Any]:
    """What a record says of a file."""
    return {"bytes": path.stat().st_size, "sha256": file_digest(path)}


# ---- files


def file_digest(path: Path) -> str:
    """The SHA-256 of a file, read once for as long as the file stays the same and the process lives.

    Raises
    ------
    OSError
        When it cannot be read, or is not a file.
    """
    found = checked_file(path)
    known = _known.get(str(path))
    if known is not None and known[0] == _stamp(found):
        return known[1]
    with path.open("rb") as file:
        found = os.fstat(file.fileno())
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if time.time() - max(found.st_mtime, found.st_ctime) > SETTLED_S:
        while len(_known) >= MOST_KNOWN:  # the one that was read first
            _known.pop(next(iter(_known)))
        _known[str(path)] = (_stamp(found), digest)
    return digest


def _stamp(found: os.stat_result) -> tuple[int, ...]:
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def damages(
    folder: Path, record: Mapping[str, Any], needed: Collection[str], only: Collection[str] | None = None
) -> list[str]:
    """What is damaged of a folder, by its record; empty where all is as it was written.

    Parameters
    ----------
    folder
        The folder.
    record
        Its record, which is sealed.
    needed
        Files that the record must list.
    only
        Files whose content is checked; None: all. Of the others the size is.
    """
    files = record.get("files")
    if not isinstance(files, Mapping) or any(name not in files for name in needed):
        return ["the record does not list the files"]
    found = []
    for name, entry in files.items():
        if not PLAIN.fullmatch(name) or not isinstance(entry, Mapping):
            found.append(f"the record lists {name[:60]!r}")
            continue
        reason = _damage(folder / name, entry, only is None or name in only)
        found += [] if reason is None else [name + reason]
    return found


def _damage(path: Path, entry: Mapping[str, Any], whole: bool) -> str | None:
    """Why a file is not as it was written; None where it is."""
    try:
        if path.stat().st_size != entry.get("bytes") or (whole and file_digest(path) != entry.get("sha256")):
            return ""
    except OSError as error:
        return f" ({_reason(error)})"
    return None


def _bounded(path: Path, name: str, most: int) -> bytes:
    """What is in a file that is one, and has no more bytes than that."""
    found = checked_file(path)
    if found.st_size > most:
        raise UserError(f"{name} has {found.st_size:,} bytes; at most {most:,} are read.")
    return path.read_bytes()


def content_of(folder: Path, record: Mapping[str, Any], name: str, then: str = AGAIN, most: int = TABLE_BYTES) -> bytes:
    """What is in a file, when it is what the record says.

    Raises
    ------
    ResultsDamaged
        When it is not, or has more bytes than `most`.
    """
    with reading(folder, name, then):
        entry = record["files"][name]
        content = _bounded(folder / name, name, most)
        if hashlib.sha256(content).hexdigest() != entry["sha256"]:
            raise ResultsDamaged(folder, [name], then)
        return content


def json_of(folder: Path, record: Mapping[str, Any], name: str, then: str = AGAIN) -> Any:
    """A JSON file that is what the record says; see `content_of`."""
    content = content_of(folder, record, name, then, JSON_BYTES)
    with reading(folder, name, then):
        return parse_json(content, name)


NUMBERS = ("count", "value", "price", "smuggling_capacity", "blocked", "opening", "closing")
"""Columns of results that hold numbers."""

DATES = ("date", "month")
"""Columns of results that hold days."""


def frame_of(
    folder: Path, record: Mapping[str, Any], name: str, columns: Sequence[str] = (), then: str = AGAIN
) -> pd.DataFrame:
    """A Parquet table that is what the record says and has these columns, numbers and days as such; see `content_of`."""
    content = content_of(folder, record, name, then)
    with reading(folder, name, then):
        frame = parse_frame(content, name)
        lacking = [column for column in columns if column not in frame]
        if lacking:
            raise ResultsDamaged(folder, [f"{name} has no column {lacking[0]}"], then)
        for wanted, letters, what in ((NUMBERS, "iuf", "numbers"), (DATES, "M", "days")):
            wrong = [column for column in columns if column in wanted and not _holds(frame[column], letters)]
            if wrong:
                raise ResultsDamaged(folder, [f"{name} has no {what} in column {wrong[0]}"], then)
    return frame


def _holds(values: pd.Series[Any], letters: str) -> bool:
    return getattr(values.dtype, "kind", "O") in letters or not len(values)


def write_parquet(table: pa.Table, path: Path) -> None:
    """Write a table as all tables of results are: zstd, each page with a checksum."""
    pq.write_table(table, path, compression="zstd", write_page_checksum=True)


# ---- what is in the way


def discard(draft: Path) -> None:
    """Remove a draft where there is one and where it can be removed: a disk that is read-only refuses even what is not there."""
    with suppress(OSError):
        draft.unlink(missing_ok=True)


def remove(path: Path) -> None:
    """Remove a folder, a file or a link, whatever is there."""
    if path.is_symlink() or path.is_file():
        path.unlink(missing_ok=True)
    else:
        shutil.rmtree(path, ignore_errors=True)


def set_aside(path: Path) -> Path | None:
    """Move what is damaged out of the way, under a hidden name beside it; None where it could not be moved."""
    aside = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.damaged")
    try:
        path.rename(aside)
    except OSError:
        return None
    return aside
