"""What is published of a month at its end: all that states, agencies and policies may react to.

Events are flows of the month, in real people. Stocks are of the end of the month. Drivers and `restrictiveness` are levels.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from ..base.codes import Account, Event, LegalStatus, Status
from ..base.levers import Floats
from ..world.compiled_world import CompiledWorld
from .accounts import Accounts
from .ledger import unpack

Published = dict[str, Floats]


@dataclass(frozen=True)
class Levels:
    """What is published besides events and stocks of people.

    Parameters
    ----------
    restrictiveness
        Of states by themselves, shape (countries,).
    wages
        EUR a head and year, shape (countries,).
    accords
        Which states are members of accords, by name: `Standings.published`.
    """

    restrictiveness: Floats
    wages: Floats
    accords: Published


def first_news(s: CompiledWorld, accounts: Accounts, levels: Levels, when: date) -> Published:
    """What is known before the first month has ended: stocks, and no events."""
    n, edges = len(s.world.countries), len(s.take)
    flows = (*_BY_COUNTRY, *_BY_ORIGIN, "remitted", "irregular_arrivals", "eligible_returns")
    quiet = {name: np.zeros(n) for name in flows}
    of_edges = {name: np.zeros(edges) for name in ("deaths", "crossings")}
    return {**quiet, **of_edges, **accounts.past_claims.published(), **_stocks(s, accounts, levels, when)}


_BY_COUNTRY = {
    "applications": (Event.APPLICATION,),
    "stopped": (Event.INTERCEPTION,),
    "return_orders": (Event.RETURN_ORDER,),
    "forced_returns": (Event.FORCED_RETURN,),
    "protections": (Event.PROTECTION,),
    "settled": (Event.PROTECTION, Event.PERMIT),
}
_BY_ORIGIN = {"departures": (Event.DEPARTURE, Event.ONWARD), "displaced": (Event.DISPLACEMENT,)}

WITHOUT_RIGHT = (LegalStatus.UNLABELLED, LegalStatus.APPLICANT, LegalStatus.REFUSED, LegalStatus.REGISTERED)
"""Labels of those who have no right to stay where they live: whom programmes of assisted return are for."""


def news_of(s: CompiledWorld, accounts: Accounts, levels: Levels, when: date, weight: float) -> Published:
    """The figures of the month that ends.

    Parameters
    ----------
    weight
        Real people that one simulated person stands for.
    """
    keys, counts = accounts.flow_book.month_so_far()
    event = unpack(keys)
    number = counts * weight
    n, edges, world = len(s.world.countries), len(s.take), s.world
    on_edge = event["edge"] >= 0

    def by(field: str, size: int, kinds: tuple[Event, ...]) -> Floats:
        wanted = np.zeros(len(Event), np.bool_)
        wanted[list(kinds)] = True
        take = wanted[event["event"]] & (event[field] >= 0)
        return np.asarray(np.bincount(event[field][take], number[take], size))

    country = world.place_country
    start, end = country[s.graph.start], country[s.graph.end]
    entering = world.destination[end] & ~world.destination[start] & s.smuggled
    by_will = np.isin(event["event"], (Event.VOLUNTARY_RETURN, Event.ASSISTED_RETURN))
    eligible = by_will & np.isin(event["label"], WITHOUT_RIGHT)
    came = on_edge & entering[event["edge"]] & (event["event"] == Event.CROSSING)
    within = world.destination[end] & s.routed & ~entering
    passed = on_edge & within[event["edge"]] & (event["event"] == Event.CROSSING)
    visible = came | passed
    accounts.past_claims.add(by("country", n, (Event.APPLICATION, Event.RESETTLED)))
    return {
        **accounts.past_claims.published(),
        **{name: by("country", n, kinds) for name, kinds in _BY_COUNTRY.items()},
        **{name: by("origin", n, kinds) for name, kinds in _BY_ORIGIN.items()},
        "irregular_arrivals": np.bincount(end[event["edge"][visible]], number[visible], n),
        "eligible_returns": np.bincount(event["origin"][eligible], number[eligible], n),
        "deaths": by("edge", edges, (Event.DEATH,)),
        "crossings": by("edge", edges, (Event.CROSSING,)),
        "remitted": accounts.purse.month_so_far()[Account.HOUSEHOLDS] * weight,
        **_stocks(s, accounts, levels, when),
    }


def _stocks(s: CompiledWorld, accounts: Accounts, levels: Levels, when: date) -> Published:
    hosted = accounts.living((Status.CAMP, Status.HOSTED))
    return {
        "backlog": accounts.living((Status.ASYLUM_PENDING,)).sum(axis=0),
        "hosted": hosted.sum(axis=0),
        "campers": accounts.living((Status.CAMP,)).sum(axis=1),
        "protected": accounts.living((Status.PROTECTED,)).sum(axis=0),
        "restrictiveness": levels.restrictiveness.copy(),
        **levels.accords,
        "unemployment": s.driver("unemployment", when),
        "population": s.driver("population", when),
        "income": s.driver("income", when),
        "wages": levels.wages,
    }
