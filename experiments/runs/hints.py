"""Hints are commands: lines that work when they are pasted into a shell, and that this installation can run."""

import shlex
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from mixflow.sim.base.errors import UserError
from mixflow.sim.base.reading import read_mapping

USUAL = ("irregular_share", "ard", "departures")
"""Measures to look at first, as far as the runs have them."""


NEEDS = {"dashboard": "nicegui"}
"""Commands that need a package which an installation may lack."""


def runnable(text: str) -> str:
    """A text without the lines that name a command which this installation cannot run."""
    missing = [name for name, package in NEEDS.items() if find_spec(package) is None]
    kept = [
        line
        for line in text.splitlines(keepends=True)
        if not any(f"mixflow {name}" in line or line.startswith(f"  {name} ") for name in missing)
    ]
    return "".join(kept)


def command(*words: object) -> str:
    """The command `mixflow` with words, quoted for a shell."""
    return shlex.join(["mixflow", *map(str, words)])


def look_at(folder: Path, runs: Iterable[Path]) -> str:
    """The command that shows a folder of runs by a measure that they have.

    Parameters
    ----------
    folder
        The folder.
    runs
        Folders of its runs; the first that is there says which measures there are.
    """
    measure = _measure(runs) if find_spec("duckdb") is not None else ""
    return command("results", folder, *(["--measure", measure] if measure else []))


def _measure(runs: Iterable[Path]) -> str:
    """A measure that the first finished run has; empty where there is none."""
    for run in runs:
        try:
            summary = read_mapping(run / "summary.json")
        except UserError:
            continue
        return next((name for name in USUAL if isinstance(summary.get(name), int | float)), "")
    return ""
