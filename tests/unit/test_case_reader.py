"""The reader of displacement cases: what it accepts, and that everything wrong is told at once with its place."""

from pathlib import Path

import numpy as np
import pytest
from case_folders import CLOSURES, LOCATIONS, ROUTES, START, make_case

from mixflow.scenarios.displacement import links, reader
from mixflow.scenarios.displacement.case import Kind
from mixflow.scenarios.displacement.error import ard, ard_rescaled, by_camp
from mixflow.scenarios.displacement.naive import naive
from mixflow.scenarios.displacement.reader import read_case
from mixflow.sim.base.errors import UserError


def refused(folder: Path) -> str:
    with pytest.raises(UserError) as error:
        read_case(folder)
    return str(error.value)


def test_a_case_is_read(tmp_path: Path) -> None:
    case = read_case(make_case(tmp_path / "made"))
    assert case.name == "made"
    assert case.days == 60
    assert case.start == START
    assert case.camp_names == ("East", "West", "Inner")
    assert case.with_data.tolist() == [True, True, False]
    assert case.registered[0, :2].tolist() == [100, 0]
    assert case.registered[5, 0] == 600  # between two counts
    assert case.total[10] == 1800
    assert case.places.foreign.tolist() == [False, False, False, True, False, True, True, False]
    assert any("Inner has no data" in note for note in case.notes)


def test_kinds_and_conflicts_by_dates(tmp_path: Path) -> None:
    case = read_case(make_case(tmp_path / "made"))
    kind = case.states.kind
    assert kind[0].tolist() == [
        Kind.CONFLICT, Kind.TOWN, Kind.TOWN, Kind.HUB, Kind.MARKER, Kind.CAMP, Kind.CAMP, Kind.IDP_CAMP,
    ]  # fmt: skip
    assert kind[19, 2] == Kind.TOWN
    assert kind[20, 2] == Kind.CONFLICT
    assert case.states.since[45, 2] == 20


def test_a_table_of_conflicts_holds_until_the_next_row_and_has_intensities(tmp_path: Path) -> None:
    table = "#Day, Avel, Cort\n0, 0.5, 0\n10, 0, 1\n\n"
    case = read_case(make_case(tmp_path / "made", conflicts=table))
    assert case.states.intensity[[0, 9, 10, 59], 0].tolist() == [0.5, 0.5, 0, 0]
    assert case.states.intensity[[9, 10, 59], 2].tolist() == [0, 1, 1]
    assert case.states.kind[10, 0] == Kind.TOWN


def test_overlapping_closures_and_those_begun_before(tmp_path: Path) -> None:
    closures = (
        "#type\nlink,Avel,Bran,2,10\nlink,Bran,Avel,4,6\nlocation,Cort,,-5,3\ncamp,West,,0,8\ncountry,Home,Near,50,-1\n"
    )
    case = read_case(make_case(tmp_path / "made", closures=closures))
    open_ = case.states.open
    assert open_[:, 0].tolist() == [not 2 <= day < 10 for day in range(60)]
    assert (open_[:, 0] == open_[:, 1]).all()
    assert open_[[0, 2, 3], 2].tolist() == [False, False, True]
    assert case.states.closed[[0, 2, 3], 2].tolist() == [True, True, False]
    assert case.states.kind[[7, 8], 6].tolist() == [Kind.TOWN, Kind.CAMP]
    assert not open_[[50, 59], 6].any()  # Cross in Home to Hub in Near
    assert open_[49, 6]


def test_forced_redirections(tmp_path: Path) -> None:
    closures = "#type\nremove_forced_redirection,Hub,East,5,-1\n"
    case = read_case(make_case(tmp_path / "made", closures=closures))
    assert case.states.forced[4].nonzero()[0].tolist() == [8]  # from name1, Hub, to name2, East
    assert not case.states.forced[5].any()


def test_corrections_scale_what_is_before(tmp_path: Path) -> None:
    east = f"{START},0\n2014-01-11,1000\n2014-01-21,500\n2014-01-31,600\n"
    case = read_case(make_case(tmp_path / "made", east=east, registration_corrections="East,2014-01-21,normalize\n"))
    assert case.registered[[10, 20, 30], 0].tolist() == [500, 500, 600]
    assert case.registered[5, 0] == 250


def test_several_files_of_a_camp_are_added_up(tmp_path: Path) -> None:
    layout = "total,refugees.csv\nEast,east.csv,more.csv\n"
    case = read_case(make_case(tmp_path / "made", data_layout=layout, more=f"{START},10\n2014-03-01,10\n"))
    assert case.registered[0, 0] == 110


def test_byte_order_marks_line_ends_spaces_quotes_and_comments_are_accepted(tmp_path: Path) -> None:
    plain = read_case(make_case(tmp_path / "plain"))
    messy = (
        "\ufeff" + LOCATIONS.replace("\n", "\r\n").replace(",", " , ").replace("Avel", '"Avel"') + "\r\n\r\n# end\r\n"
    )
    odd = read_case(make_case(tmp_path / "odd", locations=messy, routes=ROUTES.replace("\n", "  \r\n")))
    assert odd.places.name == plain.places.name
    assert np.array_equal(odd.states.kind, plain.states.kind)
    assert np.array_equal(odd.links.km, plain.links.km)


def test_older_names_and_floods(tmp_path: Path) -> None:
    places = LOCATIONS.replace("Avel,North,Home,1.0,1.0,conflict_zone", "Avel,North,Home,1.0,1.0,flood_zone")
    folder = make_case(
        tmp_path / "made", sim_period=None, conflict_period=f"StartDate,{START}\nLength,30\n", locations=places,
        flood_level="#Day,Avel\n0,0\n3,2\n6,4\n",
    )  # fmt: skip
    case = read_case(folder)
    assert case.days == 30
    assert case.states.intensity[[2, 3, 6], 0].tolist() == [1, 1, 1]  # its conflict date says day 0


def test_ties_from_demographics(tmp_path: Path) -> None:
    shares = "ethnicity,Default,Avel,East,West\nred,1,1,1,0\nblue,1,0,0,1\n"
    case = read_case(make_case(tmp_path / "made", demographics_ethnicity=shares, demographics_age="age,Default\n5,1\n"))
    assert case.ties[0, :2].tolist() == [1, 0]
    assert case.ties[1, :2].tolist() == [0.5, 0.5]
    assert any("demographics_age.csv is not used" in note for note in case.notes)


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    folder = make_case(
        tmp_path / "made",
        locations=LOCATIONS.replace("20000", "many").replace("marker", "junction"),
        sim_period="StartDate,yesterday\nLength,-3\n",
    )
    message = refused(folder)
    for part in (
        "4 problems", "locations.csv, line 3, column population/capacity: 'many'", "line 6, column location_type: 'junction'",
        "idpcamp", "sim_period.csv, line 1, column StartDate: 'yesterday' is not a date", "line 2, column Length: '-3'",
    ):  # fmt: skip
        assert part in message


@pytest.mark.parametrize(
    ("files", "parts"),
    [
        (
            {"routes": ROUTES + "Avel,Brann,5,\n"},
            ["routes.csv, line 9, column name2", "'Brann'", "did you mean 'Bran'"],
        ),
        ({"routes": ROUTES.replace("60,", "-60,", 1)}, ["routes.csv, line 2, column distance", "0 to 50,000"]),
        ({"routes": "#a\nAvel\n"}, ["routes.csv, line 2", "has 1 columns", "name1, name2, distance"]),
        ({"routes": ROUTES + "Avel,East,5,7\n"}, ["forced_redirection", "'7'", "1 from name2 to name1"]),
        ({"closures": CLOSURES + "wall,Home,Far,1,2\n"}, ["closure_type", "'wall'", "remove_forced_redirection"]),
        ({"closures": "#x\ncountry,Home\n"}, ["has 2 columns; at least 5"]),
        ({"conflicts": "0,1,0\n1,1,0\n"}, ["conflicts.csv: has no header", "#Day"]),
        ({"conflicts": "#Day,Avel\n0,-3\n"}, ["conflicts.csv, line 2, column Avel", "0 or more"]),
        ({"conflicts": "#Day,Avel,Cort\n0\n"}, ["has 1 columns; the header has 3"]),
        ({"locations": "#name\n"}, ["locations.csv: has no places"]),
        ({"locations": None}, ["locations.csv: is missing"]),
        ({"routes": None}, ["routes.csv: is missing"]),
        ({"sim_period": "Length,10\n"}, ["column StartDate: is missing"]),
        ({"east": "2014-01-01,10\n2014-13-01,20\n"}, ["source_data/east.csv, line 2, column date", "year-month-day"]),
        ({"east": "2014-01-01,10\n2014-02-01\n"}, ["east.csv, line 2", "has 1 columns"]),
        ({"east": "2014-01-01,-10\n"}, ["column count", "0 or more"]),
        ({"east": ""}, ["east.csv: has no counts"]),
        ({"east": None}, ["data_layout.csv, line 2", "there is no file 'east.csv'"]),
        ({"data_layout": "East,../../secret.csv\n"}, ["is outside the folder"]),
        ({"registration_corrections": "East,21/01/2014\n"}, ["registration_corrections.csv, line 1, column date"]),
        ({"registration_corrections": "East,2014-01-11,halve\n"}, ["column what", "'halve'", "normalize"]),
        ({"locations": LOCATIONS + "Avel,N,Home,0,0,town,,\n"}, ["line 10, column name", "stands in line 2 already"]),
    ],
)
def test_what_is_wrong_is_named_with_its_place(tmp_path: Path, files: dict[str, str | None], parts: list[str]) -> None:
    message = refused(make_case(tmp_path / "made", **files))
    for part in parts:
        assert part in message


def test_what_is_ignored_is_said(tmp_path: Path) -> None:
    folder = make_case(
        tmp_path / "made",
        data_layout="total,refugees.csv\nEast,east.csv\nWest,west.csv\nNowhere,west.csv\n",
        registration_corrections="East,2030-01-01,normalize\n",
        closures=CLOSURES + "country,Home,Far,500,600\n",
        agents="a\n",
        locations=LOCATIONS.replace("population\n", "population,colour\n"),
    )
    notes = "\n".join(read_case(folder).notes)
    for part in ("Nowhere is not used", "line 1 is not used: East has no count on 2030-01-01", "none of its days", "agents.csv",
                 "column colour"):  # fmt: skip
        assert part in notes


def test_folders_that_are_no_case(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "half" / "input_csv").mkdir(parents=True)
    assert "is not a folder" in refused(tmp_path / "none")
    assert "holds no folder input_csv/" in refused(tmp_path / "empty")
    assert "locations.csv: is missing" in refused(tmp_path / "half")
    binary = make_case(tmp_path / "binary")
    (binary / "input_csv" / "routes.csv").write_bytes(b"Avel,\xff\x00a")
    assert "is not UTF-8 text" in refused(binary)


def test_a_case_without_data_runs_without_comparison(tmp_path: Path) -> None:
    case = read_case(make_case(tmp_path / "made", data_layout=None))
    assert not case.with_data.any()
    assert len(case.total) == 0


def test_the_error_is_the_peers() -> None:
    registered = np.array([[0.0, 0.0], [60.0, 40.0], [120.0, 80.0]])
    simulated = np.array([[5.0, 0.0], [50.0, 50.0], [60.0, 40.0]])
    assert ard(simulated, registered) == pytest.approx((0.2 + 0.5) / 2)
    assert ard_rescaled(simulated, registered) == pytest.approx((0.2 + 0.0) / 2)
    assert by_camp(simulated, registered).sum() == pytest.approx(0.35)
    assert ard(simulated, np.zeros((3, 2))) is None


def test_rules_without_a_model(tmp_path: Path) -> None:
    case = read_case(make_case(tmp_path / "made"))
    found = naive(case)
    assert found["capacity"][10] == pytest.approx([1700 * 0.6, 1700 * 0.4])
    assert found["first"][10] == pytest.approx([1700, 0])
    assert found["nearest"][5].sum() == pytest.approx(900)
    assert found["nearest"][5, 0] > found["nearest"][5, 1]


def test_a_case_that_is_too_large_is_refused_with_the_largest_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_case(tmp_path / "made", 60)  # 8 places, 7 routes, 3 camps
    read_case(folder)
    monkeypatch.setattr(reader, "MOST_CELLS", 60 * 14)
    read_case(folder)
    monkeypatch.setattr(reader, "MOST_CELLS", 60 * 14 - 1)
    assert "60 days times 14 links (two for each route) are 840; at most 839 are allowed" in refused(folder)
    monkeypatch.setattr(reader, "MOST_CELLS", 60 * 8 - 1)
    assert "60 days times 8 places are 480; at most 479 are allowed" in refused(folder)
    monkeypatch.setattr(reader, "MOST_CELLS", 23)
    short = make_case(tmp_path / "short", 1, closures=None)
    assert "locations.csv: 3 camps times 8 places are 24; at most 23 are allowed" in refused(short)
    monkeypatch.undo()
    monkeypatch.setattr(links, "MOST", 7)
    read_case(folder)
    monkeypatch.setattr(links, "MOST", 6)
    assert "routes.csv: has 7 routes; at most 6 are allowed" in refused(folder)
