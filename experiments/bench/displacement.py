"""Flight to camps against the peer: agent-steps a second of a whole process, and its memory.

The case is ssudan2013 of the folder that MIXFLOW_CASES names, every refugee an agent; without it, an invented case of
the same size. Where the package `flee` is installed it runs the same case in the same call, with fewer objects, because
its time grows in proportion; elsewhere its recorded figure stands.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from ..displacement.peer_flee import is_installed, run_peer
from .line import Line

RECORDED_STEPS, RECORDED_MB = 173_000.0, 235.0
"""The peer on ssudan2013: agent-steps a CPU second, and memory at 433,000 objects estimated from 148,000."""

RUN = ("-m", "mixflow.experiments", "run", "-q", "scenario=displacement", "seeds=1", "figures=false", "force=true")


def displacement(people: int, days: int, peer_hasten: int) -> Iterator[Line]:
    """Measure one case with every refugee an agent."""
    with tempfile.TemporaryDirectory() as folder:
        given = Path(os.environ.get("MIXFLOW_CASES", "")) / "ssudan2013"
        real = bool(os.environ.get("MIXFLOW_CASES")) and given.is_dir() and people > 100_000
        case = given if real else invented(Path(folder) / "invented", people, days)
        command = [sys.executable, *RUN, f"case={case}", f"runs_dir={folder}/runs"]
        subprocess.run(command, check=True, capture_output=True)  # compiles where nothing is kept yet
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        record: dict[str, Any] = json.loads((Path(done.stdout.strip()) / "record.json").read_text())
        steps = record["person_days"] / cpu
        name = f"{case.name}, {record['people']:,} people, whole process"
        peer = run_peer(case, peer_hasten, 1) if is_installed() else None
        if peer:
            base, note = peer["steps"] / peer["cpu_s"], f"flee run beside it with {peer['people']:,} objects"
        else:
            base, note = RECORDED_STEPS, "flee as recorded on ssudan2013"
        yield Line("displacement_steps", steps, "agent-steps/CPU s", base, steps / base, f"{name}; baseline: {note}")
        yield Line("displacement_wall", wall, "s", None, None, name)
        memory = record["peak_rss_mb"]
        if real or not peer:
            note = "baseline: flee as estimated from recorded runs, at ssudan2013's size"
            yield Line("displacement_memory", memory, "MB", RECORDED_MB, RECORDED_MB / memory, f"{name}; {note}")


def invented(folder: Path, people: int, days: int) -> Path:
    """Write a case of 60 places and 10 camps, `people` registered at its end."""
    rng = np.random.default_rng(7)
    (folder / "input_csv").mkdir(parents=True)
    (folder / "source_data").mkdir()
    towns, camps = 50, 10
    spots = rng.uniform(0, 8, (towns + camps, 2))
    names = [f"Town{k}" for k in range(towns)] + [f"Camp{k}" for k in range(camps)]
    rows = ["#name,region,country,latitude,longitude,location_type,conflict_date,population"]
    for k, name in enumerate(names):
        kind = "camp" if k >= towns else "conflict_zone" if k % 2 == 0 else "town"
        country, number = ("Near", people // camps) if k >= towns else ("Home", 100_000)
        begins = k * days // (2 * towns) if kind == "conflict_zone" else ""
        rows.append(f"{name},R,{country},{spots[k, 0]:.4f},{spots[k, 1]:.4f},{kind},{begins},{number}")
    links = ["#name1,name2,distance,forced_redirection"]
    table = ["#Day," + ",".join(names[:towns:2])]
    table += [
        f"{day}," + ",".join(str(int(day >= k * days // (2 * towns))) for k in range(0, towns, 2))
        for day in range(days)
    ]
    for k in range(1, len(names)):
        apart = np.hypot(*(spots[: min(k, towns)] - spots[k]).T)
        for near in np.argsort(apart)[:2]:
            links.append(f"{names[k]},{names[near]},{max(apart[near] * 111, 5):.0f},")
    start = date(2014, 1, 1)
    layout = ["total,total.csv"] + [f"{name},{name}.csv" for name in names[towns:]]
    files = {"input_csv/locations": rows, "input_csv/routes": links, "input_csv/conflicts": table}
    files |= {"input_csv/closures": ["#closure_type,name1,name2,closure_start,closure_end"]}
    files |= {"input_csv/sim_period": [f"StartDate,{start}", f"Length,{days}"], "source_data/data_layout": layout}
    files |= {"input_csv/registration_corrections": []}
    last = start + timedelta(days=days + 1)
    files |= {f"source_data/{name}": [f"{start},0", f"{last},{people // camps}"] for name in names[towns:]}
    files |= {"source_data/total": [f"{start},0", f"{last},{people}"]}
    for name, lines in files.items():
        (folder / f"{name}.csv").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return folder
