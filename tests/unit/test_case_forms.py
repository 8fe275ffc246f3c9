"""Files of a case in other forms than the usual one: what is read alike, what is noted, and what a strict reading refuses."""

import csv
import io
import unicodedata
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from case_folders import CLOSURES, LOCATIONS, ROUTES, START, make_case, series

from mixflow.scenarios.displacement.case import Case, Kind
from mixflow.scenarios.displacement.reader import read_case
from mixflow.sim.base.errors import UserError

CONFLICTS = "#Day,Avel,Cort\n0,1,0\n5,0.5,1\n"
USUAL = {
    "locations": LOCATIONS,
    "routes": ROUTES,
    "closures": CLOSURES,
    "conflicts": CONFLICTS,
    "registration_corrections": "#camp,date,what\nEast,2014-01-21,normalize\n",
    "data_layout": "#name,file\ntotal,refugees.csv\nEast,east.csv\nWest,west.csv\n",
    "refugees": "#date,count\n" + series(170, 60, first=100),
    "east": "#date,count\n" + series(100, 60, first=100),
    "west": "#date,count\n" + series(60, 60),
}


def same(one: Case, other: Case) -> bool:
    """Whether two cases hold the same world."""
    arrays = (
        (one.places.population, other.places.population), (one.places.capacity, other.places.capacity),
        (one.places.lat, other.places.lat), (one.places.foreign, other.places.foreign), (one.links.start, other.links.start),
        (one.links.end, other.links.end), (one.links.km, other.links.km), (one.states.kind, other.states.kind),
        (one.states.intensity, other.states.intensity), (one.states.open, other.states.open),
        (one.states.forced, other.states.forced), (one.states.closed, other.states.closed), (one.total, other.total),
    )  # fmt: skip
    registered = np.array_equal(one.registered, other.registered, equal_nan=True)
    return one.places.name == other.places.name and registered and all(np.array_equal(a, b) for a, b in arrays)


def refused(folder: Path, strict: bool = False) -> str:
    with pytest.raises(UserError) as error:
        read_case(folder, strict=strict)
    return str(error.value)


def separated(sign: str) -> Callable[[str], str]:
    return lambda text: text.replace(",", sign)


def in_capitals(header: str, end: str, rows: str) -> str:
    return header.upper().replace("AVEL", "Avel").replace("CORT", "Cort") + end + rows


FORMS: dict[str, Callable[[str], str]] = {
    "headers without a mark": lambda text: text.replace("#", ""),
    "marks with spaces": lambda text: text.replace("#", "## ").replace(",", " , "),
    "semicolons": separated(";"),
    "tabs": separated("\t"),
    "capitals": lambda text: in_capitals(*text.partition("\n")),
    "comments above": lambda text: f"# made by hand\n# of two lines; and more\n\n{text}",
    "separators at the end": lambda text: text.replace("\n", ",,,\n"),
    "old line ends": lambda text: text.replace("\n", "\r"),
    "quotes": lambda text: "\n".join(",".join(f'"{cell}"' for cell in row) for row in csv.reader(io.StringIO(text))),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_every_usual_form_is_read_alike_and_without_a_word(tmp_path: Path, form: str) -> None:
    plain = read_case(make_case(tmp_path / "plain", **USUAL))
    other = read_case(make_case(tmp_path / "other", **{name: FORMS[form](text) for name, text in USUAL.items()}), True)
    assert same(plain, other)
    assert plain.notes == other.notes


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_every_usual_encoding_is_read_alike(tmp_path: Path, encoding: str) -> None:
    plain, other = make_case(tmp_path / "plain", **USUAL), make_case(tmp_path / "other", **USUAL)
    for path in other.rglob("*.csv"):
        path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    assert same(read_case(plain), read_case(other))


def reordered(text: str, order: list[int], mark: str = "#") -> str:
    rows = list(csv.reader(io.StringIO(text.replace("#", ""))))
    width = len(rows[0])
    return mark + "\n".join(",".join((row + [""] * width)[at] for at in order) for row in rows) + "\n"


@pytest.mark.parametrize("mark", ["#", ""])
def test_columns_are_found_by_their_names(tmp_path: Path, mark: str) -> None:
    other = {
        "locations": reordered(LOCATIONS, [5, 7, 6, 0, 2, 4, 3, 1], mark),
        "routes": reordered(ROUTES, [2, 3, 0, 1], mark),
        "closures": reordered(CLOSURES, [4, 3, 1, 2, 0], mark),
        "registration_corrections": reordered(USUAL["registration_corrections"], [1, 2, 0], mark),
        "data_layout": reordered(USUAL["data_layout"], [1, 0], mark),
        "east": reordered(USUAL["east"], [1, 0], mark),
    }
    plain = read_case(make_case(tmp_path / "plain", **USUAL))
    assert same(plain, read_case(make_case(tmp_path / "other", **(USUAL | other)), strict=True))


def test_further_columns_may_stand_anywhere(tmp_path: Path) -> None:
    rows = [row.split(",") for row in LOCATIONS.splitlines()]
    group = ["ethnicity", *("red" if at % 2 else "blue" for at in range(len(rows) - 1))]
    text = "\n".join(",".join([row[0], tie, *row[1:]]) for row, tie in zip(rows, group, strict=True)) + "\n"
    case = read_case(make_case(tmp_path / "made", locations=text), strict=True)
    assert case.ties[:2, 0].tolist() == [0.0, 1.0]
    assert case.places.population[0] == 50000


@pytest.mark.parametrize(
    ("file", "header", "part"),
    [
        ("locations", "name,region,country,latitude,longitude,location_type,population,started", None),
        (
            "locations",
            "country,name,latitude,longitude,region,location_type,people",
            "column population/capacity: is missing",
        ),
        ("locations", "country,name,lat,latitude,region,location_type,population", "column latitude: stands 2 times"),
        ("routes", "name2,name1,length", "column distance: is missing"),
        ("closures", "name1,name2,closure_start,closure_end,kind", "column closure_type: is missing"),
    ],
)
def test_a_header_that_leaves_a_column_open_is_refused(
    tmp_path: Path, file: str, header: str, part: str | None
) -> None:
    rows = {"locations": "A,B,C,1,1,town,3,4\n", "routes": "A,B,3\n", "closures": "A,B,1,2,link\n"}[file]
    folder = make_case(tmp_path / "made", **{file: f"{header}\n{rows}"})
    if part is None:  # a column that need not be there
        assert "column started is not used" in refused(folder, strict=True)
    else:
        assert f"{file}.csv, line 1, {part}" in refused(folder)


def test_unknown_names_in_the_usual_order_are_read_by_position_with_a_note(tmp_path: Path) -> None:
    text = LOCATIONS.replace("population\n", "inhabitants\n")
    case = read_case(make_case(tmp_path / "made", locations=text))
    assert case.places.population[0] == 50000
    assert any("'inhabitants' is read as population/capacity" in note for note in case.notes)


READ_AS: list[tuple[str, str, str]] = [
    ("conflicts", "#Day,AVEL,Cort\n0,1,0\n5,0.5,1\n", "place 'AVEL' is read as Avel"),
    ("conflicts", "#Day,Avel,Cort\n5,0.5,1\n0,1,0\n", "they were sorted"),
    ("conflicts", "#Day,Avel,Cort\n0,1,\n5,0.5,1\n", "read as 0, no conflict"),
    ("conflicts", f"#Day,Avel,Cort\n{START},1,0\n2014-01-06,0.5,1\n", "read as days from the start"),
    ("conflicts", "#Day,name,Avel,Cort\n0,0,1,0\n5,0,0.5,1\n", "column name is not used, it holds no conflict"),
    ("conflicts", "#Day,Avel,Cort,Gone\n0,1,0,1\n5,0.5,1,3\n", "column Gone is not used, its 2 rows with conflict"),
    ("conflicts", "#Day,Avel,Cort\n0,4,0\n5,2,4\n", "intensities are divided by 4"),
    ("conflicts", '#"Day","Avel","Cort"\n0,1,0\n5,0.5,1\n', ""),
    ("locations", LOCATIONS.replace("#name", '#"name"').replace("population\n", "pop/cap [people]\n"), ""),
    ("closures", CLOSURES.replace("closure_start,closure_end", "closure_start = 0,closure_end = -1"), ""),
    ("data_layout", USUAL["data_layout"] + "Gone,gone.csv\n", "Gone is not used: locations.csv has no camp"),
    ("routes", ROUTES.replace("Hub,East,40,2", "hub,EAST,40.0,2.0"), "place 'EAST' is read as East"),
    ("routes", ROUTES + "Avel,Avel,10,\n", "it leads from Avel to itself"),
    ("closures", CLOSURES + "link,Avel,East,1,2\n", "no link between Avel and East"),
    ("closures", CLOSURES + "location,Nowhere,,1,2\n", "place 'Nowhere' is not known"),
    ("closures", CLOSURES + "country,Hom,Far,1,2\n", "country 'Hom' is not known; did you mean 'Home'?"),
    ("closures", CLOSURES + "location,Avel,,900,950\n", "none of its days is in the period"),
    ("closures", CLOSURES.replace("Home,Far,10,30", "home,Far,2014-01-11,2014-01-31"), "dates are read as days"),
    ("closures", CLOSURES.replace("country", "Country"), ""),
    ("locations", LOCATIONS.replace("marker", "road_marker"), "'road_marker' is read as marker"),
    ("locations", LOCATIONS.replace("idpcamp,,3000", "IDP camp,,3000.0"), ""),
    ("locations", LOCATIONS.replace(",50000", ',"50,000"'), "marks between thousands"),
    ("locations", LOCATIONS.replace("town,,", "town,NA,"), "'NA' in column conflict_date is read as nothing"),
    ("locations", LOCATIONS.replace("town,,", "town,3,"), "no conflict zones are not used: Bran"),
    ("locations", LOCATIONS.replace("Bran,North,Home", "Bran,North,home"), "country 'home' is read as Home"),
    ("locations", LOCATIONS + "Inner,South,Home,0.3,1.5,idpcamp,,3000\n", "line 10 is not used: it repeats line 9"),
    ("locations", LOCATIONS.replace(",20,", ",2014-01-21,"), "dates are read as days"),
    ("registration_corrections", "East,2014-01-21\nEest,2014-01-21\n", "line 2 is not used: camp 'Eest' is not known"),
    ("data_layout", "total,refugees.csv\nEAST,East.CSV\nWest,.\\west.csv\n", "'East.CSV' is read as east.csv"),
    ("east", series(100, 60, first=100).replace("-", "/"), "read as year, month, day"),
    ("east", series(100, 60, first=100) + "2014-03-12,NA\n", "'NA' in column count"),
    ("east", "Tag,Leute\n" + series(100, 60, first=100), "line 1 is read as a header"),
    ("sim_period", f"StartDate,{START}\nLength,60\nseed,3\n", "line 3 is not used"),
    ("sim_period", f"start_date,length\n{START},60\n", ""),
    ("conflicts", "#Day,Cort,Avel\n0,0,1\n5,1,0.5\n", ""),
    ("conflicts", "#Day,Avel,Cort\n0,1\n5,0.5,1\n", "cells that are missing at the end of rows are read as 0"),
    ("conflicts", "#Day,Avel,Cort\n0,0,1\n0,1,0\n5,0.5,1\n", "line 3 gives day 0 again; the later line holds"),
    ("conflicts", ",Day,Avel,Cort\n0,0,1,0\n1,5,0.5,1\n", "column Day is read as the first one"),
    ("locations", LOCATIONS.replace("town,,20000", "town,,-1"), "population -1 of Bran is read as none given"),
    ("locations", LOCATIONS + "Bran,Other,Home,1.6,1.3,town,,20000\n", "line 10 is not used: it repeats line 3"),
    ("locations", LOCATIONS.replace("6000", "6000,,seen,in 2013"), "cells beyond column 8 are not used, they have no name: line 7"),
    ("routes", ROUTES.replace("90,0", "90,0,bad road"), "cells beyond column 4 are not used, they have no name: line 3"),
    ("data_layout", USUAL["data_layout"] + "East,east.csv\n", "line 5 is not used: it names the files of East again"),
    ("east", series(100, 60, first=100).replace("\n", ",by hand\n"), "cells beyond column 2 are not used"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "text", "note"), READ_AS)
def test_what_makes_sense_is_read_with_a_note_and_refused_when_strict(
    tmp_path: Path, file: str, text: str, note: str
) -> None:
    plain = read_case(make_case(tmp_path / "plain", **USUAL))
    folder = make_case(tmp_path / "made", **(USUAL | {file: text}))
    case = read_case(folder)
    if "population -1" in note:
        plain.places.population[1] = 0.0  # of a town, which nobody leaves
    assert same(plain, case)
    if note:
        assert any(note in found for found in case.notes)
        assert note in refused(folder, strict=True)
    else:
        read_case(folder, strict=True)


def test_spaces_and_underscores_in_names_are_the_same(tmp_path: Path) -> None:
    table = "#Day,Two words,Cort\n0,1,0\n"
    locations, routes = LOCATIONS.replace("Avel", "Two_words"), ROUTES.replace("Avel", "Two_words")
    case = read_case(make_case(tmp_path / "made", locations=locations, routes=routes, conflicts=table))
    assert case.states.intensity[0, 0] == 1
    assert any("'Two words' is read as Two_words" in note for note in case.notes)


def test_two_names_that_are_alike_are_not_confused(tmp_path: Path) -> None:
    locations = LOCATIONS + "avel,North,Home,1,1,town,,5\n"
    folder = make_case(tmp_path / "made", locations=locations, routes=ROUTES + "AVEL,East,5,\n")
    assert "routes.csv, line 9, column name1: place 'AVEL' is not known" in refused(folder)


def test_names_with_a_number_sign_and_comments(tmp_path: Path) -> None:
    files = {
        "locations": LOCATIONS.replace("East,East", "Camp #1,East"),
        "routes": ROUTES.replace("Hub,East,40,2", "Hub,Camp #1,40 # by road,2 # one way").replace(
            "60,\n", "60,,# note\n", 1
        ),
        "data_layout": "total,refugees.csv # all\nCamp #1,east.csv\nWest,west.csv\n",
        "registration_corrections": "",
    }
    case = read_case(make_case(tmp_path / "made", **files))
    assert case.camp_names[0] == "Camp #1"
    assert case.with_data[0]
    assert case.states.forced[0].sum() == 1
    assert case.links.km[8] == 40


def test_a_cell_that_begins_with_a_number_sign_cuts_no_column_off(tmp_path: Path) -> None:
    rows = [row.split(",") for row in LOCATIONS.splitlines()]
    more = [["colour", "conflict_intensity"], *(["#ff0000", "0.5"] for _ in rows[1:])]
    text = "".join(",".join([*row, *two, "# note, with a comma"]) + "\n" for row, two in zip(rows, more, strict=True))
    case = read_case(make_case(tmp_path / "made", locations=text.replace(",# note", "\n# note", 1)))
    assert case.states.intensity[0, 0] == 0.5


def test_letters_with_marks_are_the_same_in_both_unicode_forms(tmp_path: Path) -> None:
    locations = unicodedata.normalize("NFD", LOCATIONS.replace("Avel", "Av\u00e9l"))
    case = read_case(
        make_case(tmp_path / "made", locations=locations, routes=ROUTES.replace("Avel", "Av\u00e9l")), True
    )
    assert case.places.name[0] == "Av\u00e9l"


@pytest.mark.parametrize(
    ("file", "text", "part"),
    [
        ("locations", LOCATIONS.replace("marker", "junction"), "location_type: 'junction' is not allowed"),
        ("locations", LOCATIONS.replace("Bran,North", '"Bran,North'), "line 3: a cell goes on in the next line"),
        ("locations", LOCATIONS.replace("camp,,6000", "camp,,-6000"), "'-6000' is not allowed"),
        ("locations", LOCATIONS.replace(",", ";").replace(";50000", ";50,5"), "decimals need a point"),
        ("east", "2014-01-01,5\n03/02/2014,9\n", "'03/02/2014' is not a date"),
        ("routes", ROUTES.replace("Avel,Bran,60,", "Avel,Bran,,"), "column distance: '' is not allowed"),
        ("closures", CLOSURES + "wall,Home,Far,1,2\n", "closure_type: 'wall'"),
        ("locations", LOCATIONS + "Bran,North,Home,1.5,1.4,town,,300\n", "'Bran' stands in line 3 already"),
        ("data_layout", USUAL["data_layout"] + "East,west.csv\n", "line 5, column name: 'East' stands twice"),
        ("conflicts", "#Day,Avel,Cort\n0,1,0,1\n", "line 2: has 4 columns; the header has 3"),
        ("east", "2014-01-01,100\n2014-02-01,1,234\n", "line 2, column count: '1,234' has a comma between thousands"),
    ],
)
def test_what_would_change_the_result_unseen_is_refused(tmp_path: Path, file: str, text: str, part: str) -> None:
    assert part in refused(make_case(tmp_path / "made", **{file: text}))


def test_a_further_column_of_numbers_is_no_part_of_the_counts(tmp_path: Path) -> None:
    plain = read_case(make_case(tmp_path / "plain"))
    assert same(plain, read_case(make_case(tmp_path / "a", east=series(100, 60, first=100).replace("\n", ",123\n"))))
    named = "date,count,more\n2014-01-01,100,\n2014-02-01,1,234\n"
    assert read_case(make_case(tmp_path / "b", east=named)).registered[31, 0] == 1


def test_settings_of_other_programs_are_named(tmp_path: Path) -> None:
    folder = make_case(tmp_path / "made")
    (folder / "simsetting.yml").write_text("move_rules:\n  max_move_speed: 200\n", encoding="utf-8")
    assert any("simsetting.yml is not used" in note for note in read_case(folder).notes)
    assert "simsetting.yml is not used" in refused(folder, strict=True)


def test_coordinates_are_for_the_map_alone(tmp_path: Path) -> None:
    case = read_case(
        make_case(tmp_path / "made", locations=LOCATIONS.replace("Avel,North,Home,1.0", "Avel,North,Home,far"))
    )
    assert case.places.lat[0] == 0
    assert any("line 2, column latitude: 'far' is not used" in note for note in case.notes)


def test_a_strict_reading_accepts_what_is_as_it_should_be(tmp_path: Path) -> None:
    case = read_case(make_case(tmp_path / "made", **USUAL), strict=True)
    assert case.states.kind[0, 0] == Kind.CONFLICT
    assert any("Inner has no data" in note for note in case.notes)
