"""A run that is killed goes on from its checkpoint, in another process, to the same bits."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sweep_folders import outcome

OFTEN = """
import sys
from mixflow.experiments.runs import long_runs
true = long_runs.Checkpoints.__init__
def often(self, *given):
    true(self, *given)
    self._seconds = 0.2
long_runs.Checkpoints.__init__ = often
from mixflow.experiments.cli.main import main
sys.exit(main(sys.argv[1:]))
"""
"""The command as it is, with a checkpoint five times a second in place of one in so many minutes."""


def begun(root: Path) -> "subprocess.Popen[bytes]":
    command = ["run", "scenario=toy", "end=2009-09-30", "figures=false", f"runs_dir={root}", "-q"]
    return subprocess.Popen([sys.executable, "-c", OFTEN, *command], stdout=subprocess.DEVNULL)


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="sends SIGKILL")
def test_a_killed_run_goes_on_from_its_checkpoint_to_the_same_bits(tmp_path):
    assert begun(tmp_path / "calm").wait(300) == 0
    wild = tmp_path / "wild"
    process = begun(wild)
    end = time.monotonic() + 120
    while not list(wild.glob("toy/.checkpoints/*.npz")) and process.poll() is None:
        assert time.monotonic() < end, "no checkpoint was written"
        time.sleep(0.01)
    time.sleep(0.2)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL, "it ended before it could be killed"
    assert outcome(wild) == {}
    assert list(wild.glob("toy/.checkpoints/[!.]*.npz"))
    again = begun(wild)
    assert again.wait(300) == 0
    assert not list(wild.glob("toy/.checkpoints/*.npz")), "the results are there, and the checkpoint is gone"
    assert outcome(wild) == outcome(tmp_path / "calm")
