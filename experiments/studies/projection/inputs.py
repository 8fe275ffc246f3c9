"""The two worlds of a projection: inputs frozen at the reference date, and the named inputs after it."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from mixflow.policies import library
from mixflow.policies.schema import Policy
from mixflow.scenarios.build import plan_of
from mixflow.scenarios.tables import tables_folder, text_rows
from mixflow.sim.base.errors import UserError

from ...runs.config import Config, validated
from ...runs.identity import tables_digest
from ...runs.policy_overrides import in_force
from ..calibration.past import changed_copy, tables_home, tables_until, write_rows

BY_YEAR = ("drivers", "recognition", "recognition_by_country", "returns", "admissions")
"""Tables of inputs by year; what they say of the years after the reference date is what a projection asks about.

A row without a year holds for all years.
"""

FROZEN, RECORDED = "frozen", "recorded"


def known_tables(config: Config, reference: pd.Period, last: str) -> Path:
    """The tables of a world as known at the reference date: nothing recorded later is in them; its inputs by year are.

    Parameters
    ----------
    config
        A run's.
    reference
        The last month known.
    last
        The last month of the record.
    """
    folder = tables_folder(config)
    if last <= str(reference):
        return folder
    day = reference.end_time.normalize()
    return tables_until(folder, day, tables_home(config, day))


def frozen_tables(folder: Path, reference: pd.Period, home: Path) -> Path:
    """A copy of a world's tables whose inputs end with the year of the reference date; the engine then holds the last year.

    Parameters
    ----------
    folder
        The tables as known at the reference date.
    reference
        The last month known.
    home
        The folder in which copies lie.
    """

    def cut(part: Path) -> None:
        for name in BY_YEAR:
            path = next(p for p in (part / f"{name}.csv", part / f"{name}.csv.gz") if p.exists())
            rows = text_rows(path)
            years = [row.get("year", "") for row in rows]
            last = max(f"{reference.year}", min(years, default=""))  # a table that begins later holds its first year
            kept = [row for row, year in zip(rows, years, strict=True) if year <= last]
            if kept:
                write_rows(path, kept)

    into = home / f"tables-{tables_digest(folder)[:8]}-frozen-{reference.year}"
    return changed_copy(folder, into, cut, {"frozen": f"{reference.year}"})


def frozen_history(config: Config, reference: pd.Period) -> Config:
    """A config whose policies are those in force at the reference date, for ever: none begins after it and none ends."""
    first = first_day(reference)
    names, settings = list(config["policies"]), {k: dict(v) for k, v in config["policy_settings"].items()}
    for policy in _opened(config):
        if not library.within(policy, plan_of(config).clock):
            continue
        if policy.start is not None and policy.start >= first:
            names = [name for name in names if name != policy.name] + [f"-{policy.name}"]
            settings.pop(policy.name, None)
        elif policy.end is not None and policy.end > first:
            settings.setdefault(policy.name, {})["end"] = None
    return validated({**config, "policies": names, "policy_settings": settings})


def with_policies(config: Config, added: Sequence[str], reference: pd.Period, given: Mapping[str, Any]) -> Config:
    """A config with policies that begin after the reference date.

    Parameters
    ----------
    config
        Before them.
    added
        Their names.
    reference
        The last month known.
    given
        What the user sets of policies; a start that is not given is the policy's own where that is later, else the first day after
        the reference date.

    Raises
    ------
    UserError
        When one is in force already, is not known, or is to begin before the reference date.
    """
    first = first_day(reference)
    there = {policy.name for policy in _opened(config)}
    names, settings = list(config["policies"]), {k: dict(v) for k, v in config["policy_settings"].items()}
    for name in added:
        if name in there:
            raise UserError(f"policies={name}: this policy is in force in both worlds already; name one that is not.")
        policy = library.load(name, config["policy_path"], config["scenario"])
        own = dict(given.get(name, {}))
        start = own.get("start")
        if start is not None and date.fromisoformat(str(start)) < first:
            raise UserError(
                f"policies.{name}.start={start} is not after the reference date: a projection changes inputs from {first} on."
            )
        if start is None and (policy.start is None or policy.start < first):
            own["start"] = first.isoformat()
            if policy.end is not None and policy.end <= first:
                own["end"] = None
        out = f"-{name}"
        names = [one for one in names if one != out] if out in names else [*names, name]
        if own:
            settings[name] = {**settings.get(name, {}), **own}
    return validated({**config, "policies": names, "policy_settings": settings})


def without_policies(config: Config, removed: Sequence[str], reference: pd.Period) -> Config:
    """A config in which policies of the world end with the reference date.

    Raises
    ------
    UserError
        When one is not in force after the reference date.
    """
    first = first_day(reference)
    there = {policy.name: policy for policy in _opened(config)}
    names, settings = list(config["policies"]), {k: dict(v) for k, v in config["policy_settings"].items()}
    for name in removed:
        policy = there.get(name)
        if policy is None or (policy.end is not None and policy.end <= first):
            later = sorted(n for n, p in there.items() if p.end is None or p.end > first)
            raise UserError(
                f"without={name}: no policy of that name is in force after {reference}. In force: {', '.join(later) or 'none'}."
            )
        if policy.start is not None and policy.start >= first:
            names = [one for one in names if one != name] + [f"-{name}"]
            settings.pop(name, None)
        else:
            settings.setdefault(name, {})["end"] = first.isoformat()
    return validated({**config, "policies": names, "policy_settings": settings})


def first_day(reference: pd.Period) -> date:
    """The day after the reference month."""
    return (reference.end_time + timedelta(days=1)).date()


def _opened(config: Config) -> list[Policy]:
    """The policies of a config, its bundles and history opened."""
    names = in_force(config)
    where = (config["policy_path"], config["scenario"])
    return library.opened(names, config["policy_settings"], *where) if names else []
