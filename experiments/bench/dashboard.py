"""The dashboard: first page, an interaction while a run goes on, frames of a living world, and ten viewers of the same results."""

import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from mixflow.sim.base.errors import UserError

from .line import Line

VIEWERS = 10
PATIENCE_MS = 300_000


def dashboard(clicks: int, frames: int, end: str) -> Iterator[Line]:
    """Measure in Debian's Chromium, with no network.

    Parameters
    ----------
    clicks
        Interactions that are timed while a run goes on.
    frames
        Frames of a living world that are timed.
    end
        Last day of the worlds that are compared.

    Raises
    ------
    UserError
        When the extra or the browser is missing.
    """
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    try:
        from playwright.sync_api import sync_playwright

        from ..views.dashboard import server  # noqa: F401 - says early that the extra is missing
    except ImportError as error:
        raise UserError(f"the benchmark of the dashboard needs the extras dashboard and dev: {error}.") from error
    if chromium is None:
        raise UserError("the benchmark of the dashboard needs Chromium: install Debian's package chromium.")
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder) / "runs") as (url, token),
        sync_playwright() as tools,
    ):
        opened = tools.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        browser = _Browser(opened, {"name": f"mixflow-{url.rpartition(':')[2]}", "value": token, "url": url})
        yield _first_page(browser, url)
        yield from _frames(browser, url, frames)
        address = yield from _busy(browser, url, clicks, end)
        yield _viewers(browser, address)
        opened.close()


class _Browser(NamedTuple):
    """Chromium, and the cookie with which it is let in."""

    opened: Any
    cookie: dict[str, str]


@contextmanager
def serving(root: Path) -> Iterator[tuple[str, str]]:
    """The command in a process of its own; its address, and the token that it asks for."""
    command = [sys.executable, "-m", "mixflow.experiments", "dashboard", "port=0", f"runs_dir={root}"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    try:
        url, _, token = process.stdout.readline().strip().partition("/?token=")
        yield url, token
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def _page(browser: _Browser) -> Any:
    context = browser.opened.new_context(viewport={"width": 1280, "height": 800})
    context.add_cookies([browser.cookie])
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    return page


def _first_page(browser: _Browser, url: str) -> Line:
    """From asking to the page being drawn and listening, in a browser that has never seen it."""
    page = _page(browser)
    began = time.perf_counter()
    page.goto(f"{url}/compare")
    page.get_by_label("Name of the study").wait_for()
    page.wait_for_function("globalThis.socket?.connected || document.querySelector('.q-field')")
    took = time.perf_counter() - began
    page.context.close()
    return Line("dashboard.first_page", took, "s", 2.0, 2.0 / took, "baseline: what is allowed; an empty cache")


def _frames(browser: _Browser, url: str, frames: int) -> Iterator[Line]:
    for scenario in ("toy", "mediterranean"):
        page = _page(browser)
        page.goto(f"{url}/explore?scenario={scenario}")
        page.wait_for_selector("#explore[data-ready=true]")
        took = []
        for _ in range(frames):
            took.append(1000 * float(page.evaluate(STEP)))
        page.context.close()
        middle = statistics.median(took[1:])
        note = f"{frames} steps of 7 days, asking and drawing, median; the longest {max(took[1:]):.0f} ms"
        yield Line(
            f"dashboard.frame.{scenario}", middle, "ms", 200.0, 200.0 / middle, f"{note}; baseline: what is allowed"
        )


STEP = """async () => {
  const began = performance.now(), box = document.getElementById('explore'), before = document.getElementById('when').textContent;
  document.getElementById('step').click();
  while (document.getElementById('when').textContent === before) await new Promise(requestAnimationFrame);
  return (performance.now() - began) / 1000;
}"""


def _busy(browser: _Browser, url: str, clicks: int, end: str) -> Generator[Line, None, str]:
    """Answers of the server while all cores run a comparison; returns the address of the finished study."""
    page = _page(browser)
    page.goto(f"{url}/compare?example=2")
    page.get_by_label("Last day").fill(end)
    page.wait_for_selector("#command-1")
    page.wait_for_function(f"document.getElementById('command-0').textContent.includes('{end}')")
    page.click("#run-study")
    page.locator("#state", has_text=" gone").wait_for()
    other = _page(browser)
    other.goto(f"{url}/compare")
    other.get_by_role("button", name="Add an alternative").wait_for()
    took = []
    for _ in range(clicks):
        took.append(1000 * float(other.evaluate(ADD_AND_REMOVE)))
    running = page.locator("#state [data-state=running]").count() == 1
    went_on = "went on" if running else "had ended before the last"
    note = (
        f"{clicks} clicks that add or take away an alternative, median; the longest {max(took):.0f} ms; a run {went_on}"
    )
    middle = statistics.median(took)
    yield Line(
        "dashboard.interaction_while_running", middle, "ms", 200.0, 200.0 / middle, f"{note}; baseline: what is allowed"
    )
    other.context.close()
    page.wait_for_selector("#results[data-ready=true]")
    address = str(page.url)
    page.context.close()
    return address


ADD_AND_REMOVE = """async () => {
  const worlds = () => document.querySelectorAll('section.world').length, before = worlds();
  const name = (b) => b.getAttribute('aria-label') || b.textContent;
  const button = (words) => [...document.querySelectorAll('button')].find(b => name(b).includes(words));
  const began = performance.now();
  (button('Take away Alternative B') || button('Add an alternative')).click();
  while (worlds() === before) await new Promise(requestAnimationFrame);
  return (performance.now() - began) / 1000;
}"""


def _viewers(browser: _Browser, address: str) -> Line:
    """So many open the same results at once, each with an empty cache; then one alone."""
    wrong: list[str] = []

    def look(many: int) -> float:
        pages = [_page(browser) for _ in range(many)]
        for page in pages:
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.on("response", lambda answer: wrong.append(answer.url) if answer.status >= 400 else None)
        began = time.perf_counter()
        for page in pages:
            page.goto(address, wait_until="commit")
        for page in pages:
            page.wait_for_selector("#results[data-ready=true]")
        took = time.perf_counter() - began
        for page in pages:
            page.context.close()
        return took

    together, alone = look(VIEWERS), look(1)
    cores = f"server and browser on {os.cpu_count()} cores"
    note = f"{VIEWERS} viewers at once, {len(wrong)} errors, {cores}; baseline: {VIEWERS} times one"
    return Line("dashboard.ten_viewers", together, "s", VIEWERS * alone, VIEWERS * alone / together, note)
