"""A first scenario of any countries: what is refused, what is written, and what is said of it."""

from pathlib import Path

import numpy as np
import pytest

from mixflow.experiments.cli.main import main
from mixflow.policies.groups import OF_SCENARIO
from mixflow.scenarios.base.reader import shipped
from mixflow.scenarios.config import own_config, scenario_names
from mixflow.scenarios.starter.admissions import admissions
from mixflow.scenarios.starter.request import request
from mixflow.scenarios.starter.roles import region_of
from mixflow.scenarios.starter.write import made
from mixflow.scenarios.tables import read_tables, tables_folder
from mixflow.scenarios.world import load_world
from mixflow.sim.base.errors import UserError

SAHEL = ["MLI", "SEN", "MRT", "MAR", "ESP"]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("MIXFLOW_SCENARIOS", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that holds a scenario."""
    home = tmp_path_factory.mktemp("own")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MIXFLOW_SCENARIOS", str(home))
        assert main(["scenario", "new", "sahel", f"countries=[{','.join(SAHEL)}]"]) == 0
    return home


BAD = [
    (["sahel", "countries=[MLI,XYZ]"], "'XYZ' is not an ISO 3166 code of three letters"),
    (["sahel", "countries=[MLI,Spain]"], "Did you mean ESP?"),
    (["sahel", "countries=[MLI]"], "is one country: nobody could move"),
    (["sahel", "countries=[MLI,MLI,ESP]"], "MLI is there 2 times"),
    (["sahel", "countries=MLI"], "is not a list of codes"),
    (["sahel"], "Which countries?"),
    (["Sahel 1", "countries=[MLI,ESP]"], "is not a name for a scenario"),
    (["../x", "countries=[MLI,ESP]"], "is not a name for a scenario"),
    (["toy", "countries=[MLI,ESP]"], "There is a scenario 'toy' already"),
    (["countries=[MLI,ESP]"], "Which name?"),
    (["sahel", "countries=[MLI,ESP]", "destinations=[FRA]"], "destinations: FRA is not among countries"),
    (["sahel", "countries=[MLI,ESP]", "destinations=[MLI,ESP]"], "nobody would leave"),
    (["sahel", "countries=[MLI,ESP]", "islands=swim"], "islands='swim' is not known"),
    (["sahel", "countries=[MLI,ESP]", "cities=0"], "cities=0 is not allowed"),
    (["sahel", "countries=[MLI,ESP]", "start=2030-01-01"], "is outside the years that the base covers"),
    (["sahel", "countries=[MLI,ESP]", "colour=red"], "Key 'colour' is not known"),
    (["sahel", "countries=[MLI,PCN]"], "The base has no population of PCN"),
    (["sahel", "countries=[MAR,ESP,NRU]"], "NRU has no land border, ferry or flight"),
]


@pytest.mark.parametrize(
    ("words", "said"), BAD, ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else ""
)
def test_bad_wishes_are_refused_before_anything_is_written(
    here: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert main(["scenario", "new", *words]) == 2
    assert said in capsys.readouterr().err
    assert not list(here.rglob("*.csv"))


def test_a_scenario_is_not_written_twice(
    written: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MIXFLOW_SCENARIOS", str(written))
    assert main(["scenario", "new", "sahel", "countries=[MLI,ESP]"]) == 2
    assert "There is a scenario 'sahel' already" in capsys.readouterr().err


def test_an_own_scenario_may_not_have_the_name_of_one_of_the_package(here: Path) -> None:
    folder = here / "my_scenarios" / "toy"
    folder.mkdir(parents=True)
    (folder / "scenario.yaml").write_text("scenario: toy\n")
    with pytest.raises(UserError, match="has the name of a scenario of the package: toy"):
        scenario_names()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("scenario: other\n", "allowed: 'mine', as its folder is called"),
        ("scenario: mine\ncolour: red\n", "'colour' is not known"),
    ],
)
def test_the_config_of_an_own_scenario_is_checked(here: Path, text: str, said: str) -> None:
    folder = here / "my_scenarios" / "mine"
    folder.mkdir(parents=True)
    (folder / "scenario.yaml").write_text(text)
    with pytest.raises(UserError, match=said):
        own_config("mine")


def test_islands_are_left_out_or_joined_as_asked() -> None:
    base, countries = shipped(), [*SAHEL, "NRU"]
    tables, decided = made(request("island", {"countries": countries, "islands": "leave_out"}, base, ()), base)
    assert decided["left_out"] == ["NRU"]
    assert "NRU" not in {row["country"] for row in tables["places"]}
    tables, decided = made(request("island", {"countries": countries, "islands": "join"}, base, ()), base)
    assert "NRU" in {row["country"] for row in tables["places"]}
    joined = [row for row in tables["edges"] if "joined by a flight, as asked" in row["source"]]
    assert {row["mode"] for row in joined} == {"air"}
    assert len(joined) == 2


def test_what_is_written_is_a_world(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIXFLOW_SCENARIOS", str(written))
    assert "sahel" in scenario_names()
    folder = tables_folder({"scenario": "sahel"})
    world = load_world(folder, "sahel")
    assert set(world.countries) == set(SAHEL)
    assert sorted(code for code, leave in zip(world.countries, world.origins, strict=True) if leave) == [
        "MAR",
        "MLI",
        "MRT",
        "SEN",
    ]
    kinds = dict(zip(*(read_tables(folder, ("places",))["places"][name] for name in ("country", "kind")), strict=True))
    assert kinds["ESP"] == "destination"
    edges = read_tables(folder, ("places", "edges"))["edges"]
    country = dict(
        zip(*(read_tables(folder, ("places",))["places"][name] for name in ("place", "country")), strict=True)
    )
    ways = {
        (country[one], country[other], mode): access
        for one, other, mode, access in zip(
            *(edges[name] for name in ("origin", "destination", "mode", "access")), strict=True
        )
    }
    assert ways["MAR", "ESP", "road"] == "border"  # the land border of Melilla, and no visa-free entry
    assert ways["MAR", "ESP", "air"] == "visa"
    assert ways["ESP", "MAR", "air"] == "open"  # 90 days without a visa
    assert ways["MLI", "SEN", "road"] == "open"  # both in ECOWAS
    assert ("SEN", "ESP", "road") not in ways
    assert np.isfinite(world.drivers["wages"]).all()
    assert world.drivers["wages"].min() > 100


def test_places_of_a_pair_follow_the_record_by_year(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIXFLOW_SCENARIOS", str(written))
    base = shipped()
    rows = read_tables(tables_folder({"scenario": "sahel"}))["admissions"]
    places = {
        key: (value, source)
        for *key, value, source in zip(
            *(rows[name] for name in ("origin", "destination", "channel", "year", "value", "source")), strict=True
        )
        for key in [tuple(key)]
    }
    for year in (2010, 2015, 2019):
        (record,) = base.rows("issued", origin={"MAR"}, destination={"ESP"}, channel={"work"}, year={year})
        both = places["MAR", "ESP", "work", year][0] + places["MAR", "ESP", "skilled", year][0]
        assert both == pytest.approx(record["persons"], abs=0.2)
        assert "Eurostat" in places["MAR", "ESP", "work", year][1]
    assert "assumption: of the rest (Eurostat" in places["MLI", "ESP", "work", 2015][1]


def test_what_is_assumed_is_printed(
    written: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MIXFLOW_SCENARIOS", str(written))
    assert main(["show", "scenario=sahel", "assumed=true"]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "returns: 4 of 4 rows (MAR, MLI, MRT, SEN): assumption: as the mean of the EU" in printed
    assert "drivers:" in printed
    readme = (written / "sahel" / "README.md").read_text()
    for word in ("What is assumed", "Corridors", "Danger", "Prices", "policies", "Records", "| returns |"):
        assert word in readme, word


def test_what_the_toy_assumes_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "scenario=toy", "assumed=true"]) == 0
    assert "assumption: synthetic, for teaching" in capsys.readouterr().out


def test_series_of_one_channel_are_added_up_and_gaps_are_as_the_nearest_year() -> None:
    base = shipped()
    rows = admissions(base, ["MEX"], ["USA"], range(2015, 2020))
    skilled = {row["year"]: row for row in rows if row["channel"] == "skilled"}
    assert list(skilled) == [2015, 2016, 2017, 2018, 2019]
    published = base.rows("issued", origin={"MEX"}, destination={"USA"}, channel={"skilled"})
    by_source = {(row["source"], row["year"]): row["persons"] for row in published}
    both = by_source["us_nonimmigrant", 2018] + by_source["us_immigrant", 2018]
    assert skilled[2018]["value"] == both
    assert "carried" not in skilled[2018]["source"]
    assert skilled[2016]["value"] == by_source["us_nonimmigrant", 2015] + by_source["us_immigrant", 2018]
    assert "carried from 2015 (assumption)" in skilled[2016]["source"]
    assert "carried from 2018 (assumption)" in skilled[2016]["source"]


def test_countries_have_roles_and_the_world_a_frame() -> None:
    base = shipped()
    asked = request("gulf", {"countries": ["ETH", "YEM", "DJI", "SOM", "SAU", "KEN"]}, base, ())
    tables, decided = made(asked, base)
    roles = {row["iso3"]: row for row in tables["countries"]}
    assert decided["destinations"] == ["SAU"]
    assert (roles["SAU"]["destination"], roles["SAU"]["asylum_system"], roles["SAU"]["regular_channels"]) == (1, 0, 1)
    assert roles["SAU"]["hosts"] == 1  # no claims are decided there
    assert (roles["YEM"]["destination"], roles["YEM"]["hosts"], roles["YEM"]["bargains"]) == (0, 1, 1)
    assert {row["country"] for row in tables["asylum_offices"]} == {
        code for code, row in roles.items() if row["asylum_system"]
    }
    assert region_of(base, ["SAU"]) == "Saudi Arabia"
    assert region_of(base, ["ESP", "FRA"]) == "Europe"
    assert region_of(base, ["DEU", "FRA"]) == "Western Europe"


def test_nobody_is_a_destination_who_sends_more_people_than_come() -> None:
    base = shipped()
    for countries, found in (
        ("GTM HND SLV MEX USA", ["USA"]),
        ("NGA GHA MLI BFA NER ESP FRA MAR", ["ESP", "FRA"]),
        ("IND NPL BGD PAK ARE SAU QAT", ["ARE", "QAT", "SAU"]),
        ("ZAF ZWE MOZ LSO MWI", ["ZAF"]),
    ):
        _, decided = made(request("some_world", {"countries": countries.split(), "islands": "join"}, base, ()), base)
        assert decided["destinations"] == found, countries


def test_a_new_world_has_corridors_into_destinations_and_groups_for_policies() -> None:
    base = shipped()
    tables, _ = made(request("isthmus", {"countries": ["GTM", "HND", "SLV", "MEX", "USA"]}, base, ()), base)
    (corridor,) = tables["corridors"]
    assert (corridor["code"], corridor["external"]) == ("into_usa", 1)
    named = [row for row in tables["edges"] if row["corridor"]]
    assert {(row["pair"], row["access"]) for row in named} == {(("MEX", "USA"), "border")}
    members = {(row["group"], row["country"]) for row in tables["groups"] if row["source"].startswith("assumption")}
    assert {("frontline states", "USA"), ("states on the way", "MEX"), ("willing states", "USA")} <= members
    assert ("first countries", "USA") in members
    assert {name for name, _ in members} <= set(OF_SCENARIO)
    assert all(row["source"].startswith("assumption") for row in tables["corridors"])
