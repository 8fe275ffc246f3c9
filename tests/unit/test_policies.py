"""Policies in force: what a day's levers are, and when they change."""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from policies_made import CLOCK, COST, effect, flat, in_tiny, made, written
from tiny_world import tiny_world

from mixflow.policies import library
from mixflow.policies.policy_set import PolicySet
from mixflow.policies.terms import Span
from mixflow.sim.base.errors import UserError
from mixflow.sim.world.baseline import QUOTAS
from mixflow.sim.world.eligibility import SEXES, SKILLS, open_to, reserved_for

WORLD = tiny_world()
AT = {code: row for row, code in enumerate(WORLD.countries)}


def levers_of(policies: PolicySet, day: int = 10, **published: Any) -> Any:
    """Levers of a day."""
    return policies(flat(), day, published)


def test_set_then_mul_then_add_then_bounds(tmp_path: Path) -> None:
    parts = effect("staff", "add", 7.0), effect("staff", "mul", 3.0), effect("staff", "set", 10.0)
    assert levers_of(in_tiny(made(tmp_path, "p", *parts)))["staff"].tolist() == [37.0] * 4
    assert (levers_of(in_tiny(made(tmp_path, "p", effect("death", "add", 9.0))))["death"] == 1.0).all()


def test_the_baseline_is_left_alone_and_other_levers_are_the_same_arrays(tmp_path: Path) -> None:
    policies, before = in_tiny(made(tmp_path, "p", effect("staff", "mul", 3.0))), flat()
    after = policies(before, 0, {})
    assert (before["staff"] == 100.0).all()
    assert all(after[name] is before[name] for name in before if name != "staff")


def test_dates_are_half_open(tmp_path: Path) -> None:
    policies = in_tiny(made(tmp_path, "p", effect("staff", "mul", 2.0), start="2010-01-03", end="2010-01-05"))
    assert [levers_of(policies, day)["staff"][0] for day in range(6)] == [100, 100, 200, 200, 100, 100]
    assert [policies.changes_on(day) for day in range(6)] == [False, False, True, False, True, False]


def test_a_policy_begun_before_the_run_is_in_force(tmp_path: Path) -> None:
    policies = in_tiny(made(tmp_path, "p", effect("staff", "mul", 2.0), start="2001-01-01", ramp_days=90))
    assert levers_of(policies, 0)["staff"][0] == 200


def test_overlapping_closures_stay_shut_until_the_last_ends(tmp_path: Path) -> None:
    one = made(tmp_path, "one", effect("capacity_factor", "mul", 0.0), start="2010-01-02", end="2010-01-05")
    two = made(tmp_path, "two", effect("capacity_factor", "mul", 0.0), start="2010-01-04", end="2010-01-08")
    seats = [levers_of(in_tiny(one, two), day)["capacity_factor"][0] for day in range(8)]
    assert seats == [1, 0, 0, 0, 0, 0, 0, 1]


def test_dose_scales_each_kind_of_effect(tmp_path: Path) -> None:
    parts = effect("staff", "set", 20.0), effect("work", "mul", 3.0), effect("study", "add", 8.0)
    levers = levers_of(in_tiny(made(tmp_path, "p", *parts, dose=0.25)))
    assert levers["staff"][0] == 80.0
    assert levers["work"][0, 3] == 150.0
    assert levers["study"][0, 3] == 102.0
    nothing = levers_of(in_tiny(made(tmp_path, "p", *parts, dose=0)))
    assert all((nothing[name] == values).all() for name, values in flat().items())


def test_a_ramp_is_linear_and_ends_whole(tmp_path: Path) -> None:
    policies = in_tiny(made(tmp_path, "p", effect("staff", "add", 100.0), start="2010-01-11", ramp_days=20))
    staff = [levers_of(policies, day)["staff"][0] for day in (9, 10, 19, 29, 30)]
    assert staff == [100, 105, 150, 200, 200]
    assert [day for day in range(40) if policies.changes_on(day)] == [29]


def test_targets(tmp_path: Path) -> None:
    def cells(lever: str, **target: Any) -> list[Any]:
        levers = levers_of(in_tiny(made(tmp_path, "p", effect(lever, "set", 0.25, **target))))
        found = np.argwhere(levers[lever] == 0.25).tolist()
        return [tuple(index) if len(index) > 1 else index[0] for index in found]

    names = WORLD.edge_names
    of = names.index
    assert cells("death", where={"edge": ["Camp>Coast:road"]}) == [of("Camp>Coast:road")]
    assert cells("death", where={"corridor": ["central_mediterranean"]}) == [of("Coast>Island:sea")]
    assert cells("death", where={"mode": ["sea"]}) == [of("Coast>Island:sea"), of("Coast>Capital:sea")]
    assert cells("death", where={"mode": ["sea"], "to_country": ["DDD"]}) == [of("Coast>Capital:sea")]
    assert cells("death", where={"from_place": ["Camp"]}) == [of("Camp>Coast:road")]
    assert len(cells("death", where={"place": ["Camp"]})) == 3
    assert cells("death", where={"country": ["CCC"]}) == [of("Coast>Island:sea"), of("Island>Capital:rail")]
    assert len(cells("death", where={"from_country": ["AAA"], "to_country": ["not AAA"]})) == 3
    assert len(cells("death")) == len(names)
    assert cells("staff", where={"country": ["destinations"]}) == [AT["CCC"], AT["DDD"]]
    assert cells("staff", where={"country": ["destinations", "not CCC"]}) == [AT["DDD"]]
    assert cells("hardship", whom={"nationality": ["elsewhere"]}) == [0, 1]
    assert cells("remittance_cost", whom={"nationality": ["AAA"]}, where={"country": ["destinations"]}) == [
        (0, 2),
        (0, 3),
    ]
    assert cells("remittance_cost", whom={"pair": ["AAA>DDD", "BBB>CCC"]}) == [(0, 3), (1, 2)]
    assert len(cells("remittance_cost")) == 12, "home is not abroad"
    assert cells("funding", where={"institution": ["not iom"]}) == [0, 2]


def test_institutions_and_the_world(tmp_path: Path) -> None:
    parts = effect("funding", "mul", 3.0, where={"institution": ["iom"]}), effect("monitoring", "set", 0.9)
    levers = levers_of(in_tiny(made(tmp_path, "p", *parts)))
    assert levers["funding"].tolist() == [1.0, 3.0, 1.0]
    assert levers["monitoring"].shape == ()
    assert float(levers["monitoring"]) == 0.9


@pytest.mark.parametrize(
    ("lever", "target", "pattern"),
    [
        ("death", {"where": {"edge": ["Camp>Mars:road"]}}, "Edge 'Camp>Mars:road' is not known"),
        ("death", {"where": {"place": ["Kamp"]}}, "Did you mean 'Camp'"),
        ("death", {"where": {"corridor": ["XYZ"]}}, "Corridor 'XYZ'"),
        ("death", {"where": {"corridor": ["eastern_mediterranean"], "to_country": ["AAA"]}}, "matches nothing"),
        ("staff", {"where": {"country": ["ZZZ"]}}, "Country or group 'ZZZ'"),
        ("staff", {"where": {"country": ["Schengen"]}}, "matches nothing"),
        ("staff", {"where": {"country": ["FRA"]}}, "matches nothing"),
        ("work", {"whom": {"pair": ["AAA-DDD"]}}, "nationality>country"),
        ("work", {"whom": {"pair": ["AAA>AAA"]}}, "matches nothing"),
    ],
)
def test_a_target_that_matches_nothing_is_refused(
    tmp_path: Path, lever: str, target: dict[str, Any], pattern: str
) -> None:
    with pytest.raises(UserError, match=pattern) as caught:
        in_tiny(made(tmp_path, "p", effect(lever, "set", 1.0, **target)))
    assert "'p'" in str(caught.value)


def test_rival_sets_are_refused_by_name(tmp_path: Path) -> None:
    one = made(tmp_path, "one", effect("staff", "set", 5.0))
    same = made(tmp_path, "two", effect("staff", "set", 6.0, where={"country": ["DDD"]}))
    with pytest.raises(UserError, match="'one' and 'two' both set 'staff'"):
        in_tiny(same, one)
    later = made(tmp_path, "two", effect("staff", "set", 6.0), start="2011-01-01")
    until = made(tmp_path, "one", effect("staff", "set", 5.0), end="2011-01-01")
    assert in_tiny(until, later).names == ("one", "two")
    elsewhere = made(tmp_path, "one", effect("staff", "set", 5.0, where={"country": ["CCC"]}))
    assert in_tiny(elsewhere, same).names == ("one", "two")
    assert in_tiny(one, made(tmp_path, "two", effect("staff", "mul", 2.0))).names == ("one", "two")


def test_places_kept_for_some_are_extra_keys(tmp_path: Path) -> None:
    kept = {"need": ["survival", "subsidiary"], "skill": ["basic"], "nationality": ["AAA"]}
    policies = in_tiny(made(tmp_path, "p", effect("work", "add", 40.0, whom=kept, where={"country": ["DDD"]})))
    levers = levers_of(policies)
    assert (levers["work"] == 100.0).all()
    pool = levers["work|need=survival,subsidiary|skill=basic"]
    assert pool[0, 3] == 40.0
    assert pool.sum() == 40.0
    reserved = frozenset(name for name in levers if "|" in name)
    asked = open_to(reserved)[
        QUOTAS.index("work")
    ]  # by need and skill; those not in need of protection are recruited anyway
    assert asked[:, SKILLS.index("basic")].tolist() == [True, True, True, False]
    assert asked[:, SKILLS.index("secondary")].tolist() == [True, True, False, False]
    with pytest.raises(UserError, match="use add or set"):
        in_tiny(made(tmp_path, "p", effect("work", "mul", 2.0, whom=kept)))
    everybody = made(tmp_path, "p", effect("work", "mul", 2.0, whom={"skill": ["basic", "secondary", "tertiary"]}))
    assert set(levers_of(in_tiny(everybody))) == set(flat())


def test_places_kept_for_a_skill_alone_are_for_those_whom_the_channel_takes() -> None:
    assert reserved_for("work|skill=basic").any(axis=2)[:, SKILLS.index("basic")].tolist() == [True, True, False, False]
    assert reserved_for("humanitarian|skill=basic").any(axis=2)[:, SKILLS.index("basic")].tolist() == [
        False,
        True,
        True,
        True,
    ]
    assert reserved_for("work|need=convention|skill=basic").any(axis=2).sum() == 1


def test_places_may_be_kept_for_one_sex(tmp_path: Path) -> None:
    kept = {"sex": ["female"], "nationality": ["AAA"]}
    levers = levers_of(in_tiny(made(tmp_path, "p", effect("work", "add", 40.0, whom=kept))))
    assert levers["work|sex=female"][0].tolist() == [0.0, 40.0, 40.0, 40.0]
    assert reserved_for("work|sex=female")[..., SEXES.index("female")].any()
    assert not reserved_for("work|sex=female")[..., SEXES.index("male")].any()
    both = made(tmp_path, "p", effect("work", "add", 40.0, whom={"sex": ["male", "female"]}))
    assert set(levers_of(in_tiny(both))) == set(flat())
    with pytest.raises(UserError, match="women"):
        made(tmp_path, "p", effect("work", "add", 40.0, whom={"sex": ["women"]}))
    with pytest.raises(UserError, match="sex"):
        made(tmp_path, "p", effect("staff", "add", 40.0, whom={"sex": ["female"]}))


def test_a_total_is_shared_out_as_the_baseline_is(tmp_path: Path) -> None:
    policies = in_tiny(
        made(tmp_path, "p", effect("work", "add", 90.0, per="total", where={"country": ["destinations"]}))
    )
    baseline = flat()
    baseline["work"] = np.zeros((4, 4))
    baseline["work"][0, 2:] = [10.0, 20.0]
    assert policies(baseline, 0, {})["work"][0].tolist() == [0.0, 0.0, 40.0, 80.0]
    baseline["work"] = np.zeros((4, 4))
    assert policies(baseline, 0, {})["work"].sum() == pytest.approx(90.0)
    people = {"population": np.array([1.0, 1.0, 1.0, 9.0])}
    after = policies(baseline, 0, people)["work"]
    assert after[0, 3] == pytest.approx(9 * after[0, 2])
    assert after.sum() == pytest.approx(90.0)


def test_triggers_read_only_what_was_published(tmp_path: Path) -> None:
    def staff(of: str, **backlog: Any) -> list[float]:
        trigger = {"quantity": "backlog", "above": 50, "of": of, "source": "assumption: a test"}
        policies = in_tiny(made(tmp_path, "p", effect("staff", "mul", 2.0), trigger=trigger))
        return [float(value) for value in levers_of(policies, **backlog)["staff"]]

    waiting = np.array([0.0, 0.0, 60.0, 20.0])
    assert staff("country") == [100] * 4
    assert staff("country", backlog=waiting) == [100, 100, 200, 100]
    assert staff("all", backlog=waiting) == [200] * 4
    assert staff("CCC", backlog=waiting) == [200] * 4
    assert staff("DDD", backlog=waiting) == [100] * 4
    with pytest.raises(UserError, match=r"trigger\.of.*'XXX'"):
        staff("XXX")


def test_a_trigger_by_country_meets_pairs_and_edges(tmp_path: Path) -> None:
    trigger = {"quantity": "unemployment", "below": 5, "of": "country", "source": "assumption: a test"}
    parts = effect("work", "mul", 2.0), effect("interception", "mul", 2.0)
    levers = levers_of(
        in_tiny(made(tmp_path, "p", *parts, trigger=trigger)), unemployment=np.array([9.0, 9.0, 9.0, 4.0])
    )
    assert levers["work"][0].tolist() == [100.0, 100.0, 100.0, 200.0]
    into = [name for name, value in zip(WORLD.edge_names, levers["interception"], strict=True) if value == 0.2]
    assert into == ["Coast>Capital:sea", "Island>Capital:rail", "Origin town>Capital:air"]
    with pytest.raises(UserError, match="write of: all"):
        in_tiny(made(tmp_path, "p", effect("funding", "mul", 2.0), trigger=trigger))
    with pytest.raises(UserError, match="cannot start a rule"):
        in_tiny(made(tmp_path, "p", rule="cyclical_places", trigger=trigger))


def test_an_announced_closure_gives_notice(tmp_path: Path) -> None:
    shut = effect("capacity_factor", "mul", 0.0, where={"corridor": ["central_mediterranean"]})
    policies = in_tiny(made(tmp_path, "p", shut, start="2010-01-31", announced="2010-01-11"))
    edge = WORLD.edge_names.index("Coast>Island:sea")
    days = [levers_of(policies, day)["notice"][edge] for day in (9, 10, 20, 29, 30)]
    assert days == [1e4, 20, 10, 1, 1e4]
    assert levers_of(policies, 20)["notice"].min() == 10
    assert [day for day in range(40) if policies.changes_on(day)] == [10, 16, 23, 30]


def test_cost_follows_dose_and_places(tmp_path: Path) -> None:
    each = {"value": 1000, "low": 0, "high": 2000, "unit": "EUR", "source": "assumption: a test"}
    fixed = {"value": 4, "low": 0, "high": 9, "unit": "EUR mn/yr", "source": "assumption: a test"}
    work = effect("work", "add", 5000.0, per="total")
    policies = in_tiny(made(tmp_path, "p", work, cost={"fixed": fixed, "per_place": each}, dose=0.5))
    assert policies.mean_costs(flat(), range(1), {}) == {"p": pytest.approx(2.0 + 2.5)}


def test_costs_of_a_month_are_a_mean_over_its_days(tmp_path: Path) -> None:
    each = {"value": 1000, "low": 0, "high": 2000, "unit": "EUR", "source": "assumption: a test"}
    fixed = {"value": 30, "low": 0, "high": 60, "unit": "EUR mn/yr", "source": "assumption: a test"}
    work, cost = effect("work", "add", 6000.0, per="total"), {"fixed": fixed, "per_place": each}
    dates = {"start": "2010-02-01", "end": "2010-06-16", "ramp_days": 28}
    policies = in_tiny(made(tmp_path, "p", work, cost=cost, dose=0.5, **dates))
    months = [range(0, 31), range(31, 59), range(59, 90), range(151, 181), range(181, 212)]
    means = [policies.mean_costs(flat(), days, {})["p"] for days in months]
    whole = 0.5 * (30.0 + 6.0)
    assert means == pytest.approx([0.0, whole * np.mean(np.arange(1, 29) / 28), whole, whole / 2, 0.0])
    for days, mean in zip(months, means, strict=True):
        assert mean == pytest.approx(
            np.mean([policies.mean_costs(flat(), range(day, day + 1), {})["p"] for day in days])
        )


def test_places_of_a_rule_cost_only_where_it_fires(tmp_path: Path) -> None:
    each = {"value": 1000, "low": 0, "high": 2000, "unit": "EUR", "source": "assumption: a test"}
    trigger = {"quantity": "departures", "above": 5, "of": "all", "source": "assumption: a test"}
    settings = {
        "slope": {"value": 0.1, "low": 0, "high": 1, "unit": "1/percentage point", "source": "assumption: a test"},
        "reference": {"value": 9, "low": 0, "high": 20, "unit": "per cent", "source": "assumption: a test"},
    }
    rule = {"name": "cyclical_places", "settings": settings}
    given = made(tmp_path, "p", rule=rule, trigger=trigger, cost={**COST, "per_place": each})
    policies, news = in_tiny(given), {"unemployment": np.full(4, 4.0)}
    calm, moved = (
        policies.mean_costs(flat(), range(1), {**news, "departures": np.full(4, n)})["p"] for n in (0.0, 9.0)
    )
    assert calm == 1.0 < moved


def test_a_lever_that_the_model_lacks_is_named(tmp_path: Path) -> None:
    policies = in_tiny(made(tmp_path, "p", effect("staff", "mul", 2.0)))
    with pytest.raises(UserError, match="no lever 'staff'"):
        policies({"death": np.zeros(9)}, 0, {})


# ---- the library


def test_your_folder_joins_the_library(tmp_path: Path) -> None:
    written(tmp_path, "mine", [effect("staff", "mul", 2.0)])
    assert {"mine", "more_labour_visas", "history"} <= set(library.names(tmp_path))
    assert library.load("mine", tmp_path).name == "mine"
    with pytest.raises(UserError, match="no such folder"):
        library.names(tmp_path / "not_there")
    with pytest.raises(UserError, match="Did you mean 'more_labour_visas'"):
        library.load("more_labor_visas")
    written(tmp_path, "more_labour_visas", [effect("staff", "mul", 2.0)])
    with pytest.raises(UserError, match="choose another"):
        library.names(tmp_path)


def test_settings_change_a_policy_that_is_chosen(tmp_path: Path) -> None:
    written(tmp_path, "mine", [effect("staff", "mul", 2.0)])
    [policy] = library.opened(["mine"], {"mine": {"dose": 0.5, "start": "2011-01-01"}}, tmp_path)
    assert (policy.dose, policy.start) == (0.5, date(2011, 1, 1))
    for settings, pattern in (
        ({"other": {"dose": 0.5}}, "'other' is not chosen"),
        ({"mine": {"dose": 2}}, r"^policies\.mine\.dose: a dose of 2"),
        ({"mine": {"doze": 1}}, "Did you mean 'dose'"),
        ({"mine": {"start": "2011-01-01", "end": "2010-01-01"}}, "not after start"),
        ({"mine": 0.5}, "write settings"),
    ):
        with pytest.raises(UserError, match=pattern):
            library.opened(["mine"], settings, tmp_path)  # type: ignore[arg-type]


def test_bundles_open_and_hand_on(tmp_path: Path) -> None:
    written(tmp_path, "a", [effect("staff", "mul", 2.0)])
    written(tmp_path, "b", [effect("work", "mul", 2.0)], dose=0.5)
    written(tmp_path, "both", [], includes=["a", "b"], start="2010-05-01")
    found = {p.name: p for p in library.opened(["both"], {"both": {"dose": 0.5}}, tmp_path)}
    assert {name: policy.dose for name, policy in found.items()} == {"a": 0.5, "b": 0.25, "both": 0.5}
    assert found["a"].start == date(2010, 5, 1)
    with pytest.raises(UserError, match="chosen twice"):
        library.opened(["both", "a"], {}, tmp_path)
    written(tmp_path, "c", [], includes=["d"])
    written(tmp_path, "d", [], includes=["c"])
    with pytest.raises(UserError, match="includes itself: c > d > c"):
        library.opened(["c"], {}, tmp_path)


def test_history_is_all_that_was_enacted() -> None:
    found = library.opened(["history"])
    assert len(found) > 40
    assert all(policy.history and policy.start for policy in found)
    without = library.opened(["history", "-mare_nostrum"])
    assert {p.name for p in found} - {p.name for p in without} == {"mare_nostrum"}
    with pytest.raises(UserError, match="not chosen"):
        library.opened(["history", "-more_labour_visas"])
    assert library.opened(["history", "mare_nostrum"]) == found


def test_a_policy_that_is_never_in_force_is_refused(tmp_path: Path) -> None:
    written(tmp_path, "mine", [effect("staff", "mul", 2.0)], end="2009-01-01")
    with pytest.raises(UserError, match="never in force"):
        library.chosen(["mine"], {}, tmp_path, WORLD, WORLD.edge_names, CLOCK)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["old"], "'old' is never in force"),
        (["mine", "around"], "'old' is never in force"),
        (["history", "old"], "'old' is never in force"),
        (["history", "-old"], "-old takes out nothing: policy 'old' is never in force"),
    ],
)
def test_an_enacted_policy_that_is_named_must_be_in_force_and_only_history_may_bring_others(
    names: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "library_folder", lambda: tmp_path / "none")
    monkeypatch.setattr(library, "_enacted_folders", tuple)
    written(tmp_path, "mine", [effect("staff", "mul", 2.0)])
    written(tmp_path, "around", [], includes=["old"])
    written(tmp_path, "old", [effect("staff", "mul", 3.0)], history=True, start="2001-01-01", end="2002-01-01")
    written(tmp_path, "new", [effect("staff", "mul", 3.0)], history=True, start="2010-01-01")
    assert library.chosen(["history"], {}, tmp_path, WORLD, WORLD.edge_names, CLOCK).names == ("new",)
    with pytest.raises(UserError, match=said):
        library.chosen(names, {}, tmp_path, WORLD, WORLD.edge_names, CLOCK)


def test_refusals_name_the_files_of_the_policies(tmp_path: Path) -> None:
    written(
        tmp_path,
        "nowhere",
        [effect("death", "set", 0.9, where={"corridor": ["central_mediterranean"], "edge": ["not Coast>Island:sea"]})],
    )
    with pytest.raises(UserError, match=rf"matches nothing.* File: {tmp_path / 'nowhere.yaml'}\."):
        library.chosen(["nowhere"], {}, tmp_path, WORLD, WORLD.edge_names, CLOCK)
    for name, value in (("one", 0.5), ("two", 0.7)):
        written(tmp_path, name, [effect("death", "set", value, where={"corridor": ["central_mediterranean"]})])
    with pytest.raises(UserError, match=rf"both set .* Files: {tmp_path / 'one.yaml'}, {tmp_path / 'two.yaml'}\."):
        library.chosen(["one", "two"], {}, tmp_path, WORLD, WORLD.edge_names, CLOCK)


def test_edges_may_come_in_another_order(tmp_path: Path) -> None:
    written(tmp_path, "mine", [effect("death", "set", 0.9, where={"corridor": ["central_mediterranean"]})])
    names = tuple(reversed(WORLD.edge_names))
    policies = library.chosen(["mine"], {}, tmp_path, WORLD, names, CLOCK)
    assert names[int(np.argmax(policies(flat(), 0, {})["death"]))] == "Coast>Island:sea"


@pytest.mark.parametrize("first", range(12))
def test_shares_of_days_are_those_of_each_day(first: int) -> None:
    days = range(first, first + 3)
    for span in (Span(4, 9, 2, 0, 0.5), Span(4, 9, 2, 1, 1.0), Span(3, 12, 3, 4, 0.8)):
        assert span.shares(days) == Counter(map(span.share, days))


def test_history_is_that_of_the_scenario(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIXFLOW_SCENARIOS", str(tmp_path))
    folder = tmp_path / "gulf" / library.ENACTED
    folder.mkdir(parents=True)
    written(folder, "kafala", [effect("staff", "mul", 3.0)], history=True, start="2010-01-01")
    assert [policy.name for policy in library.opened(["history"], scenario="gulf")] == ["kafala"]
    assert library.chosen(["history"], {}, None, WORLD, WORLD.edge_names, CLOCK, scenario="gulf").names == ("kafala",)
    assert library.history(scenario="toy") == []
    assert len(library.history(scenario="mediterranean")) == len(library.history())
    assert "kafala" not in library.names()


def test_a_policy_that_was_enacted_lies_with_its_scenario() -> None:
    for name, path in library.files().items():
        assert library.load(name).history == (path.parent.name == library.ENACTED), path
