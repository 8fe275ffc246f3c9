"""Rules of burden-sharing: who takes how many applicants from whom, and who pays. Each adds places to the lever `relocation`."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment, linprog

from mixflow.sim.base.levers import Levers
from mixflow.sim.base.rng import stable_code, uniform

from .rules import Published, Rule, RuleKind, Terms
from .sharing_key import Quotas, largest_remainders, nationality_shares, quotas
from .targets import PolicyWorld

Floats = npt.NDArray[np.float64]
Allot = Callable[[Quotas, Levers, Published, PolicyWorld], Floats]
"""From what a scheme asks to places a year by country, or by nationality and country; see `_scheme`."""

SLOTS = 200
SEGMENTS = 4

POLITICAL_COST = 0.5
"""By how many log points hosting costs a state more for each unit of its restrictiveness. Assumption."""


def distribution_key(terms: Terms) -> Rule:
    """Each state complies with the same share of its quota under the key."""
    compliance = terms.settings["compliance"]
    return _scheme(terms, lambda asked, *_: asked.places * compliance)


def voluntary_relocation(terms: Terms) -> Rule:
    """Compliance is a mixture: some states take nobody, some nearly all, the others a part; which is drawn once, by name."""
    none, full, most = (terms.settings[name] for name in ("none", "full", "partial"))
    stream = np.uint64(stable_code("voluntary relocation", str(int(terms.settings["draw"]))))

    def allot(asked: Quotas, levers: Levers, published: Published, world: PolicyWorld) -> Floats:
        draws = np.array([uniform(stream, np.uint64(stable_code("country", code))) for code in world.countries])
        partial = most * (draws - none) / max(1.0 - none - full, 1e-9)
        return asked.places * np.where(draws < none, 0.0, np.where(draws > 1.0 - full, 0.95, partial))

    return _scheme(terms, allot)


def hosting_costs(cost: float, wages: Floats, restrictiveness: Floats, members: npt.NDArray[np.bool_]) -> Floats:
    """What hosting one person costs each state, EUR a year: it follows wages, and its politics add to it.

    Parameters
    ----------
    cost
        In a member of mean wages that is as restrictive as at first.
    """
    mean = wages[members].mean() if members.any() else 1.0
    return np.asarray(cost * wages / mean * np.exp(POLITICAL_COST * restrictiveness))


def trade(quota: Floats, cost: Floats, steepness: float, limit: float) -> tuple[Floats, float]:
    """Hosting at the least total cost, and the price of a place, EUR a year.

    A state's first place costs `cost`, and the last within `limit` times its quota costs 1 + `steepness` times as much, in
    `SEGMENTS` steps. The price is what one more place would cost all together, which every state that trades pays or gets: Moraga
    and Rapoport 2014.

    Returns
    -------
    taken, price
        People hosted by each state; they add up to the quotas.
    """
    steps = 1.0 + steepness * (np.arange(SEGMENTS) + 0.5) / SEGMENTS
    each = (cost[:, None] * steps[None, :]).reshape(-1)
    room = np.repeat(limit * quota / SEGMENTS, SEGMENTS)
    found = linprog(each, A_eq=np.ones((1, each.size)), b_eq=[quota.sum()], bounds=np.column_stack([0 * room, room]))
    if not found.success:
        return quota, 0.0
    return found.x.reshape(len(quota), SEGMENTS).sum(axis=1), float(found.eqlin.marginals[0])


def tradable_quotas(terms: Terms) -> Rule:
    """States trade quotas until nobody could host more cheaply; those that host less than their quota pay those that host more."""
    cost, steepness, limit = (terms.settings[name] for name in ("hosting_cost", "steepness", "limit"))

    def traded(asked: Quotas, levers: Levers, published: Published) -> tuple[Floats, float]:
        who = np.flatnonzero(asked.places > 0)
        costs = hosting_costs(cost, _wages(published), _strictness(levers, published), asked.places > 0)
        taken, price = np.zeros_like(asked.places), 0.0
        taken[who], price = trade(asked.places[who], costs[who], steepness, limit)
        return taken, price

    def paid(asked: Quotas, levers: Levers, published: Published) -> Levers:
        taken, price = traded(asked, levers, published)
        return {"transfers": levers["transfers"] + price * (asked.places - taken) / 1e6}

    return _scheme(terms, lambda asked, levers, published, world: traded(asked, levers, published)[0], paid)


def preference_matching(terms: Terms) -> Rule:
    """Quotas are kept; who goes where is the assignment with the most ties to compatriots, so that fewer move on.

    An assignment of slots (Jonker and Volgenant, by SciPy), as in matching software for resettlement.
    """
    compliance = terms.settings["compliance"]

    def allot(asked: Quotas, levers: Levers, published: Published, world: PolicyWorld) -> Floats:
        total = asked.places.sum() * compliance
        people = largest_remainders(nationality_shares(terms, published), SLOTS)
        places = largest_remainders(asked.places / max(asked.places.sum(), 1e-9), SLOTS)
        year = max([y for y in world.diaspora if y <= world.reference_year] or list(world.diaspora))
        ties = np.rint(1e6 * np.log1p(world.diaspora[year]))  # whole numbers add up alike on every machine
        row, column = np.repeat(np.arange(len(people)), people), np.repeat(np.arange(len(places)), places)
        if total <= 0 or len(row) != len(column):
            return asked.places * compliance
        one, other = linear_sum_assignment(ties[np.ix_(row, column)], maximize=True)
        result = np.zeros(ties.shape)
        np.add.at(result, (row[one], column[other]), total / len(row))
        return result

    return _scheme(terms, allot)


def pay_or_take(terms: Terms) -> Rule:
    """A state takes people or pays a fee for each; the fees pay for reception in the states that send.

    It takes the more of its quota the more the fee exceeds what hosting costs it, and the less restrictive it is.
    """
    fee, cost, spread = (terms.settings[name] for name in ("fee", "hosting_cost", "spread"))

    def taken(asked: Quotas, levers: Levers, published: Published) -> Floats:
        costs = hosting_costs(cost, _wages(published), _strictness(levers, published), asked.places > 0)
        return taken_of_quota(asked.places, fee, costs, spread)

    def paid(asked: Quotas, levers: Levers, published: Published) -> Levers:
        return _fees(asked, fee * (asked.places - taken(asked, levers, published)), cost, levers)

    return _scheme(terms, lambda asked, levers, published, world: taken(asked, levers, published), paid)


def taken_of_quota(quota: Floats, fee: float, costs: Floats, spread: float) -> Floats:
    """How many of its quota a state takes that may pay a fee for each instead: a logistic function of fee less cost."""
    return np.asarray(quota / (1.0 + np.exp(-(fee - costs) / spread)))


def solidarity_pool(terms: Terms) -> Rule:
    """The solidarity of Regulation (EU) 2024/1351: states choose between taking people and paying for each whom they do not take.

    States under pressure, with more than `pressure` times their share of claims, have `deduction` taken off what is asked of
    them; what they are spared nobody takes over. Where fewer places are pledged than `offset_floor` of what is asked, the states
    that pledged less keep as many of the people who have moved on to them instead of sending them back (responsibility offsets):
    their lever `first_country` falls by the share that is missing.
    """
    s = terms.settings
    fee, cost, spread = s["fee"], s["hosting_cost"], s["spread"]

    def asked_of(asked: Quotas, published: Published) -> Floats:
        fair = asked.places / max(asked.places.sum(), 1e-9) * asked.claims[asked.places > 0].sum()
        pressed = asked.claims > s["pressure"] * fair
        return np.asarray(asked.places * np.where(pressed, 1.0 - s["deduction"], 1.0))

    def taken(asked: Quotas, levers: Levers, published: Published) -> Floats:
        costs = hosting_costs(cost, _wages(published), _strictness(levers, published), asked.places > 0)
        return taken_of_quota(asked_of(asked, published), fee, costs, spread)

    def paid(asked: Quotas, levers: Levers, published: Published) -> Levers:
        due, took = asked_of(asked, published), taken(asked, levers, published)
        missing = max(0.0, s["offset_floor"] - float(took.sum() / max(due.sum(), 1e-9)))
        below = (took < s["offset_floor"] * due) & (due > 0)
        fees = _fees(asked, fee * (due - took), cost, levers)
        if not missing:
            return fees
        return {**fees, "first_country": levers["first_country"] * np.where(below, 1.0 - missing, 1.0)}

    return _scheme(
        terms, lambda asked, levers, published, world: taken(asked, levers, published), paid, by_reference=True
    )


def _fees(asked: Quotas, fees: Floats, cost: float, levers: Levers) -> Levers:
    """Fees, EUR a year by country, that go to states that send, by their claims, and pay for reception there."""
    loads = np.where(asked.sends, asked.claims + 1e-9, 0.0)
    received = fees.sum() * loads / max(loads.sum(), 1e-9)
    return {
        "reception": levers["reception"] + received / cost,
        "transfers": levers["transfers"] + (fees - received) / 1e6,
    }


def _wages(published: Published) -> Floats:
    return np.asarray(published["wages"], np.float64)


def _strictness(levers: Levers, published: Published) -> Floats:
    """Restrictiveness of states, their own and by policies."""
    return np.asarray(levers["restrictiveness"] + published.get("restrictiveness", 0.0))


def _scheme(
    terms: Terms,
    allot: Allot,
    paid: Callable[[Quotas, Levers, Published], Levers] | None = None,
    by_reference: bool = False,
) -> Rule:
    """A rule that adds what `allot` gives to relocation; by country, it is shared out over nationalities by departures."""

    def rule(levers: Levers, published: Published, day: int, world: PolicyWorld) -> Levers:
        asked = quotas(terms, levers, published, by_reference=by_reference)
        if asked is None:
            return levers
        places = allot(asked, levers, published, world)
        if places.ndim == 1:
            places = np.outer(nationality_shares(terms, published), places)
        return {
            **levers,
            **(paid(asked, levers, published) if paid else {}),
            "relocation": levers["relocation"] + places,
            "relocation_from": np.maximum(levers["relocation_from"], asked.sends.astype(np.float64)),
        }

    return rule


_COMMON = {"places": "persons/yr", "corrective": "ratio"}
_HOSTING = {"hosting_cost": "EUR/yr"}
_FEE = {"fee": "EUR/yr", "spread": "EUR/yr"}
SHARING = {
    "distribution_key": RuleKind(
        distribution_key,
        {**_COMMON, "compliance": "share"},
        "states take applicants by population, income, past claims",
    ),
    "voluntary_relocation": RuleKind(
        voluntary_relocation,
        {**_COMMON, "none": "share", "full": "share", "partial": "share", "draw": "1"},
        "the key as a pledge: some states take nobody, some a part, few all",
    ),
    "tradable_quotas": RuleKind(
        tradable_quotas,
        {**_COMMON, **_HOSTING, "steepness": "ratio", "limit": "ratio"},
        "states trade their quotas until hosting costs least in all",
    ),
    "preference_matching": RuleKind(
        preference_matching,
        {**_COMMON, "compliance": "share"},
        "quotas by the key, people matched to states where they have ties",
    ),
    "pay_or_take": RuleKind(
        pay_or_take,
        {**_COMMON, **_HOSTING, **_FEE},
        "states take people or pay, and the fees pay for reception",
    ),
    "solidarity_pool": RuleKind(
        solidarity_pool,
        {**_COMMON, **_HOSTING, **_FEE, "pressure": "ratio", "deduction": "share", "offset_floor": "share"},
        "states choose to take people or to pay; those under pressure are spared a part, and too few places are offset",
    ),
}
