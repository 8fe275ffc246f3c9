"""Saved: the studies of this folder, comparisons of the command line, and the way to open a file that somebody sent."""

import datetime as dt
from html import escape

from nicegui import ui

from mixflow.sim.base.errors import UserError

from ..app_state import AppState
from ..compare_list import questions
from ..sharing import opened_from
from ..study import Study
from ..unpacking import LARGEST
from .bring import bring
from .frame import frame, text

MOST = 100
PATIENCE_S = 60.0


def add(app_state: AppState) -> None:
    """Put the page under `/saved`."""

    @ui.page("/saved", response_timeout=PATIENCE_S)
    async def saved() -> None:
        with frame("Saved", "/saved"):
            _opener(app_state)
            text("Studies", "h2")
            ui.html(_studies(app_state), sanitize=False)
            text("Comparisons made by the command line", "h2")
            ui.html(
                _comparisons(await app_state.process_pool.run(questions, str(app_state.workspace.root), MOST)),
                sanitize=False,
            )


def _opener(app_state: AppState) -> None:
    text("Open a file", "h2")
    text(
        "A study that somebody has shared: a question (.json), or with its results (.zip). Nothing in it is run.",
        classes="quiet",
    )

    async def brought(file: str, content: bytes) -> None:
        kind, name = await app_state.process_pool.run(opened_from, str(app_state.workspace.root), content)
        ui.navigate.to(f"/compare/{name}" if kind == "study" else f"/opened/{name}")

    bring("a file of a study", ".json,.zip", LARGEST, brought)


def _studies(app_state: AppState) -> str:
    rows = []
    for name in app_state.workspace.studies()[:MOST]:
        try:
            study = app_state.study(name)
        except UserError as error:
            rows.append(f'<tr><td colspan="6" class="said bad">{escape(str(error))}</td></tr>')
            continue
        told = app_state.job_queue.progress_of(app_state.workspace.study(name))
        asked = "; ".join(_asks(study, k) for k in study.asked)
        when = dt.datetime.fromtimestamp((app_state.workspace.study(name) / "study.json").stat().st_mtime)
        links = f'<a href="/study/{name}.json">question</a>'
        if told["state"] == "done":
            links += f', <a href="/export/{name}.zip">results and data</a>'
        rows.append(
            f'<tr><td><a href="/compare/{name}">{escape(study.title or "without a name")}</a></td><td>{escape(asked)}</td>'
            f"<td>{escape(study.scenario)}</td><td>{escape(told['state'])}</td><td>{when:%Y-%m-%d %H:%M}</td><td>{links}</td></tr>"
        )
    if not rows:
        return '<p class="quiet">None yet. A study is kept here when it is run or saved.</p>'
    heads = "".join(
        f'<th scope="col">{head}</th>' for head in ("Name", "Asks", "Scenario", "State", "Saved", "As a file")
    )
    return f'<table class="saved"><thead><tr>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def _asks(study: Study, number: int) -> str:
    side = study.sides[number]
    names = [card.name for card in side.cards] + [f"without {name}" for name in side.without]
    return f"{study.called(number)}: {', '.join(names)}".replace("_", " ")


def _comparisons(found: list[dict[str, str]]) -> str:
    rows = "".join(
        f'<tr><td colspan="4" class="said bad">{escape(item["wrong"])}</td></tr>'
        if "wrong" in item
        else f'<tr><td><a href="/result/{escape(item["path"])}">{escape(item["question"])}</a></td>'
        f"<td>{escape(item['scenario'])}</td>"
        f'<td>{escape(item["seeds"])}</td><td><a href="/report/{escape(item["path"])}">report</a></td></tr>'
        for item in found
    )
    if not rows:
        return '<p class="quiet">None yet: mixflow compare makes some.</p>'
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("Question", "Scenario", "Pairs", "As a file"))
    return f'<table class="saved"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
