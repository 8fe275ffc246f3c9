"""A policy's file is data: everything wrong with it is refused by file and key, and nothing in it runs."""

from pathlib import Path
from typing import Any

import pytest
from policies_made import content, effect, in_tiny, made, written

from mixflow.policies.reading import read_policy
from mixflow.sim.base.errors import UserError


def refused(folder: Path, pattern: str, **changes: Any) -> str:
    """What is said of a policy with changes."""
    given = {"effects": [effect("work", "mul", 2.0)]} | changes
    path = written(folder, "p", **given)
    with pytest.raises(UserError, match=pattern) as caught:
        read_policy(path)
    assert "p.yaml" in str(caught.value)
    return str(caught.value)


def test_a_policy_is_read(tmp_path: Path) -> None:
    policy = made(tmp_path, "p", effect("work", "mul", 2.0), effect("staff", "add", 3.0), start="2010-02-01", dose=0.5)
    assert [(e.lever, e.do, e.number.value) for e in policy.effects] == [("staff", "ADD", 3.0), ("work", "MUL", 2.0)]
    assert policy.dose == 0.5
    assert str(policy.start) == "2010-02-01"


def test_the_order_of_effects_is_irrelevant(tmp_path: Path) -> None:
    parts = [effect("work", "mul", 2.0), effect("work", "add", 5.0), effect("death", "set", 0.1)]
    there = made(tmp_path, "p", *parts)
    assert made(tmp_path, "p", *reversed(parts)) == there


@pytest.mark.parametrize(
    ("pattern", "changes"),
    [
        (
            "Lever 'wrok' is not known. Did you mean 'work'",
            {"effects": [effect("work", "mul", 2.0) | {"lever": "wrok"}]},
        ),
        (
            "silence is not a source",
            {"effects": [{k: v for k, v in effect("work", "mul", 2).items() if k != "source"}]},
        ),
        ('after "assumption:"', {"effects": [effect("work", "mul", 2.0) | {"source": "assumption: "}]}),
        ("exactly one of set, mul, add", {"effects": [effect("work", "mul", 2.0) | {"add": 1.0}]}),
        ("Unit 'EUR' is not known", {"effects": [effect("work", "mul", 2.0) | {"unit": "EUR"}]}),
        ("outside its own range", {"effects": [effect("work", "mul", 2.0) | {"low": 3.0, "high": 4.0}]}),
        ("outside 0 to 1", {"effects": [effect("death", "set", 3.0)]}),
        ("below 0", {"effects": [effect("work", "mul", -1.0)]}),
        ("is not a number", {"effects": [effect("work", "mul", 2.0) | {"mul": "much"}]}),
        ("is not a number", {"effects": [effect("work", "mul", 2.0) | {"mul": float("nan")}]}),
        ("only add can be shared out", {"effects": [effect("work", "mul", 2.0, per="total")]}),
        ("end: 2010-01-01 is not after start", {"start": "2010-02-01", "end": "2010-01-01"}),
        ("end: 2010-02-01 is not after start", {"start": "2010-02-01", "end": "2010-02-01"}),
        ("not a date", {"start": "soon"}),
        ("a dose of 1.5", {"dose": 1.5}),
        ("a dose of -0.1", {"dose": -0.1}),
        ("a dose of True", {"dose": True}),
        ("whole number of days", {"ramp_days": -3}),
        ("no such key. Did you mean 'effects'", {"efects": []}),
        ("Family 'contrl' is not known", {"family": "contrl"}),
        ("name at least one", {"mechanisms": []}),
        ("Name 'M99'", {"mechanisms": ["M99"]}),
        ("none has|has none", {"effects": []}),
        ("does not choose among", {"effects": [effect("death", "set", 0.1, whom={"nationality": ["AAA"]})]}),
        (
            "cannot target",
            {"effects": [effect("death", "set", 0.1), effect("work", "mul", 2)], "whom": {"need": ["none"]}},
        ),
        ("none of the levers", {"where": {"corridor": ["central_mediterranean"]}}),
        ("no such key", {"where": {"planet": ["Mars"]}}),
        ("Name 'hunger'", {"whom": {"need": ["hunger"]}}),
        ("Quantity 'rain'", {"trigger": {"quantity": "rain", "above": 1, "source": "assumption: x"}}),
        ("exactly one of above and below", {"trigger": {"quantity": "backlog", "source": "assumption: x"}}),
        ("not by origin", {"trigger": {"quantity": "backlog", "above": 1, "of": "origin", "source": "assumption: x"}}),
        ("has no sum", {"trigger": {"quantity": "income", "above": 1, "of": "all", "source": "assumption: x"}}),
        ("cost: missing", {"cost": None}),
        ("no effect closes", {"start": "2010-02-01", "announced": "2010-01-01"}),
        ("must not be after start", {"start": "2010-02-01", "announced": "2010-03-01"}),
        ("an enacted policy has a date", {"history": True}),
        ("history: 'no' is not allowed: true or false", {"history": "no"}),
        ("as_of", {"as_of": None}),
        (
            "Unit 'EUR' is not known",
            {"cost": {"fixed": {"value": 1, "low": 0, "high": 2, "unit": "EUR", "source": "x"}}},
        ),
    ],
)
def test_mistakes_are_refused(tmp_path: Path, pattern: str, changes: dict[str, Any]) -> None:
    refused(tmp_path, pattern, **changes)


def test_the_name_is_the_files(tmp_path: Path) -> None:
    path = written(tmp_path, "p", [effect("work", "mul", 2.0)])
    with pytest.raises(UserError, match="is not the file's name; write name: q"):
        read_policy(path.rename(tmp_path / "q.yaml"))


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    said = refused(tmp_path, "dose", dose=2, family="x", ramp_days="long")
    assert len(said.splitlines()) == 3


@pytest.mark.parametrize(
    "attack",
    [
        "name: !!python/object/apply:os.system ['touch {flag}']",
        "name: !!python/name:os.system",
        "name: !mine x",
        "rule: {{name: {{_target_: os.system, command: 'touch {flag}'}}}}",
        "_target_: os.system",
        "effects: [{{lever: work, _partial_: true}}]",
        "a: &a [x, x]\nb: *a",
    ],
)
def test_a_file_that_names_python_is_refused_and_runs_nothing(tmp_path: Path, attack: str) -> None:
    flag = tmp_path / "it_ran"
    path = tmp_path / "p.yaml"
    path.write_text(attack.format(flag=flag), encoding="utf-8")
    with pytest.raises(UserError, match=r"p\.yaml.*(runs no Python|not allowed)"):
        read_policy(path)
    assert not flag.exists()


@pytest.mark.parametrize("name", ["os.system", "mixflow.policies.sharing.distribution_key"])
def test_a_rule_is_a_registered_name_and_never_a_path(tmp_path: Path, name: str) -> None:
    policy = made(tmp_path, "p", rule=name)
    with pytest.raises(UserError, match=r"Rule '.*' is not known"):
        in_tiny(policy)


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("name: a\nname: b", "line 2: key 'name' is there twice"),
        ("name: a\nstart: 2013-13-45", r"p\.yaml line 2: '2013-13-45' is not a date: .*; write year-month-day\.$"),
        ("name: [", "line"),
        ("- a\n- b", "list of key: value"),
        ("", "list of key: value"),
        ("? [a, b]\n: c", "one word"),
    ],
)
def test_what_is_no_plain_yaml_is_refused(tmp_path: Path, text: str, pattern: str) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=pattern):
        read_policy(path)


def test_a_file_that_is_not_text_or_too_long_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UserError, match="not UTF-8"):
        read_policy(path)
    path.write_text("a: " + "x" * 300_000, encoding="utf-8")
    with pytest.raises(UserError, match="at most"):
        read_policy(path)
    with pytest.raises(UserError, match="cannot be read"):
        read_policy(tmp_path / "none.yaml")


def test_content_is_a_policy(tmp_path: Path) -> None:
    assert content("p")["name"] == "p"
