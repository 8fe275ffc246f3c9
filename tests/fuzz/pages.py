"""Requests to the dashboard: addresses, headers and bodies that are nearly right, given to guard and addresses in this process."""

import asyncio
import json
import random
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from mixflow.experiments.views.dashboard import routes
from mixflow.experiments.views.dashboard.app_state import AppState
from mixflow.experiments.views.dashboard.guard import Guard
from mixflow.experiments.views.dashboard.keys import Key, own_names
from mixflow.sim.base.errors import UserError

from . import mutate
from .folders import COMPARISON, RUNS, SWEEP

PATHS = (
    "/api/study/NAME", "/api/opened/NAME", f"/api/comparison/toy/{COMPARISON}", f"/api/run/toy/{RUNS[0]}", "/api/case/NAME",
    f"/report/toy/{COMPARISON}", "/export/NAME.zip", "/study/NAME.json", "/log/study/NAME", "/log/case/NAME", "/nothing",
)  # fmt: skip
QUERIES = (
    "",
    "fresh=1",
    "by=need",
    "by=x",
    "origin=SYR",
    "route=EMR&channel=irregular",
    "opened=NAME",
    "opened=../x",
    "%ff=%00",
    "&&==",
)
POSTS = ("/api/live", "/api/live/abc/step", "/api/live/abc/look", "/api/live/abc/close")
BODY = {"scenario": "toy", "scale": 0.01, "policies": ["more_labour_visas"], "days": 1, "asked": {"by": "channel"}}


class WrongAnswerError(Exception):
    """An answer that no request should get."""


class Pages:
    """A dashboard without pages and processes.

    Parameters
    ----------
    root
        Its folder of results.
    """

    def __init__(self, root: Path) -> None:
        room = AppState(str(root))

        async def here(work: Any, *given: Any) -> Any:
            return work(*given)

        async def nothing(*given: Any) -> dict[str, Any]:
            return {}

        room.process_pool.end()
        room.process_pool.run = here  # type: ignore[method-assign]
        room.live_sessions.open = nothing  # type: ignore[assignment,method-assign]
        app = FastAPI()
        routes.add(app, room)
        self.key = Key.made(8765)
        self.app = Guard(app, self.key, own_names("127.0.0.1"))

    def request(self, rng: random.Random) -> Any:
        """One request; answers with code 400 and above are refusals."""
        code, said = asyncio.run(self._answer(*self._made(rng)))
        if code >= 500 or b"Traceback" in said:
            raise WrongAnswerError(f"{code}: {said[:100]!r}")
        if code >= 400:
            raise UserError(said.decode("utf-8", "replace") or "refused")
        return said

    def _made(self, rng: random.Random) -> tuple[dict[str, Any], list[bytes]]:
        post = rng.random() < 0.4
        path = rng.choice(POSTS if post else PATHS).replace(
            "NAME", SWEEP if rng.random() < 0.7 else rng.choice(mutate.NASTY)
        )
        path = mutate.text(rng, path) if rng.random() < 0.3 else path
        headers = {"host": "127.0.0.1:8765", "cookie": f"{self.key.cookie}={self.key.token}"}
        if rng.random() < 0.2:
            name = rng.choice(("host", "cookie", "origin", "content-length", "content-type", "accept-encoding"))
            headers[name] = rng.choice(mutate.NASTY) if rng.random() < 0.5 else mutate.text(rng, headers.get(name, "x"))
        body = json.dumps(mutate.value(rng, BODY)) if post else ""
        raw = mutate.encoded(mutate.text(rng, body) if post and rng.random() < 0.3 else body)
        query = rng.choice(QUERIES)
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST" if post else "GET",
            "scheme": "http", "path": path, "raw_path": mutate.encoded(path), "query_string": mutate.encoded(query),
            "root_path": "",
            "headers": [(key.encode(), mutate.encoded(value)) for key, value in headers.items()],
            "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8765),
        }  # fmt: skip
        half = rng.randrange(len(raw) + 1)
        return scope, [raw[:half], raw[half:]]

    async def _answer(self, scope: dict[str, Any], parts: list[bytes]) -> tuple[int, bytes]:
        sent: list[Any] = []
        waiting = [
            {"type": "http.request", "body": part, "more_body": k + 1 < len(parts)} for k, part in enumerate(parts)
        ]

        async def receive() -> Any:
            return waiting.pop(0) if waiting else {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        code = next((message["status"] for message in sent if message["type"] == "http.response.start"), 200)
        return code, b"".join(message.get("body", b"") for message in sent)
