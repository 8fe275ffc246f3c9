"""The error of a user's mistake, and the warning of what is likely to be one; the command prints the message alone."""

from collections.abc import Collection, Iterable
from difflib import get_close_matches

from .renamed import renamed

MANY = 20
"""Allowed names up to which a message lists them all; of more it gives the closest few."""

CLOSEST = 5

LISTED_BY = {
    "Parameter": "mixflow show params",
    "Lever": "mixflow show levers",
    "Policy": "mixflow policies",
    "Key": "mixflow run --help",
}
"""The command that lists all allowed names, by how the value is called."""


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
    """Return a message that names a wrong value, its new name or the nearest allowed one, and what is allowed.

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
    return f"{what} {str(given)!r} is not known.{hint(given, names)} {allowed_names(given, names, what)}."


def hint(given: object, names: Collection[str]) -> str:
    """A sentence, after a blank: the new name of one that was renamed, or the nearest name; empty where there is none."""
    new = renamed(str(given), names)
    if new is not None:
        return f" It is now called {new!r}."
    near = get_close_matches(str(given), names, n=1)
    return f" Did you mean {near[0]!r}?" if near else ""


def allowed_names(given: object, names: Collection[str], what: str = "") -> str:
    """What is allowed: all names, or of many the closest to the one given, and the command that lists all."""
    if len(names) <= MANY:
        return f"Allowed: {', '.join(names)}"
    close = get_close_matches(str(given), names, n=CLOSEST, cutoff=0.0)
    command = next((command for word, command in LISTED_BY.items() if word.lower() in what.lower()), "")
    rest = f"; {command} lists all {len(names)}" if command else f", of {len(names)}"
    return f"Allowed, the closest: {', '.join(close)}{rest}"
