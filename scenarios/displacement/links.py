"""Reads routes.csv: links between places, with forced redirections and optional columns."""

import numpy as np

from mixflow.scenarios.separated import key_of

from .case import Flags, Links
from .names import Names
from .problems import CaseProblems
from .sheets import Form, Sheet, SheetColumn, check_width, say_unnamed
from .values import filled, number, whole

USED = ("max_move_speed", "walk_probability")
FORM = Form(
    (
        SheetColumn("name1"),
        SheetColumn("name2"),
        SheetColumn("distance", ("distance_km", "km")),
        SheetColumn("forced_redirection", ("forced",), needed=False),
    ),
    USED,
    ("name1",),
)
COLUMNS = FORM.names
MOST = 500_000
"""Rows of routes.csv; each is two links."""
REDIRECTION = "0 none, 1 from name2 to name1, 2 from name1 to name2, or nothing"


def read_links(sheet: Sheet, places: Names, problems: CaseProblems) -> tuple[Links, Flags]:
    """Read the links, each in both directions, and which of them are forced at first."""
    extra = {key_of(name): at for at, name in enumerate(sheet.header) if at >= len(COLUMNS) and name}
    for name in extra:
        if name not in USED:
            problems.tolerate(f"{sheet.name}: column {name} is not used: it is not known")
    if len(sheet.rows) > MOST:
        problems.add(sheet.name, None, None, f"has {len(sheet.rows):,} routes; at most {MOST:,} are allowed")
        return _both_ways([])
    say_unnamed(sheet, len(COLUMNS), problems)
    rows: list[tuple[int, int, float, int, float, float]] = []
    seen: dict[tuple[int, int], int] = {}
    for row in sheet.rows:
        if not check_width(row, sheet.name, 3, COLUMNS, problems):
            continue
        ends = [places.find(row.cell(at), sheet.name, problems) for at in (0, 1)]
        for at, end in enumerate(ends):
            if end is None:
                problems.add(sheet.name, row.line, COLUMNS[at], places.unknown(row.cell(at), problems))
        values = _numbers(
            row.line, [row.cell(2), row.cell(3), *(row.cell(extra.get(k, 10**6)) for k in USED)], sheet, problems
        )
        one, other = ends
        if one is None or other is None or values is None:
            continue
        if one == other:
            problems.tolerate(f"{sheet.name}: line {row.line} is not used: it leads from {row.cell(0)} to itself")
            continue
        pair = (min(one, other), max(one, other))
        if pair in seen:
            problems.tolerate(
                f"{sheet.name}: line {row.line} joins the places of line {seen[pair]} again; both links count"
            )
        seen.setdefault(pair, row.line)
        rows.append((one, other, *values))
    return _both_ways(rows)


def _numbers(
    line: int, texts: list[str], sheet: Sheet, problems: CaseProblems
) -> tuple[float, int, float, float] | None:
    """Distance, redirection, speed and chance to walk of a row; None, and problems, where one is wrong."""
    name = sheet.name
    forced, speed, walk = (
        filled(text, name, column, problems) or "0" for text, column in zip(texts[1:], (COLUMNS[3], *USED), strict=True)
    )
    km = number(texts[0], name, line, "distance", problems, 0, 50_000, "km, from 0 to 50,000")
    way = whole(forced, name, line, COLUMNS[3], problems, 0, 2, REDIRECTION)
    fast = number(speed, name, line, USED[0], problems, 0, 1e5, "km a day")
    foot = number(walk, name, line, USED[1], problems, 0, 1, "0 to 1")
    return None if km is None or way is None or fast is None or foot is None else (km, way, fast, foot)


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
