"""What has come about so far: what states, smugglers, agencies and people abroad have made of the world, as arrays."""

from dataclasses import dataclass

from ..base.levers import Floats


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
