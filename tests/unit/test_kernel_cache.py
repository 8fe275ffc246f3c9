"""Compiled code is kept apart by all that kernels can read, and only where nobody else could have put it."""

import ast
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import pytest

import mixflow.sim
from mixflow.sim.base import kernel_cache, rng
from mixflow.sim.base.kernel_cache import ALL, digest_of, folder_for, folder_names, kernel_sources
from mixflow.sim.engine import visit

PACKAGE = Path(mixflow.sim.__file__).parent.parent
COMPILERS = {"njit", "kernel", "part", "allocating"}
"""What keeps compiled code; an intrinsic is a part of those who call it."""
unix = pytest.mark.skipif(not hasattr(os, "geteuid"), reason="folders have no owners here")


# ---- what is in the hash


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def compiles(tree: ast.Module) -> bool:
    """Whether a module decorates a function with one of the compilers."""
    decorators = [each for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) for each in node.decorator_list]
    return any(COMPILERS & set(ast.unparse(each).replace("(", ".").split(".")) for each in decorators)


def imported(name: str, path: Path, tree: ast.Module, modules: dict[str, Any]) -> set[str]:
    """Modules that one imports, as Python resolves them."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            found |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    return found & modules.keys()


def test_all_that_a_kernel_module_imports_is_in_the_hash() -> None:
    """By Python's own grammar, where the program only looks for import statements."""
    modules = {module_name(path): path for path in (PACKAGE / "sim").rglob("*.py")}
    trees = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in modules.items()}
    with_kernels = {name for name, tree in trees.items() if compiles(tree)}
    assert {"mixflow.sim.base.rng", "mixflow.sim.displacement.flee", "mixflow.sim.engine.visit"} <= with_kernels
    sources = kernel_sources(PACKAGE)
    assert with_kernels <= sources.keys()
    for name in with_kernels:
        needed: set[str] = set()
        left = [name, "mixflow.sim.people.population"]  # with tuples that kernels take
        left += ["mixflow.sim.displacement.peer_rules"] if "displacement" in name else []
        while left:
            each = left.pop()
            if each not in needed:
                needed.add(each)
                left += imported(each, modules[each], trees[each], modules)
        assert needed <= sources[name].keys(), name
        assert all(sources[name][each] == modules[each] for each in sources[name])
    every = sources["mixflow.sim.engine.visit"].keys()
    assert {"mixflow.sim.base.numbers.leaving", "mixflow.sim.people.packed_keys", "mixflow.sim.base.codes"} <= every
    assert (
        not {"mixflow.sim.accounts.ledger", "mixflow.sim.engine.model"} & every
    )  # else every edit would compile everything


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the package's sources."""
    package = tmp_path / "mixflow"
    shutil.copytree(PACKAGE / "sim", package / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    return package


@pytest.fixture
def changed(copied: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], set[str]]:
    """Add a line to a module of the copy; answers with the modules whose kernels are compiled again, by short names."""

    def change(name: str, line: str) -> set[str]:
        before = folder_names(kernel_sources(copied))
        assert before == folder_names(kernel_sources(PACKAGE)), "where the sources lie has no part in it"
        file = copied / "sim" / name
        file.write_text(file.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")
        kernel_cache._content.cache_clear()
        after = folder_names(kernel_sources(copied))
        return {module.removeprefix("mixflow.sim.") for module in after if after[module] != before[module]}

    return change


@pytest.mark.parametrize(
    ("name", "again"),
    [
        ("people/population.py", {"base.ration", "world.ways", "displacement.flee", "engine.visit", ALL}),
        ("displacement/peer_rules.py", {"displacement.flee", "displacement.journeys", ALL}),
        ("base/codes.py", {"processes.settle.kernel", "engine.visit", "accounts.tally", ALL}),
        ("people/packed_keys.py", {"processes.settle.kernel", "engine.visit", "accounts.tally", ALL}),
        ("base/numbers/leaving.py", {"processes.leave.kernel", "engine.visit", ALL}),
        ("base/numbers/param.py", {"processes.leave.kernel", "engine.visit", ALL}),
    ],
)
def test_a_changed_constant_takes_other_folders(
    changed: Callable[[str, str], set[str]], name: str, again: set[str]
) -> None:
    assert again <= changed(name, "ADDED = 1")


@pytest.mark.parametrize(
    ("name", "again"),
    [
        ("displacement/journeys.py", {"displacement.flee", "displacement.mixflow", "displacement.journeys", ALL}),
        ("processes/settle/kernel.py", {"processes.settle.kernel", "engine.visit", ALL}),
        ("accounts/ledger.py", set()),
        ("displacement/own_rules.py", set()),
    ],
)
def test_a_change_compiles_its_callers_again_and_nothing_else(
    changed: Callable[[str, str], set[str]], name: str, again: set[str]
) -> None:
    assert changed(name, "ADDED = 1") == again


@pytest.mark.parametrize(
    "line",
    [
        "from mixflow.sim.added import NUMBER",
        "from ..added import NUMBER",
        "from .. import (\n    codes,\n    added,\n)",
        "import mixflow.sim.added as more",
        "def later():\n    from mixflow.sim import added",
    ],
)
def test_a_module_that_a_kernel_begins_to_import_is_in_the_hash(copied: Path, line: str) -> None:
    (copied / "sim" / "added.py").write_text("NUMBER = 1\n")
    race = "mixflow.sim.base.race"
    assert "mixflow.sim.added" not in kernel_sources(copied)[race]
    file = copied / "sim" / "base" / "race.py"
    file.write_text(file.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")
    assert "mixflow.sim.added" in kernel_sources(copied)[race]


def test_contents_that_change_places_take_another_folder(tmp_path: Path) -> None:
    a, b = tmp_path / "a.py", tmp_path / "b.py"
    a.write_text("X = 1\n")
    b.write_text("X = 2\n")
    assert digest_of({"a": a, "b": b}) != digest_of({"a": b, "b": a})


def test_this_process_keeps_its_code_in_the_folders_of_its_sources() -> None:
    names = folder_names(kernel_sources(PACKAGE))
    others = Path(str(numba.config.CACHE_DIR))  # type: ignore[attr-defined]
    assert others.name == names[ALL]
    kernels: list[tuple[Any, Any]] = [(visit, visit.visit_moving), (rng, rng.philox4x32)]
    for module, kernel in kernels:
        assert Path(kernel._cache.cache_path) == others.parent / names[module.__name__]


# ---- where it is


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the user and a temporary folder for each test."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    return tmp_path


def of_somebody_else(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a folder away; who is not root becomes somebody else."""
    if os.geteuid() == 0:
        os.chown(folder, 54321, -1)
    else:
        other = os.geteuid() + 1
        monkeypatch.setattr(os, "geteuid", lambda: other)


def test_the_usual_folder_belongs_to_the_user_alone_and_is_not_mentioned(places: Path) -> None:
    folder, said = folder_for(["12ab"])
    assert (folder, said) == (places / "cache" / "mixflow" / "kernels", None)
    assert folder is not None
    assert folder.stat().st_mode & 0o777 == 0o700
    assert folder_for(["12ab"]) == (folder, None)


def test_numba_cache_dir_is_the_users_choice_and_is_used(places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(places / "mine"))
    assert folder_for(["12ab"]) == (places / "mine" / "kernels", None)


@pytest.mark.parametrize("variable", ["XDG_CACHE_HOME", "NUMBA_CACHE_DIR"])
def test_a_folder_that_cannot_be_made_is_named_and_replaced(
    places: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    (places / "file").write_text("")
    monkeypatch.setenv(variable, str(places / "file"))
    folder, said = folder_for(["12ab"])
    assert folder is not None
    assert folder.parent == places / "temporary"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert said is not None
    assert "\n" not in said
    assert f"cannot be kept in {places / 'file'}" in said
    assert said.endswith(f"it is kept in {folder}")
    assert folder_for(["12ab"])[0] == folder, "the next run finds what this one has compiled"


@pytest.mark.parametrize("below", [".", "12ab"])
def test_a_folder_that_is_there_and_cannot_be_written_to_is_replaced(
    places: Path, monkeypatch: pytest.MonkeyPatch, below: str
) -> None:
    usual, _ = folder_for(["12ab"])
    assert usual is not None
    shut = usual / below
    shut.mkdir(exist_ok=True)
    write = tempfile.TemporaryFile

    def refuse(dir: Path) -> Any:
        if Path(dir) == shut:
            raise PermissionError(13, "Permission denied")
        return write(dir=dir)

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    folder, said = folder_for(["12ab"])
    assert folder is not None
    assert folder.parent == places / "temporary"
    assert said is not None
    assert "permission denied" in said


@unix
@pytest.mark.parametrize("below", [".", "12ab"])
def test_a_folder_of_another_user_is_not_trusted(places: Path, monkeypatch: pytest.MonkeyPatch, below: str) -> None:
    usual, _ = folder_for(["12ab"])
    assert usual is not None
    (usual / below).mkdir(exist_ok=True)
    of_somebody_else(usual / below, monkeypatch)
    folder, said = folder_for(["12ab"])
    assert folder not in (None, usual)
    assert said is not None
    assert "another user" in said


@unix
def test_a_folder_that_everybody_may_write_to_is_not_trusted() -> None:
    usual, _ = folder_for(["12ab"])
    assert usual is not None
    usual.chmod(0o777)
    assert folder_for(["12ab"])[0] != usual


@unix
@pytest.mark.parametrize("fault", ["owner", "mode", "link", "file"])
def test_a_temporary_folder_that_somebody_has_prepared_is_not_used(
    places: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    (places / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(places / "file"))
    shared, _ = folder_for(["12ab"])
    assert shared is not None
    if fault == "owner":
        of_somebody_else(shared, monkeypatch)
        shared.rename(shared.with_name(f"mixflow-{os.geteuid()}-kernels"))
    elif fault == "mode":
        shared.chmod(0o750)
    else:
        shutil.rmtree(shared)
        (places / "theirs").mkdir(mode=0o700)
        shared.symlink_to(places / "theirs") if fault == "link" else shared.write_text("")
    folder, _ = folder_for(["12ab"])
    assert folder is not None
    assert folder.name.startswith("mixflow-kernels-")
    assert folder.stat().st_mode & 0o777 == 0o700


def test_without_any_folder_nothing_is_kept_and_nothing_is_written_into_the_installation(
    places: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (places / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(places / "file"))
    monkeypatch.setattr(tempfile, "tempdir", str(places / "file"))
    dispatcher = numba.core.dispatcher.Dispatcher
    monkeypatch.setattr(dispatcher, "enable_caching", dispatcher.enable_caching)
    monkeypatch.setattr(numba.config, "CACHE_DIR", "")
    source = places / "installed.py"
    source.write_text("def one():\n    return 1\n")
    found: dict[str, Any] = {}
    exec(compile(source.read_text(), str(source), "exec"), found)  # noqa: S102 - what this test wrote
    kernel_cache.keep_compiled_code()
    assert "not kept, and every process compiles again" in capsys.readouterr().err
    assert numba.njit(cache=True)(found["one"])() == 1
    assert sorted(path.name for path in places.iterdir()) == ["file", "installed.py", "temporary"]


def test_a_program_goes_on_with_one_line(places: Path) -> None:
    (places / "file").write_text("")
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(places / "file"), "TMPDIR": str(places / "temporary")}
    done = subprocess.run(
        [sys.executable, "-c", "import mixflow.sim, numba; print(numba.config.CACHE_DIR)"],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert Path(done.stdout.strip()).parents[1] == places / "temporary"
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith(f"mixflow: compiled code cannot be kept in {places / 'file'}")
