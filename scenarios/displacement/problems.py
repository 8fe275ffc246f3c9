"""What is wrong in a case's files, gathered so that all of it can be told at once; and what is ignored."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

from mixflow.sim.errors import UserError

SHOWN = 40
"""Problems that a message spells out; the rest is counted."""


@dataclass
class Problems:
    """A list of problems and one of notes.

    Attributes
    ----------
    found
        What must be mended before the case can run.
    notes
        What is not used, and why.
    """

    found: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, file: str, line: int | None, column: str | None, what: str) -> None:
        """Keep a problem with its file, line (as an editor counts) and column."""
        where = ", ".join(
            part
            for part in (file, None if line is None else f"line {line}", None if column is None else f"column {column}")
            if part
        )
        self.found.append(f"{where}: {what}")

    def note(self, text: str) -> None:
        """Keep a remark about something that is ignored, once."""
        if text not in self.notes:
            self.notes.append(text)

    def refuse(self, folder: object) -> None:
        """Raise one error that lists every problem, if there is any."""
        if not self.found:
            return
        count = len(self.found)
        lines = [f"the case {folder} has {count} problem{'s' if count > 1 else ''}:"]
        lines += [f"  {text}" for text in self.found[:SHOWN]]
        if count > SHOWN:
            lines.append(f"  ... and {count - SHOWN} more")
        raise UserError("\n".join(lines))


def not_known(what: str, given: str, allowed: Iterable[str], most: int = 20) -> str:
    """A value that is not allowed, the nearest allowed one, and what is allowed."""
    names = list(allowed)
    near = get_close_matches(given, names, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else "."
    listed = ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
    return f"{what} {given!r} is not known{hint} Allowed: {listed or 'none'}"
