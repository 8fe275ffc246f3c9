"""How countries attract: the weights of destinations by nationality, for each way of going there. Input to step 8."""

import numpy as np

from ...base.codes import REGULAR_CHANNEL_CODES, DepartureType
from ...base.levers import Floats, Levers
from ...world.baseline import QUOTAS, WORK_CHANNELS
from ...world.compiled_world import CompiledWorld
from .kernel import sum_over_countries


def ties(s: CompiledWorld, diaspora: Floats, population: Floats) -> Floats:
    """Compatriots abroad per 10,000 at home, raised to the diaspora elasticity, shape (origins, countries); 0 for no origin."""
    abroad = 0.05 + 1e4 * diaspora / population[:, None]
    return np.asarray(np.where(s.origins[:, None], abroad, 0.0) ** s.numbers.choose_elasticity_diaspora)


def attraction(s: CompiledWorld, diaspora: Floats, population: Floats) -> Floats:
    """What compatriots and the size of a country add to it for those who need no place there, shape (origins, countries).

    A country is many places to live in one: its weight grows with their number (McFadden 1978), here its population in 10 million.
    """
    return np.asarray(ties(s, diaspora, population) * (population / 1e7)[None, :] ** s.numbers.choose_elasticity_size)


def irregular(s: CompiledWorld, network: Floats, wages: Floats, chance: Floats, jobless: Floats) -> Floats:
    """Weights of destinations reached without a visa, shape (origins, profiles, countries).

    Parameters
    ----------
    network
        From `attraction`.
    wages
        EUR a head and year, shape (countries,).
    chance
        Share of claims recognised by nationality and country, shape (origins, countries).
    jobless
        Unemployment in per cent, shape (countries,).
    """
    numbers, scale = s.numbers, s.numbers.choose_lambda_destination
    there = np.flatnonzero(s.world.destination)
    pull = network[:, there] * (wages[None, there] / wages[:, None]) ** numbers.choose_elasticity_income
    pull = pull * np.exp(-numbers.choose_beta_unemployment * jobless)[None, there]
    if s.world.anchor is not None:
        pull = pull * np.exp(s.world.anchor.destination)[None, there]
    weights = np.zeros((len(wages), len(DepartureType), len(wages)))
    weights[:, :, there] = (pull ** (1.0 / scale))[:, None, :]
    sought = np.exp(numbers.choose_beta_recognition * chance[:, there])
    weights[:, DepartureType.FLIGHT][:, there] = (pull * sought) ** (1.0 / scale)
    return weights


def region(s: CompiledWorld, network: Floats, wages: Floats, unsafe: Floats) -> Floats:
    """Weights of hosts, shape (origins, profiles, countries).

    The less, the more people flee from a country: `unsafe`, log points from `threats.unsafe`, shape (countries,).
    """
    numbers, scale = s.numbers, s.numbers.choose_lambda_destination
    there = np.flatnonzero(s.world.hosts)
    free = np.exp(numbers.queue_free_movement_gain * s.world.free_movement[:, there])
    pull = network[:, there] * free * np.exp(-numbers.choose_beta_host_threat * unsafe)[None, there]
    paid = (wages[None, there] / wages[:, None]) ** numbers.choose_elasticity_income
    weights = np.zeros((len(wages), len(DepartureType), len(wages)))
    weights[:, :, there] = ((pull * paid) ** (1.0 / scale))[:, None, :]
    weights[:, DepartureType.FLIGHT][:, there] = pull ** (1.0 / scale)
    weights[np.arange(len(wages)), :, np.arange(len(wages))] = 0.0  # home is not abroad
    return weights


def regular(s: CompiledWorld, levers: Levers, population: Floats, wages: Floats, wait: Floats) -> Floats:
    """Weights of regular places, shape (origins, channels, countries): places per head, less what they cost.

    What a place costs is money, and the years of `wait` in its queue, shape (origins, channels, countries).
    """
    numbers = s.numbers
    places = total_places(levers)
    places[:, QUOTAS.index("visit")] += np.where(levers["visa_required"] <= 0.0, 1e5, 0.0)
    some = np.flatnonzero(
        (places > 0.0) & s.world.regular_channels & s.origins[:, None, None]
    )  # most pairs of countries have none
    origin, channel, there = np.unravel_index(some, places.shape)
    share = 1e6 * places.reshape(-1)[some] / population[origin]
    months = np.zeros((len(wages), len(REGULAR_CHANNEL_CODES)))
    months[:, [REGULAR_CHANNEL_CODES.index(c) for c in WORK_CHANNELS]] = levers["recruitment_fee"][:, None]
    cost = levers["visa_fee"][there] + months[origin, channel] * wages[there] / 12.0
    felt = np.exp(-numbers.choose_beta_fees * cost / wages[origin] - numbers.choose_beta_wait * wait.reshape(-1)[some])
    weights = np.zeros(places.shape)
    weights.reshape(-1)[some] = (np.minimum(share, 1e4) ** numbers.choose_elasticity_diaspora * felt) ** (
        1.0 / numbers.choose_lambda_destination
    )
    return weights


def total_places(levers: Levers) -> Floats:
    """Places of each channel with all that are reserved for some needs or skills, shape (origins, channels, countries)."""
    places = np.stack([levers[name] for name in QUOTAS], axis=1)
    for key in levers:
        name, _, reserved = key.partition("|")
        if reserved:
            places[:, QUOTAS.index(name)] += levers[key]
    return places


def elsewhere(s: CompiledWorld, population: Floats) -> Floats:
    """Weight of other continents by nationality, shape (origins,)."""
    known = s.world.diaspora_elsewhere
    year = max(y for y in known if y <= max(2010, min(known)))
    return np.asarray((1e4 * known[year] / population) ** s.numbers.choose_elasticity_diaspora)


def mean_over_countries(pull: Floats, reach: Floats, weights: Floats, value: Floats) -> Floats:
    """Mean over destinations of a value, shape (countries, places), by pull times reach; of all profiles, shape (origins, places).

    `weights` is their `inclusive` sum. Zero where nothing can be reached.
    """
    weight = weights.sum(axis=1)
    total = inclusive(pull, reach * np.where(reach > 0.0, value, 0.0)).sum(axis=1)
    return np.asarray(np.where(weight > 0.0, total / np.where(weight > 0.0, weight, 1.0), 0.0))


def inclusive(pull: Floats, reach: Floats) -> Floats:
    """Sum over destinations of pull times reach, shape (origins, profiles, places)."""
    total = np.empty((*pull.shape[:2], reach.shape[1]))
    sum_over_countries(pull, reach, total)
    return total
