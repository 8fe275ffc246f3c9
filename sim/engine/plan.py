"""What a run is asked for: days, scale, seed, parameters."""

from dataclasses import dataclass

from ..base.clock import Clock
from ..base.params import Values


@dataclass(frozen=True)
class Plan:
    """What makes a run this run and no other.

    Parameters
    ----------
    clock
        First and last day.
    scale
        Simulated people per real person, above 0 and up to 1.
    seed
        Seed of every draw.
    values
        Parameters by group and name.
    threads
        Threads that visit people; results do not depend on it.
    check_days
        Days between two full counts of people and money against the books beside that at the end of each month; 0 for none.
    trace
        Whether to keep who did what: see `MigrationModel.trace`.
    """

    clock: Clock
    scale: float
    seed: int
    values: Values
    threads: int = 1
    check_days: int = 0
    trace: bool = False
