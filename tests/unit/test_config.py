"""The config: what is allowed comes through as plain values; what is not is refused by name, with what is allowed."""

import json
import shutil

import pytest

from mixflow.experiments.runs.config import composed, config_hash, shared_out
from mixflow.experiments.runs.policy_overrides import in_force
from mixflow.scenarios.config import scenario_names
from mixflow.scenarios.tables import tables_folder
from mixflow.sim.base.errors import UserError
from mixflow.sim.base.params import PARAMS, defaults


def test_defaults_are_the_mediterranean_and_every_parameter():
    config = composed()
    assert config["scenario"] == "mediterranean"
    assert (config["scale"], config["start"], config["end"]) == (0.02, "2009-01-01", "2019-12-31")
    assert (config["seed"], config["threads"], config["runs_dir"], config["tables"]) == (1, None, "runs", None)
    assert {g: set(names) for g, names in config["params"].items()} == {
        g: set(names) for g, names in defaults().items()
    }
    assert composed(["scenario=toy"])["params"] == defaults()  # the scenario mediterranean brings numbers of its own


@pytest.mark.parametrize("scenario", scenario_names())
def test_scenarios_compose_to_plain_values(scenario):
    config = composed([f"scenario={scenario}"])
    assert config["scenario"] == scenario
    assert json.loads(json.dumps(config)) == config


def test_overrides_come_through():
    config = composed(
        [
            "scenario=toy",
            "scale=0.5",
            "seed=7",
            "start=2011-02-03",
            "end=2012-04-05",
            "threads=3",
            "runs_dir=out",
            "quiet=true",
        ]
    )
    assert (config["scale"], config["seed"], config["threads"], config["quiet"]) == (0.5, 7, 3, True)
    assert (config["start"], config["end"], config["runs_dir"]) == ("2011-02-03", "2012-04-05", "out")


def test_every_parameter_can_be_set_to_both_ends_of_its_range():
    for end in ("low", "high"):
        overrides = [
            f"params.{group}.{name}={getattr(p, end)}" for group, ps in PARAMS.items() for name, p in ps.items()
        ]
        params = composed(overrides)["params"]
        assert all(params[group][name] == getattr(p, end) for group, ps in PARAMS.items() for name, p in ps.items())


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("sead=3", "Did you mean 'seed'"),
        ("scenario=toi", "Did you mean 'toy'? Allowed: displacement, mediterranean, toy"),
        ("seed=x", "a whole number"),
        ("seed=1.5", "a whole number"),
        ("seed=true", "a whole number"),
        ("seed=-1", "a whole number from 0"),
        ("seed=1,2", "give one"),
        ("seed=", "a whole number"),
        ("threads=0", "from 1"),
        ("scale=0", "above 0 and at most 1"),
        ("scale=1.5", "above 0 and at most 1"),
        ("scale=nan", "above 0 and at most 1"),
        ("scale=half", "above 0 and at most 1"),
        ("start=2009-02-30", "year-month-day"),
        ("start=2009", "year-month-day"),
        ("start=1999-01-01", "2009-01-01 to 2030-12-31"),
        ("start=2020-01-01", "before start"),
        ("params.leave.prepare_shar=0.004", "Did you mean 'prepare_share'"),
        ("+params.leave.other=1", "Allowed, the closest: "),
        ("params.leeve.tries=3", "Did you mean 'leave'"),
        ("params.leave.prepare_share=0.5", "0.003 to 0.005"),
        ("params.leave.prepare_share=much", "0.003 to 0.005"),
        ("params.leave.prepare_share=null", "0.003 to 0.005"),
        ("params.leave=3", "params.GROUP.NAME=VALUE"),
        ("params=3", "params.GROUP.NAME=VALUE"),
        ("tables=no/such/folder", "not a folder"),
        ("runs_dir=", "not a folder"),
        ("runs_dir=[1", "in quotes"),
        ("~seed", "cannot be removed"),
        ("+seed=3", "without the plus sign"),
        ("quiet=maybe", "true or false"),
        ("hydra.run.dir=x", "'hydra.run.dir' is not known"),
        ("nonsense", "Write key=value"),
        ("runs_dir=${oc.env:MIXFLOW_NO_SUCH_VARIABLE}", "runs_dir: ${...} in a value"),
    ],
)
def test_mistakes_are_refused_by_name(override, said):
    with pytest.raises(UserError) as refused:
        composed([override])
    assert said in str(refused.value)


def test_end_before_start_names_both():
    with pytest.raises(UserError, match="end=2010-01-01 is before start=2011-01-01"):
        composed(["start=2011-01-01", "end=2010-01-01"])


def test_the_same_key_twice_is_refused():
    with pytest.raises(UserError, match="seed is set twice"):
        composed(["seed=1", "seed=2"])


def test_the_hash_names_what_changes_results_and_nothing_else(tmp_path):
    (tmp_path / "places.csv").write_text("place\n")
    shutil.copy(tables_folder({"scenario": "toy"}) / "world.yaml", tmp_path)
    base = ["scenario=toy", f"tables={tmp_path}"]
    name = config_hash(composed(base))
    assert len(name) == 12
    for same in ("seed=9", "threads=2", "runs_dir=elsewhere", "quiet=true", "force=true"):
        assert config_hash(composed([*base, same])) == name
    for other in ("scale=0.5", "end=2009-03-01", "params.leave.give_up_days=500"):
        assert config_hash(composed([*base, other])) != name
    (tmp_path / "README.md").write_text("words")
    assert config_hash(composed(base)) == name
    (tmp_path / "places.csv").write_text("place\nA\n")
    assert config_hash(composed(base)) != name


def test_the_mediterranean_holds_what_was_enacted_unless_told() -> None:
    usual, without = composed(["scenario=mediterranean"]), composed(["scenario=mediterranean", "history=false"])
    chosen = composed(["scenario=mediterranean", "history=false", "policies=[history]"])
    assert in_force(usual) == in_force(chosen) == ["history"]
    assert in_force(without) == in_force(composed(["scenario=toy"])) == []
    assert in_force(composed(["policies=[more_labour_visas,-mare_nostrum]"])) == [
        "-mare_nostrum",
        "history",
        "more_labour_visas",
    ]
    one = composed(["policies.mare_nostrum.dose=0.5"])  # a policy of history can be set without being named
    assert one["policy_settings"] == {"mare_nostrum": {"dose": 0.5}}


def test_keys_of_a_command_are_shared_out_and_what_is_no_value_is_refused() -> None:
    own = {"members": 20, "forecast_origins": [2012]}
    assert shared_out(["forecast_origins=[2013, 2014]", "scale=0.1"], own) == (
        {"members": 20, "forecast_origins": [2013, 2014]},
        ["scale=0.1"],
    )
    with pytest.raises(UserError, match=r"members=\[: the value cannot be read"):
        shared_out(["members=["], own)
