"""One worker compiles kernels, the others read what it compiled: they would all do the same work at once otherwise."""

import hashlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numba
import numba.core.event as events

LONGEST_S = 600.0
"""Who waits longer for another's kernels than it takes to compile them goes on without: a first run may take days."""

POLL_S = 0.2

_seen: set[Path] = set()


@contextmanager
def compiled_once(kind: str) -> Iterator[Callable[[], int]]:
    """Hold others back while kernels are compiled for the first time; yields a count of functions compiled inside.

    Where nothing can be locked, every worker compiles for itself: slower, and no less right.

    Parameters
    ----------
    kind
        Names the kernels that a run needs; runs of one kind need the same.
    """
    warm = marker(kind)
    count = _Compilations()
    events.register("numba:compile", count)  # type: ignore[no-untyped-call]
    lock = None if warm in _seen or warm.exists() else _locked(warm)
    try:
        yield lambda: count.total
        _seen.add(warm)
        if lock is not None:
            warm.touch()
    finally:
        events.unregister("numba:compile", count)  # type: ignore[no-untyped-call]
        if lock is not None:
            os.close(lock)


def marker(kind: str) -> Path:
    """The file which says that one run has put all its kernels into the folders of compiled code.

    It lies in a folder that is named by the content of all kernels, and its name holds the rest by which Numba tells whether it
    can use what is there: Python and processor. Another node of a cluster with another processor compiles again.
    """
    from numba.core.registry import cpu_target

    folder = Path(str(numba.config.CACHE_DIR or "."))  # type: ignore[attr-defined]
    here = [sys.implementation.cache_tag, numba.__version__, cpu_target.target_context.codegen().magic_tuple()]
    return folder / f"compiled-{kind}-{hashlib.sha256(repr(here).encode()).hexdigest()[:12]}"


class _Compilations(events.Listener):  # type: ignore[misc, unused-ignore]
    def __init__(self) -> None:
        self.total = 0

    def on_start(self, event: Any) -> None:
        self.total += 1

    def on_end(self, event: Any) -> None:
        return


def _locked(warm: Path) -> int | None:
    """A lock on the marker's kernels; None where somebody has compiled them meanwhile, or nothing can be locked."""
    try:
        import fcntl

        handle = os.open(warm.with_name(f"{warm.name}.lock"), os.O_RDWR | os.O_CREAT, 0o644)
    except (ImportError, OSError):
        return None
    end = time.monotonic() + LONGEST_S
    while not warm.exists() and time.monotonic() < end:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(POLL_S)
            continue
        except OSError:
            break
        if not warm.exists():
            return handle
    os.close(handle)
    return None
