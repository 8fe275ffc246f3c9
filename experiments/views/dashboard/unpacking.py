"""Zip files from strangers: looked at before anything is written, and never written outside of one folder."""

import io
import struct
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath

from mixflow.sim.base.errors import UserError
from mixflow.sim.base.limits import MB, ZIP_BYTES, ZIP_FILES, ZIP_NAME_LETTERS, ZIP_RATIO, ZIP_UNPACKED_BYTES

from ...runs.boundary import foreign

LARGEST = ZIP_BYTES
"""Bytes of a file that a page takes."""

DIRECTORY_BYTES = 2 * ZIP_FILES * (ZIP_NAME_LETTERS + 100)
"""Bytes of the list of its files: twice as many as files, as folders are listed too."""


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
    total, packed = 0, 0
    for item in _items(content):
        if item.is_dir():
            continue
        _check(item)
        total, packed = total + item.file_size, packed + item.compress_size
        if total > ZIP_UNPACKED_BYTES or len(names) >= ZIP_FILES:
            raise UserError(f"the zip file holds more than {ZIP_UNPACKED_BYTES // MB} MB or {ZIP_FILES} files.")
        if not allowed(item.filename):
            raise UserError(f"the zip file holds {item.filename[:ZIP_NAME_LETTERS]!r}, which has no place in it.")
        names.append(item.filename)
    if len({name.lower() for name in names}) != len(names):  # some file systems tell no large letters from small ones
        raise UserError("the zip file holds a file twice.")
    if total > ZIP_RATIO * max(packed, MB // ZIP_RATIO):
        raise UserError(f"the zip file holds {total:,} bytes in {packed:,}: more than {ZIP_RATIO} times as many.")
    return names


def _items(content: bytes) -> list[zipfile.ZipInfo]:
    end = content.rfind(b"PK\5\6")
    if end < 0 or len(content) < end + 22:
        raise UserError("this is no zip file that can be read: it has no end.")
    (size,) = struct.unpack_from("<L", content, end + 12)
    if size > DIRECTORY_BYTES:
        raise UserError(f"the zip file holds more than {ZIP_FILES} files.")
    with foreign("the zip file"), zipfile.ZipFile(io.BytesIO(content)) as file:
        return file.infolist()


def _check(item: zipfile.ZipInfo) -> None:
    path = PurePosixPath(item.filename)
    unsafe = path.is_absolute() or ".." in path.parts or "\\" in item.filename or ":" in item.filename
    if unsafe or "\0" in item.orig_filename or len(item.filename) > ZIP_NAME_LETTERS:
        raise UserError(f"the zip file holds {item.filename[:ZIP_NAME_LETTERS]!r}, a path that leads out of it.")
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
    with foreign("the zip file"), zipfile.ZipFile(io.BytesIO(content)) as file:
        for name in names:
            size = file.getinfo(name).file_size
            with file.open(name) as source:
                data = source.read(size + 1)
            if len(data) != size:
                raise UserError(f"{name} is not as long as the zip file says.")
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
