"""Where compiled kernels are kept: a folder for each module, named by a hash of all that its kernels can read.

A change of one process compiles that process again and those that call it, nothing else. Loading a compiled kernel runs code,
so a folder that another user has made or can write to is never used.
"""

import atexit
import functools
import hashlib
import multiprocessing
import os
import re
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import numba
from numba.core.caching import UserProvidedCacheLocator

IMPORT = re.compile(r"^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import[ \t]+(\([^)]*\)|[^\n]+)|import[ \t]+([^\n]+))", re.M)
"""An import statement: what a module is imported from and the names, or the modules. Parsing would take longer than all else."""

DECORATORS = frozenset({"kernel", "part", "allocating"})
"""What `mixflow.sim.base.forms` compiles functions with."""


ALL = "all"
"""The folder of kernels outside `sim` that call into it, as those of benchmarks do; its hash is of all kernel modules."""

FALLBACKS = (
    "UserProvidedCacheLocator",
    "InTreeCacheLocator",
    "UserWideCacheLocator",
    "IPythonCacheLocator",
    "ZipCacheLocator",
)
"""How Numba itself looks for a place; it reads no list of places that is added to its own."""

SHAPE = re.compile(r"\bnamedtuple\(|\(NamedTuple\)")
"""A tuple that kernels may take. Compiled code knows its fields by position, and who takes it need not import it."""

PARAMS = "mixflow.sim.base.params"
OWN_NUMBERS = re.compile(r"mixflow\.sim\.processes\.\w+\.numbers")
"""Modules that `PARAMS` finds by their name."""

CASES = "mixflow.sim.displacement."
"""No kernel outside takes its tuples."""

_folders: dict[str, str] = {}
"""The folder of each module with kernels, by the path of its source."""


def kernel_sources(package: Path) -> dict[str, dict[str, Path]]:
    """For each module of `sim` with kernels: all modules whose constants its kernels can read.

    These are itself, all that it imports, and the modules of tuples that kernels take. Numbers that a process keeps in its own
    folder are read by `mixflow.sim.base.params`, which finds them by their name.

    Parameters
    ----------
    package
        The folder of the package `mixflow`; no kernel imports what lies outside its folder `sim`.
    """
    modules = {}
    for path in (package / "sim").rglob("*.py"):
        parts = path.relative_to(package.parent).with_suffix("").parts
        modules[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    texts = {name: path.read_text(encoding="utf-8") for name, path in modules.items()}
    imports: dict[str, set[str]] = {}

    shapes = [name for name, text in texts.items() if name != __name__ and SHAPE.search(text)]

    def closure(name: str) -> dict[str, Path]:
        in_cases = name.startswith(CASES)
        found, left = set(), [name, *(shape for shape in shapes if in_cases or not shape.startswith(CASES))]
        while left:
            each = left.pop()
            if each not in found:
                found.add(each)
                if each not in imports:
                    imports[each] = _imported(each, modules[each], texts[each]) & modules.keys()
                    imports[each] |= {name for name in modules if each == PARAMS and OWN_NUMBERS.fullmatch(name)}
                left += imports[each]
        return {each: modules[each] for each in sorted(found)}

    return {name: closure(name) for name in sorted(modules) if name != __name__ and _has_kernels(texts[name])}


def _imported(name: str, path: Path, text: str) -> set[str]:
    found = _imports(text, name if path.name == "__init__.py" else name.rpartition(".")[0])
    return {base for base, _ in found} | {f"{base}.{taken}" for base, names in found for taken in names}


def _has_kernels(text: str) -> bool:
    return "njit" in text or any(
        base.endswith(".forms") and DECORATORS & set(names) for base, names in _imports(text, ".")
    )


def _imports(text: str, package: str) -> list[tuple[str, list[str]]]:
    """What a module of a package imports: full names of modules, and for each the names that are taken from it."""
    found: list[tuple[str, list[str]]] = []
    for base, names, modules in IMPORT.findall(text):
        taken = [part.split()[0] for part in (names or modules).strip("() \n").split(",") if part.split()]
        if not base:
            found += [(module, []) for module in taken]
            continue
        name = base.lstrip(".")
        dots, parents = len(base) - len(name), package.split(".")
        found.append(
            (".".join([*parents[: len(parents) - dots + 1 if dots else 0], *name.split(".")]).rstrip("."), taken)
        )
    return found


def digest_of(sources: dict[str, Path]) -> str:
    """A hash of Numba's version and of modules by name."""
    digest = hashlib.blake2b(numba.__version__.encode(), digest_size=8)
    for name, path in sources.items():
        digest.update(f"\n{name} ".encode() + _content(path))
    return digest.hexdigest()


@functools.cache
def _content(path: Path) -> bytes:
    return hashlib.blake2b(path.read_bytes(), digest_size=16).digest()


def folder_names(sources: dict[str, dict[str, Path]]) -> dict[str, str]:
    """The name of the folder of each module with kernels, and of the one for all others (`ALL`)."""
    everything = {name: path for each in sources.values() for name, path in each.items()}
    named = {name: digest_of(each) for name, each in sources.items()} | {
        ALL: digest_of(dict(sorted(everything.items())))
    }
    return {name: f"{name.removeprefix('mixflow.sim.')}-{digest}" for name, digest in named.items()}


def folder_for(names: Collection[str]) -> tuple[Path | None, str | None]:
    """Where folders of these names are, for compiled kernels; None where none can be had, and then a line for the user.

    The line is also given where it is not the usual place.
    """
    wanted, problem = None, "there is no home folder"
    try:
        wanted = _usual()
        problem = _problem(wanted, names)
    except RuntimeError:  # nobody knows where home is
        pass
    if wanted is not None and not problem:
        return wanted, None
    instead = _temporary(names)
    said = f"mixflow: compiled code cannot be kept in {wanted or 'the cache of the user'}: {problem}; it is "
    return instead, said + (f"kept in {instead}" if instead else "not kept, and every process compiles again")


def _usual() -> Path:
    given = os.environ.get("NUMBA_CACHE_DIR")
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mixflow" if not given else Path(given)
    return root / "kernels"


def _problem(folder: Path, names: Collection[str]) -> str:
    """Why compiled code cannot be kept in folders of a folder, which are made where they are missing; empty where it can."""
    try:
        for each in (folder, *(folder / name for name in names)):
            each.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not _trusted(each.lstat(), 0o002):
                return "another user owns it or may write to it"
            tempfile.TemporaryFile(dir=each).close()
    except OSError as error:
        return (error.strerror or str(error)).lower()
    return ""


def _trusted(found: os.stat_result, others: int) -> bool:
    """Whether a folder belongs to this user or to root, and has none of these permissions."""
    if not hasattr(os, "geteuid"):
        return True
    return found.st_uid in (0, os.geteuid()) and not found.st_mode & others


def _temporary(names: Collection[str]) -> Path | None:
    """A folder under the temporary one that this user alone can read: the same for all runs, or one for this process."""
    try:
        user = os.geteuid() if hasattr(os, "geteuid") else 0
        shared = Path(tempfile.gettempdir()) / f"mixflow-{user}-kernels"
        shared.mkdir(mode=0o700, exist_ok=True)
        found = shared.lstat()
        if stat.S_ISDIR(found.st_mode) and _trusted(found, 0o077) and not _problem(shared, names):
            return shared
    except OSError:
        pass
    try:
        own = Path(tempfile.mkdtemp(prefix="mixflow-kernels-"))
    except OSError:
        return None
    atexit.register(shutil.rmtree, own, ignore_errors=True)
    return None if _problem(own, names) else own


class SourcesLocator(UserProvidedCacheLocator):  # type: ignore[misc, unused-ignore]
    """Tells Numba the folder of a module with kernels."""

    def __init__(self, function: Callable[..., Any], file: str) -> None:
        super().__init__(function, file)  # type: ignore[no-untyped-call]
        self._cache_path = _folders[file]

    @classmethod
    def from_function(cls, function: Callable[..., Any], file: str) -> "SourcesLocator | None":
        """The place of a function of a file; None where the file is no module with kernels."""
        if file not in _folders:
            return None
        found: SourcesLocator | None = super().from_function(function, file)  # type: ignore[no-untyped-call]
        return found


def keep_compiled_code() -> None:
    """Let Numba keep compiled kernels in folders of these very sources, and say so where they are not in the usual place.

    Numba notices a change in a function's own file only, not in the files it calls into; with a folder for each content of all
    that kernels can read, nothing stale can run. Without any folder Numba would stop the program, or write into the installation:
    then nothing is kept.
    """
    sources = kernel_sources(Path(__file__).parents[2])
    names = folder_names(sources)
    folder, said = folder_for(names.values())
    if said and multiprocessing.parent_process() is None:
        print(said, file=sys.stderr)
    if folder is None:
        numba.core.dispatcher.Dispatcher.enable_caching = lambda self: None  # type: ignore[method-assign]
        return
    _folders.update({str(sources[name][name]): str(folder / names[name]) for name in sources})
    numba.config.CACHE_DIR = str(folder / names[ALL])  # type: ignore[attr-defined]
    locators = numba.config.CACHE_LOCATOR_CLASSES or ",".join(FALLBACKS)  # type: ignore[attr-defined]
    numba.config.CACHE_LOCATOR_CLASSES = f"{__name__}.{SourcesLocator.__name__},{locators}"  # type: ignore[attr-defined]
