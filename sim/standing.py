"""What has come about so far: what states, smugglers, agencies and people abroad have made of the world, as arrays."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .levers import Floats

if TYPE_CHECKING:
    from .model import MigrationModel


@dataclass(frozen=True)
class Standing:
    """What has come about so far and is the same for everybody this month.

    Parameters
    ----------
    price, blocked
        On each edge: EUR asked, and the believed share of those who ask in vain for a seat; shape (edges,).
    danger, stopped
        On each edge: believed probabilities of death and of being stopped; shape (edges,).
    unknown
        Of each edge: how little it is known, orders of magnitude, `Trails`; shape (edges,).
    diaspora
        Compatriots by nationality and country of residence, shape (countries, countries).
    risk, odds, quote, success
        Beliefs by audience and nationality, shape (audiences, countries).
    usual_risk
        Believed risk at the start, which the costs to go stand for.
    welfare
        How well applicants are housed, shape (countries,).
    wait
        Years that somebody waits who asks for a regular place now, shape (countries, channels, countries).
    aid
        Share of the needs of the hosted that is met, shape (countries,).
    assistance
        Chance of assistance for those who go home, shape (countries,).
    from_town, from_town_at_first
        Chance that somebody who begins to intend lives in a town, now and on the first day, shape (countries, profiles).
    """

    price: Floats
    blocked: Floats
    danger: Floats
    stopped: Floats
    unknown: Floats
    diaspora: Floats
    risk: Floats
    odds: Floats
    quote: Floats
    success: Floats
    usual_risk: float
    welfare: Floats
    wait: Floats
    aid: Floats
    assistance: Floats
    from_town: Floats
    from_town_at_first: Floats


def stand(model: "MigrationModel") -> Standing:
    """What has come about so far: prices, beliefs, the diaspora, and what states and agencies provide."""
    v, n = model.plan.values, len(model.world.countries)
    return Standing(
        price=model.market.price.copy(),
        blocked=model.market.blocked.copy(),
        danger=model.beliefs.danger.copy(),
        stopped=model.beliefs.stopped.copy(),
        unknown=model.trails.unknown,
        diaspora=model.diaspora.ties,
        risk=model.beliefs.risk.copy(),
        odds=model.beliefs.odds.copy(),
        quote=model.beliefs.quote.copy(),
        success=model.beliefs.success,
        usual_risk=model.beliefs.usual,
        welfare=model.polity.welfare.copy(),
        wait=model.polity.wait.copy(),
        aid=np.full(n, model.services.aid(v["agency"]["host_aid"])),
        assistance=model.services.assistance.copy(),
        from_town=model.towns.from_town,
        from_town_at_first=model.towns.from_town_at_first,
    )
