"""A dashboard of its own for tests: the command in a process, on any free port; and what a browser says of it."""

import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
PATIENCE_MS = 120_000
"""Nothing takes so long, unless the kernels are being compiled beside it; whatever does is broken."""


class Served:
    """A running dashboard.

    Parameters
    ----------
    process
        The command.
    url
        Where it answers.
    root
        Its folder of results.
    token
        What it asks for.
    """

    def __init__(self, process: subprocess.Popen[str], url: str, root: Path, token: str) -> None:
        self.process, self.url, self.root, self.token = process, url, root, token
        self.cookie = f"mixflow-{url.rpartition(':')[2]}"

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        """Ask for an address, with the token unless other cookies are given; return code and text."""
        headers.setdefault("Cookie", f"{self.cookie}={self.token}")
        try:
            with urllib.request.urlopen(urllib.request.Request(self.url + path, headers=headers), timeout=60) as answer:
                return answer.status, answer.read().decode("utf-8", "replace")
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode("utf-8", "replace")

    def jobs(self) -> list[int]:
        """Processes of jobs that run, found among the children of the command."""
        children = (
            Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="utf-8").split()
        )
        found = []
        for pid in children:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            found += [int(pid)] if b"mixflow.experiments.views.dashboard.work" in words else []
        return found


@contextmanager
def serving(root: Path, *settings: str) -> Iterator[Served]:
    """Start the command, and end it as Ctrl-C does."""
    command = [sys.executable, "-m", "mixflow.experiments", "dashboard", "port=0", f"runs_dir={root}", *settings]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    url, _, token = process.stdout.readline().strip().partition("/?token=")
    try:
        assert url.startswith("http://127.0.0.1:"), f"the dashboard did not begin: {url!r}"
        yield Served(process, url, root, token)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            code = process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        process.stdout.close()
    assert code == 0


class Viewer:
    """One person in front of a browser: a page, and everything that went wrong or left the machine."""

    def __init__(self, browser: Any, served: Served, **more: Any) -> None:
        self.served, self.trouble = served, []
        self.context = browser.new_context(viewport={"width": 1280, "height": 800}, **more)
        self.context.set_default_timeout(PATIENCE_MS)
        kept = {"name": served.cookie, "value": served.token, "url": served.url}
        self.context.add_cookies([{**kept, "httpOnly": True, "sameSite": "Strict"}])
        self.page = self.context.new_page()
        self.page.on("console", lambda m: self.trouble.append(m.text) if m.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.on("request", self._asked)

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.served.url, "data:", "blob:")):
            self.trouble.append(request.url)

    def open(self, path: str) -> Any:
        """Open an address; return the page."""
        self.page.goto(self.served.url + path)
        return self.page

    def state(self, name: str) -> None:
        """Wait until the study on the page is in a state."""
        self.page.wait_for_selector(f"#state [data-state={name}]")
