"""The first stage of a search: one point that fits, by covariance matrix adaptation of the library pycma.

Hansen and Ostermeier (2001), "Completely derandomized self-adaptation in evolution strategies", Evolutionary
Computation 9; with a diagonal covariance, Ros and Hansen (2008), "A simple modification in CMA-ES achieving linear time and
space complexity".
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .free import EDGE

Floats = npt.NDArray[np.float64]
Losses = Callable[[Floats, int], Floats]
"""From positions, shape (parameters, members), and the number of a generation, to the loss of each member.

Number 0 is the start alone, and the one after the last is the middle of the last."""

ROUND = 100
"""The number under which this stage is evaluated: no round of the smoother has it."""


@dataclass(frozen=True)
class Stage:
    """How much is searched for a centre.

    Parameters
    ----------
    generations
        How many; 0 where there is no such stage.
    sigma
        Standard deviation of the first generation, on the scale where a parameter is standard normal on its range.
    population
        Members of a generation.
    seed
        Of the draws of the search (not of the model).
    """

    generations: int
    sigma: float
    population: int
    seed: int

    @property
    def runs(self) -> int:
        """Runs of the model in all: the generations, where they begin, and the middle of the last."""
        return self.generations * self.population + 2 if self.generations else 0


@dataclass(frozen=True, eq=False)
class Centre:
    """What the stage has found.

    Parameters
    ----------
    z
        Its position.
    loss
        Its loss.
    start
        The loss where the search began.
    best
        The lowest loss of each generation.
    """

    z: Floats
    loss: float
    start: float
    best: list[float]


def find_centre(start: Floats, stage: Stage, losses: Losses) -> Centre:
    """Search around a position.

    The same arguments give the same to the bit, whatever was evaluated before: the draws come from a generator of their
    own. All runs share one seed of the model, so that they differ by their parameters alone. A run without a finite loss
    counts as the worst of its generation.

    Returns
    -------
    Centre
        Of the middle of the last generation, the best that was drawn and the start, whichever has the lowest loss.
    """
    import cma

    normal = np.random.default_rng(stage.seed).standard_normal
    options = {
        "popsize": stage.population,
        "CMA_diagonal": True,
        "randn": lambda *shape: normal(shape),
        "seed": np.nan,  # the library's way to say: leave the generator of the process alone
        "verbose": -10,
    }
    solver = cma.CMAEvolutionStrategy(start, stage.sigma, options)
    start = _within(start)[:, None]
    tried, found, best = [start], [losses(start, 0)], []
    for number in range(1, stage.generations + 1):
        drawn = solver.ask()
        z = _within(np.stack(drawn, axis=1))
        loss = losses(z, number)
        solver.tell(drawn, ranked(loss).tolist())
        tried.append(z)
        found.append(loss)
        best.append(_lowest(loss))
    middle = _within(np.asarray(solver.result.xfavorite, np.float64))[:, None]
    tried.insert(0, middle)
    found.insert(0, losses(middle, stage.generations + 1))
    z, loss = np.concatenate(tried, axis=1), np.concatenate(found)
    chosen = int(np.argmin(np.where(np.isfinite(loss), loss, np.inf)))
    return Centre(z[:, chosen], float(loss[chosen]), float(found[1][0]), best)


def ranked(loss: Floats) -> Floats:
    """Losses as the search is told them: one that is not finite is as bad as the worst that is."""
    good = np.isfinite(loss)
    return np.where(good, loss, loss[good].max() if good.any() else 0.0)


def _lowest(loss: Floats) -> float:
    good = loss[np.isfinite(loss)]
    return float(good.min()) if good.size else float("nan")


def _within(z: Floats) -> Floats:
    return np.asarray(np.clip(z, -EDGE, EDGE))
