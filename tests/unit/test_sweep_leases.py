"""Claims: one holder at a time, whoever asks and whenever holders die."""

import json
import multiprocessing
import os
import subprocess
import sys
import time
from collections import Counter

import pytest
from lease_crew import grab

from mixflow.experiments.runs.sweep import leases
from mixflow.experiments.runs.sweep.leases import Heartbeat, failed_attempts, holder, take


def dead_claim(final, generation=1, **changes):
    """Leave a claim whose holder, of this machine, has died."""
    process = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    path = final.parent / leases.FOLDER / f"{final.name}.{generation}"
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"host": "h", "machine": leases._machine(), "pid": int(process.stdout), "started": "1", "launch": "L"}
    path.write_text(json.dumps(content | changes))
    return path


def test_a_claim_is_held_by_one(tmp_path):
    first = take(tmp_path / "run")
    assert first is not None
    assert first.held()
    assert take(tmp_path / "run") is None
    assert holder(tmp_path / "run")["pid"] == os.getpid()
    first.release()
    assert not first.held()
    assert holder(tmp_path / "run") is None
    assert take(tmp_path / "run") is not None


def test_a_dead_holder_is_followed_and_counted(tmp_path):
    dead_claim(tmp_path / "run")
    second = take(tmp_path / "run", "L")
    assert second is not None
    assert second.generation == 2
    assert (failed_attempts(second, "L"), failed_attempts(second, "M")) == (1, 0)
    assert take(tmp_path / "run") is None
    second.finish()
    assert list((tmp_path / leases.FOLDER).iterdir()) == []


def test_a_number_used_again_by_another_process_is_no_life(tmp_path):
    dead_claim(tmp_path / "run", pid=os.getpid(), started="1")
    assert take(tmp_path / "run") is not None


def test_a_holder_elsewhere_lives_as_long_as_it_gives_signs(tmp_path):
    path = dead_claim(tmp_path / "run", machine="another machine")
    assert take(tmp_path / "run") is None
    old = time.time() - leases.LEASE_S - 5
    os.utime(path, (old, old))
    assert take(tmp_path / "run") is not None


class Forward:
    """A clock that counts forward as it is told to."""

    def __init__(self, monkeypatch):
        self.now = 1000.0
        monkeypatch.setattr(leases.time, "monotonic", lambda: self.now)


@pytest.mark.parametrize("hours", [-30, 0, 30])
@pytest.mark.parametrize("machine", ["another machine", None])
def test_a_claim_that_does_not_change_is_outlived_whatever_it_is_dated(tmp_path, monkeypatch, hours, machine):
    clock = Forward(monkeypatch)
    path = dead_claim(
        tmp_path / "run", machine=machine or leases._machine(), pid=os.getpid(), started=leases._started(os.getpid())
    )
    when = time.time() + 3600 * max(hours, 0)
    os.utime(path, (when, when))
    real = leases._age
    monkeypatch.setattr(
        leases, "_age", lambda path: min(real(path), 1.0) if hours < 0 else real(path)
    )  # a clock set back
    assert take(tmp_path / "run") is None
    clock.now += leases.LEASE_S - 1
    assert take(tmp_path / "run") is None
    if hours > 0 and machine:
        assert path.stat().st_mtime <= time.time() + 1, "it is dated now, and ages for everybody"
        clock.now += leases.LEASE_S
    clock.now += 2
    assert take(tmp_path / "run").generation == 2


def test_signs_of_life_keep_a_claim_for_as_long_as_they_come(tmp_path, monkeypatch):
    clock = Forward(monkeypatch)
    first = take(tmp_path / "run")
    for k in range(8):
        os.utime(first.path, (k + 10, k + 10))  # by a clock that is far behind
        monkeypatch.setattr(leases, "_age", lambda path: 1.0)
        clock.now += leases.LEASE_S / 2
        assert take(tmp_path / "run") is None
    clock.now += 2 * leases.LEASE_S
    second = take(tmp_path / "run")
    assert second.generation == 2
    assert not first.held(), "it was only stopped, and knows that it has lost the run"


def test_who_is_waited_for_is_known(tmp_path, monkeypatch):
    clock = Forward(monkeypatch)
    assert leases.waited_for(tmp_path / "run") is None
    dead_claim(tmp_path / "run", machine="another machine", host="node7", pid=12)
    leases.waited_for(tmp_path / "run")
    clock.now += 70
    held = leases.waited_for(tmp_path / "run")
    assert (held.run, held.host, held.pid, held.silent_s, held.launch) == ("run", "node7", 12, 70.0, "L")
    clock.now += leases.LEASE_S
    assert leases.waited_for(tmp_path / "run") is None


@pytest.mark.parametrize("content", ["", "{", "[1]", "{}", '{"machine": 5, "pid": "x"}'])
def test_a_claim_that_cannot_be_read_is_outlived(tmp_path, monkeypatch, content):
    clock = Forward(monkeypatch)
    path = dead_claim(tmp_path / "run")
    path.write_text(content)
    assert take(tmp_path / "run") is None
    assert leases.waited_for(tmp_path / "run") is not None
    clock.now += leases.LEASE_S
    assert take(tmp_path / "run") is not None


def test_a_holder_taken_for_dead_knows_that_it_lost(tmp_path):
    first = take(tmp_path / "run")
    dead_claim(tmp_path / "run", generation=2)
    assert not first.held()


def test_a_heart_gives_signs_of_life(tmp_path, monkeypatch):
    monkeypatch.setattr(leases, "BEAT_S", 0.1)
    claim = take(tmp_path / "run")
    os.utime(claim.path, (1, 1))
    beats = []
    with Heartbeat(lambda: beats.append(1)) as heart:
        heart.claim = claim
        time.sleep(1.5)
    assert claim.path.stat().st_mtime > 1
    assert beats


@pytest.mark.parametrize("dead", [False, True])
def test_of_many_who_ask_at_once_one_gets_it(tmp_path, dead):
    if dead:
        first = dead_claim(tmp_path / "run-0")
        for k in range(1, 60):
            (first.parent / f"run-{k}.1").write_text(first.read_text())
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    together = context.Barrier(4)
    crew = [context.Process(target=grab, args=(tmp_path, together, queue)) for _ in range(4)]
    for process in crew:
        process.start()
    got = Counter(queue.get(timeout=120) for _ in range(60))
    for process in crew:
        process.join(120)
    assert queue.empty()
    assert set(got.values()) == {1}
    assert len(got) == 60
