"""A made-up comparison on disk, in the geography of a true scenario: what the report is tested with, no run needed."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mixflow.experiments.results.indicators import indicators_of
from mixflow.experiments.results.indicators.tables import world_of
from mixflow.experiments.results.maps import outline_of
from mixflow.experiments.runs.config import composed
from mixflow.experiments.studies.compare import store
from mixflow.experiments.studies.compare.arms import Arm
from mixflow.experiments.studies.compare.driver import COUNTS, KEYS
from mixflow.experiments.studies.compare.effects import effects, spread
from mixflow.experiments.studies.compare.focus import Focus
from mixflow.experiments.studies.compare.headline import wanted
from mixflow.experiments.studies.compare.paired import destination_net
from mixflow.experiments.studies.compare.question_effects import (
    by_group,
    by_month,
    cost_by_outcome,
    headline,
    months_of,
    sources_of_range,
)
from mixflow.experiments.studies.compare.robust import TOLD, under_switches
from mixflow.experiments.studies.compare.shares import by_seed
from mixflow.scenarios.tables import tables_folder
from mixflow.sim.base.integrity import write_sealed

SEEDS = (1, 2, 3, 4, 5, 6)
ROUTES = ("central_mediterranean", "eastern_mediterranean", "western_mediterranean", "western_balkans")


def made_up(
    folder: Path, scenario: str = "mediterranean", full: bool = True, verdict: str = "speaks with care"
) -> Path:
    """Write a comparison whose numbers are drawn, not simulated.

    `full` adds doses, a surface, switches, and the tables of the question itself with a verdict on the model.
    """
    config = composed([f"scenario={scenario}", "start=2010-01-01", "end=2011-12-31"])
    world, rng = world_of(config), np.random.default_rng(3)
    months = pd.date_range(config["start"], config["end"], freq="MS")
    arms = [Arm("base", "base", {}, "", SEEDS), Arm("with", "with", {"policies": ["b"]}, "base", SEEDS)]
    arms += _switch_arms() if full else []
    values = pd.concat(
        [_values(world.corridor_names, arm, seed, months, rng) for arm in arms for seed in arm.seeds], ignore_index=True
    )
    tables = {"effects": effects(values, "base", "with"), "edges": _edges(world, months, rng), **_people(rng)}
    if full:
        whole = tables["effects"][tables["effects"]["month"].isna()].drop(columns="month")
        tables["doses"] = pd.concat([_scaled(whole, d).assign(dose=d) for d in (0.0, 0.25, 0.5, 1.0)])
        grid = [(a, b) for a in (0.0, 0.5, 1.0) for b in (0.0, 0.5, 1.0)]
        tables["surface"] = pd.concat([_scaled(whole, a - b / 2).assign(dose_a=a, dose_b=b) for a, b in grid])
        tables["switches"] = under_switches(values, arms)
    asked: dict[str, Any] = {}
    if full:
        tables |= _question(months)
        asked = _asked(verdict)
    folder.mkdir(parents=True, exist_ok=True)
    store.write(
        folder, {**_record(config, arms), **asked}, tables, store.geography_of(world, outline_of(tables_folder(config)))
    )
    return folder


def resealed(folder: Path, **changes: Any) -> None:
    """Change a record, and seal it and the files as they are now: what a forger would do."""
    record = json.loads((folder / store.FILE).read_text())
    write_sealed(folder, store.FILE, {**record, **changes})


FOCUS = Focus(("pathway",), ("humanitarian",), ("ERI", "SYR"), ("DEU",), (), ("humanitarian",), date(2010, 6, 1),
              date(2011, 12, 31))  # fmt: skip


def _asked(verdict: str) -> dict[str, Any]:
    place = {"channel": "humanitarian", "country": "DEU", "origin": "SYR", "before": 0.0, "after": 5e4}
    size = {"policy": "b", "day": "2010-06-01", "places": [place], "does": "added",
            "sentences": ["It adds 50,000 places a year for humanitarian visas (0 to 50,000): Germany 50,000."]}  # fmt: skip
    row = {"what": "irregular entries detected", "who": "Syria", "total": True, "recorded": 100.0, "simulated": 70.0,
           "ratio": 0.7, "years": [[2010, 50.0, 30.0], [2011, 50.0, 40.0]]}  # fmt: skip
    pattern = {"pattern": "T3", "status": "fails", "finding": "Pathways alone raise flows."}
    why = ["Irregular entries detected, Syria, 2010 to 2011: 70 in the base, 100 recorded (0.7 times)."]
    validity = {"verdict": verdict, "why": why, "rows": [row], "page": "docs/validation/README.md", "made": "2026-11-30",
                "patterns": [pattern], "caveats": ["A caveat."]}  # fmt: skip
    warning = "policy 'b': there are no places of 'work' to multiply by 2 in DEU for SYR: use add."
    members = {str(seed): (seed - 1) // 2 for seed in SEEDS}
    return {"focus": FOCUS.plain(), "sizes": [size], "warnings": [warning], "validity": validity, "members": members}


def _question(months: pd.DatetimeIndex) -> dict[str, pd.DataFrame]:
    """The tables of the question itself: a policy that adds places, and moves nothing else."""
    rng, items = np.random.default_rng(5), wanted(FOCUS)
    rows = []
    for seed in SEEDS:
        luck = rng.normal(1.0, 0.02, (len(items), len(months)))
        for arm in ("base", "with"):
            for order in range(len(items)):
                more = 1.5 if arm == "with" and order == 0 else 1.0 + rng.normal(0.0, 0.02)
                values = 500.0 * luck[order] * more
                rows += [(order, month, float(v), arm, seed) for month, v in zip(months, values, strict=True)]
    by = pd.DataFrame(rows, columns=["order", "month", "value", "arm", "seed"])
    inside = months_of(months, FOCUS.start, FOCUS.end)
    frames = []
    for window, mask in inside.masks.items():
        sums = by[by["month"].isin(months[mask])].groupby(["order", "arm", "seed"])["value"].sum().reset_index()
        frames.append(sums.assign(window=window, counted=sums["value"]))
    values = pd.concat(frames)
    groups = pd.DataFrame(
        [(d, k, "irregular_flow", float(rng.normal(9e3, 90.0)), arm, seed) for d, k in
         (("nationality", "SYR"), ("nationality", "NGA"), ("country", "DEU"), ("need", "none"))
         for arm in ("base", "with") for seed in SEEDS],
        columns=["dimension", "key", "measure", "value", "arm", "seed"],
    )  # fmt: skip
    used = pd.DataFrame([("humanitarian", "DEU", "SYR", 3e4 * (arm == "with"), arm, s) for arm in ("base", "with") for s in SEEDS],
                        columns=["channel", "country", "origin", "value", "arm", "seed"])  # fmt: skip
    costs = pd.DataFrame([(item, v * (arm == "with"), arm, s) for item, v in (("b", 2e8), ("states", 1e6))
                          for arm in ("base", "with") for s in SEEDS], columns=["item", "value", "arm", "seed"])  # fmt: skip
    members = {seed: (seed - 1) // 2 for seed in SEEDS}
    return {
        "headline": headline(values, FOCUS, months, "base", "with", 0.02),
        "headline_months": by_month(by, FOCUS, "base", "with", 0.02),
        "groups": by_group(groups, ("dimension", "key", "measure"), SEEDS, "base", "with", 0.02),
        "used": by_group(used, ("channel", "country", "origin"), SEEDS, "base", "with", 0.02),
        "costs": by_group(costs, ("item",), SEEDS, "base", "with", 0.02),
        "by_cost": cost_by_outcome(costs, values, FOCUS, SEEDS),
        "sources": sources_of_range(values, FOCUS, members),
    }


def _switch_arms() -> list[Arm]:
    switch = ("information", 1.0)
    return [
        Arm("on base", "switch", {}, "", SEEDS, (), switch),
        Arm("on with", "switch", {}, "on base", SEEDS, (), switch),
    ]


def _values(
    names: Mapping[str, str], arm: Arm, seed: int, months: pd.DatetimeIndex, rng: np.random.Generator
) -> pd.DataFrame:
    """Every indicator by month, and over the whole run in a row without a month."""
    columns, indicators = [], indicators_of(names)
    for k, (name, item) in enumerate(indicators.items()):
        luck = np.random.default_rng((seed, k)).normal(0, 0.03, len(months))
        size = 0.3 if item.unit in ("share", "score", "Gini") else 2e9 if item.unit == "EUR" else 9000.0
        series = size * (1 + 0.3 * np.sin(np.arange(len(months)) / 2) + luck)
        if arm.name.endswith("with"):
            flipped = -1 if arm.role == "switch" and name in TOLD[:2] else 1
            series = series * (1 + flipped * (0.05 if k % 2 else -0.04) * np.linspace(0, 1, len(months)))
            series = series + rng.normal(0, 0.004 * size, len(months))
        whole = series.sum() if item.kind == "flow" and size > 1 else series.mean()
        columns.append([*series, whole])
    every = pd.DatetimeIndex([*months, pd.NaT])
    repeated = np.repeat(np.array(list(indicators), dtype=object), len(every))
    values = np.concatenate(columns)
    month = np.tile(every, len(columns))
    return pd.DataFrame({"indicator": repeated, "month": month, "value": values, "arm": arm.name, "seed": seed})


def _scaled(whole: pd.DataFrame, dose: float) -> pd.DataFrame:
    return whole.assign(**{key: whole[key] * dose for key in ("difference", "low", "high")})


def _edges(world: Any, months: pd.DatetimeIndex, rng: np.random.Generator) -> pd.DataFrame:
    """Crossings by month, edge, kind and arm, in one frame: many small ones take seconds to join."""
    wave = 1 + 0.6 * np.sin(np.arange(len(months)) / 2)
    keys, counts = [], []
    for edge in world.edge_names:
        for kind in ("irregular", "regular", "nearby"):
            size = float(rng.lognormal(4, 1.5))
            for arm, factor in (("base", 1.0), ("with", float(rng.uniform(0.8, 1.1)))):
                keys.append((edge, kind, arm))
                counts.append(np.round(size * factor * wave))
    edges, kinds, arms = (np.repeat(np.array(column, dtype=object), len(months)) for column in zip(*keys, strict=True))
    month = np.tile(months, len(keys))
    return pd.DataFrame({"month": month, "edge": edges, "kind": kinds, "arm": arms, "count": np.concatenate(counts)})


def _people(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    groups: dict[str, Sequence[tuple[Any, ...]]] = {
        "new_users": [(c, n, b) for c in ("work", "humanitarian") for n in ("none", "survival", "convention")
                      for b in ("irregular", "regular", "nearby", "stayed")],
        "route_substitution": [
            (a, b) for a in (*ROUTES, "stayed") for b in (*ROUTES, "regular", "stayed") if (a, b) != ("stayed",) * 2],
        "destination_shift": [(a, b) for a in ("ITA", "GRC", "DEU", "") for b in ("ITA", "DEU", "SWE", "") if (a, b) != ("", "")],
        "gains": [(o, n) for o in ("SYR", "AFG", "ERI", "NGA", "MAR") for n in ("none", "survival", "convention")],
        "outcome_ladder": [(a, b) for a in range(6) for b in range(6)],
    }  # fmt: skip
    tables, drawn = {}, {}
    for name, keys in groups.items():
        columns = COUNTS.get(name, ("count",))
        rows = [
            {**dict(zip(KEYS[name], key, strict=True)), "seed": seed, **{c: float(rng.poisson(400)) for c in columns}}
            for key in keys
            for seed in SEEDS
        ]
        frame = pd.DataFrame(rows)
        if name == "new_users":
            frame["gone"] = frame["gone"] / 2
            frame["net"] = frame["count"] - frame["gone"]
        if name == "gains":
            frame["net"] = frame["gained"] - frame["lost"]
        drawn[name] = frame
        tables[name] = spread(frame, KEYS[name], SEEDS, columns)
    net = destination_net(drawn["destination_shift"])
    tables["destination_net"] = spread(net, ("from_country", "to_country"), SEEDS, ("net",))
    return {**tables, "shares": by_seed(drawn, SEEDS)}


def _record(config: dict[str, Any], arms: Sequence[Arm]) -> dict[str, Any]:
    effect = {"lever": "humanitarian", "do": "ADD", "value": 5e4, "unit": "persons/yr", "low": 1e4, "high": 2e5,
              "source": "assumption: made up </script><b>"}  # fmt: skip
    policy = {"name": "b", "does": "added", "title": "Humanitarian visas", "description": "Embassies give visas.",
              "risk": "Demand exceeds places.", "source": "", "family": "legal pathways", "start": "", "end": "",
              "effects": [effect]}  # fmt: skip
    return {
        "format": store.FORMAT, "mixflow": "0", "code": "0+made-up", "command": ["with=[b]", "seeds=6"], "config": config,
        "seeds": list(SEEDS), "added": ["b", "c"], "removed": [], "policies": [policy], "switches_on": {},
        "arms": [{"name": arm.name, "role": arm.role, "runs": {str(s): f"{arm.name}-{s}" for s in arm.seeds}} for arm in arms],
        "roles": {},
    }  # fmt: skip
