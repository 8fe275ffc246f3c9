"""A small finished run on disk, made up and not simulated: what readers of results are tested with."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from mixflow.sim.accounts.results import COLUMNS, FORMAT, write_json, write_table
from mixflow.sim.base.integrity import NUMBERS, sealed, write_sealed

DAYS = pd.to_datetime(["2009-01-01", "2009-02-01"])


def made_run(root: Path, seed: int = 1, **changes: Any) -> Path:
    """Write a run whose tables have two rows each; `changes` are of its record."""
    name = "0123456789ab"
    folder = root / "toy" / f"{name}-{seed}"
    folder.mkdir(parents=True)
    for table, columns in COLUMNS.items():
        rows = {column: DAYS if column in ("date", "month") else ["a", "b"] for column in columns}
        rows |= {column: [1.5 * seed, 2.0] for column in columns if column in NUMBERS}
        write_table(folder, table, pd.DataFrame(rows)[list(columns)])
    write_json(folder / "summary.json", {"departures": 10 * seed, "deaths": 3})
    config = {"scenario": "toy", "seed": seed, "scale": 0.1, "start": "2009-01-01", "end": "2009-02-28", "policies": []}
    record = {
        "format": FORMAT,
        "code": "0.1.0+made",
        "config": config,
        "config_hash": name,
        "seed": seed,
        "wall_s": 1.0,
    }
    record |= {"peak_rss_mb": 1.0, "complete": True}
    write_sealed(folder, "record.json", record | changes)
    return folder


def rewritten(folder: Path, **changes: Any) -> None:
    """Change a record and seal it again, as a forger or another version would."""
    path = folder / "record.json"
    path.write_text(json.dumps(sealed({**json.loads(path.read_text()), **changes})), encoding="utf-8")
