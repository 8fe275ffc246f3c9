"""Puts the page together: sentences and tables by a template, charts and map by scripts over data that the page carries."""

import json
import math
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import DictLoader, Environment, StrictUndefined

from mixflow.sim.base.errors import UserError
from mixflow.sim.base.params import PARAMS

from ...results.indicators import Indicator
from ...runs import hints
from ...runs.boundary import foreign
from ...runs.short_paths import short_path
from ...studies.compare.findings import FEW, WITHHELD, Finding, findings
from ...studies.compare.paired import LEVEL_NAMES
from ...studies.compare.store import Comparison, read, seal
from ...studies.compare.validity import withheld
from . import assumptions, blocks, numbers, plain_answer, question, words

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
        "between": numbers.between,
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
        "answer": answer(comparison),
        "cards": _cards(comparison),
        "box": question.verdict(record),
        "sizes": question.size(record),
        "warnings": question.warnings(record),
        "found": question.headline(comparison),
        "pictured": pictured(question.headline(comparison)),
        "withheld": withheld(record.get("validity")),
        "windows": [{**part, "picture": pictured(part["rows"])} for part in question.windows(comparison)],
        "by_group": question.by_group(comparison),
        "used": question.used(comparison),
        "costs": question.costs(comparison),
        "certainty": question.certainty(comparison),
        "reach": (record.get("focus") or {}).get("nationalities", []),
        "members": record.get("members") or {},
        "start": (record.get("focus") or {}).get("start", config["start"]),
        "end": (record.get("focus") or {}).get("end", config["end"]),
        "groups": _groups(comparison),
        "missing": [item for name, item in comparison.indicators.items() if name not in words.whole(comparison).index],
        "definitions": [item for name, item in comparison.indicators.items() if name in words.whole(comparison).index],
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
    table, known_items = words.whole(comparison), comparison.indicators
    table = table[table.index.isin(list(known_items))]
    table = table.loc[[name for name in known_items if name in table.index]]
    items = [known_items[str(name)] for name in table.index]
    known = table.assign(people=_people(comparison, table, items))
    found = findings(known, items, [item.title for item in items])
    return [_row(one, int(seeds)) for one, seeds in zip(found, table["seeds"], strict=True)]


def _people(comparison: Comparison, table: pd.DataFrame, items: Sequence[Indicator]) -> list[float]:
    """Simulated people behind each indicator in all pairs; NaN where it counts none."""
    pairs = float(comparison.record["config"]["scale"]) * len(comparison.record["seeds"])
    both = (table["base"] + table["with"]).to_numpy(float) * pairs
    return [float(n) if item.unit in numbers.PERSONS else math.nan for n, item in zip(both, items, strict=True)]


def _row(one: Finding, seeds: int) -> dict[str, Any]:
    return {
        "item": one.item,
        "base": one.base,
        "with": one.other,
        "difference": one.difference,
        "relative": one.relative,
        "range": numbers.between(one.low, one.high, one.item.unit, seeds),
        "low_known": math.isfinite(one.low),
        "chance": one.chance,
        "sure": one.sure,
        "said": one.verdict,
        "verdict": one.better,
    }


def answer(comparison: Comparison) -> list[str]:
    """The answer, a sentence each: the question's own headline, and what following the same people says."""
    if not question.headline(comparison):
        return words.answer(comparison)
    said = plain_answer.sentences(comparison)
    return said if withheld(comparison.record.get("validity")) else [*said, *words.people_followed(comparison)]


def pictured(found: Sequence[Finding]) -> dict[str, Any]:
    """Findings by whom they are of, each with its range as a place on a line around zero, in per cent of the widest range."""
    drawn = [one for one in found if one.verdict not in (FEW, WITHHELD) and math.isfinite(one.relative + one.low)]
    most = max((max(abs(one.low), abs(one.high)) / one.base for one in drawn), default=0.0) or 1.0

    def at(value: float, base: float) -> float:
        return 50.0 + 50.0 * value / base / most

    groups: dict[str, list[dict[str, Any]]] = {}
    for one in found:
        bar = None
        if one in drawn:
            bar = {"low": at(one.low, one.base), "high": at(one.high, one.base), "middle": at(one.difference, one.base)}
        groups.setdefault(one.whom, []).append({"one": one, "bar": bar})
    return {"groups": list(groups.items()), "most": most, "any": bool(drawn)}


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
    from .series import doses, edges, question_series, series, surface

    return {
        **series(comparison),
        **edges(comparison),
        "doses": doses(comparison),
        "surface": surface(comparison),
        "routes": comparison.geography.get("corridors", {}),
        "main": list(words.MAIN),
        "question": question_series(comparison),
    }
