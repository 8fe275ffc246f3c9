"""One command compares worlds to the end: question, runs, differences, people, report. Runs that are there are not run again."""

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from tqdm import tqdm

import mixflow
from mixflow.scenarios.effects import warn
from mixflow.scenarios.tables import tables_folder
from mixflow.sim.accounts.results import cannot_write, published
from mixflow.sim.base.reading import with_home

from ...results.indicators import INDICATORS
from ...results.indicators.tables import world_of
from ...results.maps import outline_of
from ...runs.config import Config
from ...runs.identity import code_version, run_folder, run_name
from ...runs.sweep.driver import carry_out
from ...runs.sweep.launch import chosen
from ...runs.sweep.plan import SweepPlan, changed, planned
from . import store
from .arms import BASE, WITH, Arm
from .coherence import coherences
from .effects import CountResolution, effects, spread
from .evaluate import Pairing, Reading, each, joined, mean_edges, pair, read
from .policies import check
from .policy_descriptions import described, enacted, held
from .question import Question, asked
from .robust import under_switches
from .shares import by_seed

Draw = Callable[[Path], Path]
KEYS = {
    "new_users": ("channel", "need", "before"),
    "route_substitution": ("way_base", "way_with"),
    "destination_shift": ("from_country", "to_country"),
    "gains": ("origin", "need"),
    "outcome_ladder": ("level_base", "level_with"),
}
COUNTS = {
    "new_users": ("count", "gone", "net"),
    "gains": ("gained", "lost", "alike", "saved", "deaths_only_with_policy"),
}


def compare(lines: Sequence[str], draw: Draw, quiet: bool = False) -> int:
    """Answer a command; the last line printed is the report, which `draw` writes.

    Returns
    -------
    int
        0, or 1 when runs failed.
    """
    question = asked(lines)
    warn(check(question))
    quiet = quiet or bool(question.config["quiet"])
    folder = answered(question, draw, quiet)
    if folder is None:
        return 1
    print(short_path(folder / "report.html"))
    return 0


def answered(question: Question, draw: Draw, quiet: bool = False) -> Path | None:
    """Run what is missing of a question, compare, write tables and report; return the folder, or None when runs failed.

    Parameters
    ----------
    question
        What is asked.
    draw
        Writes the report into the folder of a comparison, from its tables.
    quiet
        Say nothing on the way.
    """
    root = with_home(str(question.config["runs_dir"])).absolute()
    plan = plan_of(question, root)
    at_once = () if question.workers is None else (f"hydra.launcher.n_jobs={question.workers}",)
    if carry_out(plan, chosen(at_once), quiet):
        return None
    final = question.folder
    try:
        with published(final) as folder:
            tables = evaluated(question, quiet)
            world = world_of(question.config)
            geography = store.geography_of(world, outline_of(tables_folder(question.config)))
            store.write(folder, record_of(question), tables, geography)
            draw(folder)
            store.seal(folder)
    except OSError as error:
        raise cannot_write(final.parent, error) from error
    return final


def plan_of(question: Question, root: Path) -> SweepPlan:
    """All runs of a question; pairs stand side by side, so that what is there early can be compared early."""
    points: list[tuple[int, dict[str, Any]]] = []
    seeds = sorted({seed for arm in question.arms for seed in arm.seeds})
    for seed in seeds:
        points += [(0, {**arm.changes, "seed": seed}) for arm in question.arms if seed in arm.seeds]
    plan = planned(root, ("compare", *question.command), (question.config,), points)
    return plan


def folder_of(question: Question, arm: Arm, seed: int) -> Path:
    """Where the results of one run lie."""
    from ...runs.config import validated

    config = validated(changed(question.config, {**arm.changes, "seed": seed}))
    return run_folder(config, run_name(config))


def evaluated(question: Question, quiet: bool = False) -> dict[str, pd.DataFrame]:
    """All tables of a comparison whose runs are there."""
    readings = [
        Reading(folder_of(question, arm, seed), arm.name, seed, arm.name in (BASE, WITH))
        for arm in question.arms
        for seed in arm.seeds
    ]
    base, other = question.arm(BASE), question.arm(WITH)
    weight = 1.0 / float(question.config["scale"])
    pairs = [
        Pairing(folder_of(question, base, seed), folder_of(question, other, seed), seed, weight) for seed in base.seeds
    ]
    with tqdm(
        total=len(readings) + len(pairs), desc="mixflow: reading runs", disable=quiet or None, unit="run"
    ) as progress:
        done = each(read, readings, progress.update, question.workers)
        people = joined(each(pair, pairs, progress.update, question.workers))
    values = pd.concat([measures for measures, _ in done], ignore_index=True)
    grains = grains_of(question.config)
    tables = {"effects": effects(values, BASE, WITH, grains), **_of_arms(values, question, grains)}
    tables["edges"] = mean_edges([edges for _, edges in done], {arm.name: len(arm.seeds) for arm in (base, other)})
    for name, keys in KEYS.items():
        tables[name] = spread(people[name], keys, base.seeds, COUNTS.get(name, ("count",)), weight)
    tables["shares"] = by_seed(people, base.seeds)
    return tables


def grains_of(config: Config) -> CountResolution:
    """What one simulated person adds to the indicators that count people."""
    counts = {name: item.kind for name, item in INDICATORS.items() if item.unit in ("persons", "passages")}
    months = len(pd.period_range(config["start"], config["end"], freq="M"))
    flows, stocks = (frozenset(n for n, k in counts.items() if k == kind) for kind in ("flow", "stock"))
    return CountResolution(1.0 / float(config["scale"]), months, flows, stocks)


def _of_arms(values: pd.DataFrame, question: Question, grains: CountResolution) -> dict[str, pd.DataFrame]:
    whole = values[values["month"].isna()]
    tables = {}
    for role, table in (("dose", "doses"), ("surface", "surface")):
        frames = []
        for arm in (arm for arm in question.arms if arm.role == role):
            names = ("dose",) if role == "dose" else ("dose_a", "dose_b")
            frame = effects(whole, BASE, arm.name, grains).drop(columns="month")
            frames.append(frame.assign(**dict(zip(names, arm.dose, strict=True))))
        tables[table] = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
    tables["coherence"] = coherences(values, question.arms, question.added)
    tables["switches"] = under_switches(values, question.arms, grains)
    return tables


def record_of(question: Question) -> dict[str, Any]:
    """What was compared, as plain values."""
    arms = [
        {
            "name": arm.name,
            "role": arm.role,
            "changes": dict(arm.changes),
            "against": arm.against,
            "dose": list(arm.dose),
            "switch": list(arm.switch) if arm.switch else None,
            "runs": {str(seed): folder_of(question, arm, seed).name for seed in arm.seeds},
        }
        for arm in question.arms
    ]
    roles = Counter(arm.role for arm in question.arms)
    return {
        "format": store.FORMAT,
        "mixflow": mixflow.__version__,
        "code": code_version(),
        "command": list(question.command),
        "config": question.config,
        "seeds": list(question.arms[0].seeds),
        "added": list(question.added),
        "removed": list(question.removed),
        "policies": described(question),
        "held": held(question),
        "enacted": enacted(question.config),
        "assumed": list(world_of(question.config).assumed),
        "switches_on": dict(question.switches_on),
        "arms": arms,
        "roles": dict(roles),
    }


def short_path(path: Path) -> Path:
    """A path as it is printed: from the working folder where it lies below."""
    return path.relative_to(Path.cwd()) if path.is_absolute() and path.is_relative_to(Path.cwd()) else path


def say(what: str, quiet: bool) -> None:
    """Tell the user, unless told to be quiet."""
    if not quiet:
        print(f"mixflow: {what}", file=sys.stderr, flush=True)
