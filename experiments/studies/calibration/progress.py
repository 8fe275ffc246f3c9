"""How far many runs are, and how long it will take: a line now and then on stderr."""

import sys
import time

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class ProgressClock:
    """Counts runs and tells the time left.

    Parameters
    ----------
    quiet
        Say nothing.
    every
        Seconds between two lines.
    """

    def __init__(self, quiet: bool, every: float = 15.0) -> None:
        self.quiet, self.every = quiet, every
        self.began = time.perf_counter()
        self.total = self.count = self.before = 0
        self._said = self.began

    def begin(self, total: int, before: int) -> None:
        """Say how many runs there are in all, and how many were done by an earlier process."""
        self.total, self.before = total, before
        if before and not self.quiet:
            print(f"mixflow: going on: {before} of {total} runs are done", file=sys.stderr, flush=True)

    def done(self) -> None:
        """One more run is done."""
        self.count += 1
        now = time.perf_counter()
        if self.quiet or (now - self._said < self.every and self.count + self.before < self.total):
            return
        self._said = now
        left = max(self.total - self.before - self.count, 0) * (now - self.began) / self.count
        done = self.before + self.count
        print(f"mixflow: {done} of {self.total} runs, {_words(left)} left", file=sys.stderr, flush=True)

    def generation(self, of: int, number: int, best: float) -> None:
        """A generation of the search for a centre is done."""
        if not self.quiet:
            print(f"mixflow: generation {number} of {of}: best loss {best:.2f}", file=sys.stderr, flush=True)

    def round(self, number: int, loss: Floats) -> None:
        """A round of the smoother is done."""
        if not self.quiet:
            print(f"mixflow: round {number}: median loss {np.median(loss):.2f}", file=sys.stderr, flush=True)


def _words(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
