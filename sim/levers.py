"""The closed list of what a policy may change, and the baseline that it is changed from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Levers = dict[str, Floats]
Adjust = Callable[[Levers, int], Levers]
"""From the baseline of a day to that day's levers. Pure: it returns new arrays where it changes any."""


@dataclass(frozen=True)
class Lever:
    """One thing that a policy may change.

    Parameters
    ----------
    unit
        Unit of its values.
    axis
        What its array runs over: edge, country (of destination), origin (nationality), or origin x country.
    low, high
        Bounds, inclusive, applied last.
    meaning
        One line for whoever writes a policy.
    """

    unit: str
    axis: str
    low: float
    high: float
    meaning: str


LEVERS: Mapping[str, Lever] = {
    "death": Lever("probability per attempt", "edge", 0.0, 1.0, "danger of dying on an edge"),
    "interception": Lever("probability per attempt", "edge", 0.0, 1.0, "chance of being stopped on an edge and held"),
    "price": Lever("EUR", "edge", 0.0, 1e6, "what a smuggler's costs are on an edge, before the market sets the price"),
    "seats": Lever("ratio", "edge", 0.0, 1e3, "factor on the seats that smugglers offer on an edge"),
    "staff": Lever("caseworkers", "country", 0.0, 1e6, "staff of an asylum office"),
    "recognition": Lever("share", "origin", 0.0, 1.0, "share of asylum claims recognised"),
    "return_rate": Lever("share", "origin", 0.0, 1.0, "share of those refused who are returned"),
    "work": Lever("persons/yr", "origin x country", 0.0, 1e8, "regular places for work"),
    "family": Lever("persons/yr", "origin x country", 0.0, 1e8, "regular places for family"),
}


def unchanged(levers: Levers, day: int) -> Levers:
    """The world without policies."""
    return levers


def bounded(levers: Levers) -> Levers:
    """Levers within their bounds."""
    return {name: np.clip(values, LEVERS[name].low, LEVERS[name].high) for name, values in levers.items()}
