"""Where compiled kernels are kept: a folder named by a hash of all that kernels can read, which nobody else can write to.

Loading a compiled kernel runs code, so a folder that another user has made or can write to is never used.
"""

import atexit
import hashlib
import multiprocessing
import os
import re
import shutil
import stat
import sys
import tempfile
from pathlib import Path

import numba

IMPORT = re.compile(r"^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import[ \t]+(\([^)]*\)|[^\n]+)|import[ \t]+([^\n]+))", re.M)
"""An import statement: what a module is imported from and the names, or the modules. Parsing would take longer than all else."""

DECORATORS = frozenset({"kernel", "part", "allocating"})
"""What `mixflow.sim.base.forms` compiles functions with."""


def kernel_sources(package: Path) -> dict[str, Path]:
    """All modules of `sim` whose constants kernels can read, by name: modules with kernels, and all that they import.

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
    left = [name for name, text in texts.items() if name != __name__ and _has_kernels(text)]
    found: dict[str, Path] = {}
    while left:
        name = left.pop()
        if name in modules and name not in found:
            found[name] = modules[name]
            is_package = modules[name].name == "__init__.py"
            for base, names in _imports(texts[name], name if is_package else name.rpartition(".")[0]):
                left += [base, *(f"{base}.{taken}" for taken in names)]
    return dict(sorted(found.items()))


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
        content = path.read_bytes()
        digest.update(f"\n{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def folder_for(digest: str) -> tuple[Path | None, str | None]:
    """The folder for compiled kernels, None where none can be had; and a line for the user where it is not the usual one."""
    wanted, problem = None, "there is no home folder"
    try:
        wanted = _usual(digest)
        problem = _problem(wanted)
    except RuntimeError:  # nobody knows where home is
        pass
    if wanted is not None and not problem:
        return wanted, None
    instead = _temporary(digest)
    said = f"mixflow: compiled code cannot be kept in {wanted or 'the cache of the user'}: {problem}; it is "
    return instead, said + (f"kept in {instead}" if instead else "not kept, and every process compiles again")


def _usual(digest: str) -> Path:
    given = os.environ.get("NUMBA_CACHE_DIR")
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mixflow" if not given else Path(given)
    return root / f"kernels-{digest}"


def _problem(folder: Path) -> str:
    """Why compiled code cannot be kept in a folder, which is made where it is missing; empty where it can."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.scandir(folder) as entries:
            below = [Path(entry.path) for entry in entries if entry.is_dir(follow_symlinks=False)]
        for each in (folder, *below):
            if not _trusted(each.stat(), 0o002):
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


def _temporary(digest: str) -> Path | None:
    """A folder under the temporary one that this user alone can read: the same for all runs, or one for this process."""
    try:
        user = os.geteuid() if hasattr(os, "geteuid") else 0
        shared = Path(tempfile.gettempdir()) / f"mixflow-{user}-kernels-{digest}"
        shared.mkdir(mode=0o700, exist_ok=True)
        found = shared.lstat()
        if stat.S_ISDIR(found.st_mode) and _trusted(found, 0o077) and not _problem(shared):
            return shared
    except OSError:
        pass
    try:
        own = Path(tempfile.mkdtemp(prefix="mixflow-kernels-"))
    except OSError:
        return None
    atexit.register(shutil.rmtree, own, ignore_errors=True)
    return own


def keep_compiled_code() -> None:
    """Let Numba keep compiled kernels in a folder of this version of the sources, and say so where it is not the usual one.

    Numba notices a change in a function's own file only, not in the files it calls into; with one folder a version nothing stale
    can run. Without any folder Numba would stop the program, or write into the installation: then nothing is kept.
    """
    folder, said = folder_for(digest_of(kernel_sources(Path(__file__).parents[2])))
    if said and multiprocessing.parent_process() is None:
        print(said, file=sys.stderr)
    if folder is None:
        numba.core.dispatcher.Dispatcher.enable_caching = lambda self: None  # type: ignore[method-assign]
    else:
        numba.config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]
