"""Days and dates: a run covers the half-open interval from its first day to the day after its last."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from .errors import UserError
from .population import NEVER


@dataclass(frozen=True)
class Clock:
    """The days of a run.

    Parameters
    ----------
    start, end
        First and last day of the run, both included.
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise UserError(f"end={self.end} is before start={self.start}.")
        if self.days >= NEVER:
            raise UserError(f"A run of {self.days} days is too long: at most {NEVER - 1} days ({NEVER // 366} years).")

    @property
    def days(self) -> int:
        """Days in the run."""
        return (self.end - self.start).days + 1

    def date_of(self, day: int) -> date:
        """The date of a day of the run, 0 being the first."""
        return self.start + timedelta(days=day)

    def opens_month(self, day: int) -> bool:
        """Whether a day is the first of a month, or of the run."""
        return day == 0 or self.date_of(day).day == 1

    def closes_month(self, day: int) -> bool:
        """Whether a day is the last of a month, or of the run."""
        return day == self.days - 1 or self.date_of(day + 1).day == 1

    def rest_of_month(self, day: int) -> range:
        """Days of the run from one to the last of its month."""
        return range(day, min(self.days, day + self.month_length(day) - self.date_of(day).day + 1))

    def month_length(self, day: int) -> int:
        """Days that the month of a day has, whether or not all are in the run."""
        today = self.date_of(day)
        return monthrange(today.year, today.month)[1]
