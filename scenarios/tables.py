"""The reader of a world's tables; it refuses bad ones and names everything that is wrong in all of them at once."""

import csv
import gzip
import math
import re
import zlib
from collections.abc import Collection, Mapping
from datetime import date
from difflib import get_close_matches
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from mixflow.scenarios.corridors import check_corridors, check_named
from mixflow.scenarios.schema import HELD_OUT, OPTIONAL, PROBABILITIES, TABLES, UNITS, WORLD_TABLES, Column, Table
from mixflow.scenarios.separated import (
    Row,
    UnreadableError,
    decoded,
    key_of,
    rows_of,
    separator_of,
    unmarked,
    with_header,
)
from mixflow.scenarios.setting import setting_of
from mixflow.sim.base.errors import UserError, allowed_names, hint
from mixflow.sim.base.limits import CSV_BYTES, EUR_A_SEAT, MB
from mixflow.sim.base.own import home, own_scenarios
from mixflow.sim.base.reading import checked_file
from mixflow.sim.base.renamed import OTHERS, renamed

from .problems import MOST_SHOWN, Problems

ROUNDING = 0.01
"""How far the mean of a route's months may lie from 1."""

ENDINGS = (".csv", ".csv.gz", ".json", "world.yaml")
"""Files that belong to the tables of a world."""

Columns = dict[str, list[Any]]
"""A table as typed columns; `line` has the number of each line as an editor shows it."""


def read_table(folder: Path, name: str, problems: Problems | None = None) -> Columns:
    """Return one table of a world as typed columns.

    Parameters
    ----------
    folder
        The world's folder.
    name
        The table's name without ending, such as `places`.
    problems
        Where to collect what is wrong; without it, the first table with anything wrong raises.

    Raises
    ------
    UserError
        Naming every file, line and column that is wrong, and what is allowed.
    """
    found = Problems() if problems is None else problems
    columns = _read(folder, name, found)
    if problems is None:
        found.raise_any()
    return columns


def text_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of one table as text by column, for what copies a table and changes some of it.

    Raises
    ------
    UserError
        When the file cannot be read or its header is not that of the table.
    """
    problems = Problems()
    header, rows = _rows(path, TABLES[path.name.partition(".")[0]], problems) or ([], [])
    problems.raise_any()
    return [dict(zip(header, row.cells, strict=False)) for row in rows]


def read_tables(folder: Path, names: tuple[str, ...] = WORLD_TABLES) -> dict[str, Columns]:
    """Return several tables, refusing them together if any row is wrong or names a place or edge that is not there."""
    if not folder.is_dir():
        raise UserError(f"There is no folder {folder} with the tables of a world.")
    problems = Problems()
    wanted = [name for name in names if name not in OPTIONAL or _is_there(folder, name)]
    tables = {name: _read(folder, name, problems) for name in wanted}
    if "places" in tables and "edges" in tables and "places" not in problems.spoilt:
        _check_links(tables, problems)
    if "corridors" in tables and "corridors" not in problems.spoilt:
        check_corridors(tables["corridors"], country_names(), problems)
        for name in ("edges", "seasons", "recorded"):
            if name in tables:
                columns = tables[name]
                check_named(f"{name}.csv", columns["line"], columns["corridor"], tables["corridors"], problems)
    problems.raise_any()
    return tables


ADDED = {
    "countries": "One row for each country with places: roles are 1 or 0.",
    "corridors": "One row for each corridor that edges.csv names; only the header where there is none.",
}
"""Tables that older worlds lack, and what to put in them."""


Stamp = tuple[tuple[str, int, int, int, int], ...]
"""What tells whether the files of a folder are what they were."""


def stamp(folder: Path) -> Stamp:
    """Names, sizes, times and numbers of the files of a world's tables: another where one of them has changed.

    Raises
    ------
    UserError
        When the folder cannot be read.
    """
    try:
        found = [(path, path.stat()) for path in sorted(folder.iterdir()) if path.name.endswith(ENDINGS)]
    except OSError as error:
        raise UserError(f"cannot read the tables: {error.filename}: {error.strerror}.") from error
    return tuple((str(path), each.st_size, each.st_mtime_ns, each.st_ctime_ns, each.st_ino) for path, each in found)


@cache
def country_names() -> dict[str, str]:
    """Return the English name of every country by ISO 3166 alpha-3 code, Kosovo as XKX."""
    path = Path(__file__).with_name("countries.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return {row["iso3"]: row["name"] for row in csv.DictReader(file)}


def _is_there(folder: Path, name: str) -> bool:
    return (folder / f"{name}.csv").exists() or (folder / f"{name}.csv.gz").exists()


def _read(folder: Path, name: str, problems: Problems) -> Columns:
    table = TABLES[name]
    empty: Columns = {key: [] for key in [*table.header, "line"]}
    path = folder / f"{name}.csv"
    if not path.exists() and path.with_suffix(".csv.gz").exists():
        path = path.with_suffix(".csv.gz")
    before_any = len(problems.messages)
    found = _rows(path, table, problems)
    if found is None:
        problems.spoils(name)
        return empty
    header, kept = found
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    for row in kept:
        cells = row.cells if any(row.cells[len(header) :]) else row.cells[: len(header)]  # separators at the end
        if len(cells) != len(header):
            problems.add(
                f"{path.name} line {row.line}: {len(cells)} values where the header has {len(header)} columns."
            )
            continue
        rows.append(cells)
        lines.append(row.line)
    cells_of = (
        dict(zip(header, map(list, zip(*rows, strict=True)), strict=True)) if rows else {key: [] for key in header}
    )
    columns: Columns = {
        column.name: _column(path.name, column, cells_of[column.name], lines, problems) for column in table.columns
    }
    columns["line"] = lines
    if len(problems.messages) > before_any:
        problems.spoils(name)
    _check_rows(path.name, name, table, columns, problems)
    if name in HELD_OUT and rows:
        _check_held_out(path.name, columns, HELD_OUT[name], setting_of(folder).hold_out, problems)
    return columns


def _check_held_out(file: str, columns: Columns, of: str, last: date, problems: Problems) -> None:
    """Refuse records after the scenario's hold-out date."""
    limit: str | int = last.year if of == "year" else f"{last:%Y-%m}"
    for line, when in zip(columns["line"], columns[of], strict=True):
        if when and when > limit:
            problems.add(
                f"{file} line {line}, column {of}: {when} is after {limit}, the hold-out date of world.yaml: later records are "
                "held out to test the model."
            )


def _rows(path: Path, table: Table, problems: Problems) -> tuple[list[str], list[Row]] | None:
    """The names of the columns in the order of the file, and the rows below them; None, and problems, where they do not fit."""
    try:
        checked_file(path)
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            raw = file.read(CSV_BYTES + 1)
        if len(raw) > CSV_BYTES:
            problems.add(f"{path.name} has more than {CSV_BYTES // MB} MB; this is no table of a world.")
            return None
        text = decoded(raw)
        rows = list(rows_of(text, separator_of(text)))
    except FileNotFoundError:
        old = next((name for name, new in OTHERS.items() if new == path.name), "")
        now = f" {old} is now called {path.name}." if old and path.with_name(old).exists() else ""
        now += f" Add it: columns {', '.join(table.header)}. {ADDED[name]}" if (name := path.stem) in ADDED else ""
        problems.add(f"{path.name} is not there: looked for {path}.{now}")
        return None
    except UnreadableError as error:
        where = "" if error.line is None else f" line {error.line}"
        problems.add(f"{path.name}{where}: {error.what}.")
        return None
    except (OSError, EOFError, zlib.error) as error:
        problems.add(f"{path.name} cannot be read: {getattr(error, 'strerror', None) or error}.")
        return None
    known = {key_of(name): name for name in table.header}
    header, kept = with_header(rows, lambda row: sum(key_of(cell) in known for cell in row.cells) * 2 >= len(known))
    if header is None:  # none of the rows names the columns: what is wrong with the first is told
        header, kept = (unmarked(rows[0]), kept[1:]) if rows else (Row(1, ()), [])
    cells = header.cells
    while cells and not cells[-1]:
        cells = cells[:-1]
    names = [known.get(key_of(cell), cell) for cell in cells]
    return (names, kept) if _header_fits(f"{path.name} line {header.line}", names, table, problems) else None


def _header_fits(where: str, header: list[str], table: Table, problems: Problems) -> bool:
    wanted = table.header
    if sorted(header) == sorted(wanted):
        return True
    extra = [name for name in header if name not in wanted]
    missing = [name for name in wanted if name not in header]
    for name in extra:
        new = renamed(name, missing)
        near = [new] if new else get_close_matches(name, missing, n=1)
        problems.add(f"{where}: column {name!r} is not known.{hint(name, missing)} Columns: {', '.join(wanted)}.")
        missing = [other for other in missing if other not in near]
    for name in missing:
        problems.add(f"{where}: column {name!r} is missing. Columns: {', '.join(wanted)}.")
    for name in {name for name in header if header.count(name) > 1}:
        problems.add(f"{where}: column {name!r} is there {header.count(name)} times.")
    return False


def _column(file: str, column: Column, cells: list[str], lines: list[int], problems: Problems) -> list[Any]:
    known: dict[str, Any] = {}
    values = []
    for cell, line in zip(cells, lines, strict=True):
        if cell not in known:
            try:
                known[cell] = _value(column, cell.strip())
            except ValueError as error:
                problems.add(f"{file} line {line}, column {column.name}: {error}")
                values.append(_stand_in(column))
                continue
        values.append(known[cell])
    return values


def _stand_in(column: Column) -> Any:
    """What stands for a wrong value until all problems are shown; no world is ever built with it."""
    return math.nan if column.kind == "number" else 0 if column.kind == "integer" else ""


def _value(column: Column, cell: str) -> Any:
    """Return a cell as its column's type, or raise ValueError that says why not."""
    if not cell:
        if column.blank:
            return math.nan if column.kind == "number" else ""
        raise ValueError("is empty, and needs a value.")
    match column.kind:
        case "number" | "integer":
            return _number(column, cell)
        case "date":
            return _date(cell)
        case "month":
            return _month(cell)
        case "country":
            return _country(column, cell)
        case "choice":
            return _choice(cell, column.allowed)
    return cell


def _number(column: Column, cell: str) -> float | int:
    whole = column.kind == "integer"
    try:
        value: float | int = int(cell) if whole else float(cell)
    except ValueError:
        raise ValueError(f"{cell!r} is not a {'whole ' if whole else ''}number.") from None
    if not math.isfinite(value):
        raise ValueError(f"{cell!r} is not a finite number.")
    if not column.low <= value <= column.high:
        raise ValueError(f"{cell} is outside {_bounds(column.low, column.high)}.")
    return value


def _bounds(low: float, high: float) -> str:
    return f"what is allowed: at least {low:g}" if math.isinf(high) else f"what is allowed: {low:g} to {high:g}"


def _date(cell: str) -> str:
    try:
        return date.fromisoformat(cell).isoformat()
    except ValueError:
        raise ValueError(f"{cell!r} is not a date such as 2015-12-31.") from None


def _month(cell: str) -> str:
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", cell):
        raise ValueError(f"{cell!r} is not a month such as 2015-12.")
    return cell


def _country(column: Column, cell: str) -> str:
    if cell in column.allowed or cell in country_names():
        return cell
    near = get_close_matches(cell.upper(), country_names(), n=3, cutoff=0.6)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    raise ValueError(f"{cell!r} is not an ISO 3166 code of three letters (Kosovo is XKX).{hint}")


def _choice(cell: str, allowed: tuple[str, ...]) -> str:
    if cell in allowed:
        return cell
    names = [name for name in allowed if name]
    raise ValueError(f"{cell!r} is not known.{hint(cell, names)} {allowed_names(cell, names)}.")


def _check_rows(file: str, name: str, table: Table, columns: Columns, problems: Problems) -> None:
    """Refuse a row that says again what an earlier one said, and values that only other columns show to be wrong."""
    seen: dict[tuple[Any, ...], int] = {}
    for line, *key in zip(columns["line"], *(columns[part] for part in table.key), strict=True):
        first = seen.setdefault(tuple(key), line)
        if first != line:
            what = ", ".join(str(part) for part in key if part != "")
            problems.add(f"{file} line {line}: {what} is already on line {first}.")
    _check_units(file, name, columns, problems)
    if name == "edge_attributes":
        for line, quantity, value, low, high in zip(
            columns["line"], columns["quantity"], columns["value"], columns["low"], columns["high"], strict=True
        ):
            if quantity in PROBABILITIES and value > 1.0:
                problems.add(
                    f"{file} line {line}, column value: {quantity} is a probability; {value:g} is outside 0 to 1."
                )
            if quantity == "price" and value > EUR_A_SEAT:
                problems.add(
                    f"{file} line {line}, column value: a price of {value:g} EUR; at most {EUR_A_SEAT:,} is allowed, as money is "
                    "counted in whole EUR in 32 bits."
                )
            if value < low or value > high:
                problems.add(f"{file} line {line}, column value: {value:g} is outside its own {low:g} to {high:g}.")
    if name == "seasons" and name not in problems.spoilt:
        _check_seasons(file, columns, problems)


def _check_units(file: str, name: str, columns: Columns, problems: Problems) -> None:
    """Refuse values in another unit than the code reads them in: it converts nothing."""
    if name not in UNITS:
        return
    by, units = UNITS[name]
    of = columns[by] if by else [""] * len(columns["line"])
    for line, what, unit in zip(columns["line"], of, columns["unit"], strict=True):
        if unit and what in units and unit != units[what]:
            problems.add(
                f"{file} line {line}, column unit: {unit!r} is not the unit of {what or name}. Allowed: {units[what]!r}. "
                "Convert the values too."
            )


def _check_seasons(file: str, columns: Columns, problems: Problems) -> None:
    """Refuse a route whose months do not make a year: each is a ratio to the mean month, and one that is left out is 1."""
    for route in dict.fromkeys(columns["corridor"]):
        at = [k for k, other in enumerate(columns["corridor"]) if other == route]
        mean = (sum(columns["value"][k] for k in at) + 12 - len(at)) / 12
        if abs(mean - 1.0) > ROUNDING:
            problems.add(
                f"{file} line {columns['line'][at[0]]}, column value: the months of {route} have a mean of {mean:.3g}, a month "
                f"left out being 1. Allowed: {1 - ROUNDING:g} to {1 + ROUNDING:g}, as each is a ratio to the mean month."
            )


def _check_links(tables: dict[str, Columns], problems: Problems) -> None:
    """Refuse edges to places that are not there, and facts about edges or countries that are not there."""
    places = set(tables["places"]["place"])
    routes = tables["edges"]
    edges = set(zip(routes["origin"], routes["destination"], routes["mode"], strict=True))
    for line, origin, destination in zip(routes["line"], routes["origin"], routes["destination"], strict=True):
        if origin == destination:
            problems.add(f"edges.csv line {line}: the edge leads from {origin!r} to itself.")
        for column, place in (("origin", origin), ("destination", destination)):
            if place and place not in places:
                hint = _hint(place, places, problems)
                problems.add(f"edges.csv line {line}, column {column}: {place!r} is no place of places.csv.{hint}")
    if "edge_attributes" in tables and "edges" not in problems.spoilt:
        facts = tables["edge_attributes"]
        for line, *edge in zip(facts["line"], facts["origin"], facts["destination"], facts["mode"], strict=True):
            if tuple(edge) not in edges:
                name = f"{edge[0]}>{edge[1]}:{edge[2]}"
                hint = _hint(name, [f"{a}>{b}:{mode}" for a, b, mode in edges], problems)
                problems.add(f"edge_attributes.csv line {line}: there is no edge {name!r} in edges.csv.{hint}")
    mapped = set(tables["places"]["country"])
    for name, columns in tables.items():
        for part in TABLES[name].columns if name != "places" else ():
            if part.kind == "country":
                for line, code in zip(columns["line"], columns[part.name], strict=True):
                    if code and code not in mapped and code not in part.allowed:
                        problems.add(f"{name}.csv line {line}, column {part.name}: {code} has no place in places.csv.")


def _hint(name: str, names: Collection[str], problems: Problems) -> str:
    """The most similar name, as long as there are not more problems than are shown."""
    near = get_close_matches(name, names, n=1) if len(problems.messages) < MOST_SHOWN else []
    return f" Did you mean {near[0]!r}?" if near else ""


def tables_folder(config: Mapping[str, Any]) -> Path:
    """The folder that holds the world's tables: the scenario's own, or the one that the config names."""
    if config.get("tables"):
        return Path(config["tables"])
    name = str(config["scenario"])
    packaged = Path(str(resources.files("mixflow.scenarios"))) / name
    return home() / name if not packaged.is_dir() and name in own_scenarios() else packaged
