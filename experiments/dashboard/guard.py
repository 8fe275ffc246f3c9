"""What stands before the pages: own hosts and origins only, bodies of bounded size, headers that forbid the rest."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .unpacking import LARGEST

POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'self'"
)
"""Nothing is fetched from elsewhere. Vue compiles templates in the browser, which is what `unsafe-eval` is for."""

REPORT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; "
    "sandbox allow-scripts allow-modals"
)
"""A report may draw itself, and can reach neither the network nor the pages beside it."""

MOST_BYTES = LARGEST + 2**20

PORT = re.compile(r":\d+$")
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class Guard:
    """Refuses requests that another site could have sent through the user's browser, and those that are too large.

    Parameters
    ----------
    app
        What is guarded.
    hosts
        Names under which the server is asked; empty: any.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str] = LOOPBACK) -> None:
        self.app, self.hosts = app, tuple(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        code, text = self._wrong(headers)
        if code:
            await _refuse(scope, send, code, text)
            return
        await self.app(scope, _bounded(receive), _with_headers(send))

    def _wrong(self, headers: dict[str, str]) -> tuple[int, str]:
        host = headers.get("host", "")
        if self.hosts and PORT.sub("", host) not in self.hosts:
            return 403, "This server answers to its own name only. Open it under the address that it printed."
        origin = headers.get("origin")
        if origin and urlsplit(origin).netloc != host:
            return 403, "Another site has sent this."
        length = headers.get("content-length", "0")
        if length.isdigit() and int(length) > MOST_BYTES:
            return 413, f"At most {LARGEST // 2**20} MB are taken."
        return 0, ""


class _TooLargeError(Exception):
    """A body without a length that does not end in time."""


def _bounded(receive: Receive) -> Receive:
    seen = 0

    async def bounded() -> Message:
        nonlocal seen
        message = await receive()
        if message["type"] == "http.request":
            seen += len(message.get("body", b""))
            if seen > MOST_BYTES:
                raise _TooLargeError
        return message

    return bounded


def _with_headers(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = list(message.get("headers", []))
            names = {name.lower() for name, _ in headers}
            for name, value in (
                ("content-security-policy", POLICY),
                ("x-content-type-options", "nosniff"),
                ("referrer-policy", "no-referrer"),
            ):
                if name.encode() not in names:
                    headers.append((name.encode(), value.encode()))
            message = {**message, "headers": headers}
        await send(message)

    return sent


async def _refuse(scope: Scope, send: Send, code: int, text: str) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": text[:100]})
        return
    body = text.encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": code, "headers": headers})
    await send({"type": "http.response.body", "body": body})
