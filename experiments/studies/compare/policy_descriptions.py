"""What readers are told of the policies of a comparison: as they are in force, settings applied and bundles opened."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from mixflow.policies import library
from mixflow.policies.schema import Accord, Cost, Effect, Number, Policy, Trigger, Where, Whom
from mixflow.sim.base.clock import Clock

from ...runs.config import Config
from ...runs.policy_overrides import in_force
from ...runs.sweep.plan import changed
from .arms import BASE, WITH
from .question import Question

HISTORY = library.HISTORY


def described(question: Question) -> list[dict[str, Any]]:
    """The policies that differ between the worlds: of each what it says, does and costs, and the same of its members."""
    worlds = {arm: changed(question.config, question.arm(arm).changes) for arm in (BASE, WITH)}
    opened = {arm: _opened(config) for arm, config in worlds.items()}
    both = {name for name in opened[BASE] if opened[BASE][name] == opened[WITH].get(name)}
    found = []
    for name in (*question.added, *question.removed):
        arm = WITH if name in question.added else BASE
        item = policy_description(name, worlds[arm], opened[arm], both)
        found.append({**item, "does": "added" if arm == WITH else "removed"})
    return found


def held(question: Question) -> list[str]:
    """What both worlds hold besides, as a reader is told: names, with what is set for them or left out of them."""
    config = question.config
    names = [name for name in in_force(config) if not name.startswith("-")]
    out = [name for name in question.removed if name not in names]
    out += [name.removeprefix("-") for name in config["policies"] if name.startswith("-")]
    said = []
    for name in (name for name in names if name not in question.removed):
        inside = {policy.name for policy in _members(name, config)}
        less = [other for other in out if other in inside]
        text = "what was enacted (history)" if name == HISTORY else name
        set_for = settings_said(config["policy_settings"].get(name, {}))
        text += f" ({set_for})" if set_for else ""
        said.append(text + (f" without {', '.join(less)}" if less else ""))
    return said


def enacted(config: Config) -> list[str]:
    """Names of the policies that history brings into the world of a config and that are in force in its days."""
    if HISTORY not in in_force(config):
        return []
    clock = Clock(date.fromisoformat(config["start"]), date.fromisoformat(config["end"]))
    found = _opened(config).values()
    return sorted(policy.name for policy in found if policy.history and library.within(policy, clock))


def policy_description(
    name: str, config: Config, opened: Mapping[str, Policy], both: Collection[str]
) -> dict[str, Any]:
    """One choice of policies as plain values: what it is, what is set for it, and its members.

    Parameters
    ----------
    name
        Of a policy, or `history`.
    config
        Of the world that has it.
    opened
        The policies of that world.
    both
        Policies that both worlds hold alike.

    Returns
    -------
    dict
        As of `plain`; settings in words; members that are in force in the run, each as of `plain` with `in_both`.
    """
    settings = config["policy_settings"].get(name, {})
    clock = Clock(date.fromisoformat(config["start"]), date.fromisoformat(config["end"]))
    nothing = {
        "name": name,
        "title": "",
        "description": "",
        "risk": "",
        "effects": [],
    }  # history is no policy of its own
    own = plain(opened[name]) if name in opened else nothing
    members = [
        {**plain(opened[policy.name]), "in_both": policy.name in both}
        for policy in _members(name, config)
        if policy.name in opened and policy.name != name and library.within(opened[policy.name], clock)
    ]
    return {**own, "settings": settings_said(settings), "members": members}


def settings_said(settings: Mapping[str, Any]) -> str:
    """What a user has set of a policy, in words: at a dose of 0.5, from 2009-03-01."""
    words = {
        "dose": "at a dose of {:g}",
        "start": "from {}",
        "end": "until {}",
        "ramp_days": "growing over {} days",
        "announced": "announced {}",
    }
    return ", ".join(
        text.format(settings[key]) for key, text in words.items() if key in settings and settings[key] is not None
    )


def plain(policy: Policy) -> dict[str, Any]:
    """A policy as plain values."""
    day = {key: getattr(policy, key) for key in ("start", "end", "announced")}
    return {
        **{key: getattr(policy, key) for key in ("name", "title", "description", "risk", "source", "family", "dose")},
        **{key: "" if value is None else value.isoformat() for key, value in day.items()},
        "ramp_days": policy.ramp_days,
        "target": _target(policy.where, policy.whom),
        "trigger": _trigger(policy.trigger),
        "accord": _accord(policy.accord),
        "cost": _cost(policy.cost),
        "effects": [_effect(effect) for effect in policy.effects],
        "rule": policy.rule.name if policy.rule else "",
        "rule_settings": [{"name": name, **_number(value)} for name, value in policy.rule.settings]
        if policy.rule
        else [],
    }


def _opened(config: Config) -> dict[str, Policy]:
    policies = library.opened(in_force(config), config["policy_settings"], config["policy_path"], config["scenario"])
    return {policy.name: policy for policy in policies}


def _members(name: str, config: Config) -> Sequence[Policy]:
    """What a name stands for, itself included, settings not applied."""
    return library.opened([name], {}, config["policy_path"], config["scenario"])


def _number(number: Number) -> dict[str, Any]:
    return {key: getattr(number, key) for key in ("value", "unit", "low", "high", "source")}


def _effect(effect: Effect) -> dict[str, Any]:
    shared = "shared out over the target" if effect.per == "total" else ""
    target = "; ".join(part for part in (_target(effect.where, effect.whom), shared) if part)
    return {"lever": effect.lever, "do": str(effect.do), "target": target, **_number(effect.number)}


def _cost(cost: Cost | None) -> list[dict[str, Any]]:
    parts = [] if cost is None else [("fixed", cost.fixed), ("for each place", cost.per_place)]
    return [{"name": name, **_number(number)} for name, number in parts if number is not None]


def _target(where: Where, whom: Whom) -> str:
    chosen = [(key, getattr(part, key)) for part in (where, whom) for key in part.__dataclass_fields__]
    return "; ".join(f"{key.replace('_', ' ')}: {', '.join(names)}" for key, names in chosen if names)


def _accord(accord: Accord | None) -> str:
    if accord is None:
        return ""
    least = f"in force from {accord.threshold} members; " if accord.threshold > 1 else ""
    binds = f"binding {accord.binding.value:g} and review {accord.review.value:g} of 1"
    who = ", ".join(accord.members)
    return f"open to {who}; {least}{binds}; effects act in each state as far as it joins and complies"


def _trigger(trigger: Trigger | None) -> str:
    if trigger is None:
        return ""
    side, bound = ("below", trigger.below) if trigger.above is None else ("above", trigger.above)
    of = {"all": "of the whole world", "country": "of each country", "origin": "of each country of origin"}
    of["edge"] = "of each edge"
    quantity = trigger.quantity.replace("_", " ")
    return f"only while {quantity} {of.get(trigger.of, f'of {trigger.of}')} are {side} {bound:g} ({trigger.source})"
