"""All that is imported is declared, where it is needed; what is bound closely has an upper bound."""

import ast
import importlib.metadata
import re
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("sim", "agents", "policies", "scenarios", "configs", "experiments")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
FOR_USERS = {name: needed for name, needed in PROJECT["optional-dependencies"].items() if name != "dev"}
OWN = {"mixflow", *ROOMS}
ONLY_IF_THERE = {"mesa_frames", "polars"}
"""Peers that a benchmark compares with where somebody has installed them."""
BENCH = {"playwright": "dev"}
"""What benchmarks alone need, and the extra for developers that has it."""
PLUG_INS = {"hydra-joblib-launcher", "joblib", "hydra-submitit-launcher", "solara", "solara-assets", "ipyvuetify"}
"""Declared and not imported by us: launchers that Hydra finds, and bounds on parts of others."""


def name_of(requirement: str) -> str:
    """The normal name of a distribution."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\s\[<>=!~;]", requirement)[0]).lower()


@cache
def imports(room: str) -> dict[str, set[str]]:
    """Top-level names of modules that a room imports, and the files that do."""
    found: dict[str, set[str]] = {}
    for path in sorted((ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            for name in names:
                found.setdefault(name.split(".")[0], set()).add(str(path.relative_to(ROOT)))
    return {name: files for name, files in found.items() if name not in sys.stdlib_module_names | OWN}


@cache
def distributions() -> dict[str, list[str]]:
    """Distributions that hold each module; of what is not installed, a module of the distribution's name is assumed."""
    return {
        module: [name_of(name) for name in names]
        for module, names in importlib.metadata.packages_distributions().items()
    }


@pytest.mark.parametrize("room", ROOMS)
def test_all_that_a_room_imports_is_declared(room: str) -> None:
    declared = {name_of(needed) for needed in PROJECT["dependencies"]}
    extras = {name_of(needed) for group in FOR_USERS.values() for needed in group}
    held_by = distributions()
    if room in ("sim", "agents", "policies", "configs"):
        extras = set()  # these work with what every installation has
    missing = {
        module: sorted(files)
        for module, files in imports(room).items()
        if not (declared | extras) & {*held_by.get(module, []), name_of(module)}
        and module not in ONLY_IF_THERE | BENCH.keys()
    }
    assert not missing


def test_what_benchmarks_alone_need_is_theirs_alone() -> None:
    found = {module: files for room in ROOMS for module, files in imports(room).items()}
    for module, extra in BENCH.items():
        assert all(file.startswith("experiments/bench/") for file in found[module])
        assert module in {name_of(needed) for needed in PROJECT["optional-dependencies"][extra]}
    for module in ONLY_IF_THERE:
        assert all(file.startswith("experiments/bench/") for file in found[module])


def test_nothing_is_declared_that_nobody_imports() -> None:
    held_by = distributions()
    used = {name for room in ROOMS for module in imports(room) for name in (*held_by.get(module, []), name_of(module))}
    declared = {name_of(needed) for group in (PROJECT["dependencies"], *FOR_USERS.values()) for needed in group}
    assert not declared - used - PLUG_INS


@pytest.mark.parametrize("name", ["numba", "llvmlite", "mesa", "hydra-core", "omegaconf", "pyesmda", "nicegui"])
def test_of_what_private_parts_are_used_an_upper_bound_is_declared(name: str) -> None:
    needed = [
        each for group in (PROJECT["dependencies"], *FOR_USERS.values()) for each in group if name_of(each) == name
    ]
    assert needed
    assert all("<" in each for each in needed)


def test_the_lock_holds_all_that_is_declared() -> None:
    locked = {name_of(line) for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines() if line}
    unlocked = {"peers", "mesa-viz"}  # see the Makefile: these are not locked
    declared = {
        name_of(needed)
        for group in (PROJECT["dependencies"], *(group for name, group in FOR_USERS.items() if name not in unlocked))
        for needed in group
    }
    assert declared <= locked
