"""The application: pages, addresses and guard put together, and the server that runs it until it is told to end."""

import asyncio
import contextlib
import errno
import os
import socket
import sys
import tempfile
import webbrowser
from collections.abc import AsyncIterator
from html import escape
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from nicegui import ui

from mixflow.sim.base.errors import UserError

from . import offers, routes
from .app_state import AppState
from .guard import Guard
from .keys import ANYWHERE, WORD, Key, own_names
from .pages import case, compare, explore, home, learn, result, saved
from .safe_paths import Workspace
from .words import TITLE

HERE = Path(__file__).parent
REPORT = HERE.parent / "report"
SETTLE_S = 1.5
"""So long the first page has the machine for itself."""

SWEEP_S = 30.0


def application(runs_dir: str) -> FastAPI:
    """Pages and addresses over a folder of results."""
    app_state = AppState(runs_dir)

    @contextlib.asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        broom = asyncio.create_task(_sweeping(app_state))
        yield
        broom.cancel()
        await app_state.end()

    app = FastAPI(title=TITLE, docs_url=None, redoc_url=None, openapi_url=None, lifespan=life)
    routes.add(app, app_state)
    app.mount("/static/report", StaticFiles(directory=REPORT))
    app.mount("/static", StaticFiles(directory=HERE / "static"))
    for page in (home, learn, explore, compare, result, saved, case):
        page.add(app_state)
    ui.run_with(app, title=TITLE, language="en-US", show_welcome_message=False, tailwind=False, reconnect_timeout=20.0)
    return app


async def _sweeping(app_state: AppState) -> None:
    """Keep processes ready for the next user, and end the worlds that nobody watches."""
    await asyncio.sleep(SETTLE_S)
    with contextlib.suppress(OSError, UserError):
        await app_state.process_pool.warm()
    while True:
        with contextlib.suppress(OSError, UserError):
            await app_state.live_sessions.sweep()
            await app_state.live_sessions.warm()
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
    workspace = Workspace(runs_dir)
    why = workspace.keep_private()
    if why:
        print(f"mixflow: {workspace.own} cannot be closed to other users of this machine: {why}.", file=sys.stderr)
    listening = bound(host, port)
    port = listening.getsockname()[1]
    shown = "127.0.0.1" if host in ANYWHERE else f"[{host}]" if ":" in host else host
    key = Key.made(port)
    address = f"http://{shown}:{port}/?{WORD}={key.token}"
    offers.scenarios(), offers.policies(), offers.explained()  # read before anybody waits for them
    app = Guard(application(runs_dir), key, own_names(host))
    config = uvicorn.Config(app, log_level="warning", ws_max_size=2**20, timeout_graceful_shutdown=3)
    print(address, flush=True)
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(KeyboardInterrupt):
        if show:
            webbrowser.open(_door(Path(folder), address).as_uri())
        uvicorn.Server(config).run(sockets=[listening])


def _door(folder: Path, address: str) -> Path:
    """A page that leads to an address, which nobody else can read; what a program is started with, everybody can."""
    path = folder / "mixflow.html"
    path.touch(0o600)
    path.write_text(f'<meta http-equiv="refresh" content="0;url={escape(address)}">', encoding="utf-8")
    return path
