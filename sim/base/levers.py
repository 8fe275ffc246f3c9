"""The closed list of what a policy may change, and the bounds within which it may."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from .codes import REGULAR_CHANNEL_CODES, Named

Floats = npt.NDArray[np.float64]
Levers = dict[str, Floats]
Published = Mapping[str, Floats]
"""What was published of the last month, by name: see `mixflow.sim.accounts.news`."""


class Adjust(Protocol):
    """Policies, as the model meets them."""

    def __call__(self, levers: Levers, day: int, published: Published) -> Levers:
        """From the baseline of a day to that day's levers. Pure: new arrays where anything changes."""
        ...

    def changes_on(self, day: int) -> bool:
        """Whether levers have to be made again on this day, besides the first of each month."""
        ...

    def mean_costs(self, levers: Levers, days: range, published: Published) -> dict[str, float]:
        """What each policy costs, by its name: the mean over some days of one month, EUR mn a year."""
        ...

    @property
    def accord_names(self) -> tuple[str, ...]:
        """Names of all accords among the policies, in order."""
        ...

    def accords(self, levers: Levers, day: int, published: Published) -> Sequence[Any]:
        """The accords that states may be members of: `mixflow.sim.processes.states.accords.OfferedAccord`."""
        ...


class Agency(Named):
    """The institutions that have a mandate and a budget, by index of the axis `institution`."""

    UNHCR = 0
    IOM = 1
    ILO = 2


AXES: Mapping[str, str] = {
    "edge": "routes of the graph",
    "country": "where people go, stay or pass: countries by code",
    "origin": "nationalities by code",
    "origin x country": "nationality, then country",
    "institution": "UNHCR, IOM, ILO",
    "world": "one number",
}
"""What a lever's array runs over; shapes are (edges,), (countries,), (countries,), (countries, countries), (3,) and ()."""


@dataclass(frozen=True)
class Lever:
    """One thing that a policy may change.

    Parameters
    ----------
    unit
        Unit of its values.
    axis
        What its array runs over: a key of `AXES`.
    low, high
        Bounds, inclusive, applied last.
    meaning
        One line for authors of policies.
    """

    unit: str
    axis: str
    low: float
    high: float
    meaning: str


def _share(axis: str, meaning: str) -> Lever:
    return Lever("share", axis, 0.0, 1.0, meaning)


def _switch(axis: str, meaning: str) -> Lever:
    return Lever("0 or 1", axis, 0.0, 1.0, meaning)


def _ratio(axis: str, meaning: str) -> Lever:
    return Lever("ratio", axis, 0.0, 1e3, meaning)


_CHANCE = "probability per attempt"
_PLACES = {
    "work": "places a year for labour that needs little training",
    "skilled": "places a year for trained labour",
    "family": "places a year for family, beyond those that residents sponsor",
    "study": "places a year for students",
    "humanitarian": "humanitarian visas a year",
    "circular": "places a year for seasonal and circular work",
    "partnership": "places a year in training partnerships",
    "visit": "short visas a year to people who might stay beyond them",
    "free_movement": "places a year under free movement; as many as want where it is above 0",
}
assert tuple(_PLACES) == tuple(channel.label for channel in REGULAR_CHANNEL_CODES)

LEVERS: Mapping[str, Lever] = {
    # the way
    "death": Lever(_CHANCE, "edge", 0.0, 1.0, "danger of dying on an edge"),
    "interception": Lever(_CHANCE, "edge", 0.0, 1.0, "chance of being stopped on an edge"),
    "pushback": _share("edge", "of those stopped, who are sent back at once, unheard and not held"),
    "extortion": Lever(_CHANCE, "edge", 0.0, 1.0, "chance of having to pay officials or gangs on an edge"),
    "price": Lever("EUR", "edge", 0.0, 1e6, "a smuggler's costs and margin at first, before the market sets the price"),
    "capacity_factor": _ratio("edge", "factor on the seats that smugglers offer on an edge; 0 closes it"),
    "notice": Lever("days", "edge", 0.0, 1e4, "until an announced closure of an edge; 10,000 where none is announced"),
    "rescue": _share("edge", "how much of the danger search and rescue takes away; boats may answer, by a switch"),
    # regular channels
    **{name: Lever("persons/yr", "origin x country", 0.0, 1e8, meaning) for name, meaning in _PLACES.items()},
    "sponsorship": Lever("1/yr", "country", 0.0, 10.0, "family members that a resident with rights may bring, a year"),
    "consulates": Lever("persons/yr", "country", 0.0, 1e9, "visas that a country's consulates can process"),
    "visa_fee": Lever("EUR", "country", 0.0, 1e5, "what an applicant pays the state for a regular place"),
    "recruitment_fee": Lever("months of wages", "origin", 0.0, 24.0, "what a worker pays to be recruited"),
    "visa_required": _switch("origin x country", "whether nationals need a visa; 0 lets them fly in and stay on"),
    "carrier_sanctions": _share("country", "of those without a visa, who are kept from boarding"),
    # asylum and reception
    "staff": Lever("caseworkers", "country", 0.0, 1e6, "staff of an asylum office"),
    "recognition": _share(
        "origin", "of asylum claims by people in need of protection or not, recognised at first instance"
    ),
    "recognition_shift": Lever(
        "log odds", "country", -5.0, 5.0, "how much more generous a country decides than the mean"
    ),
    "convention_only": _switch("country", "1 where only Convention refugees are protected"),
    "wider_definition": _switch(
        "country",
        "1 where everybody who flees events that disturb public order is a refugee; outside Europe it gives the hosted work",
    ),
    "survival_status": _share("country", "of survival migrants who claim, who get a humanitarian status"),
    "safe_origin": _switch("origin x country", "1 where a nationality is on a list of safe countries"),
    "appeals": _share("country", "of those refused, who may appeal"),
    "reception": Lever("persons", "country", 0.0, 1e9, "places in reception; beyond them people are housed badly"),
    "hosting": _ratio("country", "factor on what is met of the needs of the hosted, by agencies and hosts"),
    "work_rights": _share("country", "how far applicants, the hosted and those without papers may work"),
    "temporary_integration": _share("country", "of those hosted for long, who get a lasting right to stay, a year"),
    "first_country": _share("country", "of claims by people who came through another state, that are sent back to it"),
    "claims_in_passing": _share(
        "country",
        "of those who enter without a visa on their way to another country, whose claim is taken down as they pass",
    ),
    "relocation_from": _switch("country", "1 where applicants may be relocated from"),
    "relocation": Lever(
        "persons/yr", "origin x country", 0.0, 1e8, "applicants moved to a country from others, a year"
    ),
    "detention_days": Lever("days", "country", 0.0, 2000.0, "mean time held after interception"),
    # return
    "return_effort": _ratio("country", "factor on what a state does to enforce return orders"),
    "readmission": _share("origin", "of return decisions, that the country of origin helps to carry out"),
    "readmission_gain": Lever("share", "origin x country", -1.0, 1.0, "added to it for one country by an agreement"),
    "return_support": Lever("EUR", "origin", 0.0, 1e5, "support to somebody who returns with assistance"),
    "support_beyond_cash": _share("origin", "of that support given as housing, training, work rather than cash"),
    "temporary_protection": _share("country", "of the protected, whose right lapses when home is safe again"),
    # bargains between states, money between countries
    "aid_offer": Lever(
        "EUR mn/yr", "country", 0.0, 1e5, "offered to a transit state for its cooperation, paid if it accepts"
    ),
    "visa_offer": Lever("persons/yr", "country", 0.0, 1e7, "visas offered to a state's nationals for its cooperation"),
    "threat": Lever(
        "EUR mn/yr", "country", 0.0, 1e5, "trade, aid and visas that a state loses if it does not cooperate"
    ),
    "visa_sanctions": _share("origin", "of short visas, that nationals lose whose state refuses to cooperate"),
    "trade_sanctions": _share("origin", "by which lost trade raises hardship where a state refuses to cooperate"),
    "transfers": Lever(
        "EUR mn/yr",
        "country",
        -1e5,
        1e5,
        "what a state pays others under a scheme of sharing; below 0 what it receives",
    ),
    "livelihood_aid": Lever("EUR mn/yr", "origin", 0.0, 1e5, "aid to livelihoods"),
    "hardship": _ratio("origin", "factor on the hazard of losing a livelihood: trade, fisheries, climate, adaptation"),
    "conflict": _ratio("origin", "factor on the hazard of flight"),
    "wages": _ratio("country", "factor on wages"),
    "unemployment": Lever("percentage points", "country", -50.0, 50.0, "added to unemployment"),
    "remittance_cost": _share("origin x country", "what it costs to send money from a country, of the amount sent"),
    "diaspora_engagement": _share("origin", "how much of remittances is invested at home instead of consumed"),
    "information": _share("origin", "of the gap between belief and truth that a campaign closes, a month"),
    "portability": _share("country", "of the value of a permit that is kept when its holder goes home"),
    "funding": _ratio("institution", "factor on an institution's budget"),
    "earmarked": _share("institution", "of a budget that donors tie to control and returns"),
    "monitoring": _share("world", "how far recruitment standards and rights are monitored"),
    "restrictiveness": Lever("index", "country", -3.0, 3.0, "added to a state's own restrictiveness"),
    "diffusion": _share("world", "how far states take over the restrictiveness of others: consultative processes"),
}
"""Every lever by name."""


class NoPolicies:
    """The world without policies."""

    def __call__(self, levers: Levers, day: int, published: Published) -> Levers:
        """The baseline as it is."""
        return levers

    def changes_on(self, day: int) -> bool:
        """Never."""
        return False

    def mean_costs(self, levers: Levers, days: range, published: Published) -> dict[str, float]:
        """Nothing."""
        return {}

    @property
    def accord_names(self) -> tuple[str, ...]:
        """None."""
        return ()

    def accords(self, levers: Levers, day: int, published: Published) -> Sequence[Any]:
        """None."""
        return ()


def bounded(levers: Levers, within: Levers | None = None) -> Levers:
    """Levers within their bounds; those that are the same arrays in `within`, whose levers all lie within them, as they are."""
    known = within or {}
    return {
        name: values if values is known.get(name) else _within_bounds(name, values) for name, values in levers.items()
    }


def unbroken(levers: Levers) -> Levers:
    """Those of the levers that lie within their bounds."""
    return {name: values for name, values in levers.items() if np.array_equal(values, _within_bounds(name, values))}


def _within_bounds(name: str, values: Floats) -> Floats:
    lever = LEVERS[name.partition("|")[0]]
    return np.minimum(np.maximum(values, lever.low), lever.high)
