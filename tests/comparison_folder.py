"""A made-up comparison on disk, in the geography of a true scenario: what the report is tested with, no run needed."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mixflow.experiments.results.indicators import INDICATORS
from mixflow.experiments.results.indicators.tables import world_of
from mixflow.experiments.results.maps import outline_of
from mixflow.experiments.runs.config import composed
from mixflow.experiments.studies.compare import store
from mixflow.experiments.studies.compare.arms import Arm
from mixflow.experiments.studies.compare.driver import COUNTS, KEYS
from mixflow.experiments.studies.compare.effects import effects, spread
from mixflow.experiments.studies.compare.robust import TOLD, under_switches
from mixflow.experiments.studies.compare.shares import by_seed
from mixflow.scenarios.tables import tables_folder
from mixflow.sim.base.integrity import write_sealed

SEEDS = (1, 2, 3, 4, 5, 6)
ROUTES = ("central_mediterranean", "eastern_mediterranean", "western_mediterranean", "western_balkans")


def made_up(folder: Path, scenario: str = "mediterranean", full: bool = True) -> Path:
    """Write a comparison whose numbers are drawn, not simulated; `full` adds doses, a surface and switches."""
    config = composed([f"scenario={scenario}", "start=2010-01-01", "end=2011-12-31"])
    world, rng = world_of(config), np.random.default_rng(3)
    months = pd.date_range(config["start"], config["end"], freq="MS")
    arms = [Arm("base", "base", {}, "", SEEDS), Arm("with", "with", {"policies": ["b"]}, "base", SEEDS)]
    arms += _switch_arms() if full else []
    values = pd.concat([_values(arm, seed, months, rng) for arm in arms for seed in arm.seeds], ignore_index=True)
    tables = {"effects": effects(values, "base", "with"), "edges": _edges(world, months, rng), **_people(rng)}
    if full:
        whole = tables["effects"][tables["effects"]["month"].isna()].drop(columns="month")
        tables["doses"] = pd.concat([_scaled(whole, d).assign(dose=d) for d in (0.0, 0.25, 0.5, 1.0)])
        grid = [(a, b) for a in (0.0, 0.5, 1.0) for b in (0.0, 0.5, 1.0)]
        tables["surface"] = pd.concat([_scaled(whole, a - b / 2).assign(dose_a=a, dose_b=b) for a, b in grid])
        tables["switches"] = under_switches(values, arms)
    folder.mkdir(parents=True, exist_ok=True)
    store.write(folder, _record(config, arms), tables, store.geography_of(world, outline_of(tables_folder(config))))
    return folder


def resealed(folder: Path, **changes: Any) -> None:
    """Change a record, and seal it and the files as they are now: what a forger would do."""
    record = json.loads((folder / store.FILE).read_text())
    write_sealed(folder, store.FILE, {**record, **changes})


def _switch_arms() -> list[Arm]:
    switch = ("information", 1.0)
    return [
        Arm("on base", "switch", {}, "", SEEDS, (), switch),
        Arm("on with", "switch", {}, "on base", SEEDS, (), switch),
    ]


def _values(arm: Arm, seed: int, months: pd.DatetimeIndex, rng: np.random.Generator) -> pd.DataFrame:
    frames = []
    for k, (name, item) in enumerate(INDICATORS.items()):
        luck = np.random.default_rng((seed, k)).normal(0, 0.03, len(months))
        size = 0.3 if item.unit in ("share", "score", "Gini") else 2e9 if item.unit == "EUR" else 9000.0
        series = size * (1 + 0.3 * np.sin(np.arange(len(months)) / 2) + luck)
        if arm.name.endswith("with"):
            flipped = -1 if arm.role == "switch" and name in TOLD[:2] else 1
            series = series * (1 + flipped * (0.05 if k % 2 else -0.04) * np.linspace(0, 1, len(months)))
            series = series + rng.normal(0, 0.004 * size, len(months))
        whole = series.sum() if item.kind == "flow" and size > 1 else series.mean()
        frames.append(
            pd.DataFrame(
                {
                    "indicator": name,
                    "month": [*months, pd.NaT],
                    "value": [*series, whole],
                    "arm": arm.name,
                    "seed": seed,
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def _scaled(whole: pd.DataFrame, dose: float) -> pd.DataFrame:
    return whole.assign(**{key: whole[key] * dose for key in ("difference", "low", "high")})


def _edges(world: Any, months: pd.DatetimeIndex, rng: np.random.Generator) -> pd.DataFrame:
    frames = []
    wave = 1 + 0.6 * np.sin(np.arange(len(months)) / 2)
    for edge in world.edge_names:
        for kind in ("irregular", "regular", "nearby"):
            size = float(rng.lognormal(4, 1.5))
            for arm, factor in (("base", 1.0), ("with", float(rng.uniform(0.8, 1.1)))):
                count = np.round(size * factor * wave)
                frames.append(pd.DataFrame({"month": months, "edge": edge, "kind": kind, "arm": arm, "count": count}))
    return pd.concat(frames, ignore_index=True)


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
        drawn[name] = frame
        tables[name] = spread(frame, KEYS[name], SEEDS, columns)
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
