"""One run from config to published results: build, step, observe, write, draw, say where."""

import platform
import subprocess
import sys
import time
from collections.abc import Callable
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

import mixflow
from mixflow.scenarios.tables import tables_folder
from mixflow.sim.results import (
    FORMAT,
    cannot_write,
    check_writable,
    is_complete,
    published,
    read_run,
    write_json,
    write_table,
)

from .config import Config
from .identity import code_version, run_folder, run_name
from .progress import Progress
from .summary import months, summarised, text

PACKAGES = ("mesa", "numpy", "scipy", "numba", "networkx", "pandas", "pyarrow", "hydra-core", "omegaconf", "matplotlib")
"""Whose versions the record keeps."""


def run(config: Config, quiet: bool = False) -> Path:
    """Run a config, or find it already run; print the summary and, as the last line, the folder.

    Parameters
    ----------
    config
        From `mixflow.experiments.config.composed`.
    quiet
        Print the folder alone.

    Returns
    -------
    Path
        The folder of the results.

    Raises
    ------
    UserError
        When a table is wrong, or the results cannot be written.
    """
    if config["scenario"] == "displacement":
        from .displacement import run as run_case

        return run_case(config, quiet)
    name = run_name(config)
    final = run_folder(config, name)
    if is_complete(final) and not config["force"]:
        if not quiet:
            print("mixflow: these results are there already; force=true runs again.", file=sys.stderr)
            print(text(read_run(final).summary), end="")
        print(final)
        return final
    check_writable(final.parent)
    with Progress(quiet) as progress:
        summary = execute(config, name, final, progress)
    if not quiet:
        print(text(summary), end="")
    print(final)
    return final


def _always() -> bool:
    return True


def execute(
    config: Config, name: str, final: Path, progress: Progress, still_ours: Callable[[], bool] = _always
) -> dict[str, Any]:
    """Run a config and publish its results, whatever is there already; return the summary.

    Parameters
    ----------
    config, name, final
        The run, what it is called, and the folder of its results.
    progress
        Told what is done.
    still_ours
        Asked before results are published: see `mixflow.sim.results.published`.

    Raises
    ------
    UserError
        When a table is wrong.
    CannotWriteError
        When the results cannot be written.
    """
    if config["scenario"] == "displacement":
        from .displacement import execute as execute_case

        return execute_case(config, name, final, progress, still_ours)
    began = Began()
    progress.phase(f"{config['title']}: reading tables, building the world")
    model, aside = _built(config)
    _simulate(model, config, progress)
    progress.phase("writing results")
    try:
        with published(final, still_ours) as folder:
            summary = _written(folder, model, config, aside, progress)
            files = {path.name: path.stat().st_size for path in sorted(folder.iterdir()) if path.is_file()}
            write_json(folder / "record.json", {**_record(model, config, name, began), "files": files})
    except OSError as error:
        raise cannot_write(final.parent, error) from error
    return summary


class Began:
    """When something began, by the wall and by the processor, and from when on its memory is measured."""

    def __init__(self) -> None:
        self.wall, self.cpu = time.perf_counter(), time.process_time()
        try:
            Path("/proc/self/clear_refs").write_text("5")  # Linux: forget the peak of what ran before in this process
        except OSError:
            return

    def cost(self) -> dict[str, float | None]:
        """Seconds and memory from then to now."""
        return {
            "wall_s": round(time.perf_counter() - self.wall, 3),
            "cpu_s": round(time.process_time() - self.cpu, 3),
            "peak_rss_mb": _peak_rss_mb(),
        }


class Aside(NamedTuple):
    """What a world's folder holds that the model must not see: only figures and the summary do."""

    recorded: pd.DataFrame | None
    folder: Path


def _built(config: Config) -> tuple[Any, Aside]:
    from mixflow.scenarios.build import build

    model = build(config)
    folder = tables_folder(config)
    return model, Aside(recorded_series(folder), folder)


def _simulate(model: Any, config: Config, progress: Progress) -> None:
    progress.phase(
        f"simulating {config['start']} to {config['end']}, one simulated person stands for {1 / config['scale']:g}"
    )
    while model.day < model.days:
        model.step()
        progress.simulated(model)


def _written(folder: Path, model: Any, config: Config, aside: Aside, progress: Progress) -> dict[str, Any]:
    tables = {
        "flows": model.flows(),
        "stocks": model.stocks(),
        "observed": model.observed(),
        "money": model.money(),
        "market": model.market_book(),
        "states": model.states_book(),
        "institutions": model.institutions_book(),
    }
    for table, frame in tables.items():
        write_table(folder, table, frame)
    if config["trace"]:
        from .compare import fates

        fates.write(folder, fates.followed(model))
    summary = summarised(
        tables["flows"], tables["stocks"], tables["observed"], aside.recorded, months(config["start"], config["end"])
    )
    write_json(folder / "summary.json", summary)
    if config["figures"]:
        from .figures import draw
        from .maps import outline_of

        progress.phase("drawing figures")
        draw(folder / "figures", config, tables, aside.recorded, model.world, outline_of(aside.folder))
    return summary


def recorded_series(folder: Path) -> pd.DataFrame | None:
    """The recorded series of a world, or None where it has none."""
    if not any((folder / name).exists() for name in ("recorded.csv", "recorded.csv.gz")):
        return None
    from mixflow.scenarios.world import load_recorded

    return pd.DataFrame(load_recorded(folder))


def _record(model: Any, config: Config, name: str, began: Began) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "code": code_version(),
        "config": config,
        "config_hash": name.partition("-")[0],
        "git_commit": _git_commit(),
        "seed": config["seed"],
        "versions": _versions(),
        **began.cost(),
        "people": int(model.rows_used),
        "person_days": int(model.person_days),
        "events": int(model.events),
        "scale": config["scale"],
        "start": config["start"],
        "end": config["end"],
        "mixflow": mixflow.__version__,
        "complete": True,
    }


@cache
def _versions() -> dict[str, str]:
    return {"python": platform.python_version(), **{package: metadata.version(package) for package in PACKAGES}}


def _peak_rss_mb() -> float | None:
    """Most memory that was used at once: on Linux since it was last cleared, elsewhere by the process in its life."""
    try:
        status = Path("/proc/self/status").read_text()
        return round(int(status.partition("VmHWM:")[2].split()[0]) / 2**10, 1)
    except (OSError, ValueError, IndexError):
        pass
    try:
        import resource
    except ImportError:  # not a POSIX system
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (2**20 if sys.platform == "darwin" else 2**10), 1)


@cache
def _git_commit() -> str | None:
    """The commit of the checkout that this code runs from, marked when files differ; None outside a checkout."""
    here = Path(__file__).resolve()

    def git(*arguments: str) -> str | None:
        try:
            done = subprocess.run(
                ["git", *arguments], cwd=here.parent, capture_output=True, text=True, timeout=10, check=False
            )
        except (OSError, subprocess.SubprocessError):
            return None
        return done.stdout.strip() if done.returncode == 0 else None

    if git("ls-files", "--error-unmatch", here.name) is None:
        return None
    commit = git("rev-parse", "HEAD")
    return f"{commit}-dirty" if commit and git("status", "--porcelain", "--untracked-files=no") else commit
