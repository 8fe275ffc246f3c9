"""Who may use a dashboard: users with its token, under a name of this machine. The token comes in the printed address."""

import hmac
import ipaddress
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from urllib.parse import parse_qsl, quote, urlencode

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
ANYWHERE = ("0.0.0.0", "::")
WORD = "token"
"""The name of the token in an address."""


@dataclass(frozen=True)
class Key:
    """The token of one server, and the cookie that keeps it.

    Parameters
    ----------
    token
        Text that cannot be guessed.
    cookie
        Name of the cookie; browsers keep one jar for all ports of a machine, so that each port has a name of its own.
    """

    token: str
    cookie: str

    @classmethod
    def made(cls, port: int) -> "Key":
        """A new one."""
        return cls(secrets.token_urlsafe(32), f"mixflow-{port}")

    def fits(self, given: str) -> bool:
        """Whether a text is the token; takes the same time for all texts of one length."""
        return hmac.compare_digest(given.encode("utf-8", "replace"), self.token.encode())

    def in_cookies(self, header: str) -> bool:
        """Whether a header of cookies has the token."""
        pairs = (part.strip().partition("=") for part in header.split(";"))
        return sum(self.fits(value) for name, _, value in pairs if name == self.cookie) > 0

    def in_query(self, query: str) -> bool:
        """Whether the query of an address has the token."""
        return sum(self.fits(value) for name, value in parse_qsl(query) if name == WORD) > 0

    def set_cookie(self) -> str:
        """The header that gives the cookie to a browser: no script reads it, and no other site sends it."""
        return f"{self.cookie}={self.token}; Path=/; HttpOnly; SameSite=Strict"


def entrance(path: str, query: str) -> bytes:
    """A page that goes on to an address of this server without the token in it.

    A redirect would not do: after a click on another site a browser sends a strict cookie from our own pages only.
    """
    rest = urlencode([(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if name != WORD])
    address = "/" + quote(path.lstrip("/\\")) + (f"?{rest}" if rest else "")
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>mixflow</title>'
        f'<meta http-equiv="refresh" content="0;url={escape(address)}"><a href="{escape(address)}">mixflow</a></html>'
    ).encode()


def own_names(host: str) -> Callable[[str], bool]:
    """Whether the name in a Host header is one of a server that listens on an address.

    A page of another site whose name was made to lead here (DNS rebinding) asks under that site's name, and never under a
    number or a name of this machine.
    """
    if host.lower() in ("127.0.0.1", "localhost", "::1"):
        return lambda name: _bare(name) in LOOPBACK
    mine = {"localhost", host.lower(), socket.gethostname().lower(), socket.getfqdn().lower()} - {"", *ANYWHERE}
    return lambda name: _bare(name) in mine or _is_number(_bare(name))


def _bare(name: str) -> str:
    """A name without its port and in small letters."""
    name = name.strip().lower()
    head, colon, port = name.rpartition(":")
    if colon and port.isdigit() and (head.endswith("]") or ":" not in head):
        name = head
    return name.removesuffix(".")


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True
