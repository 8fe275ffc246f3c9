"""`mixflow results`: what is in a folder of results, how measures lie in groups of runs, and exports."""

import argparse
import sys
from pathlib import Path

import pandas as pd

from mixflow.sim.base.errors import UserError
from mixflow.sim.base.limits import ANSWER_GB, ANSWER_SECONDS, MOST_ANSWER_SECONDS, MOST_RUN_GB

from .catalogue import Catalogue
from .export import ENDINGS, export
from .query import TABLES, Query

EXAMPLES = """\
examples:
  mixflow results                                        what is there
  mixflow results runs --group policies --measure irregular_share
  mixflow results runs --where "seed < 10 and scenario = 'toy'" --group scale,seed --measure deaths,departures
  mixflow results runs --table flows --rows "event = 'death'" --group policies,route
  mixflow results runs/sweeps/0123456789ab --export netcdf --out sweep.nc

A name may be shortened to its last part where that is plain: dose, eastern_mediterranean.2015.simulated.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `mixflow results` understands."""
    parser.add_argument("folder", nargs="?", default="runs", type=Path, help="results, or one sweep's folder (runs)")
    parser.add_argument("--where", metavar="SQL", help="which runs: a condition in SQL")
    parser.add_argument("--group", metavar="COLUMN,...", help="group runs by these")
    parser.add_argument("--measure", metavar="NAME,...", help="mean, standard deviation and quantiles of these")
    parser.add_argument(
        "--table", metavar="NAME", help=f"sum (or, of levels, average) a table of the runs: {', '.join(TABLES)}"
    )
    parser.add_argument("--rows", metavar="SQL", help="with --table, which of its rows")
    parser.add_argument("--code", metavar="VERSION", help="of which version of mixflow, where there are several")
    parser.add_argument(
        "--most-seconds", metavar="N", default=str(ANSWER_SECONDS), help="time of an answer (%(default)s)"
    )
    parser.add_argument(
        "--most-memory-gb", metavar="N", default=str(ANSWER_GB), help="memory of an answer (%(default)s)"
    )
    parser.add_argument("--export", metavar="KIND", help=f"write a file: {', '.join(ENDINGS)}")
    parser.add_argument("--out", metavar="PATH", type=Path, help="the file (results.csv and so on)")


def results(options: argparse.Namespace) -> int:
    """Answer what was asked; the answer goes to stdout, what was left out to stderr."""
    seconds = _whole(options.most_seconds, "--most-seconds", MOST_ANSWER_SECONDS)
    memory_gb = _whole(options.most_memory_gb, "--most-memory-gb", MOST_RUN_GB)
    catalogue = Catalogue(options.folder)
    if not (options.where or options.group or options.measure or options.table or options.export):
        print(overview(catalogue), end="")
        _left_out(catalogue)
        return 0
    query = Query(catalogue, options.code, most_seconds=seconds, most_memory_gb=memory_gb)
    groups = _listed(options.group)
    if options.table:
        if options.measure:
            raise UserError(
                f"--table {options.table} takes its column {TABLES.get(options.table, '')!r}; leave --measure out."
            )
        frame = query.summed(options.table, groups, options.where, options.rows)
    elif options.measure or groups:
        frame = query.grouped(_listed(options.measure), groups, options.where)
    else:
        frame = query.select(options.where)
    if options.export:
        out = options.out or Path(f"results{ENDINGS.get(options.export, '')}")
        print(export(frame, options.export, out, f"mixflow {catalogue.one_code(options.code)}"))
    else:
        print(_shown(frame) if len(frame) else _nothing(query, options.where))
    _left_out(catalogue)
    return 0


def _whole(given: str, name: str, most: int) -> int:
    if not (given.isascii() and given.isdigit() and len(given) < 10 and 1 <= int(given) <= most):
        raise UserError(f"{name} {given} is not allowed: it is a whole number from 1 to {most:,}.")
    return int(given)


def _listed(given: str | None) -> list[str]:
    return [name.strip() for name in (given or "").split(",") if name.strip()]


def overview(catalogue: Catalogue) -> str:
    """What is in a folder of results, as a page of text."""
    frame = catalogue.frame(None)
    if frame.empty:
        return f"{catalogue.where} holds no runs yet.\n"
    complete = catalogue.frame()
    lines = [", ".join(f"{count:,} {status}" for status, count in frame["status"].value_counts().items())]
    for (scenario, code), part in complete.groupby(["scenario", "code"]):
        cost = part["wall_s"].sum() / 3600
        lines.append(
            f"{scenario}, mixflow {code}: {len(part):,} runs, {part['hash'].nunique():,} configs, {part['seed'].nunique():,} "
            f"seeds, {cost:.2f} h of computing, {part['wall_s'].mean():.1f} s and {part['peak_rss_mb'].max():.0f} MB a run"
        )
        lines.append("  differ in: " + (", ".join(varied(part)) or "nothing"))
    failed = frame[frame["status"] == "failed"]
    lines += [f"failed: {row.run}: {row.error}" for row in failed.head(5).itertuples()]
    measures = [name for name in complete.columns if "." not in name and pd.api.types.is_numeric_dtype(complete[name])]
    lines.append(
        "measures: " + ", ".join(name for name in measures if name not in ("seed", "stamp", "scale")) + ", ..."
    )
    return "\n".join(lines) + "\n"


def varied(frame: pd.DataFrame) -> list[str]:
    """Columns of the config that differ between runs."""
    names = [
        n
        for n in frame.columns
        if n in ("scale", "start", "end", "policies", "seed") or n.startswith(("params.", "policies."))
    ]
    return [name for name in names if frame[name].nunique(dropna=False) > 1]


def _nothing(query: Query, where: str | None) -> str:
    """Why an answer has no rows."""
    return "no row of the table matches." if len(query.select(where)) else "no run matches."


def _shown(frame: pd.DataFrame) -> str:
    with pd.option_context("display.width", 200, "display.max_columns", 30, "display.max_rows", 200):
        return (
            frame.to_string(index=False, float_format=lambda value: f"{value:,.4g}")
            if len(frame) <= 200
            else str(frame)
        )


def _left_out(catalogue: Catalogue) -> None:
    for found, what in ((catalogue.bad, "cannot be read"), (catalogue.other, "are in another format")):
        if found:
            print(f"mixflow: left out, as they {what}: {len(found):,}", file=sys.stderr)
            for name in found[:10]:
                print(f"  {name}", file=sys.stderr)
