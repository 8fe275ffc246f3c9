"""`mixflow scenarios` and `mixflow show`: explain configs, parameters and finished runs on stdout; runs nothing."""

import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path

from mixflow.scenarios.config import OF_CASES, scenario_names
from mixflow.scenarios.policy_size import spelt_out
from mixflow.scenarios.tables import tables_folder
from mixflow.sim.accounts.results import checked_record, read_summary
from mixflow.sim.base.errors import EffectNote, UserError, one_of
from mixflow.sim.base.levers import LEVERS
from mixflow.sim.base.params import PARAMS
from mixflow.sim.displacement.params import GROUPS as FLIGHT

from ..results.summary import text
from ..runs import hints
from ..runs.boundary import foreign
from ..runs.config import Config, composed
from ..runs.kinds import kind_of
from ..runs.short_paths import short_path
from ..studies.compare import store
from ..views.policies_page import show_policy, split

ALL = {**PARAMS, **FLIGHT}
"""Parameters of all scenarios by group."""

SCENARIOS = tuple(name for name in scenario_names() if name != OF_CASES)
"""Scenarios whose worlds hold policies."""


def show_scenarios() -> None:
    """Print each scenario with its title, what it is, and its defaults."""
    for name in scenario_names():
        config = composed([f"scenario={name}"])
        print(f"{name}: {config['title']}")
        print(textwrap.fill(config["description"], 100, initial_indent="  ", subsequent_indent="  "))
        of_case = name == "displacement"
        what = "one case at a time" if of_case else f"scale {config['scale']:g}, {config['start']} to {config['end']}"
        print(f"  {what}. Run it: {hints.command('run', f'scenario={name}', *(['case=DIR'] if of_case else []))}\n")


def show(what: Sequence[str]) -> None:
    """Print what was asked for: parameters, a config, a policy or a finished run.

    Raises
    ------
    UserError
        When it is none of these.
    """
    if what and what[0] == "params":
        _params(what[1:] or list(ALL))
    elif list(what) == ["levers"]:
        _levers()
    elif any(item.startswith("policy=") for item in what):
        in_world = any(item.startswith("scenario=") for item in what)
        asked = [item for item in what if not in_world or item.partition("=")[0] in ("policy", "policy_path")]
        given = split(asked, ("policy", "policy_path", "scenario"))
        show_policy(given["policy"], given.get("policy_path"))
        if len(asked) < len(what):
            _policy_in_world(given, [item for item in what if item not in asked])
    elif "assumed=true" in what:
        from .assumed import show_assumed

        show_assumed(composed([item for item in what if item != "assumed=true"]))
    elif all("=" in item for item in what):
        _config(composed(what))
    elif len(what) == 1 and (Path(what[0]).is_dir() or Path(what[0]).is_symlink()):
        _finished(Path(what[0]))
    elif len(what) == 1 and what[0] in scenario_names():
        _config(composed([f"scenario={what[0]}"]))
    else:
        wrong = next(item for item in what if "=" not in item)
        raise UserError(
            one_of("What to show", wrong, ["params", "levers", *scenario_names()]).rstrip(".")
            + ", policy=NAME, KEY=VALUE, or the folder of a finished run."
        )


def _policy_in_world(given: Mapping[str, str], lines: Sequence[str]) -> None:
    """Print how large a policy is in the world of a config, and what of it does nothing there."""
    from ..runs.sweep.worlds import remarks_of, sizes_of

    if f"scenario={OF_CASES}" in lines:
        raise UserError(f"scenario={OF_CASES} holds no policies; those that do: {', '.join(SCENARIOS)}.")
    path = [f"policy_path={given['policy_path']}"] if "policy_path" in given else []
    config = composed([*lines, *path, f"policies=[{given['policy']}]"])
    print(f"\nin {config['scenario']}, {config['start']} to {config['end']}")
    try:
        remarks = [
            f"Warning: {spelt_out(remark.text)}" for remark in remarks_of(config) if remark.kind is not EffectNote
        ]
        found = sizes_of(config)
        size = [f"{one.policy}: {text}" if len(found) > 1 else text for one in found for text in one.sentences]
        said = size + (remarks or ["All that it does has somebody or something to act on."])
    except UserError as error:
        said = [str(error)]
    for line in said:
        print(textwrap.fill(line, 110, initial_indent="  ", subsequent_indent="    "))


def _finished(folder: Path) -> None:
    if (folder / store.FILE).exists():
        from ..views.report.plain_answer import lines_of

        print("\n".join(lines_of(folder)))
        print(short_path(folder / store.REPORT))
        return
    record = checked_record(folder)
    with foreign(f"the summary in {folder}"):
        summary = read_summary(folder, record)
        kind = kind_of(record["config"]["scenario"])
        print(kind.text(summary) if kind else text(summary), end="")
    print(folder)


def _params(groups: Sequence[str]) -> None:
    for group in groups:
        group = group.removeprefix("params.")
        if group not in ALL:
            raise UserError(one_of("Parameter group", group, ALL))
        for name, param in ALL[group].items():
            print(f"params.{group}.{name} = {param.value:g}  [{param.unit}]  range {param.low:g} to {param.high:g}")
            print(f"    {param.grade}: {param.source} (as of {param.as_of})")
        print()


def _levers() -> None:
    for name, lever in LEVERS.items():
        print(f"{name}  [{lever.unit}, by {lever.axis}]  {lever.low:g} to {lever.high:g}: {lever.meaning}")


def _config(config: Config) -> None:
    for key in (
        "scenario",
        "title",
        "description",
        "scale",
        "start",
        "end",
        "seed",
        "threads",
        "runs_dir",
        "tables",
        "policies",
        "figures",
        "force",
        "quiet",
        "case",
        "rules",
        "peer",
        "people_per_agent",
        "seeds",
    ):
        if key not in config or (key == "tables" and config["scenario"] == "displacement"):
            continue
        value = config[key]
        if value is None:
            value = (
                "all cores"
                if key == "threads"
                else "none yet"
                if key == "case"
                else f"the scenario's own: {tables_folder(config)}"
            )
        print(f"{key}: {str(value).lower() if isinstance(value, bool) else value}")
    changed = [
        f"params.{group}.{name}: {value:g} (default {ALL[group][name].value:g})"
        for group, values in config["params"].items()
        for name, value in values.items()
        if value != ALL[group][name].value
    ]
    print(
        "\n".join(changed)
        or f"params: {sum(map(len, config['params'].values()))} numbers, all at their defaults; mixflow show params lists them"
    )
