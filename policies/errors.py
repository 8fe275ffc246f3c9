"""Refusals that know of which policies they speak, so that a message can name the files."""

from collections.abc import Iterator
from contextlib import contextmanager

from mixflow.sim.base.errors import UserError


class PolicyError(UserError):
    """Something is wrong with policies.

    Parameters
    ----------
    message
        What is wrong.
    names
        The policies that it is wrong with.
    """

    def __init__(self, message: str, names: tuple[str, ...]) -> None:
        super().__init__(message)
        self.names = names


@contextmanager
def about(name: str) -> Iterator[None]:
    """Say of every refusal inside that it is of this policy."""
    try:
        yield
    except PolicyError:
        raise
    except UserError as error:
        raise PolicyError(str(error), (name,)) from error
