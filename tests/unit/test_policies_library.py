"""The library in the world of the scenario mediterranean: nothing in it is idle, and what it says is consistent."""

from datetime import date, timedelta
from functools import cache

import numpy as np
import pytest

from mixflow.policies import library
from mixflow.policies.policy_set import PolicySet
from mixflow.policies.schema import Policy, lever_of
from mixflow.policies.terms import span_of
from mixflow.scenarios.tables import tables_folder
from mixflow.scenarios.world import graph, load_world
from mixflow.sim.base.clock import Clock
from mixflow.sim.base.levers import Levers
from mixflow.sim.base.params import defaults
from mixflow.sim.world.baseline import baseline
from mixflow.sim.world.compiled_world import CompiledWorld

CLOCK = Clock(date(2009, 1, 1), date(2019, 12, 31))
IDLE = {("iom_core_funding", "earmarked"), ("option_iom_2", "earmarked")}
"""Nothing enacted ties funds to control in the model, so that untying them changes nothing by itself."""


@cache
def mediterranean() -> CompiledWorld:
    """The world of the scenario mediterranean."""
    world = load_world(tables_folder({"scenario": "mediterranean"}), "mediterranean")
    return CompiledWorld(world, graph(world), defaults())


def levers_on(policies: list[Policy], when: date) -> Levers:
    """Levers on a day under policies."""
    s = mediterranean()
    n = len(s.world.countries)
    steps = np.arange(n, dtype=np.float64)
    news = {
        "population": np.full(n, 1e7),
        "wages": 1000.0 * (1.0 + steps % 9),
        "unemployment": 4.0 + steps % 9,
        "applications": np.where(s.world.europe, 500.0, 0.0),
        "claims_year": np.where(s.world.europe, 6000.0, 0.0),
        "claims_mean": np.where(s.world.europe, 6000.0, 0.0),
        "departures": np.where(s.world.europe, 0.0, 100.0),
    }
    ready = PolicySet(policies, s.world, s.graph.edge_names, CLOCK)
    return ready(baseline(s, when), (when - CLOCK.start).days, news)


@pytest.mark.parametrize("name", sorted(library.files()))
def test_no_effect_is_idle_beside_history(name: str) -> None:
    chosen = library.opened([name])
    others = [policy for policy in library.history() if policy.name != name]
    policy = library.load(name)
    when = date(2018, 3, 1)
    if policy.history:
        assert policy.start is not None
        last = (policy.end or date(2019, 12, 31)) - timedelta(days=1)
        when = max(min(last, policy.start + timedelta(days=200)), CLOCK.start)
    with_it, without = levers_on([*others, *chosen], when), levers_on(others, when)
    moved = {lever_of(key) for key, values in with_it.items() if not np.array_equal(values, without.get(key))}
    wanted = {effect.lever for one in chosen for effect in one.effects} | (
        {"relocation"} if any(one.rule and "relocation" in str(one.effects) for one in chosen) else set()
    )
    assert {lever for lever in wanted - moved if (name, lever) not in IDLE} == set()


def test_history_ends_where_it_should() -> None:
    policies = {policy.name: policy for policy in library.history()}
    assert policies["mare_nostrum"].end == policies["triton"].start
    assert policies["balkan_corridor"].end == policies["balkan_closure_2016"].start
    assert policies["serbia_hungary_railway_2015"].end == policies["hungary_fence_serbia"].start
    assert policies["eu_turkey_readmission_2014"].end == policies["eu_turkey_statement"].start
    assert all(date(1990, 1, 1) < policy.start < date(2020, 1, 1) for policy in policies.values() if policy.start)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("mare_nostrum", date(2013, 10, 18), date(2014, 10, 31)),
        ("triton", date(2014, 11, 1), date(2018, 1, 31)),
        ("sophia", date(2015, 10, 7), date(2019, 3, 31)),
        ("germany_dublin_syrians_2015", date(2015, 8, 21), date(2015, 10, 20)),
        ("eu_relocation_2015", date(2015, 9, 25), date(2017, 9, 26)),
        ("balkan_corridor", date(2015, 6, 19), date(2016, 3, 8)),
        ("serbia_hungary_railway_2015", date(2015, 6, 19), date(2015, 9, 14)),
        ("germany_family_suspension", date(2016, 3, 17), date(2018, 7, 31)),
        ("serbia_visa_free_iran", date(2017, 9, 2), date(2018, 10, 16)),
        ("italy_closed_ports", date(2018, 6, 10), date(2019, 9, 4)),
        ("balkan_closure_2016", date(2016, 3, 9), None),
        ("eu_turkey_statement", date(2016, 3, 20), None),
        ("niger_law_2015_36", date(2016, 9, 1), None),
        ("italy_libya_memorandum_2017", date(2017, 2, 2), None),
        ("spain_morocco_cooperation_2018", date(2018, 12, 14), None),
    ],
)
def test_an_enacted_policy_is_in_force_from_its_first_day_to_its_last(
    name: str, first: date, last: date | None
) -> None:
    span = span_of(library.load(name), CLOCK)
    day = (first - CLOCK.start).days
    assert span.share(day - 1) == 0.0 < span.share(day)
    end = CLOCK.days - 1 if last is None else (last - CLOCK.start).days
    assert span.share(end) > 0.0
    assert last is None or span.share(end + 1) == 0.0


def test_all_of_the_library_can_be_chosen_at_once_but_for_rival_sets() -> None:
    names = [name for name in library.files() if not library.load(name).includes]
    s = mediterranean()
    assert len(PolicySet(library.opened(names), s.world, s.graph.edge_names, CLOCK).names) == len(names)


def test_families_of_the_study_are_there() -> None:
    found = {library.load(name).family for name in library.files()}
    assert len(found) == 7
    served = {mechanism for name in library.files() for mechanism in library.load(name).mechanisms}
    policies_of_the_study = """M05 M07 M09 M19 M22 M24 M28 M30 M31 M32 M33 M35 M37 M39 M40 M42 M48 M53 M54 M56 M63 M66 M70 M71
        M72 M75 M77 M60 M61 M62"""
    assert set(policies_of_the_study.split()) <= served
