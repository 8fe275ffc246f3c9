"""Migrant stocks of the base, with what its publisher adds together taken apart."""

from collections.abc import Collection

from mixflow.scenarios.base.reader import Base, Row

KOSOVO = "XKX"
SERBIA = "SRB"
KOSOVO_SHARE = 0.4
"""Assumption: the share of Kosovo among people that UN DESA counts under Serbia."""


def migrants(base: Base, **chosen: Collection[object]) -> list[Row]:
    """Rows of stocks, as the base has them but for Serbia, which is divided between Serbia and Kosovo.

    Parameters
    ----------
    base
        The base.
    chosen
        Values of columns that are wanted: origin, residence, year.
    """
    wanted = set(chosen["origin"]) if "origin" in chosen else {SERBIA, KOSOVO}
    if KOSOVO in wanted:
        chosen = {**chosen, "origin": {*wanted, SERBIA}} if "origin" in chosen else chosen
    rows: list[Row] = []
    for row in base.rows("stocks", **chosen):
        if row["origin"] != SERBIA:
            rows.append(row)
            continue
        for code, share in ((KOSOVO, KOSOVO_SHARE), (SERBIA, 1.0 - KOSOVO_SHARE)):
            if code in wanted and row["residence"] != code:
                rows.append({**row, "origin": code, "persons": row["persons"] * share})
    return rows


def divided(origin: str) -> str:
    """What to add to the source of a stock of this origin."""
    if origin not in (SERBIA, KOSOVO):
        return ""
    share = KOSOVO_SHARE if origin == KOSOVO else 1.0 - KOSOVO_SHARE
    return f"; {share:g} of those published under Serbia (assumption)"
