"""What tests of sweeps share: starting one as a user does, and what its runs came to, to the bit."""

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

COMMAND = [sys.executable, "-m", "mixflow.experiments", "run", "-m", "scenario=toy", "end=2009-01-31"]


def started(root: Path, *overrides: str) -> "subprocess.Popen[str]":
    """Start a sweep of the toy world in a process of its own."""
    return subprocess.Popen(
        [*COMMAND, f"runs_dir={root}", *overrides], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def swept(root: Path, *overrides: str, timeout: float = 900) -> "subprocess.CompletedProcess[str]":
    """Run a sweep of the toy world to its end."""
    return subprocess.run(
        [*COMMAND, f"runs_dir={root}", *overrides], capture_output=True, text=True, timeout=timeout, check=False
    )


def outcome(root: Path) -> dict[str, str]:
    """By run, a hash of its tables and summary."""
    found = {}
    for record in sorted(root.glob("toy/[!.]*/record.json")):
        digest = hashlib.sha256()
        for name in ("flows.parquet", "stocks.parquet", "observed.parquet", "summary.json"):
            digest.update((record.parent / name).read_bytes())
        found[record.parent.name] = digest.hexdigest()
    return found


def times_done(root: Path) -> Counter[str]:
    """By run, how often a worker noted that it had done it."""
    lines = [line for path in root.glob("sweeps/*/journal/*.jsonl") for line in path.read_text().splitlines()]
    said = [json.loads(line) for line in lines]
    return Counter(line["run"] for line in said if "run" in line and "error" not in line)


def leftovers(root: Path) -> list[str]:
    """Claims and half-written folders that are still there."""
    return [str(path) for path in [*root.glob("toy/.claims/*"), *root.glob("toy/.*.part"), *root.glob("toy/.*.old")]]


def workers_of(parent: int) -> list[int]:
    """Processes that a process has started, from /proc."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent and fields[0] != "Z":
            found.append(int(path.parent.name))
    return found


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0))
