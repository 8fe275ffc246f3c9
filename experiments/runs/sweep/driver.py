"""One command runs a sweep to its end: plan, launch, watch, look what is there, launch again what was lost, report."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mixflow.scenarios.effects import warn
from mixflow.sim.accounts.results import DAMAGED, OTHER, check_format, check_writable, examined
from mixflow.sim.base.errors import UserError
from mixflow.sim.base.reading import read_mapping, with_home

from ..hints import look_at
from .launch import Chosen, chosen, launch
from .leases import clear
from .overrides import asked
from .plan import SweepPlan, changed, planned, write
from .watch import ProgressMonitor, clock
from .worker import failure
from .worlds import check_worlds

NAMED = 10
"""Damaged results that are named."""

ROUNDS = 5
"""Launches in a row, each for what the one before has lost, while any of them gets on."""


class Interrupted(KeyboardInterrupt):
    """A sweep was told to end; its message says what is kept."""


def sweep(command: Sequence[str], quiet: bool = False) -> int:
    """Run a sweep; the last line printed is its folder.

    Parameters
    ----------
    command
        Overrides, of which some have several values.
    quiet
        Print the folder alone.

    Returns
    -------
    int
        0 when all runs are there, 1 when some failed.
    """
    wanted = asked(command)
    choice = chosen(wanted.launcher)
    root = with_home(str(wanted.bases[0]["runs_dir"])).absolute()
    plan = planned(root, command, wanted.bases, wanted.points)
    warn(check_worlds(changed(plan.bases[run.base], run.changes) for run in plan.runs))
    repeated = wanted.combinations - len(plan.runs)
    if repeated and not quiet:
        print(
            f"mixflow: {repeated:,} of {wanted.combinations:,} combinations equal another one; each is run once.",
            file=sys.stderr,
        )
    code = carry_out(plan, choice, quiet or bool(wanted.bases[0]["quiet"]))
    print(_shown(plan.folder))
    return code


def carry_out(plan: SweepPlan, choice: Chosen, quiet: bool = False) -> int:
    """Run what is missing of a plan by a launcher; return 0 when all is there, 1 when runs failed.

    Raises
    ------
    UserError
        When workers cannot go on, or die without getting on.
    Interrupted
        When the user ends it; what is done is kept.
    """
    check_writable(plan.root)
    _look_at_what_is_there(plan)
    write(plan)
    for path in (plan.folder / "failed").glob("*.json"):
        path.unlink()
    missing = plan.missing()
    there = len(plan.runs) - len(missing)
    _say(quiet, f"{len(plan.runs):,} runs, {there:,} of them there already; {choice.name}")
    with ProgressMonitor(plan.folder, len(plan.runs), there, quiet) as watch:
        try:
            _rounds(plan, choice, len(missing), watch)
        except KeyboardInterrupt as stop:
            left = len(plan.missing())
            raise Interrupted(
                f"interrupted; {len(plan.runs) - left:,} of {len(plan.runs):,} runs are kept. "
                "The same command does the rest."
            ) from stop
    return _report(plan, there, watch, quiet)


def _look_at_what_is_there(plan: SweepPlan) -> None:
    """Name results that are damaged, which workers make again; refuse those that this version cannot read.

    Nothing is mixed, and nothing of another format is replaced.
    """
    bad = []
    for run in plan.runs:
        folder = plan.final(run)
        found = examined(folder)
        if found.state == OTHER and found.record is not None:
            check_format(found.record, folder)
        elif found.state == DAMAGED:
            bad.append(f"{_shown(folder)} are damaged: {', '.join(found.what)}")
    for said in bad[:NAMED]:
        print(f"mixflow: results in {said}; they are set aside, and made again.", file=sys.stderr)
    if len(bad) > NAMED:
        print(f"mixflow: so are those of {len(bad) - NAMED:,} more runs.", file=sys.stderr)


def _rounds(plan: SweepPlan, choice: Chosen, left: int, watch: ProgressMonitor) -> None:
    for round_ in range(ROUNDS):
        if not left:
            return
        trouble: Exception | None = None
        try:
            launch(choice, plan, left)
        except UserError:
            raise
        except Exception as error:  # a launcher that lost workers; what counts is on the disk
            trouble = error
        watch.look()
        before, left = left, len([run for run in plan.missing() if not failure(plan, run).exists()])
        if left and watch.refused is not None:
            raise UserError(watch.refused)
        if left and (left == before or round_ == ROUNDS - 1):
            why = f" The launcher said: {str(trouble).strip().splitlines()[0]}" if str(trouble or "").strip() else ""
            raise UserError(
                f"{left:,} of {len(plan.runs):,} runs are not done: workers ended without doing them. "
                f"What they said is in {_shown(plan.folder / 'logs')}.{why} The same command goes on where this one ended."
            ) from trouble


def _report(plan: SweepPlan, there: int, watch: ProgressMonitor, quiet: bool) -> int:
    failed = [path for run in plan.runs if (path := failure(plan, run)).exists()]
    missing = {run.name for run in plan.missing()}
    done = len(plan.runs) - len(missing) - there
    clear(plan.final(run) for run in plan.runs if run.name not in missing)
    cost = f", {clock(watch.wall / watch.done)} each" if watch.done and watch.wall / watch.done >= 1 else ""
    _say(quiet, f"{there:,} runs were there, {done:,} done now{cost}, {len(failed):,} failed")
    if watch.damaged:
        _say(quiet, f"{watch.damaged:,} lines of the workers' journals are damaged, and were not counted")
    if failed:
        first = _first(failed[0])
        print(
            f"mixflow: {len(failed):,} of {len(plan.runs):,} runs failed; the first, {first['run']}: {first['error']} "
            f"All of them: {_shown(plan.folder / 'failed')}. The same command tries them again.",
            file=sys.stderr,
        )
    _say(quiet, f"look at them: {look_at(_shown(plan.folder), map(plan.final, plan.runs))}")
    return 1 if failed else 0


def _first(path: Path) -> dict[str, Any]:
    """What failed and why, as far as it can be read."""
    try:
        found = read_mapping(path)
    except UserError as error:
        found = {"error": str(error)}
    return {"run": path.stem, "error": "no reason is recorded.", **found}


def _say(quiet: bool, what: str) -> None:
    if not quiet:
        print(f"mixflow: {what}", file=sys.stderr, flush=True)


def _shown(path: Path) -> Path:
    """A path as short as it can be written here."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
