"""A running model on disk, and back to the same bits: every array and number that it holds, found by walking through it.

Nothing is pickled: reading a checkpoint runs no code of the file. Arrays lie in one .npz archive; how they hang together is
JSON in it. A first line before the archive has the format and a digest of all that follows.
What is configured, and frozen, is not kept: it comes from a model that is built again from the same config, into which the
kept state is put. A new attribute of a known type is kept without further ado; a type that is not known raises.
"""

import hashlib
import io
import json
import os
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import mesa
import numpy as np

from ..base.integrity import discard
from ..base.reading import checked_file
from .state_tree import CannotKeepError as CannotKeepError
from .state_tree import CheckpointMismatch as CheckpointMismatch
from .state_tree import StateReader, StateWriter

FORMAT = 3

HEAD = f"mixflow checkpoint {FORMAT} sha256 ".encode()
"""What the first line begins with; the digest follows."""

DIGITS = 64


def save(model: mesa.Model, path: Path) -> None:
    """Write the state of a model, whole or not at all.

    Raises
    ------
    CannotKeepError
        When it holds something of an unknown type.
    OSError
        When it cannot be written.
    """
    writer = StateWriter()
    tree = writer.node(model, "model")
    content = {"tree": tree}
    draft = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with draft.open("w+b") as file:
            write_archive(file, content, writer.arrays)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        discard(draft)


def load(model: mesa.Model, path: Path) -> None:
    """Put the state in a file into a model that was built again from the same config.

    Raises
    ------
    Moved
        When the file is broken, of another format, or of another model. The model is of no use then.
    """
    try:
        checked_file(path)
        with path.open("rb") as handle:
            _check_digest(handle)
            with np.load(handle, allow_pickle=False) as file:  # noqa: TID251
                content = json.loads(bytes(file["tree"]))
                arrays = [file[f"a{k}"].copy() for k in range(len(file.files) - 1)]
        StateReader(arrays).node(content["tree"], model)
    except CheckpointMismatch as error:
        raise CheckpointMismatch(f"{path}: {error}") from error
    except Exception as error:  # a boundary: a file that anything may have happened to raises anything
        raise CheckpointMismatch(f"{path}: {type(error).__name__}: {str(error)[:200]}") from error


def write_archive(file: io.BufferedIOBase, content: Mapping[str, Any], arrays: Sequence[Any]) -> None:
    """Write the line with the digest and the archive into a file that is empty, and open for reading too."""
    file.write(HEAD + b"0" * DIGITS + b"\n")
    named = {f"a{k}": array for k, array in enumerate(arrays)}
    np.savez(file, tree=np.frombuffer(json.dumps(content).encode(), np.uint8), **named)
    file.seek(len(HEAD) + DIGITS + 1)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(len(HEAD))
    file.write(digest.encode())


def _check_digest(file: io.BufferedIOBase) -> None:
    """Read the first line, and go to what follows it."""
    head = file.read(len(HEAD))
    if head != HEAD:
        raise CheckpointMismatch("no checkpoint of this format")
    digest = file.read(DIGITS + 1)
    if hashlib.file_digest(file, "sha256").hexdigest().encode() + b"\n" != digest:
        raise CheckpointMismatch("damaged")
    file.seek(len(HEAD) + DIGITS + 1)
