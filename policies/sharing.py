"""Rules of burden-sharing: who takes how many applicants from whom. Each adds places to the lever `relocation`."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment, linprog

from mixflow.sim.base.levers import Levers
from mixflow.sim.base.rng import stable_code, uniform

from .rules import Published, Rule, RuleKind, Terms
from .targets import PolicyWorld

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Allot = Callable[[Floats, Mask, Levers, Published, PolicyWorld], Floats]
"""From each state's quota, a year, and the states that send, to places by nationality and country; see `_scheme`."""

CAP = 0.3
"""The inverse terms of the key are capped at this share of its population and income terms: European Commission, COM(2015) 450."""
SLOTS = 200
SEGMENTS = 4
NEEDED = ("population", "wages", "unemployment", "applications")
"""Wages are output per person of working age at market prices, so that wages times inhabitants stand for GDP, as in the key of
the Commission: what hosting costs is paid at market prices too, and not in dollars of equal purchasing power."""


def distribution(population: Floats, gdp: Floats, applications: Floats, unemployment: Floats) -> Floats:
    """Shares that add up to one: .4 population + .4 GDP + .1 inverse applications a head + .1 inverse unemployment.

    Both inverse terms are capped at 30 % of the first two; what the caps leave over follows population and GDP. Source:
    European Commission, COM(2015) 450, annex, and Council Decision (EU) 2015/1601.
    """
    size = 0.5 * population / population.sum() + 0.5 * gdp / gdp.sum()

    def inverse(burden: Floats) -> Floats:
        raw = 1.0 / np.maximum(burden, 1e-6 * max(float(burden.max()), 1e-9))
        return np.minimum(raw / raw.sum(), CAP * 2.0 * size)

    key = 0.8 * size + 0.1 * inverse(applications / population) + 0.1 * inverse(unemployment)
    return np.asarray(key + (1.0 - key.sum()) * size, np.float64)


def distribution_key(terms: Terms) -> Rule:
    """Each state complies with the same share of its quota under the key."""
    compliance = terms.settings["compliance"]
    return _scheme(terms, lambda quota, sends, *_: quota * compliance)


def voluntary_relocation(terms: Terms) -> Rule:
    """Compliance is a mixture: some states take nobody, some nearly all, the others a part; which is drawn once, by name."""
    none, full, most = (terms.settings[name] for name in ("none", "full", "partial"))
    stream = np.uint64(stable_code("voluntary relocation", str(int(terms.settings["draw"]))))

    def allot(quota: Floats, sends: Mask, levers: Levers, published: Published, world: PolicyWorld) -> Floats:
        draws = np.array([uniform(stream, np.uint64(stable_code("country", code))) for code in world.countries])
        partial = most * (draws - none) / max(1.0 - none - full, 1e-9)
        return quota * np.where(draws < none, 0.0, np.where(draws > 1.0 - full, 0.95, partial))

    return _scheme(terms, allot)


def tradable_quotas(terms: Terms) -> Rule:
    """States trade quotas until nobody could host more cheaply: the least total cost, with costs that rise as a state fills.

    Moraga and Rapoport 2014. Hosting costs follow wages; the last place within the limit costs `steepness` times more.
    """
    cost, steepness, limit = (terms.settings[name] for name in ("hosting_cost", "steepness", "limit"))

    def allot(quota: Floats, sends: Mask, levers: Levers, published: Published, world: PolicyWorld) -> Floats:
        who = np.flatnonzero(quota > 0)
        if len(who) == 0:
            return quota
        wages = np.asarray(published["wages"], np.float64)[who]
        steps = 1.0 + steepness * (np.arange(SEGMENTS) + 0.5) / SEGMENTS
        each = cost * (wages / wages.mean())[:, None] * steps[None, :]
        room = np.repeat(limit * quota[who] / SEGMENTS, SEGMENTS)
        found = linprog(
            each.reshape(-1), A_eq=np.ones((1, each.size)), b_eq=[quota.sum()], bounds=np.column_stack([0 * room, room])
        )
        taken = np.zeros_like(quota)
        taken[who] = found.x.reshape(len(who), SEGMENTS).sum(axis=1) if found.success else quota[who]
        return taken

    return _scheme(terms, allot)


def preference_matching(terms: Terms) -> Rule:
    """Quotas are kept; who goes where is the assignment with the most ties to compatriots, so that fewer move on.

    An assignment of slots (Jonker and Volgenant, by SciPy), as in matching software for resettlement.
    """
    compliance = terms.settings["compliance"]

    def allot(quota: Floats, sends: Mask, levers: Levers, published: Published, world: PolicyWorld) -> Floats:
        total = quota.sum() * compliance
        people = _whole(_nationality_shares(terms, published), SLOTS)
        places = _whole(quota / max(quota.sum(), 1e-9), SLOTS)
        year = max([y for y in world.diaspora if y <= world.reference_year] or list(world.diaspora))
        ties = np.rint(1e6 * np.log1p(world.diaspora[year]))  # whole numbers add up alike on every machine
        row, column = np.repeat(np.arange(len(people)), people), np.repeat(np.arange(len(places)), places)
        if total <= 0 or len(row) != len(column):
            return quota * compliance
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

    def taken(quota: Floats, levers: Levers, published: Published) -> Floats:
        wages = np.asarray(published["wages"], np.float64)
        typical = wages[quota > 0].mean() if (quota > 0).any() else 1.0
        reluctance = cost * wages / typical * np.exp(0.5 * levers["restrictiveness"])
        return np.asarray(quota / (1.0 + np.exp(-(fee - reluctance) / spread)))

    take = _scheme(terms, lambda quota, sends, levers, published, world: taken(quota, levers, published))

    def rule(levers: Levers, published: Published, day: int, world: PolicyWorld) -> Levers:
        quotas = _quotas(terms, levers, published)
        if quotas is None:
            return levers
        quota, sends = quotas
        paid = fee * (quota - taken(quota, levers, published)).sum()
        loads = np.where(sends, np.asarray(published["applications"], np.float64) + 1e-9, 0.0)
        added = paid / cost * loads / max(loads.sum(), 1e-9)
        return {**take(levers, published, day, world), "reception": levers["reception"] + added}

    return rule


def _scheme(terms: Terms, allot: Allot) -> Rule:
    """A rule that adds what `allot` gives to relocation; by country, it is shared out over nationalities by departures."""

    def rule(levers: Levers, published: Published, day: int, world: PolicyWorld) -> Levers:
        quotas = _quotas(terms, levers, published)
        if quotas is None:
            return levers
        quota, sends = quotas
        places = allot(quota, sends, levers, published, world)
        if places.ndim == 1:
            places = np.outer(_nationality_shares(terms, published), places)
        sends_too = np.maximum(levers["relocation_from"], sends.astype(np.float64))
        return {**levers, "relocation": levers["relocation"] + places, "relocation_from": sends_too}

    return rule


def _quotas(terms: Terms, levers: Levers, published: Published) -> tuple[Floats, Mask] | None:
    """Each state's places a year by the key, and who sends; None before the figures are out, or where nobody sends.

    States that send are those with more than `corrective` times their share of applications; where it is 0, those whose
    lever `relocation_from` is set.
    """
    if any(name not in published for name in NEEDED):
        return None
    population, wages, unemployment, applications = (np.asarray(published[name], np.float64) for name in NEEDED)
    members = terms.members & (population > 0)
    key = np.zeros(len(population))
    key[members] = distribution(
        population[members], (population * wages)[members], applications[members], unemployment[members]
    )
    corrective = terms.settings["corrective"]
    if corrective > 0:
        sends = members & (applications > corrective * key * max(applications[members].sum(), 1.0))
    else:
        sends = levers["relocation_from"] > 0
    takes = np.where(sends, 0.0, key)
    if not sends.any() or takes.sum() <= 0:
        return None
    return terms.settings["places"] * takes / takes.sum(), sends


def _nationality_shares(terms: Terms, published: Published) -> Floats:
    """Who is relocated, by nationality: as they leave, or in equal parts where nobody has."""
    left = np.asarray(published.get("departures", np.zeros(len(terms.nationalities))), np.float64)
    weight = np.where(terms.nationalities, left, 0.0)
    if weight.sum() <= 0:
        weight = terms.nationalities.astype(np.float64)
    return np.asarray(weight / weight.sum())


def _whole(shares: Floats, total: int) -> npt.NDArray[np.int64]:
    """Whole numbers in proportion to shares that add up to a total: largest remainders."""
    exact = shares * total
    whole = np.floor(exact).astype(np.int64)
    rest = np.argsort(-(exact - whole), kind="stable")[: max(total - int(whole.sum()), 0)]
    whole[rest] += 1
    return whole


_COMMON = {"places": "persons/yr", "corrective": "ratio"}
_HOSTING = {"hosting_cost": "EUR/yr"}
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
        {**_COMMON, **_HOSTING, "fee": "EUR/yr", "spread": "EUR/yr"},
        "states take people or pay, and the fees pay for reception",
    ),
}
