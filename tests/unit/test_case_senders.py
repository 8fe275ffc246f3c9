"""Before a case runs: whether anybody can flee, from when on, and whether there is a camp to arrive in."""

from pathlib import Path

import numpy as np
import pytest
from case_folders import LOCATIONS, ROUTES, make_case

from mixflow.scenarios.displacement.reader import read_case
from mixflow.sim.base.errors import UserError

TOWNS = LOCATIONS.replace("conflict_zone,0", "town,").replace("conflict_zone,20", "town,")


@pytest.mark.parametrize(
    ("files", "parts"),
    [
        ({"locations": TOWNS}, ["no place has location_type conflict_zone"]),
        ({"locations": LOCATIONS.replace(",50000", ",").replace(",40000", ",0")},
         ["Avel in line 2 has population 0", "Cort in line 4 has population 0"]),
        ({"locations": LOCATIONS.replace("zone,0", "zone,100").replace("zone,20", "zone,")},
         ["conflict of Avel in line 2 begins on day 100, after the last day 59", "Cort in line 4 has no conflict date"]),
        ({"conflicts": "#Day,Avel\n0,0\n", "locations": LOCATIONS.replace("conflict_zone,20", "town,")},
         ["Avel in line 2 has no conflict on any day of conflicts.csv"]),
    ],
)  # fmt: skip
def test_registrations_without_a_zone_are_refused_with_the_reason(
    tmp_path: Path, files: dict[str, str], parts: list[str]
) -> None:
    with pytest.raises(UserError) as error:
        read_case(make_case(tmp_path / "made", **files))
    for part in ("9,600 people are to appear", "no place can send them", *parts):
        assert part in str(error.value)


def test_without_registrations_it_is_a_note(tmp_path: Path) -> None:
    case = read_case(make_case(tmp_path / "made", locations=TOWNS, data_layout=None))
    assert any("nobody flees: no place has location_type conflict_zone" in note for note in case.notes)


def test_a_conflict_that_began_before_the_period_holds_from_the_first_day(tmp_path: Path) -> None:
    case = read_case(make_case(tmp_path / "made", locations=LOCATIONS.replace("conflict_zone,0", "conflict_zone,-30")))
    assert (case.states.intensity[:, 0] == 1).all()
    assert (case.states.since[:, 0] == -30).all()
    assert case.states.since[25, 2] == 20
    assert any("began before the period hold from its first day: Avel (-30)" in note for note in case.notes)


def test_a_table_may_begin_before_the_period(tmp_path: Path) -> None:
    table = "#Day,Avel,Cort\n-20,1,1\n-10,1,0\n-5,1,1\n3,1,0\n9,1,1\n"
    since = read_case(make_case(tmp_path / "made", conflicts=table)).states.since
    assert since[[0, 9, 59], 0].tolist() == [-20, -20, -20]
    assert since[[0, 2, 3, 9, 59], 2].tolist() == [-5, -5, 3, 9, 9]


def test_a_very_old_conflict_still_sends(tmp_path: Path) -> None:
    case = read_case(
        make_case(tmp_path / "made", locations=LOCATIONS.replace("conflict_zone,0", "conflict_zone,-99999"))
    )
    age = -case.states.since[0, 0]
    assert np.exp(-age / 5.0) > 0  # the shortest memory that is allowed


def test_people_who_wait_are_told_with_their_days(tmp_path: Path) -> None:
    table = "#Day,Avel,Cort\n0,0,0\n10,1,0\n20,0,0\n30,0,1\n50,0,0\n"
    notes = read_case(make_case(tmp_path / "made", conflicts=table)).notes
    for part in (
        "1,600 people who are to appear from day 0 (2014-01-01) on wait until day 10 (2014-01-11)",
        "1,600 people who are to appear from day 20 (2014-01-21) on wait until day 30",
        "1,600 people who are to appear from day 50 (2014-02-20) on wait to the end and never appear",
    ):
        assert any(part in note for note in notes)


def test_a_case_without_camps_says_so(tmp_path: Path) -> None:
    locations = LOCATIONS.replace("idpcamp", "town").replace("camp,", "town,")
    case = read_case(make_case(tmp_path / "made", locations=locations))
    assert any("no place is a camp on any day" in note for note in case.notes)


def test_zones_without_a_way_to_a_camp_are_named(tmp_path: Path) -> None:
    routes = "".join(line + "\n" for line in ROUTES.splitlines() if "Inner" not in line and "Avel,Cort" not in line)
    case = read_case(make_case(tmp_path / "made", routes=routes))
    assert any("no way leads to a camp from Cort" in note for note in case.notes)
    assert not any("no way leads" in note for note in read_case(make_case(tmp_path / "other")).notes)


def test_a_zone_without_people_among_others_is_named(tmp_path: Path) -> None:
    case = read_case(make_case(tmp_path / "made", locations=LOCATIONS.replace(",40000", ",")))
    assert any("nobody flees from Cort, where there is conflict" in note for note in case.notes)
