"""What a calibration has done so far, on disk: one line an evaluation, so that a killed one goes on where it was."""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from mixflow.sim.accounts.results import cannot_write
from mixflow.sim.base.errors import UserError

from ...runs.line_store import append, opened, read_lines, read_store, say_damaged

KEY = re.compile(r"[0-9a-f]{1,64}")
"""Keys of evaluations are digests."""

Floats = npt.NDArray[np.float64]


class EvaluationLog:
    """Evaluations by key, kept in `evaluations.jsonl` under a folder that the calibration's content names.

    A line is written whole and brought to the disk before it counts, and has a digest: see `line_store`. A line that is damaged
    is skipped, and its evaluation done again. Two processes never write at once: the second is refused.

    Parameters
    ----------
    folder
        Made where it is not there.
    plan
        What is calibrated, for people who look into the folder.
    """

    def __init__(self, folder: Path, plan: Mapping[str, Any]) -> None:
        self.folder = folder
        self._path = folder / "evaluations.jsonl"
        self._found: dict[str, Floats] = {}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._handle = opened(self._path)
        except OSError as error:
            raise cannot_write(folder, error) from error
        try:
            self._lock()
            self._read()
            _write_plan(folder, plan)
        except BaseException:
            os.close(self._handle)
            raise

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
        plain = [None if np.isnan(value) else float(value) for value in values]
        append(self._handle, {"key": key, "values": plain})
        self._found[key] = values

    def _lock(self) -> None:
        try:
            import fcntl
        except ImportError:  # not a POSIX system: nothing keeps two from writing
            return
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise UserError(f"another calibration works in {self.folder}; wait for it, or end it.") from error

    def _read(self) -> None:
        found = read_lines(read_store(self._path))
        bad = found.bad
        for line in found.good:
            if _is_evaluation(line):
                self._found[line["key"]] = np.array([np.nan if v is None else v for v in line["values"]], float)
            else:
                bad += 1
        say_damaged(self._path, bad)


def _write_plan(folder: Path, plan: Mapping[str, Any]) -> None:
    """Write the plan under a name of its own first, so that a link in its place is replaced and not followed."""
    draft = folder / f".plan.{os.getpid()}"
    try:
        draft.write_text(json.dumps(plan, indent=2, default=str) + "\n", encoding="utf-8")
        draft.replace(folder / "plan.json")
    except OSError as error:
        raise cannot_write(folder, error) from error
    finally:
        draft.unlink(missing_ok=True)


def _is_evaluation(line: Mapping[str, Any]) -> bool:
    """Whether a line holds a key and its numbers, and nothing else."""
    if set(line) != {"key", "values"} or not isinstance(line["key"], str) or not KEY.fullmatch(line["key"]):
        return False
    values = line["values"]
    return isinstance(values, list) and all(
        v is None or (isinstance(v, int | float) and not isinstance(v, bool) and np.isfinite(v)) for v in values
    )
