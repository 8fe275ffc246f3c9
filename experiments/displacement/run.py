"""One displacement case from config to published results: camps.parquet, summary.json, record.json, figures."""

import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import pyarrow as pa

from mixflow.scenarios.displacement import error
from mixflow.scenarios.displacement.case import Case, Floats
from mixflow.scenarios.displacement.naive import naive
from mixflow.scenarios.displacement.reader import read_case
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
)
from mixflow.sim.base.errors import UserError, one_of
from mixflow.sim.base.integrity import write_parquet, write_sealed
from mixflow.sim.displacement.model import GROUP, RULES, Flight
from mixflow.sim.displacement.params import VERSION_31, checked, defaults

from ..runs.boundary import foreign
from ..runs.identity import code_version, config_hash, run_folder, run_name
from ..runs.progress import Progress
from ..runs.provenance import ResourceMeter, git_commit, versions

Config = dict[str, Any]

PEERS = ("described", "3.1")
BAND_ROWS = 50_000
"""Rows of a run that only makes a band."""

NOTE = "A counterfactual laboratory, not a forecast. People who appear follow the registered total; where they go is simulated."
UNUSED = ("tables", "policies", "policy_path", "policy_settings")


def validated(config: Mapping[str, Any]) -> Config:
    """Return the config of a case with every value checked.

    Raises
    ------
    UserError
        When a value is not allowed.
    """
    from ..runs.config import path_of, whole_of

    for key in UNUSED:
        if config.get(key):
            raise UserError(f"{key} has no meaning with scenario=displacement: its world is the folder case=DIR.")
    for key, allowed in (("rules", tuple(RULES)), ("peer", PEERS)):
        if str(config[key]) not in allowed:
            raise UserError(one_of(key, config[key], allowed))
    if not isinstance(config.get("strict", False), bool):
        raise UserError(f"strict={config['strict']!r} is not allowed: true or false.")
    return {
        **config,
        "case": None if config["case"] is None else path_of(config["case"], "case"),
        "strict": bool(config.get("strict", False)),
        "rules": str(config["rules"]),
        "peer": str(config["peer"]),
        "people_per_agent": whole_of(config["people_per_agent"], "people_per_agent", 1, 10**6),
        "seeds": whole_of(config["seeds"], "seeds", 1, 1000),
        "seed": whole_of(config["seed"], "seed", 0, 2**63 - 1),
        "threads": None if config["threads"] is None else whole_of(config["threads"], "threads", 1, 1024),
        "runs_dir": path_of(config["runs_dir"], "runs_dir"),
        "params": checked(config["params"]),
    }


def numbers_of(config: Mapping[str, Any]) -> dict[str, float]:
    """The parameters of the rule set that a config names."""
    numbers: dict[str, float] = dict(config["params"][GROUP[config["rules"]]])
    if config["rules"] == "flee" and config["peer"] == "3.1":
        usual = defaults()["flee"]
        numbers |= {name: value for name, value in VERSION_31.items() if numbers[name] == usual[name]}
    return numbers


def run(config: Config, quiet: bool = False) -> Path:
    """Run a case, or find it already run; print the summary and, as the last line, the folder."""
    name = run_name(config)
    final = run_folder(config, name)
    if not config["force"] and examined(final, ()).state != ABSENT:
        record = checked_record(final)
        if not quiet:
            print("mixflow: these results are there already; force=true runs again.", file=sys.stderr)
            summary = read_summary(final, record)
            with foreign(f"the summary in {final}"):
                _say(summary["notes"], sys.stderr)
                print(text(summary), end="")
        print(final)
        return final
    check_writable(final.parent)
    with Progress(quiet) as progress:
        summary = execute(config, name, final, progress)
    if not quiet:
        print(text(summary), end="")
    print(final)
    return final


def _say(notes: Sequence[str], stream: TextIO) -> None:
    for note in notes:
        print(f"mixflow: {note}", file=stream)


def _always() -> bool:
    return True


def execute(
    config: Config, name: str, final: Path, progress: Progress, lease_held: Callable[[], bool] = _always
) -> dict[str, Any]:
    """Run a case and publish its results; return the summary. See `mixflow.experiments.runs.run.execute`."""
    began = ResourceMeter()
    progress.phase(f"reading the case {config['case']}")
    case = read_case(config["case"], strict=bool(config.get("strict")))
    if name.partition("-")[0] != config_hash(config, case.files):
        raise UserError(f"files of the case {config['case']} have changed since this run was named; run it again.")
    if not progress.quiet:
        _say(case.notes, progress.stream)
    model = RULES[config["rules"]](case, numbers_of(config), config["seed"], config["people_per_agent"])
    progress.phase(
        f"simulating {case.days:,} days, rules={config['rules']}, one row stands for {config['people_per_agent']:,}"
    )
    while model.day < model.days:
        model.step()
        progress.simulated(model)
    cost = began.cost()
    try:
        with published(final, lease_held) as folder:
            write_camps(folder / "camps.parquet", case, model.simulated())
            band = banded(case, config, model) if config["figures"] or config["seeds"] > 1 else None
            summary = summarised(case, model, config, band)
            write_json(folder / "summary.json", summary)
            if config["figures"]:
                from .figures import draw

                progress.phase("drawing figures")
                draw(folder / "figures", case, model.simulated(), band, summary)
            record = _record(config, name, case, model) | cost | {"run_wall_s": began.cost()["wall_s"]}
            write_sealed(folder, RECORD, record)
    except OSError as problem:
        raise cannot_write(final.parent, problem) from problem
    return summary


def _record(config: Config, name: str, case: Case, model: Flight) -> dict[str, Any]:
    import mixflow

    return {
        "format": FORMAT,
        "code": code_version(),
        "config": config,
        "config_hash": name.partition("-")[0],
        "git_commit": git_commit(),
        "seed": config["seed"],
        "versions": versions(),
        "people": int(model.people),
        "person_days": int(model.person_days),
        "events": int(model.visits),
        "start": case.start.isoformat(),
        "end": case.date_of(case.days - 1).isoformat(),
        "mixflow": mixflow.__version__,
        "complete": True,
    }


def banded(case: Case, config: Config, model: Flight) -> Floats:
    """People by run, day and camp for several seeds, the run's own first; shape (seeds, days, camps)."""
    people_per_agent = max(config["people_per_agent"], -(-int(model.people) * config["people_per_agent"] // BAND_ROWS))

    def one(seed: int) -> Floats:
        return RULES[config["rules"]](case, numbers_of(config), seed, people_per_agent).run().simulated()

    seeds = [config["seed"] + k for k in range(1, config["seeds"])]
    with ThreadPoolExecutor(config["threads"]) as pool:
        return np.stack([model.simulated(), *pool.map(one, seeds)])


def write_camps(path: Path, case: Case, simulated: Floats) -> None:
    """Write the table of camps: day, date, camp, simulated, registered (null without data)."""
    days, camps = simulated.shape
    day = np.repeat(np.arange(days, dtype=np.int32), camps)
    first = np.datetime64(case.start, "D")
    registered = case.registered[:days].ravel()
    names = pa.array(case.camp_names if camps else [], pa.string())
    table = pa.table(
        {
            "day": day,
            "date": pa.array(first + day.astype("timedelta64[D]"), pa.date32()),
            "camp": pa.DictionaryArray.from_arrays(pa.array(np.tile(np.arange(camps, dtype=np.int32), days)), names),
            "simulated": simulated.ravel(),
            "registered": pa.array(registered, mask=np.isnan(registered)),
        }
    )
    write_parquet(table, path)


def errors_of(case: Case, simulated: Floats) -> dict[str, float | None]:
    """The error of simulated camps against registrations, as a whole and of shares alone."""
    kept = case.with_data
    registered = case.registered[: case.days, kept]
    if not kept.any():
        return {"ard": None, "ard_rescaled": None}
    return {
        "ard": error.ard(simulated[:, kept], registered),
        "ard_rescaled": error.ard_rescaled(simulated[:, kept], registered),
    }


def summarised(case: Case, model: Flight, config: Config, band: Floats | None) -> dict[str, Any]:
    """The numbers of a run as plain values."""
    simulated, kept = model.simulated(), case.with_data
    registered = case.registered[: case.days]
    by_camp = dict.fromkeys(case.camp_names, None) | (
        dict(zip(np.array(case.camp_names)[kept], error.by_camp(simulated[:, kept], registered[:, kept]), strict=True))
        if kept.any() else {}
    )  # fmt: skip
    rules = {name: error.ard(people, registered[:, kept]) for name, people in naive(case).items()} if kept.any() else {}
    spread = None if band is None else [e for e in (errors_of(case, one)["ard"] for one in band) if e is not None]
    return {
        "note": NOTE,
        "case": case.name,
        "rules": config["rules"],
        "days": case.days,
        "people": model.people_count,
        **{name: _short(value) for name, value in errors_of(case, simulated).items()},
        "ard_range": [_short(min(spread)), _short(max(spread))] if spread else None,
        "naive": {name: _short(value) for name, value in rules.items()},
        "camps": {
            str(name): {
                "error": _short(by_camp[name]),
                "simulated_at_end": round(float(simulated[-1, at])),
                "registered_at_end": None if np.isnan(registered[-1, at]) else round(float(registered[-1, at])),
            }
            for at, name in enumerate(case.camp_names)
        },
        "notes": list(case.notes),
    }


def _short(value: Any) -> float | None:
    return None if value is None or not np.isfinite(value) else round(float(value), 4)


def text(summary: Mapping[str, Any]) -> str:
    """The summary as a page of text."""

    def cell(value: Any) -> str:
        return "-" if value is None else f"{value:,}" if isinstance(value, int) else f"{value:.3f}"

    lines = [
        "", summary["note"], "",
        f"case {summary['case']}, rules {summary['rules']}: {summary['people']:,} people, {summary['days']:,} days",
        f"error (averaged relative difference)  {cell(summary['ard'])}"
        + (f", {cell(summary['ard_range'][0])} to {cell(summary['ard_range'][1])} over seeds" if summary["ard_range"] else ""),
        f"the same of shares alone              {cell(summary['ard_rescaled'])}",
        "without a model: " + (", ".join(f"{name} {cell(value)}" for name, value in summary["naive"].items()) or "-"),
        "",
    ]  # fmt: skip
    if not summary["people"]:
        lines += [note for note in summary["notes"] if "nobody flees" in note]
    if summary["camps"]:
        lines.append(f"  {'camp':<24}{'error':>8}{'simulated':>14}{'registered':>14}   at the end")
    else:
        lines.append("no place of the case is a camp on any day: nobody can arrive, and nothing is compared")
    for name, camp in summary["camps"].items():
        lines.append(
            f"  {name:<24}{cell(camp['error']):>8}{cell(camp['simulated_at_end']):>14}{cell(camp['registered_at_end']):>14}"
        )
    return "\n".join(lines) + "\n\n"
