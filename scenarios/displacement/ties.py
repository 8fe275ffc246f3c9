"""What people of a place share with a camp: ethnicity and language, from optional columns and demographics files."""

import numpy as np

from .case import Floats
from .names import Names
from .opened import CaseFiles
from .places import Located
from .problems import CaseProblems
from .sheets import read_table
from .values import filled, number

TRAITS = ("ethnicity", "language")


def read_ties(
    files: CaseFiles, listed: list[str], located: Located, names: Names, camps: list[int], problems: CaseProblems
) -> Floats:
    """How alike each place and each camp are in ethnicity and language, 0 to 1, shape (places, camps).

    Shares of groups come from `demographics_<trait>.csv` (a row a group, a column a place, `Default` for the others), or
    from a column of locations.csv that names one group a place. The likeness is the chance that two people, one of each
    place, are of the same group; the mean over traits that are known.
    """
    found = []
    for trait in TRAITS:
        name = f"demographics_{trait}.csv"
        if name in listed:
            shares = _shares(files, name, trait, names, problems)
        elif trait in located.groups:
            shares = _columns(located.groups[trait])
        else:
            continue
        found.append(shares @ shares[camps].T)
    for name in listed:
        if name.startswith("demographics_") and name not in {f"demographics_{trait}.csv" for trait in TRAITS}:
            problems.tolerate(f"{name} is not used: decisions read {' and '.join(TRAITS)} only")
    return np.clip(np.mean(found, axis=0), 0.0, 1.0) if found else np.zeros((len(names.names), len(camps)))


def _columns(groups: tuple[str, ...]) -> Floats:
    kinds = sorted({group for group in groups if group})
    return np.array([[float(group == kind) for kind in kinds] for group in groups]).reshape(len(groups), len(kinds))


def _shares(files: CaseFiles, file: str, trait: str, names: Names, problems: CaseProblems) -> Floats:
    count = len(names.names)
    sheet = read_table(files, f"input_csv/{file}", file, problems, (trait,))
    if sheet is None or not sheet.rows:
        return np.zeros((count, 0))
    columns: dict[int, int] = {}
    default = 0
    for at, name in enumerate(sheet.header):
        if not at or not name:
            continue
        place = names.find(name, file, problems)
        if place is not None:
            columns[place] = at
        elif name.lower() == "default":
            default = at
        else:
            problems.tolerate(f"{file}: column {name} is not used: {names.unknown(name, problems)}")
    weights = np.zeros((count, len(sheet.rows)))
    for k, row in enumerate(sheet.rows):
        values = {
            at: _weight(row.cell(at), sheet.header[at], file, row.line, problems)
            for at in {*columns.values(), default} - {0}
        }
        for place in range(count):
            weights[place, k] = values.get(columns.get(place, default), 0.0)
    sums = weights.sum(axis=1, keepdims=True)
    return np.divide(weights, sums, out=np.zeros_like(weights), where=sums > 0)


def _weight(text: str, column: str, file: str, line: int, problems: CaseProblems) -> float:
    given = filled(text, file, column, problems) or "0"
    return number(given, file, line, column, problems, 0, 1e12, "a weight, 0 or more") or 0.0
