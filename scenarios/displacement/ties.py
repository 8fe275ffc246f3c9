"""What people of a place share with a camp: ethnicity and language, from optional columns and demographics files."""

from pathlib import Path

import numpy as np

from .case import Floats
from .files import number, read_sheet
from .places import Located
from .problems import Problems, not_known

TRAITS = ("ethnicity", "language")


def read_ties(folder: Path, located: Located, camps: "list[int]", problems: Problems) -> Floats:
    """How alike each place and each camp are in ethnicity and language, 0 to 1, shape (places, camps).

    Shares of groups come from `demographics_<trait>.csv` (a row a group, a column a place, `Default` for the others), or
    from a column of locations.csv that names one group a place. The likeness is the chance that two people, one of each
    place, are of the same group; the mean over traits that are known.
    """
    found = []
    names = located.places.name
    for trait in TRAITS:
        path = folder / f"demographics_{trait}.csv"
        if path.exists():
            shares = _shares(path, names, problems)
        elif trait in located.groups:
            shares = _columns(located.groups[trait])
        else:
            continue
        found.append(shares @ shares[camps].T)
    for path in sorted(folder.glob("demographics_*.csv")):
        if path.stem.partition("_")[2] not in TRAITS:
            problems.note(f"{path.name} is not used: decisions read {' and '.join(TRAITS)} only")
    return np.clip(np.mean(found, axis=0), 0.0, 1.0) if found else np.zeros((len(names), len(camps)))


def _columns(groups: tuple[str, ...]) -> Floats:
    kinds = sorted({group for group in groups if group})
    return np.array([[float(group == kind) for kind in kinds] for group in groups]).reshape(len(groups), len(kinds))


def _shares(path: Path, names: tuple[str, ...], problems: Problems) -> Floats:
    sheet = read_sheet(path, path.name, problems, headed=True)
    if sheet is None or not sheet.rows:
        return np.zeros((len(names), 0))
    columns = {name: at for at, name in enumerate(sheet.header) if at and name}
    for name in columns:
        if name.lower() != "default" and name not in names:
            problems.add(path.name, 1, name, not_known("place", name, ("Default", *names)))
    default = next((at for name, at in columns.items() if name.lower() == "default"), 0)
    weights = np.zeros((len(names), len(sheet.rows)))
    for k, row in enumerate(sheet.rows):
        values = {
            at: number(
                row.cell(at) or "0", path.name, row.line, sheet.header[at], problems, 0, 1e12, "a weight, 0 or more"
            )
            for at in columns.values()
        }
        for place, name in enumerate(names):
            weights[place, k] = values.get(columns.get(name, default)) or 0.0
    sums = weights.sum(axis=1, keepdims=True)
    return np.divide(weights, sums, out=np.zeros_like(weights), where=sums > 0)
