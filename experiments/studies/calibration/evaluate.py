"""One evaluation: a run of the model in memory, and what it gives for the targets; in this process or in a pool of them."""

import gc
import multiprocessing
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any

from mixflow.sim.base.errors import UserError

from .measures import MeasuredTables

Config = Mapping[str, Any]


def finished(config: Config) -> Any:
    """Build and run the model of a config, on one thread; return it after its last day.

    The key `_added` may hold policies that come on top of those of the config, `_anchor` an anchor in place of the scenario's.
    """
    from mixflow.scenarios.build import build

    plain = {key: value for key, value in config.items() if key not in ("_added", "_anchor")}
    model = build({**plain, "threads": 1}, config.get("_added", ()), config.get("_anchor"))
    while model.day < model.days:
        model.step()
    return model


def tables_of(model: Any) -> MeasuredTables:
    """The tables of a finished model."""
    states = model.states_book() if hasattr(model, "states_book") else None
    return MeasuredTables(model.flows(), model.stocks(), model.observed(), states, model.world)


Reduce = Callable[[Config, Any], Any]
"""What is kept of a run: a function of its config and the finished model, at the top level of a module."""


def _work(task: tuple[Config, Reduce, Any]) -> Any:
    config, reduce, more = task
    try:
        return reduce(config, finished(config)) if more is None else reduce(config, (finished(config), more))
    finally:
        gc.collect()  # a model and its agents hold one another: many runs in one process would fill the memory


Runner = Callable[[Sequence[Config], Reduce, Any], Iterator[Any]]


@contextmanager
def pool(processes: int) -> Iterator[Runner]:
    """Give a function that runs configs, one process a run and one thread each, and yields what is kept, in order.

    Parameters
    ----------
    processes
        How many at once; 1 runs them in this process.
    """
    if processes == 1:
        yield _one_by_one
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_one_thread) as executor:

        def together(configs: Sequence[Config], reduce: Reduce, more: Any) -> Iterator[Any]:
            return executor.map(_work, [(config, reduce, more) for config in configs])

        try:
            yield together
        except BaseException:
            executor.shutdown(wait=False, cancel_futures=True)  # what was not begun is not begun any more
            raise


def _one_by_one(configs: Sequence[Config], reduce: Reduce, more: Any) -> Iterator[Any]:
    return (_work((config, reduce, more)) for config in configs)


def _one_thread() -> None:
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"


def model_seed(seed: int, number: int) -> int:
    """The model's seed in a round."""
    return 1000 * seed + number


def processes_of(given: Any) -> int:
    """How many processes at once: as asked for, or one a core.

    Raises
    ------
    UserError
        When it is no number of processes.
    """
    cores = os.cpu_count() or 1
    if given is None:
        return cores
    if isinstance(given, bool) or not isinstance(given, int) or not 1 <= given <= 1024:
        raise UserError(f"workers={given} is not allowed: a whole number from 1 to 1024 ({cores} cores are here).")
    return given
