"""The first stage of a search: one point that fits, by Gauss-Newton steps on a regression of all that was tried.

The record is a thousand cells, and each says by how much it is missed; a search that is told of their sum alone throws that
away. So every cell's miss is regressed on the parameters, over all points tried so far, the nearer ones weighing more, and
the point that the regression has best is tried (Levenberg-Marquardt; the derivative-free form of Ralston and Jennrich 1978,
"DUD, a derivative-free algorithm for nonlinear least squares", Technometrics 20).
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from .free import EDGE

Floats = npt.NDArray[np.float64]
Misses = Callable[[Floats, int], Floats]
"""From positions, shape (parameters, members), and the number of a generation, 0 for the start, to what each member misses
in each cell, shape (cells, members): their squares sum to the loss."""

ROUND = 100
"""The number under which this stage is evaluated: no round of the smoother has it."""

DAMPING = (0.1, 0.3, 1.0, 3.0)
"""How short the steps are that each generation tries, by what is added to the curvature, over its mean."""

NEAR = 1.5
"""Standard deviation of the weights of the regression, and the longest step, over the length of a draw of spread sigma."""

SHRINK = 0.8
"""How far the next generation looks about itself, over the last, where the last has found nothing better."""


@dataclass(frozen=True)
class CentreSearch:
    """How much is searched for a centre.

    Parameters
    ----------
    generations
        How many; 0 where there is no such stage.
    sigma
        How far the first generation looks about itself, on the scale where a parameter is standard normal on its range.
    population
        Members of a generation: an even number, the four steps among them.
    seed
        Of the draws of the search (not of the model).
    """

    generations: int
    sigma: float
    population: int
    seed: int

    @property
    def runs(self) -> int:
        """Runs of the model in all: the generations, and where they begin."""
        return self.generations * self.population + 1 if self.generations else 0


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


@dataclass(eq=False)
class Tried:
    """All points tried so far, and what each misses. One without a finite loss is left out of everything."""

    z: list[Floats] = field(default_factory=list)
    misses: list[Floats] = field(default_factory=list)
    best: int = -1

    def add(self, z: Floats, misses: Floats) -> float:
        """Take points in, shape (parameters, members), and return the lowest loss among them; NaN where none has one."""
        lowest = float("nan")
        for k in np.flatnonzero(np.isfinite(losses(misses))):
            self.z.append(z[:, k])
            self.misses.append(misses[:, k])
            lowest = float(np.fmin(lowest, losses(misses[:, k])))
            if self.best < 0 or losses(misses[:, k]) < self.loss:
                self.best = len(self.z) - 1
        return lowest

    @property
    def loss(self) -> float:
        """The lowest so far; NaN before there is any."""
        return float(losses(self.misses[self.best])) if self.best >= 0 else float("nan")

    def steps(self, reach: float) -> Floats:
        """Points that should miss less than the best, shape (parameters, steps): from the regression on what lies within reach."""
        here, missed = self.z[self.best], self.misses[self.best]
        away = np.stack(self.z) - here
        long = NEAR * reach * np.sqrt(here.size)
        weight = np.exp(-0.5 * (np.linalg.norm(away, axis=1) / long) ** 2)[:, None]
        design = np.concatenate([np.ones_like(weight), away], axis=1)
        ridge = np.full(design.shape[1], 0.3 * reach**2 * weight.sum() / here.size + 1e-9)
        ridge[0] = 1e-9  # the level is free
        normal = design.T @ (weight * design) + np.diag(ridge)
        slope = np.linalg.solve(normal, design.T @ (weight * np.stack(self.misses)))[1:]
        curvature, downhill = slope @ slope.T, -slope @ missed
        mean = max(float(np.trace(curvature)) / here.size, 1e-12)
        found = [np.linalg.solve(curvature + damping * mean * np.eye(here.size), downhill) for damping in DAMPING]
        return np.stack(
            [within(here + step * min(1.0, long / max(np.linalg.norm(step), 1e-12))) for step in found], axis=1
        )


def find_centre(start: Floats, stage: CentreSearch, misses: Misses, tell: Callable[[int, float], None]) -> Centre:
    """Search around a position, and tell the lowest loss of each generation.

    Each generation looks about the best point so far, in pairs of opposite points along random directions, and then tries the
    steps. The same arguments give the same, whatever was evaluated before: the draws come from a generator of their own. All
    runs share one seed of the model, so that they differ by their parameters alone.
    """
    draws = np.random.default_rng(stage.seed)
    tried, best, reach = Tried(), [], stage.sigma
    begin = within(start)[:, None]
    at_start = tried.add(begin, misses(begin, 0))
    for number in range(1, stage.generations + 1):
        here, before = tried.z[tried.best] if tried.best >= 0 else begin[:, 0], tried.loss
        away = directions(draws, here.size, (stage.population - len(DAMPING)) // 2) * 0.5 * reach * np.sqrt(here.size)
        about = within(here[:, None] + np.concatenate([away, -away], axis=1))
        lowest = tried.add(about, misses(about, number))
        steps = tried.steps(reach) if tried.best >= 0 else np.repeat(begin, len(DAMPING), axis=1)
        best.append(float(np.fmin(lowest, tried.add(steps, misses(steps, number)))))
        tell(number, best[-1])
        if not tried.loss < before:
            reach *= SHRINK
    return Centre(tried.z[tried.best] if tried.best >= 0 else begin[:, 0], tried.loss, at_start, best)


def directions(draws: np.random.Generator, size: int, count: int) -> Floats:
    """Random directions of length 1, at right angles as far as there are so many, shape (size, count)."""
    bases = [np.linalg.qr(draws.standard_normal((size, size)))[0] for _ in range(-(-count // size))]
    return np.concatenate(bases, axis=1)[:, :count]


def losses(misses: Floats) -> Floats:
    """Losses of members, from what they miss."""
    return np.asarray((misses**2).sum(axis=0))


def within(z: Floats) -> Floats:
    """Positions, kept within the ranges."""
    return np.asarray(np.clip(z, -EDGE, EDGE))
