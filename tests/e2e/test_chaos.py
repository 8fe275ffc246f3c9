"""Whatever happens to a sweep - kills, two drivers, no room, wrong clocks, damage - it ends in the bits of one left alone."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sweep_folders import leftovers, outcome, started, swept, workers_of

from mixflow.experiments.runs.sweep import leases, worker
from mixflow.experiments.runs.sweep.leases import take
from mixflow.experiments.runs.sweep.plan import read

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes as Linux shows them"),
]

FULL = os.environ.get("MIXFLOW_CHAOS") == "full"
"""Whether `make chaos` asks for all of it; other runs of the tests take a short form."""

MANY, KILLS = (16, 30) if FULL else (8, 5)
SWEEP = ("scale=0.03", f"seed=range(0,{MANY})")

only_full = pytest.mark.skipif(not FULL, reason="make chaos runs it")


@pytest.fixture(scope="module")
def calm(tmp_path_factory):
    """What a sweep comes to that nobody disturbs."""
    root = tmp_path_factory.mktemp("calm")
    done = swept(root, *SWEEP)
    assert done.returncode == 0, done.stderr
    found = outcome(root)
    assert len(found) == MANY
    return found


def whole(root, calm):
    """Hold what is in a folder against the undisturbed sweep."""
    assert outcome(root) == calm
    assert leftovers(root) == []


def until(holds, seconds=120.0):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def killed(process):
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    return process.communicate()


def finished(root):
    """Give the command again until nothing is missing; a sweep may be told that workers died too often on a run."""
    for _ in range(5):
        done = swept(root, *SWEEP)
        assert "Traceback" not in done.stderr
        if done.returncode == 0:
            return
    pytest.fail(done.stderr)


def test_kills_of_workers_and_drivers_change_no_bit(tmp_path, calm):
    luck, kills = random.Random(7), 0
    drivers = [started(tmp_path, *SWEEP, "hydra.launcher.n_jobs=1") for _ in range(2)]
    while kills < KILLS:
        time.sleep(luck.uniform(0.1, 2.5))
        alive = [process for process in drivers if process.poll() is None]
        crew = [pid for process in alive for pid in workers_of(process.pid)]
        if crew and luck.random() < 0.8:
            with contextlib.suppress(ProcessLookupError):
                os.kill(luck.choice(crew), signal.SIGKILL)
                kills += 1
        elif alive:
            killed(luck.choice(alive))
            kills += 1
        for k, process in enumerate(drivers):
            if process.poll() is not None:
                process.communicate()
                drivers[k] = started(tmp_path, *SWEEP, "hydra.launcher.n_jobs=1")
        if len(outcome(tmp_path)) == MANY:  # all is done before all were killed: do some of it again
            for folder in sorted(tmp_path.glob("toy/[!.]*"))[:: luck.randrange(2, 5)]:
                (folder / "record.json").unlink(missing_ok=True)
    for process in drivers:
        killed(process)
    finished(tmp_path)
    whole(tmp_path, calm)


@only_full
def test_two_drivers_at_once_one_of_them_killed(tmp_path, calm):
    first, second = (started(tmp_path, *SWEEP) for _ in range(2))
    until(lambda: len(outcome(tmp_path)) >= 2)
    killed(first)
    _, err = second.communicate(timeout=300)
    assert second.returncode == 0, err
    whole(tmp_path, calm)


def test_flipped_bits_and_links_in_finished_results_are_made_again(tmp_path, calm):
    assert swept(tmp_path, *SWEEP).returncode == 0
    folders, luck = sorted(tmp_path.glob("toy/[!.]*")), random.Random(2)
    for k, folder in enumerate(folders[:12]):
        path = luck.choice(sorted(folder.iterdir()))
        if k % 4 == 3:
            folder.rename(tmp_path / f"elsewhere-{k}")
            folder.symlink_to("nowhere")
        elif k % 4 == 2:
            path.unlink()
        else:
            content = bytearray(path.read_bytes())
            content[luck.randrange(len(content))] ^= 1 << luck.randrange(8)
            path.write_bytes(content)
    done = swept(tmp_path, *SWEEP)
    assert done.returncode == 0, done.stderr
    assert "are damaged" in done.stderr
    whole(tmp_path, calm)
    assert "are damaged" not in swept(tmp_path, *SWEEP).stderr


@pytest.mark.parametrize("hours", [-24, 0, 24] if FULL else [24])
def test_a_stopped_holder_with_a_wrong_clock_holds_nothing_up(tmp_path, calm, monkeypatch, hours):
    process = started(tmp_path, *SWEEP, "hydra.launcher.n_jobs=1")
    until(lambda: len(outcome(tmp_path)) >= 2 and list(tmp_path.glob("toy/.claims/[!.]*")))
    crew = workers_of(process.pid)
    for pid in (process.pid, *crew):
        os.kill(pid, signal.SIGSTOP)
    held = list(tmp_path.glob("toy/.claims/[!.]*"))
    when = time.time() + 3600 * hours
    for path in held:
        os.utime(path, (when, when))
    monkeypatch.setattr(leases, "LEASE_S", 2.0)
    try:
        folder = next(tmp_path.glob("sweeps/*"))
        with caught_signals():
            worker.work(worker.WorkerOptions(folder, worker=1, workers=2, launch="other", wait=True))
        assert read(folder).missing() == []
        assert outcome(tmp_path) == calm
        if held:
            notes = (folder / "journal" / "other-1.jsonl").read_text()
            assert '"waits"' in notes, "who is waited for is said"
    finally:
        for pid in (process.pid, *crew):
            os.kill(pid, signal.SIGCONT)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    whole(tmp_path, calm)


@contextlib.contextmanager
def caught_signals():
    """A worker in this process must not leave its flag behind."""
    yield
    worker._ending.clear()


@pytest.mark.parametrize("shift", [-1e6, 1e6], ids=["behind", "ahead"])
def test_a_wrong_clock_of_this_machine_gives_no_run_to_two(tmp_path, monkeypatch, shift):
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + shift)
    won, start = [], threading.Barrier(4)

    def ask():
        start.wait()
        for k in range(20):
            if take(tmp_path / f"run-{k}") is not None:
                won.append(k)

    crew = [threading.Thread(target=ask) for _ in range(4)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    assert sorted(won) == list(range(20))


# ---- no room


@contextlib.contextmanager
def disk(folder, options):
    """A small disk in memory."""
    if os.geteuid() != 0:
        pytest.skip("a small disk needs root")
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, check=False
    )
    if made.returncode != 0:
        pytest.skip("a small disk cannot be mounted here")
    try:
        yield lambda more: subprocess.run(["mount", "-o", f"remount,{more}", str(folder)], check=True)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)


def turned(remount, how):
    """Whether the disk could be turned: not as long as a dying process holds a file open for writing."""
    try:
        remount(how)
    except subprocess.CalledProcessError:
        return False
    return True


def ended_without_room(process):
    """Hold that a sweep says why it ended."""
    _, err = process.communicate(timeout=300)
    assert process.returncode == 2, err
    assert "no space left on device" in err.lower()
    assert "Traceback" not in err


def test_a_full_disk_ends_with_a_word_and_goes_on_when_there_is_room(tmp_path, calm):
    root = tmp_path / "disk"
    with disk(root, "size=12m"):
        process = started(root, *SWEEP, "hydra.launcher.n_jobs=1")
        until(lambda: len(outcome(root)) >= 2)
        with contextlib.suppress(OSError), (root / "ballast").open("wb", buffering=0) as file:
            while file.write(b"\0" * 4096):
                pass
        ended_without_room(process)
        before = outcome(root)
        assert before.items() <= calm.items(), "nothing that is there is wrong"
        assert 2 <= len(before) < MANY
        (root / "ballast").unlink()
        finished(root)
        whole(root, calm)


@only_full
def test_a_disk_without_inodes_ends_with_a_word_and_goes_on_when_there_are_some(tmp_path, calm):
    root = tmp_path / "disk"
    with disk(root, "size=200m,nr_inodes=120") as remount:
        ended_without_room(started(root, *SWEEP, "hydra.launcher.n_jobs=1"))
        before = outcome(root)
        assert before.items() <= calm.items(), "nothing that is there is wrong"
        assert len(before) < MANY
        remount("nr_inodes=100000")
        finished(root)
        whole(root, calm)


@only_full
def test_a_folder_that_turns_read_only_loses_nothing(tmp_path, calm):
    root = tmp_path / "disk"
    with disk(root, "size=200m") as remount:
        process = started(root, *SWEEP, "hydra.launcher.n_jobs=1")
        until(lambda: len(outcome(root)) >= 2)
        with contextlib.suppress(subprocess.CalledProcessError):
            remount("ro")  # refused while a file is open for writing: then the kill alone disturbs
        time.sleep(1.0)
        workers = workers_of(process.pid)
        killed(process)
        for worker_id in workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker_id, signal.SIGKILL)
        end = time.monotonic() + 20.0
        while not turned(remount, "ro"):
            if time.monotonic() > end:
                pytest.skip("this machine does not turn a small disk read-only")
            time.sleep(0.2)
        done = swept(root, *SWEEP)
        assert done.returncode == 2
        assert "read-only file system" in done.stderr.lower()
        assert "Traceback" not in done.stderr
        shown = subprocess.run(
            [sys.executable, "-m", "mixflow.experiments", "results", str(root)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (shown.returncode, "complete" in shown.stdout) == (0, True), "what is there can be read"
        remount("rw")
        finished(root)
        whole(root, calm)
