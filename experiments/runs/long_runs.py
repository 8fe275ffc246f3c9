"""Long runs go on where they were broken off: a checkpoint every so often, beside the results, gone once they are there."""

import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from mixflow.sim.base.integrity import remove
from mixflow.sim.engine import checkpoint

from .boundary import reason

FOLDER = ".checkpoints"


class Checkpoints:
    """The checkpoint of one run.

    Parameters
    ----------
    final
        The folder of the run's results; its name tells config, code and seed, so that no other run's is ever taken.
    minutes
        Between two; None for never.
    lease_held
        Asked before one is written.
    """

    def __init__(self, final: Path, minutes: int | None, lease_held: Callable[[], bool]) -> None:
        self.path = final.parent / FOLDER / f"{final.name}.npz"
        self._seconds = None if minutes is None else 60.0 * minutes
        self._lease_held = lease_held
        self._last = time.monotonic()
        self._resumed = False

    def resume(self, model: Any, anew: Callable[[], Any]) -> Any:
        """The model where it was broken off, if it was; one that is built again where the checkpoint cannot be read."""
        if not os.path.lexists(self.path):
            return model
        try:
            checkpoint.load(model, self.path)
        except checkpoint.CheckpointMismatch as error:
            print(
                f"mixflow: the checkpoint cannot be used ({error}). {self._set_aside()} The run begins again.",
                file=sys.stderr,
            )
            return anew()
        self._resumed = True
        return model

    def failed(self, error: Exception) -> bool:
        """Whether a run that broke off goes back to its first day: its checkpoint, which may be why, is out of the way then."""
        if not self._resumed:
            return False
        self._resumed = False
        print(
            f"mixflow: the run from the checkpoint failed ({reason(error)}). {self._set_aside()} The run begins again.",
            file=sys.stderr,
        )
        return True

    def _set_aside(self) -> str:
        """Move the checkpoint out of the way of the next one, and say where it lies."""
        aside = self.path.with_suffix(".damaged")
        try:
            remove(aside)
            self.path.rename(aside)
        except OSError as error:
            return f"It stays where it is ({(error.strerror or str(error)).lower()})."
        return f"It lies in {aside} now."

    def due(self, model: Any) -> None:
        """Write one where it is time; what cannot be written does not end the run."""
        if self._seconds is None or time.monotonic() - self._last < self._seconds:
            return
        self._last = time.monotonic()
        if not self._lease_held():
            return
        try:
            checkpoint.save(model, self.path)
        except OSError as error:
            print(f"mixflow: no checkpoint could be written: {error.strerror}.", file=sys.stderr)

    def remove(self) -> None:
        """Remove it; one that cannot be removed ends no run."""
        with suppress(OSError):
            remove(self.path)
