"""Which parameters are uncertain, within their ranges, and samples of them. Levers are what a policy-maker sets; these are not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
import numpy.typing as npt

from mixflow.sim.base.errors import UserError, one_of
from mixflow.sim.base.params import PARAMS, Param
from mixflow.sim.displacement.model import GROUP
from mixflow.sim.displacement.params import GROUPS as FLIGHT

Floats = npt.NDArray[np.float64]

Groups = Mapping[str, Mapping[str, Param]]

WHOLE = ("0 or 1", "links")
"""Units of parameters between whose values there are none."""

METHODS = ("morris", "sobol")


@dataclass(frozen=True)
class Ranges:
    """Uncertain parameters and between what they lie.

    Parameters
    ----------
    names
        `GROUP.NAME` of each.
    low, high
        Ends of the ranges.
    whole
        Which have whole numbers alone.
    """

    names: tuple[str, ...]
    low: Floats
    high: Floats
    whole: npt.NDArray[np.bool_] | None = None

    @property
    def problem(self) -> dict[str, Any]:
        """The same as SALib wants it."""
        bounds = [[float(a), float(b)] for a, b in zip(self.low, self.high, strict=True)]
        return {"num_vars": len(self.names), "names": list(self.names), "bounds": bounds}

    def changes(self, row: Floats) -> dict[str, float]:
        """A sampled row as changes of a config."""
        inside = np.clip(row, self.low, self.high)  # rounding can leave a range by the last bit
        if self.whole is not None:
            inside = np.where(self.whole, np.round(inside), inside)
        return {f"params.{name}": float(value) for name, value in zip(self.names, inside, strict=True)}


def known_to(overrides: Sequence[str]) -> Groups:
    """The parameters that runs of these overrides read: of a case, those of its rules."""
    given = dict(text.partition("=")[::2] for text in overrides)
    if given.get("scenario") != "displacement":
        return PARAMS
    group = GROUP.get(given.get("rules", "mixflow"), GROUP["mixflow"])
    return {group: FLIGHT[group]}


def chosen(patterns: Sequence[str], grades: Sequence[str] = (), groups: Groups = PARAMS) -> Ranges:
    """Parameters by name or pattern, such as `leave.*`, that have a range.

    Parameters
    ----------
    patterns, grades
        Which.
    groups
        Among which: see `known_to`.

    Raises
    ------
    UserError
        When a pattern fits none, or fewer than two are left.
    """
    known = {f"{group}.{name}": param for group, params in groups.items() for name, param in params.items()}
    found: list[str] = []
    for pattern in patterns:
        wanted = pattern.removeprefix("params.")
        fits = [name for name in known if fnmatchcase(name, wanted)]
        if not fits:
            near = [name for name in known if name.split(".")[0] == wanted.split(".")[0]] or list(groups)
            raise UserError(one_of("Parameter", wanted, near))
        found += [name for name in fits if name not in found]
    if grades:
        found = [name for name in found if known[name].grade in grades]
    found = [name for name in found if known[name].high > known[name].low]
    if len(found) < 2:
        raise UserError(
            f"at least two parameters with a range are needed: --params '{','.join(f'{group}.*' for group in list(groups)[:2])}'."
        )
    low = np.array([known[name].low for name in found], float)
    high = np.array([known[name].high for name in found], float)
    whole = np.array([known[name].unit in WHOLE for name in found])
    return Ranges(tuple(found), low, high, whole)


def salib() -> Any:
    """The library.

    Raises
    ------
    UserError
        When it is not installed.
    """
    try:
        import SALib
    except ImportError as error:
        raise UserError(
            "mixflow sensitivity needs the extra 'sweep', which is not installed: pip install 'mixflow[sweep]', "
            "or in a checkout pip install -e '.[sweep]'."
        ) from error
    return SALib


def wanted_rows(ranges: Ranges, method: str, size: int) -> int:
    """How many rows `sampled` makes."""
    if size < 2:
        return 0
    many = len(ranges.names)
    return size * (many + 1) if method == "morris" else 2 ** (size - 1).bit_length() * (2 * many + 2)


def sampled(ranges: Ranges, method: str, size: int, seed: int = 1) -> Floats:
    """Rows of parameters as a method wants them.

    Parameters
    ----------
    ranges
        What is uncertain.
    method
        `morris`: so many trajectories, each of one row more than there are parameters. `sobol`: so many base rows (rounded
        up to a power of two), times twice the parameters and two.
    size
        How many.
    seed
        Of the sample.
    """
    salib()
    if method not in METHODS:
        raise UserError(one_of("Method", method, METHODS))
    if size < 2:
        raise UserError(f"--samples {size} is too few: 2 at least.")
    if method == "morris":
        from SALib.sample import morris

        rows = morris.sample(ranges.problem, size, num_levels=4, seed=seed)
    else:
        from SALib.sample import sobol

        rows = sobol.sample(ranges.problem, int(2 ** np.ceil(np.log2(size))), calc_second_order=True, seed=seed)
    return np.asarray(rows, float)


def hypercube(ranges: Ranges, size: int, seed: int = 1) -> Floats:
    """Rows that cover the ranges evenly (a Latin hypercube)."""
    from scipy.stats import qmc

    if size < 10:
        raise UserError(f"--samples {size} is too few to look for regions: 10 at least.")
    unit = qmc.LatinHypercube(len(ranges.names), rng=np.random.default_rng(seed)).random(size)
    return np.asarray(qmc.scale(unit, ranges.low, ranges.high))


def indices(ranges: Ranges, method: str, rows: Floats, outcome: Floats) -> Mapping[str, Any]:
    """What a method makes of the outcomes: see SALib; `S2` is there for Sobol alone."""
    salib()
    if method == "morris":
        from SALib.analyze import morris

        found = morris.analyze(ranges.problem, rows, outcome, num_levels=4, seed=1)
        names = {"main": "mu_star", "conf": "mu_star_conf", "sigma": "sigma", "mu": "mu"}
        return {ours: np.asarray(found[theirs], float) for ours, theirs in names.items()}
    from SALib.analyze import sobol

    if np.ptp(outcome) == 0:
        raise UserError("the measure is the same in all runs: there is nothing to explain.")
    found = sobol.analyze(ranges.problem, outcome, calc_second_order=True, seed=1)
    return {
        "main": found["ST"],
        "conf": found["ST_conf"],
        "first": found["S1"],
        "first_conf": found["S1_conf"],
        "S2": found["S2"],
    }
