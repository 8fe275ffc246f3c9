"""`mixflow policies` and `mixflow show policy=NAME`: what policies there are and what each does, on stdout; runs nothing."""

import textwrap
from collections.abc import Iterable, Iterator

from mixflow.policies import library
from mixflow.policies.rules import kinds
from mixflow.policies.schema import FAMILIES, Accord, Effect, Policy, Trigger, Where, Whom
from mixflow.sim.base.errors import UserError, one_of
from mixflow.sim.base.levers import LEVERS

WIDTH = 110


def split(given: Iterable[str], allowed: tuple[str, ...]) -> dict[str, str]:
    """Arguments KEY=VALUE as a mapping.

    Raises
    ------
    UserError
        When one is something else, has another key, or comes twice.
    """
    found: dict[str, str] = {}
    for item in given:
        key, sign, value = item.partition("=")
        if not sign or key not in allowed:
            raise UserError(one_of("What to show", key, [f"{name}=..." for name in allowed]))
        if key in found or not value:
            raise UserError(f"{item!r}: give {key} one value.")
        found[key] = value
    return found


def show_policies(policy_path: str | None = None) -> None:
    """Print a table of all policies by family, those of a folder of yours included; enacted ones last, by date."""
    policies = [library.load(name, policy_path) for name in library.files(policy_path)]
    print("\n".join(table(policies)))


def table(policies: Iterable[Policy]) -> Iterator[str]:
    """Lines of a table of policies."""
    found = list(policies)
    wide = max(len(policy.name) for policy in found)
    for family in FAMILIES:
        members = [policy for policy in found if policy.family == family and not policy.history]
        yield from _block(family, [(policy.name, policy.title) for policy in members], wide)
    enacted = sorted((policy for policy in found if policy.history), key=lambda policy: (policy.start, policy.name))
    lines = [(policy.name, f"{policy.start} to {policy.end or 'open      '!s}  {policy.title}") for policy in enacted]
    yield from _block(
        "history: what was enacted, part of the world where history=true",
        lines,
        wide,
    )
    yield "mixflow show policy=NAME tells more. mixflow run policies=[NAME,NAME] chooses; policies=[-NAME] leaves one out."


def _block(title: str, lines: list[tuple[str, str]], wide: int) -> Iterator[str]:
    if lines:
        yield title
        yield from (f"  {name:<{wide}}  {text}" for name, text in lines)
        yield ""


def show_policy(name: str, policy_path: str | None = None) -> None:
    """Print one policy: what it does, to whom, when, at what cost, by which sources, and at which risk.

    Raises
    ------
    UserError
        When there is none of that name.
    """
    print("\n".join(page(library.load(name, policy_path), policy_path)))


def page(policy: Policy, policy_path: str | None = None) -> Iterator[str]:
    """Lines that tell a policy."""
    yield f"{policy.name}: {policy.title}"
    yield from _filled(policy.description)
    yield ""
    yield f"family      {policy.family}{', enacted' if policy.history else ''}"
    yield f"in force    {_dates(policy)}"
    for label, selected in (("where", policy.where), ("whom", policy.whom)):
        if said(selected):
            yield f"{label:<11} {said(selected)}"
    if policy.trigger:
        yield f"when        {_trigger(policy.trigger)} ({policy.trigger.source})"
    if policy.accord:
        yield from _agreed(policy.accord)
    yield from _does(policy)
    for inner in policy.includes:
        yield f"includes    {inner}: {library.load(inner, policy_path).title}"
    yield from _costs(policy)
    yield from _filled(policy.risk, "risk        ")
    yield f"mechanisms  {', '.join(policy.mechanisms)}"
    yield from _filled(f"{policy.source} (as of {policy.as_of})", "source      ")


def _does(policy: Policy) -> Iterator[str]:
    for effect in policy.effects:
        yield f"effect      {described(effect)}"
        yield from _filled(effect.number.source, " " * 14)
    if policy.rule:
        yield f"rule        {policy.rule.name}: {kinds()[policy.rule.name].meaning}"
        for name, number in policy.rule.settings:
            span = f"{number.low:g} to {number.high:g}"
            yield f"              {name} {number.value:g} {number.unit} (range {span}): {number.source}"


def described(effect: Effect) -> str:
    """One effect in one line."""
    number, lever = effect.number, LEVERS[effect.lever]
    span = f"range {number.low:g} to {number.high:g}"
    unit = "" if number.unit in ("ratio", "0 or 1") else f" {number.unit}"
    what = {
        "SET": f"is set to {number.value:g}{unit}",
        "MUL": f"times {number.value:g}",
        "ADD": f"plus {number.value:g}{unit}" + (" in all" if effect.per == "total" else ""),
    }[effect.do]
    where = "; ".join(part for part in (said(effect.where), said(effect.whom)) if part)
    return f"{effect.lever} {what} ({span})" + (f" [{where}]" if where else "") + f": {lever.meaning}"


def said(selected: Where | Whom) -> str:
    """Selectors in words."""
    given = {name: getattr(selected, name) for name in selected.__dataclass_fields__}
    return "; ".join(f"{name.replace('_', ' ')}: {', '.join(names)}" for name, names in given.items() if names)


def _dates(policy: Policy) -> str:
    start = policy.start or "the first day of a run"
    until = f"until {policy.end}, not included" if policy.end else "without end"
    ramp = f", growing for {policy.ramp_days} days" if policy.ramp_days else ""
    notice = f", announced on {policy.announced}" if policy.announced else ""
    dose = f", dose {policy.dose:g}" if policy.dose != 1.0 else ""
    return f"from {start} {until}{notice}{ramp}{dose}"


def _trigger(trigger: Trigger) -> str:
    side = f"above {trigger.above:g}" if trigger.above is not None else f"below {trigger.below:g}"
    whose = {"all": "in all", "country": "of each country", "origin": "of each nationality", "edge": "of each edge"}
    return f"{trigger.quantity} {whose.get(trigger.of, 'of ' + trigger.of)} {side}, as published the month before"


def _agreed(accord: Accord) -> Iterator[str]:
    yield from _filled(agreed(accord), "accord      ")
    for name in ("binding", "review", "payment"):
        number = getattr(accord, name)
        if number is not None:
            span = f"range {number.low:g} to {number.high:g}"
            yield from _filled(f"{name} {number.value:g} {number.unit} ({span}): {number.source}", " " * 14)


def agreed(accord: Accord) -> str:
    """Who may join an accord, when it is in force, and where members meet."""
    least = f"in force from {accord.threshold} members" if accord.threshold > 1 else "in force from the first member"
    venue = f"; members meet on {accord.venue}" if accord.venue else ""
    who = ", ".join(accord.members)
    return f"open to {who}; {least}{venue}. Effects act in each state as far as it joins and complies"


def _costs(policy: Policy) -> Iterator[str]:
    if policy.cost is None:
        return
    fixed, each = policy.cost.fixed, policy.cost.per_place
    paid = ", paid as far as states cooperate" if policy.cost.conditional else ""
    yield from _filled(
        f"EUR {fixed.value:g} mn a year ({fixed.low:g} to {fixed.high:g}){paid}: {fixed.source}", "cost        "
    )
    if each:
        yield from _filled(
            f"EUR {each.value:g} for each place ({each.low:g} to {each.high:g}): {each.source}", " " * 12
        )


def _filled(text: str, first: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=" " * len(first))
