"""The worlds that the experiments run beside the baseline: each differs from it in one thing, from 2014 or 2015 on."""

from dataclasses import replace
from datetime import date

from mixflow.policies import groups
from mixflow.policies.schema import Do, Effect, Number, Policy, Where, Whom
from mixflow.sim.base.levers import LEVERS

from .runner import PatternWorld

AEGEAN, LIBYA = Where(corridor=("eastern_mediterranean",)), Where(corridor=("central_mediterranean",))
SEA = Where(
    corridor=("central_mediterranean", "eastern_mediterranean", "western_mediterranean", "western_africa"),
    mode=("sea",),
)
IN_DESTINATIONS, HOSTS = Where(country=("destinations",)), Where(country=(groups.ELSEWHERE,))
EVERYWHERE, EVERYBODY = Where(), Whom()
YEAR = date(2014, 1, 1)
SUMMER = date(2015, 7, 1)
SOURCE = "assumption: an experiment of the pattern tests"


def effect(lever: str, do: Do, value: float, where: Where = EVERYWHERE, whom: Whom = EVERYBODY) -> Effect:
    """One lever set, multiplied or added to, somewhere."""
    unit = "ratio" if do == "MUL" else LEVERS[lever].unit
    return Effect(lever, do, Number(value, unit, value, value, SOURCE), where=where, whom=whom)


def policy(title: str, *effects: Effect, start: date = YEAR, announced: date | None = None) -> Policy:
    """A policy that an experiment adds to those in force."""
    name = "_".join(word for word in title.lower().replace(",", "").replace(":", "").split())
    return Policy(
        f"pattern_test_{name}", title, title, "governance", SOURCE, date(2015, 12, 31), "none: it is an experiment", (), None,
        start=start, announced=announced, effects=effects,
    )  # fmt: skip


def _world(title: str, *effects: Effect, start: date = YEAR, announced: date | None = None) -> PatternWorld:
    return PatternWorld(title, (policy(title, *effects, start=start, announced=announced),))


def _holds_worlds(value: object) -> bool:
    return isinstance(value, PatternWorld) or (
        isinstance(value, tuple | list) and bool(value) and isinstance(value[0], PatternWorld)
    )


EASTERN_SHUT = _world(
    "Eastern Mediterranean shut", effect("capacity_factor", "SET", 0.0, AEGEAN), start=date(2015, 1, 1)
)
CENTRAL_SHUT = _world(
    "Central Mediterranean shut", effect("capacity_factor", "SET", 0.0, LIBYA), start=date(2015, 1, 1)
)
ANNOUNCED = _world(
    "closure announced two months ahead",
    effect("capacity_factor", "SET", 0.0, AEGEAN),
    start=SUMMER,
    announced=date(2015, 5, 1),
)

_PLACES = tuple(effect(lever, "MUL", 4.0, IN_DESTINATIONS) for lever in ("work", "family", "humanitarian", "visit"))
_GUARDED = effect("interception", "ADD", 0.2, SEA)
PATHWAYS = _world("four times as many regular places", *_PLACES)
GUARDED = _world("a fifth more of the boats stopped", _GUARDED)
PATHWAYS_GUARDED = _world("four times the places, and a fifth more boats stopped", *_PLACES, _GUARDED)
ELSEWHERE = _world(
    "places for Ukrainians, who hardly come irregularly",
    effect("work", "SET", 5000.0, IN_DESTINATIONS, Whom(nationality=("UKR",))),
)

REFUSING = _world("recognition two thirds of what it was", effect("recognition", "MUL", 0.667))
VISAS_REFUSED = _world(
    "half the visas and half the consulates",
    *(effect(lever, "MUL", 0.5, IN_DESTINATIONS) for lever in ("work", "family", "study", "visit")),
    effect("consulates", "MUL", 0.5, IN_DESTINATIONS),
)

HUNTED = replace(
    _world("interception three times what it was", effect("interception", "MUL", 3.0, SEA)),
    params={"switch.enforcement_price": 1.0},
)
SWITCHED = PatternWorld("baseline with enforcement in the price", params={"switch.enforcement_price": 1.0})
LESS_WANTED = _world(
    "a slump in destinations: ten more in a hundred without work", effect("unemployment", "ADD", 10.0, IN_DESTINATIONS)
)

INCOMES = tuple(
    PatternWorld(
        f"incomes in countries of origin times {factor:g}", tables={"income": f"*{factor:g}", "wages": f"*{factor:g}"}
    )
    for factor in (0.25, 0.5, 2.0, 4.0, 8.0)
)
FACTORS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)

HALF_STAFF = _world("half the staff of asylum offices", effect("staff", "MUL", 0.5, IN_DESTINATIONS))
SAFER = PatternWorld("homes one unit of the stability index safer", tables={"stability": "+1"})
MISERY = _world("no right to work in host countries", effect("work_rights", "SET", 0.0, HOSTS))

RELOCATED = PatternWorld("voluntary relocation", settings={"voluntary_relocation": {"start": "2014-01-01"}})

_TOLD = {"switch.information": 1.0}
TOLD_RISK = replace(_world("told the true risk and the true odds", effect("information", "SET", 0.5)), params=_TOLD)
TOLD_RISK_ONLY = replace(
    _world("told the truth where odds were not over-estimated", effect("information", "SET", 0.5)),
    params={**_TOLD, "beliefs.recognition_prob_overestimate": 0.0},
)
ODDS_RIGHT = PatternWorld("odds not over-estimated", params={"beliefs.recognition_prob_overestimate": 0.0})
TOLD_ODDS_ONLY = replace(
    _world("told the truth where risk was hardly over-estimated", effect("information", "SET", 0.5)),
    params={**_TOLD, "beliefs.death_prob_overestimate": 1.5, "beliefs.recognition_prob_overestimate": 0.4},
)
ODDS_WRONG = PatternWorld(
    "odds more over-estimated, risk less",
    params={"beliefs.death_prob_overestimate": 1.5, "beliefs.recognition_prob_overestimate": 0.4},
)

MANY = 1 + sum(
    len(value) if isinstance(value, tuple | list) else 1 for value in list(globals().values()) if _holds_worlds(value)
)
"""Worlds that the experiments run at most, the baseline counted."""
