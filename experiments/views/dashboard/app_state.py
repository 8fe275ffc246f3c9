"""What the pages of one server share: the folder of results, jobs, living models, processes that read, answers that are kept."""

import asyncio
import json
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

from mixflow.sim.base.errors import UserError
from mixflow.sim.base.integrity import ResultsDamaged

from . import results
from .jobs import JobQueue
from .live import LiveSessions
from .process_pool import WorkerPool
from .safe_paths import Workspace, read_json
from .study import Study, read

KEPT = 24
"""Answers that are kept for others who ask the same."""


class AppState:
    """Everything that outlives a page.

    Parameters
    ----------
    runs_dir
        The folder of results as the user wrote it.
    """

    def __init__(self, runs_dir: str) -> None:
        self.workspace = Workspace(runs_dir)
        self.job_queue = JobQueue(self.workspace)
        self.live_sessions = LiveSessions()
        self.process_pool = WorkerPool()
        self._kept: OrderedDict[Any, Any] = OrderedDict()
        self._asking: dict[Any, asyncio.Future[Any]] = {}

    def study(self, name: str) -> Study:
        """A study that was kept.

        Raises
        ------
        UserError
            When it is not there.
        """
        path = self.workspace.study(name) / "study.json"
        found = read_json(path)
        if not found and path.exists():
            raise ResultsDamaged(path.parent, [path.name], "open or build the study again")
        if not found:
            raise UserError(f"the study {name} is not there: its folder has vanished, or it was never run or saved.")
        return read(found)

    def references(self, name: str) -> list[results.Reference]:
        """The comparisons of a study that was run, with the titles of its alternatives."""
        return _named(self.study(name), read_json(self.workspace.study(name) / "results.json"))

    def opened(self, name: str) -> tuple[Study, list[results.Reference]]:
        """A study that was opened from a file, and its comparisons.

        Raises
        ------
        UserError
            When it is not there.
        """
        folder = self.workspace.opened(name)
        found = read_json(folder / "study.json")
        if not found:
            raise UserError(f"the opened study {name} is not there any more. Open its file again.")
        study = read(found)
        return study, _named(study, read_json(folder / "results.json"))

    async def shown(self, references: Sequence[results.Reference], opened: str = "") -> dict[str, Any]:
        """What a page shows of comparisons; several who ask at once wait for one answer."""
        folders = [results.folder_of(self.workspace, scenario, name, opened) for _, scenario, name in references]
        try:
            stamps = tuple((folder / "effects.parquet").stat().st_mtime_ns for folder in folders)
        except OSError as error:
            raise UserError(f"the results have vanished: {error.filename}. Run the study again.") from error
        key = (tuple(references), opened, stamps)
        found = await self._once(key, results.view, str(self.workspace.root), list(references), opened)
        assert isinstance(found, dict)
        return found

    async def _once(self, key: Any, work: Callable[..., Any], *given: Any) -> Any:
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        if key not in self._asking:
            self._asking[key] = asyncio.ensure_future(self.process_pool.run(work, *given))
        try:
            answer = await asyncio.shield(self._asking[key])
        finally:
            if key in self._asking and self._asking[key].done():
                del self._asking[key]
        self._kept[key] = answer
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return answer

    async def end(self) -> None:
        """End all that runs."""
        await self.job_queue.end()
        await self.live_sessions.end()
        self.process_pool.end()


def _named(study: Study, found: dict[str, Any]) -> list[results.Reference]:
    named = []
    for key, pair in sorted(found.items()):
        if key.isdigit() and int(key) < len(study.sides) and isinstance(pair, list) and len(pair) == 2:
            named.append((study.called(int(key)), str(pair[0]), str(pair[1])))
    return named


def compact(content: Any) -> str:
    """JSON for a script: short, and safe inside a page."""
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c")
