"""The engine: people, graph, kernels, accounts. Imports no sibling room."""

import hashlib
import os
import tempfile
from pathlib import Path

import numba

FEED_KERNELS = ("rng", "codes", "decisions", "params", "population")
"""Modules whose constants and tuples are compiled into kernels."""


def _keep_compiled_code() -> None:
    """Give compiled kernels a folder named by the hash of all kernel sources.

    Numba notices a change in a function's own file only, not in the files it calls into; with one folder a version of the
    sources nothing stale can ever run. `NUMBA_CACHE_DIR` overrides it.
    """
    if os.environ.get("NUMBA_CACHE_DIR"):
        return
    here = Path(__file__).parent
    digest = hashlib.blake2b(numba.__version__.encode(), digest_size=8)
    rooms = sorted([*(here / "kernels").glob("*.py"), *(here / "flight").glob("*.py")])
    for source in [*(here / f"{name}.py" for name in FEED_KERNELS), *rooms]:
        digest.update(source.read_bytes())
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = root / "mixflow" / f"kernels-{digest.hexdigest()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        folder = Path(tempfile.gettempdir()) / f"mixflow-{os.getuid()}-kernels-{digest.hexdigest()}"
    numba.config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]


if __name__ == "sim":
    raise ImportError(
        "write `import mixflow.sim`: imported as `sim` it would be a second, different copy of everything"
    )

_keep_compiled_code()
