"""The launcher for clusters: an array of SLURM jobs through submitit, each a worker that takes many runs."""

import math
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hydra.core.utils import JobReturn
from hydra.plugins.launcher import Launcher
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig, OmegaConf

from mixflow.sim.base.errors import UserError

from .cost import RunCost, measured
from .plan import SweepPlan, read
from .worker import WorkerOptions, work

START_S = 180.0
"""A job's time before its first run: Python starts, and kernels may have to be compiled."""

SLACK = 1.5
"""A job asks for so many times what runs were measured to take and to need."""

PILOT_MIN, PILOT_GB = 120, 8
"""What the first run asks for where nothing is measured yet."""

WHOLE = ("cpus_per_task", "minutes_per_job", "max_jobs", "array_parallelism", "signal_delay_s", "max_num_timeout")
TEXTS = ("partition", "account", "qos", "constraint")
MOST = 10_000_000
"""The largest number that a setting may have: minutes of 19 years."""

POLL_S = 2.0
SMALL_JOBS = 10
"""Runs that are short are still shared among this many jobs, as long as each gets as many runs."""


@dataclass(frozen=True)
class Ask:
    """What an array of jobs asks for.

    Parameters
    ----------
    jobs
        How many.
    timeout_min, mem_gb
        Time limit and memory of each.
    until_s
        When a job takes no more runs, in seconds after its start.
    most
        Runs a job may do; None: as many as it can.
    """

    jobs: int
    timeout_min: int
    mem_gb: int
    until_s: float
    most: int | None = None


def ask(settings: Mapping[str, Any], cost: RunCost | None, runs: int) -> Ask:
    """Return what to ask for: from what runs were measured to cost, unless the user has said it.

    Where neither is known, one job does one run, and the next array knows.
    """
    timeout, memory = settings["timeout_min"], settings["mem_gb"]
    if cost is None:
        wall, rss = 60.0 * PILOT_MIN / 4, None
        if timeout is None or memory is None:
            minutes = PILOT_MIN if timeout is None else timeout
            return Ask(1, minutes, PILOT_GB if memory is None else memory, 60.0 * minutes, 1)
        wall = 60.0 * timeout / 4
    else:
        wall, rss = cost.wall_s, cost.rss_mb
    at_once = math.ceil(runs * wall / (60.0 * settings["minutes_per_job"]))
    jobs = max(at_once, min(SMALL_JOBS, math.ceil(runs / SMALL_JOBS)))
    jobs = max(1, min(jobs, settings["max_jobs"], runs))
    if timeout is None:
        timeout = math.ceil((START_S + SLACK * wall * math.ceil(runs / jobs) + settings["signal_delay_s"]) / 60.0)
    if memory is None:
        memory = math.ceil((SLACK * (rss or 1000.0) + 500.0) / 1024.0)
    return Ask(jobs, timeout, memory, max(60.0 * timeout - settings["signal_delay_s"] - SLACK * wall, 1.0))


def jobs(settings: Mapping[str, Any], plan: SweepPlan, runs: int) -> int:
    """How many jobs an array has."""
    check(settings)
    return ask(settings, measured(plan), runs).jobs


def check(settings: Mapping[Any, Any]) -> None:
    """Refuse settings that no job could have.

    Raises
    ------
    UserError
        When a value is of another kind than its setting.
    """
    for key in ("timeout_min", "mem_gb", *WHOLE):
        given = settings[key]
        if given is None and key not in WHOLE:
            continue
        if isinstance(given, bool) or not isinstance(given, int) or not 1 <= given <= MOST:
            raise UserError(f"hydra.launcher.{key}={given}: a whole number from 1 to {MOST}.")
    for key in TEXTS:
        given = settings[key]
        if given is not None and not isinstance(given, str | int):
            raise UserError(f"hydra.launcher.{key}={given}: a name.")
    setup, more = settings["setup"], settings["additional_parameters"]
    if not isinstance(setup, list) or not all(isinstance(line, str) for line in setup):
        raise UserError(f"hydra.launcher.setup={setup}: a list of shell commands, '[\"module load python\"]'.")
    if not isinstance(more, dict) or not all(isinstance(value, str | int | float) for value in more.values()):
        raise UserError(f"hydra.launcher.additional_parameters={more}: options of sbatch, '{{reservation: NAME}}'.")


class ClusterWorker:
    """A worker in a SLURM job. When SLURM warns that it will end the job, it is queued again."""

    def __init__(self, order: WorkerOptions, seconds: float) -> None:
        self.order, self.seconds = order, seconds

    def __call__(self) -> int:
        """Work until there is nothing to take, or no time for another run."""
        return work(WorkerOptions(**{**vars(self.order), "until": time.time() + self.seconds}))

    def checkpoint(self) -> Any:
        """What submitit calls when time is up or the job is preempted: the same again."""
        from submitit.helpers import DelayedSubmission

        return DelayedSubmission(self)


class SlurmLauncher(Launcher):
    """Submits one array of jobs, or finds the one that an earlier command left, and waits for its end."""

    def setup(self, *, hydra_context: HydraContext, task_function: TaskFunction, config: DictConfig) -> None:
        """Take the config of the sweep's workers."""
        self.config = config

    def launch(self, job_overrides: Sequence[Sequence[str]], initial_job_idx: int) -> Sequence[JobReturn]:
        """Run one worker for each job.

        Raises
        ------
        UserError
            When SLURM takes no jobs.
        """
        folder = Path(self.config.sweep)
        plan = read(folder)
        name = f"mixflow-{plan.name}"
        try:
            if not _queued(name):
                self._submit(plan, name, len(job_overrides), str(self.config.launch))
            while states := _queued(name):
                if "R" not in states and not plan.missing():
                    _cancel(name)  # queued again, or never begun, and not needed any more
                    break
                time.sleep(POLL_S)
        except KeyboardInterrupt:
            _cancel(name)
            raise
        return []

    def _submit(self, plan: SweepPlan, name: str, workers: int, launch: str) -> None:
        import submitit

        settings: Any = OmegaConf.to_container(self.config.hydra.launcher, resolve=True)
        wanted = ask(settings, measured(plan), len(plan.missing()))
        folder = plan.folder / "logs" / launch
        try:
            executor = submitit.AutoExecutor(
                folder=str(folder), cluster="slurm", slurm_max_num_timeout=settings["max_num_timeout"]
            )
            executor.update_parameters(**_parameters(settings, wanted, name))
            orders = [
                ClusterWorker(WorkerOptions(plan.folder, number, workers, launch, most=wanted.most), wanted.until_s)
                for number in range(workers)
            ]
            with executor.batch():
                for order in orders:
                    executor.submit(order)
        except (RuntimeError, OSError, submitit.core.utils.FailedSubmissionError) as error:
            raise UserError(f"SLURM takes no jobs: {_last_line(error)}") from error


def _parameters(settings: Mapping[str, Any], wanted: Ask, name: str) -> dict[str, Any]:
    named = {f"slurm_{key}": settings[key] for key in ("partition", "account", "qos", "constraint") if settings[key]}
    return {
        **named,
        "name": name,
        "timeout_min": wanted.timeout_min,
        "mem_gb": wanted.mem_gb,
        "cpus_per_task": settings["cpus_per_task"],
        "slurm_array_parallelism": settings["array_parallelism"],
        "slurm_signal_delay_s": settings["signal_delay_s"],
        "slurm_setup": list(settings["setup"]) or None,
        "slurm_additional_parameters": dict(settings["additional_parameters"]),
    }


def _cancel(name: str) -> None:
    subprocess.run(["scancel", f"--name={name}"], check=False)


def _queued(name: str) -> list[str]:
    """The states of the jobs of this name; asked of the queue, since not every cluster keeps accounts."""
    said = "it took more than a minute"
    for _ in range(5):
        try:
            found = subprocess.run(
                ["squeue", "--noheader", "--format=%t", f"--name={name}"],
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
        except subprocess.TimeoutExpired:
            continue
        if found.returncode == 0:
            return found.stdout.split()
        said = found.stderr.strip() or f"squeue ended with {found.returncode}"
        time.sleep(POLL_S)  # the controller may be restarting
    raise UserError(f"SLURM does not answer: {said.splitlines()[-1]}")


def _last_line(error: Exception) -> str:
    return str(error).strip().splitlines()[-1] if str(error).strip() else type(error).__name__
