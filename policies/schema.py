"""What a policy is: frozen data, and the closed lists of what its file may say. Nothing here reads files or worlds."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from mixflow.sim.base.levers import LEVERS

Do = Literal["SET", "MUL", "ADD"]
DOES: tuple[Do, ...] = ("SET", "MUL", "ADD")
"""What an effect does to a lever, in the order in which it is done."""

FAMILIES = (
    "legal pathways",
    "returns",
    "burden-sharing",
    "control",
    "asylum and reception",
    "development and markets",
    "governance",
)

PLACE_LEVERS = ("work", "skilled", "family", "study", "humanitarian", "circular", "partnership", "visit")
"""Levers of places, which alone may be kept for some needs, skills or one sex: see `pool_key`."""

OFFER_LEVERS = ("aid_offer", "visa_offer")
"""Levers of what a state is offered for its cooperation."""

COUNTED_LEVERS = (*PLACE_LEVERS, "relocation")
"""Levers whose places a cost per place is paid for."""

SKILLS = ("basic", "secondary", "tertiary")
SEXES = ("female", "male")

KEPT = ("need", "skill", "sex")
"""Selectors of the people whom places are kept for."""

QUANTITIES: dict[str, tuple[str, str]] = {
    "applications": ("country", "asylum applications in a month"),
    "claims_year": ("country", "asylum applications and people resettled in the last twelve months"),
    "claims_mean": ("country", "asylum applications and people resettled a year, the mean of the last five years"),
    "backlog": ("country", "claims without a first decision at the end of a month"),
    "irregular_arrivals": (
        "country",
        "irregular entries into a country of Europe in a month, from outside Europe and, on named routes, from another one",
    ),
    "hosted": ("country", "people hosted outside Europe, in camps or among hosts, at the end of a month"),
    "unemployment": ("country", "per cent of the labour force"),
    "population": ("country", "inhabitants"),
    "income": ("country", "output a head and year, in international $ of constant prices"),
    "wages": ("country", "mean wages, EUR a year"),
    "protected": ("country", "people who live with a protection status at the end of a month"),
    "protections": ("country", "people given a protection status in a month"),
    "departures": ("origin", "departures from home, and onward from another country, in a month"),
    "displaced": ("origin", "people newly displaced inside their country in a month"),
    "deaths": ("edge", "deaths in a month"),
    "crossings": ("edge", "passages of an edge in a month, with and without papers"),
}
"""What is published each month and a trigger may watch: what it runs over, and its meaning.

"In a month" is a flow and "at the end of a month" a stock, both in real people; the others are levels of the year.
"""

LEVELS = ("unemployment", "income", "wages")
"""Quantities that have no sum."""


@dataclass(frozen=True)
class Number:
    """A number with its unit, plausible range and source."""

    value: float
    unit: str
    low: float
    high: float
    source: str


@dataclass(frozen=True)
class Where:
    """Which part of the world: names of edges, places, routes, modes, countries or groups of them, institutions.

    A name that begins with "not " takes away. On edges, `place` and `country` mean either end, `from_...` where an edge
    starts, `to_...` where it ends. Every selector given must hold.
    """

    edge: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    from_place: tuple[str, ...] = ()
    to_place: tuple[str, ...] = ()
    corridor: tuple[str, ...] = ()
    mode: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    from_country: tuple[str, ...] = ()
    to_country: tuple[str, ...] = ()
    institution: tuple[str, ...] = ()


@dataclass(frozen=True)
class Whom:
    """Which people: nationalities, pairs "nationality>country", and, for places, needs, skills and sex."""

    nationality: tuple[str, ...] = ()
    pair: tuple[str, ...] = ()
    need: tuple[str, ...] = ()
    skill: tuple[str, ...] = ()
    sex: tuple[str, ...] = ()


SELECTORS: dict[str, tuple[str, ...]] = {
    "edge": ("edge", "place", "from_place", "to_place", "corridor", "mode", "country", "from_country", "to_country"),
    "country": ("country",),
    "origin": ("nationality",),
    "origin x country": ("country", "nationality", "pair"),
    "institution": ("institution",),
    "world": (),
}
"""Selectors that choose cells of a lever, by the lever's axis. `KEPT` go with `PLACE_LEVERS`."""


def selectors_of(lever: str) -> tuple[str, ...]:
    """Every selector that means something to a lever."""
    return SELECTORS[LEVERS[lever].axis] + (KEPT if lever in PLACE_LEVERS else ())


@dataclass(frozen=True)
class Effect:
    """One change of one lever.

    Parameters
    ----------
    lever
        A key of `mixflow.sim.base.levers.LEVERS`.
    do
        SET to a value, MULtiply by it, or ADD it.
    number
        The value; the unit is the lever's, or "ratio" for MUL.
    per
        "cell": each cell of the target gets the value. "total": the target as a whole does, shared out in proportion to
        the lever's baseline; by inhabitants of the country that gives or gets, where the baseline is zero. Only ADD may be
        shared out.
    where, whom
        What is changed; the policy's own where the effect says nothing.
    """

    lever: str
    do: Do
    number: Number
    per: Literal["cell", "total"] = "cell"
    where: Where = field(default_factory=Where)
    whom: Whom = field(default_factory=Whom)

    @property
    def order(self) -> tuple[str, ...]:
        """Where the effect stands among those of its policy, however they are listed."""
        return (
            self.lever,
            str(DOES.index(self.do)),
            repr(self.number.value),
            repr(self.where),
            repr(self.whom),
            self.per,
        )


@dataclass(frozen=True)
class Trigger:
    """A policy acts in a month only where something published is above or below a number.

    Parameters
    ----------
    quantity
        A key of `QUANTITIES`.
    of
        "country", "origin" or "edge": each for itself, so that the policy acts only on the cells of those concerned (an
        edge counts to the country where it ends). "all": the sum over the world. A country's code: that one alone.
    above, below
        Acts while the number is above, or below.
    source
        Why this threshold.
    """

    quantity: str
    of: str
    above: float | None
    below: float | None
    source: str


@dataclass(frozen=True)
class RuleChoice:
    """A rule that the policy follows, by its registered name, and its sourced settings."""

    name: str
    settings: tuple[tuple[str, Number], ...] = ()


@dataclass(frozen=True)
class Cost:
    """What a policy costs its government: EUR mn a year while in force, and EUR for each place it adds, used or not.

    Places are those a year of `COUNTED_LEVERS`, beyond the baseline's. See `PolicySet.mean_costs`.

    Parameters
    ----------
    conditional
        Whether the fixed cost is what states are offered, paid only as far as they cooperate.
    """

    fixed: Number
    per_place: Number | None = None
    conditional: bool = False


VENUE_NAMES = ("rights", "security")
"""Where members of an accord may meet, besides nowhere."""


@dataclass(frozen=True)
class Accord:
    """Makes the effects of a policy norms of an accord, which states join or not, and comply with more or less.

    Parameters
    ----------
    members
        Countries and groups that may join.
    threshold
        Members from which it is in force.
    binding
        0 where nothing binds, 1 for law.
    review
        How far members are watched, 0 to 1.
    payment
        To each member, EUR mn a year.
    venue
        One of `VENUE_NAMES`, or empty: where members meet and hear of each other.
    """

    members: tuple[str, ...]
    threshold: int
    binding: Number
    review: Number
    payment: Number | None = None
    venue: str = ""


@dataclass(frozen=True)
class Policy:
    """One policy.

    Parameters
    ----------
    name
        Its name, which is also its file's.
    title, description
        One line, and one paragraph.
    family
        One of `FAMILIES`.
    start, end
        In force on [start, end); None: from the first day of any run, without end.
    announced
        The date from which people know that edges will close.
    ramp_days
        Days over which it grows to its full size.
    dose
        How much of it, 0 to 1. SET goes that part of the way from the baseline, MUL by 1 + dose (factor - 1), ADD by dose.
    effects, rule
        What it does.
    includes
        Policies that it is made of.
    trigger
        When it acts, if not always.
    accord
        Who may agree on it, where it is not simply done.
    cost, risk, source, as_of, mechanisms
        What it costs, what may go wrong, where it comes from, the date of the source, which mechanisms it serves.
    history
        Whether it was enacted.
    """

    name: str
    title: str
    description: str
    family: str
    source: str
    as_of: date
    risk: str
    mechanisms: tuple[str, ...]
    cost: Cost | None
    start: date | None = None
    end: date | None = None
    announced: date | None = None
    ramp_days: int = 0
    dose: float = 1.0
    where: Where = field(default_factory=Where)
    whom: Whom = field(default_factory=Whom)
    effects: tuple[Effect, ...] = ()
    rule: RuleChoice | None = None
    includes: tuple[str, ...] = ()
    trigger: Trigger | None = None
    accord: Accord | None = None
    history: bool = False

    def changed(self, **settings: object) -> "Policy":
        """The same policy with another dose, start, end or ramp."""
        return replace(self, **settings)  # type: ignore[arg-type]


def pool_key(lever: str, whom: Whom, needs: tuple[str, ...]) -> str:
    """The key of places that are kept for some: "work|need=survival|skill=basic|sex=female"; the lever's name where for all.

    Parameters
    ----------
    needs
        All needs, in the order of their codes.
    """
    key = lever
    for selector, labels in (("need", needs), ("skill", SKILLS), ("sex", SEXES)):
        kept = [label for label in labels if label in getattr(whom, selector)]
        key += f"|{selector}={','.join(kept)}" if 0 < len(kept) < len(labels) else ""
    return key


def lever_of(key: str) -> str:
    """The lever of a key that may name a pool."""
    return key.partition("|")[0]


CLOSING = 0.5
"""An effect closes an edge when it leaves less than this share of seats, or stops more than this share of people."""


def closes(lever: str, do: Do, value: float) -> bool:
    """Whether an effect closes its edges."""
    if lever == "capacity_factor":
        return do in ("SET", "MUL") and value < CLOSING
    return lever == "interception" and do in ("SET", "ADD") and value > CLOSING
