"""Reads routes.csv: links between places, with forced redirections and optional columns."""

from collections.abc import Sequence

import numpy as np

from .case import Flags, Links
from .files import Sheet, check_width, number, shown, whole
from .problems import Problems, not_known

COLUMNS = ("name1", "name2", "distance", "forced_redirection")
USED = ("max_move_speed", "walk_probability")
MOST = 500_000
"""Rows of routes.csv; each is two links."""
REDIRECTION = "0 none, 1 from name2 to name1, 2 from name1 to name2, or nothing"


def read_links(sheet: Sheet, names: Sequence[str], problems: Problems) -> tuple[Links, Flags]:
    """Read the links, each in both directions, and which of them are forced at first."""
    if len(sheet.rows) > MOST:
        problems.add(sheet.name, None, None, f"has {len(sheet.rows):,} routes; at most {MOST:,} are allowed")
        return _both_ways([])
    extra = {name.lower(): at for at, name in enumerate(sheet.header) if at >= len(COLUMNS) and name}
    for name in extra:
        if name not in USED:
            problems.note(f"{sheet.name}: column {name} is not used: it is not known")
    number_of = {name: at for at, name in enumerate(names)}
    rows: list[tuple[int, int, float, int, float, float]] = []
    seen: dict[tuple[str, str], int] = {}
    for row in sheet.rows:
        if not check_width(row, sheet.name, 3, COLUMNS, problems):
            continue
        one, other = row.cell(0), row.cell(1)
        for name, column in ((one, "name1"), (other, "name2")):
            if name not in number_of:
                problems.add(sheet.name, row.line, column, not_known("place", name, names))
        if one == other:
            problems.add(sheet.name, row.line, "name2", f"{shown(other)} is name1 too; a link joins two places")
        pair = (min(one, other), max(one, other))
        if pair in seen:
            problems.note(
                f"{sheet.name}: line {row.line} joins the places of line {seen[pair]} again; both links count"
            )
        seen.setdefault(pair, row.line)
        km = number(row.cell(2), sheet.name, row.line, "distance", problems, 0, 50_000, "km, from 0 to 50,000")
        forced = whole(row.cell(3) or "0", sheet.name, row.line, "forced_redirection", problems, 0, 2, REDIRECTION)
        texts = {key: row.cell(at) for key, at in extra.items()}
        speed = number(
            texts.get("max_move_speed") or "0", sheet.name, row.line, "max_move_speed", problems, 0, 1e5, "km a day"
        )
        walk = number(
            texts.get("walk_probability") or "0", sheet.name, row.line, "walk_probability", problems, 0, 1, "0 to 1"
        )
        if one in number_of and other in number_of and None not in (km, forced, speed, walk):
            rows.append((number_of[one], number_of[other], km or 0.0, forced or 0, speed or 0.0, walk or 0.0))
    return _both_ways(rows)


def _both_ways(rows: list[tuple[int, int, float, int, float, float]]) -> tuple[Links, Flags]:
    table = np.array(rows, float).reshape(-1, 6)
    ends = table[:, :2].astype(np.int64)
    forced = np.stack([table[:, 3] == 2, table[:, 3] == 1], axis=1).ravel()
    links = Links(
        start=ends.ravel(),
        end=ends[:, ::-1].ravel(),
        km=np.repeat(table[:, 2], 2),
        speed=np.repeat(table[:, 4], 2),
        walk=np.repeat(table[:, 5], 2),
    )
    return links, forced
