"""What policies do not do in a world, found before anything is simulated: one text a fault, few lines for many countries."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from mixflow.sim.base.clock import Clock
from mixflow.sim.base.errors import EffectNote, EffectWarning, UnmetWarning
from mixflow.sim.base.levers import LEVERS, Levers

from .schema import PLACE_LEVERS, Effect, Policy, Where, Whom
from .targets import PolicyWorld, Targets
from .terms import Span, Term

if TYPE_CHECKING:
    from .policy_set import PolicySet

Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

MOST_NAMED = 6
"""Countries or nationalities that a text names; it counts the others."""

MOST_GROUPS = 3
"""Groups of countries that a text tells apart."""


class Remark(NamedTuple):
    """A text about a policy, and as what it is said: as a warning of what is not done, or a note of how much is."""

    text: str
    kind: type[UserWarning] = EffectWarning


class Facts(NamedTuple):
    """What the checks ask of a world.

    Parameters
    ----------
    clock
        The days of the run.
    levers_at
        The levers without policies, on a day of the run.
    used
        By lever, the cells that the model reads in this world; all where a lever is not named.
    switched_off
        By lever, the parameter that switches its effect off.
    """

    clock: Clock
    levers_at: Callable[[int], Levers]
    used: Mapping[str, Mask]
    switched_off: Mapping[str, str]


def remarks(made: "PolicySet", edge_names: Iterable[str], facts: Facts, names: Iterable[str]) -> list[Remark]:
    """What the policies of these names do not do, in their order, and how many places their factors add.

    Places that nobody can take are named whichever policy has them.
    """
    chosen, targets = set(names), Targets(made.world, tuple(edge_names))
    found = [Remark(text, UnmetWarning) for text in made.unmet] + [Remark(text) for text in made.settled]
    for at, policy in enumerate(made.policies):
        if policy.name not in chosen:
            continue
        who = f"policy {policy.name!r}"
        never = _never(policy, made.spans[at], facts.clock)
        if never:
            found.append(Remark(f"{who} {never}"))
            continue
        found += [Remark(f"{who}: {said}") for said in _not_here(policy, targets)]
        for term in made.terms:
            if term.policy == at:
                said = _of_effect(term, made, targets, facts)
                found += [Remark(f"{who}: {said.text}", said.kind)] if said else []
    return list(dict.fromkeys(found))


def _never(policy: Policy, span: Span, clock: Clock) -> str:
    """Why a policy does nothing on any day; empty where it does something."""
    if policy.dose == 0.0:
        return "has a dose of 0 and does nothing."
    if span.start >= clock.days or span.end <= 0:
        days = f"{clock.start} to {clock.end} (start {policy.start})"
        return f"is announced and never in force in this run, {days}: only the notice acts."
    return ""


def _not_here(policy: Policy, targets: Targets) -> list[str]:
    """Countries and routes that a policy names and this world has not."""
    named: dict[str, None] = {}
    lacking: dict[str, None] = {}
    parts: tuple[Policy | Effect, ...] = (policy, *policy.effects)
    for one in parts:
        for selectors in (one.where, one.whom):
            for name in _countries_in(selectors):
                if not name.startswith("not ") and not targets.countries(policy.name, (name,)).any():
                    (lacking if name in targets.lacking else named)[name] = None
    for name in policy.accord.members if policy.accord else ():
        if not targets.countries(policy.name, (name,)).any() and name in targets.lacking:
            lacking[name] = None
    said = [f"{targets.lacking[name]}. What the policy does there is left out." for name in lacking]
    return said + ([f"{_listed(named)} {'is' if len(named) == 1 else 'are'} not in this world."] if named else [])


def _countries_in(selectors: Where | Whom) -> Iterable[str]:
    for selector in ("country", "from_country", "to_country", "nationality"):
        yield from getattr(selectors, selector, ())
    for pair in getattr(selectors, "pair", ()):
        yield from (part.strip() for part in pair.removeprefix("not ").split(">"))


def _of_effect(term: Term, made: "PolicySet", targets: Targets, facts: Facts) -> Remark | None:
    """What one effect does not do."""
    lever, world = term.lever, targets.world
    if lever in facts.switched_off:
        return Remark(f"{lever} does nothing while {facts.switched_off[lever]} is 0.")
    mask = np.zeros(targets.shape(lever), np.bool_)
    mask.reshape(-1)[term.cells] = True
    if (
        lever in facts.used
        and (lever != "capacity_factor" or term.value >= 1.0)
        and not (mask & facts.used[lever]).any()
    ):
        return Remark(f"this world does not use {lever} where the policy changes it ({_where(mask, term, targets)}).")
    peopled = mask & _peopled(lever, world)
    if not peopled.any():
        if lever not in PLACE_LEVERS:
            return Remark(f"{lever}: no people of {_whose(mask, world)} are in this world.")
        return (
            Remark(f"{_why_nobody(lever, mask, world)}.") if term.do == "MUL" else None
        )  # of_term speaks of the others
    if lever == "relocation" and not _sends(made, facts):
        return Remark("relocation: no country is one that people are relocated from; change relocation_from too.")
    first, last = _days_in_force(made.spans[term.policy], facts.clock)
    bases = [np.asarray(facts.levers_at(day)[lever], np.float64) for day in (first, last)]
    if term.do == "MUL":
        return _of_factor(term, made, bases, peopled, targets)
    return _of_change(term, bases, mask)


def _days_in_force(span: Span, clock: Clock) -> tuple[int, int]:
    """The first and the last day of a run on which a policy is in force."""
    return max(span.start, 0), min(span.end, clock.days) - 1


def _of_change(term: Term, bases: Sequence[Floats], mask: Mask) -> Remark | None:
    """What is set to what it is, or added where there is no room."""
    lever = LEVERS[term.lever]
    for base in bases:
        after = base + term.value if term.do == "ADD" else np.full_like(base, term.value)
        if term.key != term.lever or (np.clip(after, lever.low, lever.high) != base)[mask].any():
            return None
    return Remark(f"{term.lever} is already at {bases[0][mask].flat[0]:g} everywhere where the policy changes it.")


def _of_factor(
    term: Term, made: "PolicySet", bases: Sequence[Floats], peopled: Mask, targets: Targets
) -> Remark | None:
    """Where a factor finds nothing, and how many places it adds elsewhere."""
    if term.value == 1.0:
        return Remark(f"{term.lever} times 1 stays as it is.")
    nothing = peopled & np.logical_and.reduce([base == 0.0 for base in bases])
    for other in made.terms:
        if other.key == term.key and other.do == "SET" and made.spans[other.policy].overlaps(made.spans[term.policy]):
            nothing.reshape(-1)[other.cells] = False
    places = term.lever in PLACE_LEVERS
    size = _size(term, float(bases[0][peopled].sum())) if places else ""
    if not nothing.any() or (LEVERS[term.lever].axis == "edge" and (peopled & ~nothing).any()):
        return Remark(f"{size}.", EffectNote) if size else None
    what = f"there are no places of {term.lever!r}" if places else f"{term.lever} is 0, with nothing"
    advice = ": use add." if term.value > 1.0 else "."
    more = f" Elsewhere, {size}." if (peopled & ~nothing).any() and size else ""
    return Remark(f"{what} to multiply by {term.value:g} {_where(nothing, term, targets)}{advice}{more}")


def _size(term: Term, before: float) -> str:
    """How many places a factor adds, or takes away."""
    change = (term.value - 1.0) * before
    does = f"adds {change:,.0f}" if change >= 0.0 else f"takes {-change:,.0f}"
    return (
        f"times {term.value:g} {does} places of {term.lever!r} a year {'to' if change >= 0.0 else 'of'} {before:,.0f}"
    )


def _sends(made: "PolicySet", facts: Facts) -> bool:
    """Whether people may be relocated from somewhere."""
    by_effect = any(term.lever == "relocation_from" and term.value > 0.0 for term in made.terms)
    by_rule = any(policy.rule is not None for policy in made.policies)
    return by_effect or by_rule or bool((facts.levers_at(0)["relocation_from"] > 0.0).any())


def _peopled(lever: str, world: PolicyWorld) -> Mask:
    """Cells of a lever whose people are in the world; for places, also those where regular places are asked for."""
    theirs = _with_people(world)
    axis = LEVERS[lever].axis
    if axis == "origin":
        return theirs
    if axis == "origin x country":
        there = world.regular_channels if lever in PLACE_LEVERS else np.ones_like(world.regular_channels)
        return np.outer(theirs, there)
    return np.ones((), np.bool_)


def _with_people(world: PolicyWorld) -> Mask:
    """Nationalities of whom there are people, at home or abroad."""
    abroad = [origin for rows in world.hosted.values() for origin, *_ in rows]
    return np.asarray(world.origins | np.isin(np.arange(len(world.countries)), abroad))


def _where(mask: Mask, term: Term, targets: Targets) -> str:
    """Cells of a lever in words: countries with the same nationalities together, and few of many."""
    axis, world = LEVERS[term.lever].axis, targets.world
    if axis == "edge":
        return f"on {_listed([targets.edge_names[row] for row in np.flatnonzero(mask)])}"
    if axis == "country":
        return f"in {_codes(mask, world)}"
    if axis == "origin":
        return f"for {_codes(mask, world)}"
    if axis != "origin x country":
        return "here"
    groups: dict[bytes, list[int]] = {}
    for country in np.flatnonzero(mask.any(axis=0)):
        groups.setdefault(mask[:, country].tobytes(), []).append(int(country))
    ranked = sorted(groups.values(), key=lambda members: (-int(mask[:, members[0]].sum()), members))
    said = [
        f"in {_listed([world.countries[c] for c in g])} for {_codes(mask[:, g[0]], world)}"
        for g in ranked[:MOST_GROUPS]
    ]
    left = sum(map(len, ranked[MOST_GROUPS:]))
    return "; ".join(said) + (f"; and for some in {left} more countries" if left else "")


def _whose(mask: Mask, world: PolicyWorld) -> str:
    return _codes(mask if mask.ndim == 1 else mask.any(axis=1), world)


# ---- places that nobody can take


def of_term(name: str, term: Term, targets: Targets) -> str | None:
    """What to say of a policy's places, where nobody can take any of them; else None."""
    if term.lever not in PLACE_LEVERS or term.do == "MUL" or term.value <= 0.0:
        return None
    offered = np.zeros(targets.shape(term.lever), np.bool_)
    offered.reshape(-1)[term.cells] = True
    return _said(f"policy {name!r}", term.lever, offered, targets.world)


def of_tables(places: Mapping[str, npt.NDArray[np.float64]], world: PolicyWorld) -> list[str]:
    """What to say of the channels of a world's table `admissions` that nobody can use.

    Parameters
    ----------
    places
        Places a year by channel, each of shape (origins, countries).
    """
    found = [_said("admissions", channel, table > 0.0, world) for channel, table in places.items() if table.any()]
    return [said for said in found if said is not None]


def _said(who: str, channel: str, offered: Mask, world: PolicyWorld) -> str | None:
    """Why nobody meets what these places ask for; None where somebody may."""
    why = _why_nobody(channel, offered, world)
    return f"{who}: {why}." if why else None


def _why_nobody(channel: str, offered: Mask, world: PolicyWorld) -> str:
    nobody = f"nobody can take its places of channel {channel!r}, as"
    theirs = offered & _with_people(world)[:, None]
    if not theirs.any():
        return f"{nobody} no people of {_codes(offered.any(axis=1), world)} are in this world"
    there = theirs & world.regular_channels[None, :]
    if not there.any():
        return f"{nobody} regular places are given by admitting states, and not in {_codes(theirs.any(axis=0), world)}"
    kin = np.asarray(sum(world.diaspora.values()))
    if channel == "family" and not (there & (kin > 0.0)).any():
        return f"{nobody} nobody named has kin in {_codes(there.any(axis=0), world)}"
    return ""


def _codes(mask: Mask, world: PolicyWorld) -> str:
    return _listed([code for code, take in zip(world.countries, mask, strict=True) if take])


def _listed(names: Iterable[str]) -> str:
    known = list(names)
    left = len(known) - MOST_NAMED
    return ", ".join(known[:MOST_NAMED]) + (f" and {left} more" if left > 0 else "")
