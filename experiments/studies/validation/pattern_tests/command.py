"""Runs the experiments and makes the falsification table: pattern, number, band, what the model gives, verdict."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from mixflow.scenarios import ensembles
from mixflow.scenarios.tables import tables_folder
from mixflow.sim.base.errors import UserError, one_of

from ....results.csv_text import write_csv
from ....runs.config import Config
from .finding import PatternFinding, verdict_of
from .names import PATTERNS
from .patterns_more import EXPERIMENTS
from .runner import BASELINE, PatternRunner, destinations_of

REPLICATES = 6
"""Pairs of runs that each number rests on, each with a member and a seed of its own."""


def run_pattern_tests(
    config: Config,
    folder: Path,
    workers: int,
    quiet: bool,
    which: Sequence[str] | None = None,
    replicates: int = REPLICATES,
) -> pd.DataFrame:
    """Run the experiments, write `patterns.csv`, `patterns.parquet` and the picture, print the table and return it.

    Parameters
    ----------
    config
        A run's config; its scale and tables are used, from 2009 to 2015.
    folder
        Where the table goes; what was seen of runs is kept beside it.
    workers
        Processes at once.
    quiet
        Print nothing but the table.
    which
        Patterns; all by default.
    replicates
        Pairs of runs.
    """
    names = list(EXPERIMENTS) if which is None else list(which)
    for name in names:
        if name not in EXPERIMENTS:
            raise UserError(one_of("Pattern", str(name), EXPERIMENTS))
    whole = {**config, "start": "2009-01-01", "end": "2015-12-31"}
    lab = PatternRunner(whole, _members(config, replicates), folder.parent / "experiments", workers, quiet)
    findings = [finding for name in names for finding in tried(lab, name, quiet)]
    table = table_of(findings)
    write_csv(table, folder / "patterns.csv", float_format="%.4g")
    table.to_parquet(folder / "patterns.parquet", index=False)
    print(verdict_table(table), file=sys.stderr if quiet else sys.stdout)
    from ..figures import pattern_figure

    pattern_figure(folder / "patterns.png", table, whole)
    from ..figures_actors import actor_figures

    actor_figures(folder, lab.see(BASELINE), sorted(destinations_of(tables_folder(lab.config))))
    return table


def _members(config: Config, many: int) -> list[Any]:
    name = str(config["scenario"])
    if name not in ensembles.names():
        return [{} for _ in range(many)]
    members = ensembles.read(name).members
    return [members[k % len(members)] for k in range(many)]


def tried(lab: PatternRunner, name: str, quiet: bool) -> list[PatternFinding]:
    """The findings of a pattern; one that the model has no lever or table for cannot be told."""
    if not quiet:
        print(f"mixflow: {name}: {PATTERNS[name]}", file=sys.stderr, flush=True)
    try:
        return EXPERIMENTS[name](lab)
    except KeyError as error:
        return [PatternFinding(name, PATTERNS[name], float("-inf"), float("inf"), (), note=f"the model has no {error}")]


def table_of(findings: Sequence[PatternFinding]) -> pd.DataFrame:
    """One row a number, with the verdict on it and on its pattern."""
    by_pattern = {f.pattern: verdict_of([g for g in findings if g.pattern == f.pattern]) for f in findings}
    rows = [
        {
            "pattern": f.pattern, "says": PATTERNS[f.pattern], "number": f.number, "low": f.low, "high": f.high,
            "model": f.estimate, "error": f.error, "pairs": len(f.values), "verdict": f.verdict,
            "pattern_verdict": by_pattern[f.pattern], "source": f.source, "note": f.note,
        }
        for f in findings
    ]  # fmt: skip
    return pd.DataFrame(rows)


def verdict_table(table: pd.DataFrame) -> str:
    """The table as a page."""
    lines = ["", "Patterns that can falsify the model: band, what the model gives, Monte-Carlo standard error, verdict"]
    for pattern, part in table.groupby("pattern", sort=False):
        lines.append(f"{pattern:<4}{part['pattern_verdict'].iloc[0].upper():<12} {part['says'].iloc[0]}")
        for row in part.to_dict("records"):
            said = f" {row['model']:>9.3g} +- {row['error']:<8.2g}"
            lines.append(f"      {row['number']:<62}{_band(row['low'], row['high']):>16}{said}{row['verdict']}")
    counts = table.drop_duplicates("pattern")["pattern_verdict"].value_counts()
    lines.append("of the patterns: " + ", ".join(f"{n} {verdict}" for verdict, n in counts.items()))
    return "\n".join(lines) + "\n"


def _band(low: float, high: float) -> str:
    if low == float("-inf"):
        return "" if high == float("inf") else f"<= {high:g}"
    return f">= {low:g}" if high == float("inf") else f"{low:g} to {high:g}"
