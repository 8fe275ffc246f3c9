"""Learn: the first five minutes, and every lever, indicator and contested effect with unit, meaning and source."""

from html import escape

from nicegui import ui

from ..app_state import AppState
from ..offers import explained
from ..words import STEPS
from .frame import frame, text

COLUMNS = ("name", "kind", "unit", "meaning", "source", "used")
HEADS = ("Name", "Kind", "Unit", "What it is", "Source", "Used by, or group")


def add(app_state: AppState) -> None:
    """Put the page under `/learn`."""

    @ui.page("/learn")
    def learn() -> None:
        with frame("Learn", "/learn", ("learn.js",)):
            text("The first five minutes", "h2")
            text(
                "Five steps on a small invented world. Nothing can break. Each step opens a page and says what to do there."
            )
            steps = "".join(
                f'<li><a href="{escape(address)}">{escape(title)}</a><span>{escape(told)}</span></li>'
                for address, title, told in STEPS
            )
            ui.html(steps, sanitize=False, tag="ol").classes("steps")
            ui.html(f'<a class="button" href="{escape(STEPS[0][0])}">Start the first step</a>', sanitize=False, tag="p")
            ui.html("What the words mean", sanitize=False, tag="h2").props("id=names")
            text(
                "A lever is what a policy may change. An indicator is what is measured. A contested effect is one that the "
                "evidence is divided about: it is neutral unless it is switched on."
            )
            ui.html(_table(), sanitize=False).classes("names")


def _table() -> str:
    heads = "".join(f'<th scope="col">{head}</th>' for head in HEADS)
    rows = "".join(
        f'<tr data-kind="{row["kind"]}"><th scope="row">{escape(row["name"])}</th>'
        + "".join(f"<td>{escape(str(row[key]))}</td>" for key in COLUMNS[1:])
        + "</tr>"
        for row in explained()
    )
    return (
        '<div class="finder"><label for="find">Find</label> <input id="find" type="search" autocomplete="off"> '
        '<span id="found" role="status"></span></div>'
        '<div class="scroll" tabindex="0" role="region" aria-label="Levers, indicators and contested effects">'
        f"<table><thead><tr>{heads}"
        f"</tr></thead><tbody>{rows}</tbody></table></div>"
    )
