"""The numbers that the page's scripts draw, as short lists: months, effects, crossings, doses."""

import math
from typing import Any

import numpy as np
import pandas as pd

from ...results.question_measures import MEASURES
from ...studies.compare.store import Comparison
from ...studies.compare.validity import withheld
from .numbers import significant

MOST_CHARTS = 4
"""Charts over time before the appendix."""


def _short(values: Any) -> list[float | None]:
    return [None if not math.isfinite(v) else significant(float(v), 4) for v in np.asarray(values, float)]


def _months(comparison: Comparison) -> pd.DatetimeIndex:
    config = comparison.record["config"]
    return pd.date_range(f"{config['start'][:7]}-01", config["end"], freq="MS")


def series(comparison: Comparison) -> dict[str, Any]:
    """Months, and by indicator both worlds and their difference with its range."""
    months = _months(comparison)
    monthly = comparison.effects[comparison.effects["month"].notna()]
    out: dict[str, Any] = {}
    known = comparison.indicators
    for name, rows in monthly.groupby("indicator", sort=False, observed=True):
        if str(name) not in known:
            continue
        item, table = known[str(name)], rows.set_index(pd.DatetimeIndex(rows["month"])).reindex(months)
        columns = {key: _short(table[key]) for key in ("base", "with", "difference", "low", "high")}
        out[str(name)] = {"title": item.title, "unit": item.unit, "group": item.group, **columns}
    return {"months": [f"{month:%Y-%m}" for month in months], "effects": out}


def edges(comparison: Comparison) -> dict[str, Any]:
    """The map: places, edges, shapes, and crossings a month by kind, world and edge; only edges that anybody crosses."""
    table = comparison.tables.get("edges")
    if table is None:
        return {"map": None}
    geography, months = comparison.geography, _months(comparison)
    index = {name: k for k, name in enumerate(geography["edges"]["name"])}
    at = months.get_indexer(pd.DatetimeIndex(table["month"]))
    table = table.assign(at=at, edge_at=[index.get(str(name), -1) for name in table["edge"]])
    table = table[(table["at"] >= 0) & (table["edge_at"] >= 0)]
    crossed: dict[str, Any] = {}
    counts = table.pivot(index=["kind", "arm", "edge_at"], columns="at", values="count")
    counts = counts.reindex(columns=range(len(months))).fillna(0.0)
    for (kind, arm, edge), values in zip(counts.index, counts.to_numpy(), strict=True):
        crossed.setdefault(str(kind), {}).setdefault(str(arm), {})[int(edge)] = [
            int(v) if v == int(v) else significant(v, 3) for v in values.tolist()
        ]
    used = sorted({edge for kinds in crossed.values() for arms in kinds.values() for edge in arms})
    names = geography["edges"]
    return {
        "map": {
            "places": geography["places"],
            "edges": {str(k): [names["from"][k], names["to"][k], names["corridor"][k], names["name"][k]] for k in used},
            "outline": geography["outline"],
            "corridor_colours": geography.get("corridor_colours", {}),
            "crossed": crossed,
        }
    }


def doses(comparison: Comparison) -> list[dict[str, Any]]:
    """Effects over the whole run by dose."""
    table = comparison.tables.get("doses")
    if table is None:
        return []
    return _records(comparison, table, ("dose",))


def surface(comparison: Comparison) -> dict[str, Any] | None:
    """Effects over the whole run by the doses of two policies."""
    table = comparison.tables.get("surface")
    if table is None:
        return None
    return {"policies": comparison.record["added"], "cells": _records(comparison, table, ("dose_a", "dose_b"))}


def _records(comparison: Comparison, table: pd.DataFrame, keys: tuple[str, ...]) -> list[dict[str, Any]]:
    kept = table[table["indicator"].isin(list(comparison.indicators))]
    numbers = {key: _short(kept[key]) for key in ("base", "difference", "low", "high", *keys)}
    names = [str(name) for name in kept["indicator"]]
    return [{"indicator": name, **{key: numbers[key][k] for key in numbers}} for k, name in enumerate(names)]


def question_series(comparison: Comparison) -> dict[str, Any] | None:
    """The question's own measures by month, from a month before its policies are in force; None of older comparisons."""
    table, rows = comparison.tables.get("headline_months"), comparison.tables.get("headline")
    focus = comparison.record.get("focus")
    if table is None or rows is None or not focus:
        return None
    if withheld(comparison.record.get("validity")):
        return {"months": [], "series": []}
    months = _months(comparison)
    kept = months[months >= pd.Timestamp(focus["start"]).replace(day=1) - pd.DateOffset(months=1)]
    titles = {int(row["order"]): row for row in rows.drop_duplicates("order").to_dict("records")}
    found = []
    for order, some in table.groupby("order", sort=True):
        row = titles.get(int(str(order)))
        if row is None or str(row["measure"]) not in MEASURES:
            continue
        item = MEASURES[str(row["measure"])]
        wide = some.set_index(pd.DatetimeIndex(some["month"])).reindex(kept)
        columns = {key: _short(wide[key]) for key in ("base", "with", "difference", "low", "high")}
        of = f", {row['whom']}" if row["whom"] else ""
        found.append({"title": f"{row['title']}{of}", "unit": item.unit, **columns})
    return {"months": [f"{month:%Y-%m}" for month in kept], "series": found[:MOST_CHARTS]}
