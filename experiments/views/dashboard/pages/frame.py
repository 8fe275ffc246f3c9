"""What all pages have: scripts and style, a way around, the guide of the first five minutes, and plain messages."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape

from nicegui import ui

from ..words import DOORS, MOTTO, STEPS, TITLE

SCRIPTS = ("/static/report/vendor/d3.min.js", "/static/report/charts.js", "/static/report/map.js")

HEAD = '<link rel="stylesheet" href="/static/dashboard.css">' + "".join(
    f'<script src="{address}"></script>' for address in SCRIPTS
)


@contextmanager
def frame(title: str, here: str, scripts: Sequence[str] = (), guide: int = 0) -> Iterator[None]:
    """A page: what is put into the context is its main part.

    Parameters
    ----------
    title
        Of the page, as its heading.
    here
        Its address among the doors.
    scripts
        Names of its own scripts.
    guide
        Which step of the first five minutes is shown above; 0: none.
    """
    ui.page_title(f"{title} – {TITLE}")
    ui.add_head_html(HEAD + "".join(f'<script src="/static/{name}"></script>' for name in scripts))
    ui.colors(primary="#0550ae")
    links = "".join(
        f'<a href="{address}"{" aria-current=page" if address == here else ""}>{name}</a>'
        for address, (name, _) in DOORS.items()
    )
    ui.html(
        f'<a class="skip" href="#main">To the main part</a><a class="brand" href="/">{TITLE}</a>'
        f'<nav aria-label="Pages">{links}</nav><p class="motto">{escape(MOTTO)}</p>',
        sanitize=False,
        tag="header",
    ).classes("top")
    if 1 <= guide <= len(STEPS):
        _guide(guide)
    with ui.element("main").props("id=main tabindex=-1").classes("main"):
        ui.html(escape(title), sanitize=False, tag="h1")
        yield


def _guide(number: int) -> None:
    _, title, text = STEPS[number - 1]
    back = f'<a href="{escape(STEPS[number - 2][0])}">Back</a>' if number > 1 else ""
    on = (
        f'<a class="button" href="{escape(STEPS[number][0])}">Next step</a>'
        if number < len(STEPS)
        else '<a class="button" href="/learn#names">Done: what the words mean</a>'
    )
    ui.html(
        f"<strong>{number} of {len(STEPS)}: {escape(title)}.</strong> <span>{escape(text)}</span> "
        f'<span class="ways">{back} {on} <a href="/learn">Leave</a></span>',
        sanitize=False,
        tag="aside",
    ).classes("guide").props('aria-label="The first five minutes"')


def message(text: str, kind: str = "bad") -> ui.html:
    """A sentence that a screen reader says at once."""
    role = "alert" if kind == "bad" else "status"
    return ui.html(escape(text), sanitize=False, tag="p").classes(f"said {kind}").props(f"role={role}")


def text(content: str, tag: str = "p", classes: str = "") -> ui.html:
    """Text of ours or of others, never markup."""
    return ui.html(escape(content), sanitize=False, tag=tag).classes(classes)
