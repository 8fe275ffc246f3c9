"""The engine against the same rules run as ordinary Mesa agents: the same people, to the bit."""

import numpy as np
import pytest

from mixflow.experiments.bench.day import by_agents, by_engine
from mixflow.experiments.bench.reference import fingerprint
from mixflow.experiments.bench.world import small_plan, small_world
from mixflow.scenarios.build import assemble


@pytest.mark.parametrize(("people", "days", "seed"), [(300, 70, 5), (0, 20, 6)])
def test_agents_and_engine_agree_to_the_bit(people, days, seed):
    engine, agents = by_engine(people, days, seed), by_agents(people, days, seed)
    assert engine["events"] > 0
    for what in ("people", "events", "fingerprint"):
        assert engine[what] == agents[what], what


@pytest.mark.parametrize("column", ["wealth", "wake", "place", "key"])
def test_fingerprint_sees_a_change_of_one_person_and_no_order(column):
    model = assemble(small_world(200), small_plan(10))
    for _ in range(10):
        model.step()
    before = fingerprint(model)
    model.population.permute(np.random.default_rng(1).permutation(model.population.size))
    assert fingerprint(model) == before
    model.population[column][model.population.rows[0]] += 1
    assert fingerprint(model) != before
