"""Who is already on the way, displaced, hosted or waiting for a decision when the run starts."""

from typing import Any

import numpy as np

from ..base.codes import AgentClass, Channel, DepartureType, LegalStatus, Status
from ..base.decisions import INITIAL, TRAITS
from ..base.errors import UserError, one_of
from ..base.levers import Floats
from ..base.rng import stable_code, stream, uniform_alt
from ..people.population import Population, Rows
from ..processes.leave.kernel import first_draws, give_traits_all
from ..world.compiled_world import CompiledWorld
from .environment import packed

LABELS = {
    Status.HOSTED: LegalStatus.REGISTERED,
    Status.DISPLACED: LegalStatus.UNLABELLED,
    Status.ASYLUM_PENDING: LegalStatus.APPLICANT,
}
LONGEST = 15000.0
"""Days before the run in which the status of somebody may have begun, at most."""
LONGEST_CLAIM = 360.0
"""Days before the run in which somebody may have claimed asylum, at most; assumption: claims wait a year, as many for each day."""
STATUSES = {"hosted": Status.HOSTED, "displaced": Status.DISPLACED, "asylum_pending": Status.ASYLUM_PENDING}


def settle(
    population: Population, compiled_world: CompiledWorld, environment: Any, year: int, scale: float, seed: int
) -> Rows:
    """Give rows to those hosted, displaced and waiting at the end of the year before `year`, and return the rows.

    Of the years that the world's table has, it is the last one before `year`, or else the first.
    """
    world = compiled_world.world
    taken = [np.empty(0, np.int64)]
    before = [known for known in sorted(world.hosted) if known < year] or sorted(world.hosted)[:1]
    for origin, country, status_name, persons in world.hosted[before[-1]] if before else []:
        if status_name not in STATUSES:
            raise UserError(one_of("Initial status", status_name, STATUSES))
        status = STATUSES[status_name]
        places = _places(compiled_world, origin, country, status)
        homes = np.flatnonzero((world.place_country == origin) & (world.population > 0))
        if len(places) == 0 or len(homes) == 0:
            continue
        group = stable_code("initial", world.countries[origin], world.countries[country], status_name)
        count = int(persons * scale + uniform_alt(np.uint64(stream(seed, INITIAL, 0)), group, np.uint64(0)))
        if count:
            taken.append(
                _one_group(population, environment, seed, group, count, (origin, status), places, homes, compiled_world)
            )
    return np.concatenate(taken)


def _places(compiled_world: CompiledWorld, origin: int, country: int, status: Status) -> Rows:
    world = compiled_world.world
    if status is Status.DISPLACED:
        return np.flatnonzero((world.place_country == origin) & (world.population > 0))
    return np.flatnonzero(compiled_world.target == country)


def _days_before(u: Floats, environment: Any) -> Floats:
    """Days in which people have been hosted or displaced, exponential about their mean, from uniform draws."""
    return np.asarray(np.minimum(-365.0 * environment.numbers.hosted_years_before * np.log(u), LONGEST))


def _one_group(
    population: Population,
    environment: Any,
    seed: int,
    group: np.uint64,
    count: int,
    who: tuple[int, Status],
    places: Rows,
    homes: Rows,
    compiled_world: CompiledWorld,
) -> Rows:
    origin, status = who
    world = compiled_world.world
    keys, u = np.empty(count, np.uint64), np.empty((count, 6))
    first_draws(group, np.uint64(stream(seed, INITIAL, 1)), keys, u)
    share = np.cumsum(world.population[homes] / world.population[homes].sum())
    home = homes[np.searchsorted(share, u[:, 0])]
    place = home if status is Status.DISPLACED else places[(u[:, 1] * len(places)).astype(np.int64)]
    pending = status is Status.ASYLUM_PENDING
    before = -(LONGEST_CLAIM * u[:, 5] if pending else _days_before(u[:, 3], environment)).astype(np.int16) - 1
    rows = population.append(
        count,
        key=keys,
        origin=origin,
        home=home,
        place=place,
        status=np.where(compiled_world.camp[place], Status.CAMP, status) if status is Status.HOSTED else status,
        profile=DepartureType.FLIGHT,
        channel=Channel.ASYLUM if pending else Channel.REGIONAL,
        label=LABELS[status],
        kind=AgentClass.MIGRANT if status is Status.DISPLACED else AgentClass.REFUGEE,
        since=before,
        wake=0,
    )
    give_traits_all(rows, np.uint64(stream(seed, TRAITS, 0)), packed(environment), population.people)
    return rows
