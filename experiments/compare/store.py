"""A comparison on disk: its tables and what was compared, published whole or not at all; enough to make the report again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from mixflow.sim.errors import UserError
from mixflow.sim.results import is_complete

FORMAT = 2
FILE = "comparison.json"
TABLES = (
    "effects",
    "doses",
    "surface",
    "coherence",
    "switches",
    "new_users",
    "displaced",
    "redirected",
    "gains",
    "levels",
    "shares",
    "edges",
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


def write(
    folder: Path, record: Mapping[str, Any], tables: Mapping[str, pd.DataFrame], geography: Mapping[str, Any]
) -> None:
    """Write a comparison into a folder that is not published yet; the record comes last."""
    for name, frame in tables.items():
        if len(frame):
            write_table(folder / f"{name}.parquet", frame)
    _json(folder / "geography.json", geography)
    _json(folder / FILE, record)


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
    pq.write_table(pa.table(arrays), path, compression="zstd")


def read(folder: Path | str) -> Comparison:
    """Read a comparison.

    Parameters
    ----------
    folder
        Of the comparison, or of one of its runs where one comparison alone has that run.

    Raises
    ------
    UserError
        When there is none.
    """
    path = _found(Path(folder))
    try:
        record = json.loads((path / FILE).read_text(encoding="utf-8"))
        if record.get("format") != FORMAT:
            raise UserError(f"{path} is of format {record.get('format')} of comparisons; this version reads {FORMAT}.")
        tables = {
            name: _plain(pq.read_table(path / f"{name}.parquet").to_pandas(date_as_object=False))
            for name in TABLES
            if (path / f"{name}.parquet").exists()
        }
        geography = json.loads((path / "geography.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UserError(f"cannot read the comparison in {path}: {error}.") from error
    if "effects" not in tables:
        raise UserError(f"{path} has no effects.parquet. Compare again: the same command makes it from the runs.")
    return Comparison(path, record, tables, geography)


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Names as objects: columns of names are compared with one another."""
    names = [c for c in frame.columns if isinstance(frame[c].dtype, pd.CategoricalDtype)]
    return frame.assign(**{name: frame[name].astype(object) for name in names})


def _found(path: Path) -> Path:
    if (path / FILE).exists():
        return path
    if is_complete(path):
        uses = [other.parent for other in sorted(path.parent.glob(f"compare-*/{FILE}")) if path.name in _runs(other)]
        if len(uses) == 1:
            return uses[0]
        if uses:
            raise UserError(f"{path} is part of several comparisons; name one: {', '.join(map(str, uses))}.")
        raise UserError(f"{path} is a run that was compared with none. mixflow compare makes a comparison.")
    raise UserError(f"{path} holds no comparison: there is no {FILE}. Name the folder that mixflow compare printed.")


def _runs(path: Path) -> set[str]:
    try:
        arms = json.loads(path.read_text(encoding="utf-8"))["arms"]
        return {str(name) for arm in arms for name in arm["runs"].values()}
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return set()


def geography_of(world: Any, outline: list[Any]) -> dict[str, Any]:
    """What a map needs of a world, as plain values."""
    from mixflow.sim.codes import ROUTES, Access, Mode, PlaceKind

    return {
        "countries": list(world.countries),
        "europe": [bool(v) for v in world.europe],
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
            "route": [ROUTES[int(k)] for k in world.edge_route],
            "mode": [Mode(int(k)).label for k in world.edge_mode],
            "access": [Access(int(k)).label for k in world.edge_access],
        },
        "outline": [np.round(ring, 2).tolist() for ring in outline],
    }


def _json(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
