"""The first page: what this is, and the doors."""

from html import escape

from nicegui import ui

from ..app_state import AppState
from ..words import CAN_SPEAK, DOORS, QUESTIONS
from .frame import frame, text


def add(app_state: AppState) -> None:
    """Put the page under `/`."""

    @ui.page("/")
    def home() -> None:
        with frame("What if the policy were another?", "/"):
            text(
                "mixflow simulates refugees, migrants, smugglers and states on one route graph. Here you compare worlds that "
                "differ in policies and in nothing else, not even in luck, and read the difference with its range.",
                classes="lead",
            )
            doors = "".join(
                f'<li><a class="door" href="{address}"><strong>{name}</strong><span>{escape(told)}</span></a></li>'
                for address, (name, told) in DOORS.items()
            )
            ui.html(doors, sanitize=False, tag="ul").classes("doors")
            text("Five questions to run, read or change", "h2")
            ready = "".join(
                f'<li><a class="door" href="/compare?example={number}"><strong>{escape(question)}</strong>'
                f"<span>{escape(told)}</span></a></li>"
                for number, (question, told) in QUESTIONS.items()
            )
            ui.html(ready, sanitize=False, tag="ul").classes("doors")
            text(CAN_SPEAK, classes="quiet")
            text(f"Results lie in {app_state.workspace.root}. Nothing leaves this machine.", classes="quiet")
