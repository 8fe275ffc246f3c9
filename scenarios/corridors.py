"""The corridors of a world, from its table `corridors`: what they are called, drawn in, and which mode's danger has a season."""

import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixflow.scenarios.problems import Problems
from mixflow.sim.base.codes import NO_MODE, Mode
from mixflow.sim.base.errors import one_of

Columns = dict[str, list[Any]]

UNNAMED_COLOUR = "#6B7280"
"""Grey, of what runs on no named corridor."""


def codes_of(columns: Columns) -> tuple[str, ...]:
    """Codes of corridors by number; the first is empty: no named corridor."""
    return ("", *columns["code"])


def modes_of(columns: Columns) -> NDArray[np.uint8]:
    """The mode whose danger follows the corridor's season, by number."""
    modes = {label: code for code, label in enumerate(Mode.labels())}
    return np.array([NO_MODE, *(modes.get(label, NO_MODE) for label in columns["mode"])], np.uint8)


def names_of(columns: Columns) -> dict[str, str]:
    """The name of each corridor, by code."""
    return dict(zip(columns["code"], columns["name"], strict=True))


def colours_of(columns: Columns) -> dict[str, str]:
    """The colour of each corridor, by code, and of what runs on none."""
    return {**dict(zip(columns["code"], columns["colour"], strict=True)), "": UNNAMED_COLOUR}


def check_corridors(columns: Columns, iso: Collection[str], problems: Problems) -> None:
    """Refuse codes that are a country's, and colours that are none."""
    for line, code, colour in zip(columns["line"], columns["code"], columns["colour"], strict=True):
        if code.upper() in iso:
            problems.add(
                f"corridors.csv line {line}, column code: {code!r} is the ISO 3166 code of a country. Choose a word, such as "
                "northern_route."
            )
        if not re.fullmatch(r"#[0-9A-Fa-f]{6}", colour):
            problems.add(f"corridors.csv line {line}, column colour: {colour!r} is no colour such as #0072B2.")


def check_named(file: str, lines: Iterable[int], codes: Iterable[str], known: Columns, problems: Problems) -> None:
    """Refuse rows that name a corridor which the world does not have."""
    allowed = set(known["code"])
    for line, code in zip(lines, codes, strict=True):
        if code and code not in allowed:
            problems.add(f"{file} line {line}, column corridor: {one_of('Corridor', code, known['code'])}")


def corridor_codes(folder: Path) -> tuple[str, ...]:
    """Codes of the named corridors of the world whose tables lie in a folder."""
    from mixflow.scenarios.tables import read_table

    return tuple(read_table(folder, "corridors")["code"])


def labels(names: Mapping[str, str], code: str) -> str:
    """A corridor's name, or its code where it has none."""
    return names.get(code, code)
