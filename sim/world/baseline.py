"""Levers before policies and what states decide: the tables of the world, and assumptions where it has none."""

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ..base.codes import REGULAR_CHANNEL_CODES, Access, Channel, Mode
from ..base.levers import LEVERS, Agency, Floats, Levers
from ..base.params import Values

if TYPE_CHECKING:
    from .compiled_world import CompiledWorld

NO_NOTICE = 1e4
"""Days until an announced closure where none is announced."""

QUOTAS = tuple(channel.label for channel in REGULAR_CHANNEL_CODES)
"""Levers that are places, in the order of the regular channels."""


def baseline(compiled_world: "CompiledWorld", when: date) -> Levers:
    """The levers of a month, shape by axis: see `mixflow.sim.base.levers.LEVERS`."""
    return {**compiled_world.lasting, **_edges(compiled_world, when), **_of_year(compiled_world, when.year)}


def lasting(compiled_world: "CompiledWorld") -> Levers:
    """Levers whose baseline is the same in all months; nobody writes to them."""
    return {**_neutral(compiled_world), **_numbers(compiled_world), **_places(compiled_world)}


def empty(compiled_world: "CompiledWorld", axis: str) -> Floats:
    """Zeros over an axis."""
    n = len(compiled_world.world.countries)
    shape = {"edge": (len(compiled_world.take),), "country": (n,), "origin": (n,), "origin x country": (n, n)}
    return np.zeros({**shape, "institution": (len(Agency),), "world": ()}[axis])


def _neutral(compiled_world: "CompiledWorld") -> Levers:
    """Zero, or one where the lever is a factor."""
    return {name: empty(compiled_world, lever.axis) + float(lever.unit == "ratio") for name, lever in LEVERS.items()}


def _numbers(compiled_world: "CompiledWorld") -> Levers:
    """Levers whose baseline is one number for all."""
    v: Values = compiled_world.values
    europe = compiled_world.world.europe
    numbers = {
        "pushback": v["cross"]["pushback"],
        "notice": NO_NOTICE,
        "sponsorship": v["queue"]["sponsorship"],
        "visa_fee": v["queue"]["visa_fee"],
        "recruitment_fee": v["queue"]["recruitment_months"],
        "visa_required": 1.0,
        "appeals": v["asylum"]["appeals"],
        "first_country": v["asylum"]["first_country"],
        "detention_days": v["cross"]["detention_days"],
        "return_support": v["agency"]["support"],
    }
    levers = {name: empty(compiled_world, LEVERS[name].axis) + value for name, value in numbers.items()}
    levers["work_rights"] = np.where(europe, v["state"]["work_rights"], v["state"]["host_rights"])
    return levers


def _places(compiled_world: "CompiledWorld") -> Levers:
    """What the world says of places in its first year, of who hands them out, and of what it costs to send money."""
    world, v = compiled_world.world, compiled_world.values
    decisions = world.staff * v["asylum"]["caseworker_rate"] * v["asylum"]["working_days"]
    return {
        **_admitted(compiled_world, world.admissions),
        "free_movement": np.where(world.free_movement & world.europe[None, :], 1e6, 0.0),
        "staff": world.staff.copy(),
        "reception": v["asylum"]["reception_ratio"] * decisions,
        "remittance_cost": world.remittance_cost.copy(),
    }


def _admitted(compiled_world: "CompiledWorld", places: dict[str, Floats]) -> Levers:
    """Places a year by channel, and the visas that consulates can issue for them."""
    zero = empty(compiled_world, "origin x country")
    levers = {name: places.get(name, zero).copy() for name in QUOTAS if name != "free_movement"}
    total = np.sum([array.sum(axis=0) for array in levers.values()], axis=0)
    return {**levers, "consulates": compiled_world.values["queue"]["consulate_ratio"] * total}


def _edges(compiled_world: "CompiledWorld", when: date) -> Levers:
    """What the world says of its edges, moved by the stability of the states on the way since the first year."""
    s, world, v = compiled_world, compiled_world.world, compiled_world.values
    stability = s.driver("stability", when)
    drift = stability - world.drivers["stability"][:, 0]
    start = world.place_country[s.graph.start]
    coast = np.where(world.europe[start], 0.0, drift[start])  # within Europe, it is the next state that stops people
    stopped = world.interception[s.take] * np.exp(v["cross"]["stability_interception"] * coast)
    here = stability[start]
    paid = v["cross"]["extortion"] - v["cross"]["extortion_stability"] * here
    return {
        "death": world.death[s.take].copy(),
        "interception": np.clip(stopped, 0.0, 0.95),
        "extortion": np.where(s.smuggled & ~world.europe[start], np.clip(paid, 0.0, 0.5), 0.0),
        "price": world.price[s.take] * np.exp(v["smuggler"]["lawlessness"] * np.minimum(coast, 0.0)),
    }


def _of_year(compiled_world: "CompiledWorld", year: int) -> Levers:
    """What the world says of a year."""
    s, world = compiled_world, compiled_world.world
    begun = max((other for other in world.admissions_later if other <= year), default=None)
    admitted = {} if begun is None else _admitted(s, world.admissions_later[begun])
    return {
        **admitted,
        "recognition": s.of_year(world.recognition, year),
        "recognition_shift": s.of_year(world.recognition_shift, year),
        "readmission": s.of_year(world.return_rate, year),
    }


Bools = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.uint8]


def smuggled(access: Codes, price: Floats, seats: Floats) -> Bools:
    """Edges whose price goes to smugglers: borders crossed without a visa for money, and whatever has scarce seats."""
    return np.asarray(np.isfinite(seats) | ((access == Access.BORDER) & (price > 0)))


def boats(mode: Codes) -> Bools:
    """Edges that are crossed by boat."""
    return np.asarray(mode == Mode.SEA)


WORK_CHANNELS = (Channel.WORK, Channel.SKILLED, Channel.CIRCULAR)
"""Channels in which recruiters are paid."""
