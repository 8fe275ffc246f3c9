"""From a run's folder to one flat row of plain values: config, cost, summary. Says what is wrong with a folder."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mixflow.sim.results import FORMAT

Row = dict[str, Any]

COSTS = ("wall_s", "cpu_s", "peak_rss_mb", "people", "person_days", "events")
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
        When a file cannot be read, is shorter than it was written, or is of another format.
    """
    record = _json(folder / "record.json")
    if record is None or record.get("complete") is not True:
        return None
    if record.get("format", 1) != FORMAT:
        version = record.get("code", record.get("mixflow", "unknown"))
        raise OtherFormatError(f"{folder}: format {record.get('format', 1)} of mixflow {version}")
    for name, size in dict(record.get("files", {})).items():
        try:
            found = (folder / name).stat().st_size
        except OSError as error:
            raise BadRunError(f"{folder / name}: {error.strerror}") from error
        if found != size:
            raise BadRunError(f"{folder / name}: {found} bytes, and {size} were written")
    summary = _json(folder / "summary.json")
    if summary is None:
        raise BadRunError(f"{folder / 'summary.json'}: not there")
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
    row |= {name: value for name, value in _flat(summary) if isinstance(value, int | float) and name not in row}
    return row


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


def _json(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise BadRunError(f"{path}: cannot be read: {error}") from error
    if not isinstance(found, dict):
        raise BadRunError(f"{path}: holds no record")
    return found
