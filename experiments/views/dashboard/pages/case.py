"""Case: a folder of places, links, conflicts and registrations in a zip file, run in the background, beside its registrations."""

import shlex
from html import escape
from typing import Any

from nicegui import ui

from mixflow.sim.base.errors import UserError

from ..app_state import AppState, compact
from ..cases import lines, taken_in
from ..unpacking import LARGEST
from ..words import STATES
from .bring import bring
from .frame import frame, message, text

POLL_S = 0.4


def add(app_state: AppState) -> None:
    """Put the page under `/case` and `/case/NAME`."""

    @ui.page("/case")
    def empty() -> None:
        with frame("Case", "/case", ("case.js",)):
            _opener(app_state)

    @ui.page("/case/{name}")
    def of_case(name: str) -> None:
        with frame("Case", "/case", ("case.js",)):
            _opener(app_state)
            try:
                Follower(app_state, name)
            except UserError as error:
                message(str(error))


def _opener(app_state: AppState) -> None:
    text(
        "Flight from conflict to camps, one case of registrations in the format of the peer Flee: a folder with input_csv/ and "
        "source_data/, as one zip file. Every person is an agent. Nothing in the file is run."
    )

    async def brought(file: str, content: bytes) -> None:
        name = await app_state.process_pool.run(taken_in, str(app_state.workspace.root), content)
        app_state.job_queue.start("case", app_state.workspace.case(name))
        ui.navigate.to(f"/case/{name}")

    bring("the case (.zip)", ".zip", LARGEST, brought)


class Follower:
    """Follows the job of a case and shows what came of it."""

    def __init__(self, app_state: AppState, name: str) -> None:
        self.app_state, self.name, self.folder = app_state, name, app_state.workspace.case(name)
        if not (self.folder / "case").is_dir():
            raise UserError(f"the case {name} is not there any more. Bring its file again.")
        self.state = ui.html("", sanitize=False).props("id=state role=status")
        with ui.element("div").classes("actions"):
            self.stop = ui.button("Cancel", on_click=self._cancel).props("outline no-caps color=grey-9")
            self.again = ui.button("Run", on_click=self._again).props("outline no-caps color=primary")
        ui.html(
            f'<details><summary>The log</summary><pre data-log="/log/case/{name}">…</pre></details>', sanitize=False
        )
        ui.html(_command(app_state, name), sanitize=False)
        ui.html("", sanitize=False).props("id=camps").classes("results")
        self.timer = ui.timer(POLL_S, self._look)
        self._look()

    def _look(self) -> None:
        told = self.app_state.job_queue.progress_of(self.folder)
        busy = told["state"] in ("waiting", "running")
        self.timer.active = busy
        self.stop.set_visibility(busy)
        self.again.set_visibility(not busy and told["state"] != "done")
        self.state.set_content(_said(told))
        if told["state"] == "done":
            ui.run_javascript(f"mf.camps({compact('/api/case/' + self.name)})")

    async def _cancel(self) -> None:
        await self.app_state.job_queue.cancel(self.folder)
        self._look()

    def _again(self) -> None:
        self.app_state.job_queue.start("case", self.folder)
        self.timer.active = True
        self._look()


def _said(told: dict[str, Any]) -> str:
    words = f"{STATES[told['state']]} {told['what']} {told['error']}"
    kind = {"failed": "bad", "done": "good"}.get(told["state"], "note")
    return f'<p class="said {kind}" data-state="{told["state"]}">{escape(words.strip())}</p>'


def _command(app_state: AppState, name: str) -> str:
    words = shlex.join(["mixflow", "run", *lines(app_state.workspace.case(name) / "case", app_state.workspace.given)])
    button = '<button type="button" class="plain" data-copy="command-0">Copy</button>'
    return (
        f'<div class="actions">{button}<span class="quiet">The same in a terminal</span></div>'
        f'<pre id="command-0">{escape(words)}</pre>'
    )
