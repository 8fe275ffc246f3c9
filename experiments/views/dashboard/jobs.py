"""Jobs of all pages: a queue, one process at a time, its progress, its end, its log. Nothing here computes."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mixflow.sim.base.errors import UserError
from mixflow.sim.base.reading import checked_file

from .safe_paths import Workspace, read_json, write_json

AT_ONCE = 1
"""Jobs that run at a time; each uses all cores."""

MOST_WAITING = 20
MOST_ENDED = 100
"""Jobs that ended and are still known to the server; of others the file in their folder says how they ended."""
LONGEST_S = 12 * 3600.0
SHOWN = 200
"""Lines of a log that a page shows."""


@dataclass
class Job:
    """One job: its kind (`study` or `case`), folder, state, and process while it runs."""

    kind: str
    folder: Path
    state: str = "waiting"
    error: str = ""
    process: asyncio.subprocess.Process | None = None
    task: "asyncio.Task[None] | None" = None
    began: float = 0.0


class JobQueue:
    """All jobs of a server.

    Parameters
    ----------
    shelf
        The folder of results.
    longest_s
        Seconds after which a job is ended.
    """

    def __init__(self, workspace: Workspace, longest_s: float = LONGEST_S) -> None:
        self.workspace, self.longest_s = workspace, longest_s
        self._jobs: dict[Path, Job] = {}
        self._turn = asyncio.Semaphore(AT_ONCE)

    def start(self, kind: str, folder: Path) -> None:
        """Put a job into the queue, unless it is there or runs.

        Raises
        ------
        UserError
            When too many wait.
        """
        job = self._jobs.get(folder)
        if job is not None and job.state in ("waiting", "running"):
            return
        if len(self._waiting()) >= MOST_WAITING:
            raise UserError(f"{MOST_WAITING} jobs wait already. Try again when some are done.")
        self._forget()
        (folder / "progress.json").unlink(missing_ok=True)
        job = self._jobs[folder] = Job(kind, folder)
        job.task = asyncio.create_task(self._carry_out(job))

    def _waiting(self) -> list[Job]:
        return [job for job in self._jobs.values() if job.state == "waiting"]

    def _forget(self) -> None:
        """Drop the jobs that ended first: a server that runs for months keeps no more."""
        ended = [folder for folder, job in self._jobs.items() if job.task is not None and job.task.done()]
        for folder in ended[: max(len(ended) - MOST_ENDED, 0)]:
            del self._jobs[folder]

    async def _carry_out(self, job: Job) -> None:
        try:
            async with self._turn:
                await self._run(job)
        except asyncio.CancelledError:
            job.state = "cancelled"
        except OSError as error:
            job.state, job.error = "failed", f"the job could not be started: {error.strerror}."
        if job.folder.is_dir():
            kept = read_json(job.folder / "progress.json")
            with contextlib.suppress(UserError):
                write_json(job.folder / "progress.json", {**kept, "state": job.state, "error": job.error})

    async def _run(self, job: Job) -> None:
        job.state, job.began = "running", time.monotonic()
        with (job.folder / "log.txt").open("wb") as log:
            job.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "mixflow.experiments.views.dashboard.work", job.kind, str(job.folder), self.workspace.given,
                stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        try:
            code = await asyncio.wait_for(job.process.wait(), self.longest_s)
        except TimeoutError:
            await _end(job.process)
            job.state, job.error = "failed", f"it took longer than {self.longest_s / 3600:g} hours and was ended."
            return
        except asyncio.CancelledError:
            await asyncio.shield(_end(job.process))
            raise
        said = read_json(job.folder / "progress.json")
        if code == 0 and said.get("state") == "done":
            job.state = "done"
        elif code == 2:
            job.state, job.error = "failed", str(said.get("error", ""))
        else:
            job.state, job.error = "failed", f"the process died ({_why(code)}). Its log says what it did last."

    async def cancel(self, folder: Path) -> None:
        """End a job that waits or runs; what it has done is kept."""
        job = self._jobs.get(folder)
        if job is not None and job.task is not None and not job.task.done():
            job.task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await job.task
            job.state = "cancelled"

    def progress_of(self, folder: Path) -> dict[str, Any]:
        """What a page shows of a job: state, error, what is being done, how much of how much, how many are before it."""
        said: Mapping[str, Any] = read_json(folder / "progress.json")
        job = self._jobs.get(folder)
        state = job.state if job is not None else str(said.get("state", "new"))
        if job is None and state in ("running", "waiting"):
            state = "stopped"  # the server that ran it is gone
        error = job.error if job is not None else str(said.get("error", ""))
        before = 0
        if state == "waiting" and job is not None:
            before = self._waiting().index(job) + 1
        return {
            "state": state,
            "error": error,
            "what": str(said.get("what", "")),
            "done": int(said.get("done", 0) or 0),
            "total": int(said.get("total", 0) or 0),
            "before": before,
            "there": int(said.get("there", 0) or 0),
            "gone": time.monotonic() - job.began if state == "running" and job is not None else 0.0,
        }

    async def end(self) -> None:
        """End all."""
        for folder in list(self._jobs):
            await self.cancel(folder)


def log_of(folder: Path) -> str:
    """The last lines of a job's log."""
    try:
        checked_file(folder / "log.txt")
        text = (folder / "log.txt").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "There is no log."
    return "\n".join(text.splitlines()[-SHOWN:]) or "The log is empty."


async def _end(process: asyncio.subprocess.Process) -> None:
    """Ask politely, so that runs are let go of; then make it end."""
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), 12)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


def _why(code: int) -> str:
    try:
        return signal.Signals(-code).name if code < 0 else f"code {code}"
    except ValueError:
        return f"code {code}"
