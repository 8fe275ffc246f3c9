"""Reads the values in cells of a case: numbers, numbers of people, dates and days."""

import math
import re
from datetime import date

from .problems import CaseProblems

BLANK = ("", "na", "n/a", "nan", "null", "none", "-")
"""How files write that there is no value."""

DATES = "year-month-day, as 2015-05-01"

_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ]\d\d?:.*)?")
_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_THOUSANDS = re.compile(r"\d{1,3}(?:(?:[ \u00a0\u202f'\u2019]\d{3})+|(?:,\d{3})+)(?:\.0*)?")


def shown(text: str) -> str:
    """A value as messages give it: quoted, and not longer than a line."""
    return repr(text if len(text) <= 40 else text[:37] + "...")


def without_comment(text: str) -> str:
    """A value without a comment that follows it in its cell."""
    return text.partition("#")[0].strip()


def filled(text: str, sheet: str, column: str, problems: CaseProblems) -> str:
    """A value; nothing where the cell says so in words such as NA."""
    text = without_comment(text)
    if text.lower() not in BLANK:
        return text
    if text:
        problems.tolerate(f"{sheet}: {text!r} in column {column} is read as nothing")
    return ""


def number(
    text: str,
    sheet: str,
    line: int,
    column: str,
    problems: CaseProblems,
    low: float = -math.inf,
    high: float = math.inf,
    allowed: str = "a number",
) -> float | None:
    """Read a finite number within bounds; None, and a problem, where it is none."""
    kept = without_comment(text)
    try:
        value = float(kept)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or not low <= value <= high or "_" in kept:
        point = "; decimals need a point" if re.fullmatch(r"-?\d+,\d+", kept) else ""
        problems.add(sheet, line, column, f"{shown(text)} is not allowed; allowed: {allowed}{point}")
        return None
    return value


def whole(
    text: str, sheet: str, line: int, column: str, problems: CaseProblems, low: int, high: int, allowed: str
) -> int | None:
    """Read a whole number within bounds; None, and a problem, where it is none."""
    value = number(text, sheet, line, column, problems, low, high, allowed)
    if value is None:
        return None
    if value != int(value):
        problems.add(sheet, line, column, f"{shown(text)} is not allowed; allowed: {allowed}")
        return None
    return int(value)


def people(
    text: str, sheet: str, line: int, column: str, problems: CaseProblems, high: float, allowed: str, separator: str
) -> float | None:
    """Read a number of people, also one with marks between thousands where that cannot be a decimal mark."""
    kept = without_comment(text)
    if _THOUSANDS.fullmatch(kept) and ("," not in kept or separator == ","):
        problems.tolerate(f"{sheet}: column {column}: {shown(kept)} is read as a number with marks between thousands")
        kept = re.sub(r"[^\d.]", "", kept)
    return number(kept or text, sheet, line, column, problems, 0, high, allowed)


def day_of(text: str, sheet: str, line: int, column: str, problems: CaseProblems) -> date | None:
    """Read a date; None, and a problem, where it is none."""
    kept = without_comment(text)
    try:
        if found := _YEAR_FIRST.fullmatch(kept):
            if found[2] != "-":
                problems.tolerate(f"{sheet}: column {column}: dates such as {kept} are read as year, month, day")
            return date(int(found[1]), int(found[3]), int(found[4]))
        if found := _DAY_FIRST.fullmatch(kept):
            problems.tolerate(f"{sheet}: column {column}: dates such as {kept} are read as day, month, year")
            return date(int(found[3]), int(found[2]), int(found[1]))
        return date.fromisoformat(kept)
    except ValueError:
        problems.add(sheet, line, column, f"{shown(text)} is not a date; allowed: {DATES}")
        return None


def case_day(
    text: str, sheet: str, line: int, column: str, problems: CaseProblems, start: date, allowed: str
) -> int | None:
    """Read a day of the case, 0 being the first, also where it is given as a date."""
    kept = without_comment(text)
    if _YEAR_FIRST.fullmatch(kept) or _DAY_FIRST.fullmatch(kept):
        when = day_of(kept, sheet, line, column, problems)
        if when is None:
            return None
        problems.tolerate(f"{sheet}: column {column}: dates are read as days from the start, {start}")
        return (when - start).days
    return whole(text, sheet, line, column, problems, -(10**6), 10**6, allowed)
