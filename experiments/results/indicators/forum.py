"""Where states take their business: talks on security and return, or bodies that watch standards."""

import numpy as np

from mixflow.policies import library
from mixflow.policies.forum import security_share

from .registry import Series, indicator
from .tables import Tables

GROUP = "States"


@indicator(
    "Choosing forums on security", "share", "stock", "neither", GROUP,
    "Share of destinations, by inhabitants times wages, that would take their business to talks on security and return, by the "
    "rule of the policy venue_shopping: those with more applications per inhabitant than it says. Mean over months.",
)  # fmt: skip
def security_forum(tables: Tables) -> Series:
    choice = library.load("venue_shopping").rule
    assert choice is not None
    pressure = dict(choice.settings)["pressure"].value
    members = np.asarray(tables.world.destination, float)
    asked, heads, wages = (
        tables.by_country("states", "value", quantity=name) for name in ("applications", "population", "wages")
    )
    months = zip(asked, heads, wages, strict=True)
    return np.array([security_share(a, h, y, members, pressure) for a, h, y in months])
