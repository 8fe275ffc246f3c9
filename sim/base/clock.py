"""Days and dates: a run covers the half-open interval from its first day to the day after its last."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from .errors import UserError

NEVER = 32767
"""The `wake` day of somebody who has nothing due: beyond the last day that a run can have."""

LONGEST_PAUSE = 2_000
"""Days ahead for which a wait is drawn at most, so that what is due fits the column `wake`; assumption: of waits of a year on
average, 1 in 240 is longer."""

LONGEST_WAIT = LONGEST_PAUSE + 2_100
"""Days ahead for which anything is made due at most: a pause, and the longest edge, 20,100 km at 10 km a day."""

MOST_DAYS = NEVER - LONGEST_WAIT
"""Days of a run: what becomes due on its last day still fits the column `wake`."""


@dataclass(frozen=True)
class Clock:
    """The days of a run.

    Parameters
    ----------
    start, end
        First and last day of the run, both included.
    spin_up_months
        Days at the start that are simulated and not reported, so that people are on their way when the report begins.
    """

    start: date
    end: date
    spin_up_months: int = 0

    @classmethod
    def reporting(cls, start: date, end: date, months: int) -> "Clock":
        """The days of a run that is reported from `start` on, and simulated from so many months before."""
        year, month = divmod(12 * start.year + start.month - 1 - months, 12)
        first = date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
        return cls(first, end, (start - first).days)

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise UserError(f"end={self.end} is before start={self.start}.")
        if self.days > MOST_DAYS:
            raise UserError(
                f"A run of {self.days} days is too long: at most {MOST_DAYS} days ({MOST_DAYS // 366} years)."
            )

    @property
    def days(self) -> int:
        """Days in the run."""
        return (self.end - self.start).days + 1

    def date_of(self, day: int) -> date:
        """The date of a day of the run, 0 being the first."""
        return self.start + timedelta(days=day)

    def opens_month(self, day: int) -> bool:
        """Whether a day is the first of a month, of the run, or of what is reported."""
        return day in (0, self.spin_up_months) or self.date_of(day).day == 1

    def closes_month(self, day: int) -> bool:
        """Whether a day is the last of a month, of the run, or before what is reported."""
        return day in (self.days - 1, self.spin_up_months - 1) or self.date_of(day + 1).day == 1

    def rest_of_month(self, day: int) -> range:
        """Days of the run from one to the last of its month."""
        return range(day, min(self.days, day + self.month_length(day) - self.date_of(day).day + 1))

    def month_length(self, day: int) -> int:
        """Days that the month of a day has, whether or not all are in the run."""
        today = self.date_of(day)
        return monthrange(today.year, today.month)[1]
