"""`mixflow validate scenario=NAME forecasts=rule|projection`: scores of the levels by rolling origin, as tables beside a page."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mixflow.scenarios.tables import tables_folder
from mixflow.scenarios.world import load_recorded
from mixflow.sim.accounts.results import check_writable
from mixflow.sim.base.errors import UserError

from ...results.csv_text import write_csv
from ...runs.config import composed, shared_out, structural
from ...runs.provenance import ResourceMeter, git_commit
from ...runs.short_paths import short_path
from ..compare.driver import say
from . import rolling, scores
from .fan import projected
from .panel import Panel, panels
from .question import SCALE, ProjectionQuestion, asked
from .response import pairs_of
from .skill_page import insert

OWN: Mapping[str, Any] = {
    "forecasts": "rule", "first": 2012, "last": 2018, "members": 6, "workers": None, "out": None,
}  # fmt: skip
"""Keys of the command: what is scored, the first and last year at whose end a forecast is made; all others are a run's."""

PROJECTION = "projection"

KINDS = (rolling.RULE, PROJECTION)

MONTHS = 12
"""Months ahead for which the model is run."""

EVERY = 3
"""Months between the reference dates of the rule, which costs nothing."""


def main(arguments: Sequence[str], quiet: bool = False) -> Path:
    """Score the rule and the simple rules, and where asked the projection; print the folder of the tables last.

    Raises
    ------
    UserError
        When a key is not allowed, or the scenario has no record.
    """
    began = ResourceMeter()
    own, rest = _split(arguments)
    config = composed([*rest, *structural(rest, "a score of forecasts")])
    recorded = pd.DataFrame(load_recorded(tables_folder(config)))
    whole = panels(recorded)
    if not whole:
        raise UserError(f"scenario={config['scenario']} has no record of flows to score forecasts on.")
    folder = Path(own["out"] or Path(config["runs_dir"]) / "validation" / f"{config['scenario']}-forecasts").absolute()
    check_writable(folder)
    folder.mkdir(parents=True, exist_ok=True)
    tables = of_rules(whole, own)
    if own["forecasts"] == PROJECTION:
        rows = of_projections(whole, own, rest, quiet)
        if rows is None:
            raise UserError("some runs failed; the same command tries them again.")
        tables |= {
            "projection_scores": rolling.summary(rows),
            "projection_by_name": by_name(rows),
            "projection_by_origin": by_origin(rows),
        }
    said = provenance(own, arguments, config, began)
    for name, table in tables.items():
        write_csv(table, folder / f"{name}.csv", float_format="%.3f")
    write_csv(pd.DataFrame([said]), folder / f"{own['forecasts']}_provenance.csv")
    page = folder / "README.md"
    if page.is_file():
        page.write_text(insert(page.read_text(encoding="utf-8"), folder), encoding="utf-8")
    say(f"scored in {said['duration_s']} s", quiet)
    print(short_path(folder))
    return folder


def _split(arguments: Sequence[str]) -> tuple[dict[str, Any], list[str]]:
    own, rest = shared_out(arguments, OWN)
    if own["forecasts"] not in KINDS:
        raise UserError(f"forecasts={own['forecasts']} is not allowed: {' or '.join(KINDS)}.")
    for key in ("first", "last", "members"):
        if isinstance(own[key], bool) or not isinstance(own[key], int) or own[key] < 1:
            raise UserError(f"{key}={own[key]} is not allowed: a whole number.")
    if own["first"] > own["last"]:
        raise UserError(f"first={own['first']} is after last={own['last']}.")
    if own["out"] is not None and not isinstance(own["out"], str):
        raise UserError(f"out={own['out']} is not allowed: a folder.")
    return own, rest


def of_rules(whole: Sequence[Panel], own: Mapping[str, Any]) -> dict[str, pd.DataFrame]:
    """Scores of the rule and the simple rules, and of the rule whose spread has not seen the date that is scored."""
    quarters = rolling.origins(own["first"] - 1, own["last"], EVERY)[1:]
    years = rolling.origins(own["first"], own["last"])
    rows = _joined(rolling.of_rules(panel, quarters) for panel in whole)
    fair = _joined(rolling.without_origin(panel, years) for panel in whole)
    return {
        "rule_scores": rolling.summary(rows),
        "rule_by_name": by_name(rows),
        "rule_without_origin": rolling.summary(fair),
    }


def of_projections(
    whole: Sequence[Panel], own: Mapping[str, Any], rest: Sequence[str], quiet: bool
) -> pd.DataFrame | None:
    """Scores of the projection, the rule and the simple rules at the ends of years; None where runs failed."""
    frames: list[pd.DataFrame] = []
    for year in range(own["first"], own["last"] + 1):
        workers = [] if own["workers"] is None else [f"workers={own['workers']}"]
        line = [*rest, f"reference={year}-12", f"months={MONTHS}", f"members={own['members']}", *workers]
        question = asked(line)
        pairs = pairs_of(question, quiet)
        if pairs is None:
            return None
        frames += list(_of_origin(question, pairs, whole))
    return pd.concat(frames, ignore_index=True)


def _of_origin(question: ProjectionQuestion, pairs: list[Any], whole: Sequence[Panel]) -> Iterator[pd.DataFrame]:
    """Scores at one reference date, of the same cells for all forecasts."""
    there = [
        (panel, found)
        for panel in whole
        if (found := rolling.cut(panel, question.reference, 1 if panel.yearly else MONTHS)) is not None
    ]
    levels = np.concatenate([scores.GRID, scores.LEVELS])
    known = tuple(found[0] for _, found in there)
    parts = projected(known, question.ahead, pairs, float(question.new["scale"]), levels)
    for (panel, (_, _, truth)), (record, _, part, values, response) in zip(there, parts, strict=True):
        grid, ends = values[: len(scores.GRID)], values[len(scores.GRID) :]
        wide = truth.shape[1]
        centre = part.said.value * np.exp(response)
        yield rolling.scored(
            record, question.reference, truth, PROJECTION, centre[:, :wide], grid[..., :wide], ends[..., :wide]
        )
        yield from rolling.of_rules(panel, [question.reference], leads=MONTHS)


def by_name(rows: pd.DataFrame) -> pd.DataFrame:
    """Scores of each corridor and country over leads of 1 to 12 months."""
    some = rows[(rows["lead"] <= MONTHS) & ~rows["level"].str.contains("nationality")]
    some = some[~some["series"].str.endswith("annual") | (some["lead"] == 1)]
    found = [
        {"series": keys[0], "name": keys[1], **one}
        for keys, part in some.groupby(["series", "name"], sort=False)
        for one in rolling.compared(part)
    ]
    return pd.DataFrame(found)


def by_origin(rows: pd.DataFrame) -> pd.DataFrame:
    """Scores at each reference date over all its leads."""
    found = [
        {"series": keys[0], "level": keys[1], "origin": keys[2], **one}
        for keys, part in rows.groupby(["series", "level", "origin"], sort=False)
        for one in rolling.compared(part)
    ]
    return pd.DataFrame(found)


def provenance(own: Mapping[str, Any], arguments: Sequence[str], config: Any, began: ResourceMeter) -> dict[str, Any]:
    """The command that makes the tables again, with seeds, commit and duration."""
    with_model = own["forecasts"] == PROJECTION
    return {
        "command": " ".join(["mixflow validate", *arguments]),
        "seeds": f"{config['seed']} to {int(config['seed']) + own['members'] - 1}" if with_model else "none",
        "scale": min(float(config["scale"]), SCALE) if with_model else "",
        "commit": git_commit() or "",
        "duration_s": round(float(began.cost()["wall_s"] or 0.0)),
        "python": sys.version.split()[0],
    }


def _joined(parts: Iterator[Iterator[pd.DataFrame]]) -> pd.DataFrame:
    return pd.concat([frame for part in parts for frame in part], ignore_index=True)
