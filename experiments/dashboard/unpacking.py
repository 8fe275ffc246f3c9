"""Zip files from strangers: looked at before anything is written, and never written outside of one folder."""

import io
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath

from mixflow.sim.errors import UserError

LARGEST = 20 * 2**20
"""Bytes of a file that a page takes."""

MOST_BYTES = 100 * 2**20
"""Bytes of all that is in it."""

MOST_FILES = 400
LONGEST = 200


def members(content: bytes, allowed: Callable[[str], bool]) -> list[str]:
    """Names of the files in a zip file.

    Parameters
    ----------
    content
        The zip file.
    allowed
        Whether a name may be in it; names have passed the checks of paths.

    Raises
    ------
    UserError
        When it is no zip file, is too large, or holds what it must not.
    """
    if len(content) > LARGEST:
        raise UserError(f"the file has {len(content):,} bytes; at most {LARGEST:,} are taken.")
    names: list[str] = []
    total = 0
    for item in _items(content):
        if item.is_dir():
            continue
        _check(item)
        total += item.file_size
        if total > MOST_BYTES or len(names) >= MOST_FILES:
            raise UserError(f"the zip file holds more than {MOST_BYTES // 2**20} MB or {MOST_FILES} files.")
        if not allowed(item.filename):
            raise UserError(f"the zip file holds {item.filename[:LONGEST]!r}, which has no place in it.")
        names.append(item.filename)
    if len(set(names)) != len(names):
        raise UserError("the zip file holds a file twice.")
    return names


def _items(content: bytes) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            return file.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UserError(f"this is no zip file that can be read ({error}).") from error


def _check(item: zipfile.ZipInfo) -> None:
    path = PurePosixPath(item.filename)
    unsafe = path.is_absolute() or ".." in path.parts or "\\" in item.filename or ":" in item.filename
    if unsafe or "\0" in item.orig_filename or len(item.filename) > LONGEST:
        raise UserError(f"the zip file holds {item.filename[:LONGEST]!r}, a path that leads out of it.")
    if (item.external_attr >> 16) & 0o170000 == 0o120000:
        raise UserError(f"the zip file holds {item.filename!r}, a link.")
    if item.flag_bits & 1:
        raise UserError("the zip file is locked by a password.")


def unpacked(content: bytes, names: Iterable[str], folder: Path) -> None:
    """Write the files of these names below a folder, never more of one than the zip file says.

    Raises
    ------
    UserError
        When one cannot be read.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            for name in names:
                size = file.getinfo(name).file_size
                with file.open(name) as source:
                    data = source.read(size + 1)
                if len(data) != size:
                    raise UserError(f"{name} is not as long as the zip file says.")
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, RuntimeError) as error:
        raise UserError(f"the zip file cannot be read ({error}).") from error
