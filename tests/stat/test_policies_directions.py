"""Each policy of the library, by a paired counterfactual in the toy world: two runs that share all draws, one with the policy.

The table says which way a measure goes, and why one expects it; sizes in an invented world say nothing about the real one.
Where the toy world has none of the countries that a policy names, the test aims the same policy at countries that it has.
"""

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mixflow.policies import library
from mixflow.policies.policy_set import PolicySet
from mixflow.policies.schema import KEPT, Effect, Number, Policy, Where, Whom
from mixflow.scenarios.build import MixedMigration, assemble, plan_of
from mixflow.scenarios.tables import tables_folder
from mixflow.scenarios.world import World, load_world


class Seen:
    """What a run left: its tables, without the model, which is large."""

    def __init__(self, model: MixedMigration) -> None:
        self.tables = {
            name: getattr(model, name)() for name in ("flows", "stocks", "money", "states_book", "institutions_book")
        }

    def __getattr__(self, name: str) -> Callable[[], pd.DataFrame]:
        """A table by the name of the model's method."""
        return lambda: self.tables[name]


Measure = Callable[[Seen], float]
DAYS = {"start": "2010-07-01", "end": "2012-06-30"}


def events(*names: str, **where: Any) -> Measure:
    """Real people to whom something happened."""

    def measure(model: Seen) -> float:
        flows = model.flows()
        take = flows["event"].isin(names)
        for column, values in where.items():
            take &= flows[column].isin([values] if isinstance(values, str) else values)
        return float(flows.loc[take, "count"].sum())

    return measure


def share(one: Measure, of: Measure) -> Measure:
    """One measure over another."""
    return lambda model: one(model) / max(of(model), 1.0)


def permits(*channels: str) -> Measure:
    """Permits in some channels, or all."""
    return events("permit", **({"channel": channels} if channels else {}))


def money(account: str) -> Measure:
    """EUR through an account."""

    def measure(model: Seen) -> float:
        table = model.money()
        return float(table.loc[table["account"] == account, "value"].sum())

    return measure


def state(quantity: str, *countries: str, how: str = "mean") -> Measure:
    """Mean, or spread, over months and countries of what states are."""

    def measure(model: Seen) -> float:
        table = model.states_book()
        take = table["quantity"] == quantity
        if countries:
            take &= table["country"].isin(countries)
        return float(table.loc[take, "value"].agg(how))

    return measure


def institution(quantity: str) -> Measure:
    """Mean over months of what institutions do."""

    def measure(model: Seen) -> float:
        table = model.institutions_book()
        return float(table.loc[table["quantity"] == quantity, "value"].mean())

    return measure


def standing(*statuses: str, countries: tuple[str, ...] = ()) -> Measure:
    """People who are something at the end."""

    def measure(model: Seen) -> float:
        table = model.stocks()
        take = (table["date"] == table["date"].max()) & table["status"].isin(statuses)
        if countries:
            take &= table["country"].isin(countries)
        return float(table.loc[take, "count"].sum())

    return measure


IRREGULAR = ("irregular", "asylum")
arrivals = events("arrival", channel=IRREGULAR)
crossings = events("crossing", corridor=["central_mediterranean", "eastern_mediterranean", "western_balkans"])
attempts = events(
    "crossing", "death", "interception", corridor=["central_mediterranean", "eastern_mediterranean", "western_balkans"]
)
returns = events("voluntary_return", "assisted_return", "forced_return")
leaving = events("departure", "displacement")
protected = events("protection")


@dataclass(frozen=True)
class Case:
    """What a policy is expected to do.

    Parameters
    ----------
    measure, sign
        What is measured, and whether it rises (+1) or falls (-1).
    setting
        The kind of world, by name in `SETTINGS`.
    beside
        Policies in force in both runs.
    where, whom
        Other countries and nationalities to aim at.
    seeds
        How many runs are added up: three where few people are concerned.
    """

    measure: Measure
    sign: int
    setting: str = "usual"
    beside: tuple[str, ...] = ()
    where: Where | None = None
    whom: Whom | None = None
    seeds: int = 1


def inline(name: str, lever: str, do: Any, value: float, per: Any = "cell", where: Where | None = None) -> Policy:
    """A policy of the test's own, in force in both runs."""
    number = Number(value, "", -1e9, 1e9, "assumption: a test")
    effect = Effect(lever, do, number, per, where or Where())
    plain = library.load("rescue_withdrawn")
    return replace(plain, name=name, effects=(effect,), trigger=None, cost=None)


@dataclass(frozen=True)
class Setting:
    """A kind of world in which a policy has something to act on."""

    params: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    policies: tuple[Policy, ...] = ()


REFUSED = (
    inline("z_odds", "recognition_shift", "ADD", -4.0),
    inline("z_staff", "staff", "MUL", 30.0),
    inline("z_home", "readmission", "ADD", 0.3),
)
SETTINGS = {
    "usual": Setting(),
    "refused": Setting(policies=REFUSED),
    "supported": Setting(
        policies=REFUSED, params={"return": {"beta_voluntary_support": 1.5}, "agency": {"support": 5000.0}}
    ),
    "visits": Setting(policies=(inline("z_visits", "visit", "SET", 20.0, "cell", Where(country=("destinations",))),)),
    "watched": Setting(policies=(inline("z_rescue", "rescue", "ADD", 0.6),)),
    "short": Setting(policies=(inline("z_consulates", "consulates", "MUL", 0.3),)),
    "crowded": Setting(policies=(inline("z_beds", "reception", "MUL", 0.05),)),
    "working": Setting(params={"choose": {"asc_regular": 2.0, "beta_fees": 0.0}}),
    "busy": Setting(
        params={"choose": {"asc_irregular_refugee": 0.0, "asc_onward": -4.0}, "traits": {"credit_years": 2.0}}
    ),
    # the odds are over-estimated, the danger hardly: where both are, the truth raises or lowers intentions (T13)
    "hopeful": Setting(
        params={
            "switch": {"information": 1.0},
            "beliefs": {"death_prob_overestimate": 1.5, "recognition_prob_overestimate": 0.4},
        }
    ),
}
NGA = Whom(nationality=("NGA",))

CASES: dict[str, Case] = {
    # legal pathways
    "more_labour_visas": Case(permits("work"), 1),
    "labour_quotas_by_skill": Case(permits("work", "skilled"), 1),
    "care_and_domestic_work": Case(permits("work"), 1),
    "seasonal_and_circular_schemes": Case(permits("circular"), 1),
    "cyclical_opening": Case(events("permit", channel="work", country="DEU"), 1),
    "anticyclical_opening": Case(events("permit", channel="work", country="DEU"), -1),
    "opening_where_work_is_short": Case(events("permit", channel="work", country="DEU"), 1),
    "training_partnerships": Case(permits("partnership"), 1),
    "humanitarian_visas": Case(permits("humanitarian"), 1),
    "resettlement": Case(events("resettled"), 1, seeds=3),
    "family_reunification": Case(permits("family"), 1),
    "student_visas": Case(permits("study"), 1),
    "free_movement_with_neighbours": Case(permits("free_movement"), 1, whom=NGA),
    "faster_consulates": Case(permits(), 1, "short"),
    "lower_visa_fees": Case(money("fees"), -1),
    "portable_social_insurance": Case(events("voluntary_return", channel=["work", "family"]), 1, seeds=3),
    "visas_with_enforcement": Case(events("interception"), 1),
    # returns
    "assisted_voluntary_return": Case(money("support"), 1, "refused"),
    "voluntary_return_without_support": Case(events("assisted_return"), -1, "supported", seeds=10),
    "forced_returns": Case(events("forced_return"), 1, "refused"),
    "readmission_with_carrots": Case(returns, 1, "refused", seeds=3),
    "readmission_with_sticks": Case(returns, 1, "refused", seeds=3),
    "reintegration_beyond_cash": Case(events("reintegration"), 1, "refused", seeds=3),
    "temporary_protection": Case(events("voluntary_return", channel="asylum"), 1),
    "permanent_protection": Case(permits("family"), 1),
    # burden-sharing
    "first_country_rule": Case(events("application", country=["GRC", "ITA"]), 1),
    "distribution_key": Case(events("relocation"), 1),
    "mandatory_relocation": Case(events("relocation"), 1),
    "voluntary_relocation": Case(events("relocation"), 1),
    "tradable_quotas": Case(events("relocation"), 1),
    "preference_matching": Case(events("relocation"), 1),
    "pay_or_take": Case(events("relocation"), 1),
    "solidarity_pool": Case(events("relocation"), 1),
    "financial_solidarity": Case(events("decision", country=["GRC", "ITA"]), 1, "busy"),
    # control
    "border_capacity": Case(
        share(
            events("interception", corridor=["central_mediterranean", "eastern_mediterranean", "western_balkans"]),
            attempts,
        ),
        1,
    ),
    "interdiction_deals": Case(state("cooperation", "LBY", "TUR"), 1),
    "interdiction_at_sea": Case(events("pushback"), 1),
    "visa_requirements": Case(permits("visit"), -1, "visits"),
    "safe_country_lists": Case(events("application", origin="NGA"), -1, whom=NGA, seeds=3),
    "detention": Case(standing("detained"), 1),
    "search_and_rescue": Case(
        events("death", corridor=["central_mediterranean", "eastern_mediterranean"]), -1, seeds=3
    ),
    "rescue_withdrawn": Case(
        events("death", corridor=["central_mediterranean", "eastern_mediterranean"]), 1, "watched", seeds=3
    ),
    "carrier_sanctions": Case(events("visa_refusal", channel="visit"), 1, "visits"),
    "conditional_aid": Case(leaving, 1, beside=("livelihood_aid",)),
    "trade_and_visa_leverage": Case(state("cooperation", "LBY", "TUR"), 1),
    "hot_spot_processing": Case(events("decision", country=["GRC", "ITA"]), 1, "busy"),
    "announced_closure": Case(
        events("crossing", corridor="eastern_mediterranean"),
        -1,
        where=Where(corridor=("eastern_mediterranean",)),
        seeds=3,
    ),
    "route_closure": Case(events("crossing", corridor="central_mediterranean"), -1),
    "tighter_asylum_law": Case(state("restrictiveness", "DEU", "GRC", "ITA"), 1),
    # asylum and reception
    "more_asylum_staff": Case(events("decision"), 1),
    "convention_only": Case(protected, -1),
    "wider_refugee_definition": Case(share(protected, events("decision")), 1),
    "protection_for_survival_migrants": Case(events("protection", label="humanitarian_status"), 1, "refused"),
    "work_rights": Case(money("wages"), 1),
    "temporary_integration": Case(events("integration"), 1),
    "dispersal": Case(state("welfare", "DEU", "GRC", "ITA"), 1, "crowded"),
    "more_rights_in_appeal": Case(events("appeal"), 1, "refused"),
    "pledges_with_shortfall": Case(institution("coverage"), 1),
    # development and markets
    "livelihood_aid": Case(leaving, -1),
    "aid_in_time": Case(institution("coverage"), 1),
    "remittance_fee_cap": Case(money("operators"), -1),
    "fair_recruitment": Case(money("recruiters"), -1),
    "diaspora_schemes": Case(leaving, -1, "working", seeds=3),
    "fisheries_and_trade_shock": Case(leaving, 1),
    "coherent_trade": Case(leaving, -1),
    "climate_adaptation": Case(leaving, -1),
    "information_campaign": Case(events("departure", channel="irregular"), -1, "hopeful"),
    "legal_identity": Case(permits(), 1, "short"),
    # governance
    "regional_free_movement": Case(events("extortion", origin="NGA"), -1),
    "consultative_processes": Case(state("restrictiveness", "DEU", "GRC", "ITA", how="std"), -1),
    "mobility_partnerships": Case(permits("partnership"), 1, whom=NGA),
    "migration_partnerships": Case(
        returns, 1, "refused", whom=Whom(nationality=("NGA", "SYR")), seeds=3
    ),  # its partners alone send few
    "iom_core_funding": Case(events("assisted_return"), 1, "refused", seeds=3),
    "standards_and_monitoring": Case(institution("fee_cut"), 1),
    "un_migration_secretariat": Case(institution("fee_cut"), 1),
    "coalition_of_the_willing": Case(permits("humanitarian"), 1),
    "union_resistance": Case(events("permit", channel="work", country="GRC"), -1),
    "tripartite_bargaining": Case(permits("work"), 1),
    "venue_shopping": Case(institution("fee_cut"), 1),
    "global_compacts": Case(permits("humanitarian"), 1),
    "iom_joins_un": Case(institution("return_capacity"), 1, "refused"),
    "crisis_displacement_initiatives": Case(events("protection", label="humanitarian_status"), 1, "refused"),
    "recruitment_code": Case(money("recruiters"), -1),
    "triple_win": Case(permits("partnership"), 1, whom=NGA),
    "one_state_leads": Case(institution("coverage"), 1),
    "enforcement_alone": Case(events("interception", corridor="eastern_mediterranean"), 1),
    "enforcement_together": Case(
        events("interception", corridor=["central_mediterranean", "eastern_mediterranean", "western_balkans"]), 1
    ),
    "aid_undone_by_trade": Case(leaving, -1),
    "option_consolidate_and_regionalise": Case(events("integration"), 1),
    "option_iom_2": Case(money("recruiters"), -1),
    "option_un_secretariat": Case(permits("work", "skilled", "humanitarian"), 1),
}


@cache
def toy() -> World:
    """The toy world."""
    return load_world(tables_folder({"scenario": "toy"}), "toy")


def run(setting: str, beside: tuple[str, ...], policies: tuple[Policy, ...], seed: int) -> Seen:
    """A run with policies."""
    kind = SETTINGS[setting]
    plan = plan_of({"scenario": "toy", "scale": 1.0, "seed": seed, "threads": 1, "params": kind.params, **DAYS})
    chosen = [*kind.policies, *library.opened(beside), *policies]
    names = assemble(toy(), replace(plan, scale=0.01)).compiled_world.graph.edge_names
    model = assemble(toy(), plan, PolicySet(chosen, toy(), names, plan.clock))
    while model.day < model.days:
        model.step()
    seen = Seen(model)
    del model
    gc.collect()  # Mesa's agents and models refer to each other
    return seen


@cache
def usual(setting: str, beside: tuple[str, ...], seed: int) -> Seen:
    """The run without the policy."""
    return run(setting, beside, (), seed)


def aimed(name: str, case: Case) -> tuple[Policy, ...]:
    """The policy, at the countries of the toy world; accords are kept in full, as no state complies within so few months."""
    found = []
    for policy in library.opened([name]):
        effects = tuple(
            replace(
                effect,
                where=case.where or effect.where,
                whom=replace(case.whom, **{k: getattr(effect.whom, k) for k in KEPT}) if case.whom else effect.whom,
            )
            for effect in policy.effects
        )
        found.append(replace(policy, effects=effects, accord=None))
    return tuple(found)


def difference(name: str) -> tuple[float, float]:
    """What the policy changes in its measure, and the measure without it, over the seeds."""
    case = CASES[name]
    without = [case.measure(usual(case.setting, case.beside, seed)) for seed in range(1, 1 + case.seeds)]
    with_it = [
        case.measure(run(case.setting, case.beside, aimed(name, case), seed)) for seed in range(1, 1 + case.seeds)
    ]
    return float(np.sum(with_it) - np.sum(without)), float(np.sum(without))


@pytest.mark.slow
@pytest.mark.stat
@pytest.mark.parametrize("name", sorted(CASES))
def test_a_policy_moves_its_measure_the_way_it_should(name: str) -> None:
    changed, before = difference(name)
    assert changed * CASES[name].sign > 0, f"{before:g} without, {before + changed:g} with"


def test_every_policy_has_a_direction() -> None:
    assert set(CASES) == {name for name in library.files() if not library.load(name).history}
