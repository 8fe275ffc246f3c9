"""What is wrong in a case's files, gathered so that all of it is shown at once; and what was read in another way or not used."""

from dataclasses import dataclass, field

from mixflow.sim.base.errors import UserError

SHOWN = 40
"""Problems that a message spells out; the rest is counted."""

MOST_NOTES = 100
"""Notes of a case; the rest is counted."""


@dataclass
class CaseProblems:
    """A list of problems and one of notes.

    Attributes
    ----------
    strict
        Whether what is tolerated is a problem too.
    found
        What must be mended before the case can run.
    remarks
        What was read in another way or not used, and why; each once.
    wrong
        How many problems are wrong values, not what a strict reading refuses.
    """

    strict: bool = False
    found: list[str] = field(default_factory=list)
    remarks: dict[str, None] = field(default_factory=dict)
    wrong: int = 0

    def add(self, file: str, line: int | None, column: str | None, what: str) -> None:
        """Keep a problem with its file, line (as an editor counts) and column."""
        self.found.append(f"{_place(file, line, column)}: {what}")
        self.wrong += 1

    def note(self, text: str) -> None:
        """Keep a remark on something that is as the user may want it."""
        self.remarks.setdefault(text)

    def tolerate(self, text: str) -> None:
        """Keep a remark on something that has no effect, or that was read in the one way that makes sense.

        In a strict reading it is a problem.
        """
        if self.strict:
            if text not in self.remarks:
                self.remarks.setdefault(text)
                self.found.append(text)
        else:
            self.note(text)

    @property
    def full(self) -> bool:
        """Whether there are more problems or notes than are shown, so that no hint is needed for the next one."""
        return len(self.found) >= SHOWN or len(self.remarks) >= MOST_NOTES

    @property
    def notes(self) -> tuple[str, ...]:
        """The remarks as a case keeps them."""
        kept = tuple(self.remarks)
        left = len(kept) - MOST_NOTES
        return kept if left <= 0 else (*kept[:MOST_NOTES], f"... and {left} more notes")

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


def _place(file: str, line: int | None, column: str | None) -> str:
    parts = (file, None if line is None else f"line {line}", None if column is None else f"column {column}")
    return ", ".join(part for part in parts if part)
