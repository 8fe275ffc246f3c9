"""What a user sees of a sweep: how many runs are done, how many failed, how long the rest will take. Reads journals only."""

import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from tqdm import tqdm

from mixflow.sim.base.reading import checked_file

from ..line_store import read_line

POLL_S = 0.25
SHOWN = 20
"""Holders who are named at most."""

BAR = "{desc} {percentage:3.0f}% |{bar}| {n_fmt}/{total_fmt} runs{postfix} [{elapsed}<{remaining}]"


class ProgressMonitor:
    """Follows the workers' journals from a thread of its own, for as long as the context lasts.

    Parameters
    ----------
    folder
        The sweep's.
    total
        Runs of the sweep.
    there
        Runs whose results were there before.
    quiet
        Show nothing.
    stream
        Where to show it.
    """

    def __init__(self, folder: Path, total: int, there: int, quiet: bool, stream: TextIO | None = None) -> None:
        self.total, self.there, self.quiet = total, there, quiet
        self.stream = sys.stderr if stream is None else stream
        self.done = self.failed = self.compiled = self.damaged = 0
        self.wall = 0.0
        self.refused: str | None = None
        self._folder = folder / "journal"
        self._read: dict[Path, int] = {path: _size(path) for path in self._folder.glob("*.jsonl")}
        self._runs: set[str] = set()
        self._waited: set[Any] = set()
        self._began = time.monotonic()
        self._tenths = 10 * there // max(total, 1)
        self._bar: Any = None
        self._end, self._lock = threading.Event(), threading.Lock()
        self._thread = threading.Thread(target=self._follow, daemon=True)

    def __enter__(self) -> Self:
        if not self.quiet and self.stream.isatty():
            self._bar = tqdm(
                total=self.total, initial=self.there, file=self.stream, desc="sweep", dynamic_ncols=True, bar_format=BAR
            )
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        self._thread.join()
        if self._bar is not None:
            self._bar.close()

    def _follow(self) -> None:
        while not self._end.wait(POLL_S):
            self.look()
        self.look()

    def look(self) -> None:
        """Read what workers have noted since the last look, and show it."""
        with self._lock:
            self._look()

    def _look(self) -> None:
        before = self.done + self.failed
        for path in sorted(self._folder.glob("*.jsonl")):
            for line in self._new_lines(path):
                self._note(line)
        now = self.done + self.failed
        if self._bar is not None:
            if self.failed:
                self._bar.set_postfix_str(f"{self.failed} failed", refresh=False)
            self._bar.update(now - before)
            self._bar.refresh()
        elif not self.quiet and now > before:
            self._line(now)

    def _new_lines(self, path: Path) -> list[bytes]:
        try:
            checked_file(path)
            with path.open("rb") as file:
                file.seek(self._read.get(path, 0))
                found = file.read()
        except OSError:
            return []
        whole = found[: found.rfind(b"\n") + 1]
        self._read[path] = self._read.get(path, 0) + len(whole)
        return whole.splitlines()

    def _note(self, line: bytes) -> None:
        said = read_line(line)
        if said is None:
            self.damaged += 1
            return
        self.refused = said.get("refused", self.refused)
        if "waits" in said:
            self._waits(said)
        run = said.get("run")
        if run is None or run in self._runs:
            return
        self._runs.add(run)
        if "error" in said:
            self.failed += 1
        else:
            self.done += 1
            self.wall += float(said.get("wall_s", 0.0))
            self.compiled += int(said.get("compiled", 0))

    def _waits(self, said: Mapping[str, Any]) -> None:
        """Say who holds a run, once for each."""
        who = (said["waits"], said.get("host"), said.get("pid"))
        if who in self._waited:
            return
        self._waited.add(who)
        if not self.quiet and len(self._waited) <= SHOWN:
            text = (
                f"mixflow: waiting for run {who[0]}, which process {who[2]} on {who[1]} holds; "
                f"it is taken over {clock(float(said.get('lease_s', 0)))} after its last sign of life"
            )
            tqdm.write(text, file=self.stream)

    def _line(self, now: int) -> None:
        tenths = 10 * (self.there + now) // max(self.total, 1)
        if tenths <= self._tenths:
            return
        self._tenths = tenths
        passed = time.monotonic() - self._began
        rest = passed / now * (self.total - self.there - now)
        failed = f", {self.failed} failed" if self.failed else ""
        print(
            f"mixflow: {self.there + now:,} of {self.total:,} runs{failed}, {clock(passed)} gone, {clock(rest)} left",
            file=self.stream,
            flush=True,
        )


def clock(seconds: float) -> str:
    """Seconds as hours, minutes and seconds that a person reads at a glance."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # it is gone, or a link that leads nowhere
        return 0
