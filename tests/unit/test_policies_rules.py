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
from mixflow.policies.sharing import distribution
from mixflow.sim.base.errors import UserError

NEWS = {
    "population": np.array([50e3, 1e6, 11e6, 80e6]),
    "wages": np.array([800.0, 1500.0, 15000.0, 30000.0]),
    "unemployment": np.array([15.0, 10.0, 20.0, 5.0]),
    "applications": np.array([0.0, 0.0, 900.0, 100.0]),
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
    whom = {"nationality": ["elsewhere"]}
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


def test_the_corrective_mechanism_finds_who_is_overloaded(tmp_path: Path) -> None:
    levers = ruled(tmp_path, "distribution_key", senders=(), places=1000, corrective=1.5, compliance=1)
    assert levers["relocation_from"].tolist() == [0, 0, 1, 0]
    assert levers["relocation"][:, 3].sum() > 800
    calm = NEWS | {"applications": np.array([0.0, 0.0, 130.0, 870.0])}
    assert (
        ruled(tmp_path, "distribution_key", calm, (), places=1000, corrective=20, compliance=1)["relocation"].sum() == 0
    )


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


def test_trade_moves_people_to_cheaper_hosts_within_the_limit(tmp_path: Path) -> None:
    quota = ruled(tmp_path, "distribution_key", places=1000, corrective=0, compliance=1)["relocation"].sum(axis=0)
    traded = ruled(
        tmp_path, "tradable_quotas", places=1000, corrective=0, hosting_cost=12000, steepness=0.5, limit=1.5
    )["relocation"].sum(axis=0)
    assert traded.sum() == pytest.approx(1000)
    assert (traded <= 1.5 * quota + 1e-6).all()
    assert traded[1] > quota[1], "the poorer hosts more"
    assert traded[3] < quota[3]


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
