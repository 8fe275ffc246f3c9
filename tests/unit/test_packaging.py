"""The folders of the repository are the package: nothing is left out of a wheel, and nothing is imported twice."""

import runpy
import subprocess
import sys
import tomllib
from pathlib import Path
from unittest import mock

import pytest

import mixflow

ROOT = Path(__file__).parents[2]
ROOMS = ("sim", "agents", "policies", "scenarios", "configs", "experiments")


def test_every_folder_with_code_is_in_the_package() -> None:
    with mock.patch("setuptools.setup") as setup, pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        runpy.run_path(str(ROOT / "setup.py"))
    packages = set(setup.call_args.kwargs["packages"])
    folders = {path.parent for room in ROOMS for path in (ROOT / room).rglob("*.py")}
    assert packages == {"mixflow", *("mixflow." + ".".join(folder.relative_to(ROOT).parts) for folder in folders)}


def test_every_data_file_is_in_the_package() -> None:
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]
    for room in ("configs", "scenarios"):
        known = {path for pattern in patterns[f"mixflow.{room}"] for path in (ROOT / room).glob(pattern)}
        data = {path for path in (ROOT / room).rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")}
        assert data <= known


@pytest.mark.parametrize("room", [room for room in ROOMS if room != "experiments"])
def test_a_room_is_refused_under_its_bare_name(room: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"import {room}"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert f"write `import mixflow.{room}`" in done.stderr


def test_versions_agree() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == mixflow.__version__
    assert project["requires-python"] == ">=3.12,<3.14"
    assert "mesa>=3.5.1,<5" in project["dependencies"]
