"""What a page offers and explains: scenarios, policies, levers, indicators and contested effects, from where they are declared."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from mixflow.policies import library
from mixflow.policies.rules import kinds
from mixflow.policies.schema import FAMILIES, Policy
from mixflow.sim.base.clock import Clock
from mixflow.sim.base.errors import UserError
from mixflow.sim.base.levers import AXES, LEVERS
from mixflow.sim.base.params import PARAMS

from ...results.indicators import indicators_of
from ...runs.config import composed
from ..policies_page import page
from .study import SCENARIOS

HISTORY = "What was enacted"


@dataclass(frozen=True)
class Scenario:
    """A world to choose."""

    name: str
    title: str
    description: str
    start: str
    end: str
    scale: float


@cache
def scenarios() -> dict[str, Scenario]:
    """Worlds by name, the small one first."""
    found = {}
    for name in sorted(SCENARIOS, key=lambda name: (name != "toy", name)):
        config = composed([f"scenario={name}"])
        found[name] = Scenario(
            name, config["title"], config["description"], config["start"], config["end"], config["scale"]
        )
    return found


@cache
def policies() -> dict[str, Policy]:
    """All policies of the library by name: by family, then by title; those that were enacted last."""
    found = [library.load(name) for name in library.files()]
    found.sort(key=lambda policy: (policy.history, FAMILIES.index(policy.family), policy.title))
    return {policy.name: policy for policy in found}


def enacted(scenario: str, start: str | None, end: str | None) -> dict[str, str]:
    """Enacted policies of a scenario's world that are in force in some days, or in its own days: titles by name."""
    config = composed([f"scenario={scenario}"])
    if not config["history"]:
        return {}
    try:
        clock = Clock(date.fromisoformat(start or config["start"]), date.fromisoformat(end or config["end"]))
    except (ValueError, UserError):  # the fields say what is wrong with them
        return {}
    there = [policy for policy in policies().values() if policy.history and library.within(policy, clock)]
    return {policy.name: policy.title for policy in there}


def choices(own: Mapping[str, Policy]) -> dict[str, str]:
    """What a list of policies shows, by name."""
    found = {name: f"{policy.title} (yours)" for name, policy in own.items()}
    found |= {
        name: f"{policy.title} ({HISTORY.lower() if policy.history else policy.family})"
        for name, policy in policies().items()
    }
    return {**found, "history": "Everything that was enacted (history)"}


@dataclass(frozen=True)
class EffectRow:
    """What one effect of a policy does to a lever, for a table."""

    lever: str
    meaning: str
    does: str
    span: str
    source: str


def effect_rows(policy: Policy) -> list[EffectRow]:
    """The effects of a policy, each with unit, range and source."""
    found = []
    for effect in policy.effects:
        number, lever = effect.number, LEVERS[effect.lever]
        verbs = {"SET": f"set to {number.value:g}", "MUL": f"times {number.value:g}", "ADD": f"plus {number.value:g}"}
        unit = "" if effect.do == "MUL" else f" {number.unit}"
        in_all = " in all" if effect.per == "total" else ""
        found.append(
            EffectRow(
                effect.lever.replace("_", " "),
                lever.meaning,
                f"{verbs[effect.do]}{unit}{in_all}",
                f"{number.low:g} to {number.high:g}",
                number.source,
            )
        )
    if policy.rule:
        rule, meaning = policy.rule.name, kinds()[policy.rule.name].meaning
        for name, number in policy.rule.settings:
            does = f"{name.replace('_', ' ')}: {number.value:g} {number.unit}"
            found.append(EffectRow(rule, meaning, does, f"{number.low:g} to {number.high:g}", number.source))
    return found


def in_force(policy: Policy) -> str:
    """When a policy is in force by its file."""
    return f"{policy.start or 'the first day'} to {policy.end or 'the last day'}"


def text_of(policy: Policy) -> str:
    """All that the command `mixflow show policy=NAME` says."""
    return "\n".join(page(policy))


@cache
def explained() -> list[dict[str, Any]]:
    """Everything that has a name on the pages: kind, name, unit, meaning, source; for the list under Learn."""
    used: dict[str, list[str]] = {}
    sources: dict[str, set[str]] = {}
    for policy in policies().values():
        for effect in policy.effects:
            used.setdefault(effect.lever, []).append(policy.title)
            sources.setdefault(effect.lever, set()).add(effect.number.source)
    rows = [
        {
            "kind": "lever",
            "name": name.replace("_", " "),
            "unit": lever.unit,
            "meaning": f"{lever.meaning}. Of {AXES[lever.axis]}; from {lever.low:g} to {lever.high:g}.",
            "source": _sources(sources.get(name, set())),
            "used": "; ".join(sorted(set(used.get(name, [])))[:4]),
        }
        for name, lever in LEVERS.items()
    ]
    rows += [
        {
            "kind": "indicator",
            "name": item.title,
            "unit": item.unit,
            "meaning": item.definition,
            "source": "counted in the tables of each run; the definition is the source",
            "used": f"{item.group}; {'months add up' if item.kind == 'flow' else 'mean over months'}",
        }
        for item in indicators_of({"of each corridor": "each corridor of the world"}).values()
    ]
    rows += [
        {
            "kind": "contested effect",
            "name": name.replace("_", " "),
            "unit": param.unit,
            "meaning": f"neutral at {param.value:g}; from {param.low:g} to {param.high:g}",
            "source": param.source,
            "used": "",
        }
        for name, param in PARAMS.get("switch", {}).items()
    ]
    return rows


def _sources(found: set[str]) -> str:
    if not found:
        return "no policy of the library changes it; its baseline is in the scenario's tables"
    some = sorted(found, key=len)[:2]
    return "; ".join(some) + (f"; and {len(found) - 2} more, on the policies' cards" if len(found) > 2 else "")
