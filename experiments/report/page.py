"""Puts the page together: sentences and tables by a template, charts and map by scripts over data that the page carries."""

import json
import math
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, StrictUndefined

from mixflow.sim.params import PARAMS

from ..compare.paired import LEVEL_NAMES, WAYS_BEFORE
from ..compare.store import Comparison, read
from ..indicators import INDICATORS
from ..summary import ROUTE_NAMES
from . import numbers, words

LIMIT = 5_000_000
"""Bytes of a report that can be mailed."""

NEEDS = {
    "convention": "Convention refugees",
    "subsidiary": "in need of subsidiary protection",
    "survival": "survival migrants",
    "none": "without need of protection",
}


def write_report(folder: Path) -> Path:
    """Make `report.html` of the comparison in a folder, from its tables alone; return its path."""
    path = folder / "report.html"
    draft = path.with_name(".report.html.part")
    draft.write_text(rendered(read(folder)), encoding="utf-8")
    draft.replace(path)
    return path


def rendered(comparison: Comparison) -> str:
    """The page as text."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {
        "plain": numbers.plain,
        "shown": numbers.shown,
        "change": numbers.change,
        "percent": numbers.percent,
        "chance": numbers.chance,
    }
    template = environment.from_string(_file("page.html"))
    return template.render(
        **context(comparison),
        style=_file("page.css"),
        library=_file("vendor/d3.min.js"),
        scripts=[_file("charts.js"), _file("map.js"), _file("page.js")],
        data=embedded(data(comparison)),
    )


def _file(name: str) -> str:
    return resources.files("mixflow.experiments.report").joinpath(name).read_text(encoding="utf-8")


def embedded(content: Mapping[str, Any]) -> str:
    """JSON that can stand inside a script element."""
    text = json.dumps(content, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def context(comparison: Comparison) -> dict[str, Any]:
    """What the template is given."""
    record = comparison.record
    config = record["config"]
    return {
        "record": record,
        "config": config,
        "question": words.question(record),
        "answer": words.answer(comparison),
        "cards": _cards(comparison),
        "groups": _groups(comparison),
        "missing": [item for name, item in INDICATORS.items() if name not in words.whole(comparison).index],
        "definitions": [item for name, item in INDICATORS.items() if name in words.whole(comparison).index],
        "users": _users(comparison),
        "ways": _matrix(comparison, "displaced", "way_base", "way_with"),
        "redirected": _redirected(comparison),
        "gains": _gains(comparison),
        "level_names": LEVEL_NAMES,
        "levels": _levels(comparison),
        "switches_on": record["switches_on"],
        "switches": _switches(comparison),
        "switch_names": {name: param.source for name, param in PARAMS.get("switch", {}).items()},
        "changed": _changed(config),
        "not_this": words.NOT,
        "seeds": record["seeds"],
        "has": {name: name in comparison.tables for name in ("doses", "surface", "edges", "switches")},
        "routes": ROUTE_NAMES,
    }


def _rows(comparison: Comparison) -> list[dict[str, Any]]:
    table = words.whole(comparison)
    rows = []
    for name, item in INDICATORS.items():
        if name not in table.index:
            continue
        row = table.loc[name]
        base, difference = float(row["base"]), float(row["difference"])
        share = difference / base if base and math.isfinite(base) and item.unit not in ("share", "score") else math.nan
        known = math.isfinite(float(row["low"]))
        sure = known and words.direction(float(row["low"]), float(row["high"])) != 0
        better = {"less": difference < 0, "more": difference > 0}.get(item.good)
        rows.append(
            {
                "item": item,
                "base": base,
                "with": float(row["with"]),
                "difference": difference,
                "relative": share,
                "range": numbers.between(float(row["low"]), float(row["high"]), item.unit),
                "chance": float(row["probability_above_zero"]),
                "sure": sure,
                "verdict": "" if not sure or better is None else "better" if better else "worse",
            }
        )
    return rows


def _groups(comparison: Comparison) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in _rows(comparison):
        groups.setdefault(row["item"].group, []).append(row)
    return groups


def _cards(comparison: Comparison) -> list[dict[str, Any]]:
    rows = {row["item"].name: row for row in _rows(comparison)}
    return [rows[name] for name in words.MAIN if name in rows]


def _users(comparison: Comparison) -> dict[str, Any] | None:
    table = comparison.tables.get("new_users")
    if table is None or table["count"].sum() <= 0:
        return None
    total = float(table["count"].sum())
    by = table.groupby("before")["count"].sum()
    channel = table.pivot_table(index="channel", columns="before", values="count", aggfunc="sum").fillna(0.0)
    need = table.pivot_table(index="need", columns="before", values="count", aggfunc="sum").fillna(0.0)
    return {
        "total": total,
        "parts": [(key, text, float(by.get(key, 0.0)), float(by.get(key, 0.0)) / total) for key, text in WAYS_BEFORE.items()],
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


def _matrix(comparison: Comparison, table: str, rows: str, columns: str) -> dict[str, Any] | None:
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
        (_way(a), [(float(wide.loc[a, b]), a == b, float(wide.loc[a, b]) / most if a != b else 0.0) for b in names])
        for a in names
    ]
    return {"names": [_way(name) for name in names], "rows": cells}


def _way(name: str) -> str:
    return ROUTE_NAMES.get(name, {"regular": "by a regular channel", "nearby": "nearby or elsewhere"}.get(name, name))


def _redirected(comparison: Comparison) -> list[dict[str, Any]]:
    table = comparison.tables.get("redirected")
    if table is None or table.empty:
        return []
    moved = table[table["from_country"] != table["to_country"]].nlargest(12, "count")
    return [
        {
            "from": row.from_country or "nowhere in Europe",
            "to": row.to_country or "nowhere in Europe",
            "count": float(row.count_),
            "low": float(row.count_low),
            "high": float(row.count_high),
        }
        for row in moved.rename(columns={"count": "count_"}).itertuples()
    ]


def _gains(comparison: Comparison) -> list[dict[str, Any]]:
    table = comparison.tables.get("gains")
    if table is None or table.empty:
        return []
    rows = table.assign(moved=table["gained"] + table["lost"]).nlargest(16, "moved")
    return [
        {
            "origin": row.origin,
            "need": NEEDS.get(str(row.need), str(row.need)),
            **{
                key: float(getattr(row, key))
                for key in ("gained", "gained_low", "gained_high", "lost", "lost_low", "lost_high", "saved", "killed")
            },
        }
        for row in rows.itertuples()
        if row.moved > 0
    ]


def _levels(comparison: Comparison) -> list[tuple[str, float, float]]:
    table = comparison.tables.get("levels")
    if table is None or table.empty:
        return []
    out = []
    for level, name in enumerate(LEVEL_NAMES):
        before = float(table.loc[table["level_base"] == level, "count"].sum())
        out.append((name, before, float(table.loc[table["level_with"] == level, "count"].sum())))
    return out


def _switches(comparison: Comparison) -> list[dict[str, Any]]:
    table = comparison.tables.get("switches")
    if table is None or table.empty:
        return []
    order = {name: k for k, name in enumerate(INDICATORS)}
    rows = [
        {
            **{key: getattr(row, key) for key in ("switch", "setting", "verdict", "neutral", "difference", "seeds")},
            "item": INDICATORS[str(row.indicator)],
            "neutral_range": numbers.between(row.neutral_low, row.neutral_high, INDICATORS[str(row.indicator)].unit),
            "range": numbers.between(row.low, row.high, INDICATORS[str(row.indicator)].unit),
        }
        for row in table.itertuples()
        if str(row.indicator) in INDICATORS
    ]
    return sorted(rows, key=lambda row: (row["switch"], row["setting"], order[row["item"].name]))


def _changed(config: Mapping[str, Any]) -> list[tuple[str, float, float]]:
    """Parameters that are not at their defaults: name, value, default."""
    return [
        (f"{group}.{name}", float(value), PARAMS[group][name].value)
        for group, values in config["params"].items()
        for name, value in values.items()
        if group in PARAMS and name in PARAMS[group] and value != PARAMS[group][name].value
    ]


def data(comparison: Comparison) -> dict[str, Any]:
    """What the scripts draw."""
    from .series import doses, edges, series, surface

    return {
        **series(comparison),
        **edges(comparison),
        "doses": doses(comparison),
        "surface": surface(comparison),
        "routes": ROUTE_NAMES,
        "main": [name for name in words.MAIN],
    }
