"""What has come about so far: what states, smugglers, agencies and people abroad have made of the world, as arrays."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..base.levers import Floats

if TYPE_CHECKING:
    from .model import MigrationModel


@dataclass(frozen=True)
class MonthlyState:
    """What has come about so far and is the same for everybody this month.

    Parameters
    ----------
    price, blocked
        On each edge: EUR asked, and the believed share of those who ask in vain for a seat; shape (edges,).
    danger, stopped
        On each edge: believed probabilities of death and of being stopped; shape (edges,).
    unfamiliarity
        Of each edge: how little it is known, orders of magnitude, `RouteFamiliarity`; shape (edges,).
    diaspora
        Compatriots by nationality and country of residence, shape (countries, countries).
    believed_death_prob, believed_recognition_prob, log_price_misperception, log_recent_arrivals
        Beliefs by audience and nationality, shape (audiences, countries).
    reference_death_prob
        Believed risk at the start, which the costs to go stand for.
    welfare
        How well applicants are housed, shape (countries,).
    wait
        Years that somebody waits who asks for a regular place now, shape (countries, channels, countries).
    aid
        Share of the needs of the hosted that is met, shape (countries,).
    assistance
        Chance of assistance for those who go home, shape (countries,).
    from_urban, from_urban_at_first
        Chance that somebody who begins to intend lives in a town, now and on the first day, shape (countries, profiles).
    """

    price: Floats
    blocked: Floats
    danger: Floats
    stopped: Floats
    unfamiliarity: Floats
    diaspora: Floats
    believed_death_prob: Floats
    believed_recognition_prob: Floats
    log_price_misperception: Floats
    log_recent_arrivals: Floats
    reference_death_prob: float
    welfare: Floats
    wait: Floats
    aid: Floats
    assistance: Floats
    from_urban: Floats
    from_urban_at_first: Floats


def snapshot(model: "MigrationModel") -> MonthlyState:
    """What has come about so far: prices, beliefs, the diaspora, and what states and agencies provide."""
    v, n = model.plan.values, len(model.world.countries)
    return MonthlyState(
        price=model.market.price.copy(),
        blocked=model.market.blocked.copy(),
        danger=model.beliefs.danger.copy(),
        stopped=model.beliefs.stopped.copy(),
        unfamiliarity=model.route_familiarity.unfamiliarity,
        diaspora=model.diaspora.ties,
        believed_death_prob=model.beliefs.believed_death_prob.copy(),
        believed_recognition_prob=model.beliefs.believed_recognition_prob.copy(),
        log_price_misperception=model.beliefs.log_price_misperception.copy(),
        log_recent_arrivals=model.beliefs.log_recent_arrivals,
        reference_death_prob=model.beliefs.reference_death_prob,
        welfare=model.state_policy.welfare.copy(),
        wait=model.state_policy.wait.copy(),
        aid=np.full(n, model.services.aid(v["agency"]["host_aid"])),
        assistance=model.services.assistance.copy(),
        from_urban=model.urbanisation.from_urban,
        from_urban_at_first=model.urbanisation.from_urban_at_first,
    )
