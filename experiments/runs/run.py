"""One run from config to published results: build, step, observe, write, draw, say where."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

import mixflow
from mixflow.scenarios.config import differences
from mixflow.scenarios.tables import tables_folder
from mixflow.sim.accounts.results import (
    ABSENT,
    FORMAT,
    RECORD,
    cannot_write,
    check_writable,
    checked_record,
    examined,
    published,
    read_summary,
    write_json,
    write_table,
)
from mixflow.sim.base.integrity import write_sealed
from mixflow.sim.engine.profile import StepTimes, as_text

from ..results.summary import months, summarised, text
from .boundary import foreign
from .config import Config
from .identity import code_version, run_folder, run_name
from .kinds import kind_of
from .long_runs import Checkpoints
from .progress import Progress
from .provenance import ResourceMeter, git_commit, versions

MOST_TOLD = 5
"""Differences from the scenario that are printed; the record has them all."""


def run(config: Config, quiet: bool = False) -> Path:
    """Run a config, or find it already run; print the summary and, as the last line, the folder.

    Parameters
    ----------
    config
        From `mixflow.experiments.runs.config.composed`.
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
    if kind := kind_of(config["scenario"]):
        folder: Path = kind.run(config, quiet)
        return folder
    name = run_name(config)
    final = run_folder(config, name)
    if not config["force"] and examined(final, ()).state != ABSENT:
        record = checked_record(final)
        if not quiet:
            print("mixflow: these results are there already; force=true runs again.", file=sys.stderr)
            with foreign(f"the summary in {final}"):
                print(text(read_summary(final, record)), end="")
            _print_profile(config, record)
        print(final)
        return final
    check_writable(final.parent)
    differs = differences(config)
    if differs and not quiet:
        more = f" and {len(differs) - MOST_TOLD} more" if len(differs) > MOST_TOLD else ""
        print(f"mixflow: other than the scenario: {', '.join(differs[:MOST_TOLD])}{more}", file=sys.stderr)
    with Progress(quiet) as progress:
        summary = execute(config, name, final, progress)
    if not quiet:
        print(text(summary), end="")
        _print_profile(config, checked_record(final) if config["profile"] else {})
    print(final)
    return final


def _print_profile(config: Config, record: Mapping[str, Any]) -> None:
    if not config["profile"]:
        return
    if "step_seconds" in record:
        print(as_text(record["step_seconds"]), end="")
    else:
        print(
            "mixflow: these results were made without profile=true; add force=true to time the steps.", file=sys.stderr
        )


def _always() -> bool:
    return True


def execute(
    config: Config, name: str, final: Path, progress: Progress, lease_held: Callable[[], bool] = _always
) -> dict[str, Any]:
    """Run a config and publish its results, whatever is there already; return the summary.

    Parameters
    ----------
    config, name, final
        The run, what it is called, and the folder of its results.
    progress
        Told what is done.
    lease_held
        Asked before results are published: see `mixflow.sim.accounts.results.published`.

    Raises
    ------
    UserError
        When a table is wrong.
    CannotWriteError
        When the results cannot be written.
    """
    if kind := kind_of(config["scenario"]):
        of_kind: dict[str, Any] = kind.execute(config, name, final, progress, lease_held)
        return of_kind
    began = ResourceMeter()
    progress.phase(f"{config['title']}: reading tables, building the world")
    model, aside = _built(config)
    kept = Checkpoints(final, config["checkpoint_minutes"], lease_held)
    model = kept.resume(model, lambda: _built(config)[0])
    times = StepTimes(model) if config["profile"] else None
    try:
        _simulate(model, config, progress, kept)
    except Exception as error:
        if not kept.failed(error):
            raise
        model = _built(config)[0]
        times = StepTimes(model) if config["profile"] else None
        _simulate(model, config, progress, kept)
    progress.phase("writing results")
    try:
        with published(final, lease_held) as folder:
            summary = _written(folder, model, config, aside, progress)
            more = {"step_seconds": times.seconds} if times else {}
            write_sealed(folder, RECORD, _record(model, config, name, began) | more)
    except OSError as error:
        raise cannot_write(final.parent, error) from error
    kept.remove()
    return summary


class FigureInputs(NamedTuple):
    """What a world's folder holds that the model must not see: only figures and the summary do."""

    recorded: pd.DataFrame | None
    folder: Path


def _built(config: Config) -> tuple[Any, FigureInputs]:
    from mixflow.scenarios.build import build

    model = build(config)
    folder = tables_folder(config)
    return model, FigureInputs(recorded_series(folder), folder)


def _simulate(model: Any, config: Config, progress: Progress, kept: Checkpoints) -> None:
    progress.phase(
        f"simulating {config['start']} to {config['end']}, one simulated person stands for {1 / config['scale']:g}"
    )
    while model.day < model.days:
        model.step()
        progress.simulated(model)
        kept.due(model)


def _written(folder: Path, model: Any, config: Config, aside: FigureInputs, progress: Progress) -> dict[str, Any]:
    tables = {
        "flows": model.flows(),
        "opening": model.opening(),
        "stocks": model.stocks(),
        "movements": model.movements(),
        "observed": model.observed(),
        "money": model.money(),
        "wallets": model.wallets(),
        "market": model.market_book(),
        "states": model.states_book(),
        "institutions": model.institutions_book(),
        "costs": model.costs_book(),
    }
    for table, frame in tables.items():
        write_table(folder, table, frame)
    if config["trace"]:
        from ..results import person_outcomes

        person_outcomes.write(folder, person_outcomes.followed(model))
    summary = summarised(
        tables["flows"],
        tables["stocks"],
        tables["observed"],
        aside.recorded,
        months(config["start"], config["end"]),
        model.world,
    )
    write_json(folder / "summary.json", summary)
    if config["figures"]:
        from ..results.figures import draw
        from ..results.maps import outline_of

        progress.phase("drawing figures")
        until = None if model.world.anchor is None else model.world.anchor.known_until
        draw(folder / "figures", config, tables, aside.recorded, model.world, outline_of(aside.folder), until)
    return summary


def recorded_series(folder: Path) -> pd.DataFrame | None:
    """The recorded series of a world, or None where it has none."""
    if not any((folder / name).exists() for name in ("recorded.csv", "recorded.csv.gz")):
        return None
    from mixflow.scenarios.world import load_recorded

    return pd.DataFrame(load_recorded(folder))


def _record(model: Any, config: Config, name: str, began: ResourceMeter) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "code": code_version(),
        "config": config,
        "differs": differences(config),
        "assumed": list(model.world.assumed),
        "config_hash": name.partition("-")[0],
        "git_commit": git_commit(),
        "seed": config["seed"],
        "versions": versions(),
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
