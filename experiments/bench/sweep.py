"""Sweeps: what they cost beside their runs, against a bare loop over the same runs, and how fast a catalogue opens."""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mixflow.sim.accounts.results import RECORD
from mixflow.sim.base.integrity import sealed

from ..runs.catalogue import Catalogue
from ..runs.override_text import quoted
from ..runs.sweep.driver import carry_out
from ..runs.sweep.launch import chosen
from ..runs.sweep.overrides import asked
from ..runs.sweep.plan import SweepPlan, planned, write
from ..runs.sweep.processes import ONE_THREAD
from .line import Line
from .machine import machine_cpu, usable_cores

ALLOWED_S = 0.3
"""What a sweep may cost beside its runs, a run."""

BARE = """
import sys
from pathlib import Path
from mixflow.experiments.runs.progress import Progress
from mixflow.experiments.runs.run import execute
from mixflow.experiments.runs.sweep.plan import read
plan = read(Path(sys.argv[1]))
for run in plan.runs[int(sys.argv[2])::int(sys.argv[3])]:
    with Progress(quiet=True) as progress:
        execute(plan.config(run), run.name, plan.final(run), progress)
"""
"""What somebody would write who needs no sweep: a loop over the same runs, one process a core."""


ROUNDS = ("sweep", "bare", "bare", "sweep")
"""Turn and turn about, so that what others do on the machine meets both alike."""


@dataclass(frozen=True)
class Spent:
    """What runs took, all processes together.

    Parameters
    ----------
    wall
        Seconds from the first process to the last.
    cpu
        Seconds of processors by the processes that were started, and by this one.
    left
        Seconds of processors in that time which nobody else on the machine used.
    """

    wall: float
    cpu: float
    left: float

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(self.wall + other.wall, self.cpu + other.cpu, self.left + other.left)


def sweeping(runs: int, end: str) -> Iterator[Line]:
    """Sweep over equal runs of the toy world, and the same runs in a bare loop, in turns."""
    cores = usable_cores()
    spent: dict[str, Spent] = {}
    noted = Spent(0.0, 0.0, 0.0)
    with tempfile.TemporaryDirectory() as folder:
        _swept(_plan(Path(folder) / "warm", cores, end))  # kernels are compiled, files are in memory
        for number, who in enumerate(ROUNDS):
            plan = _plan(Path(folder) / str(number), runs, end)
            took = _taken(_swept if who == "sweep" else _looped, plan, cores)
            spent[who] = spent[who] + took if who in spent else took
            if who == "sweep":
                noted += _recorded(plan)
            shutil.rmtree(plan.root)
    ours, bare = spent["sweep"], spent["bare"]
    total = runs * ROUNDS.count("sweep")
    others = 1.0 - (ours.left + bare.left) / (cores * (ours.wall + bare.wall))
    note = f"{total} runs of the toy world to {end}, {cores} workers, {others:.0%} of the machine used by others"
    yield _overhead("sweep_overhead", (ours.wall - noted.wall / cores) / total, f"wall less runs, over runs; {note}")
    yield _overhead("sweep_overhead_cpu", (ours.cpu - noted.cpu) / total, f"CPU less that of runs, over runs; {note}")
    yield Line(
        "sweep_busy",
        100 * ours.cpu / ours.left,
        "% of cores",
        90.0,
        ours.cpu / ours.left / 0.9,
        f"of what others left; baseline: what is wanted; {note}",
    )
    loop = f"baseline: a bare loop in as many processes, in turns; {note}"
    yield Line("sweep_throughput", total / ours.wall, "runs/s", total / bare.wall, bare.wall / ours.wall, loop)
    yield Line("sweep_throughput_cpu", total / ours.cpu, "runs/s of CPU", total / bare.cpu, bare.cpu / ours.cpu, loop)


def _overhead(name: str, seconds: float, note: str) -> Line:
    return Line(name, seconds, "s/run", ALLOWED_S, ALLOWED_S / max(seconds, 1e-9), f"baseline: what is allowed; {note}")


def cataloguing(runs: int) -> Iterator[Line]:
    """Open a catalogue of so many runs for the first time, and again."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "runs"
        plan = _plan(root, 1, "2009-01-31")
        _swept(plan)
        model = plan.final(plan.runs[0])
        record = json.loads((model / "record.json").read_text(encoding="utf-8"))
        aside = model.rename(Path(folder) / "model")
        shutil.rmtree(root)
        for seed in range(runs):
            made = root / "toy" / f"{record['config_hash']}-{seed}"
            made.mkdir(parents=True)
            config = {**record["config"], "seed": seed}
            (made / RECORD).write_text(json.dumps(sealed({**record, "config": config})), encoding="utf-8")
            for name in record["files"]:
                (made / name).hardlink_to(aside / name)
        first, again = _opened(root, runs), _opened(root, runs)
    yield Line("catalogue_first", first, "s", None, None, f"{runs} records and summaries read, all files looked at")
    yield Line(
        "catalogue_again",
        again,
        "s",
        first,
        first / again,
        f"{runs} runs, kept in one Parquet file; baseline: the first time",
    )


def _plan(root: Path, runs: int, end: str) -> SweepPlan:
    command = ["scenario=toy", f"end={end}", f"seed=range(0,{runs})", f"runs_dir={quoted(str(root))}"]
    wanted = asked(command)
    return planned(root.absolute(), command, wanted.bases, wanted.points)


def _swept(plan: SweepPlan) -> None:
    if carry_out(plan, chosen([]), quiet=True):
        raise RuntimeError("runs of the benchmark failed")


def _looped(plan: SweepPlan) -> None:
    cores = usable_cores()
    folder = write(plan)
    environment = {**os.environ, **dict.fromkeys(ONE_THREAD, "1")}
    crew = [
        subprocess.Popen([sys.executable, "-c", BARE, str(folder), str(number), str(cores)], env=environment)
        for number in range(cores)
    ]
    if any(process.wait() for process in crew):
        raise RuntimeError("the bare loop failed")


def _taken(work: Callable[[SweepPlan], None], plan: SweepPlan, cores: int) -> Spent:
    began, cpu, machine = time.perf_counter(), _cpu(), machine_cpu()
    work(plan)
    wall, ours = time.perf_counter() - began, _cpu() - cpu
    others = 0.0 if machine is None else max(0.0, (machine_cpu() or 0.0) - machine - ours)
    return Spent(wall, ours, max(cores * wall - others, ours))


def _recorded(plan: SweepPlan) -> Spent:
    """What the runs of a plan noted of themselves: seconds as their workers saw them, of their processors as in their records."""
    lines = [
        json.loads(line)
        for path in (plan.folder / "journal").glob("*.jsonl")
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    records = [json.loads((plan.final(run) / "record.json").read_text(encoding="utf-8")) for run in plan.runs]
    return Spent(sum(line.get("wall_s", 0.0) for line in lines), sum(record["cpu_s"] for record in records), 0.0)


def _cpu() -> float:
    """Seconds of processors of this process and of those that it has waited for."""
    return sum(
        used.ru_utime + used.ru_stime
        for used in (resource.getrusage(resource.RUSAGE_CHILDREN), resource.getrusage(resource.RUSAGE_SELF))
    )


def _opened(root: Path, runs: int) -> float:
    began = time.perf_counter()
    found = len(Catalogue(root).frame())
    if found != runs:
        raise RuntimeError(f"the catalogue has {found} runs and not {runs}")
    return time.perf_counter() - began
