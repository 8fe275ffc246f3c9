"""Finds places, countries and camps by the names that files of a case give them."""

from collections.abc import Iterable
from difflib import get_close_matches

from mixflow.scenarios.separated import key_of

from .problems import CaseProblems

LISTED = 20
"""Names that a message lists."""

COMPARED = 2_000
"""With more names than this no similar one is looked for: that would take minutes."""


class Names:
    """Names of one kind, found also where case, spaces, underscores or hyphens differ.

    Parameters
    ----------
    what
        What they name, as messages say it.
    names
        The names; those of places, in the order of the file.
    """

    def __init__(self, what: str, names: Iterable[str]) -> None:
        self.what, self.names = what, tuple(names)
        self._at = {name: at for at, name in enumerate(self.names)}
        self._alike: dict[str, list[int]] = {}
        for at, name in enumerate(self.names):
            self._alike.setdefault(key_of(name), []).append(at)

    def find(self, text: str, file: str, problems: CaseProblems) -> int | None:
        """The number of a name; None where it is not known or two names are equally like it."""
        if text in self._at:
            return self._at[text]
        for tried in (text, text.partition("#")[0].strip()):
            alike = [self._at[tried]] if tried in self._at else self._alike.get(key_of(tried), [])
            if tried and len(alike) == 1:
                problems.tolerate(f"{file}: {self.what} {text!r} is read as {self.names[alike[0]]}")
                return alike[0]
        return None

    def unknown(self, text: str, problems: CaseProblems) -> str:
        """That a name is not known, the most similar one, and which there are."""
        if problems.full:
            return f"{self.what} {text!r} is not known"
        near = get_close_matches(text, self.names, n=1) if len(self.names) <= COMPARED else []
        hint = f"; did you mean {near[0]!r}?" if near else "."
        left = len(self.names) - LISTED
        listed = ", ".join(self.names[:LISTED]) + (f" and {left} more" if left > 0 else "")
        return f"{self.what} {text!r} is not known{hint} Allowed: {listed or 'none'}"
