"""A change of levers from a day on, small enough to be sent to another process: what an experiment does to a world."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class LeverChange:
    """One lever, set, multiplied or added to, somewhere.

    Parameters
    ----------
    lever
        A name of the closed list.
    how
        "set", "times" or "plus".
    value
        With what.
    where
        For edges: `route`, `into`, `out_of` (countries), `mode`; for countries: `countries`, or `europe`; for origins:
        `origins`. What is left out is everywhere.
    only
        Part of a pool of places, as `need=none` or `skill=tertiary`.
    """

    lever: str
    how: str
    value: float
    where: Mapping[str, Any] = field(default_factory=dict)
    only: str = ""


@dataclass(frozen=True)
class Change:
    """Effects in force from a day on, perhaps announced before it; an object that a model takes as its policies.

    Parameters
    ----------
    effects
        What changes.
    start
        The first day in force.
    announced
        The day from which everybody knows; None for a surprise.
    """

    effects: tuple[LeverChange, ...]
    start: date
    announced: date | None = None

    def bound(self, model: Any) -> "Bound":
        """This change in a model, whose names it needs."""
        return Bound(self, model)


class Bound:
    """A change in one model, on top of the policies that the model has already.

    Parameters
    ----------
    change
        What changes.
    model
        Whose world and edges are meant.
    """

    def __init__(self, change: Change, model: Any) -> None:
        self.change, self.model, self.policies = change, model, model.adjust
        first = model.plan.clock.start
        self.start: int = (change.start - first).days
        self.told: int = self.start if change.announced is None else (change.announced - first).days

    def changes_on(self, day: int) -> bool:
        """Whether something changes on this day; while people wait for an announced closure, on every day."""
        return day == self.start or self.told <= day < self.start or bool(self.policies.changes_on(day))

    def mean_costs(self, levers: Any, days: range, published: Any) -> dict[str, float]:
        """What the policies beneath cost; the change itself costs nothing."""
        return dict(self.policies.mean_costs(levers, days, published))

    @property
    def accord_names(self) -> tuple[str, ...]:
        """Names of the accords beneath."""
        return tuple(self.policies.accord_names)

    def accords(self, levers: Any, day: int, published: Any) -> Any:
        """The accords beneath."""
        return self.policies.accords(levers, day, published)

    def __call__(self, levers: Any, day: int, published: Any = None) -> Any:
        """Levers of a day."""
        found = dict(self.policies(levers, day, published))
        if self.told <= day < self.start and "notice" in found:
            for effect in self.change.effects:
                if effect.lever == "capacity_factor":
                    found["notice"] = np.where(self._mask(effect), float(self.start - day), found["notice"])
        if day >= self.start:
            for effect in self.change.effects:
                self._apply(found, effect)
        return found

    def _apply(self, found: dict[str, Floats], effect: LeverChange) -> None:
        mask = self._mask(effect)
        if effect.only:
            found[f"{effect.lever}|{effect.only}"] = np.where(mask, effect.value, 0.0)
            return
        base = found[effect.lever]
        changed = {
            "set": np.full_like(base, effect.value),
            "times": base * effect.value,
            "plus": base + effect.value,
        }[effect.how]
        found[effect.lever] = np.where(mask, changed, base)

    def _mask(self, effect: LeverChange) -> Any:
        from mixflow.sim.base.levers import LEVERS

        axis = LEVERS[effect.lever].axis
        world = self.model.world
        if axis == "edge":
            return self._edges(effect.where)
        countries = np.array([self._country(code, effect.where) for code in world.countries])
        origins = np.array([code in effect.where.get("origins", world.countries) for code in world.countries])
        if axis == "origin":
            return origins
        if axis == "country":
            return countries
        if axis == "origin x country":
            return origins[:, None] & countries[None, :]
        return True

    def _country(self, code: str, where: Mapping[str, Any]) -> bool:
        world = self.model.world
        if "countries" in where:
            return bool(code in where["countries"])
        inside = bool(world.europe[world.countries.index(code)])
        return inside == bool(where.get("europe", inside))

    def _edges(self, where: Mapping[str, Any]) -> Any:
        from mixflow.sim.base.codes import CORRIDORS, Mode

        compiled_world = self.model.compiled_world
        mask = np.ones(len(compiled_world.edge_corridor), np.bool_)
        if "corridor" in where:
            mask &= np.isin(compiled_world.edge_corridor, [CORRIDORS.index(name) for name in where["corridor"]])
        if "mode" in where:
            mask &= compiled_world.mode == int(Mode[where["mode"].upper()])
        if "into" in where:
            ends = self._end_countries()
            mask &= np.isin(ends[1], list(where["into"])) & ~np.isin(ends[0], list(where["into"]))
        return mask

    def _end_countries(self) -> tuple[Any, Any]:
        world, take = self.model.world, self.model.compiled_world.take
        codes = np.array(world.countries)[world.place_country]
        return codes[world.edge_from[take]], codes[world.edge_to[take]]
