"""Run a kernel over people, shared among threads. What shares report is added up as integers, so their number changes nothing."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np

from ..base.codes import Account, Status
from ..base.forms import Output
from ..people.population import Rows
from .ledger import AccountError

T = TypeVar("T")

SHARE = 1024
"""People a thread takes at a time: fewer than twice as many are visited by one thread."""

SCANNED = 1 << 16
"""The same where a look at somebody costs a nanosecond or ten, and not a few hundred."""

EVENTS_PER_VISIT = 8
"""No visit reports more events than this."""


class Workers:
    """Threads over kernels that let go of the interpreter's lock, each with room of its own for what it reports.

    Parameters
    ----------
    threads
        How many.
    places, countries
        Number of places, of countries.
    trace
        Whether events are reported with the key of the person.
    """

    def __init__(self, threads: int, places: int, countries: int, trace: bool = False) -> None:
        self.threads = threads
        self._shape, self._trace = (places, countries), trace
        self._outputs: list[Any] = []
        self._pool: ThreadPoolExecutor | None = None
        self._rows = np.empty(0, np.int64)

    def rows(self, size: int) -> Rows:
        """Room for so many row numbers, to be read before the next call."""
        self._rows = grown(self._rows, size)
        return self._rows

    def run(
        self,
        kernel: Callable[..., Any],
        people: Any,
        environment: Any,
        rows: Rows,
        *more: Any,
        then: Callable[[int, Any], None] | None = None,
    ) -> Iterator[Any]:
        """Call a kernel on shares of `rows`, and yield each share's `Output`, to be read before the next call.

        Parameters
        ----------
        kernel
            Called with rows, `more`, people, environment and output.
        then
            Called, by each worker, with the number of its share and what the kernel reported.
        more
            Arrays as long as `rows`, shared out alike.

        Raises
        ------
        AccountError
            When a kernel reports more events than there is room for.
        """
        shares = self.shares(len(rows), SHARE)
        outputs = [self._room(k, share.stop - share.start) for k, share in enumerate(shares)]

        def work(k: int, share: slice, output: Any) -> None:
            kernel(rows[share], *(array[share] for array in more), people, environment, output)
            if output.fill[0] > EVENTS_PER_VISIT * (share.stop - share.start):
                raise AccountError(f"{kernel.__name__} reported more than {EVENTS_PER_VISIT} events for a visit")
            if then is not None:
                then(k, output)

        self.each(work, range(len(shares)), shares, outputs)
        yield from outputs

    def shares(self, size: int, least: int) -> list[slice]:
        """Cut `size` rows into a share for each thread; one share where they are less than two of the least.

        Shares begin on multiples of 16, where `Population.fours` can be cut too.
        """
        threads = self.threads
        if threads == 1 or size < 2 * least:
            return [slice(0, size)]
        cuts = [size * k // threads // 16 * 16 for k in range(threads)]
        return [slice(a, b) for a, b in pairwise([*cuts, size])]

    def each(self, work: Callable[..., T], *arguments: Sequence[Any]) -> list[T]:
        """Call `work` with the first of all arguments, with the second, and so on, at once; return what the calls return."""
        first, *more = zip(*arguments, strict=True)
        if more and self._pool is None:
            self._pool = ThreadPoolExecutor(self.threads - 1)
        others = [self._pool.submit(work, *call) for call in more] if self._pool else []
        done = work(*first)  # by this thread, which would only wait
        return [done, *(other.result() for other in others)]

    def _room(self, k: int, people: int) -> Any:
        """Room for what a share of so many people reports: empty, as the reader of a report clears it (`accounts.tally.enter`)."""
        if k == len(self._outputs):
            places, countries = self._shape
            self._outputs.append(
                Output(
                    census=np.zeros((places, len(Status)), np.int32),
                    log=np.empty(0, np.int64),
                    keys=np.empty(0, np.uint64),
                    requests=np.empty(0, np.int64),
                    money=np.zeros((len(Account), countries), np.int64),
                    expected_recognitions=np.zeros(countries, np.int64),
                    fill=np.zeros(2, np.int64),
                )
            )
        old = self._outputs[k]
        log, requests = grown(old.log, EVENTS_PER_VISIT * people), grown(old.requests, people)
        if log is not old.log or requests is not old.requests:
            keys = np.empty(len(log) if self._trace else 0, np.uint64)
            self._outputs[k] = old._replace(log=log, requests=requests, keys=keys)
        return self._outputs[k]

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_pool": None}  # threads are started again where a model is copied or unpickled


def grown(array: Rows, size: int) -> Rows:
    """An array at least so long: the one given, or a longer one whose contents are not kept."""
    return array if len(array) >= size else np.empty(size + size // 2, np.int64)
