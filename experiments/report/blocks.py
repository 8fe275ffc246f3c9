"""The report's tables of people and of switches, as plain values that the template lays out."""

import math
from typing import Any

import pandas as pd

from ..compare.paired import LEVEL_NAMES, WAYS_BEFORE
from ..compare.store import Comparison
from ..indicators import INDICATORS
from ..summary import ROUTE_NAMES
from . import numbers

NEEDS = {
    "convention": "Convention refugees",
    "subsidiary": "in need of subsidiary protection",
    "survival": "survival migrants",
    "none": "without need of protection",
}


def _rows(frame: pd.DataFrame) -> list[dict[Any, Any]]:
    return frame.to_dict("records")


def users(comparison: Comparison) -> dict[str, Any] | None:
    """New users of regular channels, by what they would have done, by channel and by need; None where there are none."""
    table = comparison.tables.get("new_users")
    if table is None or table["count"].sum() <= 0:
        return None
    total = float(table["count"].sum())
    by = table.groupby("before")["count"].sum()
    channel = table.pivot_table(index="channel", columns="before", values="count", aggfunc="sum").fillna(0.0)
    need = table.pivot_table(index="need", columns="before", values="count", aggfunc="sum").fillna(0.0)
    return {
        "total": total,
        "parts": [
            (key, text, float(by.get(key, 0.0)), float(by.get(key, 0.0)) / total) for key, text in WAYS_BEFORE.items()
        ],
        "channels": [_split(name, row) for name, row in channel.iterrows()],
        "needs": [_split(NEEDS.get(str(name), str(name)), row) for name, row in need.iterrows()],
    }


def _split(name: Any, row: "pd.Series[Any]") -> dict[str, Any]:
    total = float(row.sum())
    return {
        "name": str(name).replace("_", " "),
        "total": total,
        "parts": [float(row.get(key, 0.0)) for key in WAYS_BEFORE],
        "deadweight": 1 - float(row.get("irregular", 0.0)) / total if total else math.nan,
    }


def matrix(comparison: Comparison, table: str, rows: str, columns: str) -> dict[str, Any] | None:
    """A table of ways in both worlds, with the heat of each cell off the diagonal."""
    frame = comparison.tables.get(table)
    if frame is None or frame.empty:
        return None
    wide = frame.pivot_table(index=rows, columns=columns, values="count", aggfunc="sum").fillna(0.0)
    order = [*ROUTE_NAMES, "irregular, no named route", "regular", "nearby", "stayed"]
    names = [name for name in order if name in wide.index or name in wide.columns]
    wide = wide.reindex(index=names, columns=names).fillna(0.0)
    off = wide.copy()
    for name in names:
        off.loc[name, name] = 0.0
    most = float(off.to_numpy().max()) or 1.0
    cells = [
        (_way(a), [(float(v), a == b, float(v) / most if a != b else 0.0) for b, v in zip(names, row, strict=True)])
        for a, row in zip(names, wide.to_numpy(float), strict=True)
    ]
    return {"names": [_way(name) for name in names], "rows": cells}


def _way(name: str) -> str:
    return ROUTE_NAMES.get(name, {"regular": "by a regular channel", "nearby": "nearby or elsewhere"}.get(name, name))


def redirected(comparison: Comparison) -> list[dict[str, Any]]:
    """The largest changes of destination."""
    table = comparison.tables.get("redirected")
    if table is None or table.empty:
        return []
    moved = table[table["from_country"] != table["to_country"]].nlargest(12, "count")
    return [
        {
            "from": row["from_country"] or "nowhere in Europe",
            "to": row["to_country"] or "nowhere in Europe",
            "count": float(row["count"]),
            "low": float(row["count_low"]),
            "high": float(row["count_high"]),
        }
        for row in _rows(moved)
    ]


def gains(comparison: Comparison) -> list[dict[str, Any]]:
    """The groups with most gains and losses."""
    table = comparison.tables.get("gains")
    if table is None or table.empty:
        return []
    rows = table.assign(moved=table["gained"] + table["lost"]).nlargest(16, "moved")
    return [
        {
            "origin": row["origin"],
            "need": NEEDS.get(str(row["need"]), str(row["need"])),
            **{
                key: float(row[key])
                for key in ("gained", "gained_low", "gained_high", "lost", "lost_low", "lost_high", "saved", "killed")
            },
        }
        for row in _rows(rows)
        if row["moved"] > 0
    ]


def levels(comparison: Comparison) -> list[tuple[str, float, float]]:
    """How many end on each rung, in both worlds."""
    table = comparison.tables.get("levels")
    if table is None or table.empty:
        return []
    out = []
    for level, name in enumerate(LEVEL_NAMES):
        before = float(table.loc[table["level_base"] == level, "count"].sum())
        out.append((name, before, float(table.loc[table["level_with"] == level, "count"].sum())))
    return out


def switches(comparison: Comparison) -> list[dict[str, Any]]:
    """The answer under each setting of each contested switch."""
    table = comparison.tables.get("switches")
    if table is None or table.empty:
        return []
    order = {name: k for k, name in enumerate(INDICATORS)}
    rows = []
    for row in _rows(table):
        item = INDICATORS.get(str(row["indicator"]))
        if item is None:
            continue
        kept = {key: row[key] for key in ("switch", "setting", "verdict", "neutral", "difference", "seeds")}
        ranges = {
            "neutral_range": numbers.between(row["neutral_low"], row["neutral_high"], item.unit),
            "range": numbers.between(row["low"], row["high"], item.unit),
        }
        rows.append({**kept, **ranges, "item": item})
    return sorted(rows, key=lambda row: (row["switch"], row["setting"], order[row["item"].name]))
