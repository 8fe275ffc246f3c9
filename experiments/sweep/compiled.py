"""One worker compiles kernels, the others read what it compiled: they would all do the same work at once otherwise."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numba
import numba.core.event as events

WARM = "compiled"
"""The file in the folder of compiled kernels that says that one run has put all its kernels there."""

_seen: set[str] = set()


@contextmanager
def compiled_once() -> Iterator[Callable[[], int]]:
    """Hold others back while kernels are compiled for the first time; yields a count of functions compiled inside.

    Where nothing can be locked, every worker compiles for itself: slower, and no less right.
    """
    folder = Path(str(numba.config.CACHE_DIR or "."))  # type: ignore[attr-defined]
    count = _Compilations()
    events.register("numba:compile", count)  # type: ignore[no-untyped-call]
    lock = None if str(folder) in _seen or (folder / WARM).exists() else _locked(folder)
    try:
        yield lambda: count.total
        _seen.add(str(folder))
        if lock is not None:
            (folder / WARM).touch()
    finally:
        events.unregister("numba:compile", count)  # type: ignore[no-untyped-call]
        if lock is not None:
            os.close(lock)


class _Compilations(events.Listener):  # type: ignore[misc, unused-ignore]
    def __init__(self) -> None:
        self.total = 0

    def on_start(self, event: Any) -> None:
        self.total += 1

    def on_end(self, event: Any) -> None:
        return


def _locked(folder: Path) -> int | None:
    try:
        import fcntl

        handle = os.open(folder / "compiling.lock", os.O_RDWR | os.O_CREAT, 0o644)
    except (ImportError, OSError):
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
    except OSError:
        os.close(handle)
        return None
    if (folder / WARM).exists():  # somebody has done it while we waited
        os.close(handle)
        return None
    return handle
