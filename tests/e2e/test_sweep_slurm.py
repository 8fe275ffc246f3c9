"""A sweep through a real SLURM of one node on the loopback: arrays of jobs, one of them killed, another preempted."""

import json
import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from sweep_folders import leftovers, outcome, started, swept, times_done

SCRIPT = Path(__file__).parent / "slurm" / "one_node.sh"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="a SLURM for tests needs root"),
    pytest.mark.skipif(
        not all(map(shutil.which, ("slurmctld", "slurmd", "munged", "sbatch"))),
        reason=f"SLURM is not installed; on Debian: {SCRIPT.relative_to(Path(__file__).parents[2])} install",
    ),
]
pytest.importorskip("submitit", reason="the extra 'cluster' is not installed")


@pytest.fixture(scope="module")
def slurm(tmp_path_factory):
    """A SLURM that runs while the tests of this file do."""
    folder = tmp_path_factory.mktemp("slurm")
    up = subprocess.run(
        ["bash", str(SCRIPT), "up", str(folder)], capture_output=True, text=True, check=False, timeout=90
    )
    if up.returncode != 0:
        pytest.skip(f"SLURM does not start here: {up.stderr.strip()[-300:]}")
    before = os.environ.get("SLURM_CONF")
    os.environ["SLURM_CONF"] = up.stdout.strip()
    yield folder
    subprocess.run(["bash", str(SCRIPT), "down", str(folder)], check=False, timeout=60)
    if before is None:
        del os.environ["SLURM_CONF"]
    else:
        os.environ["SLURM_CONF"] = before


SLURM = ("hydra/launcher=slurm", "hydra.launcher.signal_delay_s=10")


def command(*overrides):
    return [*overrides, *SLURM]


def queue(states="all"):
    found = subprocess.run(
        ["squeue", "--noheader", "--array", f"--states={states}", "--format=%i"],
        capture_output=True,
        text=True,
        check=True,
    )
    return found.stdout.split()


@pytest.mark.usefixtures("slurm")
def test_forty_runs_survive_a_killed_and_a_preempted_job(tmp_path):
    root = tmp_path / "runs"
    process = started(root, *command("seed=range(0,40)", "hydra.launcher.array_parallelism=2"))
    victims: list[str] = []
    end = time.monotonic() + 200
    while process.poll() is None and time.monotonic() < end:
        running = queue("running")
        if len(outcome(root)) >= 3 and len(running) == 2 and not victims:
            victims = running
            subprocess.run(["scancel", victims[0]], check=True)
            subprocess.run(["scontrol", "requeue", victims[1]], check=True)
        time.sleep(0.1)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert len(victims) == 2
    assert len(outcome(root)) == 40
    assert max(times_done(root).values()) == 1
    assert leftovers(root) == []
    calm = tmp_path / "calm"
    assert swept(calm, "seed=range(0,40)").returncode == 0
    assert outcome(calm) == outcome(root)
    scripts = list(root.glob("sweeps/*/logs/*/*_submission.sh"))
    assert any("--array=" in script.read_text() for script in scripts)


@pytest.mark.usefixtures("slurm")
def test_a_worker_told_that_time_is_up_is_queued_again(tmp_path):
    root = tmp_path / "runs"
    more = ("seed=range(0,30)", "hydra.launcher.max_jobs=1", "hydra.launcher.timeout_min=30", "hydra.launcher.mem_gb=2")
    process = started(root, *command(*more))
    while len(outcome(root)) < 2 and process.poll() is None:
        time.sleep(0.1)
    (job,) = queue("running")
    subprocess.run(["scancel", "--signal=USR2", job], check=True)
    while process.poll() is None:  # SLURM lets a job that is queued again wait two minutes: not here
        for waiting in queue("pending"):
            subprocess.run(["scontrol", "update", f"JobId={waiting}", "StartTime=now"], check=False)
        time.sleep(0.5)
    _, err = process.communicate(timeout=200)
    assert process.returncode == 0, err
    assert len(outcome(root)) == 30
    assert max(times_done(root).values()) == 1
    logs = [path.read_text() for path in root.glob("sweeps/*/logs/*/*_log.*")]
    assert any("equeu" in text for text in logs), logs


@pytest.mark.usefixtures("slurm")
def test_a_second_command_waits_for_the_jobs_of_the_first(tmp_path):
    root = tmp_path / "runs"
    first = started(root, *command("seed=range(0,30)", "hydra.launcher.timeout_min=30", "hydra.launcher.mem_gb=2"))
    while not outcome(root) and first.poll() is None:
        time.sleep(0.1)
    first.kill()  # a login node that was rebooted
    first.communicate()
    done = swept(root, *command("seed=range(0,30)", "hydra.launcher.timeout_min=30", "hydra.launcher.mem_gb=2"))
    assert done.returncode == 0, done.stderr
    assert len(outcome(root)) == 30
    assert set(times_done(root).values()) == {1}


@pytest.mark.usefixtures("slurm")
def test_what_slurm_refuses_is_told(tmp_path):
    done = swept(tmp_path, *command("seed=1,2", "hydra.launcher.partition=nowhere"))
    assert done.returncode == 2
    assert "SLURM takes no jobs" in done.stderr.splitlines()[-1]
    assert "invalid partition" in done.stderr.lower()
    assert json.loads((next(tmp_path.glob("sweeps/*")) / "plan.json").read_text())["runs"]
