"""Fits the numbers of flight to cases, on all and without each: `python -m mixflow.experiments.displacement.fit_cases DIR`.

The search is Nelder and Mead's simplex (1965) from the sensible values below, on the mean error over cases plus a small
penalty for leaving them. All runs share one seed, so that the loss is the same function throughout.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize

from mixflow.scenarios.displacement.error import ard
from mixflow.scenarios.displacement.reader import is_case, read_case
from mixflow.sim.base.errors import UserError
from mixflow.sim.displacement.model import MixflowFlight
from mixflow.sim.displacement.params import FLIGHT

SENSIBLE = {
    "size": (0.5, 0.25),
    "room": (1.0, 0.5),
    "journey": (0.75, 0.4),
    "fear_km": (150.0, 150.0),
    "closure_km": (400.0, 250.0),
    "follow": (0.2, 0.15),
    "memory_days": (60.0, 30.0),
}
"""Where the search begins, and how far a number may go before it costs something."""

PENALTY = 0.015
"""Of one such step in every number, in units of the error."""

Numbers = dict[str, float]


def numbers_at(point: Sequence[float]) -> Numbers:
    """The numbers at a point of the search, each within its range."""
    found = {name: param.value for name, param in FLIGHT.items()}
    for (name, (middle, step)), away in zip(SENSIBLE.items(), point, strict=True):
        found[name] = float(np.clip(middle + step * away, FLIGHT[name].low, FLIGHT[name].high))
    return found


def error_of(case: Any, numbers: Numbers, seed: int = 1, people_per_agent: int = 10) -> float:
    """The error of one case with these numbers."""
    kept = case.with_data
    simulated = MixflowFlight(case, numbers, seed, people_per_agent).run().simulated()
    return ard(simulated[:, kept], case.registered[: case.days, kept]) or 0.0


def fitted(cases: Sequence[Any], people_per_agent: int, evaluations: int) -> Numbers:
    """The numbers with the least loss on these cases."""

    def loss(point: Any) -> float:
        numbers = numbers_at(point)
        mean = float(np.mean([error_of(case, numbers, people_per_agent=people_per_agent) for case in cases]))
        return mean + PENALTY * float(np.mean(np.square(point)))

    zero = np.zeros(len(SENSIBLE))
    simplex = np.vstack([zero, *(0.7 * np.eye(len(SENSIBLE)))])
    options = {"maxfev": evaluations, "initial_simplex": simplex, "xatol": 0.01, "fatol": 1e-5}
    return numbers_at(minimize(loss, zero, method="Nelder-Mead", options=options).x)


def main(argv: Sequence[str]) -> None:
    """Fit and print a line of JSON for all cases and for each left out."""
    if not argv:
        raise UserError(
            "name a folder of cases: python -m mixflow.experiments.displacement.fit_cases DIR [HASTEN] [EVALUATIONS]"
        )
    people_per_agent = int(argv[1]) if len(argv) > 1 else 10
    evaluations = int(argv[2]) if len(argv) > 2 else 300
    cases = [read_case(path) for path in sorted(Path(argv[0]).iterdir()) if path.is_dir() and is_case(path)]
    everything = fitted(cases, people_per_agent, evaluations)
    errors = {case.name: round(error_of(case, everything, people_per_agent=1), 4) for case in cases}
    chosen = {name: float(f"{everything[name]:.4g}") for name in SENSIBLE}
    print(json.dumps({"fitted_on": "all", "numbers": chosen, "errors": errors}), flush=True)
    for out in cases:
        numbers = fitted([case for case in cases if case is not out], people_per_agent, evaluations)
        error = float(np.mean([error_of(out, numbers, seed, 1) for seed in (1, 2, 3)]))
        chosen = {name: float(f"{numbers[name]:.4g}") for name in SENSIBLE}
        print(json.dumps({"left_out": out.name, "numbers": chosen, "error": round(error, 4)}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
