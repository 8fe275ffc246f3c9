"""Steps 9 and 13: who gives out what is scarce: seats, regular places, visas, decisions, appeals, resettlement, relocation.

What is scarce is given by priority, never by the order in which people are stored; fractions of a place carry over (`whole`).
"""

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from ...accounts.tally import select
from ...accounts.workers import SCANNED, SHARE, Workers
from ...base.codes import Status
from ...base.decisions import WHOLE
from ...base.groups import PROTECTABLE_CODES
from ...base.levers import Floats, Levers
from ...base.ration import fill_pairs, ration
from ...base.rng import stable_code, stream, uniform_alt
from ...base.streams import streams_of
from ...base.whole import MONTH, UNLIMITED, YEAR, WholeUnits
from ...people.population import Population, Rows
from ...world.baseline import QUOTAS
from ...world.compiled_world import CompiledWorld
from ...world.eligibility import reserved_for
from ...world.tables import WorldTables
from ..smugglers.market import Market
from . import kernel as queues

Bools = npt.NDArray[np.bool_]
Lots = npt.NDArray[np.uint64]
LONGEST_WAIT = 100.0
"""Years in a queue beyond which it makes no difference how many more they are; assumption: longer than a life."""

SAMPLED = 8
"""One in so many of the hosted is considered for resettlement in a month: there are millions of them, and few places.

A device of computing, no assumption on behaviour: each is considered after so many months, by key.
"""

QUEUES = {
    Status.APPLYING: 0,
    Status.ASYLUM_PENDING: 1,
    Status.APPEALING: 1,
    Status.CAMP: 2,
    Status.HOSTED: 2,
}
"""Statuses of people who wait for something to be given out, and the list that each is found in."""


class RunKernel(Protocol):
    """How a model runs a kernel over people and books what it reports."""

    def __call__(self, kernel: Callable[..., Any], rows: Rows, *more: Any) -> Rows:
        """Return the rows that ask for a seat."""
        ...


def resettling_states(world: WorldTables) -> npt.NDArray[np.bool_]:
    """States that take people for resettlement: those with regular channels which host nobody, or all where there is none."""
    alone = world.regular_channels & ~world.hosts
    return alone if alone.any() else world.regular_channels


class Queues:
    """The queues of one model.

    Parameters
    ----------
    s
        The world and its parameters.
    population
        Whose people ask.
    scale, seed
        Simulated people per real person, and the run's seed.
    workers
        Threads that find who waits.
    run_kernel
        Runs a kernel over people and books what it reports.
    count
        Counts grants.
    """

    def __init__(
        self,
        s: CompiledWorld,
        population: Population,
        scale: float,
        seed: int,
        workers: Workers,
        run_kernel: RunKernel,
        count: Callable[[int], None],
    ) -> None:
        self._s, self._population, self._workers = s, population, workers
        self._weight, self._seed = 1.0 / scale, seed
        self._run_kernel, self._count = run_kernel, count
        self._streams = streams_of(seed)
        self._asking: list[Rows] = []
        self._waiting: list[Rows] = []
        self._whole = WholeUnits(seed, scale)
        countries = s.alternative
        channels = np.array([stable_code("channel", name) for name in QUOTAS], np.uint64)
        self._countries = countries
        self._pairs = _paired(countries, countries)  # nationality, country
        self._place_country = s.world.place_country.astype(np.int16)
        self._cells = _paired(self._pairs, channels)  # nationality, country, channel
        self._world = np.array([stable_code("world")], np.uint64)

    # ---- seats, every day

    def ask(self, rows: Rows) -> None:
        """Take in who asks for a seat today."""
        self._asking.append(rows)

    @property
    def asking(self) -> Rows:
        """Rows of those who ask for a seat today, and have not been answered."""
        return np.concatenate([np.empty(0, np.int64), *self._asking])

    def seats(self, market: Market, factor: Floats) -> None:
        """Give today's seats to those who asked; `factor` is that of season and policies on the seats of each edge."""
        rows = self.asking
        self._asking.clear()
        room = market.room(factor)
        if len(rows) == 0:
            return
        bucket, priority = self._asked(rows, queues.seat_asked)
        granted = self._given(bucket, priority, room)
        self._run_kernel(queues.seat_given, rows, granted)
        market.note(bucket, granted)

    # ---- regular places, once a month

    def places(self, levers: Levers, sponsors: Floats) -> Floats:
        """Give the month's regular places to those who applied, as far as consulates can issue visas; return the waits.

        Parameters
        ----------
        sponsors
            Real people with rights, who may bring their family, by nationality and country.

        Returns
        -------
        array
            Years that those who wait now will wait, shape (nationalities, channels, countries).
        """
        rows = self._with_status(Status.APPLYING)
        quotas = np.stack([_quota(levers, sponsors, name) for name in QUOTAS], axis=2)
        place, priority = self._asked(rows, queues.place_asked, len(self._s.world.countries))
        room = self._whole.offer("places", quotas.reshape(-1) / 12.0, self._cells, YEAR)
        granted = self._given(place, priority, room)
        by: dict[str, Rows] = {"places": np.flatnonzero(granted)}
        for key in sorted(name for name in levers if "|" in name):
            by[key] = self._reserved(key, levers, rows, (place, priority), granted)
        visa = np.flatnonzero(granted)
        visa = visa[place[visa] % len(QUOTAS) != QUOTAS.index("free_movement")]
        visas = self._room(
            "visas", levers["consulates"]
        )  # also in months in which nobody asks: what comes then may wait
        if len(visa):
            consulate = place[visa] // len(QUOTAS) % quotas.shape[1]
            issued = self._given(consulate, priority[visa], visas)
            self._whole.take("visas", consulate[issued])
            granted[visa[~issued]] = False
        for name, got in by.items():  # a place whose visa could not be issued was not used
            cells = place[got[granted[got]]]
            self._whole.take(name, cells if name == "places" else cells // len(QUOTAS))
        wait = self._wait(levers, place[~granted], quotas)
        self._run_kernel(queues.place_given, rows, granted)
        return wait

    def _wait(self, levers: Levers, place: Rows, quotas: Floats) -> Floats:
        """How long the queues for regular places have become: those who wait over what is given in a year.

        Parameters
        ----------
        place
            What each of those who wait asks for, an index of `quotas` laid out flat.
        """
        shape = quotas.shape
        places = quotas.copy()
        for key in (name for name in levers if "|" in name):
            places[:, :, QUOTAS.index(key.partition("|")[0])] += levers[key]
        waiting = np.bincount(place, minlength=quotas.size).reshape(shape) * self._weight
        at_consulates = waiting.sum(axis=(0, 2)) / np.maximum(levers["consulates"], 1e-9)
        by_queue = waiting / np.maximum(places, 1e-9)
        years = np.where(waiting > 0, np.maximum(by_queue, at_consulates[None, :, None]), 0.0)
        return np.asarray(np.minimum(years, LONGEST_WAIT).transpose(0, 2, 1))

    def _reserved(self, key: str, levers: Levers, rows: Rows, asked: tuple[Rows, Lots], granted: Bools) -> Rows:
        """Grant the places reserved for some needs, skills or one sex to people without a place; return who got one."""
        population, (place, priority) = self._population, asked
        room = self._whole.offer(key, levers[key].reshape(-1) / 12.0, self._pairs, YEAR)
        at = np.flatnonzero((place % len(QUOTAS) == QUOTAS.index(key.partition("|")[0])) & ~granted)
        whom = tuple(population[name][rows[at]] for name in ("need", "skill", "sex"))
        at = at[reserved_for(key)[whom]]
        if len(at):
            at = at[ration(place[at] // len(QUOTAS), priority[at], room)]
            granted[at] = True
        return np.asarray(at, np.int64)

    # ---- asylum, once a month

    def decisions(self, staff: Floats) -> Floats:
        """Hear as many claims as the staff of each office can, first come, first heard; return the real people who waited."""
        v = self._s.values["asylum"]
        rows = self._with_status(Status.ASYLUM_PENDING)
        country, priority = self._asked(rows, queues.decision_asked, self._place_country)
        backlog = np.bincount(country, minlength=len(self._s.world.countries)) * self._weight
        capacity = staff * v["caseworker_rate"] * v["working_days"]
        granted = self._given(country, priority, self._room("decisions", capacity))
        self._whole.take("decisions", country[granted])
        self._run_kernel(queues.decision_given, rows, granted)
        return np.asarray(backlog)

    def appeals(self, day: int) -> None:
        """Decide the appeals that have waited their time."""
        rows = self._with_status(Status.APPEALING)
        waited = day - self._population["since"][rows].astype(np.int64)
        due = waited >= self._s.values["asylum"]["appeal_days"]
        self._run_kernel(queues.appeal_given, rows[due], due[due])

    # ---- resettlement and relocation, once a month

    def resettle(self, persons: float) -> None:
        """Resettle so many a month of those hosted, in need of protection, the longest first, to the countries that take them."""
        population, world = self._population, self._s.world
        rows = self._with_status(Status.CAMP, Status.HOSTED)
        rows = rows[np.isin(population["need"][rows], PROTECTABLE_CODES)]
        room = self._whole.offer("resettlement", np.array([persons]), self._world, YEAR)
        share = world.drivers["population"][:, 0] * resettling_states(world)
        if len(rows) == 0 or room[0] == 0 or share.sum() <= 0:
            return
        chosen = rows[ration(np.zeros(len(rows), np.int64), self._priority(rows), room)]
        self._whole.take("resettlement", np.zeros(len(chosen), np.int64))
        goal = np.empty(len(chosen), np.int64)
        queues.resettling(chosen, population.people, self._streams, share, self._countries, goal)
        self._run_kernel(queues.resettled, chosen, goal)

    def relocate(self, levers: Levers, day: int) -> None:
        """Move applicants from states that may send them to states that take them, the longest waiting first."""
        wanted = levers["relocation"]
        if not (wanted > 0).any():
            return
        population, world = self._population, self._s.world
        rows = self._with_status(Status.ASYLUM_PENDING)
        rows = rows[levers["relocation_from"][world.place_country[population["place"][rows]]] > 0]
        room = self._whole.offer("relocation", wanted.reshape(-1) / 12.0, self._pairs, YEAR).reshape(wanted.shape)
        place = np.full(len(rows), -1, np.int64)
        if len(rows) == 0:
            return
        origin = population["origin"][rows].astype(np.int64)
        chosen = ration(origin, self._priority(rows), room.sum(axis=1))
        for nationality in np.unique(origin[chosen]):
            at = np.flatnonzero(chosen & (origin == nationality))
            at = at[np.argsort(population["key"][rows[at]])]
            goals = self._in_turn(day, int(nationality), room[nationality])[: len(at)]
            place[at[: len(goals)]] = self._s.first_place[goals]
            self._whole.take("relocation", int(nationality) * len(world.countries) + goals)
        self._run_kernel(queues.relocated, rows, place)

    def _in_turn(self, day: int, nationality: int, room: Rows) -> Rows:
        """Countries that relocate people of a nationality, one for each place, in an order drawn for the day.

        Where fewer people wait than there are places, no country comes first because of where it stands in a table.
        """
        goals = np.repeat(np.arange(len(room)), room)
        today, nth = np.uint64(stream(self._seed, WHOLE, day)), np.arange(len(goals)) - _begin(room)
        pairs = self._pairs[nationality * len(room) + goals]
        turn = [uniform_alt(today, pair, np.uint64(n)) for pair, n in zip(pairs, nth, strict=True)]
        return np.asarray(goals[np.argsort(turn)], np.int64)

    # ---- how it is done

    def _room(self, name: str, rate: Floats) -> Rows:
        """What an office of each country can do this month, in whole units for simulated people; `rate` is real people a year."""
        return self._whole.offer(name, rate / 12.0, self._countries, MONTH)

    def _with_status(self, *statuses: Status) -> Rows:
        """Rows of people who have a status now, of those who waited in its queue when the month's hearings began."""
        found, wanted = self._waiting[QUEUES[statuses[0]]], np.zeros(len(Status), np.bool_)
        wanted[list(statuses)] = True
        people = self._population.people

        def find(share: slice) -> Rows:
            rows = np.empty(share.stop - share.start, np.int64)
            return rows[: queues.still(found[share], people, wanted, rows)]

        return np.concatenate(self._workers.each(find, self._workers.shares(len(found), SHARE)))

    def index_waiting(self, month: int) -> None:
        """Find who waits in any queue in a calendar month, once for all of them."""
        queue, sampled = np.full(len(Status), -1, np.int8), np.zeros(len(Status), np.bool_)
        queue[list(QUEUES)] = list(QUEUES.values())
        sampled[[Status.CAMP, Status.HOSTED]] = True
        people = self._population.people
        queues = 1 + max(QUEUES.values())

        def find(share: slice) -> list[Rows]:
            rows, fill = np.empty((queues, share.stop - share.start), np.int64), np.zeros(queues, np.int64)
            select(share.start, share.stop, people, queue, sampled, SAMPLED, month, rows, fill)
            return [rows[q, : fill[q]].copy() for q in range(queues)]

        found = self._workers.each(find, self._workers.shares(self._population.size, SCANNED))
        self._waiting = [np.concatenate(parts) for parts in zip(*found, strict=True)]

    def _priority(self, rows: Rows) -> Lots:
        """Who comes first, by day of application."""
        return self._asked(rows, queues.consulate_asked)[1]

    def _asked(self, rows: Rows, asked: Callable[..., Any], *facts: Any) -> tuple[Rows, Lots]:
        """What each one asks for, and with which priority, by a kernel that also takes some `facts`."""
        bucket, priority = np.empty(len(rows), np.int64), np.empty(len(rows), np.uint64)
        people, streams = self._population.people, self._streams
        self._workers.each(
            lambda share: asked(rows[share], people, streams, *facts, bucket[share], priority[share]),
            self._workers.shares(len(rows), SHARE),
        )
        return bucket, priority

    def _given(self, bucket: Rows, priority: Lots, room: Rows) -> Bools:
        """Who gets what they ask for."""
        granted: Bools = ration(bucket, priority, room)
        self._count(int(np.count_nonzero(granted)))
        return granted


def _quota(levers: Levers, sponsors: Floats, name: str) -> Floats:
    """Places a year of one channel, without those reserved, shape (origins, countries)."""
    places = levers[name]
    if name == "free_movement":
        return np.where(places > 0, UNLIMITED, 0.0)
    if name == "visit":
        return np.where(levers["visa_required"] <= 0, UNLIMITED, places)
    if name == "family":
        return np.asarray(places + sponsors * levers["sponsorship"][None, :])
    return places


def _paired(first: Lots, second: Lots) -> Lots:
    """A stable code of each pair, laid out flat."""
    codes = np.empty(len(first) * len(second), np.uint64)
    fill_pairs(first, second, codes)
    return codes


def _begin(room: Rows) -> Rows:
    """For each place, laid out flat, the number of the first place of the same country."""
    return np.repeat(np.cumsum(room) - room, room)
