"""The error of a user's mistake, and the warning of what is likely to be one; whoever faces the user prints the message alone."""

from collections.abc import Iterable
from difflib import get_close_matches


class UserError(Exception):
    """A mistake in what the user gave: a config, a table, a path. The message says where, what, and what is allowed."""


class UnmetWarning(UserWarning):
    """Places whose conditions nobody in the world meets; the message names them."""


class EffectWarning(UserWarning):
    """A policy does nothing, or less than it says, in this world; the message names it, where and whom."""


class EffectNote(UserWarning):
    """How much a policy does in this world, which its factors do not show."""


class AssumptionNote(UserWarning):
    """What a world assumes where its tables have no row."""


def one_of(what: str, given: object, allowed: Iterable[object]) -> str:
    """Return a message that names a wrong value, the nearest allowed one, and all that is allowed.

    Parameters
    ----------
    what
        What the value is for, as the user would call it.
    given
        The value that is not allowed.
    allowed
        Every allowed value.
    """
    names = [str(name) for name in allowed]
    near = get_close_matches(str(given), names, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return f"{what} {str(given)!r} is not known.{hint} Allowed: {', '.join(names)}."
