"""One command compares worlds to the end: question, runs, differences, people, report. Runs that are there are not run again."""

import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from tqdm import tqdm

import mixflow
from mixflow.policies import library
from mixflow.policies.library import HISTORY
from mixflow.scenarios.anchors import ANCHORED, notes_of
from mixflow.scenarios.effects import warn
from mixflow.scenarios.tables import tables_folder
from mixflow.scenarios.validation import read_validation
from mixflow.sim.accounts.results import cannot_write, published
from mixflow.sim.base.errors import EffectWarning, UnmetWarning, UserError
from mixflow.sim.base.reading import read_mapping, with_home

from ...results.indicators import indicators_of
from ...results.indicators.tables import world_of
from ...results.maps import outline_of
from ...runs.config import Config
from ...runs.identity import code_version, run_folder, run_name
from ...runs.run import recorded_series
from ...runs.short_paths import short_path
from ...runs.sweep.driver import carry_out
from ...runs.sweep.launch import chosen
from ...runs.sweep.plan import SweepPlan, changed, planned
from ...runs.sweep.watch import clock
from ...runs.sweep.worlds import sizes_of
from . import store
from .arms import BASE, WITH, Arm
from .coherence import coherences
from .effects import CountResolution, effects, spread
from .evaluate import Pairing, Reading, cores_here, looked_at, mean_edges
from .focus import Focus, focus_of
from .paired import destination_net
from .policies import check
from .policy_descriptions import described, enacted, held
from .question import Question, asked
from .question_effects import by_group, by_month, cost_by_outcome, headline, sources_of_range
from .robust import under_switches
from .shares import by_seed
from .validity import against_record, invented, judged

Draw = Callable[[Path], Path]
Tell = Callable[[Path], list[str]]
KEYS = {
    "new_users": ("channel", "need", "before"),
    "route_substitution": ("way_base", "way_with"),
    "destination_shift": ("from_country", "to_country"),
    "gains": ("origin", "need"),
    "outcome_ladder": ("level_base", "level_with"),
}
COUNTS = {
    "new_users": ("count", "gone", "net"),
    "gains": ("gained", "lost", "net", "alike", "saved", "deaths_only_with_policy"),
}
OWN = ("headline", "months", "groups", "used", "costs", "record")
"""What is read of each run for the question itself."""


def compare(lines: Sequence[str], draw: Draw, tell: Tell | None = None, quiet: bool = False) -> int:
    """Answer a command: print the answer in the lines of `tell`, and last the report, which `draw` writes.

    Returns
    -------
    int
        0, or 1 when runs failed.
    """
    question = asked(lines)
    warn(check(question))
    quiet = quiet or bool(question.config["quiet"])
    say(forecast(question), quiet)
    folder = answered(question, draw, quiet)
    if folder is None:
        return 1
    if tell is not None and not quiet:
        print("\n".join(tell(folder)))
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
            focus = focus_of(question)
            tables = evaluated(question, focus, quiet)
            world = world_of(question.config)
            geography = store.geography_of(world, outline_of(tables_folder(question.config)))
            store.write(folder, {**record_of(question), **asked_of(question, focus, tables)}, tables, geography)
            draw(folder)
            store.seal(folder)
    except OSError as error:
        raise cannot_write(final.parent, error) from error
    return final


LOOKED_AT = 40
"""Earlier runs that a forecast of time looks at."""


def forecast(question: Question) -> str:
    """How many runs a question needs, and about how long they take by those that are there."""
    plan = plan_of(question, Path(str(question.config["runs_dir"])).expanduser().absolute())
    missing = len(plan.missing())
    text = f"{len(plan.runs):,} runs are needed, {len(plan.runs) - missing:,} of them are there"
    if not missing:
        return text
    cores = question.workers or cores_here()
    each_run = _seconds_of_a_run(question.config, plan.root)
    if each_run is None:
        return f"{text}; how long they take shows after the first"
    return (
        f"{text}; about {clock(missing * each_run / min(cores, missing))} on {cores} process{'es' if cores > 1 else ''}"
    )


def _seconds_of_a_run(config: Config, root: Path) -> float | None:
    """Seconds of a run, from earlier ones of its scenario by their days and scale; None without any."""
    rates = []
    days = (date.fromisoformat(config["end"]) - date.fromisoformat(config["start"])).days + 1
    records = sorted((root / str(config["scenario"])).glob("*/record.json"), key=lambda path: -path.stat().st_mtime)
    for path in records[:LOOKED_AT]:
        try:
            record = read_mapping(path)
            past = (date.fromisoformat(record["end"]) - date.fromisoformat(record["start"])).days + 1
            rates.append(float(record["wall_s"]) / past / float(record["scale"]))
        except (UserError, KeyError, TypeError, ValueError):
            continue
    return float(np.median(rates)) * days * float(config["scale"]) if rates else None


def plan_of(question: Question, root: Path) -> SweepPlan:
    """All runs of a question; pairs stand side by side, so that what is there early can be compared early."""
    points: list[tuple[int, dict[str, Any]]] = []
    seeds = sorted({seed for arm in question.arms for seed in arm.seeds})
    for seed in seeds:
        points += [(0, {**question.changes(arm, seed), "seed": seed}) for arm in question.arms if seed in arm.seeds]
    plan = planned(root, ("compare", *question.command), (question.config,), points)
    return plan


def folder_of(question: Question, arm: Arm, seed: int) -> Path:
    """Where the results of one run lie."""
    from ...runs.config import validated

    config = validated(changed(question.config, {**question.changes(arm, seed), "seed": seed}))
    return run_folder(config, run_name(config))


def evaluated(question: Question, focus: Focus, quiet: bool = False) -> dict[str, pd.DataFrame]:
    """All tables of a comparison whose runs are there."""
    readings = [
        Reading(folder_of(question, arm, seed), arm.name, seed, focus if arm.name in (BASE, WITH) else None)
        for arm in question.arms
        for seed in arm.seeds
    ]
    base, other = question.arm(BASE), question.arm(WITH)
    scale = float(question.config["scale"])
    pairs = [
        Pairing(folder_of(question, base, seed), folder_of(question, other, seed), seed, 1.0 / scale)
        for seed in base.seeds
    ]
    say(f"reading {len(readings):,} runs, and following the same people in {len(pairs):,} pairs", quiet)
    with tqdm(
        total=len(readings) + len(pairs), desc="mixflow: reading runs", disable=quiet or None, unit="run"
    ) as progress:
        done, people = looked_at(readings, pairs, progress.update, question.workers)
    values = pd.concat([one.values for one in done], ignore_index=True)
    grains, members = grains_of(question.config), question.member_of
    tables = {"effects": effects(values, BASE, WITH, grains, members), **_of_arms(values, question, grains)}
    tables["edges"] = mean_edges(
        [one.edges for one in done if one.own], {arm.name: len(arm.seeds) for arm in (base, other)}
    )
    for name, keys in KEYS.items():
        tables[name] = spread(
            people[name], keys, base.seeds, COUNTS.get(name, ("count",)), 1.0 / scale, members=members
        )
    net = destination_net(people["destination_shift"])
    where = ("from_country", "to_country")
    tables["destination_net"] = spread(net, where, base.seeds, ("net",), 1.0 / scale, members=members)
    tables["shares"] = by_seed(people, base.seeds)
    return {**tables, **_own(question, focus, [one.own for one in done if one.own], values)}


def _own(
    question: Question, focus: Focus, read: Sequence[Mapping[str, pd.DataFrame]], values: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """The tables that answer the question itself."""
    config, members, seeds = question.config, question.member_of, question.arms[0].seeds
    scale = float(config["scale"])
    of = {name: pd.concat([one[name] for one in read if name in one], ignore_index=True) for name in OWN}
    months = pd.date_range(f"{config['start'][:7]}-01", config["end"], freq="MS")

    def grouped(name: str, keys: Sequence[str], grain: float) -> pd.DataFrame:
        return by_group(of[name], keys, seeds, BASE, WITH, scale, grain, members)

    world = world_of(config)
    modelled = [code for code, has in zip(world.countries, world.origins, strict=True) if has]
    tables = {
        "headline": headline(of["headline"], focus, months, BASE, WITH, scale, members),
        "headline_months": by_month(of["months"], focus, BASE, WITH, scale, members),
        "groups": grouped("groups", ("dimension", "key", "measure"), 1.0 / scale),
        "used": grouped("used", ("channel", "country", "origin"), 0.0),
        "costs": grouped("costs", ("item",), 0.0),
        "by_cost": cost_by_outcome(of["costs"], of["headline"], focus, seeds),
        "record": against_record(of["record"], len(seeds), recorded_of(config), modelled, config),
    }
    return tables | ({"sources": sources_of_range(of["headline"], focus, members)} if members else {})


def grains_of(config: Config) -> CountResolution:
    """What one simulated person adds to the indicators that count people."""
    known = indicators_of(world_of(config).corridor_names)
    counts = {name: item.kind for name, item in known.items() if item.unit in ("persons", "passages")}
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
            frame = effects(whole, BASE, arm.name, grains, question.member_of).drop(columns="month")
            frames.append(frame.assign(**dict(zip(names, arm.dose, strict=True))))
        tables[table] = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
    tables["coherence"] = coherences(values, question.arms, question.added)
    tables["switches"] = under_switches(values, question.arms, grains, question.member_of)
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
        "assumed": [*(world := world_of(question.config)).assumed, *notes_of(question.config, world)],
        "switches_on": dict(question.switches_on),
        "members": {str(seed): member for seed, member in (question.member_of or {}).items()},
        "arms": arms,
        "roles": dict(roles),
    }


def asked_of(question: Question, focus: Focus, tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """What the question is about, how large its policies are, what of them does nothing, and whether the model can speak to it."""
    found = []
    for names, arm, does in ((question.added, WITH, "added"), (question.removed, BASE, "removed")):
        if names and HISTORY not in names:
            config = changed(question.config, question.arm(arm).changes)
            where = (config["policy_path"], config["scenario"])
            chosen = {policy.name for name in names for policy in library.opened([name], {}, *where)}
            found += [{**one.plain(), "does": does} for one in sizes_of(config, chosen)]
    folder, recorded = tables_folder(question.config), recorded_of(question.config)
    said = [remark.text for remark in check(question) if remark.kind in (EffectWarning, UnmetWarning)]
    return {
        "focus": focus.plain(),
        "sizes": found,
        "warnings": said,
        "validity": judged(
            tables["record"],
            focus,
            read_validation(folder),
            invented(recorded),
            question.config["baseline"] == ANCHORED,
        ),
    }


def recorded_of(config: Config) -> pd.DataFrame | None:
    """The recorded series of the scenario of a config, or None where it has none."""
    return recorded_series(tables_folder(config))


def say(what: str, quiet: bool) -> None:
    """Tell the user, unless told to be quiet."""
    if not quiet:
        print(f"mixflow: {what}", file=sys.stderr, flush=True)
