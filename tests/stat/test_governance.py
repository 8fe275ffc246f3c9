"""Mechanisms of governance: forums, compacts, mandates, three options, acting alone or together; each in paired worlds."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from counterfactual import events, indicator, money
from policies_aimed import aimed, under
from tiny_world import tiny_world

from mixflow.policies.schema import Policy, Where
from mixflow.scenarios.build import MixedMigration

pytestmark = pytest.mark.slow

ARRIVING = {"choose": {"asc_irregular": 2.0, "asc_onward": -1.0}}
WORKERS = {"choose": {"asc_regular": 2.0, "beta_fees": 0.0}, "leave": {"prepare_share": 0.005, "income_gap": 1.5}}
CLERKS = {"staff": tiny_world().staff * 20}
REFUSING = {**CLERKS, "recognition": np.full_like(tiny_world().recognition, 0.05)}
ISLAND, CAPITAL = "Coast>Island:sea", "Coast>Capital:sea"


def drivers(**factors: float | np.ndarray[Any, Any]) -> dict[str, Any]:
    """The tiny world's drivers, some of them times a factor."""
    return {"drivers": {name: table * factors.get(name, 1.0) for name, table in tiny_world().drivers.items()}}


def served(model: MixedMigration, quantity: str) -> float:
    """What institutions do: the mean over months."""
    book = model.institutions_book()
    return float(book.loc[book["quantity"] == quantity].groupby("date")["value"].sum().mean())


def stands(model: MixedMigration, quantity: str, country: str) -> float:
    """What a state is: the mean over months."""
    book = model.states_book()
    return float(book.loc[(book["quantity"] == quantity) & (book["country"] == country), "value"].mean())


def fee(model: MixedMigration) -> float:
    """What a worker pays to be recruited, EUR."""
    return money(model, "recruiters") / events(model, "permit", channel=["work", "skilled"])


def without(policies: Sequence[Policy], name: str, lever: str) -> list[Policy]:
    """Policies, one of them without its effects on a lever."""
    return [replace(p, effects=tuple(e for e in p.effects if p.name != name or e.lever != lever)) for p in policies]


# ---- M52: choosing a forum


def test_m52_states_under_pressure_take_their_business_to_where_restriction_spreads() -> None:
    small = drivers(population=np.array([1.0, 1.0, 0.1, 0.1])[:, None])
    calm, busy = (
        {"choose": {"asc_irregular": x, "asc_irregular_refugee": x, "asc_onward": -3.0 + x}} for x in (-5.0, 2.0)
    )
    shops = [under(aimed(["venue_shopping"]), 400, params, small) for params in (calm, busy)]
    assert indicator(shops[0], "security_forum") < 0.5 < indicator(shops[1], "security_forum")
    assert served(shops[0], "monitoring") > 2.0 * served(shops[1], "monitoring")
    assert served(shops[0], "fee_cut") > 2.0 * served(shops[1], "fee_cut") > 0
    alone = under(aimed([]), 400, busy, small)
    apart = [stands(m, "restrictiveness", "CCC") - stands(m, "restrictiveness", "DDD") for m in (alone, shops[1])]
    assert apart[1] < 0.8 * apart[0]


# ---- M49, M50, M51, M65: compacts, IOM in the UN, initiatives, a lead state

PROMISED = {**WORKERS, "agency": {"fair_reach": 0.5}}


@cache
def promised(*names: str) -> MixedMigration:
    """A world in which many look for a place to work, under policies."""
    return under(aimed(names), 500, PROMISED)


def test_m49_two_soft_compacts_move_their_aims_a_little_and_less_than_standards_that_are_watched() -> None:
    none, soft, watched = promised(), promised("global_compacts"), promised("standards_and_monitoring")
    assert fee(watched) < 0.8 * fee(soft) < 0.8 * fee(none)
    assert indicator(soft, "sdg_10_c") < indicator(none, "sdg_10_c")
    assert served(soft, "coverage") > served(none, "coverage")
    assert events(soft, "permit", channel=["humanitarian"]) > 0 == events(none, "permit", channel=["humanitarian"])


def test_m50_iom_in_the_un_has_more_means_and_no_norms_while_a_mandate_has_both() -> None:
    none, joins, mandate = (
        under(aimed(names), 500, {**PROMISED, "agency": {"assisted_returns": 0.05}})  # fewer than ask
        for names in ([], ["iom_joins_un"], ["iom_core_funding"])
    )
    assert served(none, "assisted") < served(joins, "assisted") < served(mandate, "assisted")
    assert served(joins, "fee_cut") == served(none, "fee_cut") < served(mandate, "fee_cut")
    assert fee(joins) == pytest.approx(fee(none))
    assert fee(mandate) < fee(none)


def test_m51_initiatives_protect_a_few_of_those_whom_disasters_drive_out() -> None:
    """The worse the climate, the more of them there are, and the more are protected; most are not."""
    params = {**ARRIVING, "leave": {"disaster_share": 0.5}}
    given, heard = {}, {}
    for times in (1.0, 4.0):
        for names in ((), ("crisis_displacement_initiatives",)):
            model = under(aimed(names), 500, params, {**REFUSING, **drivers(disaster_displaced=times)})
            given[times, len(names)] = events(model, "protection", need=["survival"])
            heard[times, len(names)] = events(model, "decision", need=["survival"])
    for times in (1.0, 4.0):
        share = [given[times, names] / heard[times, names] for names in (0, 1)]
        assert share[0] < share[1] < 0.4  # most are not protected
    assert given[4.0, 1] - given[4.0, 0] > given[1.0, 1] - given[1.0, 0] > 0


def test_m65_a_lead_state_opens_and_pays_and_the_others_stay_as_they_are() -> None:
    here = {lever: Where(country=("DDD",)) for lever in ("work_rights", "restrictiveness")}
    alone, leads = (under(aimed(names, here), 400, ARRIVING, CLERKS) for names in ([], ["one_state_leads"]))
    assert stands(leads, "restrictiveness", "DDD") < stands(alone, "restrictiveness", "DDD") - 0.3
    assert stands(leads, "restrictiveness", "CCC") == pytest.approx(stands(alone, "restrictiveness", "CCC"), abs=0.05)
    assert money(leads, "wages") > 1.02 * money(alone, "wages")
    assert served(leads, "coverage") > served(alone, "coverage")
    assert served(leads, "fee_cut") > served(alone, "fee_cut") == 0


# ---- M60 to M63: three options, and what coherence costs

REGION = {
    "interception": Where(from_country=("AAA", "BBB"), to_country=("AAA", "BBB")),
    "extortion": Where(from_country=("AAA", "BBB")),
    "price": Where(from_country=("AAA", "BBB"), to_country=("AAA", "BBB")),
    "work_rights": Where(country=("BBB",)),
}


def test_m60_consolidating_and_regionalising_lets_people_stay_with_rights_where_they_are() -> None:
    short = {"agency": {"coverage": 0.4}}  # where most needs are met, little is left to gain
    none, option = (under(aimed(names, REGION), 600, short) for names in ([], ["option_consolidate_and_regionalise"]))
    assert events(option, "integration") > 0 == events(none, "integration")
    assert served(option, "coverage") > 1.1 * served(none, "coverage")
    assert events(option, "onward") < events(none, "onward")
    assert indicator(option, "task_rights") > indicator(none, "task_rights")


def test_m61_an_enlarged_iom_does_more_with_core_funds_than_with_projects() -> None:
    params = {
        "choose": {**ARRIVING["choose"], **WORKERS["choose"]},
        "leave": WORKERS["leave"],
        "return": {"decision_days": 30, "settling_days": 90},
        "asylum": {"order_days": 10, "appeals": 0.1},
        "agency": {"assistance": 0.3},
    }
    world = {**REFUSING, "return_rate": np.full((4, 12), 0.9)}
    doses: list[Mapping[str, float]] = [{}, {"iom_core_funding": 0.0}]
    core, projects = (under(aimed(["option_iom_2"], doses=dose), 700, params, world) for dose in doses)
    none = under([], 700, params, world)
    assert events(core, "assisted_return") > events(projects, "assisted_return")
    assert served(core, "assisted") > 1.1 * served(projects, "assisted")
    assert indicator(core, "returns_evaluated") > indicator(projects, "returns_evaluated")
    assert money(core, "recruiters") < money(projects, "recruiters") < 0.5 * money(none, "recruiters")


def secretariat(dose: float) -> list[Policy]:
    """The third option, sized to the tiny world, with so much of the secretariat itself."""
    doses = {"un_migration_secretariat": dose, "coalition_of_the_willing": 0.002, "labour_quotas_by_skill": 0.01}
    return aimed(["option_un_secretariat"], {"humanitarian": Where(country=("DDD",))}, doses)


@cache
def helped(dose: float) -> MixedMigration:
    """The world of the third option."""
    return under(secretariat(dose), 500, WORKERS)


def test_m62_a_secretariat_that_brokers_and_monitors_adds_to_what_states_agree_on() -> None:
    none, states, whole = under([], 500, WORKERS), helped(0.0), helped(1.0)
    assert served(whole, "fee_cut") > 1.2 * served(states, "fee_cut") > 0 == served(none, "fee_cut")
    assert fee(whole) < 0.9 * fee(states) < 0.9 * fee(none)
    assert stands(whole, "restrictiveness", "DDD") < stands(states, "restrictiveness", "DDD")
    kinds = ["work", "skilled", "humanitarian"]
    assert events(whole, "permit", channel=kinds) > 1.5 * events(none, "permit", channel=kinds)


def test_m63_duplication_costs_others_some_of_what_they_do() -> None:
    """The same bundle, with and without the funds that the others lose to the secretariat."""
    free = under(without(secretariat(1.0), "un_migration_secretariat", "funding"), 500, WORKERS)
    dear = helped(1.0)
    assert served(dear, "coverage") < served(free, "coverage")
    assert served(dear, "assisted") < served(free, "assisted")
    assert served(dear, "fee_cut") == pytest.approx(served(free, "fee_cut"))  # what the secretariat adds is the same


# ---- M73, M76: alone, with a few, with all


def crossed(model: MixedMigration) -> list[float]:
    """Passages of the two sea edges: of the state that acts alone, and of the other."""
    return [events(model, "crossing", edge=[edge]) for edge in (ISLAND, CAPITAL)]


def test_m76_enforcement_alone_sends_people_to_others_and_together_stops_more() -> None:
    params = {**ARRIVING, "smuggler": {"capacity_growth_rate": 0.8}}
    none = under([], 600, params)
    alone = under(aimed(["enforcement_alone"], {"interception": Where(edge=(ISLAND,))}), 600, params)
    together = under(aimed(["enforcement_together"], {"interception": Where(edge=(ISLAND, CAPITAL))}), 600, params)
    before, one, both = crossed(none), crossed(alone), crossed(together)
    assert one[0] < 0.8 * before[0]
    assert one[1] > 1.03 * before[1]  # the neighbour, who did not decide it, receives more
    assert both[1] < 0.9 * before[1]
    assert sum(both) < 0.9 * sum(one) < 0.9 * sum(before)


def test_m73_a_few_willing_states_open_a_way_and_others_leave_it_to_them() -> None:
    """A small coalition works for places; for control it does not (M76), since that takes all."""
    params = {"choose": {"asc_regular": 1.5, "asc_onward": -1.0}}
    outside = {"humanitarian": Where(country=("DDD",))}
    few, more = ({"coalition_of_the_willing": dose} for dose in (0.001, 0.003))
    none = under([], 400, params, CLERKS)
    small, larger = (
        under(aimed(["coalition_of_the_willing"], outside, dose), 400, params, CLERKS) for dose in (few, more)
    )
    given = [events(m, "permit", channel=["humanitarian"], country=["DDD"]) for m in (none, small, larger)]
    assert given[0] == 0 < given[1] < given[2]
    assert events(larger, "permit", channel=["humanitarian"], country=["CCC"]) == 0
    came = [events(m, "arrival", channel=["irregular", "asylum"], country=["CCC", "DDD"]) for m in (none, larger)]
    assert came[1] < came[0]
    # more places bring more who wait for one, so that the share with a pathway rises above none, not with each place
    assert min(indicator(m, "task_pathways") for m in (small, larger)) > indicator(none, "task_pathways")
