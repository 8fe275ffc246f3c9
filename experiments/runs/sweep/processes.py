"""The launcher for one machine: a process for each worker, watched and replaced when it dies."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hydra.core.utils import JobReturn
from hydra.plugins.launcher import Launcher
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig

from mixflow.sim.base.errors import UserError

ONE_THREAD = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
"""Libraries that would start a thread a core in every worker."""

POLL_S = 0.05
MOST_STARTS = 1000
"""Workers started in place of dead ones, at most: runs that kill give up long before."""


class ProcessLauncher(Launcher):
    """Starts one process a job, waits for all, and replaces those that were killed."""

    def setup(self, *, hydra_context: HydraContext, task_function: TaskFunction, config: DictConfig) -> None:
        """Take the config of the sweep's workers."""
        self.config = config

    def launch(self, job_overrides: Sequence[Sequence[str]], initial_job_idx: int) -> Sequence[JobReturn]:
        """Run one worker for each job.

        Raises
        ------
        UserError
            What a worker said that could not go on.
        """
        folder, workers = Path(self.config.sweep), len(job_overrides)
        launch = str(self.config.launch)
        crew = [_Member(folder, launch, number, workers) for number in range(workers)]
        starts = workers
        try:
            while any(member.running() for member in crew):
                for member in crew:
                    if member.refused():
                        raise UserError(member.said())
                    if member.killed():
                        starts += 1
                        if starts > MOST_STARTS:
                            raise UserError(f"workers die again and again; what they said is in {folder / 'logs'}.")
                        member.start()
                time.sleep(POLL_S)
            for member in crew:
                if member.refused():
                    raise UserError(member.said())
        finally:
            _end(crew)
        return []


class _Member:
    """A worker's place in the crew, whichever process fills it."""

    def __init__(self, folder: Path, launch: str, number: int, workers: int) -> None:
        self._log = folder / "logs" / f"{launch}-{number}.txt"
        command = [
            sys.executable,
            "-m",
            "mixflow.experiments.runs.sweep.worker",
            str(folder),
            "--launch",
            launch,
            "--wait",
        ]
        self._command = [*command, "--worker", str(number), "--workers", str(workers), "--parent", str(os.getpid())]
        self.start()

    def start(self) -> None:
        environment = {**os.environ, **dict.fromkeys(ONE_THREAD, "1")}
        with self._log.open("a", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, start_new_session=True
            )

    def running(self) -> bool:
        """Whether it works; also true for one that was killed and is to be replaced."""
        return self.process.poll() is None or self.killed()

    def refused(self) -> bool:
        """Whether it ended because no worker can go on."""
        return self.process.poll() not in (None, 0) and not self.killed()

    def killed(self) -> bool:
        code = self.process.poll()
        return code is not None and (code < 0 or code == 130)

    def said(self) -> str:
        """The last line it wrote, without the program's name."""
        lines = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return (lines[-1] if lines else "a worker ended without a word").removeprefix("mixflow: ").rstrip(".") + "."


def _end(crew: Sequence[Any]) -> None:
    """Ask those who still work to end, so that they let go of their runs; then make them."""
    for member in crew:
        if member.process.poll() is None:
            member.process.terminate()
    for member in crew:
        try:
            member.process.wait(10)
        except subprocess.TimeoutExpired:
            member.process.kill()
            member.process.wait()
