"""Policies made ready for a world: effects as cells of arrays, triggers as masks, rivals found. Done once, before the first day."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt

from mixflow.sim.base.clock import Clock
from mixflow.sim.base.errors import UserError, one_of
from mixflow.sim.base.levers import LEVERS

from .errors import PolicyError, about
from .schema import QUANTITIES, Do, Effect, Policy, Trigger
from .targets import Cells, Targets

Published = Mapping[str, npt.NDArray[np.float64]]
FOREVER = 1 << 30


@dataclass(frozen=True, eq=False)
class Term:
    """One effect of one policy in one world.

    Parameters
    ----------
    policy
        Position of its policy in canonical order.
    key
        A lever, or a pool of places.
    cells
        Positions in the flat array.
    watched
        For each cell, the element of the trigger's quantity that it depends on.
    """

    policy: int
    key: str
    lever: str
    do: Do
    value: float
    shared: bool
    cells: Cells
    watched: Cells | None


@dataclass(frozen=True)
class Span:
    """When a policy is in force, in days of the run: [start, end), known from `announced`, whole after `ramp` days."""

    start: int
    end: int
    announced: int
    ramp: int
    dose: float

    def share(self, day: int) -> float:
        """How much of the policy is in force on a day, 0 to 1."""
        if not self.start <= day < self.end:
            return 0.0
        return self.dose * (min(1.0, (day - self.start + 1) / self.ramp) if self.ramp else 1.0)

    def shares(self, days: range) -> Counter[float]:
        """On how many of some days, one at least, how much of the policy is in force."""
        unbroken = days[0] >= self.start + self.ramp and days[-1] < self.end
        if unbroken or days[-1] < self.start or days[0] >= self.end:
            return Counter({self.share(days[0]): len(days)})
        return Counter(map(self.share, days))

    def overlaps(self, other: "Span") -> bool:
        """Whether both are in force on some day."""
        return max(self.start, other.start) < min(self.end, other.end)


def span_of(policy: Policy, clock: Clock) -> Span:
    """The days of a policy in a run; one without a start begins with the run."""

    def day(when: date | None, otherwise: int) -> int:
        return otherwise if when is None else (when - clock.start).days

    start = day(policy.start, 0)
    return Span(start, day(policy.end, FOREVER), day(policy.announced, start), policy.ramp_days, policy.dose)


def terms_of(policies: Sequence[Policy], targets: Targets) -> list[Term]:
    """The effects of all policies, in canonical order: by lever, what is done, policy."""
    terms: list[Term] = []
    for at, policy in enumerate(policies):
        with about(policy.name):
            check_trigger(policy, targets)
            made = [_term(at, policy, effect, targets) for effect in policy.effects]
            terms += [term for term in made if len(term.cells)]  # a role that nobody has: the checks say it
    rank = {"SET": 0, "MUL": 1, "ADD": 2}
    return sorted(terms, key=lambda term: (term.key, rank[term.do], term.policy))


def _term(at: int, policy: Policy, effect: Effect, targets: Targets) -> Term:
    where = f"policy {policy.name!r}, {effect.lever}"
    key, cells = targets.cells(where, effect, policy.where, policy.whom)
    watched = _watched(where, policy.trigger, effect, cells, targets)
    if effect.do == "MUL" and key != effect.lever:
        raise UserError(f"{where}: places kept for some are none at first; use add or set in place of mul.")
    return Term(at, key, effect.lever, effect.do, effect.number.value, effect.per == "total", cells, watched)


def settle_rivals(
    terms: Sequence[Term], policies: Sequence[Policy], spans: Sequence[Span]
) -> tuple[list[Term], list[str]]:
    """Let one hold where two SET the same cells at the same time, and say which: of two accords, the more binding.

    Raises
    ------
    UserError
        Where neither binds more, or one is no accord: naming both policies and the lever.
    """
    kept, said = list(terms), []
    fixed = [at for at, term in enumerate(terms) if term.do == "SET"]
    for position, one in enumerate(fixed):
        for other in fixed[position + 1 :]:
            first, second = kept[one], kept[other]
            if first.key != second.key or not spans[first.policy].overlaps(spans[second.policy]):
                continue
            shared = np.intersect1d(first.cells, second.cells)
            if not len(shared):
                continue
            binds = [_binding(policies[term.policy]) for term in (first, second)]
            if binds[0] == binds[1]:
                raise _rivals(policies[first.policy], policies[second.policy], first)
            weaker, stronger = (one, second) if binds[0] < binds[1] else (other, first)
            kept[weaker] = _without(kept[weaker], shared)
            names = policies[kept[weaker].policy].name, policies[stronger.policy].name
            said.append(
                f"accord {names[0]!r}: {names[1]!r} binds more and sets {first.key!r} of the same "
                f"{LEVERS[first.lever].axis}, so that this norm acts only where the other does not."
            )
    return kept, said


def _binding(policy: Policy) -> float:
    """How far a policy binds: 2 for one that is simply done, and is no accord."""
    return policy.accord.binding.value if policy.accord else 2.0


def _without(term: Term, cells: Cells) -> Term:
    left = ~np.isin(term.cells, cells)
    return replace(term, cells=term.cells[left], watched=None if term.watched is None else term.watched[left])


def _rivals(one: Policy, other: Policy, term: Term) -> UserError:
    return PolicyError(
        f"policies {one.name!r} and {other.name!r} both set {term.key!r} of the same {LEVERS[term.lever].axis} at the "
        "same time, and only one can hold. Choose one of them, change its dates, or use mul or add in one.",
        (one.name, other.name),
    )


def check_trigger(policy: Policy, targets: Targets) -> None:
    """Refuse a trigger that watches a country that is not on the map, or one of many parts for a rule, which is one whole."""
    trigger = policy.trigger
    if trigger is not None and policy.rule and trigger.of in ("country", "origin", "edge"):
        raise UserError(
            f"policy {policy.name!r}, trigger.of: {trigger.of!r} cannot start a rule; write of: all, or a country's code."
        )
    if trigger is None or trigger.of in ("all", "country", "origin", "edge"):
        return
    countries = targets.world.countries
    if QUANTITIES[trigger.quantity][0] == "edge" or trigger.of not in countries:
        raise UserError(
            f"policy {policy.name!r}, trigger.of: {one_of('Country', trigger.of, ['all', 'country', *countries])}"
        )


def triggered(trigger: Trigger, published: Published, countries: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Where a trigger fires, by what was published: one value for each element, or one for all.

    What has not been published yet fires nothing.
    """
    values = published.get(trigger.quantity)
    if values is None:
        return np.zeros((), np.bool_)
    numbers: npt.NDArray[np.float64] = np.asarray(values, np.float64)
    if trigger.of == "all":
        numbers = np.asarray(numbers.sum())
    elif trigger.of in countries:
        numbers = np.asarray(numbers[list(countries).index(trigger.of)])
    if trigger.above is not None:
        return np.asarray(numbers > trigger.above)
    return np.asarray(numbers < (np.inf if trigger.below is None else trigger.below))


def _watched(where: str, trigger: Trigger | None, effect: Effect, cells: Cells, targets: Targets) -> Cells | None:
    if trigger is None or trigger.of not in ("country", "origin", "edge"):
        return None
    axis, countries = LEVERS[effect.lever].axis, len(targets.world.countries)
    if trigger.of == axis or (trigger.of, axis) == ("country", "origin"):
        return cells
    if trigger.of == "country" and axis == "origin x country":
        return cells % countries
    if trigger.of == "origin" and axis == "origin x country":
        return cells // countries
    if trigger.of == "country" and axis == "edge":
        return targets.end_country[cells]
    raise UserError(
        f"{where}: a trigger of each {trigger.of} says nothing of a lever by {axis}; write of: all, or a country's code."
    )
