"""People as a struct of arrays: rows are taken, given back and taken again."""

import numpy as np
import pytest

from mixflow.sim.base import memory
from mixflow.sim.base.clock import NEVER
from mixflow.sim.people.population import BYTES_PER_PERSON, COLUMNS, Population


def test_a_person_takes_few_bytes() -> None:
    assert BYTES_PER_PERSON <= 80
    population = Population(1000)
    assert population.nbytes == 1000 * BYTES_PER_PERSON


def test_new_people_have_defaults() -> None:
    population = Population(4)
    rows = population.append(3, key=[5, 6, 7], place=2)
    assert rows.tolist() == [0, 1, 2]
    assert population["key"].tolist() == [5, 6, 7]
    assert population["place"].tolist() == [2, 2, 2]
    assert population["in_use"].all()
    for name in COLUMNS.keys() - {"key", "place", "in_use"}:
        assert population[name].tolist() == [COLUMNS[name][1]] * 3, name


def test_unknown_column_is_refused_by_name() -> None:
    population = Population()
    with pytest.raises(TypeError, match="no column plaice, welth; they have key, origin"):
        population.append(1, plaice=1, welth=2)
    assert (len(population), population.size) == (0, 0)


def test_rows_are_used_again_first() -> None:
    population = Population(8)
    population.append(5, wealth=9.0, wake=3)
    population.release(np.array([3, 1]))
    assert len(population) == 3
    assert population.rows.tolist() == [0, 2, 4]
    assert population["wake"][[1, 3]].tolist() == [NEVER, NEVER]
    rows = population.append(3, key=[1, 2, 3])
    assert sorted(rows.tolist()) == [1, 3, 5]
    assert population["key"][rows].tolist() == [1, 2, 3]
    assert population["wealth"][rows].tolist() == [0, 0, 0]
    assert (population.size, population.ever, len(population)) == (6, 8, 6)


def test_growth_keeps_values_and_renews_what_kernels_take() -> None:
    population = Population(2)
    population.append(2, wealth=[1.0, 2.0])
    before = population.people
    assert population.people is before
    population.append(100)
    assert population["wealth"][:3].tolist() == [1, 2, 0]
    assert len(population.people.wealth) >= 102
    assert population.people.wealth is population.columns["wealth"]
    assert before.wealth is not population.people.wealth


def test_columns_read_as_views() -> None:
    population = Population(4)
    population.append(2)
    population["debt"][1] = 7
    assert population.people.debt[1] == 7
    assert len(population["debt"]) == 2


def test_nobody() -> None:
    population = Population(0)
    assert len(population.append(0)) == 0
    population.release(np.empty(0, np.int64))
    assert (len(population), len(population.rows)) == (0, 0)
    assert population.append(1).tolist() == [0]


def test_version_tells_of_every_change() -> None:
    population = Population()
    seen = {population.version}
    rows = population.append(3)
    seen.add(population.version)
    population.release(rows[:1])
    seen.add(population.version)
    population.permute(np.array([2, 1, 0]))
    seen.add(population.version)
    assert len(seen) == 4


def test_other_order_holds_the_same_people() -> None:
    population = Population(4)
    population.append(5, key=np.arange(5), wealth=np.arange(5) * 2)
    population.release(np.array([1]))
    population.permute(np.array([4, 3, 2, 1, 0]))
    assert population["key"][population.rows].tolist() == [4, 3, 2, 0]
    assert population["wealth"][population.rows].tolist() == [8, 6, 4, 0]
    assert population.append(1, key=9).tolist() == [3]
    assert sorted(population["key"].tolist()) == [0, 2, 3, 4, 9]


def test_memory_that_grows_keeps_what_is_in_it_and_fills_large_pages() -> None:
    held = memory.zeros(3, 8)
    memory.items(held, np.dtype(np.int64))[:] = [1, 2, 3]
    many = memory.fitting(1_000_000, 8)
    assert (memory.LEAD + many * 8 + memory.SPARE) % memory.PAGE < 8
    assert 1_000_000 <= many < 1_000_000 + memory.PAGE // 8
    assert memory.fitting(3, 8) == 3
    memory.lengthen(held, many, 8)
    found = memory.items(held, np.dtype(np.int64))
    assert (len(found), found[:3].tolist(), int(found[3:].sum())) == (many, [1, 2, 3], 0)
