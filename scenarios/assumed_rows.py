"""What the tables of a scenario assume, row by row: one line for each assumption, with the table and whom it is of."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

MOST_NAMED = 6
"""Countries or places that a line names; it counts the others."""

NUMBER = re.compile(r"\d[\d,.]*\d|\d")
"""What texts of one assumption differ in: years, distances, shares."""

WHOSE = ("country", "origin", "place", "residence", "destination", "corridor", "zone")
"""Columns that say whom a row is of, the first that a table has."""


class Assumed(NamedTuple):
    """One assumption of one table."""

    table: str
    rows: int
    of: int
    whose: str
    said: str


def assumed_rows(tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[Assumed]:
    """The assumptions in the sources of tables, each once, with how many rows rest on it.

    Parameters
    ----------
    tables
        Rows as dicts by the table's name.
    """
    found: list[Assumed] = []
    for name, rows in tables.items():
        groups: dict[str, list[Mapping[str, Any]]] = {}
        for row in rows:
            if "assumption" in str(row["source"]):
                groups.setdefault(NUMBER.sub("...", _said(row)), []).append(row)
        for pattern, members in groups.items():
            texts = {_said(row) for row in members}
            said = texts.pop() if len(texts) == 1 else pattern
            column = next((column for column in WHOSE if rows and column in rows[0]), "")
            whose = dict.fromkeys(str(row[column]) for row in members) if column else {}
            found.append(Assumed(name, len(members), len(rows), _listed(whose), said))
    return found


def _said(row: Mapping[str, Any]) -> str:
    """The source of a row with the quantity that it is of."""
    of = row.get("driver") or row.get("quantity") or row.get("channel") or row.get("status") or ""
    return f"{of}: {row['source']}" if of else str(row["source"])


def _listed(names: Iterable[str]) -> str:
    known = list(names)
    left = len(known) - MOST_NAMED
    return ", ".join(known[:MOST_NAMED]) + (f" and {left} more" if left > 0 else "")
