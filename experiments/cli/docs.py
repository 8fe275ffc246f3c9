"""Write the generated parts of `docs/odd.md` from the code: `python -m mixflow.experiments.cli.docs`. For developers."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from mixflow.sim.base.codes import Channel, Event, LegalStatus, Need, Status
from mixflow.sim.base.errors import UserError
from mixflow.sim.base.levers import LEVERS
from mixflow.sim.base.params import PARAMS
from mixflow.sim.engine.day import DAY

ODD = Path(__file__).resolve().parents[2] / "docs" / "odd.md"
"""Where the document lies in a checkout; an installed package has no documents."""

_PART = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end of \2 -->)", re.DOTALL)


def parts() -> dict[str, str]:
    """Text of every generated part, by the name in its markers."""
    return {"day": _day(), "codes": _codes(), "levers": _levers(), "parameters": _parameters()}


def filled(text: str) -> str:
    """Return the document with its generated parts as the code has them now.

    Raises
    ------
    UserError
        When a part has no place in the document, or a place has no part.
    """
    made = parts()
    found = [match.group(2) for match in _PART.finditer(text)]
    if sorted(found) != sorted(made):
        raise UserError(f"The document has places for {sorted(found)}; the code makes {sorted(made)}, each once.")
    return _PART.sub(lambda match: f"{match.group(1)}{made[match.group(2)]}{match.group(3)}", text)


def _day() -> str:
    lines = ["| # | step | what happens | when | reads | changes |\n", "|---|---|---|---|---|---|\n"]
    for k, step in enumerate(DAY, start=1):
        reads, writes = (", ".join(names) for names in (step.reads, step.writes))
        lines.append(f"| {k} | {step.name} | {step.what} | {step.when.value} | {reads} | {writes} |\n")
    return "".join(lines)


def _codes() -> str:
    lists = (("status", Status), ("need", Need), ("label", LegalStatus), ("channel", Channel), ("event", Event))
    return "".join(_table(("list", "values"), ((name, ", ".join(code.labels())) for name, code in lists)))


def _levers() -> str:
    rows = ((f"`{n}`", x.axis, x.unit, _range(x.low, x.high), x.meaning) for n, x in LEVERS.items())
    return "".join(_table(("lever", "runs over", "unit", "bounds", "meaning"), rows))


def _parameters() -> str:
    rows = (
        (f"`{group}.{name}`", f"{p.value:g}", p.unit, _range(p.low, p.high), p.grade, p.source, p.as_of)
        for group, params in PARAMS.items()
        for name, p in params.items()
    )
    return "".join(_table(("parameter", "default", "unit", "range", "evidence", "source", "as of"), rows))


def _range(low: float, high: float) -> str:
    return f"{low:g} to {high:g}"


def _table(header: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    for row in (header, ("---",) * len(header), *rows):
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |\n"


def main() -> int:
    """Bring the document up to date; return 0, or 2 where that cannot be done."""
    try:
        text = ODD.read_text(encoding="utf-8")
        ODD.write_text(filled(text), encoding="utf-8")
    except (OSError, UserError) as error:
        print(f"mixflow: {error}", file=sys.stderr)
        return 2
    print(ODD)
    return 0


if __name__ == "__main__":
    sys.exit(main())
