"""What a report says of policies: with their settings, members, rules, targets, costs; and what both worlds hold besides."""

from typing import Any

import pytest

from mixflow.experiments.studies.compare.policies import check
from mixflow.experiments.studies.compare.policy_descriptions import described, enacted, held
from mixflow.experiments.studies.compare.question import Question, asked
from mixflow.experiments.views.report import assumptions, words
from mixflow.sim.base.errors import UserError

TOY = ("scenario=toy", "end=2009-06-30")
A, B = "more_labour_visas", "faster_consulates"


def record(question: Question) -> dict[str, Any]:
    """What a comparison's record says of policies."""
    return {
        "config": question.config,
        "added": list(question.added),
        "removed": list(question.removed),
        "policies": described(question),
        "held": held(question),
    }


def test_what_was_taken_out_is_not_in_both_worlds() -> None:
    found = record(asked([*TOY, f"base=[{A},{B}]", f"without={A}"]))
    assert found["held"] == [B]
    assert assumptions.held({key: value for key, value in found.items() if key != "held"}) == [B]  # an older record


def test_what_is_taken_out_of_a_bundle_or_of_history_is_said_beside_it() -> None:
    assert held(asked([*TOY, "base=option_iom_2", "without=fair_recruitment"])) == [
        "option_iom_2 without fair_recruitment"
    ]
    years = ("scenario=mediterranean", "start=2013-01-01", "end=2015-12-31")
    assert held(asked([*years, "without=mare_nostrum"])) == ["what was enacted (history) without mare_nostrum"]
    assert held(asked([*years, "without=history"])) == []


def test_settings_are_in_the_question_and_in_the_table() -> None:
    found = record(asked([*TOY, f"with={A}", f"policies.{A}.dose=0.5", f"policies.{A}.start=2009-03-01"]))
    assert "(at a dose of 0.5, from 2009-03-01), from January to June 2009?" in words.question(found)
    [policy] = assumptions.policies(found)
    assert dict(policy["facts"])["Dose"] == "0.5"
    assert dict(policy["facts"])["In force"] == "from 2009-03-01, growing to its full size over 180 days"
    effect = next(row for row in policy["rows"] if row["name"] == "work")
    assert (effect["does"], effect["value"], effect["at_dose"]) == ("times", "2 ratio", "times 1.5")
    assert effect["target"] == "country: admitting states; nationality: elsewhere"
    assert {row["name"] for row in policy["rows"] if row["kind"] == "cost"} == {"fixed", "for each place"}


def test_settings_of_what_both_worlds_hold_are_said() -> None:
    assert held(asked([*TOY, f"base={B}", f"with={A}", f"policies.{B}.dose=0.5"])) == [f"{B} (at a dose of 0.5)"]


def test_members_of_a_bundle_and_settings_of_a_rule_are_told_with_their_sources() -> None:
    bundle, rule = assumptions.policies(record(asked([*TOY, "with=[option_iom_2,tradable_quotas]"])))
    assert {one["name"] for one in bundle["members"]} == {
        "iom_core_funding",
        "reintegration_beyond_cash",
        "fair_recruitment",
        "information_campaign",
    }
    assert all(row["source"] for one in bundle["members"] for row in one["rows"])
    settings = {row["name"]: row["source"] for row in rule["rows"] if row["kind"] == "rule"}
    assert "160,000" in settings["places"]
    assert dict(rule["facts"])["Where and whom"] == "country: asylum states"
    half = assumptions.policies(record(asked([*TOY, "with=option_iom_2", "policies.option_iom_2.dose=0.5"])))[0]
    assert all(dict(one["facts"])["Dose"] == "0.5" for one in half["members"])


def test_history_has_the_members_that_both_worlds_do_not_share() -> None:
    years = ("scenario=mediterranean", "start=2013-01-01", "end=2015-12-31", "history=false")
    [history] = assumptions.policies(record(asked([*years, "base=mare_nostrum", "with=history"])))
    assert {one["name"] for one in history["members"] if one["in_both"]} == {"mare_nostrum"}
    assert "italy_closed_ports" not in {one["name"] for one in history["members"]}  # of 2018


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (("2009-01-01", "2010-12-31"), "from 2009 to 2010"),
        (("2009-01-01", "2009-12-31"), "in 2009"),
        (("2009-01-01", "2009-06-30"), "from January to June 2009"),
        (("2009-03-01", "2009-03-31"), "in March 2009"),
    ],
)
def test_a_period_is_said_without_repeating_a_year(days: tuple[str, str], said: str) -> None:
    assert words.period(*days) == said


@pytest.mark.parametrize("given", ["with=mare_nostrum", "base=mare_nostrum|without=mare_nostrum"])
def test_a_policy_that_is_never_in_force_is_refused(given: str) -> None:
    question = asked([*TOY, *given.split("|")])
    with pytest.raises(UserError, match="'mare_nostrum' is never in force"):
        check(question)


def test_a_policy_of_history_that_is_never_in_force_is_not_taken_out() -> None:
    with pytest.raises(UserError, match="-mare_nostrum takes out nothing"):
        check(asked(["scenario=mediterranean", "start=2009-01-01", "end=2010-12-31", "without=mare_nostrum"]))


def test_the_enacted_policies_that_the_base_holds_are_listed() -> None:
    years = ("scenario=mediterranean", "start=2013-01-01", "end=2015-12-31")
    names = enacted(asked([*years, f"with={A}"]).config)
    assert "mare_nostrum" in names
    assert "sweden_labour_reform_2008" in names  # in force before, and still
    assert "balkan_closure_2016" not in names
    assert "mare_nostrum" not in enacted(asked([*years, "base=[-mare_nostrum]", f"with={A}"]).config)
    assert enacted(asked([*TOY, f"with={A}"]).config) == []
    held_by_base = assumptions.of_base({"config": asked([*years, f"base={B}", f"with={A}"]).config})
    assert held_by_base == [B, "what was enacted (history)"]
