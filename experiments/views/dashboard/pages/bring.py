"""A place to bring a file to: bounded in size, refused in a sentence, taken by the page that asked for it."""

from collections.abc import Awaitable, Callable

from nicegui import events, ui

from mixflow.sim.base.errors import UserError

from .frame import message

Take = Callable[[str, bytes], Awaitable[str | None]]
"""Takes name and content of a file; returns what to say of it, or None where the page goes elsewhere."""


def bring(label: str, endings: str, most: int, take: Take) -> None:
    """Put an upload on the page.

    Parameters
    ----------
    label
        What is brought.
    endings
        Endings of its name, as `.json,.zip`.
    most
        Bytes that it may have.
    take
        Called with each file.
    """
    with ui.element("div").classes("actions"):
        choose = ui.button(f"Choose {label}", icon="upload_file").props("outline no-caps color=primary")
    said = ui.element("div")

    def say(what: str, kind: str) -> None:
        said.clear()
        with said:
            message(what, kind)

    async def brought(event: events.UploadEventArguments) -> None:
        upload.reset()
        try:
            if event.file.size() > most:
                raise UserError(f"the file has {event.file.size():,} bytes; at most {most:,} are taken.")
            answer = await take(event.file.name, await event.file.read())
        except UserError as error:
            say(str(error), "bad")
            return
        if answer is not None:
            say(answer, "good")

    def rejected() -> None:
        say(
            f"That file has more than {most:,} bytes, or its name does not end in {endings.replace(',', ' or ')}.",
            "bad",
        )

    upload = ui.upload(on_upload=brought, on_rejected=rejected, auto_upload=True, max_file_size=most)
    upload.props(f'accept="{endings}"').classes("hidden")  # its button is the one above, which keys and readers know
    choose.on("click", js_handler=f"() => getElement({upload.id}).pickFiles()")
