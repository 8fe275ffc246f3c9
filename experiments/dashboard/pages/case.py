"""Case: a folder of places, links, conflicts and registrations in a zip file, run in the background, beside its registrations."""

import shlex
from html import escape
from typing import Any

from nicegui import ui

from mixflow.sim.errors import UserError

from ..cases import lines, taken_in
from ..room import Room, compact
from ..unpacking import LARGEST
from ..words import STATES
from .bring import bring
from .frame import frame, message, text

POLL_S = 0.4


def add(room: Room) -> None:
    """Put the page under `/case` and `/case/NAME`."""

    @ui.page("/case")
    def empty() -> None:
        with frame("Case", "/case", ("case.js",)):
            _opener(room)

    @ui.page("/case/{name}")
    def of_case(name: str) -> None:
        with frame("Case", "/case", ("case.js",)):
            _opener(room)
            try:
                Follower(room, name)
            except UserError as error:
                message(str(error))


def _opener(room: Room) -> None:
    text(
        "Flight from conflict to camps, one case of registrations in the format of the peer Flee: a folder with input_csv/ and "
        "source_data/, as one zip file. Every person is an agent. Nothing in the file is run."
    )

    async def brought(file: str, content: bytes) -> None:
        name = await room.desk.do(taken_in, str(room.shelf.root), content)
        room.board.start("case", room.shelf.case(name))
        ui.navigate.to(f"/case/{name}")

    bring("the case (.zip)", ".zip", LARGEST, brought)


class Follower:
    """Follows the job of a case and shows what came of it."""

    def __init__(self, room: Room, name: str) -> None:
        self.room, self.name, self.folder = room, name, room.shelf.case(name)
        if not (self.folder / "case").is_dir():
            raise UserError(f"the case {name} is not there any more. Bring its file again.")
        self.state = ui.html("", sanitize=False).props("id=state role=status")
        with ui.element("div").classes("actions"):
            self.stop = ui.button("Cancel", on_click=self._cancel).props("outline no-caps color=grey-9")
            self.again = ui.button("Run", on_click=self._again).props("outline no-caps color=primary")
        ui.html(
            f'<details><summary>The log</summary><pre data-log="/log/case/{name}">…</pre></details>', sanitize=False
        )
        ui.html(_command(room, name), sanitize=False)
        ui.html("", sanitize=False).props("id=camps").classes("results")
        self.timer = ui.timer(POLL_S, self._look)
        self._look()

    def _look(self) -> None:
        told = self.room.board.told(self.folder)
        busy = told["state"] in ("waiting", "running")
        self.timer.active = busy
        self.stop.set_visibility(busy)
        self.again.set_visibility(not busy and told["state"] != "done")
        self.state.set_content(_said(told))
        if told["state"] == "done":
            ui.run_javascript(f"mf.camps({compact('/api/case/' + self.name)})")

    async def _cancel(self) -> None:
        await self.room.board.cancel(self.folder)
        self._look()

    def _again(self) -> None:
        self.room.board.start("case", self.folder)
        self.timer.active = True
        self._look()


def _said(told: dict[str, Any]) -> str:
    words = f"{STATES[told['state']]} {told['what']} {told['error']}"
    kind = {"failed": "bad", "done": "good"}.get(told["state"], "note")
    return f'<p class="said {kind}" data-state="{told["state"]}">{escape(words.strip())}</p>'


def _command(room: Room, name: str) -> str:
    words = shlex.join(["mixflow", "run", *lines(room.shelf.case(name) / "case", room.shelf.given)])
    button = '<button type="button" class="plain" data-copy="command-0">Copy</button>'
    return (
        f'<div class="actions">{button}<span class="quiet">The same in a terminal</span></div>'
        f'<pre id="command-0">{escape(words)}</pre>'
    )
