"""Mesa's SolaraViz of the toy world, for developers who look for it: `mixflow dashboard mesa=true`, or `solara run` on this file.

It needs the extra `mesa-viz`. Nothing else of the dashboard needs this file.
"""

from typing import Any

import mesa
import numpy as np
from matplotlib.figure import Figure

from mixflow.experiments.runs.config import composed
from mixflow.experiments.views.dashboard.words import MESA_MISSING
from mixflow.scenarios.build import build
from mixflow.sim.base.codes import Status

try:
    import solara
    from mesa.visualization import SolaraViz, make_plot_component
    from mesa.visualization.utils import update_counter
except ImportError as missing:
    raise SystemExit(f"mixflow: {MESA_MISSING}") from missing

WATCHED = {"travelling": Status.TRAVELLING, "waiting": Status.WAITING, "camp": Status.CAMP, "dead": Status.DEAD}


class Toy(mesa.Model):  # type: ignore[misc]
    """The toy world as Mesa's pages want a model: one step is a week, and a data collector watches it.

    Parameters
    ----------
    luck
        Seed of every draw.
    policy
        A policy that is in force, or none.
    """

    def __init__(self, luck: int = 1, policy: str = "none") -> None:
        super().__init__(rng=int(luck))
        chosen = "" if policy == "none" else policy
        self.inner = build(composed(["scenario=toy", "threads=1", f"seed={luck}", f"policies=[{chosen}]"]))
        watched = {name: self._counter(status) for name, status in WATCHED.items()}
        self.datacollector = mesa.DataCollector(model_reporters=watched)
        self.datacollector.collect(self)

    @staticmethod
    def _counter(status: Status) -> Any:
        return lambda model: int(model.inner.accounts.census.table[:, status].sum())

    def step(self) -> None:
        """Simulate a week."""
        for _ in range(7):
            if self.inner.day < self.inner.days:
                self.inner.step()
        self.running = self.inner.day < self.inner.days
        self.datacollector.collect(self)


@solara.component  # type: ignore[untyped-decorator, unused-ignore]
def places(model: Toy) -> None:
    """People in camps and waiting, by place."""
    update_counter.get()
    world: Any = model.inner.world
    table = model.inner.accounts.census.table
    figure = Figure(figsize=(5, 5))
    axes = figure.subplots()
    for status, colour in ((Status.CAMP, "#009e73"), (Status.WAITING, "#e69f00")):
        axes.scatter(world.lon, world.lat, s=np.sqrt(table[:, status]) * 8, c=colour, alpha=0.5, label=status.label)
    for name, lon, lat in zip(world.place_names, world.lon, world.lat, strict=True):
        axes.annotate(name, (lon, lat), fontsize=7)
    axes.set_title(f"{model.inner.date}")
    axes.legend()
    solara.FigureMatplotlib(figure)


PARAMETERS = {
    "luck": {"type": "InputText", "value": 1, "label": "Seed"},
    "policy": {"type": "Select", "value": "none", "values": ["none", "humanitarian_visas", "search_and_rescue"]},
}

model = Toy()
page = SolaraViz(
    model,
    components=[places, make_plot_component({"travelling": "#0072b2", "waiting": "#e69f00", "dead": "#000000"})],
    model_params=PARAMETERS,
    name="mixflow, the toy world",
)
page  # noqa: B018 - solara shows what stands last
