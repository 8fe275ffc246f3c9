"""Mechanisms of distance, sex and labour, each by a paired counterfactual that shares all draws."""

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from counterfactual import events, indicator, made, money
from policies_aimed import aimed, edges, under
from tiny_world import people_by_key, run, tiny_plan, tiny_world

from mixflow.experiments.bench.world import LIVELY
from mixflow.experiments.results import person_outcomes
from mixflow.experiments.results.indicators import INDICATORS, Tables
from mixflow.policies.policy_set import PolicySet
from mixflow.policies.schema import Policy
from mixflow.scenarios.build import assemble, build

pytestmark = pytest.mark.slow

WORKERS = {"choose": {"asc_regular": 2.0, "beta_fees": 0.0}, "leave": {"prepare_share": 0.005, "income_gap": 1.5}}
EUROPE = ("CCC", "DDD")
MONTH = pd.DatetimeIndex(["2010-01-01"])


def drivers(**factors):  # type: ignore[no-untyped-def]
    """The tiny world's drivers, some of them times a factor."""
    tables = tiny_world().drivers
    return {"drivers": {name: table * factors.get(name, 1.0) for name, table in tables.items()}}


def jobless(rate: float):  # type: ignore[no-untyped-def]
    """The tiny world with this unemployment in both countries of Europe, per cent."""
    changed = {name: table.copy() for name, table in tiny_world().drivers.items()}
    changed["unemployment"][2:] = rate
    return {"drivers": changed}


# ---- M11, M12: near and far


def test_m11_most_arrive_in_the_region_as_the_model_stands() -> None:
    model = build(
        {"scenario": "toy", "start": "2010-01-01", "end": "2010-09-30", "scale": 1.0, "seed": 3, "threads": 1}
    )
    while model.day < model.days:
        model.step()
    assert indicator(model, "regional_share") > 0.6
    assert indicator(model, "regional_stock") > 0.6


def test_m11_regional_and_far_movement_grow_together() -> None:
    calm, worse = usual_world(), made(500, world=drivers(conflict_displaced=3.0, disaster_displaced=3.0))
    near = [events(m, "arrival", country=["BBB"]) for m in (calm, worse)]
    far = [events(m, "arrival", country=EUROPE) for m in (calm, worse)]
    assert near[1] > 1.5 * near[0]
    assert far[1] > 1.2 * far[0]


def test_m11_the_share_that_stays_answers_free_movement_near_and_borders_far() -> None:
    free = np.zeros((4, 4), np.bool_)
    free[0, 1] = free[1, 0] = True
    usual, zone, border = usual_world(), made(500, world={"free_movement": free}), made(500, interception=0.6)
    for name in ("regional_share", "regional_stock"):
        shares = [indicator(m, name) for m in (usual, zone, border)]
        assert shares[1] > 1.1 * shares[0], name
        assert shares[2] > shares[0] + 0.1, name


@cache
def usual_world():  # type: ignore[no-untyped-def]
    """The tiny world as it is, for 500 days."""
    return made(500)


def test_m12_dearer_journeys_keep_people_nearer() -> None:
    usual, dear = usual_world(), made(500, price=3000.0)
    assert indicator(dear, "far_share") < indicator(usual, "far_share") - 0.1
    assert indicator(dear, "mean_distance") < indicator(usual, "mean_distance") - 300.0


def test_m13_the_more_women_travel_the_more_often_people_are_harmed() -> None:
    met = []
    for men in (0.5, 0.9):
        traits = {"male_other": men, "male_flight": men}
        model = made(500, {"choose": {"asc_irregular": 2.0}, "traits": traits, "cross": {"female_harm": 3.0}})
        met.append(events(model, "extortion") / events(model, "crossing"))
    assert met[0] > 1.3 * met[1]


def test_m13_places_in_care_and_domestic_work_bring_women_in_and_keep_no_man_out() -> None:
    """The same places, kept for women or open to all: other work changes who is admitted. Men then have the other queue."""
    care = aimed(["care_and_domestic_work"], doses={"care_and_domestic_work": 0.001})
    for_all = [replace(p, effects=tuple(replace(e, whom=replace(e.whom, sex=())) for e in p.effects)) for p in care]
    none, kept, open_to_all = (over_seeds(policies) for policies in ([], care, for_all))
    shares = share_of_women(kept), share_of_women(open_to_all)
    error = np.sqrt(sum(p * (1 - p) / sum(n) for p, n in zip(shares, (kept, open_to_all), strict=True)))
    assert shares[0] - shares[1] > 2.0 * error
    assert share_of_women(open_to_all) == pytest.approx(share_of_women(none), abs=0.1)
    assert sum(kept) == pytest.approx(sum(open_to_all), rel=0.1)
    assert sum(kept) > 1.4 * sum(none)
    assert kept[1] >= none[1]


def over_seeds(policies: list[Policy]) -> tuple[float, float]:
    """Women and men admitted to work, in four runs together: one has too few of them."""
    women, men = np.sum([admitted(policies, seed) for seed in (5, 6, 7, 8)], axis=0)
    return float(women), float(men)


def admitted(policies: list[Policy], seed: int) -> tuple[float, float]:
    """Women and men admitted to work under policies, by the indicator and the people that it reads."""
    values = {**WORKERS, "choose": {**LIVELY["choose"], **WORKERS["choose"]}}
    plan, world = tiny_plan(900, check_days=30, params=values, trace=True, seed=seed), tiny_world()
    model = run(assemble(world, plan, PolicySet(policies, world, edges(), plan.clock)))
    people = person_outcomes.followed(model)
    of_work = people[people["channel"].isin(["work", "skilled", "circular", "partnership"]) & (people["sex"] != "")]
    women = float((of_work["sex"] == "female").sum())
    read = INDICATORS["women_admitted_to_work"].function(Tables({"people": people}, MONTH, world))
    assert read.top.sum() / read.bottom.sum() == pytest.approx(women / len(of_work))  # type: ignore[union-attr]
    return women, len(of_work) - women


def share_of_women(people: tuple[float, float]) -> float:
    """Of women and men, the women."""
    return people[0] / sum(people)


# ---- M69, M54, M77, M06: vacancies and who decides on them


def test_m69_those_admitted_fill_vacancies_and_send_money_home() -> None:
    few, many = made(500, WORKERS, work=5.0, consulates=1e5), made(500, WORKERS, work=400.0, consulates=1e5)
    assert indicator(many, "vacancies_filled") > 2.0 * indicator(few, "vacancies_filled")
    assert money(many, "households") > 1.1 * money(few, "households")


def test_m69_the_same_admission_relieves_a_shortage_less_where_work_is_plenty() -> None:
    slump, boom = hiring(14.0), hiring(5.0)
    assert indicator(boom, "labour_shortage") > 2.0 * indicator(slump, "labour_shortage")
    assert indicator(boom, "vacancies_filled") < indicator(slump, "vacancies_filled")


@cache
def hiring(rate: float, *names: str):  # type: ignore[no-untyped-def]
    """A world in which many look for a place to work, at this unemployment, under policies."""
    # no irregular ways, by which those who are not hired would go and send money too
    regular_alone = {**WORKERS, "choose": {**WORKERS["choose"], "asc_irregular": -9.0, "asc_irregular_refugee": -9.0}}
    return under(aimed(names), 300, regular_alone, jobless(rate))


def permits(model) -> float:  # type: ignore[no-untyped-def]
    """Permits for labour that needs little training."""
    return events(model, "permit", channel=["work"])


def test_m54_unions_resist_in_a_slump_and_what_all_gain_from_vacancies_filled_is_lost() -> None:
    for rate, resists in ((5.0, False), (14.0, True)):
        free, resisted = hiring(rate), hiring(rate, "union_resistance")
        if resists:
            assert permits(resisted) < 0.8 * permits(free)
            assert indicator(resisted, "vacancies_filled") < 0.8 * indicator(free, "vacancies_filled")
            assert money(resisted, "households") < money(free, "households")
        else:
            assert permits(resisted) == permits(free) > 0
        assert indicator(resisted, "labour_shortage") == indicator(free, "labour_shortage") > 0


def test_m77_bargaining_wins_places_and_lowers_fees_even_where_unions_resist() -> None:
    none, alone = hiring(14.0), hiring(14.0, "union_resistance")
    all_three = hiring(14.0, "union_resistance", "tripartite_bargaining")
    assert permits(alone) < permits(all_three) < permits(none)
    fees = [money(m, "recruiters") / permits(m) for m in (alone, all_three)]
    assert fees[1] < 0.8 * fees[0]


def test_m06_a_state_may_open_in_a_slump_against_the_usual_cycle() -> None:
    given = {
        (rate, name): permits(hiring(rate, *([name] if name else [])))
        for rate in (5.0, 14.0)
        for name in ("", "anticyclical_opening", "cyclical_opening")
    }
    assert given[14.0, "anticyclical_opening"] > 1.2 * given[14.0, ""] > 1.2 * given[14.0, "cyclical_opening"]
    assert given[5.0, "anticyclical_opening"] < 0.9 * given[5.0, ""] < 0.9 * given[5.0, "cyclical_opening"]


# ---- M41, M46: what was promised to origin states, and what they win

PROMISE = {
    "queue": {"consulate_ratio": 50.0},
    "choose": {**WORKERS["choose"], "asc_elsewhere": -9.0},
    "leave": {"prepare_share": 0.02, "income_gap": 1.5},
}


def partnership(name: str, young: float = 0.3):  # type: ignore[no-untyped-def]
    """The tiny world, which is small, with a twentieth of a scheme, and a share of those who leave for work aged 18 to 34."""
    params = {**PROMISE, "traits": {"young_other": young, "child_other": 0.05}}
    return under(aimed([name] if name else [], doses={name: 0.05}), 600, params)


def young_who_wait(model) -> int:  # type: ignore[no-untyped-def]
    """People of 18 to 34 at home who intend, prepare or have applied."""
    people = people_by_key(model)
    return int(((people["age"] == 1) & people["status"].isin([1, 2, 3])).sum())


def test_m41_of_the_triple_win_little_is_delivered_and_the_young_wait() -> None:
    none, delivered, promised = (partnership(name) for name in ("", "mobility_partnerships", "triple_win"))
    wins = {
        "destinations": [events(m, "permit", channel=["partnership"]) for m in (none, delivered, promised)],
        "migrants": [money(m, "wages") for m in (none, delivered, promised)],
        "origins": [money(m, "households") for m in (none, delivered, promised)],
    }
    for who, (before, got, hoped) in wins.items():
        assert hoped - before > 0, who
        assert 0 < got - before < 0.3 * (hoped - before), who
    assert young_who_wait(promised) < 0.95 * young_who_wait(delivered)
    bulge = partnership("mobility_partnerships", young=0.8)
    assert young_who_wait(bulge) > 1.5 * young_who_wait(delivered)
    assert events(bulge, "permit", channel=["partnership"]) < 1.1 * wins["destinations"][1]


def test_m46_where_origin_states_insist_fewer_of_the_trained_are_recruited_and_for_less() -> None:
    places = tiny_world().admissions
    world = {"admissions": {**places, "skilled": places["work"]}}
    usual, code = (under(aimed(names), 500, WORKERS, world) for names in ([], ["recruitment_code"]))
    trained = [events(m, "permit", channel=["skilled"]) for m in (usual, code)]
    others = [events(m, "permit", channel=["work"]) for m in (usual, code)]
    assert trained[1] < 0.9 * trained[0]
    assert others[1] == pytest.approx(others[0], rel=0.05)  # the code is for the trained
    paid = [money(m, "recruiters") / (t + o) for m, t, o in zip((usual, code), trained, others, strict=True)]
    assert paid[1] < 0.9 * paid[0]
