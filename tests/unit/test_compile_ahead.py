"""`mixflow compile`: all kernels are there afterwards, and a process that starts later compiles nothing."""

import subprocess
import sys

import pytest

from mixflow.experiments.cli import main as cli


def test_help_says_when_it_is_of_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["compile", "--help"]) == 0
    assert "container" in capsys.readouterr().out


@pytest.mark.slow
def test_after_it_nothing_is_left_to_compile() -> None:
    command = [sys.executable, "-m", "mixflow.experiments", "compile"]
    assert cli.main(["compile", "--quiet"]) == 0
    said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=1200).stdout
    assert [line.split(" in ")[0] for line in said.splitlines()] == [
        "world: 0 functions compiled",
        "displacement: 0 functions compiled",
    ]
