"""What is published of a month at its end: all that states, agencies and policies may react to.

Events are flows of the month, in real people. Stocks are of the end of the month. Drivers and `restrictiveness` are levels.
"""

from collections import deque
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from ..base.codes import Account, Event, LegalStatus, Status
from ..base.levers import Floats
from .ledger import Ints, unpack

if TYPE_CHECKING:
    from ..engine.model import MigrationModel

Published = dict[str, Floats]


def first_news(model: "MigrationModel", when: date) -> Published:
    """What is known before the first month has ended: stocks, and no events."""
    n, edges = len(model.world.countries), len(model.compiled_world.take)
    flows = (*_BY_COUNTRY, *_BY_ORIGIN, "remitted", "irregular_arrivals", "eligible_returns")
    quiet = {name: np.zeros(n) for name in flows}
    of_edges = {name: np.zeros(edges) for name in ("deaths", "crossings")}
    return {**quiet, **of_edges, **model.past_claims.published(), **_stocks(model, when)}


class PastClaims:
    """Asylum applications and people resettled of the last five years, by month and country, as sharing schemes count them.

    Parameters
    ----------
    countries
        Number of countries.
    """

    MONTHS = 60

    def __init__(self, countries: int) -> None:
        self._months: deque[Floats] = deque(maxlen=self.MONTHS)
        self._none = np.zeros(countries)

    def add(self, claims: Floats) -> None:
        """Count a month that ends."""
        self._months.append(claims)

    def published(self) -> Published:
        """A year's claims, by the last twelve months and by all sixty, or by as many as there were so far."""
        months = list(self._months)
        year = 12.0 * np.mean(months[-12:], axis=0) if months else self._none
        mean = 12.0 * np.mean(months, axis=0) if months else self._none
        return {"claims_year": np.asarray(year), "claims_mean": np.asarray(mean)}


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
"""Labels of those in Europe who have no right to stay there: whom programmes of assisted return are for."""


def news_of(model: "MigrationModel", when: date, keys: Ints, counts: Ints) -> Published:
    """The figures of the month that ends, real people, from its packed events and their numbers."""
    event = unpack(keys)
    number = counts * model.weight
    n, edges, world = len(model.world.countries), len(model.compiled_world.take), model.world
    on_edge = event["edge"] >= 0

    def by(field: str, size: int, kinds: tuple[Event, ...]) -> Floats:
        wanted = np.zeros(len(Event), np.bool_)
        wanted[list(kinds)] = True
        take = wanted[event["event"]] & (event[field] >= 0)
        return np.asarray(np.bincount(event[field][take], number[take], size))

    country = world.place_country
    start, end = country[model.compiled_world.graph.start], country[model.compiled_world.graph.end]
    entering = world.europe[end] & ~world.europe[start] & model.compiled_world.smuggled
    by_will = np.isin(event["event"], (Event.VOLUNTARY_RETURN, Event.ASSISTED_RETURN))
    eligible = by_will & np.isin(event["label"], WITHOUT_RIGHT)
    came = on_edge & entering[event["edge"]] & (event["event"] == Event.CROSSING)
    within = world.europe[end] & model.routed & ~entering
    passed = on_edge & within[event["edge"]] & (event["event"] == Event.CROSSING)
    visible = came | passed
    model.past_claims.add(by("country", n, (Event.APPLICATION, Event.RESETTLED)))
    return {
        **model.past_claims.published(),
        **{name: by("country", n, kinds) for name, kinds in _BY_COUNTRY.items()},
        **{name: by("origin", n, kinds) for name, kinds in _BY_ORIGIN.items()},
        "irregular_arrivals": np.bincount(end[event["edge"][visible]], number[visible], n),
        "eligible_returns": np.bincount(event["origin"][eligible], number[eligible], n),
        "deaths": by("edge", edges, (Event.DEATH,)),
        "crossings": by("edge", edges, (Event.CROSSING,)),
        "remitted": model.purse.month_so_far()[Account.HOUSEHOLDS] * model.weight,
        **_stocks(model, when),
    }


def _stocks(model: "MigrationModel", when: date) -> Published:
    s = model.compiled_world
    hosted = model.living(Status.CAMP, Status.HOSTED)
    return {
        "backlog": model.living(Status.ASYLUM_PENDING, Status.ASYLUM_PENDING).sum(axis=0),
        "hosted": hosted.sum(axis=0),
        "campers": model.living(Status.CAMP, Status.CAMP).sum(axis=1),
        "protected": model.living(Status.PROTECTED, Status.PROTECTED).sum(axis=0),
        "restrictiveness": model.state_policy.restrictiveness.copy(),
        **model.state_policy.standings.published(),
        "unemployment": s.driver("unemployment", when),
        "population": s.driver("population", when),
        "income": s.driver("income", when),
        "wages": s.driver("wages", when) if model.environment is None else model.environment.wages,
    }
