"""A sweep as a user runs it: resumed, disturbed, shared by two, short of room; nothing is lost, nothing is done twice."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sweep_folders import leftovers, outcome, started, swept, times_done, workers_of

from mixflow.experiments.cli import main as cli
from mixflow.experiments.runs.catalogue import Catalogue

LONG = pytest.mark.skipif(
    os.environ.get("MIXFLOW_CHAOS") != "full", reason="make chaos runs it; test_chaos.py has a short form"
)
pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes as Linux shows them")


ONE = "hydra.launcher.n_jobs=1"
"""One worker: where what is tested needs no second, which would import all again."""


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """A sweep of six runs."""
    root = tmp_path_factory.mktemp("undisturbed")
    done = swept(root, "params.leave.give_up_days=400,500", "seed=range(0,3)")
    assert done.returncode == 0, done.stderr
    return root, done


def test_a_sweep_runs_all_and_ends_with_its_folder(undisturbed):
    root, done = undisturbed
    folder = Path(done.stdout.splitlines()[-1])
    assert folder.parent == root / "sweeps"
    assert len(outcome(root)) == 6
    assert leftovers(root) == []
    assert "0 runs were there, 6 done now" in done.stderr
    assert "left" in done.stderr
    record = json.loads(next(root.glob("toy/*/record.json")).read_text())
    assert record["config"]["threads"] == 1
    assert {"wall_s", "cpu_s", "peak_rss_mb", "code", "format", "files"} <= record.keys()
    assert not list(root.glob("toy/*/figures"))


def test_no_second_worker_compiles(undisturbed):
    root, _ = undisturbed
    swept(root, "seed=20,21")
    lines = [
        json.loads(line) for path in root.glob("sweeps/*/journal/*.jsonl") for line in path.read_text().splitlines()
    ]
    assert sum(line["compiled"] for line in lines[-2:]) == 0


def test_a_sweep_equals_its_runs_made_alone(undisturbed, tmp_path, capsys):
    root, _ = undisturbed
    alone = [
        "run",
        "scenario=toy",
        "end=2009-01-31",
        "params.leave.give_up_days=500",
        "seed=2",
        f"runs_dir={tmp_path}",
        "-q",
    ]
    assert cli.main([*alone, "figures=false"]) == 0
    capsys.readouterr()
    ((name, digest),) = outcome(tmp_path).items()
    assert outcome(root)[name] == digest


def test_a_sweep_does_only_what_is_missing(undisturbed):
    root, _ = undisturbed
    before = {path: path.stat().st_mtime_ns for path in root.glob("toy/*/record.json")}
    again = swept(root, "params.leave.give_up_days=400,500", "seed=range(0,4)")
    assert again.returncode == 0
    assert "6 runs were there, 2 done now" in again.stderr or "6 of them there already" in again.stderr
    assert all(path.stat().st_mtime_ns == stamp for path, stamp in before.items())
    assert set(times_done(root).values()) == {1}


def test_a_file_cut_short_counts_as_nothing(tmp_path):
    assert swept(tmp_path, "seed=0,1", ONE).returncode == 0
    whole = outcome(tmp_path)
    victim = next(iter(tmp_path.glob("toy/*/flows.parquet")))
    victim.write_bytes(victim.read_bytes()[:100])
    assert len(Catalogue(tmp_path).bad) == 1
    again = swept(tmp_path, "seed=0,1", ONE)
    assert "1 runs were there, 1 done now" in again.stderr
    assert outcome(tmp_path) == whole
    assert Catalogue(tmp_path).bad == []


def test_runs_of_another_format_are_named_and_not_replaced(tmp_path):
    assert swept(tmp_path, "seed=0,1", ONE).returncode == 0
    record = next(tmp_path.glob("toy/*/record.json"))
    old = json.loads(record.read_text())
    del old["digest"]
    other = json.dumps({**old, "format": 1, "code": "0.0.1"})
    record.write_text(other)
    again = swept(tmp_path, "seed=0,1,2", ONE)
    assert again.returncode == 2
    assert f"{record.parent} was written by mixflow 0.0.1 in format 1" in again.stderr
    assert record.read_text() == other
    assert len(list(tmp_path.glob("toy/*/record.json"))) == 2


def test_an_interrupted_sweep_keeps_what_is_done_and_goes_on(tmp_path):
    process = started(tmp_path, "seed=range(0,30)")
    _until(lambda: len(outcome(tmp_path)) >= 3)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "runs are kept. The same command does the rest." in err.splitlines()[-1]
    assert "Traceback" not in err
    assert leftovers(tmp_path) == []
    done = len(outcome(tmp_path))
    assert 3 <= done < 30
    again = swept(tmp_path, "seed=range(0,30)")
    assert f"{done} runs were there" in again.stderr
    assert len(outcome(tmp_path)) == 30


def test_workers_end_when_their_sweep_was_killed(tmp_path):
    process = started(tmp_path, "seed=range(0,200)")
    _until(lambda: len(outcome(tmp_path)) >= 1)
    crew = workers_of(process.pid)
    assert crew
    process.kill()
    process.communicate()
    _until(lambda: not any(_lives(pid) for pid in crew), 60)
    assert len(outcome(tmp_path)) < 200


@LONG
def test_two_sweeps_over_one_folder_share_the_work(tmp_path):
    both = [started(tmp_path, "seed=range(0,40)", "hydra.launcher.n_jobs=1") for _ in range(2)]
    for process in both:
        _, err = process.communicate(timeout=240)
        assert process.returncode == 0, err
    assert len(outcome(tmp_path)) == 40
    assert set(times_done(tmp_path).values()) == {1}
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize("launcher", ["basic", "joblib", "submitit_local"])
def test_hydras_own_launchers_give_the_same(undisturbed, tmp_path, launcher):
    if launcher != "basic":
        pytest.importorskip("submitit" if launcher == "submitit_local" else "joblib")
    done = swept(tmp_path, "params.leave.give_up_days=400,500", "seed=range(0,3)", f"hydra/launcher={launcher}")
    assert done.returncode == 0, done.stderr
    whole = outcome(undisturbed[0])
    assert all(whole[name] == digest for name, digest in outcome(tmp_path).items())
    assert len(outcome(tmp_path)) == 6


def test_a_run_that_fails_is_told_and_the_others_are_done(tmp_path):
    code = (
        "import sys, signal\n"
        "from mixflow.experiments.runs import run\n"
        "from mixflow.experiments.runs.sweep import worker\n"
        "true = run._simulate\n"
        "def broken(model, config, *rest):\n"
        "    if config['seed'] == 2: raise ValueError('the world ended')\n"
        "    true(model, config, *rest)\n"
        "run._simulate = broken\n"
        "from mixflow.experiments.cli.main import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    command = ["run", "-m", "scenario=toy", "end=2009-01-31", "seed=range(0,5)", f"runs_dir={tmp_path}"]
    done = subprocess.run(
        [sys.executable, "-c", code, *command, "hydra/launcher=basic"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "1 of 5 runs failed" in done.stderr
    assert "the world ended" in done.stderr
    assert len(outcome(tmp_path)) == 4
    frame = Catalogue(tmp_path).frame(None)
    assert frame["status"].value_counts().to_dict() == {"complete": 4, "failed": 1}
    assert frame.loc[frame["status"] == "failed", "error"].item() == "the world ended"
    assert swept(tmp_path, "seed=range(0,5)").returncode == 0
    assert len(outcome(tmp_path)) == 5


def test_a_run_that_kills_its_workers_is_given_up(tmp_path):
    code = (
        "import os, sys, signal\n"
        "from mixflow.experiments.runs import run\n"
        "true = run._simulate\n"
        "def deadly(model, config, *rest):\n"
        "    if config['seed'] == 2: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    true(model, config, *rest)\n"
        "run._simulate = deadly\n"
        "from mixflow.experiments.runs.sweep.worker import main\n"
        "sys.exit(main())\n"
    )
    (tmp_path / "deadly.py").write_text(code)
    start = (
        "import sys\n"
        "from mixflow.experiments.runs.sweep import processes\n"
        "true = processes._Member.__init__\n"
        "def init(self, *given):\n"
        "    start, type(self).start = type(self).start, lambda self: None\n"
        "    true(self, *given)\n"
        "    type(self).start = start\n"
        f"    self._command[1:3] = [{str(tmp_path / 'deadly.py')!r}]\n"
        "    self.start()\n"
        "processes._Member.__init__ = init\n"
        "from mixflow.experiments.cli.main import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    command = ["run", "-m", "scenario=toy", "end=2009-01-31", "seed=range(0,4)", f"runs_dir={tmp_path / 'runs'}"]
    done = subprocess.run([sys.executable, "-c", start, *command], capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "4 workers died on it" in done.stderr
    assert len(outcome(tmp_path / "runs")) == 3
    assert leftovers(tmp_path / "runs") == []


@LONG
@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to make a small disk")
def test_a_full_disk_ends_the_sweep_with_a_word_and_loses_nothing(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("a small disk cannot be mounted here")
    try:
        ballast = disk / "ballast"
        process = started(disk, "seed=range(0,60)")
        _until(lambda: len(outcome(disk)) >= 2)
        try:
            with ballast.open("wb") as file:
                while file.write(b"\0" * 4096):
                    file.flush()
        except OSError:
            pass
        _, err = process.communicate(timeout=120)
        assert process.returncode == 2, err
        assert "no space left on device" in err.lower()
        assert "Traceback" not in err
        done = outcome(disk)
        assert 2 <= len(done) < 60
        ballast.unlink(missing_ok=True)
        again = swept(disk, "seed=range(0,60)")
        assert again.returncode == 0, again.stderr
        after = outcome(disk)
        assert len(after) == 60
        assert all(after[name] == digest for name, digest in done.items())
        assert leftovers(disk) == []
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=False)


@pytest.mark.slow
@LONG
def test_workers_killed_at_random_change_no_bit(tmp_path):
    sweep = "seed=range(0,200)"
    calm = swept(tmp_path / "calm", sweep)
    assert calm.returncode == 0, calm.stderr
    wild, luck, kills = tmp_path / "wild", random.Random(5), 0
    for restart in range(3):
        process = started(wild, sweep)
        until = time.monotonic() + 8
        while process.poll() is None and (restart == 2 or time.monotonic() < until):
            time.sleep(luck.uniform(0.3, 2.0))
            crew = workers_of(process.pid)
            if crew and kills < 10:
                os.kill(luck.choice(crew), signal.SIGKILL)
                kills += 1
        if process.poll() is None:
            process.kill()  # the sweep itself dies too
        _, err = process.communicate()
        if process.returncode == 0:
            break
    assert process.returncode == 0, err
    assert kills >= 5
    assert outcome(wild) == outcome(tmp_path / "calm")
    assert len(outcome(wild)) == 200
    assert max(times_done(wild).values()) == 1
    assert leftovers(wild) == []


def _until(holds, seconds=60.0):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def _lives(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
