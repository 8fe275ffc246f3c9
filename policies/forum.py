"""A rule of forums: states take their business to the venue that suits them."""

import numpy as np
import numpy.typing as npt

from mixflow.sim.base.levers import Levers

from .rules import Published, Rule, RuleKind, Terms
from .targets import PolicyWorld

Floats = npt.NDArray[np.float64]
NEEDED = ("applications", "population", "wages")


def security_share(applications: Floats, population: Floats, wages: Floats, members: Floats, pressure: float) -> float:
    """Share of the members' output that belongs to states which take their business to talks on security and return, 0 to 1.

    A state does when more people ask it for asylum than it bears; else it goes where rights and standards are talked about. Forums
    live on what their members pay, so that states count by what they earn at market prices: inhabitants times wages.

    Parameters
    ----------
    applications
        Asylum applications of a month, shape (countries,).
    population, wages
        Inhabitants, and EUR a head and year, shape (countries,).
    members
        1 for those who choose, shape (countries,).
    pressure
        Applications a year per 1,000 inhabitants that a state bears.
    """
    asked = 12.0 * applications / np.maximum(population, 1.0) * 1000.0
    weight = members * population * wages
    total = float(weight.sum())
    return float((weight * (asked > pressure)).sum()) / total if total > 0.0 else 0.0


def chosen_forum(terms: Terms) -> Rule:
    """States under pressure meet where restriction spreads; the others where standards are watched."""
    pressure, diffusion, monitoring = (terms.settings[name] for name in ("pressure", "diffusion", "monitoring"))
    members = terms.members.astype(np.float64)

    def rule(levers: Levers, published: Published, day: int, world: PolicyWorld) -> Levers:
        if any(name not in published for name in NEEDED):
            return levers
        asked, heads, wages = (np.asarray(published[name], np.float64) for name in NEEDED)
        security = security_share(asked, heads, wages, members, pressure)
        return {
            **levers,
            "diffusion": np.asarray(levers["diffusion"] + security * diffusion),
            "monitoring": np.asarray(levers["monitoring"] + (1.0 - security) * monitoring),
        }

    return rule


FORUM = {
    "chosen_forum": RuleKind(
        chosen_forum,
        {"pressure": "applications per 1,000 inhabitants and year", "diffusion": "share", "monitoring": "share"},
        "states under pressure meet where restriction spreads, the others where standards are watched",
    )
}
