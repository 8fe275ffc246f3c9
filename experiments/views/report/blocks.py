"""The report's tables of people and of switches, as plain values that the template lays out."""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from mixflow.scenarios.policy_size import country

from ...results.summary import corridor_name
from ...studies.compare.effects import LEVEL
from ...studies.compare.findings import corrected
from ...studies.compare.paired import LEVEL_NAMES, WAYS_BEFORE
from ...studies.compare.shares import TOO_FEW
from ...studies.compare.store import Comparison
from . import numbers

NEEDS = {
    "convention": "Convention refugees",
    "subsidiary": "in need of subsidiary protection",
    "survival": "survival migrants",
    "none": "without need of protection",
}

MOST_ROWS = 12
"""Rows of a table of people."""

FEW = "These are too few simulated people to tell shares."
NEGATIVE = "Some of these balances are below zero, so that the others are no shares."


def _rows(frame: pd.DataFrame) -> list[dict[Any, Any]]:
    return frame.to_dict("records")


def users(comparison: Comparison) -> dict[str, Any] | None:
    """Who comes by regular channels on balance, by what they would have done, by channel and need; None where none do."""
    table = comparison.tables.get("new_users")
    if table is None or table.empty or table["net"].sum() <= 0:
        return None
    total, pairs = float(table["net"].sum()), _pairs(comparison)
    by = table.groupby("before")["net"].sum()
    told = {key: text for key, text in WAYS_BEFORE.items() if key != "regular"}  # moves between channels cancel out
    few = total * pairs < TOO_FEW
    negative = any(float(by.get(key, 0.0)) < 0 for key in told)
    return {
        "total": total,
        "new": float(table["count"].sum()),
        "gone": float(table["gone"].sum()),
        "parts": [(key, text, float(by.get(key, 0.0)), float(by.get(key, 0.0)) / total) for key, text in told.items()],
        "untold": FEW if few else NEGATIVE if negative else "",
        "least": TOO_FEW,
        "channels": _splits(table, "channel", pairs),
        "needs": _splits(table, "need", pairs),
    }


def _pairs(comparison: Comparison) -> float:
    """Simulated people in all pairs for one real person in the mean of them."""
    return float(comparison.record["config"]["scale"]) * len(comparison.record["seeds"])


def _splits(table: pd.DataFrame, column: str, pairs: float) -> list[dict[str, Any]]:
    rows = []
    for name, some in table.groupby(column):
        total = float(some["net"].sum())
        irregular = float(some.loc[some["before"] == "irregular", "net"].sum())
        rows.append(
            {
                "name": NEEDS.get(str(name), str(name).replace("_", " ")),
                "new": float(some["count"].sum()),
                "gone": float(some["gone"].sum()),
                "total": total,
                "irregular": irregular,
                "deadweight": 1 - irregular / total
                if total * pairs >= TOO_FEW and 0 <= irregular <= total
                else math.nan,
            }
        )
    return rows


def matrix(comparison: Comparison, table: str, rows: str, columns: str) -> dict[str, Any] | None:
    """A table of ways in both worlds, with the heat of each cell off the diagonal."""
    frame = comparison.tables.get(table)
    if frame is None or frame.empty:
        return None
    wide = frame.pivot_table(index=rows, columns=columns, values="count", aggfunc="sum").fillna(0.0)
    rest = ("irregular, no named route", "regular", "nearby", "stayed")
    known = comparison.geography.get("corridors", {})
    order = [*known, *sorted({*wide.index, *wide.columns} - {*known, *rest}), *rest]
    names = [name for name in order if name in wide.index or name in wide.columns]
    wide = wide.reindex(index=names, columns=names).fillna(0.0)
    off = wide.copy()
    for name in names:
        off.loc[name, name] = 0.0
    most = float(off.to_numpy().max(initial=0.0)) or 1.0
    cells = [
        (
            _way(a, known),
            [(float(v), a == b, float(v) / most if a != b else 0.0) for b, v in zip(names, row, strict=True)],
        )
        for a, row in zip(names, wide.to_numpy(float), strict=True)
    ]
    return {"names": [_way(name, known) for name in names], "rows": cells}


WAYS = {"regular": "by a regular channel", "nearby": "nearby or elsewhere"}


def _way(name: str, corridors: Mapping[str, str]) -> str:
    return WAYS.get(name, corridors.get(name, name if " " in name or name == "stayed" else corridor_name(name)))


def destination_shift(comparison: Comparison) -> list[dict[str, Any]]:
    """Changes of destination on balance that are beyond chance, the largest first; empty where none is."""
    table = comparison.tables.get("destination_net")
    if table is None or table.empty:
        return []
    chances = corrected(table["net_above_zero"].to_numpy(float))
    rows: list[dict[str, Any]] = []
    for row, chance in zip(_rows(table), chances, strict=True):
        if not chance <= 1.0 - LEVEL:
            continue
        ends, numbers = (
            [row["from_country"], row["to_country"]],
            [float(row[f"net{end}"]) for end in ("", "_low", "_high")],
        )
        if numbers[0] < 0:
            ends, numbers = ends[::-1], [-numbers[0], -numbers[2], -numbers[1]]
        names = [country(str(code)) if code else "no destination" for code in ends]
        rows.append({"from": names[0], "to": names[1], **dict(zip(("count", "low", "high"), numbers, strict=True))})
    return sorted(rows, key=lambda row: -float(row["count"]))[:MOST_ROWS]


def gains(comparison: Comparison) -> list[dict[str, Any]]:
    """The groups that gain or lose on balance beyond chance, the largest first, of those whom the policies reach."""
    table = comparison.tables.get("gains")
    if table is None or table.empty or "net_above_zero" not in table:
        return []
    reach = (comparison.record.get("focus") or {}).get("nationalities", [])
    table = table[table["origin"].isin(reach)] if reach else table
    if table.empty:
        return []
    chances = corrected(table["net_above_zero"].to_numpy(float))
    numbers = ("gained", "lost", "net", "net_low", "net_high", "saved", "deaths_only_with_policy")
    rows: list[dict[str, Any]] = [
        {
            "origin": country(str(row["origin"])),
            "need": NEEDS.get(str(row["need"]), str(row["need"])),
            **{key: float(row[key]) for key in numbers},
        }
        for row, chance in zip(_rows(table), chances, strict=True)
        if chance <= 1.0 - LEVEL
    ]
    return sorted(rows, key=lambda row: -abs(float(row["net"])))[:MOST_ROWS]


def outcome_ladder(comparison: Comparison) -> list[tuple[str, float, float]]:
    """How many end on each rung, in both worlds."""
    table = comparison.tables.get("outcome_ladder")
    if table is None or table.empty:
        return []
    out = []
    for level, name in enumerate(LEVEL_NAMES):
        before = float(table.loc[table["level_base"] == level, "count"].sum())
        out.append((name, before, float(table.loc[table["level_with"] == level, "count"].sum())))
    return out


def coherence(comparison: Comparison) -> list[dict[str, Any]]:
    """What remains of the effect of each of two policies when both are in force, by indicator, in the order of indicators."""
    table = comparison.tables.get("coherence")
    if table is None:
        return []
    rows, known = [], comparison.indicators
    for row in _rows(table):
        item = known.get(str(row["indicator"]))
        if item is not None:
            names = {key: str(row[key]).replace("_", " ") for key in ("policy", "beside")}
            effects = {key: row[key] - row["without"] for key in ("alone", "together")}
            left = {key: row[key] for key in ("left", "low", "high")}
            rows.append({**names, **effects, **left, "item": item})
    order = {name: k for k, name in enumerate(known)}
    return sorted(rows, key=lambda row: order[row["item"].name])


def switches(comparison: Comparison) -> list[dict[str, Any]]:
    """The answer under each setting of each contested switch."""
    table = comparison.tables.get("switches")
    if table is None or table.empty:
        return []
    known = comparison.indicators
    order = {name: k for k, name in enumerate(known)}
    rows = []
    for row in _rows(table):
        item = known.get(str(row["indicator"]))
        if item is None:
            continue
        kept = {key: row[key] for key in ("switch", "setting", "verdict", "neutral", "difference", "seeds")}
        ranges = {
            "neutral_range": numbers.between(row["neutral_low"], row["neutral_high"], item.unit),
            "range": numbers.between(row["low"], row["high"], item.unit, int(row["seeds"])),
        }
        rows.append({**kept, **ranges, "item": item})
    return sorted(rows, key=lambda row: (row["switch"], row["setting"], order[row["item"].name]))
