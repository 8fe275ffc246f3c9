"""`mixflow levers` and `mixflow indicators`: what policies may change and what is measured, with meaning, unit and scenarios."""

import textwrap
from collections.abc import Iterator
from datetime import date

import numpy as np

from mixflow.scenarios.config import OF_CASES, scenario_names
from mixflow.scenarios.effects import REGULAR, SWITCHES
from mixflow.scenarios.world import graph
from mixflow.sim.base.levers import LEVERS
from mixflow.sim.world.baseline import baseline, boats
from mixflow.sim.world.compiled_world import CompiledWorld

from ..results.indicators import INDICATORS, indicators_of
from ..results.indicators.tables import world_of
from ..results.question_measures import GROUP as OWN
from ..results.question_measures import MEASURES
from ..runs.config import composed
from ..studies.compare.focus import KINDS

WIDTH = 110


def levers() -> None:
    """Print every lever by the kind of question that it belongs to: unit, bounds, meaning, and its baseline by scenario."""
    print("\n".join(_levers()))


def _levers() -> Iterator[str]:
    worlds = {name: _baseline(name) for name in scenario_names() if name != OF_CASES}
    for kind, names in KINDS.items():
        yield kind
        for name in names:
            lever = LEVERS[name]
            yield f"  {name}  [{lever.unit}, by {lever.axis}, {lever.low:g} to {lever.high:g}]"
            yield from _filled(lever.meaning, "    ")
            here = [f"{scenario}: {said[name]}" for scenario, said in worlds.items()]
            yield from _filled("; ".join(here), "    ")
        yield ""
    yield "A policy changes levers: mixflow policies lists them, docs/how-to/add_a_policy.md says how to write one."


def _baseline(scenario: str) -> dict[str, str]:
    """What each lever is in a scenario before policies, in words."""
    config = composed([f"scenario={scenario}"])
    world = world_of(config)
    compiled = CompiledWorld(world, graph(world), config["params"])
    found = baseline(compiled, date.fromisoformat(config["start"]))
    admits = np.asarray(world.regular_channels)
    used = {"rescue": boats(compiled.mode), "capacity_factor": compiled.scarce, **dict.fromkeys(REGULAR, admits)}
    said = {}
    for name, values in found.items():
        if name not in LEVERS:
            continue
        if name in SWITCHES and not compiled.values["switch"][SWITCHES[name]]:
            said[name] = f"off until params.switch.{SWITCHES[name]} is set"
        elif name in used and not np.asarray(used[name]).any():
            said[name] = "not used"
        else:
            said[name] = _range(np.asarray(values, float), LEVERS[name].unit)
    return said


def _range(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]], unit: str) -> str:
    if unit == "persons/yr" and values.ndim == 2:
        return f"{values.sum():,.0f} in all" if values.any() else "none"
    low, high = float(values.min()), float(values.max())
    return f"{low:g}" if low == high else f"{low:.3g} to {high:.3g}"


def indicators() -> None:
    """Print every indicator by its group: unit, whether months add up, and what is counted."""
    print("\n".join(_indicators()))


def _indicators() -> Iterator[str]:
    names = ", ".join(name for name in scenario_names() if name != OF_CASES)
    yield f"Measured in every comparison of the scenarios with policies: {names}."
    yield ""
    groups: dict[str, list[str]] = {}
    for name, item in MEASURES.items():
        groups.setdefault(item.group, []).append(name)
    for group, members in groups.items():
        yield group
        for name in members:
            item = MEASURES[name]
            adds = "summed over months" if item.kind == "flow" else "mean over months"
            adds = "a ratio of sums" if item.unit in ("share", "score") else adds
            yield f"  {name}: {item.title}  [{item.unit}, {adds}]"
            yield from _filled(item.definition, "    ")
        yield ""
    yield "Corridors"
    yield "  crossings_CODE: Irregular crossings, one for each corridor of the scenario  [passages, summed over months]"
    yield from _filled(indicators_of({"CODE": ""})["crossings_CODE"].definition, "    ")
    yield ""
    own = len(MEASURES) - len(INDICATORS)
    yield f"{own} measures, under '{OWN}', are of those whom a question is about. The headline of its report chooses from all."


def _filled(text: str, first: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=first)
