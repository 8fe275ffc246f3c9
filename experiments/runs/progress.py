"""What a user sees while a run goes on: a bar on a terminal, a line every tenth elsewhere, nothing when quiet."""

import sys
from datetime import date
from types import TracebackType
from typing import Any, Protocol, Self, TextIO

from tqdm import tqdm

BAR = "{desc} {percentage:3.0f}% |{bar}| {n_fmt}/{total_fmt} days{postfix} [{elapsed}<{remaining}]"


class Running(Protocol):
    """What progress reads of a model."""

    days: int

    @property
    def day(self) -> int: ...

    @property
    def date(self) -> date: ...

    @property
    def people_count(self) -> int: ...


class Progress:
    """Shows phases and days on stderr; used as a context, so that the bar is closed whatever happens.

    Parameters
    ----------
    quiet
        Show nothing.
    stream
        Where to show it.
    """

    def __init__(self, quiet: bool, stream: TextIO | None = None) -> None:
        self.quiet = quiet
        self.stream = sys.stderr if stream is None else stream
        self._bar: Any = None
        self._tenths = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def phase(self, what: str) -> None:
        """Say what begins."""
        self._close()
        if not self.quiet:
            print(f"mixflow: {what}", file=self.stream, flush=True)

    def simulated(self, model: Running) -> None:
        """Show that one more day is done."""
        if self.quiet:
            return
        if not self.stream.isatty():
            self._line(model)
            return
        if self._bar is None:
            self._bar = tqdm(
                total=model.days,
                initial=model.day - 1,
                file=self.stream,
                unit="day",
                desc="simulating",
                dynamic_ncols=True,
                mininterval=0.1,
                bar_format=BAR,
            )
        if model.day % 7 == 0 or model.day == model.days:
            self._bar.set_postfix_str(f"{model.date:%d %b %Y}, {model.people_count:,} people", refresh=False)
        self._bar.update(1)

    def _line(self, model: Running) -> None:
        tenths = 10 * model.day // model.days
        if tenths > self._tenths:
            self._tenths = tenths
            print(
                f"mixflow: {10 * tenths} %, day {model.day:,} of {model.days:,}, {model.date}, "
                f"{model.people_count:,} people",
                file=self.stream,
                flush=True,
            )

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
