"""How much sharper a comparison is because both worlds share their draws: variance of the difference, and seeds that are needed."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from mixflow.scenarios.build import build

from ..results.indicators import INDICATORS, Tables
from ..results.indicators.registry import Ratio
from ..results.indicators.tables import world_of
from ..runs.config import composed
from .line import Line

Floats = npt.NDArray[np.float64]

POLICIES = (
    "more_labour_visas",
    "humanitarian_visas",
    "border_capacity",
    "more_asylum_staff",
    "livelihood_aid",
)
"""Five of different families: two pathways, control, asylum, development."""

MEASURE = "irregular_flow"
WIDTH = 0.10
"""Half-width of the interval that is asked for, of the difference itself."""

NORMAL = 1.96
RESAMPLED = 1000
"""Times that pairs are drawn again from those at hand, for the range of a ratio (Efron's bootstrap, percentiles)."""


def sharpness(policies: tuple[str, ...], seeds: int, **config: Any) -> Iterator[Line]:
    """A line for each policy, and one for their median.

    Parameters
    ----------
    policies
        Names in the library.
    seeds
        Pairs of worlds.
    config
        Keys of a run: scenario, start, end, scale.
    """
    lines = [f"{key}={value}" for key, value in config.items()]
    base = [measure(lines, (), seed) for seed in range(1, seeds + 1)]
    ratios = []
    for policy in policies:
        other = [measure(lines, (policy,), seed) for seed in range(1, seeds + 1)]
        found = compared(np.array(base), np.array(other))
        ratios.append(found["ratio"])
        yield Line(
            f"sharpness_{policy}", found["shared"], "variance", found["independent"], found["ratio"],
            f"of the difference in {INDICATORS[MEASURE].title.lower()} over the run, {seeds} pairs, {', '.join(lines)}; mean "
            f"difference {found['mean']:.0f} of {np.mean(base):.0f}; pairs for a range of +-{WIDTH:.0%} of the difference: "
            f"{found['needed']:.0f}, by independent worlds {found['needed_independent']:.0f}; 95 % range of the ratio by "
            f"chance of seeds: {found['low']:.1f} to {found['high']:.1f}",
        )  # fmt: skip
    middle = float(np.median(ratios))
    yield Line("sharpness", middle, "ratio", 1.0, middle, f"median of {len(ratios)} policies; aim: 10")


def measure(lines: list[str], policies: tuple[str, ...], seed: int) -> float:
    """The measure of one run."""
    config = composed([*lines, f"policies=[{','.join(policies)}]", f"seed={seed}", "threads=1", "figures=false"])
    model = build(config)
    while model.day < model.days:
        model.step()
    flows = model.flows()
    flows["date"] = pd.to_datetime(flows["date"])
    months = pd.date_range(f"{config['start'][:7]}-01", config["end"], freq="MS")
    series = INDICATORS[MEASURE].function(Tables({"flows": flows}, months, world_of(config)))
    assert not isinstance(series, Ratio)
    return float(series.sum())


def _variances(base: Floats, other: Floats) -> tuple[float, float, float]:
    """Variance of the difference of paired worlds, that of independent ones, and the second over the first."""
    shared = float(np.var(other - base, ddof=1))
    independent = float(np.var(base, ddof=1) + np.var(other, ddof=1))
    return shared, independent, independent / shared if shared > 0 else float("inf")


def compared(base: Floats, other: Floats) -> Mapping[str, float]:
    """Variance of the difference as it is under shared draws, and as it would be between worlds of different seeds.

    Independent worlds differ by the sum of both variances: Var(a - b) = Var(a) + Var(b).
    """
    shared, independent, ratio = _variances(base, other)
    mean = float(np.mean(other - base))
    draw = np.random.default_rng(1)
    again = sorted(_variances(base[k], other[k])[2] for k in draw.integers(0, len(base), (RESAMPLED, len(base))))

    def needed(variance: float) -> float:
        return float(np.ceil(NORMAL**2 * variance / (WIDTH * mean) ** 2)) if mean else float("nan")

    return {
        "shared": shared,
        "independent": independent,
        "ratio": ratio,
        "low": again[RESAMPLED // 40],
        "high": again[-1 - RESAMPLED // 40],
        "mean": mean,
        "needed": needed(shared),
        "needed_independent": needed(independent),
    }
