"""Roles, corridors and the years of a world come from its tables, and wrong ones are refused before any work."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from american_world import CORRIDORS, SEVERAL, american_world, rewrite, toy_copy
from policies_made import CLOCK, effect, flat, in_tiny, made
from tiny_world import tiny_world

from mixflow.experiments.runs.config import composed
from mixflow.policies import library
from mixflow.policies.effect_checks import Facts, remarks
from mixflow.policies.policy_set import PolicySet
from mixflow.policies.schema import Policy
from mixflow.policies.targets import Targets
from mixflow.scenarios.roles import ROLES, two_sided
from mixflow.scenarios.tables import read_table
from mixflow.scenarios.world import World, load_world
from mixflow.sim.base.codes import NO_MODE, Mode
from mixflow.sim.base.errors import UserError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The toy's tables, to be spoilt."""
    return toy_copy(tmp_path / "toy")


def said(folder: Path) -> str:
    """What the reader says of a world."""
    with pytest.raises(UserError) as caught:
        load_world(folder, "toy")
    return str(caught.value)


def test_the_american_world_has_its_own_corridors_and_a_state_in_several_roles(tmp_path: Path) -> None:
    world = load_world(american_world(tmp_path / "america"), "america")
    assert world.corridors == ("", *CORRIDORS.values())
    assert list(world.corridor_mode) == [NO_MODE, Mode.SEA, Mode.FOOT, NO_MODE]
    at = world.countries.index(SEVERAL)
    assert all(getattr(world, role)[at] for role in ROLES)
    assert world.region == "North America"


def test_a_role_that_nobody_has_is_refused(folder: Path) -> None:
    rewrite(folder / "countries.csv", lambda row: row | {"destination": "0"})
    assert "column destination: no country has 1" in said(folder)


def test_places_in_a_state_without_regular_channels_are_refused(folder: Path) -> None:
    rewrite(folder / "countries.csv", lambda row: row | ({"regular_channels": "0"} if row["iso3"] == "ITA" else {}))
    assert re.search(r"admissions.csv lines? .*column destination: ITA has no role regular_channels", said(folder))


def test_a_destination_without_a_place_to_arrive_at_is_refused(folder: Path) -> None:
    rewrite(folder / "countries.csv", lambda row: row | ({"destination": "1"} if row["iso3"] == "TUR" else {}))
    assert "TUR is a destination, and places.csv has no place of kind destination in it" in said(folder)


def test_a_corridor_that_is_the_code_of_a_country_is_refused(folder: Path) -> None:
    for name in ("corridors", "edges", "seasons"):
        path = folder / f"{name}.csv"
        path.write_text(path.read_text(encoding="utf-8").replace("central_mediterranean", "PAN"), encoding="utf-8")
    assert "'PAN' is the ISO 3166 code of a country" in said(folder)


def test_a_corridor_that_is_not_listed_is_refused(folder: Path) -> None:
    rewrite(folder / "edges.csv", lambda row: row | {"corridor": row["corridor"].replace("central", "centre")})
    assert re.search(r"edges.csv line \d+, column corridor: Corridor 'centre_mediterranean' is not known", said(folder))


def test_two_currencies_are_refused(folder: Path) -> None:
    rewrite(folder / "countries.csv", lambda row: row | ({"currency": "USD"} if row["iso3"] == "DEU" else {}))
    assert "'USD' is not the currency of this world. Allowed: 'EUR'" in said(folder)


def test_a_role_is_zero_or_one(folder: Path) -> None:
    rewrite(folder / "countries.csv", lambda row: row | {"hosts": "2"})
    assert "column hosts: 2 is outside what is allowed: 0 to 1" in said(folder)


@pytest.mark.parametrize("name", ["countries.csv", "corridors.csv", "world.yaml"])
def test_a_world_without_its_new_tables_is_told_what_to_add(folder: Path, name: str) -> None:
    (folder / name).unlink()
    message = said(folder)
    assert f"{name} is not there" in message
    assert "Add it" in message


@pytest.mark.parametrize(
    ("line", "new", "why"),
    [
        ("last_year: 2019", "last_year: 2008", "is before first_year=2009"),
        ("currency: EUR", "currency: USD", "not allowed: EUR"),
        ("hold_out: 2019-12-31", "hold_out: soon", "a date such as"),
        ("region: Europe", "regions: Europe", "'region' is missing"),
    ],
)
def test_a_wrong_frame_is_refused(folder: Path, line: str, new: str, why: str) -> None:
    path = folder / "world.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(line, new), encoding="utf-8")
    assert why in said(folder)


def test_records_after_the_hold_out_date_of_the_scenario_are_refused(folder: Path) -> None:
    path = folder / "world.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("hold_out: 2019-12-31", "hold_out: 2010-06-30"), "utf-8")
    with pytest.raises(UserError, match="2010-07 is after 2010-06, the hold-out date"):
        read_table(folder, "recorded")


def test_the_years_of_a_run_are_those_of_its_world(folder: Path) -> None:
    path = folder / "world.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("last_year: 2019", "last_year: 2012"), encoding="utf-8")
    assert composed(["scenario=toy", f"tables={folder}", "end=2012-12-31"])["end"] == "2012-12-31"
    with pytest.raises(UserError, match="2009-01-01 to 2023-12-31"):
        composed(["scenario=toy", f"tables={folder}", "end=2024-01-01"])


def test_a_scenario_named_twice_is_refused() -> None:
    with pytest.raises(UserError, match="scenario is set twice"):
        composed(["scenario=toy", "scenario=mediterranean"])


def lacking(world: World, *policies: Policy) -> list[str]:
    """What is said of policies in a world, whose levers they leave as they are."""
    made = PolicySet(policies, world, world.edge_names, CLOCK)
    before = flat(world)
    after = made(before, 0, {})
    assert all(np.array_equal(after[name], values) for name, values in before.items())
    facts = Facts(CLOCK, lambda day: before, {}, {})
    return [remark.text for remark in remarks(made, world.edge_names, facts, made.names)]


def test_a_policy_for_a_role_that_the_world_lacks_says_so_and_does_nothing(tmp_path: Path) -> None:
    world = replace(tiny_world(), asylum_system=np.zeros(4, np.bool_))
    made_policy = made(tmp_path, "p", effect("staff", "mul", 2.0, where={"country": ["asylum states"]}))
    (text,) = lacking(world, made_policy)
    assert "policy 'p': this world has no asylum states: no country has the role asylum_system" in text
    names = ("distribution_key", "more_asylum_staff")
    said = lacking(world, *library.opened(names))
    assert {text.partition(":")[0] for text in said} >= {f"policy {name!r}" for name in names}


def test_a_policy_for_a_group_that_the_scenario_does_not_fill_says_where_to_add_it() -> None:
    (text,) = lacking(tiny_world(), *library.opened(["hot_spot_processing"]))
    assert "has no group 'first countries'" in text
    assert "Add it to its groups.csv" in text


def test_a_policy_names_groups_of_the_scenario_and_corridors_from_outside() -> None:
    world = replace(tiny_world(), groups={"The Two": frozenset({"AAA", "DDD"})})
    targets = Targets(world, world.edge_names)
    assert list(targets.countries("p", ("The Two",))) == [True, False, False, True]
    assert list(targets.countries("p", ("elsewhere",))) == [True, True, False, False]
    both = replace(world, hosts=np.array([True, True, False, True]))
    assert list(Targets(both, world.edge_names).countries("p", ("elsewhere",))) == [True, True, False, True]


def test_old_names_of_groups_are_told_the_new_ones(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="now called 'destinations'"):
        in_tiny(made(tmp_path, "p", effect("staff", "add", 1.0, where={"country": ["Europe"]})))


def test_two_sided_roles_do_not_overlap() -> None:
    roles = two_sided(np.array([True, False]))
    assert list(roles["destination"]) == [True, False]
    assert list(roles["hosts"]) == [False, True]
    assert set(roles) == set(ROLES)
