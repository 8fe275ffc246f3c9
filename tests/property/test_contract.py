"""The contract of randomness: threads, storage order and strangers change nothing; worlds share what a change leaves."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_world import digest, people_by_key, run, tiny_plan, tiny_world

from mixflow.scenarios.build import MixedMigration, assemble
from mixflow.sim.accounts import workers
from mixflow.sim.accounts.accounts import Accounts
from mixflow.sim.base.codes import Status
from mixflow.sim.base.rng import stable_code
from mixflow.sim.engine import month_steps
from mixflow.sim.engine.environment import packed
from mixflow.sim.processes.leave.kernel import give_traits_all

pytestmark = pytest.mark.slow

Make = Callable[..., MixedMigration]
# nobody competes for a seat or a decision, hears of others' fate, or comes home to swell the numbers at home
FREE = {"smuggling_capacity": np.full(9, np.inf), "staff": np.full(4, 1e6)}
APART = {
    "beliefs": {"beta_recent_arrivals": 0.0},
    "choose": {
        "beta_danger": 0.0,
        "asc_irregular": 0.5,
        "asc_onward": -3.0,
        "asc_regular": -6.0,
        "asc_go_home": -8.0,
        "beta_home_stability": 2.0,
    },
    "arrive": {"claim_welfare": 0.0},
    "state": {"tighten": 0.0},
    "hosted": {"asc_apply": 0.0},
}


def test_threads_change_nothing(tiny: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "SHARE", 4)  # so that even a tiny world is shared among threads
    hashes = {threads: digest(run(tiny(400, threads=threads))) for threads in (1, 2, 3, 7)}
    assert len(set(hashes.values())) == 1


def test_another_seed_changes_much(tiny: Make) -> None:
    assert digest(run(tiny(200, seed=1))) != digest(run(tiny(200, seed=2)))


@settings(max_examples=5, deadline=None)
@given(shuffles=st.lists(st.integers(0, 2**32 - 1), min_size=3, max_size=3))
def test_storage_order_changes_nothing(tiny_once: Make, shuffles: list[int]) -> None:
    plain, shuffled = tiny_once(200), tiny_once(200)
    for k, seed in enumerate(shuffles):
        while shuffled.day < 40 * (k + 1):
            shuffled.step()
        shuffled.population.permute(np.random.default_rng(seed).permutation(shuffled.population.size))
    assert digest(run(plain)) == digest(run(shuffled))


@pytest.fixture(scope="module")
def tiny_once() -> Make:
    return lambda days, **changes: assemble(tiny_world(), tiny_plan(days, **changes))


def test_a_stranger_far_away_changes_nobody_else(tiny: Make) -> None:
    # aid is not shared: otherwise one more person leaves less for each of the others
    enough = {"agency": {"host_aid": 1.0}}
    plain, more = tiny(300, params=enough), tiny(300, params=enough)
    key = stable_code("a stranger")
    row = more.population.append(
        1, key=key, origin=1, home=2, place=2, status=Status.HOSTED, wake=30, profile=0, since=-1
    )
    more.accounts.census.admit(more.population["place"][row], more.population["status"][row])
    run(plain)
    run(more)
    others = people_by_key(more).drop(index=int(key), errors="ignore")
    assert others.equals(people_by_key(plain))


def test_a_diaspora_that_grows_gives_kin_to_few_and_changes_hardly_anybodys(tiny: Make) -> None:
    model, number, grown = tiny(1), 4000, 1
    keys = np.arange(1, number + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    rows = model.population.append(number, key=keys, origin=0, home=0, place=0, profile=0, status=Status.HOSTED)
    shares = np.full_like(model.environment.kin, 1.0 / len(model.environment.kin))
    more = shares.copy()
    more[:, grown] *= 1.2

    def ties(kin: Any, known: float) -> Any:
        met = model.environment._replace(kin=kin, known=np.full(len(kin), known))
        give_traits_all(rows, np.uint64(7), packed(met), model.population.people)
        return model.population["tie"][rows].copy()

    before, after = ties(shares, 0.5), ties(more, 0.52)
    known, moved = before >= 0, before != after
    assert np.bincount(before[known]) / known.sum() == pytest.approx(shares[0], abs=0.03)
    assert (after[known] >= 0).all()
    assert (after[known & moved] == grown).all()
    assert 0.0 < moved[known].mean() < 0.06
    assert 0.0 < moved[~known].mean() < 0.06


def deadly(model_of: Make, risk: float) -> MixedMigration:
    world = tiny_world(**FREE)
    death = world.death.copy()
    death[world.edge_names.index("Coast>Island:sea")] = risk
    return run(model_of(400, world={**FREE, "death": death}, params=APART))


def died_on(model: MixedMigration, edge: str) -> set[int]:
    """Keys of those who died while on an edge, from a model that keeps the rows of its dead."""
    people = people_by_key(model)
    where = people["edge"] == model.compiled_world.graph.edge_names.index(edge)
    return {int(key) for key in people.index[(people["status"] == Status.DEAD) & where]}


def test_those_who_die_at_the_lower_risk_die_at_the_higher(tiny: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    release = month_steps._release

    def release_the_living(model: MixedMigration, accounts: Accounts) -> None:
        done = accounts.headcount.done
        accounts.headcount.done = done[model.population["status"][done] == Status.HOME]
        release(model, accounts)

    monkeypatch.setattr(month_steps, "_release", release_the_living)  # keeps the dead, to see who they are
    monkeypatch.setattr("mixflow.sim.engine.environment.believed_cost", _cost_without_danger)
    monkeypatch.setattr("mixflow.sim.processes.leave.diaspora.Diaspora.take_root", lambda self, residents: None)
    monkeypatch.setattr("mixflow.agents.smuggler.Smuggler.trade", lambda self: None)  # prices couple people, by cents
    monkeypatch.setattr(
        "mixflow.sim.processes.institutions.monthly.Services.aid", lambda self, share: 0.5
    )  # and so does aid for the hosted
    monkeypatch.setattr(
        "mixflow.sim.processes.queues.monthly.Queues.resettle", lambda self, persons: None
    )  # places for few couple people too
    low, high = deadly(tiny, 0.02), deadly(tiny, 0.10)
    edge = "Coast>Island:sea"
    assert 0 < len(died_on(low, edge)) < len(died_on(high, edge))
    assert died_on(low, edge) <= died_on(high, edge)
    dead = {int(k) for k in people_by_key(high).index[people_by_key(high)["status"] == Status.DEAD]}
    a, b = people_by_key(low), people_by_key(high)
    untouched = [key for key in a.index if int(key) not in dead and key in b.index]
    assert len(untouched) > 1000
    differ = (a.loc[untouched] != b.loc[untouched]).any(axis=1)
    assert differ.sum() <= 0.001 * len(untouched)  # whom a scarce place that a dead person left behind has reached


def _cost_without_danger(s: Any, monthly_state: Any, closed: Any = None) -> Any:
    """Believed costs that do not know the danger: the draws, not the choices, are under test."""
    return np.where(s.access == 2, np.inf, 0.03 * s.days + 0.2)


def test_one_person_stepped_alone_is_stepped_as_by_the_kernel(tiny: Make) -> None:
    together, alone = tiny(120), tiny(120)
    alone.steps_of_day = tuple(
        replace(step, do=_visit_one_by_one) if step.name == "visit" else step for step in alone.steps_of_day
    )
    assert digest(run(together)) == digest(run(alone))


def _visit_one_by_one(model: Any, today: date) -> None:
    """The visits of a day, made through the Mesa agents one at a time, in one order or the other."""
    reverse = bool(model.day % 2)
    due = [row for row in model.population.rows if model.population["wake"][row] <= model.day]
    for row in reversed(due) if reverse else due:
        model.person_at(int(row)).step()


def test_plans_are_frozen(tiny: Make) -> None:
    with pytest.raises(AttributeError):
        tiny(10).plan.seed = 3  # type: ignore[misc]
    assert replace(tiny(10).plan, seed=3).seed == 3


def test_the_same_source_runs_as_plain_python(tiny: Make) -> None:
    """Kernels interpreted line by line give what they give compiled, to the bit."""
    script = (
        "from mixflow.scenarios.build import assemble; from tiny_world import *; "
        "print(digest(run(assemble(tiny_world(), tiny_plan(45)))))"
    )
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(Path(__file__).parents[1])}
    plain = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True, timeout=300
    )
    assert plain.stdout.strip() == digest(run(tiny(45)))
