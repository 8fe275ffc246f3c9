"""Who runs what: a claim is a small file beside the results, made by one worker alone and outlived by none for long.

A claim has a generation. A worker that finds the holder of generation g dead makes generation g + 1, which only one can: the
file is linked into place, and a link fails where there is one. So no claim is ever taken away from a living worker by a
slip of timing, and nobody needs locks, which not every cluster's file system has.

Clocks may be wrong, and a process may be stopped. A process that waits for a claim also watches it by a clock of its own that only
counts forward: a claim that has not changed for the time of a lease has a dead holder, whatever it is dated. A holder that was
only stopped finds a later generation when it goes on, and throws its work away.
"""

import json
import os
import socket
import threading
import time
import uuid
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from mixflow.sim.base.errors import UserError
from mixflow.sim.base.integrity import discard
from mixflow.sim.base.reading import read_mapping

LEASE_S = 180.0
"""A holder on another machine who has not been heard of for so long is dead."""

BEAT_S = 20.0
"""Between two signs of life of a holder."""

FOLDER = ".claims"


@dataclass(frozen=True)
class Lease:
    """The right to run one run, until released or until the holder dies.

    Parameters
    ----------
    base
        The claim's path without its generation.
    generation
        1 for the first holder; one more than the number of holders who died.
    """

    base: Path
    generation: int

    @property
    def path(self) -> Path:
        """The file that is the claim."""
        return _path(self.base, self.generation)

    def held(self) -> bool:
        """Whether it is still ours: it is there, and nobody has taken us for dead."""
        return self.path.exists() and not _path(self.base, self.generation + 1).exists()

    def beat(self) -> None:
        """Give a sign of life."""
        try:
            os.utime(self.path)
        except OSError:
            return

    def release(self) -> None:
        """Let others have it, the run not being done."""
        self.path.unlink(missing_ok=True)

    def finish(self) -> None:
        """Remove it and those of the dead before us; the results are there, so that nobody can claim the run again."""
        for generation in range(1, self.generation + 1):
            _path(self.base, generation).unlink(missing_ok=True)
            _unchanged.pop(_path(self.base, generation), None)


def take(final: Path, launch: str = "") -> Lease | None:
    """Claim a run, or return None where another holds it.

    A process that has claimed a run looks once more whether its results are there: they may have come since the last look.

    Parameters
    ----------
    final
        The folder of the run's results.
    launch
        Kept in the claim: names the launch that the worker belongs to.
    """
    base = final.parent / FOLDER / final.name
    last = _last(base)
    if last and _alive(_path(base, last)):
        return None
    claim = Lease(base, last + 1)
    return claim if _make(claim.path, launch) else None


def begun(final: Path) -> bool:
    """Whether somebody holds a run, or died on it."""
    return _path(final.parent / FOLDER / final.name, 1).exists()


def holder(final: Path) -> dict[str, Any] | None:
    """Who holds the claim on a run; None when nobody alive does."""
    base = final.parent / FOLDER / final.name
    last = _last(base)
    return _read(_path(base, last)) if last and _alive(_path(base, last)) else None


@dataclass(frozen=True)
class Waited:
    """A holder whom others wait for.

    Parameters
    ----------
    run
        The name of the run.
    host, pid
        Where it works.
    silent_s
        Seconds for which this process has seen no sign of life.
    launch
        The launch that it belongs to.
    """

    run: str
    host: str
    pid: int
    silent_s: float
    launch: str


def waited_for(final: Path) -> Waited | None:
    """Who holds the claim on a run, and how long nothing was heard; None when nobody alive does."""
    base = final.parent / FOLDER / final.name
    last = _last(base)
    path = _path(base, last)
    if not last or not _alive(path):
        return None
    found = _read(path) or {}
    pid = found.get("pid")
    return Waited(
        final.name,
        str(found.get("host", "an unknown machine")),
        pid if isinstance(pid, int) else 0,
        _seen_unchanged(path),
        str(found.get("launch", "")),
    )


def clear(finals: Iterable[Path]) -> None:
    """Remove the claims on runs whose results are there: of workers killed after they had published them."""
    done: dict[Path, set[str]] = {}
    for final in finals:
        done.setdefault(final.parent / FOLDER, set()).add(final.name)
    for folder, names in done.items():
        for path in folder.glob("*.*"):
            if path.name.rpartition(".")[0] in names:
                path.unlink(missing_ok=True)


def failed_attempts(claim: Lease, launch: str) -> int:
    """How many workers of a launch died while they held this claim."""
    before = (_read(_path(claim.base, generation)) for generation in range(1, claim.generation))
    return sum(1 for found in before if found is not None and found.get("launch") == launch)


class Heartbeat:
    """Gives signs of life for a worker's claim from a thread of its own, for as long as the context lasts."""

    def __init__(self, on_beat: Any = None) -> None:
        self.claim: Lease | None = None
        self._on_beat = on_beat
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> "Heartbeat":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _beat(self) -> None:
        last = time.monotonic()
        while not self._end.wait(1.0):
            if self._on_beat is not None:
                self._on_beat()
            if time.monotonic() - last >= BEAT_S:
                last = time.monotonic()
                if (claim := self.claim) is not None:
                    claim.beat()


def _path(base: Path, generation: int) -> Path:
    return base.with_name(f"{base.name}.{generation}")


def _last(base: Path) -> int:
    """The highest generation there is, or 0."""
    generation = 0
    while _path(base, generation + 1).exists():
        generation += 1
    return generation


def _make(path: Path, launch: str) -> bool:
    me = {"host": socket.gethostname(), "machine": _machine(), "pid": os.getpid(), "started": _started(os.getpid())}
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{uuid.uuid4().hex}")
    try:
        draft.write_text(json.dumps({**me, "launch": launch}), encoding="utf-8")
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        discard(draft)
    return True


def _read(path: Path) -> dict[str, Any] | None:
    try:
        return read_mapping(path)
    except UserError:
        return None


def _alive(path: Path) -> bool:
    """Whether a claim's holder lives: it must give signs of life, and on this machine its process must be there as well."""
    if _seen_unchanged(path) >= LEASE_S:
        return False
    found = _read(path)
    if found is not None and found.get("machine") == _machine():
        pid = found.get("pid")
        return isinstance(pid, int) and _started(pid) == found.get("started") is not None
    return path.exists() and _age(path) < LEASE_S


_unchanged: dict[Path, tuple[tuple[int, int], float]] = {}
"""By claim, its last sign of life, and when this process saw that first, by the clock that only counts forward."""


def _seen_unchanged(path: Path) -> float:
    """For how many seconds this process has seen a claim without a new sign of life; 0 when it sees it for the first time."""
    try:
        found = path.stat()
    except OSError:
        _unchanged.pop(path, None)
        return 0.0
    sign, now = (found.st_ino, found.st_mtime_ns), time.monotonic()
    if path not in _unchanged or _unchanged[path][0] != sign:
        _unchanged[path] = (sign, now)
    return now - _unchanged[path][1]


def _age(path: Path) -> float:
    """Seconds since the file was touched, by the clock of the file system that keeps both times.

    A time that is yet to come says nothing: such a file is dated now, so that it ages for everybody.
    """
    probe = path.with_name(f".{uuid.uuid4().hex}")
    try:
        probe.touch()
        now = probe.stat().st_mtime
        age = now - path.stat().st_mtime
        if age < -BEAT_S:
            os.utime(path, (now, now))
        return age
    except OSError:
        return 0.0
    finally:
        with suppress(OSError):
            probe.unlink(missing_ok=True)


@cache
def _machine() -> str:
    """Names this boot of this machine, and the process numbers that can be seen from here."""
    parts = [socket.gethostname()]
    try:
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text().strip())
        parts.append(str(Path("/proc/self/ns/pid").readlink()))
    except OSError:
        parts.append("unknown")
    return " ".join(parts)


def _started(pid: int) -> str | None:
    """When a process of this machine was started, so that a number used again is told apart; None for none."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return None if fields[0] in "ZX" else fields[19]
    except (OSError, IndexError):
        pass
    if Path("/proc/self/stat").exists():
        return None
    try:  # no /proc: whether it lives is all there is
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        pass
    return "alive"
