"""Puts the page together: sentences and tables by a template, charts and map by scripts over data that the page carries."""

import json
import math
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined

from mixflow.sim.base.errors import UserError
from mixflow.sim.base.params import PARAMS

from ...results.indicators import INDICATORS
from ...runs import hints
from ...runs.boundary import foreign
from ...studies.compare.driver import short_path
from ...studies.compare.paired import LEVEL_NAMES
from ...studies.compare.robust import direction
from ...studies.compare.store import Comparison, read, seal
from . import assumptions, blocks, numbers, words

LIMIT = 5_000_000
"""Bytes of a report that can be mailed."""


def write_report(folder: Path) -> Path:
    """Make `report.html` of the comparison in a folder, from its tables alone; return its path."""
    path = folder / "report.html"
    draft = path.with_name(".report.html.part")
    comparison = read(folder)
    with foreign(f"the comparison in {folder}"):
        text = rendered(comparison)
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
    return path


def report(given: str) -> int:
    """Make the report of a finished comparison again from its tables alone."""
    comparison = read(given)
    try:
        path = write_report(comparison.folder)
        seal(comparison.folder)
    except OSError as error:
        raise UserError(f"cannot write the report into {comparison.folder}: {error.strerror}.") from error
    print(short_path(path))
    return 0


def environment() -> Environment:
    """Templates that escape what they are given, and write numbers as the report does."""
    shared = DictLoader({"rests.html": _file("rests.html")})
    found = Environment(loader=shared, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    found.filters |= {
        "plain": numbers.plain,
        "shown": numbers.shown,
        "change": numbers.change,
        "percent": numbers.percent,
        "chance": numbers.chance,
    }
    return found


def rendered(comparison: Comparison) -> str:
    """The page as text."""
    template = environment().from_string(_file("page.html"))
    return template.render(
        **context(comparison),
        style=_file("page.css"),
        library=_file("vendor/d3.min.js"),
        scripts=[_file("charts.js"), _file("map.js"), _file("page.js")],
        data=embedded(data(comparison)),
    )


def _file(name: str) -> str:
    return resources.files("mixflow.experiments.views.report").joinpath(name).read_text(encoding="utf-8")


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
        "made_by": hints.command("compare", *record["command"]),
        "config": config,
        "question": words.question(record),
        "answer": words.answer(comparison),
        "cards": _cards(comparison),
        "groups": _groups(comparison),
        "missing": [item for name, item in INDICATORS.items() if name not in words.whole(comparison).index],
        "definitions": [item for name, item in INDICATORS.items() if name in words.whole(comparison).index],
        "policies": assumptions.policies(record),
        "held": assumptions.held(record),
        "of_base": assumptions.of_base(record),
        "enacted": assumptions.enacted(record),
        "assumed": list(record.get("assumed", [])),
        "users": blocks.users(comparison),
        "ways": blocks.matrix(comparison, "route_substitution", "way_base", "way_with"),
        "destination_shift": blocks.destination_shift(comparison),
        "gains": blocks.gains(comparison),
        "level_names": LEVEL_NAMES,
        "outcome_ladder": blocks.outcome_ladder(comparison),
        "coherence": blocks.coherence(comparison),
        "switches_on": record["switches_on"],
        "switches": blocks.switches(comparison),
        "switch_names": {name: param.source for name, param in PARAMS.get("switch", {}).items()},
        "changed": _changed(config),
        "not_this": words.NOT,
        "seeds": record["seeds"],
        "has": {name: name in comparison.tables for name in ("doses", "surface", "edges", "switches")},
        "routes": comparison.geography.get("corridors", {}),
    }


def _rows(comparison: Comparison) -> list[dict[str, Any]]:
    table: dict[Any, Any] = words.whole(comparison).to_dict("index")
    rows = []
    for name, item in INDICATORS.items():
        if name not in table:
            continue
        row = table[name]
        base, difference = float(row["base"]), float(row["difference"])
        share = difference / base if base and math.isfinite(base) and item.unit not in ("share", "score") else math.nan
        known = math.isfinite(float(row["low"]))
        sure = known and direction(float(row["low"]), float(row["high"])) != 0
        better = {"less": difference < 0, "more": difference > 0}.get(item.good)
        rows.append(
            {
                "item": item,
                "base": base,
                "with": float(row["with"]),
                "difference": difference,
                "relative": share,
                "range": numbers.between(float(row["low"]), float(row["high"]), item.unit, int(row["seeds"])),
                "low_known": known,
                "chance": float(row["probability_above_zero"]),
                "same": known and float(row["low"]) == float(row["high"]) == 0.0,
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
        "routes": comparison.geography.get("corridors", {}),
        "main": list(words.MAIN),
    }
