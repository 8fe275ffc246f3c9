"""Output that cannot be shown or written ends no run: unknown letters are escaped, and a stream that fails goes silent."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO, cast


class Output:
    """A text stream that writes on until it fails, and from then on nowhere; all else is the stream's own.

    Parameters
    ----------
    stream
        Standard output or error.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.failed: OSError | None = None
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write a text, unless the stream has failed."""
        try:
            return self._stream.write(text) if self.failed is None else len(text)
        except OSError as error:
            self._fail(error)
            return len(text)

    def flush(self) -> None:
        """Hand on what was written."""
        try:
            self._stream.flush()
        except OSError as error:
            self._fail(error)

    def _fail(self, error: OSError) -> None:
        """Remember why, and let what is still in the buffer go nowhere: the interpreter flushes it when it ends."""
        self.failed = self.failed or error
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, self._stream.fileno())
        except (OSError, ValueError):  # a stream without a file
            pass
        finally:
            os.close(nowhere)


@contextmanager
def lasting_streams() -> Iterator[Output | None]:
    """Standard output and error that last as long as the command; gives the first, whose failure the command reports."""
    before = sys.stdout, sys.stderr
    out, err = (None if stream is None else Output(stream) for stream in before)  # none where it was closed
    sys.stdout, sys.stderr = cast(TextIO, out), cast(TextIO, err)
    try:
        yield out
    finally:
        for stream in (out, err):
            if stream is not None:
                stream.flush()
        sys.stdout, sys.stderr = before
