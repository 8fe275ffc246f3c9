"""What stands before the pages: the token, own hosts and origins only, bodies of bounded size, headers that forbid the rest."""

import logging
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .keys import Key, entrance
from .unpacking import LARGEST

LOG = logging.getLogger("mixflow")

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
TOO_LARGE = f"At most {LARGEST // 2**20} MB are taken."

STREAM = "/_nicegui_ws/"
"""Where pages hear of progress."""

GONE = "The page of this stream has gone. Load it again."

WHERE_TO = (
    "Open the address that mixflow dashboard has printed: it ends in ?token=... and is needed once in each browser."
)


class Guard:
    """Refuses requests without the server's token, those that another site could have sent, and those that are too large.

    Parameters
    ----------
    app
        What is guarded.
    key
        The token and its cookie.
    is_own
        Whether a Host header names this server.
    """

    def __init__(self, app: ASGIApp, key: Key, is_own: Callable[[str], bool]) -> None:
        self.app, self.key, self.is_own = app, key, is_own

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        code, text = self._wrong(headers)
        query = scope.get("query_string", b"").decode("latin-1")
        if not code and scope["type"] == "http" and scope.get("method") == "GET" and self.key.in_query(query):
            await _enter(scope.get("path", "/"), query, self.key, _with_headers(send))
            return
        if not code and not self.key.in_cookies(headers.get("cookie", "")):
            code, text = 401, WHERE_TO
        if code:
            await _refuse(scope, send, code, text)
            return
        stream = scope["type"] == "http" and scope.get("path", "").startswith(STREAM)
        body = _Body(scope, receive, _with_headers(send), stream)
        try:
            await self.app(scope, body.receive, body.send)
        except Exception:
            if stream:
                LOG.info("a stream of progress broke off", exc_info=True)
                await body.fails()
            elif body.gone:
                LOG.info("a page was closed before its answer", exc_info=True)
            elif not body.refused:
                raise

    def _wrong(self, headers: dict[str, str]) -> tuple[int, str]:
        host = headers.get("host", "")
        if not self.is_own(host):
            return 403, "This server answers to its own name only. Open it under the address that it printed."
        origin = headers.get("origin")
        if origin and urlsplit(origin).netloc != host:
            return 403, "Another site has sent this."
        length = headers.get("content-length", "0")
        if length.isdigit() and int(length) > MOST_BYTES:
            return 413, TOO_LARGE
        return 0, ""


class _TooLargeError(Exception):
    """A body without a length that does not end in time; nobody sees it."""


class _Body:
    """Passes a body on until it is too large: then the request is refused, and what the application says is dropped.

    So is a stream of progress that fails: the library that carries it does not know of a page that has gone in the meantime.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send, stream: bool) -> None:
        self._scope, self._receive, self._send, self._stream = scope, receive, send, stream
        self._seen = 0
        self._begun = self.refused = False
        self.gone = False  # the browser has closed the connection

    async def receive(self) -> Message:
        """The next part."""
        message = await self._receive()
        self.gone = self.gone or message["type"] == "http.disconnect"
        if message["type"] == "http.request":
            self._seen += len(message.get("body", b""))
            if self._seen > MOST_BYTES:
                if not self._begun:
                    await _refuse(self._scope, self._send, 413, TOO_LARGE)
                self.refused = True
                raise _TooLargeError
        return message

    async def send(self, message: Message) -> None:
        """Send what the application answers, unless the request was refused."""
        if self._stream and message["type"] == "http.response.start" and message["status"] >= 500:
            await self.fails()
        elif not self.refused:
            self._begun = self._begun or message["type"] == "http.response.start"
            await self._send(message)

    async def fails(self) -> None:
        """Answer that the page of a stream has gone, unless there was an answer before."""
        if not self._begun and not self.refused:
            self.refused = True
            await _refuse(self._scope, self._send, 400, GONE)


async def _enter(path: str, query: str, key: Key, send: Send) -> None:
    """Give the cookie to a browser that has the token, and send it on."""
    body = entrance(path, query)
    headers = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"set-cookie", key.set_cookie().encode()),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


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
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": code, "headers": headers})
    await send({"type": "http.response.body", "body": body})
