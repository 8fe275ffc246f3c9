"""Rules: who takes whom by each scheme of sharing, places that follow the labour market, and rules of others."""

from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from policies_made import effect, flat, in_tiny, made
from tiny_world import tiny_world

from mixflow.policies import library, rules
from mixflow.policies.sharing import trade
from mixflow.policies.sharing_key import distribution
from mixflow.sim.base.errors import UserError

NEWS = {
    "population": np.array([50e3, 1e6, 11e6, 80e6]),
    "wages": np.array([800.0, 1500.0, 15000.0, 30000.0]),
    "unemployment": np.array([15.0, 10.0, 20.0, 5.0]),
    "claims_year": np.array([0.0, 0.0, 10800.0, 1200.0]),
    "claims_mean": np.array([0.0, 0.0, 10800.0, 1200.0]),
    "departures": np.array([300.0, 100.0, 0.0, 0.0]),
}
UNITS = {
    "places": "persons/yr",
    "corrective": "ratio",
    "compliance": "share",
    "hosting_cost": "EUR/yr",
    "steepness": "ratio",
    "limit": "ratio",
    "fee": "EUR/yr",
    "spread": "EUR/yr",
    "pressure": "ratio",
    "deduction": "share",
    "offset_floor": "share",
    "none": "share",
    "full": "share",
    "partial": "share",
    "draw": "1",
    "slope": "1/percentage point",
    "reference": "per cent",
}


def ruled(
    folder: Path, name: str, news: dict[str, Any] | None = None, senders: tuple[str, ...] = ("CCC",), **given: float
) -> Any:
    """Levers after a rule in the tiny world, where by default CCC sends."""
    settings = {
        key: {"value": value, "low": value, "high": value, "unit": UNITS[key], "source": "assumption: a test"}
        for key, value in given.items()
    }
    sends = [effect("relocation_from", "add", 1.0, where={"country": list(senders)})] if senders else []
    whom = {"nationality": ["outside Europe"]}
    policy = made(folder, "p", *sends, rule={"name": name, "settings": settings}, whom=whom)
    baseline = flat() | {"relocation": np.zeros((4, 4))}
    return in_tiny(policy)(baseline, 40, NEWS if news is None else news)


def test_the_key() -> None:
    people, gdp = np.array([10.0, 10.0, 20.0]), np.array([100.0, 300.0, 200.0])
    even = distribution(people, gdp, np.array([1.0, 1.0, 2.0]), np.array([8.0, 8.0, 8.0]))
    assert even.sum() == pytest.approx(1.0)
    size = 0.5 * people / 40 + 0.5 * gdp / 600
    third = np.minimum(1 / 3, 0.6 * size)
    expected = 0.8 * size + 0.2 * third + (0.2 - 0.2 * third.sum()) * size
    assert even == pytest.approx(expected)
    busy = distribution(people, gdp, np.array([50.0, 1.0, 2.0]), np.array([8.0, 8.0, 8.0]))
    assert busy[0] < even[0]
    jobless = distribution(people, gdp, np.array([1.0, 1.0, 2.0]), np.array([8.0, 30.0, 8.0]))
    assert jobless[1] < even[1]
    none = distribution(people, gdp, np.zeros(3), np.array([8.0, 8.0, 8.0]))
    assert np.isfinite(none).all()


def test_quotas_by_the_key_go_from_those_who_send_to_the_others(tmp_path: Path) -> None:
    levers = ruled(tmp_path, "distribution_key", places=1000, corrective=0, compliance=0.9)
    assert levers["relocation"].sum() == pytest.approx(900)
    assert levers["relocation"][:, 2].sum() == 0
    assert levers["relocation"][2:].sum() == 0, "nationalities outside Europe"
    assert levers["relocation"][0].sum() == pytest.approx(3 * levers["relocation"][1].sum()), "as they leave"
    assert levers["relocation_from"].tolist() == [0, 0, 1, 0]


def test_the_fairness_mechanism_shares_out_what_is_above_and_no_more(tmp_path: Path) -> None:
    """By hand: reference shares from population and GDP; CCC is above 1.5 times its share, and only what is above moves."""
    gdp = NEWS["population"] * NEWS["wages"]
    share = 0.5 * NEWS["population"] / NEWS["population"].sum() + 0.5 * gdp / gdp.sum()
    above = 10800 - 1.5 * share[2] * 12000
    levers = ruled(tmp_path, "distribution_key", senders=(), places=1e6, corrective=1.5, compliance=1)
    assert levers["relocation_from"].tolist() == [0, 0, 1, 0]
    others = share / (1 - share[2])
    assert levers["relocation"].sum(axis=0)[[0, 1, 3]] == pytest.approx(above * others[[0, 1, 3]])
    fewer = ruled(tmp_path, "distribution_key", senders=(), places=1000, corrective=1.5, compliance=1)
    assert fewer["relocation"].sum() == pytest.approx(1000), "at most the places of the scheme"
    calm = NEWS | {"claims_year": np.array([0.0, 0.0, 1560.0, 10440.0])}
    assert (
        ruled(tmp_path, "distribution_key", calm, (), places=1000, corrective=20, compliance=1)["relocation"].sum() == 0
    )


def test_the_key_looks_at_five_years_and_the_mechanism_at_one(tmp_path: Path) -> None:
    busy = NEWS | {"claims_mean": np.array([0.0, 9e5, 10800.0, 1200.0])}
    usual, now = (
        ruled(tmp_path, "distribution_key", news, places=1000, corrective=0, compliance=1)["relocation"].sum(axis=0)
        for news in (NEWS, busy)
    )
    assert now[1] < usual[1], "BBB heard many claims in five years, and is asked for less"
    same = (
        ruled(tmp_path, "distribution_key", news, (), places=1e6, corrective=1.5, compliance=1)["relocation"]
        for news in (NEWS, busy)
    )
    assert next(same).tolist() == next(same).tolist()


def test_nothing_is_shared_before_figures_are_out(tmp_path: Path) -> None:
    assert ruled(tmp_path, "distribution_key", {}, places=1000, corrective=0, compliance=1)["relocation"].sum() == 0


def test_voluntary_compliance_is_a_mixture_with_a_mass_at_zero(tmp_path: Path) -> None:
    done = []
    whole = ruled(tmp_path, "distribution_key", places=1000, corrective=0, compliance=1)["relocation"].sum(axis=0)
    for draw in range(1, 120):
        parts = {"none": 0.3, "full": 0.2, "partial": 0.5}
        levers = ruled(tmp_path, "voluntary_relocation", places=1000, corrective=0, draw=draw, **parts)
        done.append(levers["relocation"].sum(axis=0)[[0, 1, 3]] / whole[[0, 1, 3]])
    shares = np.concatenate(done)
    assert 0.2 < (shares == 0).mean() < 0.4
    assert 0.1 < (shares == 0.95).mean() < 0.3
    middle = shares[(shares > 0) & (shares < 0.95)]
    assert middle.max() <= 0.5
    same = ruled(tmp_path, "voluntary_relocation", places=1000, corrective=0, draw=7, none=0.3, full=0.2, partial=0.5)
    again = ruled(tmp_path, "voluntary_relocation", places=1000, corrective=0, draw=7, none=0.3, full=0.2, partial=0.5)
    assert (same["relocation"] == again["relocation"]).all()


def test_trade_by_hand() -> None:
    """Two states, 100 places each; four steps of 50 places cost 1,125, 1,375, 1,625, 1,875 and twice as much."""
    taken, price = trade(np.array([100.0, 100.0]), np.array([1000.0, 2000.0]), steepness=1.0, limit=2.0)
    assert taken == pytest.approx([200.0, 0.0])
    assert 1875.0 <= price <= 2250.0, "between the last place taken and the first not taken"
    taken, price = trade(np.array([100.0, 100.0]), np.array([1000.0, 1500.0]), steepness=1.0, limit=2.0)
    assert taken == pytest.approx([150.0, 50.0])
    assert 1687.5 <= price <= 1875.0


def test_trade_moves_people_to_cheaper_hosts_within_the_limit_and_money_the_other_way(tmp_path: Path) -> None:
    quota = ruled(tmp_path, "distribution_key", places=1000, corrective=0, compliance=1)["relocation"].sum(axis=0)
    terms = {"places": 1000.0, "corrective": 0.0, "steepness": 0.5, "limit": 1.5}
    levers = ruled(tmp_path, "tradable_quotas", hosting_cost=12000, **terms)
    traded, paid = levers["relocation"].sum(axis=0), levers["transfers"]
    assert traded.sum() == pytest.approx(1000)
    assert (traded <= 1.5 * quota + 1e-6).all()
    assert traded[1] > quota[1], "the poorer hosts more"
    assert traded[3] < quota[3]
    assert paid.sum() == pytest.approx(0.0, abs=1e-9)
    assert (np.sign(paid[[0, 1, 3]]) == np.sign((quota - traded)[[0, 1, 3]]).round(6)).all()
    prices = paid[[1, 3]] * 1e6 / (quota - traded)[[1, 3]]
    assert prices[0] == pytest.approx(prices[1]), "one price for all"
    dearer = ruled(tmp_path, "tradable_quotas", hosting_cost=24000, **terms)
    assert dearer["transfers"] == pytest.approx(2.0 * paid), "the price follows what hosting costs"


def test_a_reluctant_state_pays_others_to_host(tmp_path: Path) -> None:
    """Marginal costs are revealed ones, politics included: the same wages, and a state that has become strict."""
    even = NEWS | {"wages": np.full(4, 2e4)}
    strict = even | {"restrictiveness": np.array([0.0, 0.0, 0.0, 3.0])}
    terms = {"places": 1000.0, "corrective": 0.0, "hosting_cost": 12000.0, "steepness": 0.5, "limit": 2.0}
    usual, reluctant = (ruled(tmp_path, "tradable_quotas", news, **terms) for news in (even, strict))
    assert reluctant["relocation"][:, 3].sum() < usual["relocation"][:, 3].sum()
    assert reluctant["transfers"][3] > usual["transfers"][3]


def test_matching_keeps_quotas_and_follows_ties(tmp_path: Path) -> None:
    quota = ruled(tmp_path, "distribution_key", senders=("BBB",), places=1000, corrective=0, compliance=1)["relocation"]
    matched = ruled(tmp_path, "preference_matching", senders=("BBB",), places=1000, corrective=0, compliance=1)[
        "relocation"
    ]
    assert matched.sum() == pytest.approx(1000)
    assert matched.sum(axis=0) == pytest.approx(quota.sum(axis=0), abs=10)
    ties = np.log1p(tiny_world().diaspora[max(y for y in tiny_world().diaspora if y <= 2015)])
    assert (ties * matched).sum() >= (ties * quota).sum() - 1e-6


def test_a_higher_fee_makes_states_take_more_and_pays_for_reception(tmp_path: Path) -> None:
    parts = {"places": 1000.0, "corrective": 0.0, "hosting_cost": 12000.0, "spread": 4000.0}
    low, high = (ruled(tmp_path, "pay_or_take", fee=fee, **parts) for fee in (5000.0, 40000.0))
    assert low["relocation"].sum() < high["relocation"].sum() <= 1000
    assert low["reception"][2] > flat()["reception"][2]
    assert low["reception"][3] == flat()["reception"][3]


def test_fees_are_paid_by_those_that_do_not_take_and_got_by_those_that_send(tmp_path: Path) -> None:
    parts = {"places": 1000.0, "corrective": 0.0, "hosting_cost": 12000.0, "spread": 4000.0, "fee": 10000.0}
    quota = ruled(tmp_path, "distribution_key", places=1000, corrective=0, compliance=1)["relocation"].sum(axis=0)
    levers = ruled(tmp_path, "pay_or_take", **parts)
    paid, taken = levers["transfers"], levers["relocation"].sum(axis=0)
    assert paid[[0, 1, 3]] * 1e6 == pytest.approx(10000.0 * (quota - taken)[[0, 1, 3]])
    assert paid.sum() == pytest.approx(0.0, abs=1e-9)
    assert levers["reception"][2] - 100.0 == pytest.approx(-paid[2] * 1e6 / 12000.0)


POOL = {"places": 1000.0, "corrective": 0.0, "hosting_cost": 12000.0, "spread": 4000.0, "fee": 20000.0}


def pool(folder: Path, news: dict[str, Any] | None = None, **changed: float) -> Any:
    terms = {**POOL, "pressure": 2.0, "deduction": 0.5, "offset_floor": 0.6, **changed}
    return ruled(folder, "solidarity_pool", news, **terms)


def test_the_pool_is_pay_or_take_where_nobody_is_pressed_and_enough_is_pledged(tmp_path: Path) -> None:
    """But for the key: half population, half GDP."""
    gdp = NEWS["population"] * NEWS["wages"]
    share = (0.5 * NEWS["population"] / NEWS["population"].sum() + 0.5 * gdp / gdp.sum())[[0, 1, 3]]
    levers = pool(tmp_path, pressure=1e6, offset_floor=0.0)
    quota = 1000.0 * share / share.sum()
    costs = 12000.0 * NEWS["wages"][[0, 1, 3]] / NEWS["wages"][[0, 1, 3]].mean()
    taken = quota / (1.0 + np.exp(-(20000.0 - costs) / 4000.0))
    assert levers["relocation"].sum(axis=0)[[0, 1, 3]] == pytest.approx(taken)
    assert levers["transfers"][[0, 1, 3]] == pytest.approx(20000.0 * (quota - taken) / 1e6)
    assert (levers["first_country"] == 0.5).all()


def test_states_under_pressure_are_spared_a_part_that_nobody_takes_over(tmp_path: Path) -> None:
    """By hand: DDD has all claims of those asked, more than its share, and half of what it is asked is taken off."""
    usual, spared = pool(tmp_path, pressure=1e6, offset_floor=0.0), pool(tmp_path, pressure=1.0, offset_floor=0.0)
    before, after = (levers["relocation"].sum(axis=0) for levers in (usual, spared))
    assert after[3] == pytest.approx(0.5 * before[3])
    assert after[[0, 1]] == pytest.approx(before[[0, 1]])


def test_too_few_places_are_offset_by_people_who_are_not_sent_back(tmp_path: Path) -> None:
    """A fee so low that nearly nobody takes: states keep those who moved on to them, by the share that is missing."""
    levers = pool(tmp_path, fee=1.0, spread=1000.0, pressure=1e6)
    asked, taken = 1000.0, levers["relocation"].sum()
    assert taken < 0.6 * asked
    missing = 0.6 - taken / asked
    assert levers["first_country"][3] == pytest.approx(0.5 * (1.0 - missing))
    assert levers["first_country"][2] == 0.5, "states that send are asked for nothing"
    enough = pool(tmp_path, fee=1e6, pressure=1e6)
    assert (enough["first_country"] == 0.5).all()


def test_places_follow_the_labour_market_or_go_against_it(tmp_path: Path) -> None:
    along = ruled(tmp_path, "cyclical_places", senders=(), slope=0.1, reference=10)["work"]
    against = ruled(tmp_path, "cyclical_places", senders=(), slope=-0.1, reference=10)["work"]
    assert along[0, 2] < 100 < along[0, 3]
    assert against[0, 3] < 100 < against[0, 2]
    assert along[2, 3] == 100, "nationalities outside Europe only"
    assert (ruled(tmp_path, "cyclical_places", {}, (), slope=0.1, reference=10)["work"] == 100).all()


def test_a_dose_goes_part_of_the_way(tmp_path: Path) -> None:
    settings = {
        key: {"value": value, "low": value, "high": value, "unit": UNITS[key], "source": "assumption: a test"}
        for key, value in {"slope": 0.1, "reference": 10.0}.items()
    }
    rule = {"name": "cyclical_places", "settings": settings}
    whole, half = (in_tiny(made(tmp_path, "p", rule=rule, dose=dose))(flat(), 0, NEWS)["work"] for dose in (1.0, 0.5))
    assert half - 100 == pytest.approx((whole - 100) / 2)


@pytest.mark.parametrize(
    ("rule", "pattern"),
    [
        ({"name": "distributon_key"}, "Did you mean 'distribution_key'"),
        (
            {"name": "cyclical_places"},
            "slope, reference missing|reference, slope missing|missing. cyclical_places needs",
        ),
    ],
)
def test_unknown_rules_and_missing_settings_are_refused(tmp_path: Path, rule: dict[str, Any], pattern: str) -> None:
    with pytest.raises(UserError, match=pattern):
        in_tiny(made(tmp_path, "p", rule=rule))


def test_wrong_settings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="Setting 'fee'"):
        ruled(tmp_path, "cyclical_places", fee=1, slope=0.1, reference=10)


def doubled(terms: rules.Terms) -> rules.Rule:
    """A rule of another package: everybody doubles staff."""

    def rule(levers: Any, published: Any, day: int, world: Any) -> Any:
        return {**levers, "staff": levers["staff"] * 2.0}

    return rule


def wrong(terms: rules.Terms) -> rules.Rule:
    """A rule that gives an array of the wrong shape."""
    return lambda levers, published, day, world: {**levers, "staff": np.zeros(2)}


DOUBLED = rules.RuleKind(doubled, {}, "staff doubles")
WRONG = rules.RuleKind(wrong, {}, "no lever")


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two rules as another package would register them."""
    points = [EntryPoint(name, f"test_policies_rules:{name.upper()}", rules.GROUP) for name in ("doubled", "wrong")]
    values = {"doubled": DOUBLED, "wrong": WRONG}
    monkeypatch.setattr(EntryPoint, "load", lambda self: values[self.name])
    monkeypatch.setattr(rules, "entry_points", lambda group: points if group == "mixflow.rules" else [])
    rules.kinds.cache_clear()
    yield
    rules.kinds.cache_clear()


@pytest.mark.usefixtures("registered")
def test_other_packages_add_rules_by_entry_point(tmp_path: Path) -> None:
    assert in_tiny(made(tmp_path, "p", rule="doubled"))(flat(), 0, {})["staff"].tolist() == [200.0] * 4
    with pytest.raises(UserError, match="no finite array in the shape"):
        in_tiny(made(tmp_path, "p", rule="wrong"))(flat(), 0, {})


def test_every_rule_has_two_uses_or_a_place_in_the_library() -> None:
    used = {policy.rule.name for name in library.files() if (policy := library.load(name)).rule}
    assert used == set(rules.kinds())
