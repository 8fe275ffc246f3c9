"""The edge of what others send: whatever goes wrong behind it is one sentence, and the trace goes to the log."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from mixflow.sim.base.errors import UserError

LOG = logging.getLogger("mixflow")
SHOWN = 160
"""Letters of a reason that a sentence shows."""


@contextmanager
def foreign(what: str) -> Iterator[None]:
    """Work on something that others have made.

    Parameters
    ----------
    what
        What it is, for the sentence.

    Raises
    ------
    UserError
        What the work says of it, or that it cannot be read.
    """
    try:
        yield
    except UserError:
        raise
    except Exception as error:  # no list of kinds is whole: readers of others raise what they like
        LOG.info("%s cannot be read", what, exc_info=True)
        raise UserError(f"{what} cannot be read: {reason(error)}.") from error


def reason(error: BaseException) -> str:
    """The kind of an error and the first line of what it says."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:SHOWN]}" if lines else type(error).__name__
