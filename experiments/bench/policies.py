"""How long it takes to make a day's levers out of policies: 20 policies on a graph of 5,000 edges."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt

from mixflow.policies import library
from mixflow.policies.policy_set import PolicySet
from mixflow.policies.schema import Effect, Number, Policy, Where, Whom
from mixflow.policies.targets import Targets
from mixflow.scenarios.corridors import corridor_codes
from mixflow.scenarios.roles import ROLES, two_sided
from mixflow.scenarios.tables import read_table, tables_folder
from mixflow.sim.base.clock import Clock
from mixflow.sim.base.levers import LEVERS, Levers

from .line import Line, timed

TARGET_MS = 2.0
CORRIDORS = ("", *corridor_codes(tables_folder({"scenario": "mediterranean"})))
CLOCK = Clock(date(2010, 1, 1), date(2019, 12, 31))
OTHERS = (
    "SYR",
    "IRQ",
    "AFG",
    "ERI",
    "SOM",
    "NGA",
    "MLI",
    "SEN",
    "GMB",
    "TUR",
    "LBY",
    "NER",
    "MAR",
    "TUN",
    "EGY",
    "LBN",
    "JOR",
)
DESTINATIONS = ("DEU", "ITA", "GRC", "ESP", "FRA", "SWE", "HUN")
CODES = tuple(sorted((*DESTINATIONS, *OTHERS)))


@dataclass(frozen=True, eq=False)
class ManyEdges:
    """A world of names only: as many edges as wanted between places of 24 countries."""

    edges: int
    countries: tuple[str, ...] = CODES

    @cached_property
    def place_names(self) -> tuple[str, ...]:
        """Ten places a country."""
        return tuple(f"{code} {at}" for code in self.countries for at in range(10))

    @cached_property
    def place_country(self) -> npt.NDArray[np.int16]:
        """Country of each place."""
        return np.repeat(np.arange(len(self.countries)), 10).astype(np.int16)

    @cached_property
    def edge_from(self) -> npt.NDArray[np.int32]:
        """Where edges start."""
        return (np.arange(self.edges) % len(self.place_names)).astype(np.int32)

    @cached_property
    def edge_to(self) -> npt.NDArray[np.int32]:
        """Where edges end."""
        return ((np.arange(self.edges) * 7 + 3) % len(self.place_names)).astype(np.int32)

    @cached_property
    def edge_names(self) -> tuple[str, ...]:
        """Names, all different."""
        return tuple(f"edge {at}" for at in range(self.edges))

    @cached_property
    def edge_corridor(self) -> npt.NDArray[np.uint8]:
        """Routes in turn."""
        return (np.arange(self.edges) % 6).astype(np.uint8)

    @cached_property
    def edge_mode(self) -> npt.NDArray[np.uint8]:
        """Modes in turn."""
        return (np.arange(self.edges) % 5).astype(np.uint8)

    def __getattr__(self, name: str) -> npt.NDArray[np.bool_]:
        """Roles of countries: some are destinations in every respect."""
        if name not in ROLES:
            raise AttributeError(name)
        return np.asarray(two_sided(np.array([code in DESTINATIONS for code in self.countries]))[name])

    @property
    def corridors(self) -> tuple[str, ...]:
        """Names of corridors."""
        return CORRIDORS

    @property
    def corridor_external(self) -> npt.NDArray[np.bool_]:
        """All but the empty one."""
        return np.array([bool(code) for code in CORRIDORS])

    reference_year = 2015

    @cached_property
    def groups(self) -> dict[str, frozenset[str]]:
        """Those of the scenario mediterranean, as far as they are here."""
        table = read_table(tables_folder({"scenario": "mediterranean"}), "groups")
        found: dict[str, frozenset[str]] = {}
        for name, code in zip(table["group"], table["country"], strict=True):
            found[name] = found.get(name, frozenset()) | {code}
        return found

    @cached_property
    def diaspora(self) -> dict[int, npt.NDArray[np.float64]]:
        """Nobody abroad."""
        return {2010: np.ones((len(self.countries),) * 2)}

    @property
    def origins(self) -> npt.NDArray[np.bool_]:
        """Bool, shape (countries,): people of all of them."""
        return np.ones(len(self.countries), np.bool_)

    @property
    def hosted(self) -> dict[int, list[tuple[int, int, str, float]]]:
        """Nobody away from home."""
        return {}


def on_edges(at: int) -> Policy:
    """One of many policies that all change all edges in several ways."""
    number = Number(1.01, "ratio", 0, 2, "assumption: a benchmark")
    where = (
        Where(
            corridor=(
                "central_mediterranean",
                "eastern_mediterranean",
                "western_mediterranean",
                "western_balkans",
                "western_africa",
            )
        )
        if at % 2
        else Where()
    )
    levers = ("death", "interception", "price", "extortion")
    effects = tuple(Effect(lever, do, number, where=where) for lever in levers for do in ("MUL", "ADD"))
    plain = library.load("more_asylum_staff")
    return plain.changed(name=f"p{at:02}", effects=effects, where=Where(), whom=Whom(), ramp_days=0)


def baseline(world: ManyEdges) -> Levers:
    """Half of each lever's range up to 1."""
    targets = Targets(world, world.edge_names)
    return {name: np.full(targets.shape(name), min(0.5, lever.high)) for name, lever in LEVERS.items()}


def policies(edges: int = 5000, number: int = 20) -> Iterator[Line]:
    """Milliseconds for the levers of a day, where every policy changes every edge, and for 20 of the library."""
    world = ManyEdges(edges)
    levers, news = baseline(world), {"population": np.full(len(CODES), 1e6)}
    named = [n for n in library.files() if not library.load(n).history and not library.load(n).includes]
    ready = [n for n in named if not library.load(n).rule and n not in ("safe_country_lists", "regional_free_movement")]
    usual = [p for n in ready for p in library.opened([n]) if "Western Balkans" not in p.whom.nationality]
    for name, chosen in (("all_edges", [on_edges(at) for at in range(number)]), ("library", usual[:number])):
        ready_set = PolicySet(chosen, world, world.edge_names, CLOCK)
        taken = timed(lambda ready_set=ready_set: ready_set(levers, 400, news), 30)  # type: ignore[misc]
        changes = sum(ready_set.changes_on(day) for day in range(CLOCK.days))
        ms = 1e3 * taken.wall
        yield Line(
            f"policies_{name}",
            ms,
            "ms/day",
            TARGET_MS,
            TARGET_MS / ms,
            f"levers of a day, {edges} edges x {len(chosen)} policies with {sum(len(p.effects) for p in chosen)} effects; "
            f"baseline: the time allowed; done on {changes} of {CLOCK.days} days besides the first of a month",
        )
