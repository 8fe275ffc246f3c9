"""How large a policy is in one world: places, people moved, other levers and money, in absolute numbers from the baseline."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from mixflow.policies.policy_set import PolicySet
from mixflow.policies.schema import COUNTED_LEVERS, Policy, lever_of
from mixflow.sim.base.clock import Clock
from mixflow.sim.base.levers import LEVERS, Levers

from .tables import country_names

Floats = npt.NDArray[np.float64]

MOST_NAMED = 5
"""Countries, nationalities and edges that a sentence names; it counts the others."""

FEW_A_YEAR = 20
"""Of fewer simulated people a year, chance decides most of what a policy's places do."""

CHANNELS = {
    "work": "work that needs little training",
    "skilled": "trained work",
    "family": "family beyond those that residents sponsor",
    "study": "study",
    "humanitarian": "humanitarian visas",
    "circular": "seasonal and circular work",
    "partnership": "training partnerships",
    "visit": "short visits",
    "relocation": "relocation of applicants",
}
"""Levers that are places, as a sentence names them."""

SHORT = {
    "Syrian Arab Republic": "Syria",
    "Türkiye": "Turkey",
    "Russian Federation": "Russia",
    "United Kingdom of Great Britain and Northern Ireland": "the United Kingdom",
    "United States of America": "the United States",
    "Viet Nam": "Vietnam",
    "Republic of Moldova": "Moldova",
    "Democratic Republic of the Congo": "the DR Congo",
    "Islamic Republic of Iran": "Iran",
    "United Republic of Tanzania": "Tanzania",
}
"""Names of countries that sentences shorten."""

ARTICLE = ("Gambia", "Netherlands", "Philippines", "Bahamas", "Comoros", "Maldives")


class PlacesChanged(NamedTuple):
    """Places a year of one channel, for one nationality in one country, without and with a policy."""

    channel: str
    country: str
    origin: str
    before: float
    after: float


class Size(NamedTuple):
    """How large a policy is.

    Parameters
    ----------
    policy
        Its name.
    day
        The day that it is measured on, as a date: the first on which it is whole, within the run.
    places
        Places that it adds or takes, by channel, country and nationality.
    sentences
        The size in plain words; what changes nothing is said by `mixflow.policies.effect_checks`.
    """

    policy: str
    day: str
    places: tuple[PlacesChanged, ...]
    sentences: tuple[str, ...]

    def plain(self) -> dict[str, Any]:
        """As plain values, for records."""
        return {
            "policy": self.policy,
            "day": self.day,
            "places": [one._asdict() for one in self.places],
            "sentences": list(self.sentences),
        }


def country(code: str) -> str:
    """The English name of a country, short enough for a sentence."""
    name = country_names().get(code, code).partition(" (")[0].partition(",")[0]
    return SHORT.get(name, f"the {name}" if name in ARTICLE else name)


def spelt_out(text: str) -> str:
    """A text with the names of countries in place of their codes."""
    return re.sub(r"\b[A-Z]{3}\b", lambda code: country(code[0]), text)


def sizes(
    made: PolicySet, names: Iterable[str], levers_at: Callable[[int], Levers], clock: Clock, scale: float
) -> list[Size]:
    """The size of each policy of these names that is in force in a run.

    Parameters
    ----------
    made
        All policies of the run.
    names
        Whose size.
    levers_at
        The levers without policies, on a day of the run.
    clock
        The days of the run.
    scale
        Simulated people per real person.
    """
    chosen = set(names)
    return [
        _size(made, at, policy, levers_at, clock, scale)
        for at, policy in enumerate(made.policies)
        if policy.name in chosen
    ]


def _size(
    made: PolicySet, at: int, policy: Policy, levers_at: Callable[[int], Levers], clock: Clock, scale: float
) -> Size:
    span = made.spans[at]
    day = min(max(span.start + max(span.ramp - 1, 0), 0), span.end - 1, clock.days - 1)
    if not max(span.start, 0) <= day:
        return Size(policy.name, "", (), ("It is in force on no day of this run.",))
    levers = levers_at(day)
    before, after = made.effects_at(levers, day, policy.name), made.effects_at(levers, day)
    changed = {
        key: (before.get(key, np.zeros_like(values)), values)
        for key, values in after.items()
        if not np.array_equal(before.get(key, np.zeros_like(values)), values)
    }
    codes = made.world.countries
    counted = {key: pair for key, pair in changed.items() if lever_of(key) in COUNTED_LEVERS}
    places = [one for key, (low, high) in counted.items() for one in _places(key, low, high, codes)]
    said = _said_of_places(places, scale)
    for key, (low, high) in changed.items():
        if key not in counted:
            said.append(_said_of_lever(key, low, high, made))
    said += _said_of_rule(policy)
    if policy.accord is not None and said:
        said.append(
            "These are the numbers where every state joins and complies; states decide that as the run goes on."
        )
    said += [f"It acts only while {_trigger(policy)}."] if policy.trigger else []
    if policy.effects or policy.rule:
        said += _said_of_cost(policy, sum(max(one.after - one.before, 0.0) for one in places))
    said += [f"It is made of {', '.join(policy.includes)}."] if policy.includes else []
    return Size(policy.name, clock.date_of(day).isoformat(), tuple(places), tuple(said or ["It changes nothing."]))


def _places(key: str, before: Floats, after: Floats, codes: Sequence[str]) -> list[PlacesChanged]:
    rows, columns = np.nonzero(before != after)
    return [
        PlacesChanged(lever_of(key), codes[c], codes[o], float(before[o, c]), float(after[o, c]))
        for o, c in zip(rows.tolist(), columns.tolist(), strict=True)
    ]


def _said_of_places(places: Sequence[PlacesChanged], scale: float) -> list[str]:
    said = []
    for channel in dict.fromkeys(one.channel for one in places):
        some = [one for one in places if one.channel == channel]
        before, after = sum(one.before for one in some), sum(one.after for one in some)
        does = "adds" if after >= before else "takes away"
        what = "people a year at most by" if channel == "relocation" else "places a year for"
        text = f"It {does} {_number(abs(after - before))} {what} {CHANNELS[channel]} ({_number(before)} to {_number(after)})"
        text += f": {_split(some)}." if len(some) <= 500 else f", in {len({one.country for one in some})} countries."
        simulated = abs(after - before) * scale
        if simulated < FEW_A_YEAR and scale < 1:
            text += f" That is {simulated:.2g} simulated people a year: too few to see an effect; use a larger scale."
        said.append(text)
    return said


def _split(places: Sequence[PlacesChanged]) -> str:
    """By country, and within it by nationality: the largest, and how many are left."""
    by_country: dict[str, dict[str, float]] = {}
    for one in places:
        row = by_country.setdefault(one.country, {})
        row[one.origin] = row.get(one.origin, 0.0) + one.after - one.before
    ranked = sorted(by_country.items(), key=lambda item: -abs(sum(item[1].values())))
    said = []
    for code, row in ranked[:MOST_NAMED]:
        most = sorted(row.items(), key=lambda item: -abs(item[1]))
        inner = ", ".join(f"{country(origin)} {_number(abs(value))}" for origin, value in most[:MOST_NAMED])
        inner += f" and {len(most) - MOST_NAMED} more" if len(most) > MOST_NAMED else ""
        said.append(f"{country(code)} {_number(abs(sum(row.values())))} ({inner})")
    left = len(ranked) - MOST_NAMED
    return "; ".join(said) + (f"; and {left} more countries" if left > 0 else "")


def _said_of_lever(key: str, before: Floats, after: Floats, made: PolicySet) -> str:
    lever = LEVERS[lever_of(key)]
    mask = np.asarray(before != after)
    low, high = float(np.mean(before[mask])), float(np.mean(after[mask]))
    unit = "" if lever.unit in ("ratio", "share", "index", "0 or 1", "log odds") else f" {lever.unit}"
    what = f"{key.partition('|')[0].replace('_', ' ')} ({lever.meaning})"
    mean = " on average" if np.ptp(before[mask]) > 0 or np.ptp(after[mask]) > 0 else ""
    return f"It changes {what} from {low:.3g} to {high:.3g}{unit}{mean}{_where(lever.axis, mask, made)}."


def _where(axis: str, mask: npt.NDArray[np.bool_], made: PolicySet) -> str:
    if axis == "world":
        return ""
    if axis == "edge":
        return f", on {int(mask.sum())} edge{'s' if mask.sum() != 1 else ''}"
    if axis == "institution":
        return ""
    codes = made.world.countries
    if axis == "origin x country":
        there = _listed(country(codes[k]) for k in np.flatnonzero(mask.any(axis=0)))
        return f", in {there} for {_listed(country(codes[k]) for k in np.flatnonzero(mask.any(axis=1)))}"
    return f", {'for' if axis == 'origin' else 'in'} {_listed(country(codes[k]) for k in np.flatnonzero(mask))}"


def _said_of_rule(policy: Policy) -> list[str]:
    if policy.rule is None:
        return []
    settings = ", ".join(
        f"{name.replace('_', ' ')} {number.value:g} {number.unit}" for name, number in policy.rule.settings
    )
    return [f"It follows the rule {policy.rule.name.replace('_', ' ')}{f': {settings}' if settings else ''}."]


def _trigger(policy: Policy) -> str:
    trigger = policy.trigger
    assert trigger is not None
    side, bound = ("below", trigger.below) if trigger.above is None else ("above", trigger.above)
    whose = {"all": "in all", "country": "of each country", "origin": "of each nationality", "edge": "of each edge"}
    return (
        f"{trigger.quantity.replace('_', ' ')} {whose.get(trigger.of, f'of {country(trigger.of)}')}: {side} {bound:g}"
    )


def _said_of_cost(policy: Policy, added: float) -> list[str]:
    cost = policy.cost
    if cost is None:
        return ["It states no cost."]
    text = f"It costs EUR {cost.fixed.value:g} mn a year"
    text += " as far as states cooperate" if cost.conditional else ""
    if cost.per_place is not None:
        text += f" and EUR {cost.per_place.value:,.0f} for each place that it adds"
        if added > 0:
            text += f", EUR {cost.fixed.value + added * cost.per_place.value / 1e6:.3g} mn a year in all"
    return [f"{text}. These costs are an input, not a result."]


def _listed(names: Iterable[str]) -> str:
    known = list(names)
    left = len(known) - MOST_NAMED
    if left > 0:
        return f"{', '.join(known[:MOST_NAMED])} and {left} more"
    return known[0] if len(known) == 1 else f"{', '.join(known[:-1])} and {known[-1]}" if known else ""


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 or value == round(value) else f"{value:,.1f}"
