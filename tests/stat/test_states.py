"""Mechanisms of smugglers, states and institutions, each by a paired counterfactual that shares all draws."""

import numpy as np
import pytest
from counterfactual import events, made, money, state, stock
from tiny_world import people_by_key, tiny_plan, tiny_world

from mixflow.scenarios.build import assemble
from mixflow.sim.base.codes import Need, Status
from mixflow.sim.base.levers import Agency

SEA = ("Coast>Island:sea", "Coast>Capital:sea")
ARRIVING = {"choose": {"asc_irregular": 2.0, "asc_onward": -1.0}}
MANY_CLERKS = {"staff": tiny_world().staff * 20}
REFUSING = {**MANY_CLERKS, "recognition": np.full_like(tiny_world().recognition, 0.05)}


def prices(model):  # type: ignore[no-untyped-def]
    """Mean price of a seat over the run, EUR."""
    return float(model.market_book()["price"].mean())


# ---- smugglers


def test_m44_t5_hunted_smugglers_ask_more_and_blocked_demand_makes_them_ask_less() -> None:
    fixed = {**ARRIVING, "smuggler": {"capacity_growth_rate": 0.0, "scarcity": 1.0}}
    usual = made(params=fixed)
    hunted = made(params=fixed, capacity_factor=0.4)
    blocked = made(
        params={**fixed, "choose": {"asc_irregular": -4.0, "asc_irregular_refugee": -4.0, "asc_onward": -9.0}}
    )
    assert prices(hunted) > prices(usual) > prices(blocked)


def test_m44_seats_grow_with_profit_and_shrink_without() -> None:
    eager, none = (
        made(500, ARRIVING),
        made(500, {"choose": {"asc_irregular": -9.0, "asc_irregular_refugee": -9.0, "asc_onward": -12.0}}),
    )
    seats = [m.market_book().groupby("date")["smuggling_capacity"].sum() for m in (eager, none)]
    assert seats[0].iloc[-1] > seats[1].iloc[-1]
    assert seats[1].iloc[-1] < seats[1].iloc[0]


def test_m44_the_dearer_the_boat_the_longer_it_takes_to_get_or_to_sell_one() -> None:
    eager = [
        {**ARRIVING, "smuggler": {"capacity_growth_rate": 0.8, "capital_cost_threshold": dear}}
        for dear in (10000.0, 300.0)
    ]
    post, yard = (made(300, params, capacity_factor=0.5, price=2000.0) for params in eager)
    seats = [m.market_book().groupby("date")["smuggling_capacity"].sum() for m in (post, yard)]
    moved = [abs(np.log(s.iloc[-1] / s.iloc[0])) for s in seats]
    cost = min(smuggler.cost for smuggler in post.smugglers)  # type: ignore[union-attr]
    assert 300.0 < cost < 10000.0
    assert moved[0] > 2.0 * moved[1] > 0.0


def test_m44_people_who_wait_are_demand_so_that_a_queue_brings_seats_and_clears() -> None:
    few = {**ARRIVING, "smuggler": {"capacity_growth_rate": 0.0}, "beliefs": {"rationing_memory": 0.5}}
    stuck, answered = (
        made(500, few, capacity_factor=0.2),
        made(500, {**few, "smuggler": {"capacity_growth_rate": 1.0}}, capacity_factor=0.2),
    )
    believed = [m.market.blocked[np.isfinite(m.market.smuggling_capacity)].max() for m in (stuck, answered)]
    assert believed[0] > 0.8
    assert believed[1] < 0.6 * believed[0]
    assert events(answered, "crossing", edge=SEA) > 1.5 * events(stuck, "crossing", edge=SEA)


def test_m44_most_irregular_arrivals_are_facilitated_and_some_on_credit() -> None:
    model = made(500, {**ARRIVING, "traits": {"wealth_years": 0.1}})
    smuggled = {
        n for n, s in zip(model.compiled_world.graph.edge_names, model.compiled_world.smuggled, strict=True) if s
    }
    flows = model.flows()
    entering = flows[
        (flows["event"] == "crossing") & (flows["corridor"] != "") & flows["channel"].isin(["irregular", "asylum"])
    ]
    assert entering.loc[entering["edge"].isin(smuggled), "count"].sum() > 0.9 * entering["count"].sum() > 0
    assert money(model, "credit") > 0
    assert money(model, "repayment") > 0


def test_t1_closing_one_route_diverts_a_part_of_its_flow() -> None:
    names = assemble(tiny_world(), tiny_plan(2)).compiled_world.graph.edge_names
    shut = np.array([0.0 if name == SEA[0] else 1.0 for name in names])
    both, one = made(500, ARRIVING), made(500, ARRIVING, capacity_factor=shut)
    lost = events(both, "crossing", edge=[SEA[0]]) - events(one, "crossing", edge=[SEA[0]])
    gained = events(one, "crossing", edge=[SEA[1]]) - events(both, "crossing", edge=[SEA[1]])
    assert lost > 100
    assert 0 < gained < lost


def test_t2_an_announced_closure_hurries_people() -> None:
    quiet, told = made(120, ARRIVING), made(120, ARRIVING, notice=30.0)
    left = [events(m, "departure", channel=["irregular"]) + events(m, "onward") for m in (quiet, told)]
    assert left[1] > 1.1 * left[0]


def test_t8_deaths_per_arrival_rise_with_interception() -> None:
    few, many = (made(600, ARRIVING, interception=x, death=0.03, pushback=0.0) for x in (0.05, 0.5))
    ratio = [events(m, "death", edge=SEA) / events(m, "crossing", edge=SEA) for m in (few, many)]
    assert ratio[1] > 1.3 * ratio[0]


# ---- asylum


def test_t11_m09_waiting_follows_backlog_and_staff() -> None:
    waits = [state(made(500, ARRIVING, staff=s), "DDD").wait_months for s in (0.5, 2.0)]
    assert waits[0] > waits[1]


def test_m05_restrictive_states_admit_and_recognise_fewer_and_stop_more() -> None:
    usual, strict = made(500, ARRIVING, MANY_CLERKS), made(500, ARRIVING, MANY_CLERKS, restrictiveness=3.0)
    assert events(strict, "interception") > events(usual, "interception")
    assert events(strict, "permit") < events(usual, "permit")
    share = [events(m, "protection", country=["CCC", "DDD"]) / events(m, "decision") for m in (usual, strict)]
    assert share[1] < share[0]
    cut = np.exp(-3.0 * usual.plan.values["state"]["places"])
    for channel in ("work", "family"):
        assert strict.levers[channel] == pytest.approx(cut * usual.levers[channel], rel=0.02)
        assert usual.levers[channel].sum() > 0
    assert (strict.levers["free_movement"] == usual.levers["free_movement"]).all(), "a right, not a place"


def test_appeals_turn_some_refusals() -> None:
    world = {**MANY_CLERKS, "recognition": np.full_like(tiny_world().recognition, 0.3)}
    without, with_ = (
        made(800, {**ARRIVING, "asylum": {"upheld": 0.4, "appeal_days": 60}}, world, appeals=a) for a in (0.0, 0.9)
    )
    assert events(without, "appeal") == 0
    assert events(with_, "protection") > events(without, "protection")


def test_safe_origins_are_recognised_less_often() -> None:
    usual, listed = made(500, ARRIVING, MANY_CLERKS), made(500, ARRIVING, MANY_CLERKS, safe_origin=1.0)
    share = [events(m, "protection") / events(m, "decision") for m in (usual, listed)]
    assert share[1] < share[0] - 0.1


def test_m38_the_wider_definition_and_m55_a_status_for_survivors_protect_more() -> None:
    params = {**ARRIVING, "leave": {"hardship_rate": 0.004}}
    usual = made(500, params, REFUSING)
    wider, survival = (made(500, params, REFUSING, **{x: 1.0}) for x in ("wider_definition", "survival_status"))
    in_need = ["subsidiary", "convention"]
    assert events(wider, "protection", need=in_need) > events(usual, "protection", need=in_need)
    assert events(survival, "protection", need=["survival"]) > events(usual, "protection", need=["survival"])
    for model, needs in ((survival, ["none"]), (wider, ["survival", "none"])):
        share = [events(m, "protection", need=needs) / events(m, "decision", need=needs) for m in (usual, model)]
        assert share[1] == pytest.approx(share[0], abs=0.03), "nobody else is protected more often"
    assert events(wider, "protection", need=in_need) > 0.9 * events(wider, "decision", need=in_need)


def test_m67_most_stay_with_poorer_hosts() -> None:
    def loads(seats: float) -> tuple[float, float]:
        """People per income of the host: BBB has 1,500, CCC and DDD 22,500 on average."""
        model = made(500, capacity_factor=seats)
        europe = stock(model, "asylum_pending", "protected", country=["CCC", "DDD"])
        return stock(model, "hosted", "camp") / 1500.0, europe / 22_500.0

    usual, closed = loads(1.0), loads(0.2)
    assert closed[0] > closed[1]
    assert closed[0] > 1.2 * usual[0]  # whom Europe keeps out, they bear
    assert closed[1] < 0.8 * usual[1]


# ---- opinion and bargains


def test_t14_passing_through_and_lasting_contact_move_opinion_in_opposite_directions() -> None:
    base = {**ARRIVING, "state": {"forget": 0.0, "tighten": 0.0}}
    neither, transit, contact = (
        made(500, {**base, "state": {**base["state"], "transit": t, "contact": c}}, MANY_CLERKS)
        for t, c in ((0.005, 0.03), (0.025, 0.03), (0.005, 0.05))
    )
    opinion = [m.state_policy.opinion.sum() for m in (neither, transit, contact)]
    assert opinion[1] > opinion[0] > opinion[2]


def test_m07_policy_follows_opinion_with_a_lag() -> None:
    """Many pass through: opinion turns hostile, and the state closes; many settle: it turns friendly, and the state opens."""
    only = {"transit": {"transit": 0.025, "contact": 0.03}, "contact": {"transit": 0.005, "contact": 0.05}}
    deaf = made(500, {**ARRIVING, "state": {"tighten": 0.0, "transit": 0.025}})
    assert deaf.state_policy.restrictiveness.sum() == 0
    ends = []
    for effects in only.values():
        model = made(500, {**ARRIVING, "state": {"tighten": 60.0, **effects}}, MANY_CLERKS)
        own = model.state_policy
        moved = np.abs(own.opinion) > 1e-3
        assert moved.any()
        assert (np.sign(own.restrictiveness[moved]) == np.sign(own.opinion[moved])).all()
        ends.append(own.restrictiveness.sum())
        months = model.states_book()
        of = {
            quantity: months[(months["quantity"] == quantity) & (months["country"] == "CCC")]["value"].to_numpy()
            for quantity in ("opinion", "restrictiveness")
        }
        reached = [np.abs(x) / np.abs(x).max() for x in of.values()]
        half = [int(np.argmax(x >= 0.5)) for x in reached]
        assert half[0] < half[1], "policy comes after opinion"
    assert ends[0] > ends[1]


def test_m39_restrictiveness_spreads_where_states_consult() -> None:
    params = {**ARRIVING, "state": {"tighten": 60.0, "transit": 0.025, "forget": 0.0}}
    apart, together = (made(700, params, diffusion=d) for d in (0.0, 0.8))
    spread = [float(np.ptp(m.state_policy.restrictiveness[m.world.europe])) for m in (apart, together)]
    assert spread[1] < spread[0]


def test_m42_a_coast_that_is_paid_stops_more() -> None:
    alone, paid = made(500, ARRIVING), made(500, ARRIVING, aid_offer=5000.0)
    assert state(alone, "BBB").cooperation == 0 < state(paid, "BBB").cooperation
    assert events(paid, "interception", edge=SEA) > events(alone, "interception", edge=SEA)


def test_m45_hosting_more_makes_cooperation_dearer_and_bargains_break() -> None:
    offer = {"aid_offer": 400.0}
    cheap = made(200, {"state": {"leverage": 0.0, "renege": 0.0}}, **offer)
    dear = made(
        200, {"state": {"leverage": 1.0, "renege": 0.0, "hosting_cost": 10_000.0, "domestic_cost": 399.0}}, **offer
    )
    assert state(cheap, "BBB").cooperation > 0
    assert state(dear, "BBB").cooperation == 0
    broken = made(900, {"state": {"renege": 0.1}}, aid_offer=5000.0).states_book()
    months = broken[(broken["quantity"] == "cooperation") & (broken["country"] == "BBB")]["value"]
    assert 0 < (months == 0).sum() < len(months)


# ---- return

QUICK = {**ARRIVING, "return": {"decision_days": 30, "settling_days": 90}, "asylum": {"order_days": 10, "appeals": 0.1}}


def test_m31_t10_returns_follow_effort_and_what_home_lets_be_enforced() -> None:
    rate = []
    for readmission, effort in ((0.1, 1.0), (0.9, 1.0), (0.1, 3.0)):
        model = made(900, QUICK, REFUSING, readmission=readmission, return_effort=effort)
        back = sum(events(model, f"{way}_return", label=["refused"]) for way in ("voluntary", "assisted", "forced"))
        rate.append(back / events(model, "return_order"))
    assert rate[0] < 0.25 < 0.75 < rate[1]
    assert rate[2] > rate[0]


def footing(model):  # type: ignore[no-untyped-def]
    """Of those who came back and whose footing showed, the share who found one."""
    found = stock(model, "reintegrated")
    return found / (found + stock(model, "unsettled") + events(model, "leaving_again"))


def test_m32_support_beyond_cash_and_m33_force_shape_how_return_goes() -> None:
    base = {"readmission": 1.0, "return_effort": 1.0}
    helped = {**QUICK, "agency": {"assistance": 0.6}}
    bare = made(900, helped, REFUSING, return_support=0.0, **base)
    cash = made(900, helped, REFUSING, return_support=5000.0, **base)
    more = made(900, helped, REFUSING, return_support=5000.0, support_beyond_cash=1.0, **base)
    assert footing(bare) < footing(cash) < footing(more)
    willing, forced = (
        made(900, {**QUICK, "return": {**QUICK["return"], "willing": w}}, REFUSING, **base) for w in (2.0, -3.0)
    )
    assert footing(forced) < footing(willing)
    assert events(forced, "forced_return") > events(willing, "forced_return")


# ---- institutions


def test_m34_m36_less_funding_less_aid_and_more_move_on() -> None:
    minding = {"hosted": {"beta_welfare": 4.0, "decision_days": 60}, "choose": {"asc_onward": -4.0}}
    funded, cut = (made(700, minding, funding=f) for f in (1.0, 0.2))
    assert cut.services.coverage < 0.7 * funded.services.coverage
    assert events(cut, "onward") > 1.05 * events(funded, "onward") > 300


def test_m18_where_less_of_their_needs_is_met_more_of_the_hosted_move_on() -> None:
    minding = {"hosted": {"beta_welfare": 4.0, "decision_days": 60}}
    usual, cut = (made(700, minding, hosting=h) for h in (1.0, 0.2))
    assert (cut.environment.aid == 0.2 * usual.environment.aid).all()
    assert events(cut, "onward") > 1.05 * events(usual, "onward")
    blind, cut_blind = (made(300, {"hosted": {"beta_welfare": 0.0}}, hosting=h) for h in (1.0, 0.2))
    assert events(cut_blind, "onward") == pytest.approx(events(blind, "onward"), rel=0.05)


def test_m34_each_agency_has_its_own_mandate() -> None:
    """The means of one taken away, what it does falls, and nothing of what the two others do."""
    params = {"agency": {"resettled": 0.1, "fair_reach": 0.5, "coverage": 0.4}}

    def does(*cut: int) -> dict[str, float]:
        funds = np.ones(3)
        funds[list(cut)] = 0.2
        services = made(300, params, funding=funds, monitoring=0.8).services
        return {"places": services.resettled, "assistance": services.assistance.max(), "standards": services.fair}

    whole = does()
    assert min(whole.values()) > 0
    for agency, own in ((Agency.UNHCR, "places"), (Agency.IOM, "assistance"), (Agency.ILO, "standards")):
        less = does(agency)
        assert less[own] < 0.5 * whole[own]
        assert {k: v for k, v in less.items() if k != own} == {k: v for k, v in whole.items() if k != own}


def test_m36_the_more_are_hosted_the_less_of_their_needs_is_met() -> None:
    """Donors do not follow needs: three times as many people, a third of the coverage."""
    model = made(40, {"agency": {"coverage": 0.4, "growth": 0.0}})
    unhcr = next(a for a in model.institutions if a.agency == Agency.UNHCR)  # type: ignore[union-attr]
    unhcr.work()
    usual = model.services.coverage
    model.published["hosted"] = 3.0 * model.published["hosted"]
    unhcr.work()
    assert model.services.coverage == pytest.approx(usual / 3.0)


def test_m34_m61_what_donors_tie_is_not_free_for_the_mandate() -> None:
    params = {"agency": {"coverage": 0.4, "growth": 0.0, "fair_reach": 0.5}}
    free, tied = (made(70, params, earmarked=share, monitoring=0.8).services for share in (0.0, 0.6))
    assert tied.coverage == pytest.approx(0.4 * free.coverage)
    assert tied.fair == pytest.approx(0.4 * free.fair)
    assert tied.return_capacity > free.return_capacity, "tied to control and returns"


def test_m43_agencies_grow_whatever_the_needs() -> None:
    still, growing = (made(400, {"agency": {"growth": g}}) for g in (0.0, 0.2))
    for agency in Agency:
        funds = [next(a for a in m.institutions if a.agency == agency).funds for m in (still, growing)]  # type: ignore[union-attr]
        assert funds[0] == pytest.approx(1.0)
        assert funds[1] == pytest.approx(1.2 ** (400 / 365), rel=0.01)


def test_m24_standards_lower_recruitment_fees_where_they_are_monitored() -> None:
    params = {"choose": {"asc_regular": 2.0, "beta_fees": 0.0}, "agency": {"fair_reach": 1.0}}
    alone, watched = (made(500, params, monitoring=m) for m in (0.0, 0.8))
    paid = [money(m, "recruiters") / max(events(m, "permit", channel=["work", "skilled"]), 1) for m in (alone, watched)]
    assert paid[1] < 0.5 * paid[0]


def test_resettlement_takes_those_in_need_who_have_waited_longest() -> None:
    model = made(700, {"agency": {"resettled": 0.02}})
    assert events(model, "resettled") > 0
    assert events(model, "resettled", need=["none", "survival"]) == 0
    people = people_by_key(model)
    there = people[(people["channel"] == 12) & (people["status"] == Status.PROTECTED)]
    assert (there["need"] >= Need.SUBSIDIARY).all()


def test_m43_control_costs_states_more_the_more_they_stop() -> None:
    def spent(model):  # type: ignore[no-untyped-def]
        table = model.states_book()
        return float(table.loc[table["quantity"] == "spending", "value"].sum())

    dear = {**ARRIVING, "state": {"spend_stop": 20_000.0, "spend_asylum": 5000.0}}
    open_, watched, shut = (made(400, dear, interception=x) for x in (0.0, 0.2, 0.5))
    assert spent(watched) > 3.0 * spent(open_) > 0
    assert spent(shut) > 1.5 * spent(watched)
    assert spent(shut) - spent(open_) > 10_000.0 * events(shut, "interception")  # most of it goes into stopping people
