"""All chosen policies of a run: from a day's baseline to that day's levers. Without memory, so nothing is ever undone."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from mixflow.sim.base.cells import raise_cells, scale_cells, set_cells
from mixflow.sim.base.clock import Clock
from mixflow.sim.base.errors import UserError
from mixflow.sim.base.levers import LEVERS, Levers
from mixflow.sim.processes.states.accords import OfferedAccord

from .accords import AccordTargets, may_join
from .effect_checks import of_term
from .errors import about
from .rules import Rule, rule_of
from .schema import COUNTED_LEVERS, OFFER_LEVERS, Policy, closes, lever_of
from .targets import Cells, PolicyWorld, Targets
from .terms import Published, Term, settle_rivals, span_of, terms_of, triggered

Floats = npt.NDArray[np.float64]

STEP_DAYS = 7
"""Days between two readings of the days left until a closure."""


BY_COUNTRY = ("country", "origin", "origin x country")


class PolicySet:
    """Policies in force in one world: `levers = policies(baseline, day, published)`.

    Every SET, then every MUL, then every ADD, then rules, then bounds; policies in the order of their names. So the order
    in which they are listed never matters, and what ends leaves no trace.

    Parameters
    ----------
    policies
        Which; bundles already opened.
    world
        The world.
    edge_names
        Its edges in the order of the levers' arrays.
    clock
        The days of the run.

    Raises
    ------
    UserError
        When a target matches nothing, two policies set the same cells at the same time, or a rule is not known.
    """

    def __init__(self, policies: Sequence[Policy], world: PolicyWorld, edge_names: Sequence[str], clock: Clock) -> None:
        self.policies = tuple(sorted(policies, key=lambda policy: policy.name))
        self.world = world
        self.spans = [span_of(policy, clock) for policy in self.policies]
        targets = Targets(world, edge_names)
        self._shape = targets.shape
        joined = {at for at, policy in enumerate(self.policies) if policy.accord is None or may_join(policy, targets)}
        terms = [term for term in terms_of(self.policies, targets) if term.policy in joined]
        self._terms, self.settled = settle_rivals(terms, self.policies, self.spans)
        said = [of_term(self.policies[term.policy].name, term, targets) for term in self._terms]
        self.unmet = [one for one in said if one is not None]
        self._accords = {
            at: AccordTargets(policy, targets)
            for at, policy in enumerate(self.policies)
            if policy.accord is not None and at in joined
        }
        self._rules: list[tuple[int, Rule]] = []
        for at, policy in enumerate(self.policies):
            if policy.rule:
                with about(policy.name):
                    self._rules += [(at, rule) for rule in [rule_of(policy, targets)] if rule is not None]
        self._closing = [term for term in self._terms if closes(term.lever, term.do, term.value)]
        self._days = self._days_of_change(clock)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the policies, in order."""
        return tuple(policy.name for policy in self.policies)

    @property
    def terms(self) -> tuple[Term, ...]:
        """The effects of all policies in this world."""
        return tuple(self._terms)

    def changes_on(self, day: int) -> bool:
        """Whether levers are to be made again on a day that opens no month: a policy starts, is whole, ends, or closes soon.

        A ramp goes on with each month: making levers felt costs the model more than making them.
        """
        return day in self._days

    def __call__(self, levers: Levers, day: int, published: Published) -> Levers:
        """Levers of a day.

        Parameters
        ----------
        levers
            The baseline; it is not changed.
        day
            Day of the run, 0 the first.
        published
            What was published by the day before.
        """
        shares = self._shares(day)
        changed = self._after_effects(self._terms, levers, shares, published)
        self._announce(changed, levers, day)
        for at, rule in self._rules:
            if shares[at] > 0.0 and self._fires(at, published).any():
                changed |= self._ruled(self.policies[at].name, rule, {**levers, **changed}, day, published, shares[at])
        for key, values in changed.items():
            lever = LEVERS[lever_of(key)]
            np.clip(values, lever.low, lever.high, out=values)
        return {**levers, **changed}

    def effects_at(self, levers: Levers, day: int, without: str = "") -> Levers:
        """Levers of a day as effects alone make them: every trigger fires, no rule acts, nothing is announced.

        Parameters
        ----------
        levers
            The baseline; it is not changed.
        day
            Day of the run, 0 the first.
        without
            The name of a policy that is left out.
        """
        shares, changed = self._shares(day), dict[str, npt.NDArray[np.float64]]()
        for term in self._terms:
            if shares[term.policy] > 0.0 and self.policies[term.policy].name != without:
                self._apply(term, term.cells, shares[term.policy], levers, {}, changed)
        for key, values in changed.items():
            lever = LEVERS[lever_of(key)]
            np.clip(values, lever.low, lever.high, out=values)
        return {**levers, **changed}

    @property
    def accord_names(self) -> tuple[str, ...]:
        """Names of the policies that are accords, in order."""
        return tuple(self.policies[at].name for at in self._accords)

    def accords(self, levers: Levers, day: int, published: Published) -> list[OfferedAccord]:
        """The accords that states may be members of on a day, with what each asks of them.

        Parameters
        ----------
        levers, day, published
            As of `__call__`.
        """
        found = []
        for at, accord in self._accords.items():
            if self.spans[at].share(day) > 0.0:
                own = [term for term in self._terms if term.policy == at]
                whole = {name: values for name, values in published.items() if name in AccordTargets.KNOWN}
                after = self._after_effects(own, levers, {at: 1.0}, whole)
                found.append(accord.offered(levers, after, published))
        return found

    def mean_costs(self, levers: Levers, days: range, published: Published) -> dict[str, float]:
        """Mean cost of each policy over some days of one month, EUR mn a year: its fixed cost by share in force, and its places.

        Costs are of the real world, whatever the scale of a run. A fixed cost is paid whether or not a trigger fires; one that is
        conditional, as far as the states that are offered something cooperate, each weighing by what it is offered. Places
        are those that the policy alone adds to the baseline, used or not, before states cut any; where it takes places away,
        nothing is paid back.

        Parameters
        ----------
        levers
            The baseline at the opening of the days.
        days
            Days of the run, 0 the first.
        published
            What was published by the day before; and `cooperation` of the month that opens, by country, on which conditional
            costs depend: without it they are paid in full.

        Returns
        -------
        dict
            EUR mn a year by name, of the policies that have a cost; 0 for one that is not in force.
        """
        costs = {}
        for at, policy in enumerate(self.policies):
            if policy.cost is not None:
                shares = self.spans[at].shares(days).items()
                total = sum(n * self._cost(at, share, levers, days.start, published) for share, n in shares)
                costs[policy.name] = total / len(days)
        return costs

    def _cost(self, at: int, share: float, levers: Levers, day: int, published: Published) -> float:
        """What one policy costs a year, EUR mn, while so much of it is in force."""
        cost = self.policies[at].cost
        if cost is None or share == 0.0:
            return 0.0
        fixed = cost.fixed.value * share * (self._accepted(at, levers, published) if cost.conditional else 1.0)
        if not cost.per_place:
            return fixed
        return fixed + cost.per_place.value * self._added_places(at, share, levers, day, published) / 1e6

    def _accepted(self, at: int, levers: Levers, published: Published) -> float:
        """How much of what one policy offers states is accepted, 0 to 1: in money, or in visas where no money is offered."""
        cooperation = published.get("cooperation")
        if cooperation is None:
            return 1.0
        own = [term for term in self._terms if term.policy == at]
        changed = self._after_effects(own, levers, {at: 1.0}, published)
        for lever in OFFER_LEVERS:
            offered = np.maximum(changed[lever] - levers[lever], 0.0) if lever in changed else np.zeros(1)
            if offered.sum() > 0.0:
                return float((offered * cooperation).sum() / offered.sum())
        return 0.0

    def _added_places(self, at: int, share: float, levers: Levers, day: int, published: Published) -> float:
        """Places a year that one policy alone adds to the baseline while so much of it is in force."""
        own = [term for term in self._terms if term.policy == at]
        changed = self._after_effects(own, levers, {at: share}, published)
        for other, rule in self._rules:
            if other == at and self._fires(at, published).any():
                changed |= self._ruled(self.policies[at].name, rule, {**levers, **changed}, day, published, share)
        added = 0.0
        for key, values in changed.items():
            if lever_of(key) in COUNTED_LEVERS:
                before = levers.get(key, np.zeros_like(values))
                added += float(np.maximum(values - before, 0.0).sum())
        return added

    def _shares(self, day: int) -> dict[int, float]:
        return {at: span.share(day) for at, span in enumerate(self.spans)}

    def _fires(self, at: int, published: Published) -> npt.NDArray[np.bool_]:
        trigger = self.policies[at].trigger
        if trigger is None:
            return np.ones((), np.bool_)
        return triggered(trigger, published, self.world.countries)

    def _after_effects(
        self, terms: Sequence[Term], levers: Levers, shares: Mapping[int, float], published: Published
    ) -> Levers:
        changed: Levers = {}
        fires: dict[int, npt.NDArray[np.bool_]] = {}
        efforts = {at: accord.effort(published) for at, accord in self._accords.items()}
        for term in terms:
            share = shares[term.policy]
            if share == 0.0:
                continue
            cells = term.cells
            if self.policies[term.policy].trigger is not None:
                if term.policy not in fires:
                    fires[term.policy] = self._fires(term.policy, published)
                cells = _where_it_fires(term, fires[term.policy])
            if not len(cells):
                continue
            if term.policy in efforts:
                done = efforts[term.policy][self._accords[term.policy].carriers(term.key, cells)]
                self._apply_in_part(term, cells, share * done, levers, published, changed)
            else:
                self._apply(term, cells, share, levers, published, changed)
        return changed

    def _apply_in_part(
        self, term: Term, cells: Cells, shares: Floats, levers: Levers, published: Published, changed: Levers
    ) -> None:
        """As `_apply`, with a share in force of each cell's own."""
        flat = self._copied(term, levers, changed)
        if term.do == "SET":
            flat[cells] += shares * (term.value - flat[cells])
        elif term.do == "MUL":
            flat[cells] *= 1.0 + shares * (term.value - 1.0)
        else:
            parts = self._parts(term, cells, levers, published) if term.shared else 1.0
            flat[cells] += shares * term.value * parts

    def _copied(self, term: Term, levers: Levers, changed: Levers) -> Floats:
        """The flat array that a term changes."""
        if term.key not in changed:
            changed[term.key] = self._baseline(term, levers).copy()
        return changed[term.key].reshape(-1)

    def _apply(
        self, term: Term, cells: Cells, share: float, levers: Levers, published: Published, changed: Levers
    ) -> None:
        flat = self._copied(term, levers, changed)
        if term.do == "SET":
            set_cells(flat, cells, share, term.value)
        elif term.do == "MUL":
            scale_cells(flat, cells, 1.0 + share * (term.value - 1.0))
        elif term.shared:
            flat[cells] += share * term.value * self._parts(term, cells, levers, published)
        else:
            raise_cells(flat, cells, share * term.value)

    def _baseline(self, term: Term, levers: Levers) -> npt.NDArray[np.float64]:
        if term.key in levers:
            return np.asarray(levers[term.key], np.float64)
        if term.key == term.lever:
            raise UserError(
                f"policy {self.policies[term.policy].name!r}: this model has no lever {term.lever!r}; it has: "
                + ", ".join(sorted(levers))
            )
        return np.zeros(self._shape(term.lever))

    def _parts(self, term: Term, cells: Cells, levers: Levers, published: Published) -> npt.NDArray[np.float64]:
        """How a total is shared out: as the baseline is; where that is zero, by inhabitants; unknown, in equal parts."""
        weights = np.asarray(levers[term.lever], np.float64).reshape(-1)[cells]
        inhabitants = published.get("population")
        if weights.sum() <= 0.0 and inhabitants is not None and LEVERS[term.lever].axis in BY_COUNTRY:
            weights = np.asarray(inhabitants, np.float64)[cells % len(self.world.countries)]
        total = weights.sum()
        return weights / total if total > 0.0 else np.full(len(cells), 1.0 / len(cells))

    def _announce(self, changed: Levers, levers: Levers, day: int) -> None:
        for term in self._closing:
            span = self.spans[term.policy]
            if span.dose > 0.0 and span.announced <= day < span.start:
                if "notice" not in changed:
                    changed["notice"] = np.array(levers["notice"], np.float64)
                left = changed["notice"]
                left[term.cells] = np.minimum(left[term.cells], span.start - day)

    def _ruled(self, name: str, rule: Rule, levers: Levers, day: int, published: Published, share: float) -> Levers:
        after = rule(dict(levers), published, day, self.world)
        changed: Levers = {}
        for key, values in after.items():
            before = levers.get(key)
            if values is before:
                continue
            new = np.asarray(values, np.float64)
            if lever_of(key) not in LEVERS or new.shape != self._shape(lever_of(key)) or not np.isfinite(new).all():
                raise UserError(f"policy {name!r}: its rule gave no finite array in the shape of a lever for {key!r}.")
            old = np.zeros_like(new) if before is None else before
            changed[key] = np.asarray(old + share * (new - old))  # of a world's one number too, which bounds write into
        return changed

    def _days_of_change(self, clock: Clock) -> frozenset[int]:
        days: set[int] = set()
        closing = {term.policy for term in self._closing}
        for at, span in enumerate(self.spans):
            if span.dose == 0.0:
                continue
            days |= {span.end, span.start + max(span.ramp - 1, 0)}
            if at in closing:
                days |= {span.announced, *range(span.start, span.announced, -STEP_DAYS)}
        return frozenset(day for day in days if 0 <= day < clock.days)


def _where_it_fires(term: Term, fires: npt.NDArray[np.bool_]) -> Cells:
    if term.watched is not None and fires.ndim:
        return term.cells[fires[term.watched]]
    return term.cells if bool(fires.any()) else term.cells[:0]
