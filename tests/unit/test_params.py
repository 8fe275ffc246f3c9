"""Every number of the model has a unit, a range, a source and a date, and is read by something."""

import re
from datetime import date
from pathlib import Path

import pytest

from mixflow.sim.base.errors import UserError
from mixflow.sim.base.params import PARAMS, Param, checked, defaults

ROOT = Path(__file__).resolve().parents[2]
GRADES = {"attested", "single study", "contested", "guess", "fitted"}
NOT_READ_YET: set[str] = set()
"""Parameters that no code reads; shrink this list, never let it grow."""

EVERY = [
    pytest.param(group, name, param, id=f"{group}.{name}")
    for group, params in PARAMS.items()
    for name, param in params.items()
]


@pytest.mark.parametrize(("group", "name", "param"), EVERY)
def test_a_number_says_what_it_is(group: str, name: str, param: Param) -> None:
    assert group.isidentifier()
    assert name.isidentifier()
    assert param.low <= param.value <= param.high
    assert param.low < param.high
    assert param.unit.strip()
    assert param.source.strip()
    assert param.grade in GRADES
    assert date.fromisoformat(param.as_of).isoformat() == param.as_of


@pytest.mark.parametrize(("group", "name", "param"), EVERY)
def test_a_guess_says_that_it_is_one(group: str, name: str, param: Param) -> None:
    assumed = param.source.startswith("assumption: ") and len(param.source) > len("assumption: ")
    assert assumed == (param.grade in {"guess", "fitted"})
    if param.grade == "fitted":
        assert "2009 to 2015" in param.source


def test_every_parameter_is_read() -> None:
    files = [*ROOT.glob("sim/**/*.py"), *ROOT.glob("agents/**/*.py")]
    sources = [file.read_text(encoding="utf-8") for file in files if file.parent.name != "numbers"]
    unread = {
        f"{group}.{name}"
        for group, params in PARAMS.items()
        for name in params
        if not any(reads(source, group, name) for source in sources)
    }
    assert unread <= NOT_READ_YET


def reads(source: str, group: str, name: str) -> bool:
    """Whether a source takes a parameter from the kernels' numbers, or from its group by name."""
    if re.search(rf"\.{group}_{name}\b", source):
        return True
    return f'["{group}"]' in source and f'["{name}"]' in source


def test_defaults_are_all_parameters() -> None:
    values = defaults()
    assert {(g, n): v for g, names in values.items() for n, v in names.items()} == {
        (g, n): param.value for g, params in PARAMS.items() for n, param in params.items()
    }
    assert checked({}) == values


def test_given_values_stand_in_place_of_defaults() -> None:
    values = checked({"cross": {"max_retries": 3}})
    assert values["cross"].pop("max_retries") == 3.0
    expected = defaults()
    del expected["cross"]["max_retries"]
    assert values == expected


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"leaves": {}}, "Did you mean 'leave'"),
        ({"cross": {"max_retrys": 3}}, "Did you mean 'max_retries'"),
        ({"cross": {"max_retries": 0}}, "1 to 200 count"),
        ({"cross": {"max_retries": True}}, "outside its range"),
        ({"cross": {"max_retries": "3"}}, "outside its range"),
        ({"cross": {"max_retries": float("nan")}}, "outside its range"),
    ],
)
def test_mistakes_are_refused_by_name(given: dict[str, dict[str, float]], said: str) -> None:
    with pytest.raises(UserError, match=re.escape(said)):
        checked(given)
