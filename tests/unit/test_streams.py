"""Output that is not Unicode, full or closed: the command does its work, escapes what cannot be shown, and shows no traceback."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mixflow.experiments.cli import main as cli

MIXFLOW = [sys.executable, "-m", "mixflow.experiments"]
NAME = "B\u016br"


def ran(*arguments: str, **more: object) -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own."""
    return subprocess.run([*MIXFLOW, *arguments], stderr=subprocess.PIPE, check=False, **more)  # type: ignore[call-overload]


def test_what_is_not_known_to_the_output_is_escaped() -> None:
    done = ran("show", f'runs_dir="{NAME}"', stdout=subprocess.PIPE, env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0, done.stderr
    assert b"runs_dir: B\\u016br\n" in done.stdout


def test_refusals_are_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = io.TextIOWrapper(io.BytesIO(), "ascii")
    monkeypatch.setattr(sys, "stderr", narrow)
    assert cli.main(["show", NAME]) == 2
    assert b"What to show 'B\\u016br' is not known" in narrow.buffer.getvalue()  # type: ignore[attr-defined]
    assert sys.stderr is narrow


def test_a_run_that_cannot_show_its_result_keeps_it(tmp_path: Path) -> None:
    runs = [
        "run",
        "scenario=toy",
        "end=2009-01-02",
        "scale=0.01",
        "figures=false",
        "threads=1",
        f'runs_dir="{tmp_path / NAME}"',
    ]
    with Path("/dev/full").open("wb") as full:
        done = ran(*runs, stdout=full, env={**os.environ, "PYTHONIOENCODING": "latin-1"})
    assert done.returncode == 1
    assert (
        done.stderr.decode("latin-1").splitlines()[-1] == "mixflow: cannot write the output: No space left on device."
    )
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr
    (record,) = (tmp_path / NAME).glob("toy/*/record.json")
    assert record.stat().st_size


def test_a_full_stderr_ends_nothing() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*MIXFLOW, "show", NAME], stdout=subprocess.PIPE, stderr=full, check=False)
    assert (done.returncode, done.stdout) == (2, b"")


def test_a_closed_pipe_ends_quietly() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = ran("show", "params", stdout=writer)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


def test_a_closed_output_is_none() -> None:
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m mixflow.experiments policies >&-"], stderr=subprocess.PIPE, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
