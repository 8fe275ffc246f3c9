"""What is wrong with a world's tables, collected until all are read, and told by cause: few lines for many rows of one fault."""

import re
from collections.abc import Iterator

from mixflow.sim.base.errors import UserError

MOST_SHOWN = 20
"""Lines of a refusal."""

MOST_OF_A_KIND = 3
"""Different faults of one column that are shown; the others are counted."""

MOST_LINES = 5
"""Lines of a file that are named for one fault."""

OF_LINE = re.compile(r"(?P<file>\S+) line (?P<line>\d+)(?P<column>, column \w+)?: (?P<said>.*)", re.DOTALL)


class Problems:
    """What is wrong, collected until all tables are read."""

    def __init__(self) -> None:
        self.messages: list[str] = []
        self.spoilt: set[str] = set()

    def add(self, message: str) -> None:
        """Keep one message."""
        self.messages.append(message)

    def spoils(self, table: str) -> None:
        """Remember that rows of a table are not known, so that what others say of them proves nothing."""
        self.spoilt.add(table)

    def raise_any(self) -> None:
        """Raise one error that shows up to twenty causes, if there are any."""
        if not self.messages:
            return
        causes = list(_by_cause(self.messages))
        left = len(causes) - MOST_SHOWN
        raise UserError("\n".join(causes[:MOST_SHOWN]) + (f"\n... and {left} more." if left > 0 else ""))


def _by_cause(messages: list[str]) -> Iterator[str]:
    """Messages, the same fault of many lines as one, and few of many faults of one column."""
    same: dict[tuple[str, str, str], list[str]] = {}
    kinds: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
    for message in messages:
        found = OF_LINE.fullmatch(message)
        key = (found["file"], found["column"] or "", found["said"]) if found else ("", "", message)
        if key not in same:
            kinds.setdefault(key[:2] if key[1] else (key[0], key[2]), []).append(key)
        same.setdefault(key, []).append(found["line"] if found else "")
    for keys in kinds.values():
        for file, column, said in keys[:MOST_OF_A_KIND]:
            lines = same[file, column, said]
            yield f"{file} {_lines(lines)}{column}: {said}" if file else said
        if left := [line for key in keys[MOST_OF_A_KIND:] for line in same[key]]:
            yield f"{keys[0][0]} {_lines(left)}{keys[0][1]}: more values that are not allowed."


def _lines(lines: list[str]) -> str:
    if len(lines) == 1:
        return f"line {lines[0]}"
    more = len(lines) - MOST_LINES
    return f"lines {', '.join(lines[:MOST_LINES])}" + (f" and {more} more" if more > 0 else "")
