"""Money that 32 bits cannot count is refused before the first day, with the amount and what multiplies it."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from policies_made import effect, in_tiny, made
from tiny_world import tiny_plan, tiny_world

from mixflow.scenarios.build import build
from mixflow.scenarios.money import check_money
from mixflow.scenarios.tables import tables_folder
from mixflow.sim.base.errors import UserError
from mixflow.sim.base.limits import WALLET_EUR

YEARS, WAGE = 10.0, 1_000_000.0


def _world():
    drivers = tiny_world().drivers
    return tiny_world(drivers={**drivers, "wages": np.full_like(drivers["wages"], WAGE)})


def _checked(*policies):
    check_money(_world(), tiny_plan(round(YEARS * 365.25)), in_tiny(*policies))


def test_a_policy_that_multiplies_wages_beyond_32_bits_is_refused_with_its_name_and_the_amount(tmp_path):
    with pytest.raises(
        UserError, match=r"lever wages of policy 'riches' raises wages in \w+ from [\d,]+ to [\d,]+ EUR"
    ) as found:
        _checked(made(tmp_path, "riches", effect("wages", "mul", 1000.0)))
    assert f"up to {WALLET_EUR:,} EUR" in str(found.value)
    amount = float(str(found.value).partition("could hold ")[2].partition(" EUR")[0].replace(",", ""))
    assert amount > 1000 * YEARS * WAGE


def test_two_policies_that_fit_alone_and_not_together_are_refused_with_both_names(tmp_path):
    both = [made(tmp_path, name, effect("wages", "mul", 120.0)) for name in ("first", "second")]
    for one in both:
        _checked(one)
    with pytest.raises(UserError, match="policies 'first', 'second'"):
        _checked(*both)


@pytest.mark.parametrize("do", ["set", "add"])
def test_wages_that_are_set_or_added_to_are_counted_too(do, tmp_path):
    _checked(made(tmp_path, "modest", effect("wages", do, 2.0)))
    with pytest.raises(UserError, match="lever wages of policy 'riches'"):
        _checked(made(tmp_path, "riches", effect("wages", do, 999.0)))


def test_the_estimate_is_not_below_what_the_highest_earner_gets(tmp_path):
    """One who earns the highest wages all the time and spends nothing holds less than the estimate says."""
    world, plan = _world(), tiny_plan(round(YEARS * 365.25))
    live = plan.values["live"]
    earned = WAGE * live["formal_pay"] * (1 + 2 * live["skill_pay"]) * YEARS
    fits = float(np.floor(WALLET_EUR / earned))
    with pytest.raises(UserError, match="32 bits"):
        check_money(world, plan, in_tiny(made(tmp_path, "just", effect("wages", "mul", min(fits, 1000.0)))))


def test_a_run_is_refused_before_its_first_day(tmp_path: Path):
    policies, tables = tmp_path / "policies", tmp_path / "tables"
    policies.mkdir()
    made(policies, "riches", effect("wages", "mul", 1000.0))
    shutil.copytree(tables_folder({"scenario": "toy", "tables": None}), tables)
    path = tables / "drivers.csv"
    rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    at = rows[0].strip().split(",").index("value")
    cells = [row.split(",") for row in rows]
    changed = [[*row[:at], "1000000", *row[at + 1 :]] if "wages" in row else row for row in cells]
    path.write_text("".join(",".join(row) for row in changed), encoding="utf-8")
    config = {"scenario": "toy", "tables": str(tables), "policies": ["riches"], "policy_path": str(policies)}
    with pytest.raises(UserError, match="'riches' raises wages"):
        build(config)


def test_the_savings_that_a_run_allows_are_part_of_the_amount(tmp_path):
    amounts, riches = [], made(tmp_path, "riches", effect("wages", "mul", 1000.0))
    for most in (1e6, 1e7):
        plan = tiny_plan(round(YEARS * 365.25), params={"traits": {"wealth_most": most}})
        with pytest.raises(UserError) as found:
            check_money(_world(), plan, in_tiny(riches))
        amounts.append(float(str(found.value).partition("could hold ")[2].partition(" EUR")[0].replace(",", "")))
    assert amounts[1] - amounts[0] == pytest.approx(9e6)
