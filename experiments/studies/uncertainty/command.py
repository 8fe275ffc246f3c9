"""`mixflow sensitivity` and `mixflow explore`: what is asked becomes a study, its tables, figures and a few lines of text."""

import argparse
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mixflow.sim.base.errors import UserError

from ...results.csv_text import write_csv
from ...runs.cost import check_runs
from ...runs.sweep.overrides import with_limit
from . import charts
from .prim import discovered
from .ranges import METHODS, Ranges, chosen, hypercube, indices, known_to, sampled, wanted_rows
from .study import SensitivityStudy, studied

SENSITIVITY = """\
examples:
  mixflow sensitivity scenario=toy --params 'leave.*' --samples 10
  mixflow sensitivity scenario=toy --method sobol --params leave.income_gap,choose.distance --samples 64 --measure deaths
  mixflow sensitivity scenario=displacement case=DIR --params 'flight.*' --samples 4 --measure ard

Morris asks who matters at all: samples x (parameters + 1) runs. Sobol asks how much of the variance each explains, alone and
with others: samples x (2 x parameters + 2) runs. Both times the number of seeds. Give Sobol the few that Morris found.
"""

EXPLORE = """\
examples:
  mixflow explore scenario=mediterranean 'policies=[],[more_labour_visas]' policies.more_labour_visas.dose=0.5,1 \\
      --params 'leave.*' --samples 200 --measure irregular_share --when 'irregular_share < 0.3'

Keys with several values are levers: what a policy-maker sets. --params are uncertainties, which nobody sets: each lever is
tried in the same sampled worlds with the same seeds. --when says which outcome is of interest: the box is where it is frequent.
"""

CONDITION = re.compile(r"\s*([\w.]+)\s*(<=|>=|<|>)\s*([-+]?[\d.]+(?:[eE][-+]?\d+)?)\s*")


def add_arguments(parser: argparse.ArgumentParser, exploring: bool) -> None:
    """Add what both commands understand."""
    parser.add_argument("overrides", nargs="*", metavar="KEY=VALUE", help="as with mixflow run -m")
    parser.add_argument("--params", required=True, metavar="NAME,...", help="uncertain parameters; leave.* for a group")
    parser.add_argument("--grades", metavar="GRADE,...", help="of these, only those graded so: guess,fitted")
    parser.add_argument(
        "--samples", type=int, default=100 if exploring else 10, help="worlds or trajectories (%(default)s)"
    )
    parser.add_argument("--seeds", type=int, default=1, help="runs of each, averaged (%(default)s)")
    parser.add_argument("--measure", metavar="NAME,...", help="outcomes (irregular_share; of cases ard)")
    parser.add_argument("-q", "--quiet", action="store_true", help="print the folder and nothing else")
    if exploring:
        parser.add_argument("--when", metavar="CONDITION", help="outcome of interest: MEASURE < NUMBER, or >, <=, >=")
    else:
        parser.add_argument("--method", default="morris", help=" or ".join(METHODS) + " (%(default)s)")


USUAL = {"displacement": "ard"}
"""The outcome of a scenario where none is named and it is not that of most."""


def _scenario(options: argparse.Namespace) -> str:
    return next((text.partition("=")[2] for text in options.overrides if text.startswith("scenario=")), "")


def _listed(given: str | None) -> list[str]:
    return [name.strip() for name in (given or "").split(",") if name.strip()]


def sensitivity(options: argparse.Namespace) -> int:
    """Run a sensitivity analysis; the last line printed is its folder."""
    ranges = chosen(_listed(options.params), _listed(options.grades), known_to(options.overrides))
    _check_cost(options, wanted_rows(ranges, options.method, options.samples))
    rows = sampled(ranges, options.method, options.samples)
    measures = _listed(options.measure) or [USUAL.get(_scenario(options), "irregular_share")]
    study = studied(options.overrides, ranges, rows, measures, options.method, options.seeds, options.quiet, levers=1)
    tables = []
    for measure in measures:
        outcome = study.outcome[measure].to_numpy(float)
        found = indices(ranges, options.method, rows, outcome)
        tables.append(_table(ranges, found, measure))
        caption = _caption(study, options)
        stem = measure.replace(".", "_")
        charts.tornado(ranges, options.method, found, measure, caption, study.folder / f"tornado_{stem}.png")
        charts.interactions(ranges, options.method, found, measure, caption, study.folder / f"interactions_{stem}.png")
    table = pd.concat(tables, ignore_index=True)
    write_csv(table, study.folder / "indices.csv")
    if not options.quiet:
        print(table.to_string(index=False, float_format=lambda value: f"{value:.3g}"))
    print(study.folder)
    return 0


def _check_cost(options: argparse.Namespace, rows: int) -> None:
    """Refuse more runs than are allowed, before any is sampled; levers come on top, and are counted with them later."""
    _, most = with_limit(options.overrides)
    check_runs(max(rows, 0) * max(options.seeds, 1), most, f"{rows:,} rows of parameters x {options.seeds:,} seeds")


def _table(ranges: Ranges, found: Any, measure: str) -> pd.DataFrame:
    columns = {name: found[name] for name in ("main", "conf", "first", "first_conf", "mu", "sigma") if name in found}
    table = pd.DataFrame({"measure": measure, "parameter": ranges.names, **columns})
    return table.sort_values("main", ascending=False, kind="stable")


def _caption(study: SensitivityStudy, options: argparse.Namespace) -> str:
    base = study.plan.bases[0]
    days = f"case {Path(str(base['case'])).name}, rules {base['rules']}" if "case" in base else _days(base)
    return (
        f"scenario {base['scenario']}, {days}; "
        f"{len(study.plan.runs):,} runs, {options.seeds} seed{'s' if options.seeds > 1 else ''}; a laboratory, not a forecast"
    )


def _days(base: dict[str, Any]) -> str:
    return f"{base['start'][:4]} to {base['end'][:4]}, scale {base['scale']:g}"


def explore(options: argparse.Namespace) -> int:
    """Try levers over sampled worlds; the last line printed is the folder."""
    ranges = chosen(_listed(options.params), _listed(options.grades), known_to(options.overrides))
    measures = _listed(options.measure) or [USUAL.get(_scenario(options), "irregular_share")]
    test = _condition(options.when) if options.when else None
    if test and test[0] not in measures:
        measures.append(test[0])
    _check_cost(options, options.samples)
    rows = hypercube(ranges, options.samples)
    study = studied(options.overrides, ranges, rows, measures, "explore", options.seeds, options.quiet)
    names = [_named(lever) for lever in study.levers]
    caption = _caption(study, options)
    table = _by_lever(study, names, measures)
    for measure in measures:
        charts.levers(names, study.outcome, measure, caption, study.folder / f"levers_{measure.replace('.', '_')}.png")
    lines = []
    if test:
        measure, holds = test
        table[f"share of worlds: {options.when}"] = [
            float(holds(study.outcome.loc[study.outcome["lever"] == k, measure].to_numpy(float)).mean())
            for k in range(len(names))
        ]
        lines = [
            _box(study, ranges, rows, k, name, measure, holds, options.when, caption) for k, name in enumerate(names)
        ]
    write_csv(table, study.folder / "levers.csv")
    if not options.quiet:
        print(table.to_string(index=False, float_format=lambda value: f"{value:.3g}"))
        print("\n".join(lines))
    print(study.folder)
    return 0


def _named(lever: dict[str, Any]) -> str:
    parts = ["+".join(lever["policies"]) or "no policy"] if "policies" in lever else []
    for policy, settings in lever.get("policy_settings", {}).items():
        parts += [
            f"{policy if len(lever['policy_settings']) > 1 else ''} {key} {value:g}".strip()
            for key, value in settings.items()
        ]
    parts += [
        f"{key.rpartition('.')[2]} {value}"
        for key, value in lever.items()
        if key not in ("policies", "policy_settings")
    ]
    return ", ".join(parts) or "as configured"


def _by_lever(study: SensitivityStudy, names: list[str], measures: list[str]) -> pd.DataFrame:
    rows = []
    for number, name in enumerate(names):
        part = study.outcome[study.outcome["lever"] == number]
        row: dict[str, Any] = {"lever": name}
        for measure in measures:
            low, middle, high = np.quantile(part[measure].to_numpy(float), [0.05, 0.5, 0.95])
            row |= {f"{measure} 5%": low, f"{measure} median": middle, f"{measure} 95%": high}
        rows.append(row)
    return pd.DataFrame(rows)


def _condition(text: str) -> tuple[str, Callable[[Any], Any]]:
    match = CONDITION.fullmatch(text)
    if match is None:
        raise UserError(
            f"--when {text!r} is no condition. Write MEASURE < NUMBER, for example 'irregular_share < 0.3'."
        )
    measure, sign, number = match.group(1), match.group(2), float(match.group(3))
    signs = {"<": np.less, ">": np.greater, "<=": np.less_equal, ">=": np.greater_equal}
    return measure, lambda values: signs[sign](values, number)


def _box(
    study: SensitivityStudy,
    ranges: Ranges,
    rows: Any,
    number: int,
    name: str,
    measure: str,
    holds: Any,
    when: str,
    caption: str,
) -> str:
    part = study.outcome[study.outcome["lever"] == number].sort_values("sample")
    interesting = np.asarray(holds(part[measure].to_numpy(float)))
    share = float(interesting.mean())
    if share in (0.0, 1.0):
        return f"{name}: {when} in {'no' if share == 0 else 'every'} world."
    box = discovered(rows, interesting)
    stem = re.sub(r"\W+", "_", name)[:60].strip("_")
    path: Path = study.folder / f"regions_{number}_{stem}.png"
    charts.regions(ranges, rows, interesting, box, when, f"{name}; {caption}", path)
    limits = [f"{ranges.names[k]} {box.low[k]:.3g} to {box.high[k]:.3g}" for k in np.flatnonzero(box.limited)]
    where = " and ".join(limits) or "nothing is limited"
    return (
        f"{name}: {when} in {share:.0%} of worlds; in {box.density:.0%} of those where {where} "
        f"({box.coverage:.0%} of all such worlds)."
    )
