"""The reader of tables: what it accepts, and that it refuses each kind of mistake by file, line and column."""

import csv
import shutil
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

import mixflow.scenarios
from mixflow.scenarios.schema import TABLES, UNITS
from mixflow.scenarios.tables import read_table, read_tables
from mixflow.scenarios.world import load_world
from mixflow.sim.base.errors import UserError

TOY = Path(next(iter(mixflow.scenarios.__path__))) / "toy"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the toy world that a test may spoil."""
    return Path(shutil.copytree(TOY, tmp_path / "toy"))


def split(path: Path) -> list[list[str]]:
    """Return the cells of a file, line by line."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def join(path: Path, lines: list[list[str]]) -> None:
    """Write the cells of a file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(lines)


def spoil(folder: Path, name: str, line: int, change: Callable[[list[str]], list[str]]) -> str:
    """Change the cells of one line of a table, and return what the reader says."""
    lines = split(folder / f"{name}.csv")
    lines[line - 1] = change(lines[line - 1])
    join(folder / f"{name}.csv", lines)
    with pytest.raises(UserError) as caught:
        read_tables(folder)
    return str(caught.value)


def put(table: str, column: str, value: str) -> Callable[[list[str]], list[str]]:
    """Return a change that writes a value into a column."""
    at = TABLES[table].header.index(column)
    return lambda cells: [*cells[:at], value, *cells[at + 1 :]]


CELLS = [
    ("places", "country", "SYX", "'SYX' is not an ISO 3166 code"),
    ("places", "country", "", "is empty"),
    ("places", "latitude", "95", "outside what is allowed: -90 to 90"),
    ("places", "latitude", "north", "'north' is not a number"),
    ("places", "longitude", "nan", "not a finite number"),
    ("places", "population", "12.5", "not a whole number"),
    ("places", "population", "-1", "0 to 1e+10"),
    ("places", "population", str(2**70), "0 to 1e+10"),
    ("places", "kind", "setlement", "Did you mean 'settlement'?"),
    ("places", "as_of", "31.12.2015", "not a date such as"),
    ("places", "as_of", "2015-02-30", "not a date such as"),
    ("places", "source", "", "is empty"),
    ("edges", "mode", "bus", "Allowed: road, sea, air, rail, foot"),
    ("edges", "corridor", "CMX", "Allowed: central_mediterranean, eastern_mediterranean"),
    ("edges", "access", "closed", "Allowed: open, border, visa"),
    ("edges", "distance_km", "-5", "outside what is allowed"),
    ("edges", "distance_km", "inf", "not a finite number"),
    ("edge_attributes", "unit", "", "is empty"),
    ("edge_attributes", "quantity", "prise", "Did you mean 'price'?"),
    ("drivers", "driver", "incom", "Did you mean 'income'?"),
    ("drivers", "value", "many", "'many' is not a number"),
    ("drivers", "year", "1066", "outside what is allowed"),
    ("recognition", "rate", "1.2", "0 to 1"),
    ("recognition", "convention", "-0.1", "0 to 1"),
    ("returns", "rate", "40", "0 to 1"),
    ("returns", "year", "2020", "is after 2019, the hold-out date"),
    ("hosted", "status", "guest", "Allowed: hosted, displaced, asylum_pending"),
    ("admissions", "channel", "tourism", "Allowed: work, skilled, family"),
    ("seasons", "month", "13", "1 to 12"),
]


@pytest.mark.parametrize(("table", "column", "value", "said"), CELLS)
def test_wrong_cell(folder: Path, table: str, column: str, value: str, said: str) -> None:
    message = spoil(folder, table, 3, put(table, column, value))
    assert f"{table}.csv line 3, column {column}: " in message
    assert said in message


def line_of(folder: Path, table: str, column: str, value: str) -> int:
    """The first line of a table with this value; the second line where no column is named."""
    lines = split(folder / f"{table}.csv")
    at = lines[0].index(column) if column else -1
    return next(number for number, row in enumerate(lines, 1) if number > 1 and (at < 0 or row[at] == value))


def test_every_unit_column_says_what_the_code_expects() -> None:
    assert set(UNITS) == {name for name, table in TABLES.items() if "unit" in table.header}
    for name, (by, units) in UNITS.items():
        kinds = {column.name: column.allowed for column in TABLES[name].columns}
        assert set(units) == (set(kinds[by]) if by else {""}), name


NOT_OF_TOY = ("recorded", "anchor", "anchor_state")
"""Read apart from a world; for anchors see test_anchor."""

EVERY_UNIT = [(table, by, what) for table, (by, units) in UNITS.items() if table not in NOT_OF_TOY for what in units]


@pytest.mark.parametrize(("table", "by", "what"), EVERY_UNIT)
def test_wrong_unit(folder: Path, table: str, by: str, what: str) -> None:
    lines = split(folder / f"{table}.csv")
    if len(lines) < 2:  # the toy world has none here
        join(folder / f"{table}.csv", [*lines, ["DEU", "2010", "0.1", "log odds", "assumption: a test", "2015-12-31"]])
    line = line_of(folder, table, by, what)
    message = spoil(folder, table, line, put(table, "unit", "thousands"))
    assert f"{table}.csv line {line}, column unit: 'thousands' is not the unit of {what or table}" in message
    assert f"Allowed: {UNITS[table][1][what]!r}" in message


def test_wrong_unit_of_a_record(folder: Path) -> None:
    lines = split(folder / "recorded.csv")
    lines[1] = put("recorded", "unit", "thousands")(lines[1])
    join(folder / "recorded.csv", lines)
    with pytest.raises(UserError, match=r"recorded.csv line 2, column unit: 'thousands' is not the unit of "):
        read_table(folder, "recorded")


def test_income_in_euros_is_refused(folder: Path) -> None:
    line = line_of(folder, "drivers", "driver", "income")
    message = spoil(folder, "drivers", line, put("drivers", "unit", "EUR per year"))
    assert "'EUR per year' is not the unit of income. Allowed: 'PPP international $ per person per year'" in message


def test_probability_above_one(folder: Path) -> None:
    rows = (folder / "edge_attributes.csv").read_text(encoding="utf-8").splitlines()
    line = next(number for number, row in enumerate(rows, 1) if ",death," in row)
    assert "death is a probability; 3 is outside 0 to 1" in spoil(
        folder, "edge_attributes", line, put("edge_attributes", "value", "3")
    )


def test_months_that_do_not_make_a_year(folder: Path) -> None:
    message = spoil(folder, "seasons", 4, put("seasons", "value", "9"))
    assert "seasons.csv line 2, column value: the months of central_mediterranean have a mean of 1.69" in message
    assert "Allowed: 0.99 to 1.01" in message


def test_value_outside_its_own_range(folder: Path) -> None:
    assert "outside its own" in spoil(folder, "edge_attributes", 2, put("edge_attributes", "low", "1900"))


def test_duplicate_place(folder: Path) -> None:
    message = spoil(folder, "places", 3, put("places", "place", "Damascus"))
    assert "places.csv line 3: Damascus is already on line 2." in message


def test_duplicate_edge(folder: Path) -> None:
    path = folder / "edges.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[1]]) + "\n", encoding="utf-8")
    with pytest.raises(UserError, match="is already on line 2"):
        read_tables(folder)


def test_edge_to_a_place_that_is_not_there(folder: Path) -> None:
    message = spoil(folder, "edges", 2, put("edges", "destination", "Alepo"))
    assert "column destination: 'Alepo' is no place of places.csv. Did you mean 'Aleppo'?" in message


def test_edge_to_itself(folder: Path) -> None:
    assert "from 'Damascus' to itself" in spoil(folder, "edges", 2, put("edges", "destination", "Damascus"))


def test_fact_about_an_edge_that_is_not_there(folder: Path) -> None:
    message = spoil(folder, "edge_attributes", 2, put("edge_attributes", "mode", "air"))
    assert "there is no edge 'Izmir>Lesbos:air'" in message
    assert "Did you mean 'Izmir>Lesbos:sea'?" in message


def test_country_without_a_place(folder: Path) -> None:
    assert "FRA has no place in places.csv" in spoil(folder, "admissions", 2, put("admissions", "destination", "FRA"))


def test_misspelt_column(folder: Path) -> None:
    message = spoil(folder, "places", 1, put("places", "latitude", "lattitude"))
    assert "column 'lattitude' is not known. Did you mean 'latitude'?" in message


def test_missing_column(folder: Path) -> None:
    assert "column 'as_of' is missing" in spoil(folder, "seasons", 1, lambda cells: cells[:-1])


def test_extra_column(folder: Path) -> None:
    assert "column 'remark' is not known" in spoil(folder, "seasons", 1, lambda cells: [*cells, "remark"])


def test_too_few_values(folder: Path) -> None:
    assert "seasons.csv line 4: 5 values where the header has 6" in spoil(
        folder, "seasons", 4, lambda cells: cells[:-1]
    )


def test_missing_file(folder: Path) -> None:
    (folder / "returns.csv").unlink()
    with pytest.raises(UserError, match=r"returns\.csv is not there"):
        read_tables(folder)


def test_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="There is no folder"):
        read_tables(tmp_path / "nowhere")


def test_file_that_cannot_be_read(folder: Path) -> None:
    (folder / "returns.csv").unlink()
    (folder / "returns.csv").mkdir()
    with pytest.raises(UserError, match=r"returns\.csv cannot be read"):
        read_tables(folder)


def test_not_utf8(folder: Path) -> None:
    (folder / "returns.csv").write_bytes("origin,Côte".encode("latin-1"))
    with pytest.raises(UserError, match="not UTF-8 text"):
        read_tables(folder)


def test_broken_gzip(folder: Path) -> None:
    (folder / "recorded.csv").unlink()
    (folder / "recorded.csv.gz").write_bytes(b"not packed")
    with pytest.raises(UserError, match=r"recorded\.csv\.gz cannot be read"):
        read_table(folder, "recorded")


def test_empty_file(folder: Path) -> None:
    (folder / "returns.csv").write_text("", encoding="utf-8")
    with pytest.raises(UserError, match="column 'origin' is missing"):
        read_tables(folder)


def test_recorded_after_2015(folder: Path) -> None:
    path = folder / "recorded.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("2015-12,", "2020-01,"), encoding="utf-8")
    with pytest.raises(UserError, match="2020-01 is after 2019-12"):
        read_table(folder, "recorded")


def test_all_mistakes_at_once(folder: Path) -> None:
    for table, column, value in (("places", "country", "SYX"), ("edges", "mode", "bus"), ("returns", "rate", "40")):
        message = spoil(folder, table, 5, put(table, column, value))
    assert all(f"{name}.csv line 5" in message for name in ("places", "edges", "returns"))


def refused(folder: Path) -> list[str]:
    """Lines of what the reader says."""
    with pytest.raises(UserError) as caught:
        read_tables(folder)
    return str(caught.value).splitlines()


def test_of_many_faults_of_one_column_three_are_shown_and_the_others_counted(folder: Path) -> None:
    header, *rows = split(folder / "drivers.csv")
    spoilt = [put("drivers", "value", f"x{number}")(row) for number, row in enumerate(rows)]
    join(folder / "drivers.csv", [header, *spoilt])
    said = refused(folder)
    assert len(said) == 4
    assert said[0] == "drivers.csv line 2, column value: 'x0' is not a number."
    assert said[3] == (
        f"drivers.csv lines 5, 6, 7, 8, 9 and {len(rows) - 8} more, column value: more values that are not allowed."
    )


def test_no_more_than_twenty_causes_are_shown(folder: Path) -> None:
    path = folder / "edges.csv"
    rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([rows[0], *rows[1:], *rows[1:]]) + "\n", encoding="utf-8")  # each edge once more
    said = refused(folder)
    assert len(said) == 21
    assert said[-1] == f"... and {len(rows) - 1 - 20} more."


@pytest.mark.parametrize(
    ("column", "to", "said"),
    [
        ("latitude", "lattitude", "column 'lattitude' is not known"),
        ("country", "land", "column 'land' is not known"),
    ],
)
def test_a_table_that_is_not_read_is_the_one_cause(folder: Path, column: str, to: str, said: str) -> None:
    header, *rows = split(folder / "places.csv")
    join(folder / "places.csv", [put("places", column, to)(header), *rows])
    lines = refused(folder)
    assert said in lines[0]
    assert {line.partition(" ")[0] for line in lines} == {"places.csv"}


def test_a_country_that_is_spoilt_in_places_is_the_one_cause(folder: Path) -> None:
    path = folder / "places.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",SYR,", ",SYX,"), encoding="utf-8")
    (said,) = refused(folder)
    assert said.startswith("places.csv lines 2, 3, column country: 'SYX' is not an ISO 3166 code")


def test_a_country_whose_places_are_gone_makes_one_line_a_table(folder: Path) -> None:
    path = folder / "places.csv"
    rows = [row for row in path.read_text(encoding="utf-8").splitlines() if ",SYR," not in row]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    said = refused(folder)
    assert len([line for line in said if line.startswith("drivers.csv")]) == 1
    assert any(line.startswith("drivers.csv lines ") and "SYR has no place in places.csv." in line for line in said)
    assert len(said) <= 20


def test_an_edge_that_cannot_be_read_is_not_missed_by_its_facts(folder: Path) -> None:
    path = folder / "edges.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("Tripoli,Lampedusa,sea,", "Tripoli,Lampedusa,boat,"), encoding="utf-8"
    )
    (said,) = refused(folder)
    assert "'boat' is not known" in said


def test_drivers_of_a_country_without_any_are_missed_once(folder: Path) -> None:
    path = folder / "drivers.csv"
    rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(row for row in rows if not row.startswith("TUR,")) + "\n", encoding="utf-8")
    with pytest.raises(UserError) as caught:
        load_world(folder, "toy")
    assert str(caught.value) == "drivers.csv has no row for TUR: every country needs every driver for every year."
    path.write_text("\n".join(row for row in rows if not row.startswith(("TUR,2010,income", "TUR,2011,income"))) + "\n")
    with pytest.raises(UserError, match="income of TUR is missing for 2010 to 2011"):
        load_world(folder, "toy")


def test_byte_order_mark_and_windows_line_ends(folder: Path) -> None:
    plain = read_table(folder, "places")
    path = folder / "places.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_table(folder, "places") == plain


def test_columns_in_another_order(folder: Path) -> None:
    plain = read_table(folder, "seasons")
    path = folder / "seasons.csv"
    join(path, [row[::-1] for row in split(path)])
    assert read_table(folder, "seasons") == plain


FORMS: dict[str, Callable[[str], bytes]] = {
    "a mark before the header": lambda text: f"#{text}".encode(),
    "a comment above it": lambda text: f"# made by hand; 2015\n\n{text}".encode(),
    "a byte-order mark": lambda text: text.encode("utf-8-sig"),
    "UTF-16": lambda text: text.encode("utf-16"),
    "line ends of Windows": lambda text: text.replace("\n", "\r\n").encode(),
    "names in capitals": lambda text: (text.partition("\n")[0].upper() + "\n" + text.partition("\n")[2]).encode(),
    "separators at the end": lambda text: text.replace("\n", ",,\n").encode(),
    "blank lines and comments": lambda text: text.replace("\n", "\n\n# more\n").encode(),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_usual_form_of_a_table_is_read_alike(folder: Path, form: str) -> None:
    plain = read_tables(folder)
    for name in ("places", "edges", "drivers"):
        path = folder / f"{name}.csv"
        path.write_bytes(FORMS[form](path.read_text(encoding="utf-8")))
    found = read_tables(folder)
    for name, columns in plain.items():
        assert {key: found[name][key] for key in columns if key != "line"} == {
            key: values for key, values in columns.items() if key != "line"
        }


@pytest.mark.parametrize("separator", [";", "\t"])
def test_other_separators_are_read_alike(folder: Path, separator: str) -> None:
    plain = read_tables(folder)
    for name in ("places", "edges"):
        cells = split(folder / f"{name}.csv")
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=separator).writerows([row[::-1] for row in cells])
    assert read_tables(folder) == plain


def test_letters_with_marks_are_the_same_in_both_unicode_forms(folder: Path) -> None:
    lines = split(folder / "places.csv")
    name = lines[1][0]
    for table, form in (("places", "NFC"), ("edges", "NFD"), ("edge_attributes", "NFD")):
        text = (folder / f"{table}.csv").read_text(encoding="utf-8").replace(name, "S\u00e3o")
        (folder / f"{table}.csv").write_text(unicodedata.normalize(form, text), encoding="utf-8")
    assert "S\u00e3o" in read_tables(folder)["edges"]["origin"] + read_tables(folder)["edges"]["destination"]


def test_a_table_without_its_columns_is_told_once(folder: Path) -> None:
    path = folder / "places.csv"
    path.write_text("x\n" + path.read_text(encoding="utf-8").partition("\n")[2], encoding="utf-8")
    with pytest.raises(UserError) as caught:
        read_tables(folder)
    assert "edges.csv" not in str(caught.value)
    assert "places.csv line 1: column 'x' is not known" in str(caught.value)


@pytest.mark.parametrize(("table", "column"), [("places", "country"), ("edges", "mode")])
def test_one_bad_row_is_told_without_what_would_follow(folder: Path, table: str, column: str) -> None:
    told = spoil(folder, table, 2, put(table, column, "XYZ"))
    assert f"{table}.csv line 2" in told
    assert len(told.splitlines()) == 1


def test_a_country_without_a_place_is_told_once_a_table(folder: Path) -> None:
    lines = split(folder / "places.csv")
    gone = lines[1][1]
    join(folder / "places.csv", [row for row in lines if row[1] != gone])
    with pytest.raises(UserError) as caught:
        read_tables(folder, ("places", "edges", "drivers"))
    assert str(caught.value).count(f": {gone} has no place in places.csv") == 1


def test_what_is_no_text_is_refused(folder: Path) -> None:
    (folder / "places.csv").write_bytes(b"place,country\nA\xff,SYR\n")
    with pytest.raises(UserError, match=r"places\.csv line 2: is not UTF-8 text"):
        read_tables(folder)
