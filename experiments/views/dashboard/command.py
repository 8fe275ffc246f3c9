"""`mixflow dashboard`: reads its few settings, says what is missing, and starts the server."""

import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from mixflow.sim.base.errors import UserError, one_of

from ...runs.config import parsed, path_of
from ...runs.override_text import plain, signed
from .words import MESA_MISSING, MISSING

DEFAULTS: dict[str, object] = {"port": 8765, "open": False, "host": "127.0.0.1", "runs_dir": "runs", "mesa": False}

EXAMPLES = """\
examples:
  mixflow dashboard                        http://127.0.0.1:8765/?token=..., until Ctrl-C
  mixflow dashboard open=true              and open it in the browser
  mixflow dashboard port=9000 runs_dir=out another port, another folder of results
  mixflow dashboard mesa=true              Mesa's own SolaraViz of the toy world, for developers (extra mesa-viz)

keys
  port      where it listens (8765); 0: any that is free
  open      true: open a browser
  host      127.0.0.1: this machine alone. Any other address can be reached from elsewhere, and what is sent is not encrypted
  runs_dir  the folder of results (runs); nothing outside of it is read

The address that is printed has a token in it, new at each start: who has it can run models and read results. A browser keeps it in
a cookie.

It needs the extra dashboard: pip install 'mixflow[dashboard]'. It needs no network.
"""


def dashboard(lines: Sequence[str]) -> int:
    """Serve until told to end.

    Raises
    ------
    UserError
        When a setting is wrong, an extra is missing, or the port is taken.
    """
    given = settings(lines)
    if given["mesa"]:
        return _mesa(int(str(given["port"])))
    if find_spec("nicegui") is None:
        raise UserError(MISSING)
    from .server import serve

    print("mixflow: the dashboard runs until Ctrl-C.", file=sys.stderr)
    if given["host"] not in ("127.0.0.1", "localhost", "::1"):
        print(
            "mixflow: who has the address below can use this from elsewhere, and what is sent is not encrypted.",
            file=sys.stderr,
        )
    serve(str(given["host"]), int(str(given["port"])), str(given["runs_dir"]), bool(given["open"]))
    return 0


def settings(lines: Sequence[str]) -> dict[str, object]:
    """The settings with what a user has typed.

    Raises
    ------
    UserError
        When a key is not known or a value not allowed.
    """
    found = dict(DEFAULTS)
    seen: set[str] = set()
    for override in parsed(lines):
        key = override.key_or_group
        if key not in DEFAULTS:
            raise UserError(one_of("Key", key, DEFAULTS) + " mixflow dashboard --help shows examples.")
        if key in seen or override.is_sweep_override() or signed(override):
            raise UserError(f"{override.input_line}: give {key} one value, once.")
        seen.add(key)
        found[key] = plain(override.value())
    port = found["port"]
    if isinstance(port, bool) or not isinstance(port, int) or not 0 <= port <= 65535:
        raise UserError(f"port={port} is not allowed: a whole number from 0 to 65535.")
    for key in ("open", "mesa"):
        if not isinstance(found[key], bool):
            raise UserError(f"{key}={found[key]} is not allowed: true or false.")
    folder = Path(path_of(found["runs_dir"], "runs_dir"))
    if folder.exists() and not folder.is_dir():
        raise UserError(f"runs_dir={found['runs_dir']} is a file, not a folder.")
    return found


def _mesa(port: int) -> int:
    if find_spec("solara") is None:
        raise UserError(MESA_MISSING)
    file = Path(__file__).with_name("mesa_view.py")
    command = [
        sys.executable,
        "-m",
        "solara",
        "run",
        str(file),
        "--port",
        str(port),
        "--host",
        "127.0.0.1",
        "--no-open",
    ]
    return subprocess.run(command, check=False).returncode
