"""Results on disk: tidy tables and the run record, published whole or not at all. All may read; experiments writes.

>>> from mixflow.sim.accounts.results import read_run        # doctest: +SKIP
>>> flows = read_run("runs/toy/0123456789ab-1").flows   # doctest: +SKIP
"""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from ..base import integrity
from ..base.errors import UserError
from ..base.integrity import DATES, NUMBERS, ResultsDamaged

if TYPE_CHECKING:  # it is heavy, and not every run makes these tables
    import pandas as pd

FORMAT = 6
"""Of folders of results; raised when what is in them changes its meaning, so that no version reads another's."""

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "flows": ("date", "corridor", "edge", "country", "origin", "need", "label", "channel", "event", "count"),
    "opening": ("date", "place", "country", "origin", "status", "need", "label", "channel", "count"),
    "stocks": ("date", "place", "country", "origin", "status", "need", "label", "channel", "count"),
    "observed": ("month", "series", "corridor", "country", "nationality", "value"),
    "movements": ("date", "event", "origin", "from_country", "to_country", "count"),
    "money": ("date", "account", "origin", "value"),
    "wallets": ("date", "origin", "quantity", "opening", "closing"),
    "market": ("date", "edge", "corridor", "price", "smuggling_capacity", "blocked"),
    "states": ("date", "country", "quantity", "value"),
    "institutions": ("date", "agency", "quantity", "value"),
    "costs": ("date", "policy", "value"),
}
"""The tables of a run and their columns. Counts and values are in persons of the real world; zeros are left out."""

RECORD = "record.json"


@dataclass(frozen=True)
class Run:
    """A finished run.

    Attributes
    ----------
    folder
        Where it lies.
    record
        What was run, by which version, and what it took.
    summary
        The numbers that the command prints.
    flows
        Events by month, route, edge, country, origin, need, label and channel.
    opening
        People on the first day, as in `stocks`.
    stocks
        People by month, place, country, origin, status, need, label and channel.
    observed
        What statistics would show of the flows, by month: compare these with recorded series, never the true flows.
    movements
        Who went from one country to another, by month, event and nationality.
    wallets
        What people hold and owe at the opening and the close of each month, by nationality.
    money
        What people were paid and what they paid, by month, account and nationality.
    market
        Prices and seats by month and edge.
    states, institutions
        Quantities by month and country, by month and agency.
    costs
        What policies cost, EUR by month and policy.
    """

    folder: Path
    record: dict[str, Any]
    summary: dict[str, Any]
    flows: pd.DataFrame
    opening: pd.DataFrame
    movements: pd.DataFrame
    wallets: pd.DataFrame
    stocks: pd.DataFrame
    observed: pd.DataFrame
    money: pd.DataFrame
    market: pd.DataFrame
    states: pd.DataFrame
    institutions: pd.DataFrame
    costs: pd.DataFrame


ABSENT, WHOLE, DAMAGED, OTHER = "absent", "whole", "damaged", "other format"
"""What there is under the name of a run: nothing finished, results as they were written, others, or those of another version."""


@dataclass(frozen=True)
class Found:
    """What there is under the name of a run.

    Attributes
    ----------
    state
        `ABSENT`, `WHOLE`, `DAMAGED` or `OTHER`.
    what
        What is damaged.
    record
        The record, where there is one that can be read.
    """

    state: str
    what: tuple[str, ...] = ()
    record: Mapping[str, Any] | None = None


def examined(folder: Path, only: Collection[str] | None = None) -> Found:
    """Look whether a folder holds a finished run, every file of it as it was written.

    Parameters
    ----------
    folder
        The run's.
    only
        Files whose content is checked; None: all. Of the others the size is.
    """
    if not os.path.lexists(folder):
        return Found(ABSENT)
    if not os.path.isdir(folder):  # noqa: PTH112 - this one raises nothing
        return Found(DAMAGED, ("not a folder, or a link to none",))
    if not os.path.lexists(folder / RECORD):
        return Found(ABSENT)
    try:
        record = integrity.read_record(folder, RECORD)
    except ResultsDamaged as error:
        return Found(DAMAGED, error.what)
    if record.get("complete") is not True:
        return Found(ABSENT)
    if record.get("format", 1) != FORMAT:
        return Found(OTHER, (), record)
    if "digest" not in record:
        return Found(DAMAGED, (f"{RECORD} has no digest",))
    if not isinstance(record.get("config"), Mapping):
        return Found(DAMAGED, (f"{RECORD} has no config",))
    what = integrity.damages(folder, record, _needed(record), only)
    return Found(DAMAGED if what else WHOLE, tuple(what), record)


def _needed(record: Mapping[str, Any]) -> list[str]:
    config = record.get("config")
    of_case = isinstance(config, Mapping) and config.get("scenario") == "displacement"
    return ["summary.json", *(["camps.parquet"] if of_case else [f"{name}.parquet" for name in COLUMNS])]


def is_complete(folder: Path) -> bool:
    """Whether the folder holds a run of this version's format that was written to its end, each file as it was written."""
    return examined(folder).state == WHOLE


def checked_record(folder: Path, only: Collection[str] | None = None) -> Mapping[str, Any]:
    """The record of a finished run whose files are as they were written.

    Parameters
    ----------
    folder, only
        See `examined`.

    Raises
    ------
    ResultsDamaged
        When files are not what was written.
    UserError
        When the folder holds no finished run, or one of another format.
    """
    found = examined(folder, only)
    if found.state == DAMAGED:
        raise ResultsDamaged(folder, found.what)
    if found.state == ABSENT or found.record is None:
        raise UserError(f"{folder} holds no finished run: there is no record.json that says complete.")
    check_format(found.record, folder)
    return found.record


def read_run(folder: Path | str) -> Run:
    """Read a finished run.

    Raises
    ------
    ResultsDamaged
        When a file is not what was written.
    UserError
        When the folder holds no finished run, or one of another format.
    """
    path = Path(folder)
    record = checked_record(path, ())
    tables = {name: integrity.frame_of(path, record, f"{name}.parquet", COLUMNS[name]) for name in COLUMNS}
    return Run(path, dict(record), read_summary(path, record), **tables)


def read_summary(folder: Path, record: Mapping[str, Any]) -> dict[str, Any]:
    """The summary of a run, by its record."""
    found = integrity.json_of(folder, record, "summary.json")
    if not isinstance(found, dict):
        raise ResultsDamaged(folder, ["summary.json"])
    return found


def check_format(record: Mapping[str, Any], folder: Path) -> None:
    """Refuse results that were written in another format, and say by which version."""
    found = record.get("format", 1)
    if found != FORMAT:
        raise UserError(
            f"{folder} was written by mixflow {record.get('code', record.get('mixflow', 'unknown'))} in format {found} of "
            f"results; this version reads format {FORMAT}, in which parameters, tables and columns have other names "
            "(docs/how-to/read_results.md lists them). Run it again, or read it with that version."
        )


def write_table(folder: Path, name: str, frame: pd.DataFrame) -> None:
    """Write one of the run's tables as Parquet: zstd, names as dictionaries, days as date32.

    Raises
    ------
    ValueError
        When the columns are not those of `COLUMNS`.
    """
    if tuple(frame.columns) != COLUMNS[name]:
        raise ValueError(f"table {name} has columns {tuple(frame.columns)}, not {COLUMNS[name]}")
    arrays = {}
    for column in frame.columns:
        if column in DATES:
            days = frame[column].to_numpy()
            arrays[column] = pa.array(days if days.dtype == object else days.astype("datetime64[D]"), pa.date32())
        elif column in NUMBERS:
            arrays[column] = pa.array(frame[column].to_numpy())
        else:
            arrays[column] = pa.array(frame[column]).cast(pa.string()).dictionary_encode()
    integrity.write_parquet(pa.table(arrays), folder / f"{name}.parquet")


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write a mapping as JSON that a person can read."""
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")


def _always() -> bool:
    return True


@contextmanager
def published(final: Path, lease_held: Callable[[], bool] = _always) -> Iterator[Path]:
    """Give a hidden folder beside `final` to write into, renamed to `final` at the end: all of it appears, or nothing.

    What stood under the final name is replaced. Whatever happens inside, no half-written folder stays under the final
    name, and the hidden one is removed.

    Parameters
    ----------
    final
        The name under which the folder shall appear.
    lease_held
        Asked just before; where it says no, somebody else writes this folder, and ours is thrown away.
    """
    final.parent.mkdir(parents=True, exist_ok=True)
    hidden = final.parent / f".{final.name}.{uuid.uuid4().hex[:12]}.part"
    hidden.mkdir()
    try:
        yield hidden
        if lease_held():
            _sync(hidden)
            _rename(hidden, final)
    finally:
        shutil.rmtree(hidden, ignore_errors=True)


def remove_leftovers(final: Path) -> None:
    """Clear hidden folders of writers of `final` that were killed; only for who alone may write it now.

    A writer killed between setting the old folder aside and giving its name to the new one has left the old one hidden: it
    gets its name back.
    """
    for aside in sorted(final.parent.glob(f".{final.name}.*.old")):
        if not os.path.lexists(final) and is_complete(aside):
            aside.rename(final)
    for pattern in (f".{final.name}.*.part", f".{final.name}.*.old"):
        for path in final.parent.glob(pattern):
            integrity.remove(path)


def _rename(hidden: Path, final: Path) -> None:
    aside = final.parent / f"{hidden.name.removesuffix('.part')}.old"
    if os.path.lexists(final):  # also a link that leads nowhere
        final.rename(aside)
    try:
        hidden.rename(final)
    except BaseException:
        if os.path.lexists(aside) and not os.path.lexists(final):
            aside.rename(final)
        raise
    integrity.remove(aside)
    _sync_one(final.parent)


def _sync(folder: Path) -> None:
    """Bring files, and then the folders that name them, to the disk: a lost node must not lose what was published."""
    for path in sorted(folder.rglob("*"), reverse=True):
        _sync_one(path)
    _sync_one(folder)


def _sync_one(path: Path) -> None:
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        if path.is_dir():  # not every file system lets a folder be opened and synced
            return
        raise
    try:
        os.fsync(handle)
    except OSError:
        if not path.is_dir():
            raise
    finally:
        os.close(handle)


def check_writable(folder: Path, needed: int = 4_000_000) -> None:
    """Refuse a folder into which results could not be written, before any time is spent.

    Parameters
    ----------
    folder
        Where results shall go; it is made where it is not there.
    needed
        Bytes that must fit.

    Raises
    ------
    UserError
        When the folder cannot be made, or nothing can be written into it.
    """
    probe = folder / f".probe.{uuid.uuid4().hex[:12]}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.mkdir()
        with (probe / "probe").open("wb") as file:
            file.write(b"\0" * needed)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise cannot_write(folder, error) from error
    finally:
        shutil.rmtree(probe, ignore_errors=True)


class CannotWriteError(UserError):
    """Results could not be written: any other run would fail as this one did."""


def cannot_write(folder: Path, error: OSError) -> CannotWriteError:
    """Return the user's version of a failure to write."""
    reason = (error.strerror or str(error)).lower()
    return CannotWriteError(
        f"cannot write results into {folder}: {reason}. Free some room, or name another folder with runs_dir=PATH."
    )
