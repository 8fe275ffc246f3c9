"""Who runs what: a claim is a small file beside the results, made by one worker alone and outlived by none for long.

A claim has a generation. A worker that finds the holder of generation g dead makes generation g + 1, which only one can: the
file is linked into place, and a link fails where there is one. So no claim is ever taken away from a living worker by a
slip of timing, and nobody needs locks, which not every cluster's file system has.
"""

import json
import os
import socket
import threading
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

LEASE_S = 180.0
"""A holder on another machine who has not been heard of for so long is dead."""

BEAT_S = 20.0
"""Between two signs of life of a holder."""

FOLDER = ".claims"


@dataclass(frozen=True)
class Claim:
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


def take(final: Path, launch: str = "") -> Claim | None:
    """Claim a run, or return None where another holds it.

    Whoever has claimed a run looks once more whether its results are there: they may have come since the last look.

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
    claim = Claim(base, last + 1)
    return claim if _make(claim.path, launch) else None


def begun(final: Path) -> bool:
    """Whether somebody holds a run, or died on it."""
    return _path(final.parent / FOLDER / final.name, 1).exists()


def holder(final: Path) -> dict[str, Any] | None:
    """Who holds the claim on a run; None when nobody alive does."""
    base = final.parent / FOLDER / final.name
    last = _last(base)
    return _read(_path(base, last)) if last and _alive(_path(base, last)) else None


def clear(finals: Iterable[Path]) -> None:
    """Remove the claims on runs whose results are there: of workers killed after they had published them."""
    done: dict[Path, set[str]] = {}
    for final in finals:
        done.setdefault(final.parent / FOLDER, set()).add(final.name)
    for folder, names in done.items():
        for path in folder.glob("*.*"):
            if path.name.rpartition(".")[0] in names:
                path.unlink(missing_ok=True)


def deaths(claim: Claim, launch: str) -> int:
    """How many workers of a launch died while they held this claim."""
    before = (_read(_path(claim.base, generation)) for generation in range(1, claim.generation))
    return sum(1 for found in before if found is not None and found.get("launch") == launch)


class Heart:
    """Gives signs of life for a worker's claim from a thread of its own, for as long as the context lasts."""

    def __init__(self, on_beat: Any = None) -> None:
        self.claim: Claim | None = None
        self._on_beat = on_beat
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> "Heart":
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
        draft.unlink(missing_ok=True)
    return True


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _alive(path: Path) -> bool:
    """Whether a claim's holder lives: on this machine its process tells, of others only the age of their last sign."""
    found = _read(path)
    if found is None:
        return path.exists() and _age(path) < LEASE_S
    if found.get("machine") == _machine():
        return _started(int(found.get("pid", 0))) == found.get("started") is not None
    return _age(path) < LEASE_S


def _age(path: Path) -> float:
    """Seconds since the file was touched, by the clock of the file system that keeps both times."""
    probe = path.with_name(f".{uuid.uuid4().hex}")
    try:
        probe.touch()
        now = probe.stat().st_mtime
        return now - path.stat().st_mtime
    except OSError:
        return 0.0
    finally:
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
