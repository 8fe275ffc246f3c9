"""Step 6: how well the passages of named corridors are known, from how many people of any nationality passed recently.

People who passed tell others where boats leave, whom to ask and where to sleep, and so make the passage easier for those who come
after: migration causes migration (Massey 1990), and rumours make routes (Hinsch and Bijak 2019). What is known of a way belongs to
the way: where it closes, those who hear of other ways hear of them no less.
"""

import numpy as np
import numpy.typing as npt

from ...base.params import Values

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class RouteFamiliarity:
    """How many passed each passage recently; a passage is all edges of one mode from one country to another.

    Parameters
    ----------
    passage
        Number of each edge's passage, -1 for edges that everybody knows, shape (edges,).
    seats
        Persons a day on each edge at the start, infinite where nothing is scarce, shape (edges,): as many passed before it.
    values
        Parameters by group and name.
    """

    def __init__(self, passage: Ints, seats: Floats, values: Values) -> None:
        v = values["beliefs"]
        self._named = passage >= 0
        self._passage = np.where(self._named, passage, 0)
        self._memory, self._few, self._many = v["edge_memory"], v["news"], v["well_known"]
        self._passed = self._of_passages(np.where(np.isfinite(seats), seats, 0.0) * 30.4)

    @property
    def unfamiliarity(self) -> Floats:
        """Orders of magnitude of people a month that a passage lacks of being known to everybody, shape (edges,)."""
        lacks = np.log10(self._many / (self._passed + self._few))
        return np.asarray(np.where(self._named, np.maximum(lacks, 0.0)[self._passage], 0.0))

    def update(self, crossings: Floats) -> None:
        """Take in the real people who crossed each edge in a month, shape (edges,)."""
        self._passed += self._memory * (self._of_passages(crossings) - self._passed)

    def _of_passages(self, counts: Floats) -> Floats:
        return np.bincount(self._passage, np.where(self._named, counts, 0.0))
