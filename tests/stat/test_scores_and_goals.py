"""Mechanisms that show in indicators: tasks, goals, coherence, what aid is for, what is known, control that wears off."""

from functools import cache

import numpy as np
import pytest
from counterfactual import events, indicator, made
from evaluation_survey import survey
from policies_aimed import aimed, edges, under
from tiny_world import tiny_world

from mixflow.experiments.studies.compare.coherence import coherence, ratio_range
from mixflow.sim.accounts.evaluate import evaluated_share, half_width

pytestmark = pytest.mark.slow

ARRIVING = {"choose": {"asc_irregular": 2.0, "asc_onward": -1.0}}
WORKERS = {"choose": {"asc_regular": 2.0, "beta_fees": 0.0}, "leave": {"prepare_share": 0.005, "income_gap": 1.5}}
MANY, FEW = ({"staff": tiny_world().staff * times} for times in (20.0, 0.2))
ISLAND, CAPITAL = "Coast>Island:sea", "Coast>Capital:sea"


@cache
def arriving(many_clerks: bool = True):  # type: ignore[no-untyped-def]
    """A world in which many arrive and claims are heard soon, or hardly ever."""
    return made(500, ARRIVING, MANY if many_clerks else FEW)


@cache
def working(**levers: float):  # type: ignore[no-untyped-def]
    """A world in which many look for a place to work."""
    return made(500, WORKERS, **levers)


# ---- M59: five tasks


def test_m59_rights_and_integration_rise_where_claims_are_heard() -> None:
    slow, fast = arriving(many_clerks=False), arriving()
    for task in ("task_rights", "task_integration"):
        assert indicator(fast, task) > indicator(slow, task) + 0.1, task


def test_m59_fairness_sees_a_key_that_moves_people() -> None:
    """Relocation after the claim, which leaves where people claim as it is."""
    to_ddd = np.zeros((4, 4))
    to_ddd[:, 3] = 400.0
    first = {"first_country": 1.0}
    front = made(500, ARRIVING, FEW, **first)
    key = made(500, ARRIVING, FEW, **first, relocation_from=np.array([0.0, 0.0, 1.0, 0.0]), relocation=to_ddd)
    assert events(key, "relocation") > 100 > 0 == events(front, "relocation")
    assert indicator(key, "task_fairness") > indicator(front, "task_fairness") + 0.01


def test_m59_standards_answer_recruiters_and_bribes_and_pathways_answer_places() -> None:
    usual, fair, open_ = working(), working(recruitment_fee=1.0), working(work=400.0, consulates=1e5)
    assert indicator(fair, "task_standards_payments") < 0.95 * indicator(usual, "task_standards_payments")
    assert indicator(fair, "task_pathways") == pytest.approx(indicator(usual, "task_pathways"), abs=0.005)
    assert indicator(open_, "task_pathways") > 2.0 * indicator(usual, "task_pathways")
    honest, bribed = (made(500, ARRIVING, MANY, extortion=chance) for chance in (0.0, 0.6))
    assert indicator(honest, "task_standards_payments") < 0.97 * indicator(bribed, "task_standards_payments")


def test_m59_closing_all_ways_is_bad() -> None:
    none = dict.fromkeys(("work", "family", "study"), 0.0)
    usual, closed = working(), working(capacity_factor=0.0, **none)
    assert 0.0 == indicator(closed, "task_pathways", 3) < indicator(usual, "task_pathways", 3)


# ---- M47: goals and their weak indicators


def test_m47_each_goal_answers_its_own_policy() -> None:
    usual, cheap, low = working(), working(recruitment_fee=1.0), working(remittance_cost=0.03)
    papers, none = (made(500, {**WORKERS, "traits": {"documents": share}}) for share in (1.0, 0.4))
    heard, unheard = arriving(), arriving(many_clerks=False)
    assert indicator(cheap, "sdg_10_7") < 0.5 * indicator(usual, "sdg_10_7")
    assert indicator(low, "sdg_10_c") < 0.5 * indicator(usual, "sdg_10_c")
    assert indicator(papers, "sdg_16_9") < indicator(none, "sdg_16_9") - 0.005
    assert indicator(heard, "sdg_8_8") < indicator(unheard, "sdg_8_8") - 0.1


def test_m47_the_indicators_are_weak_since_none_sees_who_dies_on_the_way() -> None:
    blind = {**ARRIVING, "choose": {**ARRIVING["choose"], "beta_danger": 0.0}}
    calm, deadly = (made(500, blind, MANY, death=risk) for risk in (0.0, 0.15))
    assert events(deadly, "death") > 500 > events(calm, "death") == 0
    for goal in ("sdg_8_8", "sdg_10_c", "sdg_16_9"):
        assert indicator(deadly, goal) < indicator(calm, goal) + 0.02, goal  # none of them gets worse


# ---- M56, M58, M66: trade, aid, and what aid is for

HARD = {"leave": {"hardship_rate": 0.004}}


def conflict_share(model, *need: str) -> float:  # type: ignore[no-untyped-def]
    """People with a need who left, were displaced, or gave up."""
    return sum(events(model, event, need=list(need)) for event in ("departure", "displacement", "giving_up"))


@cache
def livelihoods(*names: str, seed: int = 5) -> tuple[float, float]:
    """Who loses a livelihood, and who flees, under policies sized to the tiny world."""
    model = under(aimed(names, doses={"livelihood_aid": 0.01}), 500, HARD, seed=seed)
    assert indicator(model, "livelihoods_lost") == conflict_share(model, "survival")
    return conflict_share(model, "survival"), conflict_share(model, "subsidiary", "convention")


def test_m56_trade_and_fisheries_push_those_who_lose_a_livelihood_and_nobody_else() -> None:
    usual, shock, fits = livelihoods(), livelihoods("fisheries_and_trade_shock"), livelihoods("coherent_trade")
    assert shock[0] > 1.1 * usual[0]
    assert fits[0] < 0.97 * usual[0]
    assert shock[1] == pytest.approx(usual[1], rel=0.01)


def test_m58_trade_undoes_a_part_of_what_aid_does_unless_it_fits() -> None:
    seeds = (5, 6, 7, 8)
    none, aid, undone, helped = (
        np.array([livelihoods(*names, seed=seed)[0] for seed in seeds])
        for names in ((), ("livelihood_aid",), ("aid_undone_by_trade",), ("livelihood_aid", "coherent_trade"))
    )
    assert (aid < none).all()
    assert coherence(none.mean(), aid.mean(), undone.mean()) < 0.9
    assert ratio_range(undone - none, aid - none)[1] < 1.0
    assert coherence(none.mean(), aid.mean(), helped.mean()) > 1.0
    assert ratio_range(helped - none, aid - none)[0] > 1.0


def test_m66_aid_turned_to_control_buys_cooperation_and_leaves_livelihoods() -> None:
    params = {**ARRIVING, **HARD, "state": {"domestic_cost": 10.0, "leverage": 0.05}}
    doses = {"livelihood_aid": 0.01, "conditional_aid": 0.15}
    aid, turned = (
        under(aimed(names, doses=doses), 500, params)
        for names in (["livelihood_aid"], ["livelihood_aid", "conditional_aid"])
    )
    assert indicator(aid, "control_share_of_aid") == 0 < 0.5 < indicator(turned, "control_share_of_aid")
    assert indicator(turned, "aid_to_livelihoods") < indicator(aid, "aid_to_livelihoods")
    assert events(turned, "interception") > 1.5 * events(aid, "interception")
    assert conflict_share(turned, "survival") > conflict_share(aid, "survival")


# ---- M74: what nobody pays to evaluate

RETURNING = {
    **ARRIVING,
    "return": {"decision_days": 30, "settling_days": 90},
    "asylum": {"order_days": 10, "appeals": 0.1},
    "agency": {"fair_reach": 0.0},
}
REFUSING = {**MANY, "recognition": np.full_like(tiny_world().recognition, 0.05), "return_rate": np.full((4, 12), 0.9)}


@cache
def returning(monitoring: float, tied: float):  # type: ignore[no-untyped-def]
    """A world in which many are refused and go home, with so much of it monitored, and of IOM's funds tied to returns."""
    return made(600, RETURNING, REFUSING, monitoring=monitoring, earmarked=np.array([0.0, tied, 0.0]))


def test_m74_where_nobody_pays_for_evaluation_the_same_outcomes_are_known_less_well() -> None:
    unpaid, paid = returning(0.0, 0.0), returning(0.5, 0.0)
    assert paid.flows().equals(unpaid.flows())  # only what is known differs
    assert indicator(unpaid, "return_sustainability") == indicator(paid, "return_sustainability")
    width = [indicator(m, "reintegration_uncertainty", 12) for m in (unpaid, paid)]
    assert width[0] > 1.5 * width[1] > 0
    assert indicator(unpaid, "returns_evaluated") < 0.1 * indicator(paid, "returns_evaluated")


def test_m74_funds_tied_to_control_buy_no_evaluation() -> None:
    free, tied = returning(0.5, 0.0), returning(0.5, 0.9)
    assert indicator(tied, "returns_evaluated") < 0.3 * indicator(free, "returns_evaluated")
    assert indicator(tied, "reintegration_uncertainty", 12) > indicator(free, "reintegration_uncertainty", 12)


def test_m74_observed_reintegration_errs_as_widely_as_the_interval_says() -> None:
    draws = np.random.default_rng(20151231)
    found, of = 900, 2000
    spread, inside = {}, {}
    for monitoring in (0.0, 0.5):
        share = float(evaluated_share(monitoring, 0.0))
        reports = np.array([survey(found, of, share, draws) for _ in range(800)])
        error = np.abs(reports[:, 0] - found / of)
        spread[monitoring], inside[monitoring] = error.mean(), (error <= reports[:, 1]).mean()
    assert spread[0.0] > 3.0 * spread[0.5]
    assert inside[0.0] == pytest.approx(0.95, abs=0.03)
    assert inside[0.5] >= 0.95  # half of all are looked into, so that the interval is a cautious one
    assert half_width(0.5, 0.0) == pytest.approx(0.5)


# ---- M57: control that wears off


def passages(model, first: int, last: int) -> list[float]:  # type: ignore[no-untyped-def]
    """Passages of the two sea edges from one month to another."""
    flows = model.flows()
    month = np.array([12 * (day.year - 2010) + day.month - 1 for day in flows["date"]])
    inside = (month >= first) & (month < last) & (flows["event"] == "crossing").to_numpy()
    return [float(flows.loc[inside & (flows["edge"] == edge).to_numpy(), "count"].sum()) for edge in (ISLAND, CAPITAL)]


def left_over(entry: float) -> tuple[float, float, float]:
    """Of the flow without control, what passes in the first and the last half-year of control of one route.

    Third, of the other route's flow, what passes in the last half-year.
    """
    params = {**ARRIVING, "smuggler": {"capacity_growth_rate": entry}}
    guarded = np.array([0.6 if name == ISLAND else 0.1 if name == CAPITAL else 0.0 for name in edges()])
    free, control = made(900, params), made(900, params, interception=guarded)
    early, late = ([passages(m, a, a + 6) for m in (free, control)] for a in (0, 24))
    share = [sum(controlled) / sum(usual) for usual, controlled in (early, late)]
    return share[0], share[1], late[1][1] / late[0][1]


def test_m57_the_effect_of_control_alone_fades_as_smugglers_adapt() -> None:
    """Control of one route. With smugglers who may not adapt, it would last: nothing else in the model undoes it."""
    early, late, other = left_over(1.0)
    fixed_early, fixed_late, fixed_other = left_over(0.0)
    assert early < 0.8
    assert fixed_early < 0.8
    assert late - early > 0.05
    assert late - early > (fixed_late - fixed_early) + 0.03
    assert other > 1.1
    assert fixed_other < other - 0.1


# ---- M61: what IOM can do does not depend on the scale of a run


def test_m61_as_many_are_assisted_at_any_scale() -> None:
    """Real people assisted to return, by a capacity that binds, at three scales; means over seeds within three errors."""
    params = {**RETURNING, "agency": {"assisted_returns": 0.1}}
    found = {}
    for scale, seeds in ((1.0, 3), (0.5, 4), (0.2, 6)):
        runs = [made(700, params, REFUSING, seed=seed, scale=scale) for seed in range(seeds)]
        found[scale] = np.array([events(model, "assisted_return") for model in runs])
    whole = found.pop(1.0)
    assert whole.mean() > 30
    for scale, some in found.items():
        error = np.hypot(
            some.std(ddof=1) / len(some) ** 0.5, max(whole.std(ddof=1), whole.mean() ** 0.5) / len(whole) ** 0.5
        )
        assert abs(some.mean() - whole.mean()) < 3.0 * error, scale
        assert 3.0 * error < 0.6 * whole.mean(), "too few to notice"
