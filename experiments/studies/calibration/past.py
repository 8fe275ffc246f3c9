"""A world's tables as somebody at the end of a year could have made them: nothing in them that was recorded later."""

import csv
import gzip
import io
import os
import shutil
import sys
import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from mixflow.scenarios.anchors import ANCHOR_FILES
from mixflow.scenarios.tables import tables_folder, text_rows
from mixflow.sim.base.integrity import ResultsDamaged, damages, read_record, set_aside, write_sealed

from ...runs.config import Config
from ...runs.identity import tables_digest

RECORD = "copy.record"
"""The sealed record of a copy; its name keeps it out of the digest of the tables."""

RECORDS = ("recorded.csv.gz", "recorded.csv")


def tables_until(folder: Path, until: pd.Timestamp, into: Path) -> Path:
    """Copy a world's tables without what was recorded after a day.

    Recorded series and return rates are cut; the seasons, which are made of recorded detections, are made again from
    those that are left. Drivers (conflict, income, unemployment, recognition) stay: the model does not predict them.

    Parameters
    ----------
    folder
        The world's tables.
    until
        The last day known.
    into
        Where the copy goes; one that is there already is used, unless it is damaged: then it is named, set aside and made again.

    Returns
    -------
    Path
        The folder of the copy.
    """

    def cut(part: Path) -> None:
        for name in RECORDS:
            if (part / name).exists():
                rows = _cut(part / name, "month", f"{until:%Y-%m}")
                write_rows(part / "seasons.csv", _seasons(rows, part / "seasons.csv", until))
        _cut(part / "returns.csv", "year", f"{until:%Y}")
        for name in ANCHOR_FILES:  # an anchor knows later records
            (part / name).unlink(missing_ok=True)

    return changed_copy(folder, into, cut, {"until": f"{until:%Y-%m-%d}"})


def changed_copy(folder: Path, into: Path, change: Callable[[Path], None], said: Mapping[str, str]) -> Path:
    """Copy a world's tables, change the copy, and publish it whole.

    Parameters
    ----------
    folder
        The world's tables.
    into
        Where the copy goes; one that is there already is used, unless it is damaged: then it is named, set aside and made again.
    change
        Called with the folder of the copy before it gets its name.
    said
        What the copy's record says of it.
    """
    if os.path.lexists(into):
        if _is_whole(into):
            return into
        set_aside(into)
    part = copy_tables(folder, into)
    change(part)
    write_sealed(part, RECORD, said)
    try:
        part.rename(into)
    except OSError:  # somebody else has made the same copy meanwhile
        shutil.rmtree(part)
    return into


def _is_whole(copy: Path) -> bool:
    """Whether a copy is as it was written; one that is not is named."""
    again = "they are set aside, and made again"
    try:
        record = read_record(copy, RECORD, again)
        what = damages(copy, record, ("returns.csv",)) if "digest" in record else [f"{RECORD} has no digest"]
        if what:
            raise ResultsDamaged(copy, what, again)
    except ResultsDamaged as error:
        print(f"mixflow: {error}", file=sys.stderr)
        return False
    return True


def tables_home(config: Config, until: pd.Timestamp) -> Path:
    """Where the tables as known at a day are kept."""
    digest = tables_digest(tables_folder(config))[:8]
    return (
        Path(config["runs_dir"]).absolute()
        / "calibration"
        / f"tables-{config['scenario']}-{digest}-to-{until:%Y-%m-%d}"
    )


def copy_tables(folder: Path, into: Path) -> Path:
    """Copy a world's tables to a hidden folder beside `into`, to be changed and then given its name; return it."""
    part = into.parent / f".{into.name}.{uuid.uuid4().hex[:8]}"
    part.mkdir(parents=True)
    for path in sorted(folder.iterdir()):
        if path.name.endswith((".csv", ".csv.gz", ".json", "world.yaml")):
            shutil.copy(path, part / path.name)
    return part


def rewrite(path: Path, change: Callable[[dict[str, str]], dict[str, str]]) -> None:
    """Change every row of a table."""
    write_rows(path, [change(row) for row in text_rows(path)])


def write_rows(path: Path, rows: list[dict[str, str]]) -> None:
    """Write the rows of a table, packed where its name says so."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    data = text.getvalue().encode()
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)


def _cut(path: Path, column: str, last: str) -> list[dict[str, str]]:
    """Keep the rows up to a month or year; the record of a whole year only where that year is over."""
    over = last[:4] if last.endswith("-12") else str(int(last[:4]) - 1)
    kept = [
        row
        for row in text_rows(path)
        if row[column] <= last and not (row.get("series", "").endswith("annual") and row[column][:4] > over)
    ]
    write_rows(path, kept)
    return kept


def _seasons(recorded: list[dict[str, str]], path: Path, until: pd.Timestamp) -> list[dict[str, str]]:
    """Seasons by route: the mean over the years of each month's share in its year, as in the scenario's own table."""
    counts: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0] * 12)
    over = f"{until.year if until.month == 12 else until.year - 1}"
    for row in recorded:
        if row["series"] == "detections" and row["corridor"] and row["month"][:4] <= over:
            counts[row["corridor"], row["month"][:4]][int(row["month"][5:7]) - 1] += float(row["value"])
    rows = text_rows(path)
    for row in rows:
        years = [months for (route, _), months in counts.items() if route == row["corridor"] and sum(months) > 0]
        if years:
            month = int(row["month"]) - 1
            row["value"] = f"{12 * sum(months[month] / sum(months) for months in years) / len(years):.4f}"
        row["source"] = f"estimated from detections recorded to the end of {over}, land and sea together"
        row["as_of"] = f"{until:%Y-%m-%d}"
    return rows
