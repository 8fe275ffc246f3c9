"""The pages that say how to extend the model work when they are followed."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from indicator_tables import flow, found, tables

from mixflow.experiments.results import indicators
from mixflow.experiments.results.indicators import INDICATORS

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs" / "how-to"
SOURCES = ("agents", "configs", "docs", "experiments", "policies", "scenarios", "sim", "src")
TESTS = ("conftest.py", "tiny_world.py", "unit/test_day.py")


def blocks(page: str, kind: str) -> list[str]:
    """The code of a page in one language."""
    return re.findall(rf"^```{kind}\n(.*?)^```", (PAGES / page).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.fixture
def refusals(tmp_path: Path) -> Iterator[str]:
    """The module of the page, saved and imported as the page says; gone afterwards."""
    module, line = blocks("add_an_indicator.md", "python")
    path = tmp_path / "refusals.py"
    path.write_text(module, encoding="utf-8")
    assert line.strip() == "from . import refusals as refusals"
    spec = importlib.util.spec_from_file_location(f"{indicators.__name__}.refusals", path)
    assert spec is not None
    assert spec.loader is not None
    spec.loader.exec_module(importlib.util.module_from_spec(spec))
    yield "refused_claims"
    del INDICATORS["refused_claims"]


def test_an_indicator_is_one_function(refusals: str) -> None:
    run = tables(
        [flow("decision", 10.0), flow("protection", 4.0), flow("decision", 5.0, 1), flow("protection", 4.0, 1)]
    )
    assert found(refusals, run) == pytest.approx([0.6, 0.2, 7.0 / 15.0])


def test_the_command_of_the_page_is_one_that_there_is() -> None:
    from mixflow.experiments.cli.main import COMMANDS

    (command,) = blocks("add_an_indicator.md", "sh")
    assert command.split()[:2] == ["mixflow", "compare"]
    assert "compare" in COMMANDS


def copied(into: Path) -> Path:
    """The project without its other tests, as somebody who follows a page has it."""
    for name in SOURCES:
        shutil.copytree(ROOT / name, into / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", into)
    for name in TESTS:
        (into / "tests" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "tests" / name, into / "tests" / name)
    return into


def followed(page: str, root: Path) -> list[str]:
    """Save each file and make each change of a page; return the files that it touches, in order."""
    text, touched = (PAGES / page).read_text(encoding="utf-8"), []
    for part in re.finditer(r"`([^`\n]+)`[^`]*?\n\n```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        path = root / part[1]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(part[2], encoding="utf-8")
        touched.append(part[1])
    for change in blocks(page, "diff"):
        head, *lines = change.splitlines()
        path = root / head.removeprefix("--- ")
        old, new = ("".join(f"{line[1:]}\n" for line in lines if line[0] != sign) for sign in "+-")
        before = path.read_text(encoding="utf-8")
        assert before.count(old) == 1, f"{page}: {head} has {before.count(old)} times\n{old}"
        path.write_text(before.replace(old, new), encoding="utf-8")
        touched.append(head.removeprefix("--- "))
    return touched


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ("add_a_lever.md", {"sim/base/levers.py", "sim/processes/settle/kernel.py"}),
        ("add_a_parameter.md", {"sim/base/numbers/living.py", "sim/processes/settle/kernel.py"}),
        ("add_a_mechanism.md", {"sim/processes/host_fatigue", "sim/engine/day.py"}),
    ],
)
def test_a_page_works_when_it_is_followed(page: str, code: set[str], tmp_path: Path) -> None:
    root = copied(tmp_path)
    touched = followed(page, root)
    assert {str(Path(name).parent) if "host_fatigue" in name else name for name in touched if name[:3] == "sim"} == code
    command, *_ = blocks(page, "sh")
    assert command.startswith("pytest ")
    tests = [name for name in command.split()[1:] if "test_day" not in name]
    assert [name for name in touched if name.startswith("tests/")] == tests
    assert "python -m mixflow.experiments.cli.docs" in "".join(blocks(page, "sh"))
    program = f"""if 1:
        import sys, pytest
        from mixflow.experiments.cli import docs
        sys.exit(docs.main() or pytest.main(["-q", "-p", "no:cacheprovider", *{tests}]))"""
    off = {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(root / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, env=os.environ | off, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    odd = (root / "docs" / "odd.md").read_text(encoding="utf-8")
    new = {
        "add_a_lever.md": "job_placement",
        "add_a_parameter.md": "protected_jobs",
        "add_a_mechanism.md": "host fatigue",
    }
    assert new[page] in odd
