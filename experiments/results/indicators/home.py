"""Those who have not left: how many live in towns, and how many move there from the land.

Measured where the layer of internal migration is on (switch `internal_migration`); else the model knows no town from the land.
"""

from .registry import Ratio, Series, indicator
from .tables import MissingError, Tables

GROUP = "At home"


def _known(tables: Tables) -> None:
    """Refuse runs without the layer, in which nobody moves because nobody may."""
    if not tables.frame("states", "quantity")["quantity"].isin(["townspeople"]).any():
        raise MissingError("townspeople")


@indicator(
    "Urban share at home", "share", "stock", "neither", GROUP,
    "Of those in the countries of origin who have not begun to leave, those who live in towns. Mean over months.",
)  # fmt: skip
def urban_share(tables: Tables) -> Series:
    _known(tables)
    return Ratio(
        tables.sums("states", "value", quantity="townspeople"), tables.sums("states", "value", quantity="at_home")
    )


@indicator(
    "Moves into towns", "persons", "flow", "neither", GROUP,
    "People of the land in the countries of origin who move into a town of their country, net of those who move back.",
)  # fmt: skip
def into_towns(tables: Tables) -> Series:
    _known(tables)
    return tables.sums("states", "value", quantity="into_towns")
