"""What every policy of the library does to a plain baseline of the scenario mediterranean, a year after it began, is what it was.

`python tests/golden/test_policies.py` writes the files anew: a change is a change of results, and needs a reason and a
changelog entry.
"""

import json
import sys
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

FOLDER = Path(__file__).with_name("policies")
sys.path.insert(0, str(Path(__file__).parents[1]))

from policies_made import flat  # noqa: E402

from mixflow.policies import library  # noqa: E402
from mixflow.policies.policy_set import PolicySet  # noqa: E402
from mixflow.policies.schema import lever_of  # noqa: E402
from mixflow.scenarios.tables import tables_folder  # noqa: E402
from mixflow.scenarios.world import World, load_world  # noqa: E402
from mixflow.sim.base.clock import Clock  # noqa: E402
from mixflow.sim.base.levers import LEVERS, Levers  # noqa: E402


@cache
def world() -> World:
    """The world of the scenario mediterranean."""
    return load_world(tables_folder({"scenario": "mediterranean"}), "mediterranean")


def news() -> dict[str, Any]:
    """Figures that any rule or trigger can be checked by: whole numbers by position."""
    n = len(world().countries)
    steps = np.arange(n, dtype=np.float64)
    europe = world().europe
    return {
        "population": 1e6 * (1.0 + steps % 7),
        "wages": 5000.0 * (1.0 + steps % 5),
        "unemployment": 4.0 + steps % 9,
        "applications": np.where(europe, 100.0 * (1.0 + steps % 4), 0.0),
        "claims_year": np.where(europe, 1200.0 * (1.0 + steps % 4), 0.0),
        "claims_mean": np.where(europe, 1200.0 * (1.0 + steps % 4), 0.0),
        "departures": np.where(europe, 0.0, 10.0 * (1.0 + steps % 3)),
    }


def compiled(name: str) -> dict[str, Any]:
    """For each lever that a policy changes: how many cells, the sum and the largest of the change, and the first cells."""
    policies = library.opened([name])
    first = min([policy.start for policy in policies if policy.start] or [date(2010, 1, 1)])
    last = min([policy.end for policy in policies if policy.end] or [date(2020, 1, 1)])
    ended = [replace(policy, ramp_days=min(policy.ramp_days, 30)) for policy in policies]
    clock = Clock(first, date(2021, 12, 31))
    day = min(clock.days - 1, 365, (last - first).days - 1)
    before = flat(world())
    after = PolicySet(ended, world(), world().edge_names, clock)(before, day, news())
    return {
        "date": str(first + timedelta(days=day)),
        "levers": {key: change(key, before, after) for key in sorted(after) if after[key] is not before.get(key)},
    }


def change(key: str, before: Levers, after: Levers) -> dict[str, Any]:
    """How one lever differs."""
    base = before.get(key)
    difference = after[key] - (np.zeros_like(after[key]) if base is None else base)
    cells = np.argwhere(np.atleast_1d(difference) != 0)
    labels = {"edge": world().edge_names, "institution": ("UNHCR", "IOM", "ILO"), "world": ("world",)}
    names = labels.get(LEVERS[lever_of(key)].axis, world().countries)
    return {
        "cells": len(cells),
        "sum": float(f"{difference.sum():.6g}"),
        "largest": float(f"{np.abs(difference).max():.6g}"),
        "first": [">".join(names[at] for at in cell) for cell in cells[:3]],
    }


@pytest.mark.parametrize("name", sorted(library.files()))
def test_a_policy_does_what_it_did(name: str) -> None:
    path = FOLDER / f"{name}.json"
    assert path.exists(), f"no golden output: python {Path(__file__).relative_to(Path.cwd())}"
    golden, now = json.loads(path.read_text(encoding="utf-8")), compiled(name)
    assert now["date"] == golden["date"]
    assert now["levers"].keys() == golden["levers"].keys()
    for key, was in golden["levers"].items():
        is_now = now["levers"][key]
        assert (is_now["cells"], is_now["first"]) == (was["cells"], was["first"]), key
        assert is_now["sum"] == pytest.approx(was["sum"], rel=1e-4), key
        assert is_now["largest"] == pytest.approx(was["largest"], rel=1e-4), key


def test_no_golden_output_without_a_policy() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(library.files())


def test_every_policy_changes_something() -> None:
    for name in library.files():
        assert compiled(name)["levers"], name


if __name__ == "__main__":
    for policy_name in library.files():
        text = json.dumps(compiled(policy_name), indent=1)
        (FOLDER / f"{policy_name}.json").write_text(text + "\n", encoding="utf-8")
