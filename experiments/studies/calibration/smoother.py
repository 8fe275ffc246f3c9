"""The search: an ensemble of parameters is moved towards the record by the ensemble smoother of the library pyesmda.

Emerick and Reynolds (2013), "Ensemble smoother with multiple data assimilation", Computers & Geosciences 55.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .free import EDGE, Free
from .targets import CalibrationTargets

Floats = npt.NDArray[np.float64]
Evaluate = Callable[[Floats, int], Floats]
"""From positions, shape (parameters, members), and the number of a round, to simulated logarithms, shape (cells, members)."""


@dataclass(frozen=True)
class Search:
    """How much is searched.

    Parameters
    ----------
    screened
        Members drawn from the ranges at first.
    members
        The best of them, which the smoother moves.
    rounds
        Times that the smoother compares all members with the record.
    seed
        Of the draws of the search (not of the model).
    """

    screened: int
    members: int
    rounds: int
    seed: int

    @property
    def runs(self) -> int:
        """Runs of the model in all."""
        return self.screened + self.members * (self.rounds + 1)


@dataclass(frozen=True, eq=False)
class Posterior:
    """What a search has found.

    Parameters
    ----------
    z
        Positions of the members, best first, shape (parameters, members).
    loss
        Of each member, under a seed that no comparison has used.
    history
        Median loss after each round: of the draws from the ranges, of those kept, and after each comparison.
    simulated
        Simulated logarithms of the members, shape (cells, members).
    measured
        Whether the model measures each cell.
    """

    z: Floats
    loss: Floats
    history: list[float]
    simulated: Floats
    measured: npt.NDArray[np.bool_]


def search(
    free: Free, targets: CalibrationTargets, plan: Search, evaluate: Evaluate, first: Floats | None = None
) -> Posterior:
    """Search from `first`, or from draws that fill the ranges.

    The same arguments give the same, whatever was evaluated before and in which order. Every round runs the model under
    one seed for all members, so that they differ by their parameters alone, and under another seed than the other rounds,
    so that nothing is fitted to the luck of one.
    """
    first = free.spread(plan.screened, plan.seed) if first is None else first
    logs = evaluate(first, 0)
    measured = np.isfinite(logs).mean(axis=1) >= 0.5
    loss = targets.loss(logs)
    kept = np.argsort(loss, kind="stable")[: plan.members]
    history = [float(np.median(loss)), float(np.median(loss[kept]))]
    rounds: list[tuple[Floats, Floats]] = []

    def forward(z: Floats) -> Floats:
        logs = evaluate(z, len(rounds) + 1)
        rounds.append((z.copy(), logs))
        if len(rounds) > 1:
            history.append(float(np.median(targets.loss(logs))))
        return _filled(logs, targets)[measured]

    _smooth(first[:, kept], targets, measured, plan, forward)
    z, logs = min(rounds[1:], key=lambda pair: float(np.median(targets.loss(pair[1]))))
    loss = targets.loss(logs)
    order = np.argsort(loss, kind="stable")
    return Posterior(z[:, order], loss[order], history, logs[:, order], measured)


def _filled(logs: Floats, targets: CalibrationTargets) -> Floats:
    """What a member does not measure (a rate where nobody was counted) is taken as the mean of the others, or as recorded."""
    known = np.isfinite(logs)
    mean = np.where(known, logs, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    mean = np.where(known.any(axis=1), mean, targets.observed)
    return np.where(known, logs, mean[:, None])


def _smooth(
    start: Floats,
    targets: CalibrationTargets,
    measured: npt.NDArray[np.bool_],
    plan: Search,
    forward: Callable[[Floats], Floats],
) -> None:
    import covmats
    from pyesmda import ESMDA

    variance = (targets.sd**2 / targets.facts)[measured]
    solver = ESMDA(
        obs=targets.observed[measured],
        m_init=start,
        cov_obs=covmats.CovViaDiagonal(variance),
        forward_model=forward,
        n_assimilations=plan.rounds,
        m_bounds=np.tile([-EDGE, EDGE], (len(start), 1)),
        random_state=np.random.default_rng(plan.seed),
        is_parallel_analyse_step=False,
    )
    solver.solve()
