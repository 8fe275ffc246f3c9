"""Saved: the studies of this folder, comparisons of the command line, and the way to open a file that somebody sent."""

import datetime as dt
from html import escape

from nicegui import events, ui

from mixflow.sim.errors import UserError

from ..compare_list import questions
from ..room import Room
from ..sharing import opened_from
from ..unpacking import LARGEST
from .frame import frame, message, text

MOST = 100
PATIENCE_S = 60.0


def add(room: Room) -> None:
    """Put the page under `/saved`."""

    @ui.page("/saved", response_timeout=PATIENCE_S)
    async def saved() -> None:
        with frame("Saved", "/saved"):
            _opener(room)
            text("Studies", "h2")
            ui.html(_studies(room), sanitize=False)
            text("Comparisons made by the command line", "h2")
            ui.html(_comparisons(await room.desk.do(questions, str(room.shelf.root), MOST)), sanitize=False)


def _opener(room: Room) -> None:
    text("Open a file", "h2")
    text("A study that somebody has shared: a question (.json), or a question with its results (.zip). It is data: nothing in it is run.", classes="quiet")
    said = ui.element("div")

    async def brought(event: events.UploadEventArguments) -> None:
        event.sender.reset()
        said.clear()
        try:
            if event.file.size() > LARGEST:
                raise UserError(f"the file has {event.file.size():,} bytes; at most {LARGEST:,} are taken.")
            kind, name = await room.desk.do(opened_from, str(room.shelf.root), await event.file.read())
        except UserError as error:
            with said:
                message(str(error))
            return
        ui.navigate.to(f"/compare/{name}" if kind == "study" else f"/opened/{name}")

    def rejected() -> None:
        said.clear()
        with said:
            message("That file is too large, or neither .json nor .zip.")

    upload = ui.upload(label="A file of a study", on_upload=brought, on_rejected=rejected, auto_upload=True, max_file_size=LARGEST)
    upload.props('accept=".json,.zip" flat bordered')


def _studies(room: Room) -> str:
    rows = []
    for name in room.shelf.studies()[:MOST]:
        try:
            study = room.study(name)
        except UserError:
            continue
        told = room.board.told(room.shelf.study(name))
        asked = "; ".join(
            f"{study.called(k)}: {', '.join([card.name for card in study.sides[k].cards] + ['without ' + n for n in study.sides[k].without])}"
            for k in study.asked
        )
        when = dt.datetime.fromtimestamp((room.shelf.study(name) / "study.json").stat().st_mtime)
        links = f'<a href="/study/{name}.json">question</a>'
        if told["state"] == "done":
            links += f', <a href="/export/{name}.zip">results and data</a>'
        rows.append(
            f'<tr><td><a href="/compare/{name}">{escape(study.title or "without a name")}</a></td><td>{escape(asked.replace("_", " "))}</td>'
            f"<td>{escape(study.scenario)}</td><td>{escape(told['state'])}</td><td>{when:%Y-%m-%d %H:%M}</td><td>{links}</td></tr>"
        )
    if not rows:
        return '<p class="quiet">None yet. A study is kept here when it is run or saved.</p>'
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("Name", "Asks", "Scenario", "State", "Saved", "As a file"))
    return f'<table class="saved"><thead><tr>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def _comparisons(found: list[dict[str, str]]) -> str:
    rows = "".join(
        f'<tr><td><a href="/result/{escape(item["path"])}">{escape(item["question"])}</a></td><td>{escape(item["scenario"])}</td>'
        f'<td>{escape(item["seeds"])}</td><td><a href="/report/{escape(item["path"])}">report</a></td></tr>'
        for item in found
    )
    if not rows:
        return '<p class="quiet">None yet: mixflow compare makes some.</p>'
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("Question", "Scenario", "Pairs", "As a file"))
    return f'<table class="saved"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
