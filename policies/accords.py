"""Accords in a world: which state carries which norm, what a norm asks of it, and how far norms act."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from mixflow.sim.base.errors import UserError
from mixflow.sim.base.levers import LEVERS, Levers
from mixflow.sim.processes.states.accords import OfferedAccord, effort_key

from .schema import Policy, lever_of
from .targets import Targets

Floats = npt.NDArray[np.float64]

RELIEVING = ("relocation", "humanitarian", "hosting", "funding", "livelihood_aid")
"""Levers whose norms relieve states in which people arrive or are hosted."""

EACH = 1000.0
"""Places of a norm weigh as one unit of depth where they are as many as one for so many inhabitants. Assumption."""

PER_CENT_OF_OUTPUT = 100.0


def may_join(policy: Policy, targets: Targets) -> bool:
    """Whether the accord of a policy is open to more than a role or group that no country of this world has."""
    assert policy.accord is not None
    targets.countries(f"policy {policy.name!r}, accord.members", policy.accord.members)
    return not targets.lacks(policy.accord.members)


class AccordTargets:
    """One accord in one world.

    Parameters
    ----------
    policy
        The policy whose effects are its norms.
    targets
        The world.

    Raises
    ------
    UserError
        Where no state of the world may join, or more must join than may.
    """

    KNOWN = ("population", "wages")
    """What is published that the size of norms may depend on; efforts are not among them."""

    def __init__(self, policy: Policy, targets: Targets) -> None:
        assert policy.accord is not None
        self.name, self.accord = policy.name, policy.accord
        self._targets = targets
        self.open_to = targets.countries(f"policy {policy.name!r}, accord.members", policy.accord.members)
        may = int(self.open_to.sum())
        if not may:
            raise UserError(
                f"policy {policy.name!r}: no country of this world may join its accord ({', '.join(policy.accord.members)})."
            )
        if policy.accord.threshold > may:
            raise UserError(
                f"policy {policy.name!r}: its accord never enters into force: it takes {policy.accord.threshold} members, and "
                f"{may} countries of this world may join. Lower accord.threshold."
            )

    def effort(self, published: Mapping[str, Floats]) -> Floats:
        """How far each state complies, shape (countries + 1,): what members do together comes last.

        Who may not join is carried by what members do together, weighed by output; everything is done where nothing is published.
        """
        told = published.get(effort_key(self.name))
        if told is None:
            return np.ones(len(self.open_to) + 1)
        output = _output(published, len(self.open_to)) * self.open_to
        together = float((output * told).sum() / output.sum())
        return np.append(np.where(self.open_to, told, together), together)

    def carriers(self, key: str, cells: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """For cells of a lever, the country that does what is agreed; -1, the last of `effort`, where all members do it."""
        axis, countries = LEVERS[lever_of(key)].axis, len(self.open_to)
        if axis in ("country", "origin"):
            return cells
        if axis == "origin x country":
            return cells % countries
        if axis == "edge":
            return self._targets.end_country[cells]
        return np.full(len(cells), -1)

    def offered(self, before: Levers, after: Levers, published: Mapping[str, Floats]) -> OfferedAccord:
        """The accord as states meet it.

        Parameters
        ----------
        before, after
            Levers without it, and those that it changes, with full effort of all.
        """
        countries = len(self.open_to)
        output = _output(published, countries)
        payment = self.accord.payment.value * 1e6 if self.accord.payment else 0.0
        return OfferedAccord(
            name=self.name,
            open_to=self.open_to,
            depth=self.depth(before, after, published),
            binding=self.accord.binding.value,
            review=self.accord.review.value,
            threshold=max(self.accord.threshold, 1),
            payment=PER_CENT_OF_OUTPUT * payment / output,
            relief=float(any(lever_of(key) in RELIEVING for key in after)),
            venue=self.accord.venue,
        )

    def depth(self, before: Levers, after: Levers, published: Mapping[str, Floats]) -> Floats:
        """How far the norms are from what each state does, shape (countries,).

        A share or a probability counts as it is, a factor and an amount by its logarithm, an index or log odds as it is, places by
        `EACH`, EUR mn by the per cent of output. Where one norm has several cells of a country, their mean counts, and of places
        and money the sum.
        """
        countries = len(self.open_to)
        people, output = _people(published, countries), _output(published, countries)
        found = np.zeros(countries)
        for key, new in after.items():
            old = before[key] if key in before else np.zeros_like(new)
            cells = np.flatnonzero(new != old)
            unit, carrier = LEVERS[lever_of(key)].unit, self.carriers(key, cells)
            change = _change(unit, old.reshape(-1)[cells], new.reshape(-1)[cells])
            if (carrier < 0).any():
                found += change.mean()  # all members do it
                continue
            asked = np.bincount(carrier, change, countries)
            if unit == "persons/yr":
                found += asked / people * EACH
            elif unit == "EUR mn/yr":
                found += PER_CENT_OF_OUTPUT * asked * 1e6 / output
            else:
                found += asked / np.maximum(np.bincount(carrier, minlength=countries), 1)
        return found


def _change(unit: str, old: Floats, new: Floats) -> Floats:
    if unit in ("persons/yr", "EUR mn/yr"):
        return np.abs(new - old)
    if unit in ("share", "0 or 1", "probability per attempt", "log odds", "index", "1/yr"):
        return np.abs(new - old)
    if unit == "percentage points":
        return np.abs(new - old) / PER_CENT_OF_OUTPUT
    least = 1e-3 if unit == "ratio" else 1.0
    return np.abs(np.log((new + least) / (old + least)))


def _people(published: Mapping[str, Floats], countries: int) -> Floats:
    return np.maximum(np.asarray(published.get("population", np.ones(countries)), np.float64), 1.0)


def _output(published: Mapping[str, Floats], countries: int) -> Floats:
    """Inhabitants times wages, EUR a year."""
    wages = np.maximum(np.asarray(published.get("wages", np.ones(countries)), np.float64), 1.0)
    return _people(published, countries) * wages
