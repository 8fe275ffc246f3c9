"""Steps 9 and 13: who gives out what is scarce: seats, regular places, visas, decisions, appeals, resettlement, relocation.

What is scarce is given by priority, never by the order in which people are stored; fractions of a place carry over (`whole`).
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ...accounts.tally import select
from ...accounts.workers import SCANNED, SHARE
from ...base.codes import Need, Status
from ...base.decisions import WHOLE
from ...base.levers import Floats
from ...base.ration import fill_pairs, ration
from ...base.rng import stable_code, stream, uniform_alt
from ...base.whole import MONTH, UNLIMITED, YEAR, WholeUnits
from ...people.population import Rows
from ...world.baseline import QUOTAS
from ...world.eligibility import reserved_for
from . import kernel as queues

if TYPE_CHECKING:
    from ...engine.model import MigrationModel

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


class Queues:
    """The queues of one model.

    Parameters
    ----------
    model
        The model whose people ask.
    """

    def __init__(self, model: "MigrationModel") -> None:
        self._model = model
        self._waiting: list[Rows] = []
        self._whole = WholeUnits(model.plan.seed, model.plan.scale)
        countries = model.compiled_world.alternative
        channels = np.array([stable_code("channel", name) for name in QUOTAS], np.uint64)
        self._countries = countries
        self._pairs = _paired(countries, countries)  # nationality, country
        self._cells = _paired(self._pairs, channels)  # nationality, country, channel
        self._world = np.array([stable_code("world")], np.uint64)

    def process_month(self) -> None:
        """Once a month, all queues but that for seats."""
        self.index_waiting()
        self.places()
        self.decisions()
        self.appeals()
        self.resettle()
        self.relocate()

    # ---- seats, every day

    def seats(self, rows: Rows, factor: Floats) -> None:
        """Give today's seats to those who asked."""
        model = self._model
        room = model.market.room(factor)
        if len(rows) == 0:
            return
        bucket, priority = self._asked(rows, queues.seat_asked)
        granted = self._given(bucket, priority, room)
        model.run_kernel(queues.seat_given, rows, granted)
        model.market.note(bucket, granted)

    # ---- regular places, once a month

    def places(self) -> None:
        """Give the month's regular places to those who applied, as far as consulates can issue visas."""
        model, levers = self._model, self._model.levers
        rows = self._with_status(Status.APPLYING)
        quotas = np.stack([self._quota(name) for name in QUOTAS], axis=2)
        place, priority = self._asked(rows, queues.place_asked, len(model.world.countries))
        room = self._whole.offer("places", quotas.reshape(-1) / 12.0, self._cells, YEAR)
        granted = self._given(place, priority, room)
        by: dict[str, Rows] = {"places": np.flatnonzero(granted)}
        for key in sorted(name for name in levers if "|" in name):
            by[key] = self._reserved(key, rows, (place, priority), granted)
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
        self._tell_the_wait(place[~granted], quotas)
        model.run_kernel(queues.place_given, rows, granted)

    def _tell_the_wait(self, place: Rows, quotas: Floats) -> None:
        """How long the queues for regular places have become: those who wait over what is given in a year.

        Parameters
        ----------
        place
            What each of those who wait asks for, an index of `quotas` laid out flat.
        """
        model, levers, shape = self._model, self._model.levers, quotas.shape
        places = quotas.copy()
        for key in (name for name in levers if "|" in name):
            places[:, :, QUOTAS.index(key.partition("|")[0])] += levers[key]
        waiting = np.bincount(place, minlength=quotas.size).reshape(shape) * model.weight
        at_consulates = waiting.sum(axis=(0, 2)) / np.maximum(levers["consulates"], 1e-9)
        by_queue = waiting / np.maximum(places, 1e-9)
        years = np.where(waiting > 0, np.maximum(by_queue, at_consulates[None, :, None]), 0.0)
        model.state_policy.wait[:] = np.minimum(years, LONGEST_WAIT).transpose(0, 2, 1)

    def _quota(self, name: str) -> Floats:
        """Places a year of one channel, without those reserved, shape (origins, countries)."""
        levers = self._model.levers
        places = levers[name]
        if name == "free_movement":
            return np.where(places > 0, UNLIMITED, 0.0)
        if name == "visit":
            return np.where(levers["visa_required"] <= 0, UNLIMITED, places)
        if name == "family":
            return np.asarray(places + self._sponsored())
        return places

    def _sponsored(self) -> Floats:
        """Family members whom residents with rights may bring in a year, shape (origins, countries)."""
        model = self._model
        sponsors = model.living(Status.PROTECTED, Status.PROTECTED) + model.living(Status.REGULAR, Status.REGULAR)
        return sponsors * model.levers["sponsorship"][None, :]

    def _reserved(self, key: str, rows: Rows, asked: tuple[Rows, Lots], granted: Bools) -> Rows:
        """Grant the places reserved for some needs, skills or one sex to people without a place; return who got one."""
        population, (place, priority) = self._model.population, asked
        room = self._whole.offer(key, self._model.levers[key].reshape(-1) / 12.0, self._pairs, YEAR)
        at = np.flatnonzero((place % len(QUOTAS) == QUOTAS.index(key.partition("|")[0])) & ~granted)
        whom = tuple(population[name][rows[at]] for name in ("need", "skill", "sex"))
        at = at[reserved_for(key)[whom]]
        if len(at):
            at = at[ration(place[at] // len(QUOTAS), priority[at], room)]
            granted[at] = True
        return np.asarray(at, np.int64)

    # ---- asylum, once a month

    def decisions(self) -> None:
        """Hear as many claims as the staff of each office can, first come, first heard."""
        model, v = self._model, self._model.plan.values["asylum"]
        rows = self._with_status(Status.ASYLUM_PENDING)
        country, priority = self._asked(rows, queues.decision_asked, model.environment.country)
        model.state_policy.backlog[:] = np.bincount(country, minlength=len(model.world.countries)) * model.weight
        capacity = model.levers["staff"] * v["caseworker_rate"] * v["working_days"]
        granted = self._given(country, priority, self._room("decisions", capacity))
        self._whole.take("decisions", country[granted])
        model.run_kernel(queues.decision_given, rows, granted)

    def appeals(self) -> None:
        """Decide the appeals that have waited their time."""
        model = self._model
        rows = self._with_status(Status.APPEALING)
        waited = model.day - model.population["since"][rows].astype(np.int64)
        due = waited >= model.plan.values["asylum"]["appeal_days"]
        model.run_kernel(queues.appeal_given, rows[due], due[due])

    # ---- resettlement and relocation, once a month

    def resettle(self) -> None:
        """Resettle from those hosted, in need of protection, the longest first, to the countries that take them."""
        model = self._model
        population, europe = model.population, model.world.europe
        rows = self._with_status(Status.CAMP, Status.HOSTED)
        rows = rows[population["need"][rows] >= Need.SUBSIDIARY]
        room = self._whole.offer("resettlement", np.array([model.services.resettled]), self._world, YEAR)
        share = model.world.drivers["population"][:, 0] * europe
        if len(rows) == 0 or room[0] == 0 or share.sum() <= 0:
            return
        chosen = rows[ration(np.zeros(len(rows), np.int64), self._priority(rows), room)]
        self._whole.take("resettlement", np.zeros(len(chosen), np.int64))
        goal = np.empty(len(chosen), np.int64)
        queues.resettling(chosen, population.people, model.environment.streams, share, self._countries, goal)
        model.run_kernel(queues.resettled, chosen, goal)

    def relocate(self) -> None:
        """Move applicants from states that may send them to states that take them, the longest waiting first."""
        model = self._model
        wanted = model.levers["relocation"]
        if not (wanted > 0).any():
            return
        population, world = model.population, model.world
        rows = self._with_status(Status.ASYLUM_PENDING)
        rows = rows[model.levers["relocation_from"][world.place_country[population["place"][rows]]] > 0]
        room = self._whole.offer("relocation", wanted.reshape(-1) / 12.0, self._pairs, YEAR).reshape(wanted.shape)
        place = np.full(len(rows), -1, np.int64)
        if len(rows) == 0:
            return
        origin = population["origin"][rows].astype(np.int64)
        chosen = ration(origin, self._priority(rows), room.sum(axis=1))
        for nationality in np.unique(origin[chosen]):
            at = np.flatnonzero(chosen & (origin == nationality))
            at = at[np.argsort(population["key"][rows[at]])]
            goals = self._in_turn(int(nationality), room[nationality])[: len(at)]
            place[at[: len(goals)]] = model.compiled_world.first_place[goals]
            self._whole.take("relocation", int(nationality) * len(model.world.countries) + goals)
        model.run_kernel(queues.relocated, rows, place)

    def _in_turn(self, nationality: int, room: Rows) -> Rows:
        """Countries that relocate people of a nationality, one for each place, in an order drawn for the day.

        Where fewer people wait than there are places, no country comes first because of where it stands in a table.
        """
        model, goals = self._model, np.repeat(np.arange(len(room)), room)
        today, nth = np.uint64(stream(model.plan.seed, WHOLE, model.day)), np.arange(len(goals)) - _begin(room)
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
        people = self._model.population.people

        def find(share: slice) -> Rows:
            rows = np.empty(share.stop - share.start, np.int64)
            return rows[: queues.still(found[share], people, wanted, rows)]

        return np.concatenate(self._model.workers.each(find, self._model.workers.shares(len(found), SHARE)))

    def index_waiting(self) -> None:
        """Find who waits in any queue, once for all of them."""
        model = self._model
        queue, sampled = np.full(len(Status), -1, np.int8), np.zeros(len(Status), np.bool_)
        queue[list(QUEUES)] = list(QUEUES.values())
        sampled[[Status.CAMP, Status.HOSTED]] = True
        people, month = model.population.people, model.plan.clock.date_of(model.day).month
        queues = 1 + max(QUEUES.values())

        def find(share: slice) -> list[Rows]:
            rows, fill = np.empty((queues, share.stop - share.start), np.int64), np.zeros(queues, np.int64)
            select(share.start, share.stop, people, queue, sampled, SAMPLED, month, rows, fill)
            return [rows[q, : fill[q]].copy() for q in range(queues)]

        found = model.workers.each(find, model.workers.shares(model.population.size, SCANNED))
        self._waiting = [np.concatenate(parts) for parts in zip(*found, strict=True)]

    def _priority(self, rows: Rows) -> Lots:
        """Who comes first, by day of application."""
        return self._asked(rows, queues.consulate_asked)[1]

    def _asked(self, rows: Rows, asked: Callable[..., Any], *facts: Any) -> tuple[Rows, Lots]:
        """What each one asks for, and with which priority, by a kernel that also takes some `facts`."""
        model = self._model
        bucket, priority = np.empty(len(rows), np.int64), np.empty(len(rows), np.uint64)
        people, streams = model.population.people, model.environment.streams
        model.workers.each(
            lambda share: asked(rows[share], people, streams, *facts, bucket[share], priority[share]),
            model.workers.shares(len(rows), SHARE),
        )
        return bucket, priority

    def _given(self, bucket: Rows, priority: Lots, room: Rows) -> Bools:
        """Who gets what they ask for."""
        granted: Bools = ration(bucket, priority, room)
        self._model.events += int(np.count_nonzero(granted))
        return granted


def _paired(first: Lots, second: Lots) -> Lots:
    """A stable code of each pair, laid out flat."""
    codes = np.empty(len(first) * len(second), np.uint64)
    fill_pairs(first, second, codes)
    return codes


def _begin(room: Rows) -> Rows:
    """For each place, laid out flat, the number of the first place of the same country."""
    return np.repeat(np.cumsum(room) - room, room)
