"""Places that nobody can take: whoever offers them is warned, before anything is simulated."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from .schema import PLACE_LEVERS
from .targets import PolicyWorld, Targets
from .terms import Term

Cells = npt.NDArray[np.bool_]


def of_term(name: str, term: Term, targets: Targets) -> str | None:
    """What to say of a policy's places, where nobody can take any of them; else None."""
    if term.lever not in PLACE_LEVERS or term.do == "MUL" or term.value <= 0.0:
        return None
    offered = np.zeros(targets.shape(term.lever), np.bool_)
    offered.reshape(-1)[term.cells] = True
    return _said(f"policy {name!r}", term.lever, offered, targets.world)


def of_tables(places: Mapping[str, npt.NDArray[np.float64]], world: PolicyWorld) -> list[str]:
    """What to say of the channels of a world's table `admissions` that nobody can use.

    Parameters
    ----------
    places
        Places a year by channel, each of shape (origins, countries).
    """
    found = [_said("admissions", channel, table > 0.0, world) for channel, table in places.items() if table.any()]
    return [said for said in found if said is not None]


def _said(who: str, channel: str, offered: Cells, world: PolicyWorld) -> str | None:
    """Why nobody meets what these places ask for; None where somebody may."""
    nobody = f"{who}: nobody can take its places of channel {channel!r}, as"
    abroad = [origin for rows in world.hosted.values() for origin, *_ in rows]
    theirs = offered & (world.origins | np.isin(np.arange(len(world.countries)), abroad))[:, None]
    if not theirs.any():
        return f"{nobody} no people of {_codes(offered.any(axis=1), world)} are in this world."
    there = theirs & world.europe[None, :]
    if not there.any():
        return f"{nobody} regular places are asked for in Europe, and not in {_codes(theirs.any(axis=0), world)}."
    kin = np.asarray(sum(world.diaspora.values()))
    if channel == "family" and not (there & (kin > 0.0)).any():
        return f"{nobody} nobody named has kin in {_codes(there.any(axis=0), world)}."
    return None


def _codes(mask: Cells, world: PolicyWorld) -> str:
    named = [code for code, take in zip(world.countries, mask, strict=True) if take]
    return ", ".join(named[:6]) + (f" and {len(named) - 6} more" if len(named) > 6 else "")
