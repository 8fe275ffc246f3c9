"""Who did what, for comparisons that follow the same people through two worlds. Kept only where asked for."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..base.codes import Channel, Event, LegalStatus, Need
from .ledger import unpack


class Trace:
    """Events with the key of the person to whom they happened.

    Parameters
    ----------
    edge_names, countries
        Names by index.
    """

    def __init__(self, edge_names: tuple[str, ...], countries: tuple[str, ...]) -> None:
        self._edges, self._countries = edge_names, countries
        self._parts: list[tuple[int, npt.NDArray[np.uint64], npt.NDArray[np.int64]]] = []

    def add(self, day: int, keys: npt.NDArray[np.uint64], log: npt.NDArray[np.int64]) -> None:
        """Keep the events of a share of a day."""
        if len(keys):
            self._parts.append((day, keys.copy(), log.copy()))

    def forget(self) -> None:
        """Leave the events so far out of the table."""
        self._parts.clear()

    def frame(self) -> pd.DataFrame:
        """Columns day, key, event, origin, need, label, channel, country, edge; ordered by day and key."""
        days = np.concatenate([np.empty(0, np.int32), *(np.full(len(k), d, np.int32) for d, k, _ in self._parts)])
        keys = np.concatenate([np.empty(0, np.uint64), *(k for _, k, _ in self._parts)])
        columns = unpack(np.concatenate([np.empty(0, np.int64), *(log for _, _, log in self._parts)]))
        codes: Any = pd.Categorical.from_codes
        edge, country = columns["edge"], columns["country"]
        frame = pd.DataFrame(
            {
                "day": days,
                "key": keys,
                "event": codes(columns["event"], Event.labels()),
                "origin": codes(columns["origin"], list(self._countries)),
                "need": codes(columns["need"], Need.labels()),
                "label": codes(columns["label"], LegalStatus.labels()),
                "channel": codes(columns["channel"], Channel.labels()),
                "country": codes(np.where(country < 0, len(self._countries), country), [*self._countries, ""]),
                "edge": codes(np.where(edge < 0, len(self._edges), edge), [*self._edges, ""]),
            }
        )
        return frame.sort_values(["day", "key", "event"], kind="stable", ignore_index=True)
