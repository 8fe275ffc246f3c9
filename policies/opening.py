"""Rules of admission: places that follow the labour market, with the cycle or against it."""

import numpy as np

from mixflow.sim.base.levers import Levers

from .rules import Published, Rule, RuleKind, Terms
from .targets import PolicyWorld

CHANNELS = ("work", "circular")
STEEPEST = 4.0


def cyclical_places(terms: Terms) -> Rule:
    """Places for workers times exp(-slope (unemployment - reference)), at most four times more or fewer.

    A positive slope opens in a boom and closes in a slump (M35); a negative one opens against the cycle (M06).
    """
    slope, reference = terms.settings["slope"], terms.settings["reference"]

    def rule(levers: Levers, published: Published, day: int, world: PolicyWorld) -> Levers:
        if "unemployment" not in published:
            return levers
        factor = np.exp(-slope * (np.asarray(published["unemployment"], np.float64) - reference))
        factor = np.where(terms.members, np.clip(factor, 1.0 / STEEPEST, STEEPEST), 1.0)
        rows = terms.nationalities[:, None]
        return {**levers, **{name: np.where(rows, levers[name] * factor, levers[name]) for name in CHANNELS}}

    return rule


OPENING = {
    "cyclical_places": RuleKind(
        cyclical_places,
        {"slope": "1/percentage point", "reference": "per cent"},
        "places for workers follow unemployment: with the cycle, or against it where the slope is negative",
    )
}
