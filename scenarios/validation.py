"""What the validation of a scenario found, by pattern: a file in the scenario's folder, read for reports and never by the model."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mixflow.policies.yaml_files import read_yaml
from mixflow.sim.base.errors import UserError, one_of
from mixflow.sim.base.levers import LEVERS
from mixflow.sim.base.limits import YAML_BYTES
from mixflow.sim.base.reading import is_file

FILE = "validation.yaml"
PASSES, UNSURE, FAILS = "passes", "cannot tell", "fails"
STATUS = (PASSES, UNSURE, FAILS)


@dataclass(frozen=True)
class PatternStanding:
    """How one pattern stands, and which levers it bears on."""

    pattern: str
    status: str
    levers: tuple[str, ...]
    finding: str


@dataclass(frozen=True)
class Validation:
    """What is known of how far a scenario can be believed.

    Parameters
    ----------
    made
        The day of the validation; empty where there was none.
    page, source
        Where it is described, and what made it.
    caveats
        What holds for every result of the scenario.
    findings
        By pattern.
    """

    made: str = ""
    page: str = ""
    source: str = ""
    caveats: tuple[str, ...] = ()
    findings: tuple[PatternStanding, ...] = ()

    def of(self, levers: Iterable[str]) -> list[PatternStanding]:
        """The findings that bear on some levers."""
        wanted = set(levers)
        return [one for one in self.findings if wanted & set(one.levers)]


def read_validation(folder: Path) -> Validation:
    """The validation of a scenario; an empty one where its folder has none.

    Raises
    ------
    UserError
        When the file is no such table.
    """
    path = folder / FILE
    if not is_file(path):
        return Validation()
    try:
        content = read_yaml(path, "a validation", YAML_BYTES)
        findings = tuple(_finding(row, path) for row in content["patterns"])
        texts = {key: str(content[key]) for key in ("made", "page", "source")}
        return Validation(**texts, caveats=tuple(map(str, content.get("caveats", ()))), findings=findings)
    except (KeyError, TypeError, AttributeError) as error:
        raise UserError(
            f"{path} is no validation: it needs made, page, source, and patterns with their fields."
        ) from error


def _finding(row: dict[str, object], path: Path) -> PatternStanding:
    levers = row["levers"]
    if row["status"] not in STATUS:
        raise UserError(f"{path}, {row['pattern']}: {one_of('Status', str(row['status']), STATUS)}")
    assert isinstance(levers, list)
    for lever in levers:
        if lever not in LEVERS:
            raise UserError(f"{path}, {row['pattern']}: {one_of('Lever', str(lever), LEVERS)}")
    return PatternStanding(str(row["pattern"]), str(row["status"]), tuple(levers), str(row["finding"]))
