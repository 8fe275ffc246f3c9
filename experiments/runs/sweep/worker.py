"""A worker: takes runs of a plan that nobody has, one after another, until none is left. May be killed at any moment.

`python -m mixflow.experiments.runs.sweep.worker FOLDER` is how launchers start one in a process of its own.
"""

import argparse
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mixflow.sim.accounts.results import ABSENT, CannotWriteError, examined, is_complete, remove_leftovers, write_json
from mixflow.sim.base.errors import UserError
from mixflow.sim.base.integrity import set_aside

from ..line_store import line_of
from ..progress import Progress
from ..run import execute
from .compiled import compiled_once
from .leases import BEAT_S, LEASE_S, Heartbeat, Lease, begun, failed_attempts, take, waited_for
from .plan import Planned, SweepPlan, check_code, read

MOST_DEATHS = 4
"""Workers of one launch that may die on a run before it is called failed."""

WAIT_S = 0.5

QUIET_S = 3 * BEAT_S
"""Somebody of whom nothing was heard for so long is named."""

_ending = threading.Event()


@dataclass(frozen=True)
class WorkerOptions:
    """What a worker is told.

    Parameters
    ----------
    folder
        The sweep's.
    worker, workers
        Its number and how many there are: each begins at another place of the plan.
    launch
        Names the launch that it belongs to.
    wait
        Stay until the runs that others hold are done, to take them over should their holders die.
    most
        Runs to do at most; None: as many as there are.
    until
        When to take no more runs, in seconds since the epoch; None: never.
    parent
        The process whose end shall be the worker's own, or 0.
    """

    folder: Path
    worker: int = 0
    workers: int = 1
    launch: str = ""
    wait: bool = False
    most: int | None = None
    until: float | None = None
    parent: int = 0


def work(order: WorkerOptions) -> int:
    """Run what is missing of a plan; return how many runs were done here.

    Raises
    ------
    UserError
        When the plan is of other code, or results cannot be written: every other run would fail as well.
    """
    try:
        return _work(order)
    except UserError as error:
        _note(order, {"refused": str(error)})
        raise


def _work(order: WorkerOptions) -> int:
    plan = read(order.folder)
    check_code(plan)
    start = len(plan.runs) * order.worker // order.workers
    left = [*plan.runs[start:], *plan.runs[:start]]
    done, fresh = 0, True
    said: set[str] = set()
    with Heartbeat(lambda: _end_with(order.parent)) as heart:
        while left:
            left, ran = _pass(plan, order, heart, left, fresh)
            done += ran
            if _late(order) or done == order.most or not (order.wait or fresh):
                break
            if left and not ran and not fresh:
                said = _say_who_is_waited_for(plan, order, left, said)
                time.sleep(WAIT_S)
            fresh = False
    return done


def _pass(
    plan: SweepPlan, order: WorkerOptions, heart: Heartbeat, runs: Sequence[Planned], fresh: bool
) -> tuple[list[Planned], int]:
    """Go through runs once; return those that are left, and how many were done.

    A fresh pass leaves those that somebody has begun: others hold them, or died on them, which may not be by chance.
    """
    held: list[Planned] = []
    done = 0
    for run in runs:
        if _late(order) or done == order.most:
            return held, done
        final = plan.final(run)
        if is_complete(final) or failure(plan, run).exists():
            continue
        if fresh and begun(final):
            held.append(run)
            continue
        try:
            claim = take(final, order.launch)
        except OSError as error:
            raise UserError(f"cannot claim runs in {final.parent}: {error.strerror}.") from error
        if claim is None:
            held.append(run)
            continue
        heart.claim = claim
        try:
            done += _claimed(plan, order, run, final, claim)
        finally:
            heart.claim = None
    return held, done


def _say_who_is_waited_for(plan: SweepPlan, order: WorkerOptions, left: Sequence[Planned], said: set[str]) -> set[str]:
    """Tell the driver of runs that others hold: workers of another launch, or such as have not been heard of for some time."""
    for run in left:
        held = None if run.name in said else waited_for(plan.final(run))
        if held is not None and (held.launch != order.launch or held.silent_s > QUIET_S):
            _note(order, {"waits": run.name, "host": held.host, "pid": held.pid, "lease_s": LEASE_S})
            said = said | {run.name}
    return said


def _claimed(plan: SweepPlan, order: WorkerOptions, run: Planned, final: Path, claim: Lease) -> int:
    """Do a run that is ours, unless it was done meanwhile or has killed too many workers; return 1 if it was done."""
    try:
        if is_complete(final):
            claim.finish()
            return 0
        if failed_attempts(claim, order.launch) >= MOST_DEATHS:
            said = f"{MOST_DEATHS} workers died on it one after another; perhaps there is too little memory"
            _fail(plan, order, run, said, "")
            claim.finish()
            return 0
        remove_leftovers(final)
        if examined(final, ()).state != ABSENT:  # nobody else may write it now
            print(f"mixflow: what is in {final} is not whole, and lies in {set_aside(final)} now.", file=sys.stderr)
        began = time.perf_counter()
        config = plan.config(run)
        kind = "displacement" if config["scenario"] == "displacement" else "world"
        with compiled_once(kind) as compiled, Progress(quiet=True) as progress:
            execute(config, run.name, final, progress, claim.held)
        if claim.held():
            _note(order, {"run": run.name, "wall_s": time.perf_counter() - began, "compiled": compiled()})
            claim.finish()
            return 1
        return 0
    except CannotWriteError:
        claim.release()
        raise
    except Exception as error:
        _fail(plan, order, run, str(error) or type(error).__name__, traceback.format_exc())
        claim.finish()
        return 0
    except BaseException:  # told to end: others may have the run at once
        claim.release()
        raise


def failure(plan: SweepPlan, run: Planned) -> Path:
    """The file that says how a run failed."""
    return plan.folder / "failed" / f"{run.name}.json"


def _fail(plan: SweepPlan, order: WorkerOptions, run: Planned, said: str, trace: str) -> None:
    path = failure(plan, run)
    draft = path.with_name(f".{path.name}.{order.worker}")
    scenario = plan.final(run).parent.name
    write_json(draft, {"run": run.name, "scenario": scenario, "error": said, "traceback": trace, **_changes(run)})
    draft.replace(path)
    _note(order, {"run": run.name, "error": said})


def _changes(run: Planned) -> dict[str, Any]:
    return {"changes": dict(run.changes)}


def _note(order: WorkerOptions, line: dict[str, Any]) -> None:
    """Tell the driver; a line that is lost or half written is missed by the progress and by nothing else."""
    path = order.folder / "journal" / f"{order.launch or 'alone'}-{order.worker}.jsonl"
    try:
        with path.open("ab") as file:
            file.write(line_of(line))
    except OSError as error:
        print(f"mixflow: cannot write {path}: {error.strerror}", file=sys.stderr)


def _late(order: WorkerOptions) -> bool:
    return _ending.is_set() or (order.until is not None and time.time() >= order.until)


def _end_with(parent: int) -> None:
    if parent and os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)


def task(config: Any) -> int:
    """The function that Hydra's own launchers call; see `configs/sweep_worker.yaml`."""
    return work(WorkerOptions(Path(config.sweep), int(config.worker), int(config.workers), str(config.launch)))


def main(argv: Sequence[str] | None = None) -> int:
    """Work in a process of its own; exit code 2 with a message on stderr where no worker can go on."""
    parser = argparse.ArgumentParser(prog="mixflow worker")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--worker", type=int, default=0)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--launch", default="")
    parser.add_argument("--wait", action="store_true")
    parser.add_argument("--parent", type=int, default=0)
    given = parser.parse_args(argv)
    signal.signal(signal.SIGTERM, _interrupted)
    try:
        work(WorkerOptions(**vars(given)))
    except UserError as error:
        print(f"mixflow: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


def _interrupted(number: int, frame: Any) -> None:
    _ending.set()  # an exception out of a signal is lost where it strikes a callback: then this run is the last
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
