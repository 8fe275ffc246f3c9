"""What a dashboard keeps is bounded, however many ask; and what lies in the folder of results of one user is not for another."""

import asyncio
import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from dashboard_server import serving

pytest.importorskip("nicegui", reason="the extra 'dashboard' is not installed")

from mixflow.experiments.views.dashboard import jobs, live, server
from mixflow.experiments.views.dashboard.jobs import Job, JobQueue
from mixflow.experiments.views.dashboard.process_pool import WorkerPool
from mixflow.experiments.views.dashboard.safe_paths import Workspace, write_json
from mixflow.sim.base.errors import UserError


class _World:
    def __init__(self) -> None:
        self.process = SimpleNamespace(returncode=None)
        self.used, self.lock = live.time.monotonic(), asyncio.Lock()

    async def warm(self) -> None:
        await asyncio.sleep(0)

    async def ask(self, question: Any) -> dict[str, Any]:
        await asyncio.sleep(0)
        return {}

    async def end(self) -> None:
        return


def test_fifty_who_ask_at_once_get_no_more_worlds_than_there_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = []

    async def started() -> _World:
        begun.append(1)
        await asyncio.sleep(0.01)
        return _World()

    async def ask() -> list[Any]:
        theatre = live.LiveSessions()
        return await asyncio.gather(*(theatre.open([]) for _ in range(50)), return_exceptions=True)

    monkeypatch.setattr(live, "_started", started)
    answers = asyncio.run(ask())
    assert len(begun) == live.MOST
    assert sum(isinstance(answer, dict) for answer in answers) == live.MOST
    assert all(isinstance(answer, dict | UserError) for answer in answers)


def test_a_place_is_free_again_where_a_process_could_not_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    async def started() -> _World:
        raise OSError("no room")

    async def ask() -> int:
        theatre = live.LiveSessions()
        for _ in range(live.MOST + 1):
            with pytest.raises(OSError, match="no room"):
                await theatre.open([])
        return theatre._opening

    monkeypatch.setattr(live, "_started", started)
    assert asyncio.run(ask()) == 0


def test_ended_jobs_are_forgotten_and_their_files_still_say_how_they_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run(self: JobQueue, job: Job) -> None:
        job.state = "done"

    async def many(count: int) -> JobQueue:
        board = JobQueue(Workspace(str(tmp_path)))
        for k in range(count):
            folder = tmp_path / f"{k:012d}"
            folder.mkdir()
            board.start("study", folder)
            task = board._jobs[folder].task
            assert task is not None
            await task
        return board

    monkeypatch.setattr(JobQueue, "_run", run)
    board = asyncio.run(many(jobs.MOST_ENDED + 30))
    assert len(board._jobs) == jobs.MOST_ENDED + 1
    assert board.progress_of(tmp_path / f"{0:012d}")["state"] == "done"


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def usual_rights() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.usefixtures("usual_rights")
def test_what_a_dashboard_keeps_is_for_its_user_alone(tmp_path: Path) -> None:
    """The folder of the pages has studies and uploads; the page with the token has the key to all."""
    workspace = Workspace(str(tmp_path / "runs"))
    assert workspace.keep_private() == ""
    assert (_mode(workspace.root), _mode(workspace.own)) == (0o700, 0o700)
    assert _mode(server._door(tmp_path, "http://127.0.0.1:1/?token=secret")) == 0o600
    workspace.root.chmod(0o755)
    workspace.own.chmod(0o755)
    assert workspace.keep_private() == ""
    assert (_mode(workspace.root), _mode(workspace.own)) == (0o755, 0o700), "results that were there keep their rights"
    workspace.own.rmdir()
    workspace.own.write_text("a file")
    assert workspace.keep_private() == "file exists"


@pytest.mark.slow
@pytest.mark.usefixtures("usual_rights")
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can be another user")
def test_another_user_reads_neither_studies_nor_pages(tmp_path: Path) -> None:
    made = Path(tempfile.mkdtemp(prefix="mixflow-test-"))  # pytest's own folders are closed to others anyway
    made.chmod(0o755)
    try:
        with serving(made / "runs") as served:
            study = Workspace(str(served.root)).study("0123456789ab") / "study.json"
            write_json(study, {"title": "secret"})
            served.root.chmod(0o755)
            look = f"for f in {study} {served.root}/dashboard; do cat $f && ls $f; done; cat /proc/{served.process.pid}/environ"
            found = subprocess.run(
                ["sh", "-c", look], user=65534, group=65534, extra_groups=[], capture_output=True, text=True
            )
            assert found.stdout == ""
            assert found.stderr.count("Permission denied") >= 3
            assert served.token not in Path(f"/proc/{served.process.pid}/cmdline").read_text()
            assert served.get("/", Cookie="x=y")[0] == 401
    finally:
        shutil.rmtree(made)


def test_who_waits_for_a_pool_that_is_ended_for_another_is_told_so() -> None:
    """One question that takes too long ends the processes; the others that wait hear it, and get no failure of the server."""

    class Never:
        _processes: ClassVar[dict[int, Any]] = {}

        def submit(self, *given: Any) -> Future[Any]:
            self.future: Future[Any] = Future()
            return self.future

        def shutdown(self, wait: bool, cancel_futures: bool) -> None:
            self.future.cancel()

    async def ask() -> None:
        pool = WorkerPool.__new__(WorkerPool)
        pool._pool = slow = Never()  # type: ignore[assignment]
        pool._made = Never  # type: ignore[assignment,method-assign]
        waiting = asyncio.create_task(pool.run(os.getpid))
        await asyncio.sleep(0)
        pool._again(slow)  # type: ignore[arg-type]
        await waiting

    with pytest.raises(UserError, match="ended with other work"):
        asyncio.run(ask())
