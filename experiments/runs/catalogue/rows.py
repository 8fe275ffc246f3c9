"""From a run's folder to one flat row of plain values: config, cost, summary. Says what is wrong with a folder."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mixflow.sim.accounts.results import ABSENT, DAMAGED, OTHER, examined, read_summary
from mixflow.sim.base.integrity import ResultsDamaged

Row = dict[str, Any]

COSTS = ("wall_s", "cpu_s", "peak_rss_mb", "people", "person_days", "events")
TEXTS = ("code", "hash", "scenario")
NUMBERS = ("seed", "scale", *COSTS)
"""Columns of every run by what they hold; a cost may be missing."""

SHOWN = 60
"""Letters of a wrong value that a message shows."""

LEFT_OUT = (
    "title",
    "description",
    "runs_dir",
    "tables",
    "policy_path",
    "quiet",
    "force",
    "figures",
    "threads",
    "checkpoint_minutes",
    "most_memory_gb",
    "policies",
)
"""Keys of a config that say nothing about results, or are told in another way."""


class BadRunError(Exception):
    """A folder whose results cannot be read; the message says why."""


class OtherFormatError(BadRunError):
    """A folder of results in another format."""


def row_of(folder: Path) -> Row | None:
    """The row of a finished run; None for a folder that holds none.

    Raises
    ------
    BadRunError
        When a file is not what was written, or is of another format. Of tables, which are not read here, the size is checked.
    """
    found = examined(folder, ())
    record = found.record
    if found.state == ABSENT:
        return None
    if found.state == OTHER and record is not None:
        version = record.get("code", record.get("mixflow", "unknown"))
        raise OtherFormatError(f"{folder}: format {record.get('format', 1)} of mixflow {version}")
    try:
        if found.state == DAMAGED or record is None:
            raise ResultsDamaged(folder, found.what)
        summary = read_summary(folder, record)
    except ResultsDamaged as error:
        raise BadRunError(str(error)) from error
    try:
        row: Row = {
            "run": folder.name,
            "status": "complete",
            "code": record["code"],
            "hash": record["config_hash"],
            "seed": record["config"]["seed"],
        }
        row |= config_columns(record["config"])
    except (KeyError, TypeError, AttributeError) as error:
        raise BadRunError(f"{folder / 'record.json'}: no {error}") from error
    row |= {name: record.get(name) for name in COSTS}
    _check_types(folder, row)
    row |= {name: value for name, value in _flat(summary) if isinstance(value, int | float) and name not in row}
    _check_numbers(folder, row)
    return row


def _check_types(folder: Path, row: Row) -> None:
    """Refuse values that columns of text and numbers cannot hold: a record may be forged."""
    wrong = [name for name in TEXTS if not isinstance(row.get(name), str)]
    wrong += [
        name for name in NUMBERS if isinstance(row.get(name), bool) or not isinstance(row.get(name), int | float | None)
    ]
    if wrong or row.get("seed") is None:
        name = wrong[0] if wrong else "seed"
        raise BadRunError(f"{folder / 'record.json'}: {name} is {str(row.get(name))[:SHOWN]!r}")


def _check_numbers(folder: Path, row: Row) -> None:
    for name, value in row.items():
        if isinstance(value, int) and not -(2**63) <= value < 2**63:
            raise BadRunError(f"{folder}: {name[:SHOWN]} has more than 64 bits")


def config_columns(config: Mapping[str, Any]) -> Row:
    """A config as columns: `scale`, `policies`, `policies.NAME.SETTING`, `params.GROUP.NAME`."""
    kept = {key: value for key, value in config.items() if key not in LEFT_OUT and key != "policy_settings"}
    row = dict(_flat(kept))
    row["policies"] = "+".join(config.get("policies", [])) or "none"
    for policy, settings in config.get("policy_settings", {}).items():
        row |= {f"policies.{policy}.{name}": value for name, value in settings.items()}
    return row


def _flat(content: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in content.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{key}.")
        elif isinstance(value, str | int | float | bool) or value is None:
            yield f"{before}{key}", value
        else:
            yield f"{before}{key}", json.dumps(value)
