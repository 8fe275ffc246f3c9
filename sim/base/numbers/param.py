"""A sourced number, and the two kinds of number that rest on an assumption."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Param:
    """A sourced number.

    Parameters
    ----------
    value
        The default.
    unit
        Its unit; "1" for a pure number.
    low, high
        The plausible range, inclusive: values outside are refused.
    source
        Where it comes from; "assumption: ..." where there is no measurement.
    grade
        Evidence: attested, single study, contested, guess, or fitted (to data up to December 2015).
    as_of
        The date to which the source speaks.
    """

    value: float
    unit: str
    low: float
    high: float
    source: str
    grade: str
    as_of: str


def guess(value: float, unit: str, low: float, high: float, why: str) -> Param:
    """A number that nobody has measured."""
    return Param(value, unit, low, high, f"assumption: {why}", "guess", "2015-12-31")


def fitted(value: float, unit: str, low: float, high: float, why: str) -> Param:
    """A number whose default comes from a fit."""
    source = f"assumption: {why}; fitted to records of the scenario mediterranean, 2009 to 2015, see ADR 8"
    return Param(value, unit, low, high, source, "fitted", "2015-12-31")


def single(value: float, unit: str, low: float, high: float, source: str, as_of: str) -> Param:
    """A number from one study."""
    return Param(value, unit, low, high, source, "single study", as_of)
