"""From names to cells: which edges, countries, nationalities or pairs of a world a policy's `where` and `whom` mean."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from mixflow.sim.base.codes import Mode, Need
from mixflow.sim.base.errors import UserError, one_of
from mixflow.sim.base.levers import LEVERS, Agency

from .groups import ELSEWHERE, OF_SCENARIO, ROLES, groups, known_countries
from .schema import KEPT, Effect, Where, Whom, pool_key, selectors_of

Mask = npt.NDArray[np.bool_]
Cells = npt.NDArray[np.int64]
NEEDS = tuple(Need.labels())

EXTERNAL = "external"
"""In place of corridors: all that enter the destinations from elsewhere."""


class PolicyWorld(Protocol):
    """What targeting and rules ask of a world: names in index order; `mixflow.scenarios.world.World` has them."""

    @property
    def countries(self) -> tuple[str, ...]: ...
    @property
    def place_names(self) -> tuple[str, ...]: ...
    @property
    def place_country(self) -> npt.NDArray[np.int16]: ...  # [places]
    @property
    def edge_names(self) -> tuple[str, ...]: ...
    @property
    def edge_from(self) -> npt.NDArray[np.int32]: ...  # [edges]
    @property
    def edge_to(self) -> npt.NDArray[np.int32]: ...  # [edges]
    @property
    def edge_corridor(self) -> npt.NDArray[np.uint8]: ...  # [edges]
    @property
    def edge_mode(self) -> npt.NDArray[np.uint8]: ...  # [edges]
    @property
    def origins(self) -> npt.NDArray[np.bool_]: ...  # [countries]
    @property
    def hosted(
        self,
    ) -> dict[int, list[tuple[int, int, str, float]]]: ...  # year end -> origin, country, status, persons
    @property
    def destination(self) -> npt.NDArray[np.bool_]: ...  # [countries]
    @property
    def asylum_system(self) -> npt.NDArray[np.bool_]: ...  # [countries]
    @property
    def regular_channels(self) -> npt.NDArray[np.bool_]: ...  # [countries]
    @property
    def hosts(self) -> npt.NDArray[np.bool_]: ...  # [countries]
    @property
    def reacts_to_opinion(self) -> npt.NDArray[np.bool_]: ...  # [countries]
    @property
    def bargains(self) -> npt.NDArray[np.bool_]: ...  # [countries]
    @property
    def corridors(self) -> tuple[str, ...]: ...  # by code; the first is empty
    @property
    def corridor_external(
        self,
    ) -> npt.NDArray[np.bool_]: ...  # [corridors], whether it enters the destinations from elsewhere
    @property
    def groups(self) -> Mapping[str, frozenset[str]]: ...  # the scenario's own
    @property
    def reference_year(self) -> int: ...  # of facts that rules take as given
    @property
    def diaspora(self) -> dict[int, npt.NDArray[np.float64]]: ...  # year -> [countries, countries]


class Targets:
    """Finds cells of levers in one world.

    Parameters
    ----------
    world
        The world.
    edge_names
        Its edges in the order of the levers' arrays.

    Attributes
    ----------
    lacking
        Roles and groups that policies named and that no country of this world has, with what to say of each.
    """

    def __init__(self, world: PolicyWorld, edge_names: Sequence[str]) -> None:
        self.world = world
        self.edge_names = tuple(edge_names)
        at = {name: row for row, name in enumerate(world.edge_names)}
        take = np.array([at[name] for name in edge_names], np.int64)
        start, end = world.edge_from[take], world.edge_to[take]
        self.start = start
        self.end = end
        self.start_country = world.place_country[start].astype(np.int64)
        self.end_country = world.place_country[end].astype(np.int64)
        self.edge_corridor = world.edge_corridor[take]
        self.mode = world.edge_mode[take]
        self._codes = {code: row for row, code in enumerate(world.countries)}
        self._masks: dict[tuple[str, ...], Mask] = {}
        self.lacking: dict[str, str] = {}

    def shape(self, lever: str) -> tuple[int, ...]:
        """Shape of a lever's array."""
        countries = len(self.world.countries)
        return {
            "edge": (len(self.edge_names),),
            "country": (countries,),
            "origin": (countries,),
            "origin x country": (countries, countries),
            "institution": (len(Agency),),
            "world": (),
        }[LEVERS[lever].axis]

    def cells(self, where: str, effect: Effect, wheres: Where, whom: Whom) -> tuple[str, Cells]:
        """The key of a lever, and the cells that an effect changes, as positions in the flat array.

        There are none where the target names a role or a group of the scenario that no country of this world has.

        Parameters
        ----------
        where
            What to call the effect in a message.
        wheres, whom
            Selectors of the whole policy, which hold where the effect has none of its own.

        Raises
        ------
        UserError
            When a name is not known, or the target matches nothing.
        """
        chosen = {
            name: getattr(effect.where, name, ()) or getattr(effect.whom, name, ()) or _of(wheres, whom, name)
            for name in selectors_of(effect.lever)
        }
        axis = LEVERS[effect.lever].axis
        mask = self._edges(where, chosen) if axis == "edge" else self._others(where, axis, chosen)
        if not mask.any() and not any(self.lacks(names) for names in chosen.values()):
            said = "; ".join(f"{name}: {', '.join(names)}" for name, names in chosen.items() if names)
            raise UserError(f"{where}: the target matches nothing in this world ({said}).")
        kept = Whom(**{name: chosen.get(name, ()) for name in KEPT})
        kept = replace(kept, need=self.labels(where, kept.need, NEEDS))
        return pool_key(effect.lever, kept, NEEDS), np.flatnonzero(mask)

    def countries(self, where: str, names: tuple[str, ...]) -> Mask:
        """Which countries names of countries and groups mean; all where there is no name."""
        key = ("country", *names)
        if key not in self._masks:
            self._masks[key] = self._union(names, len(self.world.countries), lambda name: self._country(where, name))
        return self._masks[key]

    def labels(self, where: str, names: tuple[str, ...], allowed: tuple[str, ...]) -> tuple[str, ...]:
        """Labels with "not ..." resolved."""
        mask = self._union(names, len(allowed), lambda name: np.array([name == label for label in allowed]))
        return tuple(np.array(allowed)[mask]) if names else ()

    def _edges(self, where: str, chosen: dict[str, tuple[str, ...]]) -> Mask:
        edges = len(self.edge_names)
        mask = np.ones(edges, np.bool_)
        if chosen["edge"]:
            mask &= self._union(chosen["edge"], edges, lambda name: self._named(where, "Edge", name, self.edge_names))
        if chosen["corridor"]:
            mask &= self._union(chosen["corridor"], edges, lambda name: self._routed(where, name))
        if chosen["mode"]:
            mask &= self._union(chosen["mode"], edges, lambda name: self.mode == Mode[name.upper()])
        for selector, ends in (("place", (0, 1)), ("from_place", (0,)), ("to_place", (1,))):
            if chosen[selector]:
                mask &= self._at(self._places(where, chosen[selector]), (self.start, self.end), ends)
        for selector, ends in (("country", (0, 1)), ("from_country", (0,)), ("to_country", (1,))):
            if chosen[selector]:
                reached = self.countries(where, chosen[selector])
                mask &= self._at(reached, (self.start_country, self.end_country), ends)
        return mask

    def _others(self, where: str, axis: str, chosen: dict[str, tuple[str, ...]]) -> Mask:
        if axis == "country":
            return self.countries(where, chosen["country"])
        if axis == "origin":
            return self.countries(where, chosen["nationality"])
        if axis == "institution":
            labels = tuple(Agency.labels())
            return self._union(chosen["institution"], len(labels), lambda n: np.array([n == label for label in labels]))
        if axis == "world":
            return np.ones((), np.bool_)
        mask = np.outer(self.countries(where, chosen["nationality"]), self.countries(where, chosen["country"]))
        if chosen["pair"]:
            mask &= self._union(chosen["pair"], mask.shape, lambda name: self._pair(where, name))
        np.fill_diagonal(mask, False)  # home is not abroad
        return mask

    def _union(self, names: tuple[str, ...], shape: int | tuple[int, ...], find: Callable[[str], Mask]) -> Mask:
        """What names mean together: all that are given, or everything, less those that begin with "not "."""
        wanted = [name for name in names if not name.startswith("not ")]
        mask = np.zeros(shape, np.bool_) if wanted else np.ones(shape, np.bool_)
        for name in wanted:
            mask |= find(name)
        for name in names:
            if name.startswith("not "):
                mask &= ~find(name.removeprefix("not "))
        return mask

    def _at(self, chosen: Mask, ends: tuple[npt.NDArray[np.integer], ...], which: tuple[int, ...]) -> Mask:
        mask = np.zeros(len(self.edge_names), np.bool_)
        for end in which:
            mask |= chosen[ends[end]]
        return mask

    def _places(self, where: str, names: tuple[str, ...]) -> Mask:
        places = self.world.place_names
        return self._union(names, len(places), lambda name: self._named(where, "Place", name, places))

    def _named(self, where: str, what: str, name: str, names: tuple[str, ...]) -> Mask:
        if name not in names:
            raise UserError(f"{where}: {one_of(what, name, names)}")
        return np.array([name == other for other in names])

    def _routed(self, where: str, name: str) -> Mask:
        corridors = self.world.corridors
        if name == EXTERNAL:
            return np.asarray(self.world.corridor_external[self.edge_corridor], np.bool_)
        if name not in corridors or not name:
            raise UserError(f"{where}: {one_of('Corridor', name, [EXTERNAL, *corridors[1:]])}")
        return np.asarray(self.edge_corridor == corridors.index(name))

    def _country(self, where: str, name: str) -> Mask:
        world = self.world
        if name == ELSEWHERE:
            return np.asarray(world.hosts | ~world.destination, np.bool_)
        if name in ROLES:
            mask = np.asarray(getattr(world, ROLES[name]), np.bool_)
            if not mask.any():
                self.lacking[name] = f"this world has no {name}: no country has the role {ROLES[name]}"
            return mask
        if name in world.groups:
            return np.array([code in world.groups[name] for code in world.countries])
        if name in OF_SCENARIO:
            self.lacking[name] = (
                f"this world has no group {name!r}: states {OF_SCENARIO[name]}. Add it to its groups.csv"
            )
            return np.zeros(len(world.countries), np.bool_)
        if name in groups():
            return np.array([code in groups()[name] for code in world.countries])
        if name not in self._codes and name not in known_countries():
            allowed = [*world.countries, *ROLES, ELSEWHERE, *OF_SCENARIO, *world.groups, *groups()]
            raise UserError(f"{where}: {one_of('Country or group', name, allowed)}")
        return np.array([code == name for code in world.countries])

    def lacks(self, names: tuple[str, ...]) -> bool:
        """Whether names mean no country because this world lacks a role or group that they name; all were looked up before."""
        wanted = [name for name in names if not name.startswith("not ")]
        return any(name in self.lacking for name in wanted) and not self.countries("", tuple(wanted)).any()

    def _pair(self, where: str, name: str) -> Mask:
        nationality, sign, country = name.partition(">")
        if not sign:
            raise UserError(f"{where}: pair {name!r}: write nationality>country, such as SYR>DEU")
        return np.outer(self._country(where, nationality.strip()), self._country(where, country.strip()))


def _of(where: Where, whom: Whom, name: str) -> tuple[str, ...]:
    found: tuple[str, ...] = getattr(where if hasattr(where, name) else whom, name)
    return found
