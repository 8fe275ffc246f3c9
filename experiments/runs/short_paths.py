"""Paths as they are printed."""

from pathlib import Path


def short_path(path: Path) -> Path:
    """A path from the working folder where it lies below, as it is elsewhere."""
    return path.relative_to(Path.cwd()) if path.is_absolute() and path.is_relative_to(Path.cwd()) else path
