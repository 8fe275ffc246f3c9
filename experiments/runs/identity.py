"""What a run is named by: its config, the content of its tables and policies, and the code that runs it."""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import mixflow
from mixflow.policies.library import scenario_folder
from mixflow.scenarios.displacement.opened import digest_of as case_digest
from mixflow.scenarios.displacement.opened import unchanged
from mixflow.scenarios.displacement.reader import read_case
from mixflow.scenarios.tables import stamp, tables_folder
from mixflow.sim.base.errors import UserError
from mixflow.sim.base.limits import CSV_BYTES
from mixflow.sim.base.reading import checked_file

from .policy_overrides import digest_of

NOT_HASHED = (
    "case",
    "strict",
    "seed",
    "runs_dir",
    "threads",
    "quiet",
    "force",
    "tables",
    "policy_path",
    "figures",
    "profile",
    "checkpoint_minutes",
    "most_memory_gb",
)
"""Keys outside the hash: the seed stands beside it, tables, cases and policies count by content, the rest changes no result."""

ROOMS = ("sim", "agents", "policies", "scenarios", "configs/policies")
WRITERS = ("results/summary.py", "displacement/run.py", "results/person_outcomes.py")
"""Code that a result depends on: whole rooms, and the files of this room that make numbers."""

MOST_KNOWN = 64
"""Folders of tables whose digests a process remembers."""

_tables: dict[tuple[Any, ...], str] = {}
_cases: dict[tuple[Path, bool], tuple[tuple[str, str], ...]] = {}
"""What each case was read from, by its folder and by whether the reading was strict."""


def config_hash(config: Mapping[str, Any], case_files: tuple[tuple[str, str], ...] | None = None) -> str:
    """Twelve hex digits that name the config, the world's tables and the policies by their content, and the code.

    Parameters
    ----------
    config
        A checked config.
    case_files
        What the case was read from, where it is read already.

    Raises
    ------
    UserError
        When the tables or the case cannot be read.
    """
    kept = {key: value for key, value in config.items() if key not in NOT_HASHED}
    found = [kept, code_version(), _data_digest(config, case_files), digest_of(config.get("policy_path"))]
    if (enacted := scenario_folder(str(config["scenario"]))).is_dir():
        found.append(digest_of(str(enacted)))
    text = json.dumps(found, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def run_name(config: Mapping[str, Any]) -> str:
    """The name of a run: hash of its config and code, and its seed."""
    return f"{config_hash(config)}-{config['seed']}"


def run_folder(config: Mapping[str, Any], name: str) -> Path:
    """Where the results of a run go."""
    return Path(config["runs_dir"]) / str(config["scenario"]) / name


def _data_digest(config: Mapping[str, Any], case_files: tuple[tuple[str, str], ...] | None) -> str:
    if config["scenario"] != "displacement":
        return tables_digest(tables_folder(config))
    if config["case"] is None:
        raise UserError(
            "scenario=displacement needs case=DIR: a folder that holds input_csv/ and source_data/. For example: "
            "mixflow run scenario=displacement case=cases/mali2012"
        )
    case = Path(config["case"]).resolve()
    return case_digest(dict(case_files or _case_files(config, case))) + case.name


def _case_files(config: Mapping[str, Any], case: Path) -> tuple[tuple[str, str], ...]:
    """What a case is read from; it is read again only where one of these files has changed."""
    key = (case, bool(config.get("strict")))
    if key not in _cases or not unchanged(case, dict(_cases[key])):
        _cases[key] = read_case(config["case"], strict=key[1]).files
    return _cases[key]


def tables_digest(folder: Path) -> str:
    """A hash of the content of a world's tables, read again only where a file has changed."""
    key = stamp(folder)
    try:
        if key not in _tables:
            digest = hashlib.sha256()
            for path in (Path(name) for name, *_ in key):
                checked_file(path, CSV_BYTES)
                digest.update(f"{path.name}\n".encode() + hashlib.sha256(path.read_bytes()).digest())
            while len(_tables) >= MOST_KNOWN:
                _tables.pop(next(iter(_tables)))
            _tables[key] = digest.hexdigest()
    except OSError as error:
        raise UserError(f"cannot read the tables: {error.filename}: {error.strerror}.") from error
    return _tables[key]


@cache
def code_version() -> str:
    """The version of mixflow and a hash of the sources that results depend on: `0.1.0+1a2b3c4d`.

    It stays the same for the life of a process, as the code that the process has loaded does.
    """
    from importlib import resources

    digest = hashlib.sha256()
    for room in ROOMS:
        package, _, below = room.partition("/")
        root = Path(str(resources.files(f"mixflow.{package}"))) / below
        for path in sorted(root.rglob("*")):
            if path.suffix in (".py", ".yaml", ".yml") and "__pycache__" not in path.parts:
                digest.update(f"{room}/{path.relative_to(root)}\n".encode() + path.read_bytes())
    for name in WRITERS:
        digest.update((Path(__file__).parents[1] / name).read_bytes())
    return f"{mixflow.__version__}+{digest.hexdigest()[:8]}"
