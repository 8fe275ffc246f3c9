"""What a world assumes of countries for which a table has no row: said before a run, and kept with its results."""

from collections.abc import Iterable
from typing import Any

import numpy as np

Columns = dict[str, list[Any]]

MOST_NAMED = 8
"""Countries that a text names; it counts the others."""


def assumed(
    tables: dict[str, Columns], origins: Iterable[str], deciding: Iterable[str], admitting: Iterable[str]
) -> tuple[str, ...]:
    """What stands for rows that are not there, one text a table.

    Parameters
    ----------
    tables
        The tables of the world.
    origins
        Countries whose people are in the world.
    deciding
        Countries in which asylum is claimed.
    admitting
        Countries in which regular places are asked for.
    """
    people, states = list(origins), list(deciding)
    rates = tables["recognition"]
    usual = f"the mean of all rows holds (rate {_mean(rates['rate'])}, convention {_mean(rates['convention'])})"
    said = [
        ("recognition", _without(people, rates["origin"]), usual),
        ("returns", _without(people, tables["returns"]["origin"]), _mean_or_none(tables["returns"]["rate"])),
        ("diaspora", _without(people, tables["diaspora"]["origin"]), "nobody of theirs lives abroad"),
        (
            "hosted",
            _without(people, tables["hosted"]["origin"]),
            "nobody of theirs is displaced or abroad at the start",
        ),
        ("admissions", _without(people, tables["admissions"]["origin"]), "they have no regular places anywhere"),
        ("admissions", _without(admitting, tables["admissions"]["destination"]), "they give no regular places"),
    ]
    shifts = tables["recognition_by_country"]
    if shifts["country"]:  # the table may hold its header alone: then all decide alike
        mean = f"the mean of all rows holds ({_mean(shifts['log_odds'])} log odds)"
        said.append(("recognition_by_country", _without(states, shifts["country"]), mean))
    return tuple(f"{table}.csv has no row for {_listed(who)}: {what}." for table, who, what in said if who)


def refused(tables: dict[str, Columns], deciding: Iterable[str]) -> list[str]:
    """What cannot be assumed: that nobody is ever recognised, or that claims are made where no office decides them."""
    found = []
    if not tables["recognition"]["rate"]:
        found.append("recognition.csv has no rows: the rates at which claims are recognised cannot be assumed.")
    offices = _without(deciding, tables["asylum_offices"]["country"])
    if offices:
        found.append(
            f"asylum_offices.csv has no row for {_listed(offices)}: claims are made there, and nobody would decide them. "
            "Add the staff of each; 0 where there is no office."
        )
    return found


def _without(wanted: Iterable[str], there: Iterable[str]) -> list[str]:
    return sorted(set(wanted) - set(there))


def _mean(values: list[float]) -> str:
    return f"{float(np.mean(values)):.2g}" if values else "0"


def _mean_or_none(values: list[float]) -> str:
    return f"the mean of all rows holds ({_mean(values)})" if values else "no return order is carried out"


def _listed(names: list[str]) -> str:
    left = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {left} more" if left > 0 else "")
