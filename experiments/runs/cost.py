"""How many runs a command asks for, and whether that many are allowed: judged before anything is expanded or run."""

from typing import Any

from mixflow.sim.base.errors import UserError
from mixflow.sim.base.limits import MOST_SWEEP_RUNS, SWEEP_RUNS


def most_runs(given: Any) -> int:
    """The runs that a command may ask for: as `most_runs` says, or the limit.

    Raises
    ------
    UserError
        When it is no number of runs.
    """
    if given is None:
        return SWEEP_RUNS
    if isinstance(given, bool) or not isinstance(given, int) or not 1 <= given <= MOST_SWEEP_RUNS:
        raise UserError(f"most_runs={given} is not allowed: a whole number from 1 to {MOST_SWEEP_RUNS}.")
    return given


def check_runs(runs: int, most: int, why: str) -> None:
    """Refuse more runs than are allowed.

    Raises
    ------
    UserError
        The message names both numbers.
    """
    if runs > most:
        raise UserError(
            f"this asks for {runs:,} runs ({why}); at most {most:,} are made. Ask for fewer, or raise the limit with "
            f"most_runs=N (up to {MOST_SWEEP_RUNS:,})."
        )
