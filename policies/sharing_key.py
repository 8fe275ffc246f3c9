"""Who takes how many of whom under a scheme of sharing: keys, quotas, and which states send."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mixflow.sim.base.levers import Levers

from .rules import Published, Terms

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

CAP = 0.3
"""The inverse terms of the key are capped at this share of its population and income terms: European Commission, COM(2015) 450."""

NEEDED = ("population", "wages", "unemployment", "claims_year", "claims_mean")
"""Wages are output per person of working age at market prices, so that wages times inhabitants stand for GDP, as in the key of
the Commission: what hosting costs is paid at market prices too, and not in dollars of equal purchasing power."""


@dataclass(frozen=True)
class Quotas:
    """What a scheme asks of each state.

    Parameters
    ----------
    places
        Each state's quota, people a year, shape (countries,).
    sends
        States from which people are moved, shape (countries,).
    claims
        Applications and people resettled of the last year, shape (countries,).
    """

    places: Floats
    sends: Mask
    claims: Floats


def distribution(population: Floats, gdp: Floats, claims: Floats, unemployment: Floats) -> Floats:
    """Shares that add up to one: .4 population + .4 GDP + .1 inverse claims a head + .1 inverse unemployment.

    Claims are applications and people resettled a year, the mean of five years. Both inverse terms are capped at 30 % of the first
    two; what the caps leave over follows population and GDP. Source: European Commission, COM(2015) 450, annex, and Council
    Decision (EU) 2015/1601.
    """
    size = reference(population, gdp)

    def inverse(burden: Floats) -> Floats:
        raw = 1.0 / np.maximum(burden, 1e-6 * max(float(burden.max()), 1e-9))
        return np.minimum(raw / raw.sum(), CAP * 2.0 * size)

    key = 0.8 * size + 0.1 * inverse(claims / population) + 0.1 * inverse(unemployment)
    return np.asarray(key + (1.0 - key.sum()) * size, np.float64)


def reference(population: Floats, gdp: Floats) -> Floats:
    """Shares that add up to one, half population and half GDP.

    Source: European Commission, COM(2016) 270, annex VII; Regulation (EU) 2024/1351, article 66.
    """
    return np.asarray(0.5 * population / population.sum() + 0.5 * gdp / gdp.sum(), np.float64)


def quotas(terms: Terms, levers: Levers, published: Published, *, by_reference: bool = False) -> Quotas | None:
    """What is asked of each state; None before the figures are out, or where nobody sends.

    Where the setting `corrective` is 0, states send whose lever `relocation_from` is set, and the others take `places` a year by
    the key of 2015, or by the reference key (`by_reference`). Else states send whose claims of a year are above `corrective`
    times their share by the reference key; only what is above it is shared out, by the same key, and at most `places` (the
    fairness mechanism of COM(2016) 270).
    """
    if any(name not in published for name in NEEDED):
        return None
    population, wages, unemployment, year, mean = (np.asarray(published[name], np.float64) for name in NEEDED)
    members = terms.members & (population > 0)
    gdp, key = population * wages, np.zeros(len(population))
    places, corrective = terms.settings["places"], terms.settings["corrective"]
    if corrective > 0:
        key[members] = reference(population[members], gdp[members])
        above = np.where(members, year - corrective * key * year[members].sum(), 0.0)
        sends = above > 0
        places = min(places, float(above[sends].sum()))
    else:
        asked = (population[members], gdp[members])
        key[members] = reference(*asked) if by_reference else distribution(*asked, mean[members], unemployment[members])
        sends = levers["relocation_from"] > 0
    takes = np.where(sends, 0.0, key)
    if not sends.any() or takes.sum() <= 0:
        return None
    return Quotas(places * takes / takes.sum(), sends, year)


def nationality_shares(terms: Terms, published: Published) -> Floats:
    """Who is relocated, by nationality: as they leave, or in equal parts where nobody has."""
    left = np.asarray(published.get("departures", np.zeros(len(terms.nationalities))), np.float64)
    weight = np.where(terms.nationalities, left, 0.0)
    if weight.sum() <= 0:
        weight = terms.nationalities.astype(np.float64)
    return np.asarray(weight / weight.sum())


def largest_remainders(shares: Floats, total: int) -> npt.NDArray[np.int64]:
    """Whole numbers in proportion to shares that add up to a total: largest remainders."""
    exact = shares * total
    found = np.floor(exact).astype(np.int64)
    rest = np.argsort(-(exact - found), kind="stable")[: max(total - int(found.sum()), 0)]
    found[rest] += 1
    return found
