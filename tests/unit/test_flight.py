"""People in motion under both rule sets: they are conserved, they react to what they shall react to, luck is shared."""

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from case_folders import CLOSURES, LOCATIONS, ROUTES, make_case
from running import ends

from mixflow.scenarios.displacement import links, places
from mixflow.scenarios.displacement.reader import read_case
from mixflow.sim.base.errors import UserError
from mixflow.sim.displacement import base, routes
from mixflow.sim.displacement.flee import room_of, wait_of
from mixflow.sim.displacement.inflow import rises, with_debt
from mixflow.sim.displacement.journeys import journeys, usable_links
from mixflow.sim.displacement.model import RULES, MixflowFlight, PeerFlight
from mixflow.sim.displacement.params import VERSION_31, checked, defaults
from mixflow.sim.displacement.routes import routes_of

OWN, PEER = defaults()["flight"], defaults()["flee"]
NONE = "#closure_type\n"


def own(folder: Path, seed: int = 1, people_per_agent: int = 1, **numbers: float) -> Any:
    return MixflowFlight(read_case(folder), {**OWN, **numbers}, seed, people_per_agent).run()


def test_rises_falls_and_the_peers_debt() -> None:
    new, fallen = rises(np.array([10.0, 15, 12, 13, 20, 20]), 5, ahead=True)
    assert new.tolist() == [5, 0, 1, 7, 0]
    assert fallen.tolist() == [0, 3, 0, 0, 0]
    assert with_debt(new, fallen).tolist() == [5, 0, 0, 5, 0]
    assert rises(np.array([10.0, 15, 12, 13, 20, 20]), 5, ahead=False)[0].tolist() == [0, 5, 0, 1, 7]


@pytest.mark.parametrize("rules", list(RULES))
def test_nobody_is_lost(tmp_path: Path, rules: str) -> None:
    case = read_case(make_case(tmp_path / "made"))
    model = RULES[rules](case, defaults()["flight" if rules == "mixflow" else "flee"], 3)
    while model.day < model.days:
        model.step()
        if isinstance(model, PeerFlight):
            on_links = int((model.rows.link[: model.people] >= 0).sum())
            assert model.count.sum() + on_links == model.people
            resting = model.rows.at[: model.people][model.rows.link[: model.people] < 0]
            assert np.array_equal(np.bincount(resting, minlength=len(model.count)), model.count)
        else:
            settled = (model.wake[: model.people] == np.int32(2**31 - 1)) & (model.goal[: model.people] >= 0)
            inside = np.bincount(model.goal[: model.people][settled], minlength=3)
            assert np.array_equal(inside, model.there)
            heading = (model.goal[: model.people] >= 0) & ~settled
            assert np.array_equal(np.bincount(model.goal[: model.people][heading], minlength=3), model.bound)
    assert model.people == 100 + 160 * 60
    assert model.counted[-1].sum() > 0.8 * model.people


def test_the_same_seed_gives_the_same_and_another_does_not(tmp_path: Path) -> None:
    folder = make_case(tmp_path / "made")
    assert np.array_equal(own(folder).counted, own(folder).counted)
    assert not np.array_equal(own(folder).counted, own(folder, seed=2).counted)


def test_a_closed_border_diverts_a_part_and_leaves_what_is_before_alone(tmp_path: Path) -> None:
    open_ = own(make_case(tmp_path / "a", closures=NONE)).counted
    shut = own(make_case(tmp_path / "b", closures="#x\ncountry,Home,Far,20,60\n")).counted
    assert np.array_equal(open_[:20], shut[:20])
    later, less = open_[-1] - open_[19], shut[-1] - shut[19]
    assert 0.05 * later[1] < less[1] < 0.9 * later[1]
    assert less[0] > later[0]


def test_a_closed_camp_takes_nobody_and_those_in_it_leave(tmp_path: Path) -> None:
    found = own(make_case(tmp_path / "a", closures="#x\nlocation,West,,0,30\ncamp,East,,40,60\n")).counted
    assert not found[:30, 1].any()
    assert found[59, 1] > 0
    assert found[39, 0] > 0
    assert not found[40:, 0].any()


@pytest.mark.parametrize(
    ("name", "low", "high", "camp"),
    [("size", 0.0, 1.2, 0), ("journey", 0.0, 3.0, 1), ("follow", 0.0, 0.8, 0), ("fear_km", 0.0, 1500.0, 1)],
)
def test_each_number_moves_people_as_it_says(tmp_path: Path, name: str, low: float, high: float, camp: int) -> None:
    """East is larger, nearer and has people from the first day; the way to West leads into conflict from day 5 on."""
    places = LOCATIONS.replace("West,West,Far,0.9", "Mid,West,Far,1,0,town,,100\nWest,West,Far,0.9")
    routes = ROUTES.replace("Avel,West,250", "Avel,Mid,150,\nMid,West,100").replace("Bran,Cross,50", "Bran,Cross,40")
    table = "#Day,Avel,Mid\n0,1,0\n5,1,0.001\n" if name == "fear_km" else "#Day,Avel\n0,1\n"
    folder = make_case(tmp_path / "a", locations=places, routes=routes, conflicts=table, closures=NONE)
    few, many = (own(folder, **{name: value}).counted[-1] for value in (low, high))
    share = [people[camp] / people.sum() for people in (few, many)]
    assert share[1] > share[0] + 0.02 if camp == 0 else share[1] < share[0] - 0.02


def test_full_camps_and_ties(tmp_path: Path) -> None:
    folder = make_case(tmp_path / "a", closures=NONE, locations=LOCATIONS.replace("camp,,6000", "camp,,500"))
    assert own(folder, room=3.0).counted[-1, 0] < 0.7 * own(folder, room=0.0).counted[-1, 0]
    shares = "ethnicity,Default,East,West\nred,1,0,1\nblue,0,1,0\n"
    tied = make_case(tmp_path / "b", closures=NONE, demographics_ethnicity=shares)
    assert own(tied, ties=2.0).counted[-1, 1] > own(tied, ties=0.0).counted[-1, 1]


def test_when_the_total_falls_people_go_home(tmp_path: Path) -> None:
    east = "2014-01-01,0\n2014-01-31,3000\n2014-03-02,1000\n"
    folder = make_case(tmp_path / "a", closures=NONE, east=east, west="2014-01-01,0\n2014-01-31,500\n")
    found = own(folder).counted.sum(axis=1)
    assert abs(found[-1] - 1533) < 100


def test_markers_are_passed_and_forced_links_taken(tmp_path: Path) -> None:
    case = read_case(make_case(tmp_path / "a", locations=LOCATIONS.replace("camp,,6000", "camp,,60000")))
    model = PeerFlight(case, PEER, 1).run()
    assert model.count[4] <= 200  # the marker: only those whose day ends there
    free = PeerFlight(case, {**PEER, "forced": 0.0}, 1).run()
    assert model.count[3] <= 40  # the hub: everybody is sent on
    assert model.count[5] > free.count[5]
    links, open_ = case.links, np.ones(len(case.links.km), bool)
    marker = np.arange(8) == 4
    routes = routes_of(8, links.start, links.end, links.km, open_, ~open_, marker, 1, lambda km: 1 / km)
    ends = {int(routes.end[k]) for k in range(routes.offset[1], routes.offset[2])}
    assert ends == {0, 3}  # from Bran: Avel, and through Cross the hub


def test_awareness_sees_places_further_on(tmp_path: Path) -> None:
    case = read_case(make_case(tmp_path / "a"))
    links, open_ = case.links, np.ones(len(case.links.km), bool)
    none = np.zeros(8, bool)
    seen = [
        routes_of(8, links.start, links.end, links.km, open_, ~open_, none, depth, lambda km: km) for depth in (1, 2, 3)
    ]
    ends = [{int(r.end[k]) for k in range(r.offset[0], r.offset[1])} for r in seen]
    assert ends == [{1, 2, 6}, {1, 2, 6, 4, 7}, {1, 2, 6, 4, 7, 3}]


def test_rooms_and_waits() -> None:
    assert room_of.py_func(95, 100.0, 0.9) == pytest.approx(0.5)
    assert room_of.py_func(90, 100.0, 0.9) == 1
    assert room_of.py_func(100, 100.0, 0.9) == 0
    assert room_of.py_func(5, 0.0, 0.9) == 1
    assert wait_of.py_func(1.0, 0.3) == 1
    draws = (np.arange(100_000) + 0.5) / 100_000
    waits = np.array([wait_of.py_func(0.1, draw) for draw in draws])
    assert (waits == 1).mean() == pytest.approx(0.1, abs=0.001)
    assert waits.mean() == pytest.approx(10, rel=0.01)


def test_an_internal_case_without_data_runs(tmp_path: Path) -> None:
    places = "\n".join(line for line in LOCATIONS.splitlines() if "camp,," not in line or "idpcamp" in line)
    folder = make_case(
        tmp_path / "a", data_layout=None, locations=places, closures=None,
        routes="#a\nAvel,Bran,60\nAvel,Cort,90\nCort,Inner,70\n",
    )  # fmt: skip
    for rules, numbers in (("mixflow", OWN), ("flee", PEER)):
        found = RULES[rules](read_case(folder), numbers, 1).run()
        assert found.people > 2000
        assert found.counted[-1, 0] > 0.3 * found.people


def test_people_who_are_there_at_first(tmp_path: Path) -> None:
    places = "\n".join(
        f"{line},{'initial_idps' if line.startswith('#') else 700 if 'idpcamp' in line else ''}"
        for line in LOCATIONS.splitlines()
    )
    case = read_case(make_case(tmp_path / "a", locations=places))
    assert MixflowFlight(case, OWN, 1).start.tolist() == [100, 0, 700]
    assert PeerFlight(case, PEER, 1, 10).start.tolist() == [10, 0, 70]


def test_a_case_without_any_camp_runs(tmp_path: Path) -> None:
    places = "\n".join(line for line in LOCATIONS.splitlines() if "camp,," not in line)
    folder = make_case(tmp_path / "a", data_layout=None, locations=places, closures=None, routes="#a\nAvel,Bran,60\n")
    for rules, numbers in (("mixflow", OWN), ("flee", PEER)):
        assert RULES[rules](read_case(folder), numbers, 1).run().counted.shape == (60, 0)


def test_hasten_keeps_the_picture(tmp_path: Path) -> None:
    folder = make_case(tmp_path / "a", closures=CLOSURES)
    one, ten = own(folder).simulated()[-1], own(folder, people_per_agent=10).simulated()[-1]
    assert ten == pytest.approx(one, rel=0.12, abs=150)


def test_numbers_are_checked() -> None:
    assert checked(defaults()) == defaults()
    for wrong, part in (({"flight": {"size": 99}}, "from 0 to 1.5"), ({"flight": {"sice": 1}}, "Did you mean 'size'"),
                        ({"flights": {}}, "Parameter group"), ({"flee": {"forced": "yes"}}, "from 0 to 1")):  # fmt: skip
        with pytest.raises(UserError, match=part):
            checked(wrong)
    assert set(VERSION_31) <= set(PEER)


def numbers_of(rules: str, **numbers: float) -> dict[str, float]:
    return {**(OWN if rules == "mixflow" else PEER), **numbers}


def dense_case(folder: Path, roads: int) -> Path:
    """A zone, two camps, and so many roads between towns that nobody passes; the roads to the camps come last."""
    towns = [f"Town {k}" for k in range(185)]
    rows = ["Zone,N,Home,4,20,conflict_zone,0,80000", *(f"{town},N,Home,4,20,town,,100" for town in towns),
            "Near,W,Far,4,21,camp,,6000", "Off,W,Far,3,19,camp,,4000"]  # fmt: skip
    pairs = itertools.islice(itertools.combinations(towns, 2), roads)
    return make_case(
        folder, 5, closures=None, locations="\n".join(["#name", *rows]), refugees=None, east=None, west=None,
        routes="\n".join(["#name1", *(f"{a},{b},900" for a, b in pairs), "Zone,Near,110", "Zone,Off,120"]),
        data_layout="Near,more.csv\n", more="2014-01-01,0\n2014-01-06,100\n",
    )  # fmt: skip


@pytest.mark.parametrize("rules", list(RULES))
def test_routes_that_nobody_takes_change_nothing_however_many(tmp_path: Path, rules: str) -> None:
    few = RULES[rules](read_case(dense_case(tmp_path / "few", 10)), numbers_of(rules), 1).run()
    many = RULES[rules](read_case(dense_case(tmp_path / "many", 16_383)), numbers_of(rules), 1)
    assert len(many.case.links.km) > 2**15
    assert ends(many.run)
    assert few.counted[-1].sum() > 50
    assert np.array_equal(few.counted, many.counted)


@pytest.mark.parametrize("rules", list(RULES))
def test_as_many_places_as_the_reader_allows_run(tmp_path: Path, rules: str) -> None:
    """In a line, from a zone at one end to a camp at the other; people stand at the place of the highest number."""
    count = places.MOST
    rows = [f"P{k},N,Home,4,20,town,,10" for k in range(count - 2)]
    folder = make_case(
        tmp_path / "line", 3, closures=None, refugees=None, east=None, west=None,
        locations="\n".join(["#name", "Camp,W,Far,3,19,camp,,4000", *rows, "Zone,N,Home,4,20,conflict_zone,0,80000"]),
        routes="\n".join(["#n", "Camp,P0,1", *(f"P{k},P{k + 1},1" for k in range(count - 3)), f"P{count - 3},Zone,1"]),
        data_layout="Camp,more.csv\n", more="2014-01-01,0\n2014-01-04,30\n",
    )  # fmt: skip
    model = RULES[rules](read_case(folder), numbers_of(rules), 1)
    assert ends(model.run)
    at = model.at if rules == "mixflow" else model.rows.at
    assert model.people == 30
    assert (at[:30] >= 0).all()
    assert at[:30].max() == count - 1 or (at[:30] > count - 2000).all()


def test_numbers_of_all_that_the_reader_allows_fit_their_arrays(tmp_path: Path) -> None:
    case = read_case(make_case(tmp_path / "made"))
    mine, theirs = MixflowFlight(case, OWN, 1), PeerFlight(case, PEER, 1)
    theirs.step()
    for array in (mine.at, mine.goal, theirs.rows.at):
        assert np.iinfo(array.dtype).max >= places.MOST
    for array in (mine.link, mine.hop, theirs.rows.link, theirs.routes.links):
        assert np.iinfo(array.dtype).max >= 2 * links.MOST
    assert np.iinfo(theirs.rows.route.dtype).max >= routes.MOST >= 2 * links.MOST
    assert np.iinfo(theirs.rows.step.dtype).max >= routes.LONGEST
    assert np.iinfo(theirs.due.dtype).max >= base.MOST_ROWS


def test_links_without_length_end_the_day(tmp_path: Path) -> None:
    """Two zones at no distance that everybody leaves at once, in circles."""
    folder = make_case(
        tmp_path / "a", 4, closures=None, data_layout="total,refugees.csv\n", refugees=series_of(40),
        locations="#name\nOne,N,Home,1,1,conflict_zone,0,500\nTwo,N,Home,1,1,conflict_zone,0,500\nCamp,N,Far,1,1,camp,,50\n",
        routes="#name1\nOne,Two,0\n", east=None, west=None,
    )  # fmt: skip
    model = PeerFlight(read_case(folder), PEER, 1)
    assert ends(model.run)
    on_links = int((model.rows.link[: model.people] >= 0).sum())
    assert model.people == model.count.sum() + on_links > 0
    assert ends(MixflowFlight(read_case(folder), OWN, 1).run)


def series_of(people: int) -> str:
    return f"2014-01-01,0\n2014-01-05,{people}\n"


def test_journeys_end_even_where_going_in_circles_would_pay() -> None:
    start, end = np.array([0, 1, 1, 2]), np.array([1, 0, 2, 1])
    cost, hop = np.empty((1, 3)), np.empty((1, 3), np.int32)
    goals, usable = np.array([2]), np.ones(4, bool)
    assert ends(lambda: journeys(goals, start, end, np.full(4, -1.0), usable, cost, hop))
    journeys(goals, start, end, np.array([2.0, 2.0, 3.0, 3.0]), usable, cost, hop)
    assert cost[0].tolist() == [5.0, 3.0, 0.0]


def test_where_links_are_forced_no_others_may_be_taken() -> None:
    draw = np.random.default_rng(1)
    start = draw.integers(0, 12, 60)
    forced = draw.random(60) < 0.1
    expected = [bool(forced[k]) or not forced[start == start[k]].any() for k in range(60)]
    assert usable_links(start, forced).tolist() == expected
    assert usable_links(start, np.zeros(60, bool)).all()
    assert 0 < forced.sum() < 60 > sum(expected)


def test_too_many_routes_are_refused_and_none_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = read_case(make_case(tmp_path / "a"))
    whole = PeerFlight(case, {**PEER, "awareness_level": 2.0}, 1)
    whole.step()
    found = len(whole.routes.end)
    monkeypatch.setattr(routes, "MOST", found)
    with pytest.raises(UserError, match="awareness_level=3"):
        PeerFlight(case, {**PEER, "awareness_level": 3.0}, 1).step()


def test_more_rows_than_can_be_numbered_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = read_case(make_case(tmp_path / "a"))
    monkeypatch.setattr(base, "MOST_ROWS", 1000)
    for rules, model in RULES.items():
        with pytest.raises(
            UserError, match=r"rows of people; at most 1,000 are allowed.*people_per_agent=(\d+)"
        ) as error:
            model(case, numbers_of(rules), 1)
        enough = int(str(error.value).split("people_per_agent=")[1].split()[0])
        assert model(case, numbers_of(rules), 1, enough).start.sum() >= 0


@pytest.mark.parametrize("rules", list(RULES))
def test_after_the_last_day_nothing_happens(tmp_path: Path, rules: str) -> None:
    model = RULES[rules](read_case(make_case(tmp_path / "a", 12)), numbers_of(rules), 1)
    days = 0
    while model.running:
        model.step()
        days += 1
    before = (model.day, model.visits, model.person_days, model.people, model.counted.copy())
    model.step()
    assert days == 12 == before[0]
    assert not model.running
    assert before[:4] == (model.day, model.visits, model.person_days, model.people)
    assert np.array_equal(before[4], model.counted)
