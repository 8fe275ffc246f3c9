"""Explore: a living world or a finished run on the map. The page asks the server by its scripts; see `static/explore.js`."""

from html import escape
from importlib import resources

from nicegui import ui

from ..app_state import AppState, compact
from ..offers import choices, scenarios
from ..words import COLOURS, GROUPS, LIVE_SCALES, MARKS, SCALE, SERIES
from .frame import frame, text

WORDS = {
    "colours": COLOURS,
    "groups": GROUPS,
    "marks": {key: told for key, (told, _) in MARKS.items()},
    "series": SERIES,
}
MOST_RUNS = 60


def add(app_state: AppState) -> None:
    """Put the page under `/explore`."""
    template = (
        resources.files("mixflow.experiments.views.dashboard")
        .joinpath("templates/explore.html")
        .read_text(encoding="utf-8")
    )

    @ui.page("/explore")
    async def explore(scenario: str = "toy", run: str = "", guide: int = 0) -> None:
        chosen = scenario if scenario in scenarios() else "toy"
        with frame("Explore", "/explore", ("flow_map.js", "explore.js"), guide):
            with ui.element("div").classes("explore").props("id=explore data-ready=false"):
                with ui.element("section").classes("side").props('aria-label="The world"'):
                    _form(app_state, chosen)
                ui.html(template, sanitize=False, tag="section").props('aria-label="The map"')
                with ui.element("section").props('aria-label="The main series"'):
                    ui.html("", sanitize=False).classes("series").props("id=series")
            first = f"mf.explore.build({compact(_world(chosen, LIVE_SCALES[chosen], []))})"
            if run:
                first = f"mf.explore.open(...{compact([*run.split('/'), ''][:2])})"
            ui.run_javascript(f"mf.explore.start({compact(WORDS)}); {first}")


def _world(scenario: str, scale: float | None, policies: list[str]) -> dict[str, object]:
    return {"scenario": scenario, "scale": scale, "policies": policies}


def _form(app_state: AppState, chosen: str) -> None:
    with ui.element("div"):
        text("A living world", "h2")
        world = ui.select({name: item.title for name, item in scenarios().items()}, value=chosen, label="Scenario")
        # without bounds: the field would change what was typed, and the server says what it refuses
        scale = ui.number("Scale", value=LIVE_SCALES[chosen], step=0.001).tooltip(SCALE)
        added = ui.select(choices({}), multiple=True, with_input=True, label="Policies in force", value=[])
        added.props("use-chips clearable")
        for field in (world, scale, added):
            field.props("outlined dense options-dense").classes("full-width q-mb-sm")
        world.on_value_change(lambda: scale.set_value(LIVE_SCALES[str(world.value)]))
        told = text(scenarios()[chosen].description, classes="quiet")
        world.on_value_change(lambda: told.set_content(escape(scenarios()[str(world.value)].description)))

        def build() -> None:
            given = _world(str(world.value), scale.value, list(added.value or []))
            ui.run_javascript(f"mf.explore.build({compact(given)})")

        ui.button("Build this world", on_click=build).props("unelevated no-caps color=primary")
    runs = app_state.workspace.runs()[:MOST_RUNS]
    with ui.element("div"):
        text("Or a finished run", "h2")
        if not runs:
            text("There is none yet: mixflow run, or a comparison, makes some.", classes="quiet")
            return
        names = {f"{scenario}/{name}": f"{scenario} {name}" for scenario, name in runs}
        found = ui.select(names, label="Run", with_input=True).props("outlined dense options-dense")
        found.classes("full-width q-mb-sm")

        def show() -> None:
            if found.value:
                scenario, name = str(found.value).split("/")
                ui.run_javascript(f"mf.explore.open({compact(scenario)}, {compact(name)})")

        ui.button("Open this run", on_click=show).props("outline no-caps color=primary")
