"""Results alone: of a study that was opened from a file, and of a comparison that was made by the command line."""

from html import escape

from nicegui import ui

from mixflow.sim.base.errors import UserError

from ..app_state import AppState, compact
from .frame import frame, message, text


def add(app_state: AppState) -> None:
    """Put the pages under `/opened/NAME` and `/result/SCENARIO/NAME`."""

    @ui.page("/opened/{name}")
    def opened(name: str) -> None:
        try:
            study, references = app_state.opened(name)
        except UserError as error:
            _refused(str(error))
            return
        with frame(study.title or "A study from a file", "/saved", ("results.js",)):
            text(
                "These results came in a file. They were computed elsewhere, perhaps by another version.",
                classes="said note",
            )
            ui.html(
                f'<a class="button" href="/export/{name}.zip?opened=1">Share with results, and data</a>',
                sanitize=False,
            ).classes("actions")
            text(", ".join(title for title, _, _ in references), classes="quiet")
            _shown(f"/api/opened/{name}")

    @ui.page("/result/{scenario}/{name}")
    def result(scenario: str, name: str) -> None:
        try:
            app_state.workspace.comparison(scenario, name)
        except UserError as error:
            _refused(str(error))
            return
        with frame(f"A comparison in {scenario}", "/saved", ("results.js",)):
            text(f"Made by mixflow compare; it lies in {escape(scenario)}/{escape(name)}.", classes="quiet")
            _shown(f"/api/comparison/{scenario}/{name}")


def _shown(address: str) -> None:
    ui.html("", sanitize=False).classes("results").props("id=results")
    ui.run_javascript(f"mf.results.load({compact(address)})")


def _refused(why: str) -> None:
    with frame("Not there", "/saved"):
        message(why)
