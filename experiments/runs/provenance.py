"""What a record says of a run besides its config: the versions, the commit, the time and the memory it took."""

import platform
import subprocess
import sys
import time
from functools import cache
from importlib import metadata
from pathlib import Path

PACKAGES = ("mesa", "numpy", "scipy", "numba", "networkx", "pandas", "pyarrow", "hydra-core", "omegaconf", "matplotlib")
"""Whose versions the record keeps."""


class ResourceMeter:
    """When something began, by the wall and by the processor, and from when on its memory is measured."""

    def __init__(self) -> None:
        self.wall, self.cpu = time.perf_counter(), time.process_time()
        try:
            Path("/proc/self/clear_refs").write_text("5")  # Linux: forget the peak of what ran before in this process
        except OSError:
            return

    def cost(self) -> dict[str, float | None]:
        """Seconds and memory from then to now."""
        return {
            "wall_s": round(time.perf_counter() - self.wall, 3),
            "cpu_s": round(time.process_time() - self.cpu, 3),
            "peak_rss_mb": _peak_rss_mb(),
        }


@cache
def versions() -> dict[str, str]:
    """Python and the packages."""
    return {"python": platform.python_version(), **{package: metadata.version(package) for package in PACKAGES}}


def _peak_rss_mb() -> float | None:
    """Most memory that was used at once: on Linux since it was last cleared, elsewhere by the process in its life."""
    try:
        status = Path("/proc/self/status").read_text()
        return round(int(status.partition("VmHWM:")[2].split()[0]) / 2**10, 1)
    except (OSError, ValueError, IndexError):
        pass
    try:
        import resource
    except ImportError:  # not a POSIX system
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (2**20 if sys.platform == "darwin" else 2**10), 1)


@cache
def git_commit() -> str | None:
    """The commit of the checkout that this code runs from, marked when files differ; None outside a checkout."""
    here = Path(__file__).resolve()

    def git(*arguments: str) -> str | None:
        try:
            done = subprocess.run(
                ["git", *arguments], cwd=here.parent, capture_output=True, text=True, timeout=10, check=False
            )
        except (OSError, subprocess.SubprocessError):
            return None
        return done.stdout.strip() if done.returncode == 0 else None

    if git("ls-files", "--error-unmatch", here.name) is None:
        return None
    commit = git("rev-parse", "HEAD")
    return f"{commit}-dirty" if commit and git("status", "--porcelain", "--untracked-files=no") else commit
