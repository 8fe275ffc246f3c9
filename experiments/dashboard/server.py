"""The application: pages, addresses and guard put together, and the server that runs it until it is told to end."""

import asyncio
import contextlib
import errno
import os
import socket
import webbrowser
from collections.abc import AsyncIterator
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from nicegui import ui

from mixflow.sim.errors import UserError

from . import offers, routes
from .guard import LOOPBACK, Guard
from .pages import case, compare, explore, home, learn, result, saved
from .room import Room
from .words import TITLE

HERE = Path(__file__).parent
REPORT = HERE.parent / "report"
SETTLE_S = 1.5
"""So long the first page has the machine for itself."""

SWEEP_S = 30.0


def application(runs_dir: str) -> FastAPI:
    """Pages and addresses over a folder of results."""
    room = Room(runs_dir)

    @contextlib.asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        broom = asyncio.create_task(_sweeping(room))
        yield
        broom.cancel()
        await room.end()

    app = FastAPI(title=TITLE, docs_url=None, redoc_url=None, openapi_url=None, lifespan=life)
    routes.add(app, room)
    app.mount("/static/report", StaticFiles(directory=REPORT))
    app.mount("/static", StaticFiles(directory=HERE / "static"))
    for page in (home, learn, explore, compare, result, saved, case):
        page.add(room)
    ui.run_with(app, title=TITLE, language="en-US", show_welcome_message=False, tailwind=False, reconnect_timeout=20.0)
    return app


async def _sweeping(room: Room) -> None:
    """Keep processes ready for whoever comes next, and end the worlds that nobody watches."""
    await asyncio.sleep(SETTLE_S)
    with contextlib.suppress(OSError, UserError):
        await room.desk.warm()
    while True:
        with contextlib.suppress(OSError, UserError):
            await room.theatre.sweep()
            await room.theatre.warm()
        await asyncio.sleep(SWEEP_S)


def bound(host: str, port: int) -> socket.socket:
    """A socket on which nobody else listens.

    Raises
    ------
    UserError
        When the port is taken or the host is not of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    if os.name == "posix":
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
        made.listen(128)
    except OSError as error:
        made.close()
        if error.errno == errno.EADDRINUSE:
            raise UserError(
                f"port={port} is in use already, perhaps by another dashboard. Open http://{host}:{port}/, "
                f"or choose another: port={port + 1}."
            ) from error
        raise UserError(f"cannot listen on host={host} port={port}: {error.strerror or error}.") from error
    return made


def serve(host: str, port: int, runs_dir: str, show: bool) -> None:
    """Run the dashboard until it is told to end.

    Raises
    ------
    UserError
        When it cannot begin.
    """
    listening = bound(host, port)
    port = listening.getsockname()[1]
    shown = "127.0.0.1" if host == "0.0.0.0" else f"[{host}]" if ":" in host else host
    hosts = LOOPBACK if host in ("127.0.0.1", "localhost", "::1") else ()
    offers.scenarios(), offers.policies(), offers.explained()  # read before anybody waits for them
    app = Guard(application(runs_dir), hosts)
    config = uvicorn.Config(app, log_level="warning", ws_max_size=2**20, timeout_graceful_shutdown=3)
    print(f"http://{shown}:{port}/", flush=True)
    if show:
        webbrowser.open(f"http://{shown}:{port}/")
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listening])
