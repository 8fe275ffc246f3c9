"""Sweeps: what they cost beside their runs, against a bare loop over the same runs, and how fast a catalogue opens."""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from ..catalogue import Catalogue
from ..sweep.driver import carry_out
from ..sweep.launch import chosen
from ..sweep.overrides import asked
from ..sweep.plan import Plan, planned, write
from ..sweep.processes import ONE_THREAD
from .line import Line

BARE = """
import sys
from pathlib import Path
from mixflow.experiments.progress import Progress
from mixflow.experiments.run import execute
from mixflow.experiments.sweep.plan import read
plan = read(Path(sys.argv[1]))
for run in plan.runs[int(sys.argv[2])::int(sys.argv[3])]:
    with Progress(quiet=True) as progress:
        execute(plan.config(run), run.name, plan.final(run), progress)
"""
"""What somebody would write who needs no sweep: a loop over the same runs, one process a core."""


def sweeping(runs: int, end: str) -> Iterator[Line]:
    """Sweep over equal runs of the toy world, and the same runs in a bare loop."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as folder:
        _swept(_plan(Path(folder) / "warm", cores, end))  # kernels are compiled, files are in memory
        plan = _plan(Path(folder) / "sweep", runs, end)
        before = _children()
        wall = _swept(plan)
        busy = _children() - before
        inside = sum(_noted(plan))
        bare = _looped(_plan(Path(folder) / "bare", runs, end), cores)
    note = f"{runs} runs of the toy world to {end}, {cores} workers"
    over = (wall - inside / cores) / runs
    yield Line(
        "sweep_overhead",
        over,
        "s/run",
        0.3,
        0.3 / max(over, 1e-9),
        f"wall less runs, over runs; baseline: what is allowed; {note}",
    )
    yield Line(
        "sweep_busy",
        100 * busy / (wall * cores),
        "% of cores",
        90.0,
        busy / (wall * cores) / 0.9,
        f"CPU of workers; baseline: what is wanted; {note}",
    )
    yield Line(
        "sweep_throughput",
        runs / wall,
        "runs/s",
        runs / bare,
        bare / wall,
        f"baseline: a bare loop in as many processes; {note}",
    )


def cataloguing(runs: int) -> Iterator[Line]:
    """Open a catalogue of so many runs for the first time, and again."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "runs"
        plan = _plan(root, 1, "2009-01-31")
        _swept(plan)
        model = plan.final(plan.runs[0])
        record = json.loads((model / "record.json").read_text(encoding="utf-8"))
        summary = (model / "summary.json").read_bytes()
        shutil.rmtree(root)
        for seed in range(runs):
            made = root / "toy" / f"{record['config_hash']}-{seed}"
            made.mkdir(parents=True)
            config = {**record["config"], "seed": seed}
            (made / "record.json").write_text(json.dumps({**record, "config": config, "files": {}}), encoding="utf-8")
            (made / "summary.json").write_bytes(summary)
        first, again = _opened(root, runs), _opened(root, runs)
    yield Line("catalogue_first", first, "s", None, None, f"{runs} records and summaries read one by one")
    yield Line(
        "catalogue_again",
        again,
        "s",
        first,
        first / again,
        f"{runs} runs, kept in one Parquet file; baseline: the first time",
    )


def _plan(root: Path, runs: int, end: str) -> Plan:
    command = ["scenario=toy", f"end={end}", f"seed=range(0,{runs})", f"runs_dir='{root}'"]
    wanted = asked(command)
    return planned(root.absolute(), command, wanted.bases, wanted.points)


def _swept(plan: Plan) -> float:
    began = time.perf_counter()
    if carry_out(plan, chosen([]), quiet=True):
        raise RuntimeError("runs of the benchmark failed")
    return time.perf_counter() - began


def _looped(plan: Plan, cores: int) -> float:
    folder = write(plan)
    environment = {**os.environ, **dict.fromkeys(ONE_THREAD, "1")}
    began = time.perf_counter()
    crew = [
        subprocess.Popen([sys.executable, "-c", BARE, str(folder), str(number), str(cores)], env=environment)
        for number in range(cores)
    ]
    if any(process.wait() for process in crew):
        raise RuntimeError("the bare loop failed")
    return time.perf_counter() - began


def _noted(plan: Plan) -> Iterator[float]:
    for path in (plan.folder / "journal").glob("*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield float(json.loads(line).get("wall_s", 0.0))


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _opened(root: Path, runs: int) -> float:
    began = time.perf_counter()
    found = len(Catalogue(root).frame())
    if found != runs:
        raise RuntimeError(f"the catalogue has {found} runs and not {runs}")
    return time.perf_counter() - began
