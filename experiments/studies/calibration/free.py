"""The free parameters: which numbers of the model may move, and between which values. Used by the smoother and by ensembles."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import norm, qmc

from mixflow.sim.base.errors import UserError, one_of
from mixflow.sim.base.params import PARAMS

Floats = npt.NDArray[np.float64]
Params = dict[str, dict[str, float]]

EDGE = 3.0
"""How far, in standard deviations, the search may go: .001 of a range is left out at each end."""


@dataclass(frozen=True, eq=False)
class Free:
    """Parameters that are fitted, each uniform on its range before anything is known.

    A value is low + (high - low) Phi(z): where it is uniform, z is standard normal, which is what the smoother wants,
    and no update of z leads out of the range.

    Parameters
    ----------
    names
        GROUP.NAME of each.
    low, high
        Their ranges.
    """

    names: tuple[str, ...]
    low: Floats
    high: Floats

    def values(self, z: Floats) -> Floats:
        """Values of positions z, of shape (parameters,) or (parameters, members)."""
        wide = (slice(None),) + (None,) * (z.ndim - 1)
        return np.asarray(self.low[wide] + (self.high - self.low)[wide] * norm.cdf(np.clip(z, -EDGE, EDGE)))

    def params(self, z: Floats) -> Params:
        """Values of one member as `params` of a config."""
        found: Params = {}
        for name, value in zip(self.names, self.values(z), strict=True):
            group, _, key = name.partition(".")
            found.setdefault(group, {})[key] = float(f"{value:.6g}")
        return found

    def spread(self, members: int, seed: int) -> Floats:
        """Positions, shape (parameters, members), that fill the ranges evenly: a scrambled Sobol sequence."""
        points = qmc.Sobol(len(self.names), rng=np.random.default_rng(seed)).random_base2(
            int(np.ceil(np.log2(max(members, 2))))
        )
        return np.asarray(np.clip(norm.ppf(points[:members]), -EDGE, EDGE).T)

    def positions(self, params: Mapping[str, Mapping[str, float]]) -> Floats:
        """Positions of one member's values; a value that it does not name, or outside the range, is moved into it."""
        values = []
        for name in self.names:
            group, _, key = name.partition(".")
            values.append(float(params.get(group, {}).get(key, PARAMS[group][key].value)))
        share = (np.array(values) - self.low) / (self.high - self.low)
        return np.asarray(np.clip(norm.ppf(np.clip(share, 1e-4, 1 - 1e-4)), -EDGE + 1, EDGE - 1))

    def around(self, centres: Floats, members: int, sd: float, seed: int) -> Floats:
        """Positions around centres, shape (parameters, centres), each in turn: normal with a standard deviation."""
        points = self.spread(members, seed)
        repeated = centres[:, np.arange(members) % centres.shape[1]]
        return np.asarray(np.clip(repeated + sd * points, -EDGE, EDGE))


def free_parameters(given: Any, where: str) -> Free:
    """Read the section `free`: a mapping of GROUP.NAME to nothing, or to a range within the parameter's own.

    Raises
    ------
    UserError
        When a parameter is not known, or a range is not within its own.
    """
    if not isinstance(given, Mapping) or not given:
        raise UserError(f"{where}: `free` names no parameter; write GROUP.NAME: [low, high], or GROUP.NAME alone.")
    ranges = [_range(str(name), span, where) for name, span in given.items()]
    return Free(tuple(map(str, given)), np.array([low for low, _ in ranges]), np.array([high for _, high in ranges]))


def _range(name: str, given: Any, where: str) -> tuple[float, float]:
    group, _, key = name.partition(".")
    if group not in PARAMS:
        raise UserError(f"{where}: " + one_of("Parameter group", group, PARAMS))
    if key not in PARAMS[group]:
        raise UserError(f"{where}: " + one_of(f"Parameter of group {group!r}", key, PARAMS[group]))
    param = PARAMS[group][key]
    if given is None:
        return param.low, param.high
    pair = isinstance(given, list) and len(given) == 2 and all(isinstance(x, int | float) for x in given)
    if not pair or not param.low <= given[0] < given[1] <= param.high:
        raise UserError(f"{where}: {name}: {given} is no range within {param.low} to {param.high} {param.unit}.")
    return float(given[0]), float(given[1])
