"""Partnerships, sharing, pressure and pledges between states: what each delivers, and to whom; each in paired worlds."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pytest
from counterfactual import events, indicator, made, money, state, stock
from policies_aimed import EUROPE, aimed, under
from tiny_world import people_by_key, tiny_world

from mixflow.policies.schema import Policy, Where
from mixflow.scenarios.build import MixedMigration
from mixflow.sim.base.codes import DepartureType, Status, Work

pytestmark = pytest.mark.slow

ARRIVING = {"choose": {"asc_irregular": 2.0, "asc_onward": -1.0}}
WORKERS = {"choose": {"asc_regular": 2.0, "beta_fees": 0.0}, "leave": {"prepare_share": 0.005, "income_gap": 1.5}}
SEEKING = {
    "queue": {"consulate_ratio": 50.0},
    "choose": {**WORKERS["choose"], "asc_elsewhere": -9.0},
    "leave": {"prepare_share": 0.02, "income_gap": 1.5},
}
"""Many look for a place to work, and consulates are no bottleneck."""

SENT_BACK = {"return": {"decision_days": 30, "settling_days": 90}, "asylum": {"order_days": 10, "appeals": 0.1}}
REFUSING = {"staff": tiny_world().staff * 20, "recognition": np.full_like(tiny_world().recognition, 0.05)}
SEA = ["Coast>Island:sea", "Coast>Capital:sea"]
FLED = ["subsidiary", "convention"]
HOST = Where(country=("BBB",))
OUTSIDE = Where(country=("AAA", "BBB"))


def served(model: MixedMigration, quantity: str) -> float:
    """What institutions do: the mean over months."""
    book = model.institutions_book()
    return float(book.loc[book["quantity"] == quantity].groupby("date")["value"].sum().mean())


def only(policies: Sequence[Policy], *levers: str, **changes: Any) -> list[Policy]:
    """Policies, of whose effects only those on some levers are left, with other fields replaced."""
    kept = [replace(p, effects=tuple(e for e in p.effects if e.lever in levers)) for p in policies]
    return [replace(p, **changes) for p in kept]


def jobless(rate: float) -> dict[str, Any]:
    """The tiny world with this unemployment in Europe, per cent."""
    changed = {name: table.copy() for name, table in tiny_world().drivers.items()}
    changed["unemployment"][2:] = rate
    return {"drivers": changed}


# ---- M28: training partnerships serve both labour markets


@cache
def trained(name: str = "", dose: float = 1.0) -> MixedMigration:
    """A world in which many look for work, with a part of a scheme, since the world is small."""
    return under(aimed([name] if name else [], doses={name: dose}), 600, SEEKING)


def tertiary_abroad(model: MixedMigration) -> int:
    """People with tertiary education who live in Europe with a permit."""
    people = people_by_key(model)
    return int(((people["skill"] == 2) & (people["status"] == Status.REGULAR)).sum())


def test_m28_training_partnerships_serve_both_labour_markets() -> None:
    """Destinations fill vacancies; origins get remittances, keep their highly trained, and nobody pays recruiters.

    Beside a quota for skilled work that brings about as many.
    """
    none, partners, quota = trained(), trained("training_partnerships", 0.02), trained("labour_quotas_by_skill", 0.004)
    came = events(partners, "permit", channel=["partnership"])
    assert came > 200
    assert came == pytest.approx(events(quota, "permit", channel=["work", "skilled"]), rel=0.3)
    for model in (partners, quota):
        assert indicator(model, "vacancies_filled") > 4.0 * indicator(none, "vacancies_filled")
    assert money(partners, "households") > 1.1 * money(none, "households")
    lost = [tertiary_abroad(m) - tertiary_abroad(none) for m in (partners, quota)]
    assert lost[0] < 0.25 * lost[1]
    paid = [money(m, "recruiters") / money(none, "recruiters") for m in (partners, quota)]
    assert paid[0] < 1.1 < 3.0 < paid[1]


# ---- M35: recruiting when they like, and stopping in a slump


@cache
def cycle(rate: float, *names: str) -> MixedMigration:
    """A world with this unemployment in Europe, under policies."""
    return under(aimed(names), 500, {**WORKERS, "queue": {"consulate_ratio": 50.0}}, jobless(rate))


def test_m35_rich_states_recruit_from_oversupply_in_a_boom_and_stop_in_a_slump() -> None:
    given = {
        (rate, n): events(cycle(rate, *["cyclical_opening"][:n]), "permit", channel=["work"])
        for rate in (4.0, 16.0)
        for n in (0, 1)
    }
    assert given[4.0, 1] > 1.2 * given[4.0, 0]
    assert given[16.0, 1] < 0.75 * given[16.0, 0]
    boom, slump = (cycle(rate, "cyclical_opening") for rate in (4.0, 16.0))
    assert (
        min(stock(m, "applying") for m in (boom, slump)) > 5.0 * given[4.0, 1]
    )  # there are always more who would come
    home = [money(m, "households") for m in (boom, cycle(16.0), slump)]
    assert home[0] > 1.1 * home[1] > 1.1 * 1.005 * home[2]  # origins bear the slump twice


# ---- M40: talks and returns, few labour schemes


def partnership(places: float, returns: bool, promised: bool = False) -> MixedMigration:
    """A world of people who look for work or are refused, with some of the places of a partnership, and with its readmission."""
    policies: list[Policy] = []
    if places > 0.0:
        name = "triple_win" if promised else "mobility_partnerships"
        policies += only(aimed([name], doses={name: places}), "partnership")
    if returns:
        policies += only(aimed(["mobility_partnerships"]), "readmission", name="returns of the partnership")
    params = {**SEEKING, **SENT_BACK, "choose": {**SEEKING["choose"], "asc_irregular": 1.5, "asc_onward": -1.0}}
    return under(policies, 700, params, REFUSING)


def test_m40_mobility_partnerships_bring_returns_and_few_places_for_work() -> None:
    none, talks, hoped = partnership(0.0, False), partnership(0.05, True), partnership(0.05, False, promised=True)
    enforced = [events(m, "forced_return") / events(m, "return_order") for m in (none, talks)]
    assert enforced[1] > 1.02 * enforced[0]
    places = [events(m, "permit", channel=["partnership"]) for m in (none, talks, hoped)]
    assert places[0] == 0 < places[1] < 0.2 * places[2]
    assert places[1] < 0.1 * stock(talks, "applying")  # few of those who wait are helped
    assert stock(hoped, "applying") < 0.9 * stock(none, "applying") < 0.9 * 1.05 * stock(talks, "applying")


# ---- M48: shared burdens, rights whatever the status, and the internally displaced left out


def alike() -> dict[str, Any]:
    """The tiny world with two European states of about the same size and means: nearly all come to one of them."""
    changed = {name: table.copy() for name, table in tiny_world().drivers.items()}
    changed["population"][2] = changed["population"][3]
    changed["income"][2] = changed["wages"][2] = 25_000.0
    return {"drivers": changed, "staff": tiny_world().staff * 3}


@cache
def declared(*names: str) -> MixedMigration:
    """That world under parts of the declaration, aimed at its states."""
    here = {"relocation_from": Where(country=("DDD",)), "work_rights": Where(country=EUROPE)}
    policies = [replace(p, where=Where(country=EUROPE)) if p.rule else p for p in aimed(names, here)]
    return under(policies, 500, {**ARRIVING, "live": {"secondary_movement_rate": 0.0}}, alike())


def uneven(model: MixedMigration) -> float:
    """How much more of those who sought or found protection the one state has than half of them: 0 to 1."""
    loads = [stock(model, "asylum_pending", "protected", country=[c]) for c in EUROPE]
    return abs(loads[0] - loads[1]) / sum(loads)


def test_m48_a_burden_is_shared_where_states_comply_with_a_key() -> None:
    """Nearly all claims come to one of two equal states: a quarter is above 150 % of its half, and nine tenths of that move."""
    none, key = declared(), declared("distribution_key")
    assert events(none, "relocation") == 0 < 500 < events(key, "relocation")
    first = [stock(m, "asylum_pending", "protected", country=["DDD"]) for m in (none, key)]
    assert 0.75 * first[0] < first[1] < 0.9 * first[0]
    assert 0.4 * uneven(none) < uneven(key) < 0.85 * uneven(none)


def test_m48_rights_whatever_the_status_reach_those_abroad_and_not_the_internally_displaced() -> None:
    key, rights = declared("distribution_key"), declared("distribution_key", "work_rights")
    assert money(rights, "wages") > 1.1 * money(key, "wages")
    works = {}
    for name, model in (("key", key), ("rights", rights)):
        people = people_by_key(model)
        share = (people["work"] == Work.FORMAL).groupby(people["status"]).mean()
        works[name] = {status: share.get(status, 0.0) for status in (Status.ASYLUM_PENDING, Status.DISPLACED)}
    assert works["rights"][Status.ASYLUM_PENDING] > 1.5 * works["key"][Status.ASYLUM_PENDING] > 0
    assert works["rights"][Status.DISPLACED] == works["key"][Status.DISPLACED]
    none = declared()
    for event in ("displacement", "homecoming"):  # neither fewer are displaced at home, nor do more find back
        counts = [events(m, event, country=["AAA"]) for m in (none, rights)]
        assert counts[1] == pytest.approx(counts[0], rel=0.1, abs=5)
    assert stock(rights, "displaced") >= 0.9 * stock(none, "displaced")


# ---- M53: trade and aid as punishment

PRESSED = {
    **SENT_BACK,
    "choose": {**ARRIVING["choose"], "asc_regular": 1.0},
    "leave": {"hardship_rate": 0.03},
}


@cache
def pressed(name: str = "", price: float = 100.0) -> MixedMigration:
    """A world with short visas and refused claims under pressure of a kind; cooperation costs a state so many EUR mn."""
    visits = {**tiny_world().admissions, "visit": tiny_world().admissions["work"] * 10}
    params = {**PRESSED, "state": {"domestic_cost": price, "renege": 0.0}}
    return under(aimed([name] if name else [], {"threat": OUTSIDE}), 700, params, {**REFUSING, "admissions": visits})


def without_livelihood(model: MixedMigration) -> float:
    """People whom the loss of a livelihood set in motion, whether or not they went."""
    return float(model.origin_population.left[model.origin_population.profile == DepartureType.HARDSHIP].sum())


def test_m53_a_threat_buys_control_where_it_outweighs_what_control_costs() -> None:
    none, threatened = pressed(), pressed("trade_and_visa_leverage")
    assert state(none, "BBB").cooperation == 0 < 0.9 < state(threatened, "BBB").cooperation
    assert events(threatened, "interception", edge=SEA) > 2.0 * events(none, "interception", edge=SEA)
    assert events(threatened, "crossing", edge=SEA) < 0.92 * events(none, "crossing", edge=SEA)


def test_m53_who_gives_way_is_not_punished() -> None:
    none, threatened = pressed(), pressed("trade_and_visa_leverage")
    for iso3 in ("AAA", "BBB"):
        assert state(threatened, iso3).cooperation == 1.0
    assert (threatened.state_policy.refusal == 0.0).all()
    assert (threatened.levers["hardship"] == none.levers["hardship"]).all()
    assert without_livelihood(threatened) == pytest.approx(without_livelihood(none), rel=0.005)
    assert events(threatened, "permit", channel=["visit"]) > 0.97 * events(none, "permit", channel=["visit"])


def test_m53_who_does_not_cooperate_is_punished_with_fewer_visas_and_lost_livelihoods_for_nothing() -> None:
    none, defied = pressed("", 5000.0), pressed("trade_and_visa_leverage", 5000.0)
    assert state(defied, "BBB").cooperation == 0
    assert events(defied, "permit", channel=["visit"]) < 0.9 * events(none, "permit", channel=["visit"])
    assert without_livelihood(defied) > 1.015 * without_livelihood(none)
    assert events(defied, "crossing", edge=SEA) >= events(none, "crossing", edge=SEA)


def test_m53_sticks_make_origins_take_people_back_and_cost_their_people_visas_and_livelihoods() -> None:
    none, sticks = pressed(), pressed("readmission_with_sticks")
    enforced = [events(m, "forced_return") / events(m, "return_order") for m in (none, sticks)]
    assert enforced[1] > 1.08 * enforced[0]
    assert events(sticks, "permit", channel=["visit"]) < 0.8 * events(none, "permit", channel=["visit"])
    assert without_livelihood(sticks) > 1.015 * without_livelihood(none)


# ---- M70: a gap between emergency aid and development finance


@cache
def aided(kind: str) -> MixedMigration:
    """A world with many in need at home and abroad, and little aid, under aid of a kind."""
    whole = aimed(["aid_in_time"])
    policies: Mapping[str, list[Policy]] = {
        "none": [],
        "emergency": only(whole, "funding"),
        "development": only(whole, "livelihood_aid"),
        "both": whole,
        "late": [replace(p, start=date(2011, 1, 1)) for p in whole],
        "brief": [replace(p, end=date(2010, 6, 30)) for p in whole],
    }
    params = {"leave": {"hardship_rate": 0.01}, "agency": {"coverage": 0.3}, "hosted": {"decision_days": 60}}
    return under(policies[kind], 700, params)


def test_m70_emergency_aid_and_development_finance_each_leave_a_gap_that_both_close() -> None:
    none, emergency, development, both = (aided(kind) for kind in ("none", "emergency", "development", "both"))
    assert served(emergency, "coverage") > 1.12 * served(none, "coverage")
    assert without_livelihood(emergency) == pytest.approx(without_livelihood(none), rel=0.01)
    assert without_livelihood(development) < 0.75 * without_livelihood(none)
    assert served(development, "coverage") < 1.06 * served(none, "coverage")
    assert served(both, "coverage") == pytest.approx(served(emergency, "coverage"), rel=0.05)
    assert without_livelihood(both) == pytest.approx(without_livelihood(development), rel=0.05)


def test_m70_aid_that_begins_late_or_ends_with_the_emergency_does_less() -> None:
    none, both, late, brief = (aided(kind) for kind in ("none", "both", "late", "brief"))
    for gap in (late, brief):
        assert without_livelihood(both) < 0.85 * without_livelihood(gap) < 0.85 * 0.95 * without_livelihood(none)


# ---- M71: pledges and their shortfall


@cache
def pledged(delivered: float) -> MixedMigration:
    """A world with many hosted and little aid, with so much of what was pledged."""
    params = {
        "agency": {"coverage": 0.3, "resettled": 0.1},
        "choose": {"asc_onward": -9.0},
        "hosted": {"decision_days": 60},
    }
    name = "pledges_with_shortfall"
    policies = aimed([name], {"work_rights": HOST}, {name: delivered}) if delivered > 0.0 else []
    return under(policies, 500, params, {"hosted": {2008: [(0, 1, "hosted", 3000.0)]}})


def at_work(model: MixedMigration) -> float:
    """Of those of working age who are hosted, the share in lawful work."""
    people = people_by_key(model)
    hosted = people[people["status"].isin([Status.CAMP, Status.HOSTED]) & people["age"].isin([1, 2])]
    return float(hosted["work"].isin([Work.FORMAL, Work.OWN]).mean())


def test_m71_pledges_bring_resettlement_aid_and_work_and_fall_short_of_what_was_said() -> None:
    none, delivered, said = pledged(0.0), pledged(0.6), pledged(1.0)
    for name, of in {
        "places": lambda m: events(m, "resettled"),
        "aid": lambda m: served(m, "coverage"),
        "work": at_work,
    }.items():
        before, got, hoped = (of(model) for model in (none, delivered, said))
        assert hoped > 1.3 * before, name
        assert 0.3 * (hoped - before) < got - before < 0.85 * (hoped - before), name


# ---- M72: family unity and portable insurance


def test_m72_more_protection_brings_more_family_only_where_the_protected_may_sponsor() -> None:
    leave = {"prepare_share": 0.01, "income_gap": 1.5, "network_half": 0.005}
    params = {"choose": {**WORKERS["choose"], "asc_irregular": 1.0}, "leave": leave}
    came = {
        (share, rate): events(
            made(
                700,
                params,
                {**REFUSING, "recognition": np.full_like(tiny_world().recognition, share)},
                sponsorship=rate,
                consulates=1e6,
            ),
            "permit",
            channel=["family"],
        )
        for share in (0.05, 0.95)
        for rate in (0.0, 0.1)
    }
    brought = {share: came[share, 0.1] - came[share, 0.0] for share in (0.05, 0.95)}
    assert brought[0.95] > 3.0 * brought[0.05] > 60
    assert came[0.95, 0.0] == pytest.approx(came[0.05, 0.0], rel=0.1)


def test_m72_portable_insurance_lets_more_of_those_with_a_permit_go_home() -> None:
    places = {name: table * 10 for name, table in tiny_world().admissions.items()}
    params = {**WORKERS, "queue": {"consulate_ratio": 50.0}}

    def gone(*names: str) -> float:
        models = [under(aimed(names), 900, params, {"admissions": places}, seed) for seed in (5, 6)]
        return sum(events(model, "voluntary_return", channel=["work", "family"]) for model in models)

    without, portable = gone(), gone("portable_social_insurance")
    assert portable > 1.15 * without > 40
