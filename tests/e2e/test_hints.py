"""What a sweep recommends at its end works when it is pasted, and cases have a sensitivity analysis."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from case_folders import make_case

pytest.importorskip("duckdb")
pytest.importorskip("SALib")
pytestmark = pytest.mark.slow
MIXFLOW = [sys.executable, "-m", "mixflow.experiments"]


def ran(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """The command in a process of its own, which must succeed."""
    done = subprocess.run([*MIXFLOW, *arguments], capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stderr
    return done


@pytest.mark.parametrize("scenario", ["toy", "displacement"])
def test_the_line_at_the_end_of_a_sweep_works(tmp_path: Path, scenario: str) -> None:
    case = [f'case="{make_case(tmp_path / "case", days=20)}"', "seeds=1"]
    keys = case if scenario == "displacement" else ["scale=0.02", "end=2009-01-10"]
    done = ran("run", "-m", f"scenario={scenario}", *keys, "seed=1,2", f'runs_dir="{tmp_path / "it is here"}"')
    (line,) = re.findall(r"look at them: mixflow (.*)", done.stderr)
    assert " 2 " in ran(*shlex.split(line)).stdout


def test_the_numbers_of_a_case_are_ranked(tmp_path: Path) -> None:
    case = make_case(tmp_path / "case", days=20)
    keys = ["scenario=displacement", f'case="{case}"', "seeds=1", f'runs_dir="{tmp_path}"', "--samples", "2"]
    done = ran("sensitivity", *keys, "--params", "flight.follow,flight.size")
    assert "flight.follow" in done.stdout
    assert "ard" in done.stdout
    folder = Path(done.stdout.splitlines()[-1])
    assert (folder / "indices.csv").is_file()
    assert (folder / "tornado_ard.png").is_file()
