"""The worlds that the experiments run beside the baseline: each differs from it in one thing, from 2014 or 2015 on."""

from datetime import date

from .change import Change, LeverChange
from .runner import PatternWorld

AEGEAN, LIBYA = {"corridor": ["eastern_mediterranean"]}, {"corridor": ["central_mediterranean"]}
SEA = {
    "corridor": ["central_mediterranean", "eastern_mediterranean", "western_mediterranean", "western_africa"],
    "mode": "sea",
}
DESTINATIONS = {"destination": True}
HOSTS = {"destination": False}
YEAR = date(2014, 1, 1)
SUMMER = date(2015, 7, 1)


def _world(
    name: str, *effects: LeverChange, start: date = YEAR, announced: date | None = None, **more: object
) -> PatternWorld:
    return PatternWorld(name, Change(effects, start, announced), **more)  # type: ignore[arg-type]


def _holds_worlds(value: object) -> bool:
    return isinstance(value, PatternWorld) or (
        isinstance(value, tuple | list) and bool(value) and isinstance(value[0], PatternWorld)
    )


EASTERN_SHUT = _world(
    "Eastern Mediterranean shut", LeverChange("capacity_factor", "set", 0.0, AEGEAN), start=date(2015, 1, 1)
)
CENTRAL_SHUT = _world(
    "Central Mediterranean shut", LeverChange("capacity_factor", "set", 0.0, LIBYA), start=date(2015, 1, 1)
)
ANNOUNCED = _world(
    "closure announced two months ahead",
    LeverChange("capacity_factor", "set", 0.0, AEGEAN),
    start=SUMMER,
    announced=date(2015, 5, 1),
)
UNANNOUNCED = _world("closure by surprise", LeverChange("capacity_factor", "set", 0.0, AEGEAN), start=SUMMER)

_PLACES = tuple(LeverChange(lever, "times", 4.0, DESTINATIONS) for lever in ("work", "family", "humanitarian", "visit"))
_GUARDED = LeverChange("interception", "plus", 0.2, SEA)
PATHWAYS = _world("four times as many regular places", *_PLACES)
GUARDED = _world("a fifth more of the boats stopped", _GUARDED)
PATHWAYS_GUARDED = _world("four times the places, and a fifth more boats stopped", *_PLACES, _GUARDED)
ELSEWHERE = _world(
    "places for Ukrainians, who hardly come irregularly",
    LeverChange("work", "set", 5000.0, {"origins": ["UKR"], "destination": True}),
)

REFUSING = _world("recognition two thirds of what it was", LeverChange("recognition", "times", 0.667))
VISAS_REFUSED = _world(
    "half the visas and half the consulates",
    *(LeverChange(lever, "times", 0.5, DESTINATIONS) for lever in ("work", "family", "study", "visit")),
    LeverChange("consulates", "times", 0.5, DESTINATIONS),
)

HUNTED = _world(
    "interception three times what it was",
    LeverChange("interception", "times", 3.0, SEA),
    params={"switch.enforcement_price": 1.0},
)
SWITCHED = PatternWorld("baseline with enforcement in the price", params={"switch.enforcement_price": 1.0})
LESS_WANTED = _world(
    "a slump in destinations: ten more in a hundred without work",
    LeverChange("unemployment", "plus", 10.0, DESTINATIONS),
)

INCOMES = tuple(
    PatternWorld(
        f"incomes in countries of origin times {factor:g}", tables={"income": f"*{factor:g}", "wages": f"*{factor:g}"}
    )
    for factor in (0.25, 0.5, 2.0, 4.0, 8.0)
)
FACTORS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)

HALF_STAFF = _world("half the staff of asylum offices", LeverChange("staff", "times", 0.5, DESTINATIONS))
SAFER = PatternWorld("homes one unit of the stability index safer", tables={"stability": "+1"})
MISERY = _world("no right to work in host countries", LeverChange("work_rights", "set", 0.0, HOSTS))

RELOCATED = PatternWorld("voluntary relocation", policies={"voluntary_relocation": {"start": "2014-01-01"}})

_TOLD = {"switch.information": 1.0}
TOLD_RISK = _world("told the true risk and the true odds", LeverChange("information", "set", 0.5), params=_TOLD)
TOLD_RISK_ONLY = _world(
    "told the truth where odds were not over-estimated",
    LeverChange("information", "set", 0.5),
    params={**_TOLD, "beliefs.recognition_prob_overestimate": 0.0},
)
ODDS_RIGHT = PatternWorld("odds not over-estimated", params={"beliefs.recognition_prob_overestimate": 0.0})
TOLD_ODDS_ONLY = _world(
    "told the truth where risk was hardly over-estimated",
    LeverChange("information", "set", 0.5),
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
