"""One run from config to published results: build, step, observe, write, draw, say where."""

import platform
import subprocess
import sys
import time
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

import mixflow
from mixflow.scenarios.tables import tables_folder
from mixflow.sim.results import cannot_write, check_writable, is_complete, published, read_run, write_json, write_table

from .config import Config, config_hash
from .figures import draw
from .maps import Floats, outline_of
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
    began = time.perf_counter()
    name = config_hash(config)
    final: Path = Path(config["runs_dir"]) / config["scenario"] / f"{name}-{config['seed']}"
    if is_complete(final) and not config["force"]:
        if not quiet:
            print("mixflow: these results are there already; force=true runs again.", file=sys.stderr)
            print(text(read_run(final).summary), end="")
        print(final)
        return final
    check_writable(final.parent)
    with Progress(quiet) as progress:
        progress.phase(f"{config['title']}: reading tables, building the world")
        model, aside = _built(config)
        _simulate(model, config, progress)
        progress.phase("writing results")
        try:
            with published(final) as folder:
                summary = _written(folder, model, config, aside, progress)
                write_json(folder / "record.json", _record(model, config, name, began))
        except OSError as error:
            raise cannot_write(final.parent, error) from error
    if not quiet:
        print(text(summary), end="")
    print(final)
    return final


class Aside(NamedTuple):
    """What a world's folder holds that the model must not see: only figures and the summary do."""

    recorded: pd.DataFrame | None
    outline: list[Floats]


def _built(config: Config) -> tuple[Any, Aside]:
    from mixflow.scenarios.build import build

    model = build(config)
    folder = tables_folder(config)
    return model, Aside(recorded_series(folder), outline_of(folder))


def _simulate(model: Any, config: Config, progress: Progress) -> None:
    progress.phase(
        f"simulating {config['start']} to {config['end']}, one simulated person stands for {1 / config['scale']:g}"
    )
    while model.day < model.days:
        model.step()
        progress.simulated(model)


def _written(folder: Path, model: Any, config: Config, aside: Aside, progress: Progress) -> dict[str, Any]:
    tables = {"flows": model.flows(), "stocks": model.stocks(), "observed": model.observed()}
    for table, frame in tables.items():
        write_table(folder, table, frame)
    summary = summarised(
        tables["flows"], tables["stocks"], tables["observed"], aside.recorded, months(config["start"], config["end"])
    )
    write_json(folder / "summary.json", summary)
    progress.phase("drawing figures")
    draw(folder / "figures", config, tables, aside.recorded, model.world, aside.outline)
    return summary


def recorded_series(folder: Path) -> pd.DataFrame | None:
    """The recorded series of a world, or None where it has none."""
    if not any((folder / name).exists() for name in ("recorded.csv", "recorded.csv.gz")):
        return None
    from mixflow.scenarios.world import load_recorded

    return pd.DataFrame(load_recorded(folder))


def _record(model: Any, config: Config, name: str, began: float) -> dict[str, Any]:
    return {
        "config": config,
        "config_hash": name,
        "git_commit": _git_commit(),
        "seed": config["seed"],
        "versions": {
            "python": platform.python_version(),
            **{package: metadata.version(package) for package in PACKAGES},
        },
        "wall_s": round(time.perf_counter() - began, 3),
        "peak_rss_mb": _peak_rss_mb(),
        "people": int(model.rows_used),
        "person_days": int(model.person_days),
        "events": int(model.events),
        "scale": config["scale"],
        "start": config["start"],
        "end": config["end"],
        "mixflow": mixflow.__version__,
        "complete": True,
    }


def _peak_rss_mb() -> float | None:
    try:
        import resource
    except ImportError:  # not a POSIX system
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (2**20 if sys.platform == "darwin" else 2**10), 1)


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
