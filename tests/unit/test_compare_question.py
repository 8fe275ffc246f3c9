"""What a comparison's command means, and what is refused before anything runs."""

from pathlib import Path

import pytest

from mixflow.experiments.studies.compare import driver
from mixflow.experiments.studies.compare.driver import plan_of
from mixflow.experiments.studies.compare.question import Question, asked
from mixflow.sim.base.errors import UserError
from mixflow.sim.base.params import PARAMS

TOY = ("scenario=toy", "base=[]")
A, B = "humanitarian_visas", "more_labour_visas"


def ask(*lines: str) -> Question:
    mine = any(line.startswith("base=") for line in lines)
    return asked([TOY[0], *(() if mine else TOY[1:]), *lines])


def test_both_worlds_differ_in_policies_alone_and_share_their_seeds() -> None:
    question = ask(f"with=[{A},{B}]", "seeds=3", "seed=7")
    base, other = question.arms
    assert (base.seeds, other.seeds) == ((7, 8, 9), (7, 8, 9))
    assert (dict(base.changes), set(other.changes)) == ({}, {"policies"})
    assert other.changes["policies"] == [A, B]
    assert question.config["trace"] is True
    assert question.config["threads"] == 1


def test_the_order_of_policies_and_where_runs_lie_name_no_other_comparison(tmp_path: Path) -> None:
    names = {
        ask(f"with=[{A},{B}]").name,
        ask(f"with=[{B},{A}]").name,
        ask(f"with=[{A},{B}]", f"runs_dir={tmp_path}").name,
    }
    assert len(names) == 1
    assert ask(f"with={A}").name not in names


def test_settings_go_to_the_world_that_has_the_policy() -> None:
    question = ask(f"with={A}", f"policies.{A}.dose=0.5")
    assert question.config["policy_settings"] == {}
    assert question.arms[1].changes["policy_settings"] == {A: {"dose": 0.5}}


def test_settings_go_to_members_of_a_bundle_too() -> None:
    question = ask("with=option_iom_2", "policies.fair_recruitment.dose=0.5")
    assert question.config["policy_settings"] == {}
    assert question.arms[1].changes["policy_settings"] == {"fair_recruitment": {"dose": 0.5}}


def test_settings_of_what_is_taken_out_stay_with_the_base() -> None:
    where = ["scenario=mediterranean", "start=2013-01-01", "end=2015-12-31", "policies.mare_nostrum.dose=0.5"]
    question = asked([*where, "without=mare_nostrum"])
    assert question.config["policy_settings"] == {"mare_nostrum": {"dose": 0.5}}
    assert dict(question.arms[1].changes) == {"policies": ["-mare_nostrum"], "policy_settings": {}}


def test_without_takes_away_what_was_enacted_one_by_one_or_all() -> None:
    where = ["scenario=mediterranean", "start=2013-01-01", "end=2015-12-31"]
    one = asked([*where, "without=mare_nostrum"])
    assert one.config["history"] is True
    assert dict(one.arms[1].changes) == {"policies": ["-mare_nostrum"]}
    assert dict(asked([*where, "without=history"]).arms[1].changes) == {"history": False}
    assert dict(asked([*where, "history=false", "with=history"]).arms[1].changes) == {"history": True}


def test_without_takes_a_policy_of_the_base_away() -> None:
    question = asked(["scenario=toy", f"base=[{A},{B}]", f"without={B}"])
    assert question.config["policies"] == [A, B]
    assert question.arms[1].changes == {"policies": [A]}


def test_a_dose_of_nought_is_the_base_and_of_one_the_policy_in_full() -> None:
    question = ask(f"with={A}", "dose=0,0.25,1")
    doses = {arm.dose[0]: dict(arm.changes) for arm in question.arms if arm.role == "dose"}
    assert doses[0.0] == {}
    assert doses[1.0] == dict(question.arm("with").changes)
    assert doses[0.25]["policy_settings"] == {A: {"dose": 0.25}}


def test_a_surface_holds_every_pair_of_doses() -> None:
    question = ask(f"with=[{A},{B}]", "surface=true", "dose=0,0.5,1")
    arms = [arm for arm in question.arms if arm.role == "surface"]
    assert {arm.dose for arm in arms} == {(a, b) for a in (0.0, 0.5, 1.0) for b in (0.0, 0.5, 1.0)}
    half = next(arm for arm in arms if arm.dose == (0.0, 0.5))
    assert half.changes == {"policies": [B], "policy_settings": {B: {"dose": 0.5}}}


def test_robust_repeats_both_worlds_under_every_other_setting_of_every_switch() -> None:
    question = ask(f"with={A}", "robust=true", "seeds=20")
    arms = [arm for arm in question.arms if arm.role == "switch"]
    assert {arm.switch[0] for arm in arms if arm.switch} == set(PARAMS["switch"])
    assert all(len(arm.seeds) == 8 for arm in arms)
    for arm in (arm for arm in arms if arm.against):
        base = question.arm(arm.against)
        assert {k: v for k, v in arm.changes.items() if k in base.changes} == dict(base.changes)
        assert arm.changes["policies"] == [A]


def test_workers_are_of_the_machine_and_name_no_other_comparison(tmp_path: Path) -> None:
    alone = ask(f"with={A}", "workers=1")
    assert (alone.workers, alone.name) == (1, ask(f"with={A}").name)
    plans = [plan_of(question, tmp_path) for question in (alone, ask(f"with={A}"))]
    assert plans[0].name == plans[1].name


def test_a_comparison_runs_on_as_many_workers_as_it_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked_for: list[tuple[str, ...]] = []
    monkeypatch.setattr(driver, "carry_out", lambda plan, choice, quiet: asked_for.append(choice.overrides) or 1)
    for line in (("workers=3",), ()):
        assert driver.answered(ask(f"with={A}", f"runs_dir={tmp_path}", *line), lambda folder: folder) is None
    assert asked_for == [("hydra.launcher.n_jobs=3",), ()]


def test_switches_that_are_on_are_named() -> None:
    assert ask(f"with={A}").switches_on == {}
    assert ask(f"with={A}", "params.switch.information=1").switches_on == {"information": 1.0}


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((), "a comparison needs a policy"),
        (("with=more_labor_visas",), "more_labour_visas"),
        ((f"with=[{A},{A}]",), "listed twice"),
        ((f"with={A}", "seeds=0"), "a whole number from 1"),
        ((f"with={A}", "dose=1.5"), "from 0 to 1"),
        ((f"with={A}", "dose=0,half"), "from 0 to 1"),
        ((f"with={A}", "dose=0.5", f"policies.{A}.dose=0.5"), "both given"),
        ((f"with={A}", "surface=true"), "over two policies"),
        ((f"with={A}", "robust=maybe"), "true or false"),
        ((f"with={A}", "seed=1,2"), "one value of each key"),
        ((f"with={A}", f"policies=[{A}]"), "base=[...]"),
        ((f"with={A}", f"policies.{B}.dose=0.5"), f"neither world has the policy '{B}' (they have: {A})"),
        ((f"with={A}", "policies.more_labor_visas.dose=0.5"), "Did you mean 'more_labour_visas'"),
        ((f"with={A}", f"without={B}"), "the base has no policies, so that none can be taken out"),
        (("base=[history]", f"with={A}"), "scenario=toy has no history"),
        (("history=true", f"with={A}"), "scenario=toy has no history"),
        ((f"with={A}", "workers=0"), "a whole number from 1"),
        ((f"with={A}", "hydra.launcher.n_jobs=1"), "a comparison has workers=N"),
        ((f"with={A}", "sed=1"), "seed"),
        ((f"with={A}", "policy_path=/nowhere/at/all"), "/nowhere/at/all"),
    ],
)
def test_mistakes_are_refused_with_what_is_allowed(lines: tuple[str, ...], said: str) -> None:
    with pytest.raises(UserError) as refused:
        ask(*lines)
    assert said.lower() in str(refused.value).lower()


def test_a_policy_that_is_in_the_base_cannot_be_added() -> None:
    with pytest.raises(UserError, match="the base has this policy already"):
        asked(["scenario=toy", f"base={A}", f"with={A}"])
