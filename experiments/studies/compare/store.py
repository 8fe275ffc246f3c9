"""A comparison on disk: its tables and what was compared, published whole or not at all; enough to make the report again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from mixflow.sim.accounts.results import ABSENT, examined
from mixflow.sim.base.errors import UserError
from mixflow.sim.base.integrity import (
    ResultsDamaged,
    content_of,
    damages,
    entry_of,
    frame_of,
    json_of,
    read_record,
    write_parquet,
    write_sealed,
)
from mixflow.sim.base.reading import read_json

from ...results.indicators import Indicator, indicators_of
from .record import check_effects, check_record

FORMAT = 3
FILE = "comparison.json"
REPORT = "report.html"
NEEDED = ("effects.parquet", "geography.json")
AGAIN = "compare again: the same command makes it from the runs"
"""What a user does about a damaged comparison."""

TABLES = (
    "effects",
    "doses",
    "surface",
    "coherence",
    "switches",
    "new_users",
    "route_substitution",
    "destination_shift",
    "destination_net",
    "gains",
    "outcome_ladder",
    "shares",
    "edges",
    "headline",
    "headline_months",
    "groups",
    "used",
    "costs",
    "by_cost",
    "record",
    "sources",
)
"""Tables of a comparison; those that were not asked for are left out."""


@dataclass(frozen=True)
class Comparison:
    """A finished comparison.

    Attributes
    ----------
    folder
        Where it lies.
    record
        What was compared, by which version, with which seeds.
    tables
        Tables by name, see `TABLES`.
    geography
        Places, edges and country shapes, for the map.
    """

    folder: Path
    record: dict[str, Any]
    tables: Mapping[str, pd.DataFrame]
    geography: Mapping[str, Any]

    @property
    def effects(self) -> pd.DataFrame:
        """Indicators by month, in both worlds, and their difference."""
        return self.tables["effects"]

    @property
    def indicators(self) -> dict[str, Indicator]:
        """All indicators of the world that was compared, those of its corridors included."""
        return indicators_of(self.geography.get("corridors", {}))


def write(
    folder: Path, record: Mapping[str, Any], tables: Mapping[str, pd.DataFrame], geography: Mapping[str, Any]
) -> None:
    """Write a comparison into a folder that is not published yet; the record comes last."""
    for name, frame in tables.items():
        if len(frame):
            write_table(folder / f"{name}.parquet", frame)
    _json(folder / "geography.json", geography)
    write_sealed(folder, FILE, record)


def seal(folder: Path) -> None:
    """Write the record of a comparison again, once its report was written: the record lists that as well."""
    record = record_in(folder)
    write_sealed(folder, FILE, record, {**record["files"], REPORT: entry_of(folder / REPORT)})


def record_in(folder: Path) -> dict[str, Any]:
    """What was compared, by the record of a comparison.

    Raises
    ------
    ResultsDamaged
        When the record is not what was written.
    UserError
        When it is of another format, or holds something else than a comparison records.
    """
    record = read_record(folder, FILE, AGAIN)
    if record.get("format") != FORMAT:
        raise UserError(
            f"{folder} is of format {record.get('format')} of comparisons; this version reads {FORMAT}. "
            "Compare again: the same command makes it from the runs."
        )
    if "digest" not in record:
        raise ResultsDamaged(folder, [f"{FILE} has no digest"], AGAIN)
    check_record(record, str(folder / FILE))
    return record


def report_of(folder: Path) -> bytes:
    """The report of a comparison, as it was written.

    Raises
    ------
    ResultsDamaged
        When it is not, or is not there.
    """
    return content_of(folder, record_in(folder), REPORT, "mixflow report makes it again from the tables")


def write_table(path: Path, frame: pd.DataFrame) -> None:
    """Write one table: months as date32, names as dictionaries."""
    arrays: dict[str, Any] = {}
    for column in frame.columns:
        values = frame[column]
        if pd.api.types.is_datetime64_any_dtype(values) or column == "month":
            arrays[column] = pa.array([None if pd.isna(v) else pd.Timestamp(v).date() for v in values], pa.date32())
        elif values.dtype.kind in "iufb":
            arrays[column] = pa.array(values.to_numpy(), from_pandas=True)
        else:
            arrays[column] = pa.array(values.astype(str), pa.string()).dictionary_encode()
    write_parquet(pa.table(arrays), path)


def read(folder: Path | str) -> Comparison:
    """Read a comparison.

    Parameters
    ----------
    folder
        Of the comparison, or of one of its runs where one comparison alone has that run.

    Raises
    ------
    ResultsDamaged
        When a file is not what was written.
    UserError
        When there is none.
    """
    path = _found(Path(folder))
    record = record_in(path)
    what = damages(path, record, NEEDED, ())
    what = [one for one in what if not one.startswith(REPORT)]  # it is made from the tables, and read by nobody here
    if what:
        raise ResultsDamaged(path, what, AGAIN)
    tables = {
        name: _plain(frame_of(path, record, f"{name}.parquet", (), AGAIN))
        for name in TABLES
        if f"{name}.parquet" in record["files"]
    }
    check_effects(tables["effects"], str(path / "effects.parquet"))
    geography = json_of(path, record, "geography.json", AGAIN)
    if not isinstance(geography, dict):
        raise ResultsDamaged(path, ["geography.json"], AGAIN)
    return Comparison(path, record, tables, geography)


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Names as objects: columns of names are compared with one another."""
    names = [c for c in frame.columns if isinstance(frame[c].dtype, pd.CategoricalDtype)]
    return frame.assign(**{name: frame[name].astype(object) for name in names})


def _found(path: Path) -> Path:
    if (path / FILE).exists():
        return path
    if examined(path, ()).state != ABSENT:
        uses = [other.parent for other in sorted(path.parent.glob(f"compare-*/{FILE}")) if path.name in _runs(other)]
        if len(uses) == 1:
            return uses[0]
        if uses:
            raise UserError(f"{path} is part of several comparisons; name one: {', '.join(map(str, uses))}.")
        raise UserError(f"{path} is a run that was compared with none. mixflow compare makes a comparison.")
    raise UserError(f"{path} holds no comparison: there is no {FILE}. Name the folder that mixflow compare printed.")


def _runs(path: Path) -> set[str]:
    try:
        arms = read_json(path)["arms"]
        return {str(name) for arm in arms for name in arm["runs"].values()}
    except (UserError, KeyError, AttributeError, TypeError):
        return set()


def geography_of(world: Any, outline: list[Any]) -> dict[str, Any]:
    """What a map needs of a world, as plain values."""
    from mixflow.sim.base.codes import Access, Mode, PlaceKind

    return {
        "countries": list(world.countries),
        "destination": [bool(v) for v in world.destination],
        "corridors": dict(world.corridor_names),
        "corridor_colours": dict(world.corridor_colours),
        "region": world.region,
        "places": {
            "name": list(world.place_names),
            "lon": [round(float(v), 3) for v in world.lon],
            "lat": [round(float(v), 3) for v in world.lat],
            "country": [world.countries[k] for k in world.place_country],
            "kind": [PlaceKind(int(k)).label for k in world.place_kind],
        },
        "edges": {
            "name": list(world.edge_names),
            "from": [int(k) for k in world.edge_from],
            "to": [int(k) for k in world.edge_to],
            "corridor": [world.corridors[int(k)] for k in world.edge_corridor],
            "mode": [Mode(int(k)).label for k in world.edge_mode],
            "access": [Access(int(k)).label for k in world.edge_access],
        },
        "outline": [np.round(ring, 2).tolist() for ring in outline],
    }


def _json(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
