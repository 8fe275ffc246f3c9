"""What a scenario says of itself as a whole, in `world.yaml` beside its tables: its years, its currency, its region in words."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from mixflow.policies.yaml_files import read_yaml
from mixflow.scenarios.problems import Problems
from mixflow.sim.base.errors import UserError, one_of

FILE = "world.yaml"
CURRENCIES = ("EUR",)
"""Currencies that money may stand in. The parameters of the model that are money are EUR, and nothing converts them."""

EXAMPLE = (
    "region: Central America\ncurrency: EUR\nfirst_year: 2010\nlast_year: 2019\nreference_date: 2015-12-31\n"
    "hold_out: 2019-12-31"
)


HELD_YEARS = 11
"""For so many years a run may go on after its drivers."""


@dataclass(frozen=True)
class Setting:
    """The frame of a world.

    Parameters
    ----------
    region
        Where its destinations lie, in words, for titles.
    currency
        In which all its money stands.
    first_year, last_year
        With drivers of its own: the earliest and latest day of a run lie in them.
    reference_date
        The day to which its facts without a year refer.
    hold_out
        The last day of which records may be read and fitted to: later ones test the finished model.
    """

    region: str
    currency: str
    first_year: int
    last_year: int
    reference_date: date
    hold_out: date

    @property
    def earliest(self) -> date:
        """The first day that a run may have."""
        return date(self.first_year, 1, 1)

    @property
    def latest(self) -> date:
        """The last day that a run may have: after the last year of its drivers it holds that year's values, and says so."""
        return date(self.last_year + HELD_YEARS, 12, 31)


def setting_of(folder: Path) -> Setting:
    """Read the frame of the world whose tables lie in a folder.

    Raises
    ------
    UserError
        When the file is not there, or a key is missing, not known, or has a value that is not allowed.
    """
    path = folder / FILE
    if not path.is_file():
        raise UserError(
            f"{path} is not there. Add it beside the tables: it says which years the world has and where records are held out. "
            f"For example:\n{EXAMPLE}"
        )
    return _read(path, path.stat().st_mtime_ns)


@cache
def _read(path: Path, changed: int) -> Setting:
    given = read_yaml(path)
    wanted = list(Setting.__dataclass_fields__)
    problems = Problems()
    if not isinstance(given, dict):
        raise UserError(f"{path} holds no keys with values. Keys: {', '.join(wanted)}.")
    for key in given:
        if key not in wanted:
            problems.add(f"{path}: {one_of('Key', key, wanted)}")
    for key in wanted:
        if key not in given:
            problems.add(f"{path}: key {key!r} is missing. Keys: {', '.join(wanted)}.")
    for key, value in given.items():
        if key in wanted and (why := _why_not(key, value)):
            problems.add(f"{path}: {key}={value!r} is not allowed: {why}.")
    problems.raise_any()
    found = Setting(**given)
    if found.last_year < found.first_year:
        raise UserError(f"{path}: last_year={found.last_year} is before first_year={found.first_year}.")
    return found


def _why_not(key: str, value: Any) -> str:
    """What is allowed, where a value is not; else nothing."""
    if key in ("first_year", "last_year"):
        whole = isinstance(value, int) and not isinstance(value, bool)
        return "" if whole and 1990 <= value <= 2100 else "a year from 1990 to 2100"
    if key in ("reference_date", "hold_out"):
        return "" if isinstance(value, date) else "a date such as 2015-12-31"
    if key == "currency":
        return "" if value in CURRENCIES else f"{', '.join(CURRENCIES)}. Convert the values of the tables"
    return "" if isinstance(value, str) and value.strip() else "a name"
