"""`mixflow projection`: ask, run the two worlds, lay their ratio on the rule, write table, figure and page."""

import sys
from collections.abc import Sequence
from typing import Any

import mixflow
from mixflow.sim.accounts.results import cannot_write, check_writable, published
from mixflow.sim.base.integrity import write_sealed

from ...runs.identity import code_version
from ...runs.provenance import ResourceMeter, git_commit
from ...runs.short_paths import short_path
from ..compare.driver import say
from ..compare.store import write_table
from .fan import fan_table, projected
from .figure import draw
from .page import page
from .question import ProjectionQuestion, asked
from .response import pairs_of

FILE = "projection.json"
TABLE, FIGURE, PAGE = "projection.parquet", "projection.png", "projection.md"

EXAMPLES = """\
examples:
  mixflow projection scenario=mediterranean reference=2019-12 months=48
  mixflow projection scenario=mediterranean policies=[more_labour_visas] inputs=frozen       what one policy would change
  mixflow projection scenario=mediterranean reference=2015-12 months=12 without=[eu_turkey_statement]
  mixflow projection scenario=mediterranean inputs=my_tables                                 your drivers after the reference date

keys, and those of a run (scale seed params.GROUP.NAME policies.NAME.SETTING runs_dir ...)
  reference   the last month whose record is known (the last of the scenario's record)
  months      how many months are projected (48)
  inputs      after the reference date: recorded (as the scenario's tables say, the default), frozen, or a folder of tables of yours
  policies    policies that the new world has besides, from the month after the reference date
  without     policies of the world that end with the reference date
  members     members of the ensemble (8)
  ensemble    which; by default the latest that was fitted to no later record
  workers     runs at once (one on each core)

A projection says what would be recorded if the named inputs hold. It is no forecast: nobody knows the inputs.
Runs stay in runs/<scenario>/, so that a projection that was stopped goes on where it was. Beside them, in projection-<hash>/:
projection.parquet, projection.png and projection.md.
"""


def main(arguments: Sequence[str], quiet: bool = False) -> int:
    """Answer a command; the last line printed is the folder of the projection.

    Returns
    -------
    int
        0, or 1 when runs failed.
    """
    began = ResourceMeter()
    question = asked(arguments)
    quiet = quiet or bool(question.new["quiet"])
    check_writable(question.folder.parent)
    for note in question.notes:
        say(f"note: {note}", quiet)
    if not question.differs:
        say(
            "note: no input differs from those at the reference date: the projection is the rule's, and no run is needed.",
            quiet,
        )
    pairs = pairs_of(question, quiet)
    if pairs is None:
        return 1
    parts = projected(question.panels, question.ahead, pairs, float(question.new["scale"]))
    rows = fan_table(parts)
    try:
        with published(question.folder) as folder:
            write_table(folder / TABLE, rows)
            draw(folder / FIGURE, question, rows)
            (folder / PAGE).write_text(page(question, rows), encoding="utf-8")
            write_sealed(folder, FILE, record_of(question, began))
    except OSError as error:
        raise cannot_write(question.folder.parent, error) from error
    print(short_path(question.folder))
    return 0


def record_of(question: ProjectionQuestion, began: ResourceMeter) -> dict[str, Any]:
    """What was projected, as plain values."""
    return {
        "mixflow": mixflow.__version__,
        "code": code_version(),
        "commit": git_commit(),
        "command": list(question.command),
        "reference": str(question.reference),
        "months": question.months,
        "inputs": question.inputs,
        "policies": list(question.added),
        "without": list(question.removed),
        "ensemble": question.ensemble,
        "members": len(question.members),
        "seed": int(question.new["seed"]),
        "scale": float(question.new["scale"]),
        "drivers_end": question.drivers_end,
        "notes": list(question.notes),
        "differs": question.differs,
        "frozen": question.frozen,
        "new": question.new,
        "cost": began.cost(),
        "python": sys.version.split()[0],
    }
