"""The process of one job: compares what a study asks, or runs a case, and keeps its progress in a small file.

The module `jobs` starts one by `python -m mixflow.experiments.views.dashboard.work study FOLDER RUNS_DIR`. It may be killed at any
moment; the same job goes on where it was.
"""

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from mixflow.sim.accounts.results import is_complete
from mixflow.sim.base.errors import UserError

from ...runs.config import composed
from ...studies.compare.driver import answered, plan_of
from ...studies.compare.policies import check
from ...studies.compare.question import Question, asked
from ...studies.compare.store import FILE
from ..report.page import write_report
from .cases import lines as lines_of_case
from .own_policies import policy_folder
from .safe_paths import Workspace, read_json, write_json
from .study import Study, lines, read

POLL_S = 0.4


class Notes:
    """The file of a job's progress: state, what is being done, how much of how much.

    Parameters
    ----------
    folder
        The job's.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "progress.json"
        self._lock = threading.Lock()
        self._now: dict[str, Any] = {"state": "running", "what": "", "done": 0, "total": 0}

    def say(self, **changes: Any) -> None:
        """Change some of it."""
        with self._lock:
            if any(self._now.get(key) != value for key, value in changes.items()) or not self._path.exists():
                self._now |= changes
                write_json(self._path, self._now)


@contextlib.contextmanager
def counting(notes: Notes, count: Callable[[], int]) -> Iterator[None]:
    """Note how many runs are there, from a thread of its own."""
    end, parent = threading.Event(), os.getppid()

    def follow() -> None:
        while not end.wait(POLL_S):
            notes.say(done=count())
            if os.getppid() != parent:  # the server is gone, and nobody could cancel this any more
                os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=follow, daemon=True)
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join()


def compare_all(study: Study, folder: Path, workspace: Workspace, notes: Notes) -> None:
    """Answer every alternative of a study; runs that several share are run once.

    Raises
    ------
    UserError
        When something is not allowed, or runs failed.
    """
    path = policy_folder(study, workspace)
    questions = {k: asked(lines(study, k, workspace.given, path)) for k in study.asked}
    if not questions:
        raise UserError("no alternative differs from the base: add a policy to one.")
    for question in questions.values():
        check(question)
    finals = {
        plan.final(run)
        for plan in (plan_of(question, workspace.root) for question in questions.values())
        for run in plan.runs
    }
    there: set[Path] = set()

    def count() -> int:
        there.update(final for final in finals - there if is_complete(final))
        return len(there)

    first = count()
    notes.say(total=len(finals), done=first, there=first, what="simulating")
    found: dict[str, list[str]] = {}
    with counting(notes, count):
        for k, question in questions.items():
            notes.say(what=f"{study.called(k)}: simulating, then comparing")
            found[str(k)] = _compared(question, study.called(k))
    write_json(folder / "results.json", found)


def _compared(question: Question, name: str) -> list[str]:
    if not (question.folder / FILE).exists() and answered(question, write_report) is None:
        raise UserError(f"{name}: runs failed. The log says why.")
    return [question.folder.parent.name, question.folder.name]


def run_case(folder: Path, workspace: Workspace, notes: Notes) -> None:
    """Run an uploaded case.

    Raises
    ------
    UserError
        When a file of the case is wrong.
    """
    from ...runs.identity import run_folder, run_name
    from ...runs.run import run

    notes.say(what="reading the case and simulating", total=1)
    config = composed(lines_of_case(folder / "case", workspace.given))
    run(config)
    write_json(folder / "results.json", {"run": ["displacement", run_folder(config, run_name(config)).name]})
    notes.say(done=1)


def main(argv: Sequence[str]) -> int:
    """Do a job: kind, its folder, and the folder of results as the user wrote it."""
    kind, folder, workspace = argv[0], Path(argv[1]), Workspace(argv[2])
    signal.signal(signal.SIGTERM, _interrupted)
    os.nice(10)
    notes = Notes(folder)
    notes.say(what="preparing")
    try:
        if kind == "case":
            run_case(folder, workspace, notes)
        else:
            compare_all(read(read_json(folder / "study.json")), folder, workspace, notes)
    except UserError as error:
        print(f"mixflow: {error}", file=sys.stderr)
        notes.say(state="failed", error=str(error))
        return 2
    except KeyboardInterrupt:
        return 130
    notes.say(state="done", what="")
    return 0


def _interrupted(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
