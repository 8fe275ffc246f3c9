"""Counts in columns of 8 bits stay at the most that they hold: somebody who tries for the 256th time has not begun from 0."""

import re
from pathlib import Path

import numpy as np
import pytest
from tiny_world import run, tiny_plan, tiny_world

from mixflow.scenarios.build import assemble
from mixflow.sim.people import draw_keys
from mixflow.sim.people.population import COLUMNS

SIM = Path(draw_keys.__file__).parents[1]
COUNTS = ["border_attempts", "refusals", "retries"]


@pytest.mark.parametrize(("count", "more"), [(0, 1), (41, 42), (254, 255), (255, 255)])
def test_a_count_grows_until_it_is_full(count: int, more: int) -> None:
    one_more = getattr(draw_keys.one_more, "py_func", draw_keys.one_more)
    assert one_more(np.uint8(count)) == more


def test_kernels_raise_narrow_columns_only_by_what_keeps_them_in_their_bits() -> None:
    raised, kept = set(), set()
    for path in SIM.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        raised |= set(re.findall(r"P\.(\w+)\[\w+\] [+-]=", text))
        raised |= set(re.findall(r"P\.(\w+)\[\w+\] = P\.\1\[\w+\] [+-]", text))
        kept |= set(re.findall(r"P\.(\w+)\[\w+\] = one_more\(P\.\1\[", text))
    assert {name for name in raised if name in COLUMNS and np.dtype(COLUMNS[name][0]).itemsize < 4} == set()
    assert sorted(kept) == COUNTS


def test_who_has_tried_very_often_goes_on_trying() -> None:
    model = assemble(tiny_world(), tiny_plan(90))
    tried = 0
    while model.day < model.days:
        rows = model.population.rows
        before = model.population["border_attempts"][rows].copy()
        keys = model.population["key"][rows].copy()
        model.step()
        same = (model.population["key"][rows] == keys) & model.population["in_use"][rows]
        after = model.population["border_attempts"][rows]
        assert (after[same] >= before[same]).all()
        tried += int((after[same] > before[same]).sum())
        model.population["border_attempts"][rows[same & (after > before)]] = 255
    assert tried > 0
    assert (model.population["border_attempts"] == 255).any()
    run(model)
