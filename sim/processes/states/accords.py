"""Agreements between states: who joins, and how far members do what they have agreed to.

An accord is a policy whose effects are norms. A norm acts in a state as far as the state complies. Participation is decided once a
year and effort once a month, by what the accord asks of a state (its depth), what it brings, what binds and watches, and what the
others did last month. Both are log odds, so that deep accords find few members, and soft ones act where they cost little.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...base.levers import Floats
from ...base.params import Values

VENUES = {"security": 1.0, "rights": -1.0, "": 0.0}
"""Where members meet: whose word weighs more there, that of the strict (+) or of the open (-)."""


@dataclass(eq=False)  # not frozen: checkpoints keep it, while what is frozen counts as configured
class OfferedAccord:
    """An accord as states meet it in one month.

    Parameters
    ----------
    name
        Name of its policy.
    open_to
        Which states may join, shape (countries,).
    depth
        What it asks of each state: how far its norms are from what the state does, units of `mixflow.policies.accords`, shape
        (countries,).
    binding
        0 where nothing binds, 1 for law.
    review
        How far members are watched, 0 to 1.
    threshold
        Members from which it is in force.
    payment
        To each member, per cent of its output, shape (countries,).
    relief
        1 where its norms relieve states in which people arrive or are hosted, else 0.
    venue
        A key of `VENUES`.
    """

    name: str
    open_to: npt.NDArray[np.bool_]
    depth: Floats
    binding: float
    review: float
    threshold: int
    payment: Floats
    relief: float
    venue: str


@dataclass(frozen=True)
class Situation:
    """What a state knows when it decides, of itself and of the others.

    Parameters
    ----------
    opinion, restrictiveness
        Hostility above its usual level, and restrictiveness, of the state.
    burden
        Irregular arrivals of a year and hosted people per 1,000 inhabitants.
    rule_of_law
        How far a review is heard, 0 to 1.
    watched
        How far agencies watch what states do, besides the accord's own review, 0 to 1: lever `monitoring`.
    peers
        Share of the other states that are members (to join), or their mean effort (to comply).
    """

    opinion: float
    restrictiveness: float
    burden: float
    rule_of_law: float
    watched: float
    peers: float


def joins(
    accord: OfferedAccord, country: int, own: Situation, member: bool, disposition: float, values: Values
) -> bool:
    """Whether a state is a member for the next year.

    Parameters
    ----------
    member
        Whether it is one now.
    disposition
        Its draw between 0 and 1, the same in all years and worlds: what the model does not know of its politics.
    values
        Parameters by group and name; the group `accord` is read.
    """
    v = values["accord"]
    cost = (
        v["join_cost"]
        * accord.depth[country]
        * (1.0 + max(own.opinion, 0.0))
        * (1.0 + v["binding_cost"] * accord.binding)
    )
    odds = v["join"] - cost - v["restrictive"] * max(own.restrictiveness, 0.0)
    odds += v["relief"] * accord.relief * np.log1p(own.burden) + v["payment"] * accord.payment[country]
    odds += v["join_peers"] * own.peers + (v["stay"] if member else 0.0)
    return bool(disposition < _logistic(odds))


def intended_effort(accord: OfferedAccord, country: int, own: Situation, practice: float, values: Values) -> float:
    """How far a member means to comply, 0 to 1.

    Parameters
    ----------
    practice
        Years of full effort so far: what was learnt makes the rest cheaper.
    """
    v = values["accord"]
    cost = (
        v["comply_cost"]
        * accord.depth[country]
        * (1.0 + max(own.opinion, 0.0))
        * float(np.exp(-v["learning"] * practice))
    )
    odds = v["comply"] + v["comply_binding"] * accord.binding - cost
    review = min(1.0, accord.review + own.watched)
    odds += v["comply_review"] * review * own.rule_of_law + v["comply_peers"] * own.peers
    return _logistic(odds)


def rule_of_law(stability: float) -> float:
    """How far a review is heard, 0 to 1, by the index of political stability.

    Assumption: rule of law goes with political stability; an index of its own is not among the drivers.
    """
    return _logistic(stability)


def tone(restrictiveness: Floats, members: npt.NDArray[np.bool_], venue: str, weight: float) -> float:
    """Restrictiveness that the talks of a venue speak for: a mean in which the strict or the open count more."""
    if not members.any():
        return 0.0
    there = restrictiveness[members]
    heard = np.exp(VENUES[venue] * weight * (there - there.max()))
    return float((heard * there).sum() / heard.sum())


def in_force(accord: OfferedAccord, members: npt.NDArray[np.bool_]) -> bool:
    """Whether enough states are members."""
    return int(members.sum()) >= accord.threshold


def _logistic(odds: float) -> float:
    return float(1.0 / (1.0 + np.exp(-odds)))


class Standings:
    """Who is a member of which accord, and how far each complies; arrays over countries by name of the accord.

    Parameters
    ----------
    countries
        Number of countries.
    names
        Names of all accords of the run, offered from the first day or later.
    """

    def __init__(self, countries: int, names: Sequence[str] = ()) -> None:
        self.offered: Sequence[OfferedAccord] = ()
        self.new: tuple[str, ...] = ()  # accords that were not offered in the month before
        self.member = {name: np.zeros(countries, np.bool_) for name in names}
        self.effort: dict[str, Floats] = {name: np.zeros(countries) for name in names}
        self.practice: dict[str, Floats] = {name: np.zeros(countries) for name in names}

    def meet(self, offered: Sequence[OfferedAccord]) -> None:
        """Take the accords of a month; nobody is a member of one that is offered no longer."""
        before, now = {accord.name for accord in self.offered}, {accord.name for accord in offered}
        self.offered, self.new = offered, tuple(sorted(now - before))
        for name in before - now:
            for kept in (self.member, self.effort, self.practice):
                kept[name][:] = 0

    def comply(self) -> None:
        """Let all comply in full, where no states decide."""
        for accord in self.offered:
            self.member[accord.name][:] = accord.open_to
            self.effort[accord.name][:] = accord.open_to

    def published(self) -> dict[str, Floats]:
        """Members and their effort, as everybody knows them: see `effort_key` and `member_key`."""
        told = {member_key(name): member.astype(np.float64) for name, member in self.member.items()}
        return told | {effort_key(name): effort.copy() for name, effort in self.effort.items()}


def effort_key(name: str) -> str:
    """Under which name the effort of states is published."""
    return f"compliance with {name}"


def member_key(name: str) -> str:
    """Under which name membership is published."""
    return f"member of {name}"
