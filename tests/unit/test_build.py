"""A world built from Python is the one that the command runs; what is left out is the scenario's own, what is wrong is refused."""

from typing import Any

import pyarrow.parquet as pq
import pytest

from mixflow.experiments.cli.main import main
from mixflow.experiments.runs.config import composed
from mixflow.scenarios.build import build
from mixflow.scenarios.config import completed, differences
from mixflow.sim.accounts.results import read_run, write_table
from mixflow.sim.base.errors import UserError

SHORT = {"end": "2009-01-20", "threads": 1}
WORLDS = [{"scenario": "toy", **SHORT}, {"scenario": "mediterranean", "scale": 0.0005, **SHORT}]
LINES = ("scale", "end", "threads", "seed", "history", "spin_up_months", "ensemble", "member")


def lines_of(given: dict[str, Any]) -> list[str]:
    """The same keys as on the command line."""
    params = [f"params.{g}.{n}={v}" for g, group in given.get("params", {}).items() for n, v in group.items()]
    plain = [f"{key}={str(value).lower()}" for key, value in given.items() if key in LINES]
    names = [f"policies=[{','.join(given['policies'])}]"] if "policies" in given else []
    return [f"scenario={given.get('scenario', 'mediterranean')}", *plain, *params, *names]


@pytest.mark.parametrize(
    "given",
    [
        {},
        *WORLDS,
        {"scenario": "toy"},
        {"scenario": "mediterranean", "history": False, "spin_up_months": 3},
        {"ensemble": "mediterranean", "member": 3, "params": {"leave": {"give_up_days": 400}}},
        {"scenario": "toy", "params": {"choose": {"elasticity_size": 0.5}}, "policies": ["more_labour_visas"]},
    ],
)
def test_a_config_from_python_is_the_command_s(given):
    ours, theirs = completed(given), composed(lines_of(given))
    assert {key: ours[key] for key in theirs} == theirs
    assert differences(ours) == differences(theirs)


@pytest.mark.parametrize("given", WORLDS)
def test_a_world_from_python_gives_the_command_s_tables_bit_for_bit(given, tmp_path, capsys):
    assert main(["run", *lines_of(given), f"runs_dir={tmp_path}", "figures=false", "quiet=true"]) == 0
    written = read_run(capsys.readouterr().out.strip())
    model = build(given)
    while model.day < model.days:
        model.step()
    ours = {"flows": model.flows(), "stocks": model.stocks(), "observed": model.observed(), "money": model.money()}
    for name, frame in ours.items():
        write_table(tmp_path, name, frame)
        assert pq.read_table(tmp_path / f"{name}.parquet").equals(pq.read_table(written.folder / f"{name}.parquet")), (
            name
        )


def test_the_mediterranean_from_python_has_what_was_fitted_and_enacted():
    model = build({"scenario": "mediterranean", "scale": 0.0005, "end": "2015-12-31"})
    assert "mare_nostrum" in model.adjust.names
    assert model.plan.values == composed([])["params"]
    assert model.days == 2556


def test_what_makes_another_world_is_named():
    assert differences(completed({})) == []
    changed = completed({"history": False, "scale": 0.01, "params": {"leave": {"give_up_days": 400}}})
    assert differences(changed) == [
        "scale=0.01 (scenario: 0.02)",
        "history=false (scenario: true)",
        "params.leave.give_up_days=400 (scenario: 450)",
    ]
    assert differences(completed({"ensemble": "mediterranean", "member": 3})) == ["ensemble=mediterranean member=3"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"scenario": "toi"}, "Did you mean 'toy'"),
        ({"scenario": "displacement"}, "Scenarios with a world: mediterranean, toy"),
        ({"sead": 3}, "Did you mean 'seed'"),
        ({"scenario": "toy", "history": True}, "has no history"),
        ({"history": "no"}, "true or false"),
        ({"policies": "more_labour_visas"}, "not a list of names"),
        ({"params": 3}, "groups of numbers"),
        ({"params": {"leeve": {"give_up_days": 3}}}, "Did you mean 'leave'"),
        ({"params": {"leave": {"giv_up_days": 3}}}, "Did you mean 'give_up_days'"),
        ({"member": 1}, "write ensemble=NAME too"),
        ({"ensemble": "mediterranean", "member": 999}, "members 0 to 19"),
        ({"ensemble": "mediterranean", "scenario": "toy"}, "another scenario than toy"),
    ],
)
def test_a_mistake_from_python_is_refused_by_name(given, said):
    with pytest.raises(UserError) as refused:
        build(given)
    assert said in str(refused.value)


def test_the_command_says_and_records_what_makes_another_world(tmp_path, capsys):
    assert main(["run", "scenario=toy", "end=2009-01-02", "threads=1", "figures=false", f"runs_dir={tmp_path}"]) == 0
    printed = capsys.readouterr()
    assert "mixflow: other than the scenario: end=2009-01-02 (scenario: 2010-12-31)\n" in printed.err
    run = read_run(printed.out.strip().splitlines()[-1])
    assert run.record["differs"] == ["end=2009-01-02 (scenario: 2010-12-31)"]
