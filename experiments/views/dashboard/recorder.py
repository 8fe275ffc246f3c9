"""Makes frames: of a living model day by day, and of a finished run month by month."""

from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mixflow.sim.accounts.ledger import unpack
from mixflow.sim.accounts.results import read_run
from mixflow.sim.base.codes import Channel, Event, Need, Status
from mixflow.sim.people.packed_keys import GROUP_KEY, field, pack

from .recording import FLOW, STOCK, Columns, Frame, RenderContext, joined
from .words import MARKS

SPAN = 30
"""Days whose events a frame of a living model holds."""

MARKED = sorted({Status.labels().index(name) for _, names in MARKS.values() for name in names})


class Recorder:
    """Follows a model; call `saw` after each of its days.

    A month's events are read as running sums, so that the events of the last days are a sum less an older one.

    Parameters
    ----------
    model
        A `mixflow.sim.engine.model.MigrationModel` on its first day.
    """

    def __init__(self, model: Any) -> None:
        self.model = model
        self._edge = np.append(
            np.asarray(model.compiled_world.take, np.int64), -1
        )  # the world lists edges in another order
        self._sums: deque[tuple[int, Columns]] = deque([(0, self._so_far())], maxlen=SPAN + 1)
        self._closed: deque[tuple[int, Columns]] = deque(maxlen=3)

    def saw(self) -> None:
        """Note what happened on the day that was just done."""
        model = self.model
        if model.plan.clock.closes_month(model.day - 1):
            self._closed.append((model.day, self._last_month()))
        self._sums.append((model.day, self._so_far()))

    def frame(self) -> Frame:
        """The frame of this moment."""
        (first, before), (_, now) = self._sums[0], self._sums[-1]
        parts = [now, *(month for day, month in self._closed if day > first)]
        parts.append({**before, "count": -before["count"]})
        flows = joined(parts, FLOW)
        model = self.model
        date = model.plan.clock.date_of(max(model.day - 1, 0))
        return Frame(
            date.isoformat(), {**flows, "count": flows["count"] * model.weight}, _people(model.population, model.weight)
        )

    def _so_far(self) -> Columns:
        keys, counts = self.model.accounts.flow_book.month_so_far()
        return self._in_world({**unpack(keys), "count": counts})

    def _last_month(self) -> Columns:
        table = self.model.accounts.flow_book.frame()
        last = table[table["date"] == table["date"].max()]
        return self._in_world({name: last[name].to_numpy(np.int64) for name in FLOW})

    def _in_world(self, flows: Columns) -> Columns:
        return {**flows, "edge": self._edge[flows["edge"]]}


def _people(population: Any, weight: float) -> Columns:
    status = population["status"][: population.size]
    take = np.isin(status, MARKED) & population["in_use"][: population.size].astype(bool)
    fields = {name: population[name][: population.size][take] for name in ("place", "origin", "status")}
    packed, counts = np.unique(pack(GROUP_KEY, **fields), return_counts=True)
    return {**{name: field(packed, GROUP_KEY, name) for name in fields}, "count": counts * weight}


def frames_of(folder: Path, stage: RenderContext) -> list[Frame]:
    """A frame for each month of a finished run.

    Raises
    ------
    UserError
        When the folder holds no finished run.
    """
    run = read_run(folder)
    config = run.record["config"]
    flows, stocks = _coded(run.flows, stage, FLOW), _coded(run.stocks, stage, STOCK)
    keep = np.isin(stocks["status"], MARKED)
    stocks = {name: values[keep] for name, values in stocks.items()}
    frames = []
    for month in pd.date_range(f"{config['start'][:7]}-01", config["end"], freq="MS"):
        parts = []
        for columns, names in ((flows, FLOW), (stocks, STOCK)):
            at = columns["date"] == np.datetime64(month)
            parts.append({name: columns[name][at] for name in names})
        frames.append(Frame(f"{month:%Y-%m}", parts[0], parts[1]))
    return frames


def _coded(table: pd.DataFrame, stage: RenderContext, names: Sequence[str]) -> dict[str, Any]:
    """Columns as the model's codes; -1 for what is empty."""
    lists: dict[str, Sequence[str]] = {
        "edge": stage.edges,
        "place": stage.places,
        "country": stage.countries,
        "origin": stage.countries,
        "need": Need.labels(),
        "channel": Channel.labels(),
        "event": Event.labels(),
        "status": Status.labels(),
    }
    found: dict[str, Any] = {"date": pd.DatetimeIndex(table["date"]).to_numpy("datetime64[ns]")}
    for name in names:
        if name == "count":
            found[name] = table[name].to_numpy(float)
        else:
            values = table[name].astype("category")
            at = pd.Index(list(lists[name])).get_indexer(pd.Index(values.cat.categories))
            found[name] = np.append(at, -1).astype(np.int64)[values.cat.codes]
    return found
