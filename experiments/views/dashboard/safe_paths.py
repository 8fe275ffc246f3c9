"""The folder of results as pages may see it: names become paths here and nowhere else, and no path leads out of it."""

import json
import re
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mixflow.sim.base.errors import UserError
from mixflow.sim.base.reading import read_json as read_any
from mixflow.sim.base.reading import with_home

from ...studies.compare import store

ID = re.compile(r"[0-9a-f]{12}")
SCENARIO = re.compile(r"[a-z0-9_]{1,40}")
COMPARISON = re.compile(r"compare-[0-9a-f]{12}")
RUN = re.compile(r"[0-9a-f]{12}-\d{1,19}")


class Workspace:
    """A folder of results.

    Parameters
    ----------
    given
        The folder as the user wrote it; commands that are shown name it so.
    """

    def __init__(self, given: str) -> None:
        self.given = given
        self.root = with_home(given).resolve()
        self.own = self.root / "dashboard"

    def keep_private(self) -> str:
        """Let nobody but this user look into what users of the pages have written and uploaded.

        A folder of results that is made here is closed as a whole; one that was there keeps its rights, but for the part of the
        pages. Returned is why it could not be closed: it belongs to another user, or can only be read; empty where it is.
        """
        try:
            if not self.root.exists():
                self.root.mkdir(mode=0o700, parents=True)
            self.own.mkdir(mode=0o700, exist_ok=True)
            self.own.chmod(0o700)
        except OSError as error:
            return (error.strerror or str(error)).lower()
        return ""

    def study(self, name: str) -> Path:
        """The folder of a study."""
        return self._inside(self.own / "studies" / _matching(ID, name, "study"))

    def case(self, name: str) -> Path:
        """The folder of an uploaded displacement case and its job."""
        return self._inside(self.own / "cases" / _matching(ID, name, "case"))

    def opened(self, name: str) -> Path:
        """The folder of a study that was opened from a file."""
        return self._inside(self.own / "opened" / _matching(ID, name, "opened study"))

    def policies(self, name: str) -> Path:
        """A folder of policies that users brought."""
        return self._inside(self.own / "policies" / _matching(ID, name, "set of policies"))

    def comparison(self, scenario: str, name: str) -> Path:
        """The folder of a comparison."""
        path = self.root / _matching(SCENARIO, scenario, "scenario") / _matching(COMPARISON, name, "comparison")
        return self._inside(path)

    def run(self, scenario: str, name: str) -> Path:
        """The folder of a run."""
        return self._inside(self.root / _matching(SCENARIO, scenario, "scenario") / _matching(RUN, name, "run"))

    def _inside(self, path: Path) -> Path:
        """Follow links, and refuse what they lead to outside of the results."""
        real = path.resolve()
        if not real.is_relative_to(self.root):
            raise UserError("this leads out of the folder of results, and is not opened.")
        return real

    def studies(self) -> list[str]:
        """Names of all studies, the youngest first."""
        return _names(self.own / "studies", ID, "study.json")

    def comparisons(self) -> list[tuple[str, str]]:
        """Scenario and name of all finished comparisons, the youngest first."""
        return _pairs(self.root, COMPARISON, store.FILE)

    def runs(self) -> list[tuple[str, str]]:
        """Scenario and name of all finished runs that have flows, the youngest first."""
        return _pairs(self.root, RUN, "flows.parquet")


def _matching(pattern: re.Pattern[str], name: str, what: str) -> str:
    if not pattern.fullmatch(name):
        raise UserError(f"{name[:60]!r} is no name of a {what}.")
    return name


def _names(folder: Path, pattern: re.Pattern[str], file: str) -> list[str]:
    found = []
    for path in folder.glob("*"):
        if pattern.fullmatch(path.name):
            stamp = _stamp(path / file)
            found += [(stamp, path.name)] if stamp else []
    return [name for _, name in sorted(found, reverse=True)]


def _pairs(root: Path, pattern: re.Pattern[str], file: str) -> list[tuple[str, str]]:
    found = []
    for path in root.glob("*/*"):
        if pattern.fullmatch(path.name) and SCENARIO.fullmatch(path.parent.name):
            stamp = _stamp(path / file)
            found += [(stamp, path.parent.name, path.name)] if stamp else []
    return [(scenario, name) for _, scenario, name in sorted(found, reverse=True)]


def _stamp(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write whole or not at all.

    Raises
    ------
    UserError
        When it cannot be written.
    """
    write_bytes(path, (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode())


def write_bytes(path: Path, content: bytes) -> None:
    """Write whole or not at all; see `write_json`."""
    draft = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(content)
        draft.replace(path)
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror}.") from error


def read_json(path: Path) -> dict[str, Any]:
    """What a file holds; nothing where it is not there or is no mapping."""
    try:
        found = read_any(path)
    except UserError:
        return {}
    return found if isinstance(found, dict) else {}
