"""A few processes that read and check for the pages, so that the server itself only waits. A dead one is replaced."""

import asyncio
import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any

from mixflow.sim.base.errors import UserError

from ...runs.boundary import LOG, reason

LONGEST_S = 60.0
PROCESSES = 2
WATCH_S = 2.0


def _begin() -> None:
    """Load what every task needs, in a child that gives way to nobody but the server."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server ends its children itself
    os.nice(2)
    logging.basicConfig(level=logging.WARNING)
    LOG.setLevel(logging.INFO)  # what is wrong with files of others
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    from . import checks, results, sharing  # noqa: F401 - loaded ahead


def _end_with_parent(parent: int) -> None:
    """End when the server is gone without a word: nobody would ask any more, and nobody else would end this."""
    while os.getppid() == parent:
        time.sleep(WATCH_S)
    os._exit(1)


class WorkerPool:
    """Runs functions in other processes."""

    def __init__(self) -> None:
        self._pool = self._made()

    @staticmethod
    def _made() -> ProcessPoolExecutor:
        return ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn"), initializer=_begin)

    async def run[T](self, work: Callable[..., T], *given: Any) -> T:
        """Do something, and wait for it.

        Raises
        ------
        UserError
            What the function says, or that it takes too long or has died.
        """
        pool = self._pool
        try:
            loop = asyncio.get_running_loop()
            return await asyncio.wait_for(loop.run_in_executor(pool, work, *given), LONGEST_S)
        except TimeoutError as error:
            self._again(pool)
            raise UserError(f"this took longer than {LONGEST_S:g} seconds and was ended.") from error
        except BrokenProcessPool as error:
            self._again(pool)
            raise UserError("the process that should have answered has died. Try again.") from error
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if pool is self._pool or (task is not None and task.cancelling()):
                raise
            raise UserError("this was ended with other work that took too long. Try again.") from error
        except UserError:
            raise
        except Exception as error:  # of work on what others sent: the page gets a sentence, the log gets the trace
            LOG.exception("%s failed", getattr(work, "__name__", work))
            raise UserError(f"this could not be done ({reason(error)}). The log of the server has more.") from error

    async def warm(self) -> None:
        """Start the processes ahead, so that the first question need not wait for them."""
        await asyncio.gather(*(self.run(os.getpid) for _ in range(PROCESSES)))

    def _again(self, pool: ProcessPoolExecutor) -> None:
        if self._pool is pool:
            self._pool = self._made()
        _ended(pool)

    def end(self) -> None:
        """End all."""
        _ended(self._pool)


def _ended(pool: ProcessPoolExecutor) -> None:
    for process in list((pool._processes or {}).values()):
        process.kill()
    pool.shutdown(wait=False, cancel_futures=True)
