"""Mechanisms of persons, each by a paired counterfactual: one thing differs, all draws are shared."""

import numpy as np
import pandas as pd
import pytest
from counterfactual import OTHERS, events, made, money, stock
from tiny_world import people_by_key, run, tiny_plan, tiny_world

from mixflow.experiments.bench.world import EDGES, LIVELY
from mixflow.scenarios.build import assemble, build
from mixflow.sim.base.codes import Channel, Status, Work

EUROPE = ("CCC", "DDD")
ARRIVING = {"choose": {"asc_irregular": 2.0, "asc_onward": -1.0}}
UNPROTECTED = ["unlabelled", "applicant", "refused"]


def gap(model):  # type: ignore[no-untyped-def]
    """Of those in Europe with a need, the share without a label of protection."""
    living = ["asylum_pending", "appealing", "protected", "rejected", "return_ordered", "irregular"]
    need = ["survival", "subsidiary", "convention"]
    everyone = stock(model, *living, country=EUROPE, need=need)
    return stock(model, *living, country=EUROPE, need=need, label=UNPROTECTED) / everyone


def test_m02_where_only_persecution_counts_the_protection_gap_grows() -> None:
    staff = {"staff": tiny_world().staff * 20}
    usual, narrow = made(500, ARRIVING, staff), made(500, ARRIVING, staff, convention_only=1.0)
    assert gap(narrow) > gap(usual) + 0.02
    recognised = [
        [
            events(m, "protection", need=[need]) / events(m, "decision", need=[need])
            for need in ("convention", "subsidiary")
        ]
        for m in (usual, narrow)
    ]
    assert recognised[1][0] == pytest.approx(recognised[0][0], abs=0.05), "Convention refugees are protected as before"
    assert recognised[1][1] < 0.05 < 0.1 < recognised[0][1]  # some are still protected by claims from before


def test_m03_women_are_harmed_more_often_on_the_way() -> None:
    equal, unequal = (made(params={**ARRIVING, "cross": {"female_harm": ratio}}) for ratio in (1.0, 4.0))
    assert events(unequal, "extortion") > 1.1 * events(equal, "extortion")


def test_m04_people_with_different_motives_use_the_same_routes() -> None:
    model = made(700, ARRIVING)
    shares = []
    for needs in (["convention"], ["subsidiary"], ["survival", "none"]):
        each = [
            events(model, "crossing", corridor=[r], need=needs)
            for r in ("central_mediterranean", "eastern_mediterranean")
        ]
        assert sum(each) > 60
        shares.append(each[0] / sum(each))
    assert max(shares) - min(shares) < 0.25


def test_m16_m21_migrants_send_money_and_what_they_send_follows_their_wages() -> None:
    params = {**ARRIVING, "live": {"decision_days": 90}}
    usual, rich = made(700, params), made(700, params, wages=2.0)
    assert 0 < money(usual, "households") < money(rich, "households")
    assert money(usual, "households") > money(usual, "operators") > 0


def test_m17_t6_means_first_raise_departures_then_reasons_fade() -> None:
    left = []
    for income in (150.0, 2500.0, 25_000.0):
        drivers = {name: table.copy() for name, table in tiny_world().drivers.items()}
        drivers["wages"][0], drivers["income"][0] = income, income
        params = {
            "traits": {"credit_years": 0.2, "kin_credit": 0.0, "wealth_years": 0.3},
            "leave": {"prepare_share": 0.005, "income_gap": 1.5, "give_up_days": 90},
            "choose": {"beta_cost": 0.0, "asc_irregular": 1.0, "elasticity_income": 0.8},
        }
        model = made(365, params, {"drivers": drivers})
        left.append(events(model, "departure", channel=["irregular"], need=["none"]))
    assert left[0] < left[1] > left[2]


def test_m18_solutions_become_rarer_with_time() -> None:
    """By month: a share that goes home in the last third of three years over the share in the first; a constant cannot move it."""
    later = {}
    for dependence in (0.0, 2.0):
        params = {
            "hosted": {"duration_dependence_solutions": dependence, "decision_days": 60},
            "choose": {"asc_go_home": -2.0, "asc_onward": -12.0},
        }
        model = made(1095, params)
        flows, stocks = model.flows(), model.stocks()
        home = flows[flows["event"] == "homecoming"].groupby("date")["count"].sum()
        hosted = stocks[stocks["status"].isin(["hosted", "camp", "displaced"])].groupby("date")["count"].sum()
        months = sorted(hosted.index)
        rate = [
            float(home.reindex(part).fillna(0).sum() / hosted.loc[part].sum()) for part in (months[:12], months[-12:])
        ]
        assert min(rate) > 0
        later[dependence] = (rate[1] / rate[0], events(model, "homecoming"), stock(model, "hosted", "camp"))
    steady, worn = later[0.0], later[2.0]
    assert worn[0] < 0.8 * steady[0]
    assert worn[1] < steady[1]
    assert worn[2] > steady[2]


def test_the_less_the_way_on_counts_the_fewer_stay_where_europe_begins() -> None:
    config = {"scenario": "toy", "start": "2009-01-01", "end": "2009-12-31", "scale": 1.0, "seed": 1, "threads": 1}
    to_greece, dearer = [], []
    for onward_cost_weight in (1.0, 0.2):
        model = run(
            build(
                {**config, "params": {"choose": {"onward_cost_weight": onward_cost_weight, "lambda_destination": 0.5}}}
            )
        )
        arrived = [events(model, "arrival", country=[c], channel=["irregular"]) for c in ("DEU", "GRC")]
        to_greece.append(arrived[1] / sum(arrived))
        germany, greece = (model.world.countries.index(c) for c in ("DEU", "GRC"))
        start = model.world.place_names.index("Aleppo")
        dearer.append(np.log(model.environment.far[greece, start] / model.environment.far[germany, start]))
    assert to_greece[1] < 0.9 * to_greece[0]
    assert dearer[1] == pytest.approx(0.2 * dearer[0], rel=0.05)


def test_employers_recruit_people_who_can_wait_at_home() -> None:
    model = made(700, WORKERS, work=500.0, consulates=1e6)
    assert events(model, "permit", channel=["work"], need=OTHERS) > 20
    assert events(model, "permit", channel=["work"], need=["subsidiary", "convention"]) == 0
    assert events(model, "permit", channel=["family", "visit", "study"], need=["subsidiary", "convention"]) > 0


def test_a_larger_country_draws_more_people_where_size_counts() -> None:
    config = {"scenario": "toy", "start": "2009-01-01", "end": "2009-12-31", "scale": 1.0, "seed": 1, "threads": 1}
    to_greece, weights = [], []
    for size in (0.0, 0.5):
        model = run(build({**config, "params": {"choose": {"elasticity_size": size, "lambda_destination": 1.0}}}))
        arrived = [events(model, "arrival", country=[c], channel=["irregular"]) for c in ("DEU", "GRC")]
        to_greece.append(arrived[1] / sum(arrived))
        at = [model.world.countries.index(c) for c in ("DEU", "GRC")]
        origin = np.flatnonzero(model.world.origins)[0]
        weights.append(np.divide(*model.environment.attractiveness_irregular[origin, 0, at]))
        people = model.world.drivers["population"][at, 0]
    assert to_greece[1] < 0.7 * to_greece[0]
    assert weights[1] / weights[0] == pytest.approx((people[0] / people[1]) ** 0.5, rel=0.05)


def test_m19_m20_rights_to_work_replace_aid_and_let_people_work_for_themselves() -> None:
    barred, free = (made(400, {"choose": {"asc_onward": -9.0}}, work_rights=r) for r in (0.0, 1.0))
    assert money(free, "support") < money(barred, "support")
    own = []
    for people in (people_by_key(barred), people_by_key(free)):
        hosted = people[people["status"].isin([Status.CAMP, Status.HOSTED])]
        own.append(int((hosted["work"] == Work.OWN).sum()))
    assert own[0] == 0 < own[1]


def test_m22_dear_corridors_cost_households_and_feed_operators() -> None:
    params = {**ARRIVING, "live": {"decision_days": 90}}
    dear, cheap = (made(700, params, remittance_cost=c) for c in (0.2, 0.03))
    assert money(cheap, "households") > money(dear, "households")
    assert money(cheap, "operators") < money(dear, "operators")


WORKERS = {"choose": {"asc_regular": 2.0, "beta_fees": 0.0}, "leave": {"prepare_share": 0.005, "income_gap": 1.5}}


def test_m23_recruitment_that_costs_months_of_wages_ends_in_debt() -> None:
    cheap, dear = (made(500, WORKERS, recruitment_fee=months) for months in (0.5, 6.0))
    owed = []
    for model in (cheap, dear):
        people = people_by_key(model)
        owed.append(float(people.loc[people["channel"].isin([Channel.WORK, Channel.SKILLED]), "debt"].mean()))
    assert owed[0] < owed[1]
    assert money(cheap, "recruiters") < money(dear, "recruiters")


@pytest.mark.parametrize("switch", ["camp_violence", "diaspora_conflict"])
def test_m25_m26_what_is_abroad_feeds_conflict_at_home_by_a_switch(switch: str) -> None:
    off, on = (made(params={"switch": {switch: x}, "leave": {switch: 3.0}}) for x in (0.0, 1.0))
    fled = [events(m, "displacement") + events(m, "departure", need=["subsidiary", "convention"]) for m in (off, on)]
    assert fled[1] > fled[0]


def test_m27_skills_are_wasted_where_rights_are_missing() -> None:
    world = {"staff": tiny_world().staff * 0.0}
    barred, free = (made(700, {**ARRIVING, "live": {"decision_days": 90}}, world, work_rights=r) for r in (0.0, 1.0))
    used = []
    for model in (barred, free):
        people = people_by_key(model)
        here = people[(people["skill"] == 2) & people["status"].isin([Status.ASYLUM_PENDING, Status.IRREGULAR])]
        assert len(here) > 300
        used.append(float((here["work"] == Work.FORMAL).mean()))
    assert used[1] > used[0] + 0.2


def test_m72_family_comes_where_residents_may_sponsor() -> None:
    params = {**WORKERS, "leave": {**WORKERS["leave"], "network_half": 0.005}}
    few, many = (made(700, params, sponsorship=rate) for rate in (0.0, 5.0))
    assert events(many, "permit", channel=["family"]) > 1.8 * events(few, "permit", channel=["family"]) > 20


def test_m75_without_papers_nobody_gets_a_permit() -> None:
    all_have, few_have = (made(500, {**WORKERS, "traits": {"documents": share}}) for share in (1.0, 0.3))
    assert events(few_have, "visa_application") < events(all_have, "visa_application")


def test_t4_refused_visas_push_some_to_go_without() -> None:
    blind = {
        "asc_regular": 2.0,
        "asc_irregular": 1.5,
        "beta_refused": 4.0,
        "beta_wait": 0.0,
    }  # who saw the queue would not apply
    params = {"choose": blind, "queue": {"patience_days": 180}}
    none, some = made(700, params, consulates=0.0), made(700, params, work=500.0, consulates=1e6)
    assert events(none, "visa_refusal") > events(some, "visa_refusal")
    irregular = [events(m, "departure", channel=["irregular"], need=["none", "survival"]) for m in (some, none)]
    assert irregular[1] > irregular[0]


def test_fewer_ask_for_a_place_where_the_queue_is_long_and_as_many_get_one() -> None:
    params = {"choose": {"asc_regular": 2.0, "beta_wait": 0.0}, "queue": {"patience_days": 2000}}
    blind = made(900, params, work=500.0, consulates=1e6)
    told = made(900, {**params, "choose": {"asc_regular": 2.0, "beta_wait": 3.0}}, work=500.0, consulates=1e6)
    assert stock(told, "applying") < 0.8 * stock(blind, "applying")
    assert events(told, "permit") > 0.9 * events(blind, "permit")


def test_t12_safety_at_home_drives_return_and_misery_abroad_does_not() -> None:
    drivers = {name: table.copy() for name, table in tiny_world().drivers.items()}
    drivers["stability"][0] = 1.0
    usual, safe = made(), made(world={"drivers": drivers})
    assert events(safe, "homecoming") > events(usual, "homecoming")
    fixed = {"choose": {"asc_onward": -12.0}}
    good, bad = made(params={**fixed, "agency": {"coverage": 1.0}}), made(params={**fixed, "agency": {"coverage": 0.2}})
    assert events(bad, "homecoming") <= 1.02 * events(good, "homecoming")


def test_t13_campaigns_move_intentions_in_both_directions() -> None:
    base = {
        "choose": {"beta_danger": 0.5, "beta_believed_recognition": 3.0, "asc_irregular": 1.0},
        "switch": {"information": 1.0},
    }
    fear = {**base, "beliefs": {"death_prob_overestimate": 5.0, "recognition_prob_overestimate": 0.0, "memory": 0.02}}
    hope = {**base, "beliefs": {"death_prob_overestimate": 1.5, "recognition_prob_overestimate": 0.4, "memory": 0.02}}
    world = {"recognition": np.full_like(tiny_world().recognition, 0.2)}

    def went(params, told):  # type: ignore[no-untyped-def]
        return events(made(500, params, world, information=told), "departure", channel=["irregular"])

    assert went(fear, 0.8) > went(fear, 0.0)
    assert went(hope, 0.8) < went(hope, 0.0)


def test_m10_records_differ_from_what_happens_and_change_nothing_of_it() -> None:
    few, all_seen = (made(params={**ARRIVING, "observe": {"detected_sea": share}}) for share in (0.8, 1.0))
    assert few.flows().equals(all_seen.flows())
    seen = [m.observed().query("series == 'detections'")["value"].sum() for m in (few, all_seen)]
    assert seen[0] == pytest.approx(0.8 * seen[1])


def test_m14_conflict_and_disasters_set_different_people_in_motion() -> None:
    left = {}
    for driver in ("", "conflict_displaced", "disaster_displaced"):
        drivers = {name: table * (3.0 if name == driver else 1.0) for name, table in tiny_world().drivers.items()}
        model = made(world={"drivers": drivers}, params={"leave": {"disaster_share": 0.1}})
        left[driver] = [stock_of_profile(model, needs) for needs in (["subsidiary", "convention"], ["survival"])]
    assert left["conflict_displaced"][0] > 1.5 * left[""][0]
    assert left["disaster_displaced"][1] > 1.2 * left[""][1]
    assert left["disaster_displaced"][0] == pytest.approx(left[""][0], rel=0.05)


def stock_of_profile(model, needs):  # type: ignore[no-untyped-def]
    """People with a need who left, were displaced, or gave up."""
    return sum(events(model, event, need=needs) for event in ("departure", "displacement", "giving_up"))


def test_m30_rights_let_people_earn_and_pay_their_debts() -> None:
    params = {**ARRIVING, "live": {"decision_days": 90}, "traits": {"wealth_years": 0.1}}
    barred, free = (made(700, params, work_rights=r) for r in (0.0, 1.0))
    assert money(free, "wages") > money(barred, "wages")
    assert money(free, "repayment") > money(barred, "repayment")


def test_m37_free_movement_makes_neighbours_regular() -> None:
    free = np.zeros((4, 4), np.bool_)
    free[0, 1] = free[1, 0] = True
    barred, zone = made(), made(world={"free_movement": free})
    assert stock(barred, "regular", country=["BBB"]) == 0 < stock(zone, "regular", country=["BBB"])
    assert events(zone, "departure", channel=["free_movement"]) > events(barred, "departure", channel=["regional"])


def came_back(skill: float) -> list[int]:
    """How many came back from Europe, by schooling, where it keeps people abroad so far."""
    back = [Status.RETURNED, Status.REINTEGRATED, Status.UNSETTLED]
    params = {**ARRIVING, "return": {"skill": skill, "rate_irregular": 0.3, "rate_regular": 0.15}}
    found = [people_by_key(made(900, params, seed=seed)) for seed in range(5, 8)]
    return [sum(int((p["status"].isin(back) & (p["skill"] == level)).sum()) for p in found) for level in (0, 2)]


def test_m29_those_with_more_schooling_come_back_less_often() -> None:
    usual, kept = came_back(0.0), came_back(1.0)
    assert usual[1] > 20
    assert kept[1] < 0.8 * usual[1]
    assert kept[1] / kept[0] < 0.85 * usual[1] / usual[0]


def test_m08_fewer_claim_asylum_where_decisions_are_stricter() -> None:
    strict = np.zeros_like(tiny_world().recognition_shift)
    strict[tiny_world().countries.index("DDD")] = -4.0
    params = {
        **ARRIVING,
        "choose": {**ARRIVING["choose"], "beta_recognition": 0.0},
        "live": {"secondary_movement_rate": 0.0},
    }
    usual, harsh = made(500, params), made(500, params, {"recognition_shift": strict})

    def share(model):  # type: ignore[no-untyped-def]
        arrived = events(model, "arrival", country=["DDD"], channel=["irregular", "asylum"])
        assert arrived > 40
        return events(model, "application", country=["DDD"]) / arrived

    assert share(harsh) < 0.9 * share(usual)


def test_m08_claims_taken_down_in_passing_are_counted_and_hold_nobody() -> None:
    usual, counted = made(500, ARRIVING), made(500, ARRIVING, claims_in_passing=1.0)
    tables = [model.flows() for model in (usual, counted)]
    others = [table[table["event"] != "application"].reset_index(drop=True) for table in tables]
    pd.testing.assert_frame_equal(*others, check_categorical=False)
    pd.testing.assert_frame_equal(usual.stocks(), counted.stocks(), check_categorical=False)
    came = [events(m, "application", country=["CCC"], label=["applicant"]) for m in (usual, counted)]
    entered = events(usual, "crossing", edge=["Coast>Island:sea"])
    assert came[0] < came[1] <= came[0] + entered
    assert events(usual, "application", country=["DDD"]) == events(counted, "application", country=["DDD"])


def test_people_without_a_settled_right_move_on_when_another_country_looks_better() -> None:
    slump = {name: table.copy() for name, table in tiny_world().drivers.items()}
    slump["unemployment"][tiny_world().countries.index("CCC"), 3:] = 60.0  # from the second year on
    params = {**ARRIVING, "choose": {**ARRIVING["choose"], "beta_unemployment": 0.15}}
    moved = [
        events(
            made(900, {**params, "live": {"secondary_movement_rate": rate}}, {"drivers": slump}),
            "secondary_arrival",
            country=["DDD"],
        )
        for rate in (0.0, 4.0)
    ]
    assert moved[0] == 0
    assert moved[1] > 5


def first_end(pause: float) -> dict[int, str]:
    """How the first attempt at a deadly border ended for each person, with so many days of rest before every border."""
    death = tiny_world().death.copy()
    death[list(EDGES).index(("Camp", "Coast"))] = 0.3
    values = {
        **ARRIVING,
        "choose": {**LIVELY["choose"], "beta_danger": 0.0, "asc_onward": -1.0},
        "move": {"pause_days": pause},
    }
    model = run(assemble(tiny_world(death=death), tiny_plan(500, params=values, check_days=30, trace=True)))
    trace = model.trace()
    tried = trace[(trace["edge"] == "Camp>Coast:road") & trace["event"].isin(["death", "crossing"])]
    first = tried.sort_values("day", kind="stable").drop_duplicates("key")
    return dict(zip(first["key"], first["event"], strict=True))


def test_people_who_set_out_later_have_the_same_draws() -> None:
    soon, late = first_end(0.0), first_end(40.0)
    both = soon.keys() & late.keys()
    assert len(both) > 100
    assert {soon[key] for key in both} == {"death", "crossing"}
    assert sum(soon[key] != late[key] for key in both) <= 0.02 * len(both)  # but for who was at it a second time
