"""The files of a case: the one place where they are opened, so that what a case was read from is known by its content."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from mixflow.scenarios.separated import UnreadableError
from mixflow.sim.base.limits import CASE_BYTES, MB

ABSENT = "absent"


class CaseFiles:
    """Opens the files of one case and keeps a hash of each.

    Parameters
    ----------
    root
        The folder of the case.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.seen: dict[str, str] = {}
        """By name, the hash of a file or of a list of names, or that there is none."""

    def read(self, name: str) -> bytes | None:
        """The content of a file; None where there is none.

        Raises
        ------
        UnreadableError
            When it cannot be read.
        """
        path = self.root / name
        try:
            if not path.is_file():
                if path.exists():
                    raise UnreadableError("is not a file")
                self.seen[name] = ABSENT
                return None
            if path.stat().st_size > CASE_BYTES:
                raise UnreadableError(f"larger than {CASE_BYTES // MB} MB; this is no file of a case")
            raw = path.read_bytes()
        except OSError as error:
            raise UnreadableError(f"cannot be read: {(error.strerror or str(error)).lower()}") from error
        self.seen[name] = hashlib.sha256(raw).hexdigest()
        return raw

    def has(self, name: str) -> bool:
        """Whether there is something of that name, readable or not."""
        try:
            return self.read(name) is not None
        except UnreadableError:
            return True

    def names(self, folder: str) -> list[str]:
        """The names in a folder but for hidden ones, sorted."""
        path = self.root / folder
        found = sorted(item.name for item in path.iterdir() if item.name[0] != ".") if path.is_dir() else []
        self.seen[f"{folder}/"] = hashlib.sha256(json.dumps(found).encode()).hexdigest()
        return found


def unchanged(root: Path, seen: Mapping[str, str]) -> bool:
    """Whether all that was read of a case is still as it was."""
    files = CaseFiles(root)
    try:
        for name in seen:
            if name.endswith("/"):
                files.names(name[:-1])
            else:
                files.read(name)
    except (OSError, UnreadableError):
        return False
    return files.seen == dict(seen)


def digest_of(seen: Mapping[str, str]) -> str:
    """One hash of all that was read of a case."""
    return hashlib.sha256(json.dumps(sorted(seen.items())).encode()).hexdigest()
