"""What a calibration has done so far, on disk: one line an evaluation, so that a killed one goes on where it was."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from mixflow.sim.errors import UserError

Floats = npt.NDArray[np.float64]


class State:
    """Evaluations by key, kept in `evaluations.jsonl` under a folder that the calibration's content names.

    A line is written whole and brought to the disk before it counts; a torn last line is cut off when it is read again.
    Two processes never write at once: the second is refused.

    Parameters
    ----------
    folder
        Made where it is not there.
    plan
        What is calibrated, for people who look into the folder.
    """

    def __init__(self, folder: Path, plan: Mapping[str, Any]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._path = folder / "evaluations.jsonl"
        self._found: dict[str, Floats] = {}
        self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        self._lock()
        self._read()
        (folder / "plan.json").write_text(json.dumps(plan, indent=2, default=str) + "\n", encoding="utf-8")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._handle)

    def __len__(self) -> int:
        return len(self._found)

    def get(self, key: str) -> Floats | None:
        """What an evaluation gave, or None where it has not been done."""
        return self._found.get(key)

    def put(self, key: str, values: Floats) -> None:
        """Keep what an evaluation gave; it is on the disk when this returns."""
        line = json.dumps([key, [None if np.isnan(value) else float(value) for value in values]]) + "\n"
        os.write(self._handle, line.encode())
        os.fsync(self._handle)
        self._found[key] = values

    def _lock(self) -> None:
        try:
            import fcntl
        except ImportError:  # not a POSIX system: nothing keeps two from writing
            return
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._handle)
            raise UserError(f"another calibration works in {self.folder}; wait for it, or end it.") from error

    def _read(self) -> None:
        content = self._path.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        good = 0
        for line in whole.splitlines(keepends=True):
            try:
                key, values = json.loads(line)
            except ValueError:
                break
            self._found[key] = np.array([np.nan if value is None else value for value in values], float)
            good += len(line)
        os.truncate(self._handle, good)
        os.lseek(self._handle, 0, os.SEEK_END)
