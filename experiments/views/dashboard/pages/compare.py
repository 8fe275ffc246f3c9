"""Compare: a study is put together on the left; on the right it runs in the background and shows what differs."""

import asyncio
from typing import Any

from nicegui import background_tasks, ui

from mixflow.policies.schema import Policy
from mixflow.sim.base.errors import UserError

from ..app_state import AppState
from ..checks import looked_at
from ..draft import Draft, example, packed, unpacked
from ..own_policies import checked
from ..sharing import kept
from ..study import Study, read
from .builder import Builder
from .frame import frame, message
from .run_panel import RunPanel

PATIENCE_S = 60.0
WAIT_S = 0.3
"""So long nothing may change before a study is checked."""


def add(app_state: AppState) -> None:
    """Put the page under `/compare` and `/compare/STUDY`."""

    @ui.page("/compare", response_timeout=PATIENCE_S)
    async def compare(draft: str = "", example: int = 0, guide: int = 0) -> None:
        await _page(app_state, draft, "", example, guide)

    @ui.page("/compare/{name}", response_timeout=PATIENCE_S)
    async def of_study(name: str, guide: int = 0) -> None:
        await _page(app_state, "", name, 0, guide)


async def _page(app_state: AppState, draft: str, name: str, number: int, guide: int) -> None:
    study, trouble = example(number), ""
    own: dict[str, Policy] = {}
    try:
        if name:
            study = app_state.study(name)
        elif draft:
            study = unpacked(draft)
        for file, content in study.own.items():
            own[file] = await app_state.process_pool.run(checked, f"{file}.yaml", content.encode())
    except UserError as error:
        trouble, study, own = str(error), Study(), {}
    with frame("Compare", "/compare", ("results.js",), guide):
        if trouble:
            message(trouble)
        with ui.element("div").classes("compare").props("id=compare"):
            Page(app_state, study, own, guide)


class Page:
    """One viewer's page: fields, checks, and the run."""

    def __init__(self, app_state: AppState, study: Study, own: dict[str, Policy], guide: int) -> None:
        self.app_state, self.client, self.guide = app_state, ui.context.client, guide
        self.draft = Draft.of(study)
        self._latest = 0
        with ui.element("section").classes("builder").props('aria-label="The question"'):
            self.builder = Builder(app_state, self.draft, own, self.changed)
        with ui.element("section").props('aria-label="The answer"'):
            self.panel = RunPanel(app_state, self.run, self.save)
            ui.html("", sanitize=False).classes("results").props("id=results")
        self.panel.follow(study)
        background_tasks.create(self._check(self._latest, show=False))

    def changed(self) -> None:
        """Check the draft once nothing has changed for a moment."""
        self._latest += 1
        background_tasks.create(self._check(self._latest))

    async def _check(self, number: int, show: bool = True) -> None:
        await asyncio.sleep(WAIT_S)
        if number != self._latest or self.client._deleted:
            return
        try:
            found = await self.app_state.process_pool.run(looked_at, self.draft.plain(), self.app_state.workspace.given)
        except UserError as error:
            found = {"problems": [_whole(str(error))], "commands": {}, "runs": 0, "there": 0}
        if number != self._latest or self.client._deleted:
            return
        self._tell(found)
        if show:
            self._address()

    def _tell(self, found: dict[str, Any]) -> None:
        self.builder.tell(found["problems"], found.get("remarks", []))
        try:
            study = read(self.draft.plain())
        except UserError:
            study = None
        self.panel.checked(study, found)

    def _address(self) -> None:
        """Put the draft into the address; one that is too long for it is kept as a study, if it is one."""
        text = packed(self.draft.plain())
        where = f"/compare?draft={text}&guide={self.guide}"
        if not text:
            try:
                where = f"/compare/{kept(read(self.draft.plain()), self.app_state.workspace)}?guide={self.guide}"
            except UserError:
                return
        self.client.run_javascript(f"history.replaceState(null, '', '{where}')")

    async def run(self) -> None:
        """Keep the study and put it into the queue, if nothing is wrong with it."""
        study = await self._ready()
        if study is not None:
            self.app_state.job_queue.start("study", self.app_state.workspace.study(study.id))
            self.panel.follow(study)

    async def save(self) -> None:
        """Keep the study under its name."""
        if await self._ready() is not None:
            ui.notify("Saved. It stands under Saved.", type="positive")

    async def _ready(self) -> Study | None:
        self._latest += 1
        try:
            found = await self.app_state.process_pool.run(looked_at, self.draft.plain(), self.app_state.workspace.given)
            self._tell(found)
            if found["problems"]:
                ui.notify("Something is wrong with the study: see the messages.", type="negative")
                return None
            study = read(self.draft.plain())
            if not study.asked:
                raise UserError("No alternative differs from the base yet. Add a policy to one.")
            kept(study, self.app_state.workspace)
        except UserError as error:
            ui.notify(str(error), type="negative", multi_line=True)
            self.builder.tell([_whole(str(error))])
            return None
        guide = f"?guide={self.guide}" if self.guide else ""
        ui.run_javascript(f"history.replaceState(null, '', '/compare/{study.id}{guide}')")
        return study


def _whole(text: str) -> dict[str, Any]:
    return {"where": "study", "cards": [], "base": [], "field": "", "text": text}
