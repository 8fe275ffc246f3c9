"""The headline is the question's: by the levers and targets of its policies, over the days in which they are in force."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from indicator_tables import flow, tables

from mixflow.experiments.results.cuts import cut, over
from mixflow.experiments.results.indicators.registry import Ratio
from mixflow.experiments.results.question_measures import MEASURES
from mixflow.experiments.studies.compare.focus import CONTROL, GENERAL, KINDS, PATHWAY, RETURN, SHARE, Focus, focus_of
from mixflow.experiments.studies.compare.headline import BY, OF_ALL, OF_TARGETS, wanted
from mixflow.experiments.studies.compare.members import members_of
from mixflow.experiments.studies.compare.question import asked
from mixflow.experiments.studies.compare.question_effects import (
    AFTER,
    BEFORE,
    IN_FORCE,
    by_group,
    cost_by_outcome,
    headline,
    months_of,
    used_of,
    values_of,
)
from mixflow.sim.base.errors import UserError
from mixflow.sim.base.levers import LEVERS

FOCUS = Focus((PATHWAY,), ("work",), ("AAA",), ("DDD",), (), ("work",), date(2010, 1, 1), date(2010, 2, 28))
MED = ("scenario=mediterranean", "start=2013-01-01", "end=2015-12-31")


def focus(*lines: str) -> Focus:
    return focus_of(asked(lines))


def test_every_lever_belongs_to_one_kind_of_question():
    named = [lever for levers in KINDS.values() for lever in levers]
    assert sorted(named) == sorted(LEVERS)


def test_a_question_is_about_the_targets_and_days_of_its_policies():
    found = focus(*MED, "without=mare_nostrum")
    assert (found.kinds, found.corridors, found.nationalities) == ((CONTROL,), ("central_mediterranean",), ())
    assert (found.start, found.end) == (date(2013, 10, 18), date(2014, 10, 31))
    assert focus("scenario=toy", "with=forced_returns").kinds == (RETURN,)
    assert focus("scenario=toy", "with=forced_returns").countries == (), "all of Europe is everywhere"
    assert focus(*MED, "with=distribution_key").kinds == (SHARE,)
    assert focus(*MED, "without=history").kinds == (GENERAL,)


def test_measures_of_the_targets_come_first_and_those_of_all_follow():
    rows = wanted(FOCUS)
    assert [(one.measure, one.whom) for one in rows[:2]] == [
        ("places_used", "nationals of AAA in DDD"),
        ("irregular_flow", "nationals of AAA"),
    ]
    assert dict(rows[0].selection) == {"nationality": ("AAA",), "country": ("DDD",), "channel": ("work",)}
    assert [one.measure for one in rows if not one.of_targets] == [
        "irregular_flow", "legal_flow", "deaths", "protection_gap", "asylum_backlog", "remittances",
    ]  # fmt: skip


def test_a_policy_on_a_route_asks_for_it_and_for_the_others():
    rows = wanted(
        replace(FOCUS, kinds=(CONTROL,), nationalities=(), countries=(), corridors=("central_mediterranean",))
    )
    assert [one.measure for one in rows[:4]] == [
        "irregular_crossings", "corridor_deaths", "deaths_per_attempt", "irregular_crossings",
    ]  # fmt: skip
    assert rows[3].whom == "other routes"
    assert "central_mediterranean" not in rows[3].selection["corridor"]


def test_what_all_policies_reach_is_shown_once():
    rows = wanted(replace(FOCUS, nationalities=(), countries=(), channels=()))
    assert [one.measure for one in rows].count("irregular_flow") == 1


def test_months_are_before_in_or_after_the_days_in_force():
    months = pd.date_range("2010-01-01", "2010-08-01", freq="MS")
    found = months_of(months, date(2010, 3, 15), date(2010, 5, 2))
    assert [int(found.masks[name].sum()) for name in (BEFORE, IN_FORCE, AFTER)] == [2, 3, 3]
    assert found.years == 0.25


def test_a_cut_keeps_rows_of_its_selection_and_leaves_out_tables_that_cannot_be_cut():
    given = tables(
        [flow("arrival", 3.0), flow("arrival", 4.0, origin="BBB"), flow("arrival", 5.0, 1)],
        states=pd.DataFrame({"country": ["DDD"]}),
    )
    part = cut(given, {"nationality": ("AAA",)})
    assert part.flow(event="arrival").tolist() == [3.0, 5.0]
    assert set(part.frames) == {"flows", "stocks"}
    assert cut(given, {"nationality": ()}) is given


def test_a_window_sums_flows_averages_stocks_and_takes_ratios_of_sums():
    values, mask = np.array([1.0, 2.0, 6.0]), np.array([False, True, True])
    assert (over(values, "flow", mask), over(values, "stock", mask)) == (8.0, 4.0)
    assert over(Ratio(np.array([9.0, 1.0, 1.0]), np.array([9.0, 2.0, 6.0])), "flow", mask) == 0.25
    assert np.isnan(over(values, "flow", np.zeros(3, bool)))


def made(extra: float) -> pd.DataFrame:
    """The headline's values of four pairs, whose second world has more permits."""
    frames = []
    for seed in range(4):
        for arm, more in (("base", 0.0), ("with", extra + seed)):
            given = tables([flow("permit", 100.0 + more, channel="work"), flow("permit", 60.0, channel="study")])
            frames.append(values_of(given, FOCUS).assign(arm=arm, seed=seed))
    return pd.concat(frames)


def test_the_headline_is_of_the_targets_channels_and_counts_its_people():
    table = headline(made(20.0), FOCUS, pd.date_range("2010-01-01", "2010-02-01", freq="MS"), "base", "with", 0.5)
    row = table.iloc[0]
    assert (row["measure"], row["window"], row["base"], row["difference"]) == ("places_used", IN_FORCE, 100.0, 21.5)
    assert row["low"] > 0
    assert row["people"] == pytest.approx(0.5 * (4 * 100 + 4 * 121.5))


def test_the_cost_of_an_outcome_has_a_range_and_none_where_there_may_be_no_outcome():
    costs = pd.DataFrame([("scheme", arm, seed, 1000.0 if arm == "with" else 0.0) for seed in range(4) for arm in ("base", "with")],
                         columns=["item", "arm", "seed", "value"])  # fmt: skip
    row = cost_by_outcome(costs, made(20.0), FOCUS, range(4)).iloc[0]
    assert (row["outcome"], row["eur"]) == ("a place used", pytest.approx(1000 / 21.5))
    assert row["low"] < row["eur"] < row["high"]
    none = cost_by_outcome(costs, made(-1.5), FOCUS, range(4)).iloc[0]
    assert np.isnan(none["eur"])


def test_places_used_are_those_of_the_targets_a_year():
    rows = [
        flow("permit", 5.0, channel="work"),
        flow("permit", 7.0, channel="work", country="CCC"),
        flow("permit", 9.0, channel="study"),
    ]
    table = used_of(tables(rows), FOCUS)
    assert table.to_dict("records") == [
        {"channel": "work", "country": "DDD", "origin": "AAA", "value": pytest.approx(30.0)}
    ]


def test_a_group_that_a_run_has_not_is_zero_there():
    values = pd.DataFrame(
        [("AAA", "base", 1, 4.0), ("AAA", "with", 1, 6.0), ("AAA", "with", 2, 2.0)],
        columns=["key", "arm", "seed", "value"],
    )
    row = by_group(values, ("key",), (1, 2), "base", "with", 1.0).iloc[0]
    assert (row["base"], row["with"], row["difference"], row["people"]) == (2.0, 4.0, 2.0, 12.0)


def test_all_measures_have_a_definition():
    assert all(item.definition and item.title and item.unit for item in MEASURES.values())


def test_pairs_are_spread_over_members_two_by_two_where_there_are_enough():
    question = asked([*MED, "with=more_labour_visas", "seeds=8", "params.cross.reattempt=0.5"])
    assert question.member_of == {1: 0, 2: 0, 3: 1, 4: 1, 5: 2, 6: 2, 7: 3, 8: 3}
    draws = question.draws
    assert draws[1] == draws[2] != draws[3]
    assert "params.cross.reattempt" not in draws[1], "what a user sets is the same in all pairs"
    base, other = question.arms
    assert set(question.changes(other, 1)) - set(question.changes(base, 1)) == {"policies"}
    more = asked([*MED, "with=more_labour_visas", "seeds=10", "params.cross.reattempt=0.5"])
    assert all(more.draws[seed] == draws[seed] for seed in draws), "more pairs leave those alone that are there"


@pytest.mark.parametrize("more", [["seeds=4"], ["members=false"], ["ensemble=mediterranean", "member=3"]])
def test_few_pairs_and_those_who_say_so_have_the_same_parameters(more):
    assert asked([*MED, "with=more_labour_visas", *more]).member_of is None


def test_a_scenario_without_an_ensemble_spreads_nothing_and_says_so_when_asked():
    assert asked(["scenario=toy", "with=more_labour_visas"]).member_of is None
    with pytest.raises(UserError, match="the scenario toy has no ensemble"):
        asked(["scenario=toy", "with=more_labour_visas", "members=5"])
    with pytest.raises(UserError, match="has 20 members"):
        asked([*MED, "with=more_labour_visas", "members=21"])
    with pytest.raises(UserError, match="members=2 is not allowed"):
        members_of(asked([*MED, "with=more_labour_visas", "seeds=1"]).config, [], 2, (1,))


def test_every_measure_that_a_headline_asks_for_is_known() -> None:
    asked = {name for rows in OF_TARGETS.values() for name, _ in rows} | {*OF_ALL, *(n for b in BY.values() for n in b)}
    assert asked <= set(MEASURES)
