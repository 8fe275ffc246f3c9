"""Every number of flight to camps, with its unit, range and source, in two groups: the project's rules and the peer's."""

from collections.abc import Mapping
from typing import Any

from mixflow.sim.base.errors import UserError, one_of
from mixflow.sim.base.params import Param

FITTED = "fitted: leave-one-case-out on five UNHCR cases, mean ARD"
"""These values are the fit on all five; each fit without one of them is told in docs/displacement.md."""
PEER = "Flee, settings of its published cases"


def _fitted(value: float, unit: str, low: float, high: float, what: str) -> Param:
    return Param(value, unit, low, high, f"{FITTED}; {what}", "fitted", "2021-04-30")


def _guess(value: float, unit: str, low: float, high: float, why: str) -> Param:
    return Param(value, unit, low, high, f"assumption: {why}", "guess", "2015-12-31")


def _peer(value: float, unit: str, low: float, high: float, what: str) -> Param:
    return Param(value, unit, low, high, f"{PEER}; {what}", "attested", "2026-05-31")


FLIGHT: Mapping[str, Param] = {
    "size": _fitted(0.59, "elasticity", 0.0, 1.5, "how a camp's capacity draws people"),
    "room": _fitted(1.4, "elasticity", 0.0, 4.0, "how the free share of a camp's capacity draws people"),
    "journey": _fitted(0.66, "elasticity", 0.0, 4.0, "how the remaining journey keeps people away"),
    "fear_km": _fitted(140.0, "km", 0.0, 2000.0, "detour that somebody takes to keep out of a place in conflict"),
    "closure_km": _fitted(390.0, "km", 0.0, 5000.0, "detour around what is closed"),
    "follow": _fitted(0.26, "elasticity", 0.0, 1.0, "how reports of those who are there draw people"),
    "memory_days": _fitted(56.0, "days", 5.0, 365.0, "in which the flight from a conflict falls by a factor of e"),
    "near_km": _guess(50.0, "km", 1.0, 200.0, "distances below this are the same to those who choose; the peer's too"),
    "overfull": _guess(0.02, "share", 0.001, 0.5, "free share that a full camp still counts as having"),
    "ties": _guess(1.0, "log points", 0.0, 3.0, "draw of a camp where all share one's ethnicity and language"),
    "speed_km": _guess(400.0, "km/day", 20.0, 800.0, "by vehicle, most of a day; the peer's number"),
    "fleeing_share": _guess(
        0.001, "1/day", 0.0, 0.1, "people of a zone who flee a day where there are no registrations"
    ),
}
"""Of `rules=mixflow`."""

PEER_RULES: Mapping[str, Param] = {
    "max_move_speed": _peer(400.0, "km/day", 1.0, 5000.0, "most distance in a day"),
    "max_walk_speed": _peer(35.0, "km/day", 1.0, 200.0, "the same on foot"),
    "camp_weight": _peer(1.0, "factor", 0.0, 100.0, "draw of a camp"),
    "conflict_weight": _peer(0.25, "factor", 0.0, 100.0, "draw of a place in conflict"),
    "foreign_weight": _peer(1.0, "factor", 0.0, 100.0, "draw of a place abroad"),
    "softening": _peer(50.0, "km", 0.0, 1000.0, "added to all distances"),
    "distance_power": _peer(0.75, "1", 0.0, 5.0, "of the distance"),
    "weight_power": _peer(1.0, "1", 0.0, 5.0, "of the weight"),
    "awareness_level": _peer(1.0, "links", 1.0, 3.0, "how far somebody sees"),
    "capacity_buffer": _peer(0.9, "share", 0.0, 0.999, "of capacity from which a camp counts as nearly full"),
    "capacity_scaling": _peer(1.25, "factor", 0.01, 100.0, "of capacities"),
    "camp_movechance": _peer(0.001, "1/day", 0.0, 1.0, "to leave a camp"),
    "idpcamp_movechance": _peer(0.1, "1/day", 0.0, 1.0, "to leave a camp inside the country"),
    "conflict_movechance": _peer(1.0, "1/day", 0.0, 1.0, "to leave a place in conflict"),
    "default_movechance": _peer(0.5, "1/day", 0.0, 1.0, "to leave a town"),
    "hub_movechance": _peer(1.0, "1/day", 0.0, 1.0, "to leave a forwarding hub"),
    "start_on_foot": _peer(0.0, "0 or 1", 0.0, 1.0, "whether the first link is walked"),
    "avoid_short_stints": _peer(1.0, "0 or 1", 0.0, 1.0, "whether people pass towns after a short day"),
    "sum_from_camps": _peer(1.0, "0 or 1", 0.0, 1.0, "totals from the camps, or from the file of totals"),
    "forced": _peer(1.0, "0 or 1", 0.0, 1.0, "whether forced redirections hold; version 3.1 reads and ignores them"),
    "ahead": _peer(1.0, "0 or 1", 0.0, 1.0, "day t brings the rise from t to t + 1; in version 3.1 from t - 1 to t"),
    "day0_capacity": _peer(1.0, "0 or 1", 0.0, 1.0, "whether people of day 0 are taken off capacities"),
}
"""Of `rules=flee`."""

VERSION_31: Mapping[str, float] = {
    "capacity_scaling": 1.0,
    "sum_from_camps": 0.0,
    "forced": 0.0,
    "ahead": 0.0,
    "day0_capacity": 0.0,
}
"""In what the peer's version on the package registry differs."""

GROUPS: Mapping[str, Mapping[str, Param]] = {"flight": FLIGHT, "flee": PEER_RULES}


def defaults() -> dict[str, dict[str, float]]:
    """The defaults as plain numbers, for config."""
    return {group: {name: param.value for name, param in params.items()} for group, params in GROUPS.items()}


def checked(values: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """The numbers, each within its range.

    Raises
    ------
    UserError
        When a name is not known or a number is out of its range.
    """
    found: dict[str, dict[str, float]] = {}
    for group, numbers in values.items():
        if group not in GROUPS:
            raise UserError(one_of("Parameter group", group, GROUPS))
        for name, value in numbers.items():
            if name not in GROUPS[group]:
                raise UserError(one_of(f"Parameter of group {group!r}", name, GROUPS[group]))
            param = GROUPS[group][name]
            if isinstance(value, bool) or not isinstance(value, int | float) or not param.low <= value <= param.high:
                raise UserError(
                    f"params.{group}.{name}={value} is not allowed: a number from {param.low:g} to {param.high:g}, "
                    f"in {param.unit}."
                )
            found.setdefault(group, {})[name] = float(value)
    return found
