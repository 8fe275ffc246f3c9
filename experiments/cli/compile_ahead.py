"""Compile every kernel before it is needed, so that no run, worker or test has to wait for it."""

import contextlib
import io
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..bench.displacement import invented
from ..runs.config import composed
from ..runs.identity import run_name
from ..runs.progress import Progress
from ..runs.run import execute
from ..runs.sweep.compiled import compiled_once

PEOPLE, DAYS = 200, 20
"""Size of the invented displacement case: enough that every kernel of both rule sets is called."""

RUNS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "world": (("scenario=toy", "scale=0.1", "end=2009-02-15"),),
    "displacement": (("scenario=displacement", "rules=mixflow"), ("scenario=displacement", "rules=flee")),
}
"""Short runs that call all kernels of a kind."""


def compile_ahead(quiet: bool = False) -> int:
    """Compile the kernels of scenarios and of displacement cases, and say how many there were and how long it took.

    Processes that start meanwhile wait for the kernels instead of compiling them too.
    """
    for kind, runs in RUNS.items():
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as folder, compiled_once(kind) as compiled:
            for config in _configs(kind, runs, Path(folder)):
                _run_unseen(config, Path(folder))
            count = compiled()
        if not quiet:
            print(f"{kind}: {count} functions compiled in {time.monotonic() - began:.0f} s")
    return 0


def _configs(kind: str, runs: tuple[tuple[str, ...], ...], folder: Path) -> Iterator[dict[str, Any]]:
    case = (f"case={invented(folder / 'case', PEOPLE, DAYS)}", "seeds=1") if kind == "displacement" else ()
    for overrides in runs:
        yield composed([*overrides, *case, f"runs_dir={folder}", "figures=false"])


def _run_unseen(config: dict[str, Any], folder: Path) -> None:
    with contextlib.redirect_stderr(io.StringIO()), Progress(quiet=True) as progress:
        execute(config, run_name(config), folder / "result", progress)
