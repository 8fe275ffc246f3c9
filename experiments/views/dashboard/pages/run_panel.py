"""The head of the answer: run, cancel, progress, the command that does the same, and what can be done with results."""

from collections.abc import Awaitable, Callable
from html import escape
from typing import Any

from nicegui import ui

from ....runs.sweep.watch import clock
from ..app_state import AppState, compact
from ..study import Study
from ..words import BEGIN, STATES

POLL_S = 0.4


class RunPanel:
    """Follows the job of one study.

    Parameters
    ----------
    room
        What pages share.
    run, save
        Called when the user presses the buttons.
    """

    def __init__(
        self, app_state: AppState, run: Callable[[], Awaitable[None]], save: Callable[[], Awaitable[None]]
    ) -> None:
        self.app_state = app_state
        self.study: Study | None = None
        self.shown: str = ""
        self._state = ""
        with ui.element("div").classes("actions"):
            self.go = ui.button("Run", icon="play_arrow", on_click=run).props(
                "unelevated no-caps color=primary id=run-study"
            )
            self.stop = ui.button("Cancel", icon="stop", on_click=self._cancel).props("outline no-caps color=grey-9")
            ui.button("Save", on_click=save).props("flat no-caps color=primary")
            self.ways = ui.html("", sanitize=False).classes("actions").props('role=group aria-label="Share and export"')
        self.cost = ui.html("", sanitize=False, tag="p").classes("quiet").props("id=cost")
        self.bar = ui.linear_progress(0, show_value=False, size="10px").props('instant-feedback aria-label="Progress"')
        self.state = ui.html("", sanitize=False).props("id=state role=status")
        self.log = ui.html("", sanitize=False)
        self.commands = ui.html("", sanitize=False).props("id=commands")
        self.hint = ui.html(f'<p class="lead">{escape(BEGIN)}</p>', sanitize=False)
        self.timer = ui.timer(POLL_S, self._look, active=False)
        self.stop.set_visibility(False)
        self.bar.set_visibility(False)

    def checked(self, study: Study | None, found: dict[str, Any]) -> None:
        """Show what the study needs and the commands that do the same."""
        runs, there = found["runs"], found["there"]
        self.hint.set_visibility(not self.shown and not (study and study.asked))
        self.cost.set_content(f"{runs} runs, {there} of them there already." if runs else "")
        self.commands.set_content(_commands(study, found["commands"]) if study else "")
        if self.study is not None and study is not None and study.id != self.study.id and self.shown:
            self.state.set_content(
                '<p class="said note">The study was changed. The results below are those of the study before; press Run.</p>'
            )

    def follow(self, study: Study) -> None:
        """Show the state of a study from now on."""
        self.study, self._state = study, ""
        self.timer.active = True
        self._look()

    def _look(self) -> None:
        assert self.study is not None
        folder = self.app_state.workspace.study(self.study.id)
        told = self.app_state.job_queue.progress_of(folder)
        state = told["state"]
        busy = state in ("waiting", "running")
        self.timer.active = busy
        self.stop.set_visibility(busy)
        self.bar.set_visibility(busy)
        self.bar.set_value(told["done"] / told["total"] if told["total"] else 0)
        self.go.set_enabled(not busy)
        self.state.set_content(_said(told))
        if state == self._state:
            return
        self._state = state
        failed = state == "failed"
        self.log.set_content(
            f'<details><summary>The log</summary><pre id="log" data-log="/log/study/{self.study.id}">…</pre></details>'
            if failed
            else ""
        )
        self.ways.set_content(_ways(self.study, state == "done"))
        if state == "done":
            self.shown = self.study.id
            ui.run_javascript(f"mf.results.load({compact('/api/study/' + self.study.id)})")

    async def _cancel(self) -> None:
        if self.study is not None:
            self.stop.set_enabled(False)
            await self.app_state.job_queue.cancel(self.app_state.workspace.study(self.study.id))
            self.stop.set_enabled(True)
            self._look()


def _said(told: dict[str, Any]) -> str:
    state = told["state"]
    if state == "new":
        return ""
    words = STATES[state]
    if state == "waiting":
        words += f" {told['before'] - 1} before it." if told["before"] > 1 else " It is next."
    if state == "running":
        words = (
            f"{told['done']} of {told['total']} runs, {_clock(told)}. {told['what']}" if told["total"] else "Preparing."
        )
    if state == "failed":
        words += f" {told['error']}"
    kind = {"failed": "bad", "done": "good"}.get(state, "note")
    return f'<p class="said {kind}" data-state="{state}">{escape(words)}</p>'


def _clock(told: dict[str, Any]) -> str:
    """How long it has taken, and how long the rest may take."""
    gone, new = told["gone"], told["done"] - told["there"]
    left = gone / new * (told["total"] - told["done"]) if new else 0.0
    return f"{clock(gone)} gone" + (f", about {clock(left)} left" if left else "")


def _commands(study: Study, commands: dict[str, str]) -> str:
    if not commands:
        return ""
    rows = "".join(
        f'<div class="actions"><button type="button" class="plain" data-copy="command-{k}">Copy</button>'
        f'<span class="quiet">{escape(study.called(int(k)))}</span></div><pre id="command-{k}">{escape(text)}</pre>'
        for k, text in commands.items()
    )
    return f"<details open><summary>The same in a terminal</summary>{rows}</details>"


def _ways(study: Study, done: bool) -> str:
    data = f'<a class="button" href="/export/{study.id}.zip">Share with results, and data</a>' if done else ""
    return f'<a class="button" href="/study/{study.id}.json">Share the question</a>{data}'
