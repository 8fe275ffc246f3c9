"""The runs of a study: rows of parameters times combinations of levers times seeds, run as a sweep, averaged over seeds."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mixflow.sim.base.errors import UserError
from mixflow.sim.base.reading import with_home

from ...runs.catalogue import Catalogue
from ...runs.catalogue.query import Query
from ...runs.cost import check_runs
from ...runs.sweep.driver import carry_out
from ...runs.sweep.launch import chosen as launcher
from ...runs.sweep.overrides import Asked, asked, with_limit
from ...runs.sweep.plan import SweepPlan, planned
from .measures import check_measures
from .ranges import Floats, Ranges

STUDIES = "studies"


@dataclass(frozen=True)
class SensitivityStudy:
    """What was run, and what came out.

    Parameters
    ----------
    plan
        The sweep.
    folder
        Where tables and figures go.
    levers
        Combinations of what the command varies; one, empty, where it varies nothing.
    outcome
        Means over seeds: one row for each lever combination and sample, in this order; columns `lever`, `sample`,
        parameters and measures.
    """

    plan: SweepPlan
    folder: Path
    levers: tuple[dict[str, Any], ...]
    outcome: pd.DataFrame


def studied(
    command: Sequence[str],
    ranges: Ranges,
    rows: Floats,
    measures: Sequence[str],
    name: str,
    seeds: int,
    quiet: bool,
    levers: int | None = None,
) -> SensitivityStudy:
    """Run what is missing of a study and gather it.

    Raises
    ------
    UserError
        When a run failed, or a measure is not known.
    """
    wanted = _asked(command, ranges, seeds)
    _check_measures(measures, wanted)
    root = with_home(str(wanted.bases[0]["runs_dir"])).absolute()
    found = _levers(wanted)
    if levers is not None and len(found) > levers:
        raise UserError("give each key one value; for levers with several values there is mixflow explore.")
    _, most = with_limit(command)
    check_runs(len(found) * len(rows) * seeds, most, f"{len(found):,} levers x {len(rows):,} rows x {seeds:,} seeds")
    points, keys = [], []
    for number, (base, lever) in enumerate(found):
        for sample, row in enumerate(rows):
            for seed in range(seeds):
                points.append((base, {**lever, **ranges.changes(row), "seed": seed + 1}))
                keys.append((number, sample))
    plan = planned(root, command, wanted.bases, points)
    code = carry_out(plan, launcher(wanted.launcher), quiet)
    if code:
        raise UserError("some runs failed: a study needs all of them. See above.")
    outcome = _gathered(plan, points, keys, rows, ranges, measures)
    folder = root / STUDIES / f"{name}-{plan.name}"
    folder.mkdir(parents=True, exist_ok=True)
    outcome.to_parquet(folder / "outcome.parquet", index=False)
    return SensitivityStudy(plan, folder, tuple(lever for _, lever in found), outcome)


def _check_measures(measures: Sequence[str], wanted: Asked) -> None:
    """Check names against the configs of all runs; several starts and ends count as their whole span."""
    for number, base in enumerate(wanted.bases):
        varied = [changes for at, changes in wanted.points if at == number]
        days = {
            key: best(str(changes.get(key, base[key])) for changes in varied)
            for key, best in (("start", min), ("end", max))
            if key in base
        }
        check_measures(measures, {**base, **days})


def _asked(command: Sequence[str], ranges: Ranges, seeds: int) -> Asked:
    if seeds < 1:
        raise UserError(f"--seeds {seeds}: one at least.")
    keys = {text.partition("=")[0] for text in command}
    both = sorted(keys & {f"params.{name}" for name in ranges.names})
    if both:
        raise UserError(f"{both[0]} is both set and uncertain: leave it out of one.")
    if "seed" in keys:
        raise UserError("seed cannot be set here; --seeds says over how many seeds outcomes are averaged.")
    return asked(command)


def _levers(wanted: Asked) -> list[tuple[int, dict[str, Any]]]:
    found: list[tuple[int, dict[str, Any]]] = []
    for base, changes in wanted.points:
        if (base, changes) not in found:
            found.append((base, changes))
    return found


def _column(query: Query, measure: str) -> str:
    """The column of a measure that is known; nothing that never happened has one."""
    try:
        return query.column(measure, "Measure")
    except UserError as error:
        raise UserError(f"{measure} has no value in any run: {error} Take a larger scale or more days.") from error


def _gathered(
    plan: SweepPlan,
    points: Sequence[tuple[int, dict[str, Any]]],
    keys: Sequence[tuple[int, int]],
    rows: Floats,
    ranges: Ranges,
    measures: Sequence[str],
) -> pd.DataFrame:
    from ...runs.config import validated
    from ...runs.identity import run_name
    from ...runs.sweep.plan import changed

    catalogue = Catalogue(plan.folder)
    query = Query(catalogue, plan.code)
    columns = [_column(query, measure) for measure in measures]
    runs = catalogue.frame().set_index("run")[columns].apply(pd.to_numeric, errors="coerce")
    names = [run_name(validated(changed(plan.bases[base], changes))) for base, changes in points]
    found = runs.loc[names].reset_index(drop=True)
    found.columns = pd.Index(measures)
    found["lever"], found["sample"] = [lever for lever, _ in keys], [sample for _, sample in keys]
    means: pd.DataFrame = found.groupby(["lever", "sample"], as_index=False).mean()
    lacking = [measure for measure in measures if means[measure].isna().any()]
    if lacking:
        raise UserError(
            f"{lacking[0]} has no value in some runs (perhaps nobody arrived in them): take a larger scale, more days or "
            "another measure."
        )
    for column, parameter in enumerate(ranges.names):
        means[parameter] = rows[means["sample"].to_numpy(np.int64), column]
    return means
