"""Values in a policy's file: text, names, numbers, dates; each mistake is noted with file, key and what is allowed."""

import math
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from mixflow.sim.base.errors import UserError, allowed_names, hint, one_of

from .schema import Number


class Fields:
    """Reads values of one file and collects what is wrong with them.

    Parameters
    ----------
    file
        The file's name, for messages.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[str] = []

    def bad(self, key: str, message: str) -> None:
        """Note something wrong."""
        self.problems.append(f"{self.file}: {key}: {message}")

    def number(self, key: str, item: Mapping[str, Any], name: str, units: Iterable[str]) -> Number:
        """A number with its range, unit and source."""
        found = {part: self.real(f"{key}.{part}", item.get(part)) for part in (name, "low", "high")}
        unit = str(item.get("unit", ""))
        if unit not in units:
            self.bad(f"{key}.unit", one_of("Unit", unit, units))
        if not found["low"] <= found[name] <= found["high"]:
            self.bad(key, f"{name} {found[name]:g} is outside its own range, {found['low']:g} to {found['high']:g}")
        return Number(found[name], unit, found["low"], found["high"], self.source(f"{key}.source", item.get("source")))

    def sourced(self, key: str, given: Any, units: Iterable[str] = ()) -> Number:
        """A mapping of value, unit, low, high and source."""
        if not isinstance(given, Mapping):
            self.bad(key, "write value, unit, low, high and source")
            return Number(0.0, "", 0.0, 0.0, "")
        self.only(key, given, ("value", "unit", "low", "high", "source"))
        return self.number(key, given, "value", tuple(units) or (str(given.get("unit", "")),))

    def only(self, key: str, given: Mapping[str, Any], allowed: Iterable[str]) -> None:
        """Refuse unknown keys."""
        names = list(allowed)
        for name in given:
            if name not in names:
                self.bad(f"{key}.{name}".lstrip("."), f"no such key.{hint(name, names)} {allowed_names(name, names)}")

    def text(self, key: str, given: Any) -> str:
        """Text that is there."""
        if not isinstance(given, str) or not given.strip():
            self.bad(key, "missing: write some text")
            return ""
        return " ".join(given.split())

    def source(self, key: str, given: Any) -> str:
        """A source; an assumption says what is assumed."""
        if not isinstance(given, str) or not given.strip():
            self.bad(key, 'missing: name a source, or write "assumption: ..." and why; silence is not a source')
            return ""
        text = " ".join(given.split())
        if text.lower().startswith("assumption") and not text.partition(":")[2].strip():
            self.bad(key, 'write what is assumed after "assumption:"')
        return text

    def choice(self, key: str, given: Any, allowed: Iterable[str]) -> str:
        """One of a closed list."""
        names = list(allowed)
        if given in names:
            return str(given)
        self.bad(key, one_of(key.rpartition(".")[2].capitalize(), given, names))
        return ""

    def names(self, key: str, given: Any, allowed: Iterable[str] | None = None) -> tuple[str, ...]:
        """A list of names, sorted."""
        items = [given] if isinstance(given, str) else self.listed(key, given)
        names = list(allowed) if allowed is not None else None
        for item in items:
            if not isinstance(item, str):
                self.bad(key, f"{item!r} is not a name")
            elif names is not None and item.removeprefix("not ") not in names:
                self.bad(key, one_of("Name", item, names))
        return tuple(sorted({str(item) for item in items}))

    def listed(self, key: str, given: Any) -> list[Any]:
        """A list."""
        if given is None:
            return []
        if not isinstance(given, list):
            self.bad(key, "write a list")
            return []
        return given

    def real(self, key: str, given: Any) -> float:
        """A finite number."""
        if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
            self.bad(key, f"{given!r} is not a number" if given is not None else "missing: write a number")
            return 0.0
        return float(given)

    def whole(self, key: str, given: Any, of: str = "days") -> int:
        """A whole number of days, or of something else."""
        if isinstance(given, bool) or not isinstance(given, int) or given < 0:
            self.bad(key, f"{given!r} is not allowed: a whole number of {of}, 0 or more")
            return 0
        return given

    def flag(self, key: str, given: Any) -> bool:
        """True or false."""
        if not isinstance(given, bool):
            self.bad(key, f"{given!r} is not allowed: true or false, without quotes")
        return given is True

    def dose(self, given: Any) -> float:
        """A dose."""
        try:
            return checked_dose(given)
        except UserError as error:
            self.bad("dose", str(error))
            return 1.0

    def day(self, key: str, given: Any, needed: bool = False) -> date | None:
        """A date."""
        if given is None and not needed:
            return None
        try:
            return checked_date(given)
        except UserError as error:
            self.bad(key, str(error))
            return None


def checked_dose(given: Any) -> float:
    """Return a dose, or refuse it."""
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given <= 1:
        raise UserError(f"a dose of {given!r} is not allowed: a number from 0 to 1")
    return float(given)


def checked_date(given: Any) -> date:
    """Return a date, or refuse it."""
    if isinstance(given, date) and not isinstance(given, datetime):
        return given
    try:
        return date.fromisoformat(str(given))
    except ValueError as error:
        raise UserError(f"{given!r} is not a date: write year-month-day") from error
