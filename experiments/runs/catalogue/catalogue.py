"""The catalogue: one row a run, read from the runs' own folders; what was read once is kept in one Parquet file."""

import hashlib
import os
import re
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from mixflow.sim.accounts.results import FORMAT, RECORD
from mixflow.sim.base.errors import UserError
from mixflow.sim.base.integrity import discard
from mixflow.sim.base.limits import TABLE_BYTES
from mixflow.sim.base.reading import checked_file, is_folder, parse_table, read_mapping

from ..sweep.leases import holder
from ..sweep.plan import SWEEPS, SweepPlan, changed, read
from .rows import NUMBERS, TEXTS, BadRunError, OtherFormatError, Row, config_columns, row_of

KEPT = ".catalogue.cache"
"""A line with the format and the digest of what follows: the rows as Parquet."""

RUN = re.compile(r"[0-9a-f]{12}-\d{1,19}")
FOLDER, STAMP = "folder", "stamp"


@dataclass
class Catalogue:
    """All runs in a folder of results, or those of one sweep.

    Parameters
    ----------
    where
        The folder of results, or the folder of a sweep in it.

    Attributes
    ----------
    bad
        Folders that were left out, each with the reason.
    other
        Folders in another format of results, left out too.
    """

    where: Path | str
    bad: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.where = Path(self.where)
        if not self.where.is_dir():
            raise UserError(f"{self.where} is not a folder of results.")
        self.plan: SweepPlan | None = read(self.where) if (self.where / "plan.json").exists() else None
        self.root = self.where.absolute().parent.parent if self.plan else self.where
        self.table: pa.Table = self._looked_up()

    def frame(self, status: str | None = "complete") -> pd.DataFrame:
        """The runs as a data frame, one row each; by default those that are complete."""
        found: pd.DataFrame = self.table.to_pandas()
        return found if status is None else found[found["status"] == status].reset_index(drop=True)

    @property
    def codes(self) -> dict[str, int]:
        """How many complete runs there are of each version of the code."""
        found = self.frame()["code"].value_counts()
        return {str(code): int(count) for code, count in found.items()}

    def one_code(self, code: str | None = None) -> str | None:
        """The version of the code that runs may be taken of: the only one there is, or the one that was chosen.

        Raises
        ------
        UserError
            When there are several, which are not mixed, or none of that name.
        """
        codes = self.codes
        shown = ", ".join(f"{name} ({count:,} runs)" for name, count in codes.items())
        if code is not None and code not in codes:
            raise UserError(f"{self.where} holds no runs of mixflow {code}. There are: {shown or 'none'}.")
        if code is None and len(codes) > 1:
            raise UserError(
                f"{self.where} holds runs of several versions of mixflow, which are not mixed: {shown}. "
                "Choose one with --code VERSION, or name the folder of one sweep."
            )
        return code or next(iter(codes), None)

    def table_files(self, name: str) -> dict[str, Path]:
        """By run, the Parquet file of one of the runs' tables."""
        frame = self.frame()
        return {
            run: self.root / folder / f"{name}.parquet" for run, folder in zip(frame["run"], frame[FOLDER], strict=True)
        }

    def _looked_up(self) -> pa.Table:
        kept = self._kept()
        known = {} if kept is None else dict(zip(kept[FOLDER].to_pylist(), kept[STAMP].to_pylist(), strict=True))
        there = dict(self._folders())
        fresh = [
            row for folder, stamp in there.items() if known.get(folder) != stamp for row in self._read(folder, stamp)
        ]
        if kept is not None:
            stale = {str(row[FOLDER]) for row in fresh}
            keep = [there.get(folder) == stamp and folder not in stale for folder, stamp in known.items()]
            kept = kept.filter(pa.array(keep)) if not all(keep) else kept
        table = _joined(kept, fresh)
        if fresh or (kept is not None and len(kept) != len(known)):
            self._keep(table)
        table = self._of_plan(table)
        return _joined(table, list(self._unfinished(set(table["run"].to_pylist()))))

    def _folders(self) -> Iterator[tuple[str, int]]:
        """What may be a run, each with a stamp of all its files: the last time of writing and the sum of sizes."""
        for scenario in sorted(os.scandir(self.root), key=lambda entry: entry.name):
            if not is_folder(Path(scenario.path)) or scenario.name.startswith(".") or scenario.name == SWEEPS:
                continue
            for entry in sorted(os.scandir(scenario.path), key=lambda entry: entry.name):
                if not entry.name.startswith("."):
                    stamp = _stamp(entry)
                    if stamp is not None:
                        yield f"{scenario.name}/{entry.name}", stamp

    def _read(self, folder: str, stamp: int) -> list[Row]:
        try:
            row = row_of(self.root / folder)
        except OtherFormatError as error:
            self.other.append(str(error))
            return []
        except BadRunError as error:
            self.bad.append(str(error))
            return []
        return [] if row is None else [{FOLDER: folder, STAMP: stamp, **row}]

    def _kept(self) -> pa.Table | None:
        try:
            checked_file(self.root / KEPT, TABLE_BYTES)
            head, _, content = (self.root / KEPT).read_bytes().partition(b"\n")
            table = parse_table(content, KEPT) if head == _head(content) else _empty()
        except (OSError, UserError):
            return None
        needed = _empty().schema
        known = {name: table.schema.field(name).type for name in table.column_names}
        fits = all(known.get(field.name) == field.type for field in needed)
        fits = fits and all(pa.types.is_string(known.get(name, pa.null())) for name in TEXTS)
        fits = fits and all(_is_number(known.get(name, pa.null())) for name in NUMBERS)
        return table if fits and len(table) else None

    def _keep(self, table: pa.Table) -> None:
        draft = self.root / f"{KEPT}.{uuid.uuid4().hex[:8]}"
        sink = pa.BufferOutputStream()
        pq.write_table(table, sink, compression="zstd")
        content = sink.getvalue().to_pybytes()
        try:
            draft.write_bytes(_head(content) + b"\n" + content)
            draft.replace(self.root / KEPT)
        except OSError:  # a folder that can only be read: it is looked up again each time
            discard(draft)

    def _of_plan(self, table: pa.Table) -> pa.Table:
        if self.plan is None:
            return table
        names = {run.name for run in self.plan.runs}
        return table.filter(pa.array([run in names for run in table["run"].to_pylist()], pa.bool_()))

    def _unfinished(self, complete: set[str]) -> Iterator[Row]:
        """Runs that failed and, of the sweep that was asked for, those that are running or not begun."""
        plans = [self.plan] if self.plan else list(_plans(self.root))
        for plan in plans:
            for run in plan.runs:
                if run.name in complete:
                    continue
                failure = _failure(plan.folder / "failed" / f"{run.name}.json")
                if failure is None and self.plan is None:
                    continue
                final = plan.final(run)
                status = "failed" if failure is not None else ("running" if holder(final) else "missing")
                config = config_columns(changed(plan.bases[run.base], run.changes))
                folder = f"{final.parent.name}/{final.name}"
                names = {"run": run.name, "hash": run.name.partition("-")[0], "code": plan.code, FOLDER: folder}
                yield {**config, **names, "status": status, "error": failure}


def _stamp(entry: "os.DirEntry[str]") -> int | None:
    """When and how much was written into a run's folder; None for what is no run's."""
    if not is_folder(Path(entry.path)):
        return 0 if entry.is_symlink() and RUN.fullmatch(entry.name) else None
    try:
        with os.scandir(entry.path) as found:
            files = {file.name: _stat(file) for file in found}
    except OSError:
        return 0 if RUN.fullmatch(entry.name) else None
    if RECORD not in files:
        return None
    return hash((max(stat.st_mtime_ns for stat in files.values()), sum(stat.st_size for stat in files.values())))


def _stat(file: "os.DirEntry[str]") -> os.stat_result:
    """Of a file; of a link that leads nowhere, its own: a run is named as damaged and not passed over."""
    try:
        return file.stat()
    except OSError:
        return file.stat(follow_symlinks=False)


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_null(kind))


def _head(content: bytes) -> bytes:
    return f"mixflow catalogue, format {FORMAT}, sha256 {hashlib.sha256(content).hexdigest()}".encode()


def _plans(root: Path) -> Iterator[SweepPlan]:
    for path in sorted(root.glob(f"{SWEEPS}/*/plan.json")):
        if any((path.parent / "failed").glob("*.json")):
            with suppress(UserError):
                yield read(path.parent)


def _failure(path: Path) -> str | None:
    try:
        return str(read_mapping(path)["error"])
    except (UserError, KeyError):
        return None


def _joined(kept: pa.Table | None, rows: list[Row]) -> pa.Table:
    if not rows:
        return _empty() if kept is None else kept
    names = list(dict.fromkeys(name for row in rows for name in row))
    fresh = pa.table({name: _array([row.get(name) for row in rows]) for name in names})
    if kept is None or not len(kept):
        return fresh
    try:
        return pa.concat_tables([kept, fresh], promote_options="permissive")
    except pa.ArrowException:  # a column of numbers has become one of words
        return _joined(None, [*kept.to_pylist(), *rows])


def _array(values: list[Any]) -> pa.Array:
    try:
        return pa.array(values)
    except pa.ArrowException:
        return pa.array([None if value is None else str(value) for value in values])


def _empty() -> pa.Table:
    words = {name: pa.array([], pa.string()) for name in ("run", "status", "code", "hash", FOLDER)}
    return pa.table({**words, STAMP: pa.array([], pa.int64())})
