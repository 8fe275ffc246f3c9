"""The streams of draws of one run: one for each decision."""

import numpy as np
import numpy.typing as npt

from .decisions import COUNT
from .rng import stream


def streams_of(seed: int) -> npt.NDArray[np.uint64]:
    """The stream of each decision, by its number; the same on all days."""
    return np.array([stream(seed, decision, 0) for decision in range(COUNT)], np.uint64)
