"""What a sweep is asked for: combinations, what collapses, what is refused and how."""

import sys
import types

import pytest

from mixflow.experiments.runs.config import composed, validated
from mixflow.experiments.runs.policy_overrides import in_force
from mixflow.experiments.runs.sweep.launch import EXTRAS, chosen
from mixflow.experiments.runs.sweep.overrides import asked, experiment_names
from mixflow.experiments.runs.sweep.plan import changed, planned
from mixflow.sim.base.errors import UserError

TOY = ["scenario=toy", "end=2009-01-31"]


@pytest.fixture
def library(monkeypatch):
    """A library of two policies."""
    module = types.ModuleType("mixflow.policies.library")
    module.names = lambda path=None, scenario=None: ["more_labour_visas", "returns"]
    module.opened = lambda *chosen, **more: []
    monkeypatch.setitem(sys.modules, "mixflow.policies.library", module)
    import mixflow.policies

    monkeypatch.setattr(mixflow.policies, "library", module, raising=False)


def plan_of(tmp_path, *command):
    wanted = asked([*TOY, *command])
    plan = planned(tmp_path, command, wanted.bases, wanted.points)
    return plan, wanted.combinations - len(plan.runs)


def test_combinations_are_the_product_in_the_order_of_the_command(tmp_path):
    plan, repeated = plan_of(tmp_path, "params.leave.give_up_days=400,500", "seed=range(0,3)")
    assert [(run.changes["params.leave.give_up_days"], run.changes["seed"]) for run in plan.runs] == [
        (days, seed) for days in (400, 500) for seed in (0, 1, 2)
    ]
    assert repeated == 0
    assert len({run.name.partition("-")[0] for run in plan.runs}) == 2


def test_a_point_is_named_as_the_same_config_run_alone(tmp_path):
    from mixflow.experiments.runs.identity import run_name

    plan, _ = plan_of(tmp_path, "params.leave.give_up_days=400,500", "seed=3,4", "scale=0.5")
    alone = composed([*TOY, "params.leave.give_up_days=500", "seed=4", "scale=0.5"])
    assert plan.runs[-1].name == run_name(alone)
    config = plan.config(plan.runs[-1])
    same = ("runs_dir", "threads", "figures")
    assert {k: v for k, v in config.items() if k not in same} == {k: v for k, v in alone.items() if k not in same}
    assert (config["threads"], config["figures"]) == (1, False)


def test_scenarios_can_be_swept(tmp_path):
    wanted = asked(["scenario=toy,mediterranean", "seed=1,2"])
    assert [base["scenario"] for base in wanted.bases] == ["toy", "mediterranean"]
    assert [base["scale"] for base in wanted.bases] == [1, 0.02]
    assert len(wanted.points) == 4


@pytest.mark.usefixtures("library")
def test_settings_of_policies_that_are_not_selected_collapse(tmp_path):
    plan, repeated = plan_of(
        tmp_path, "policies=[],[more_labour_visas]", "policies.more_labour_visas.dose=0,0.5,1", "seed=range(0,2)"
    )
    assert len(plan.runs) == 2 + 3 * 2
    assert repeated == 2 * 2
    doses = {
        config["policy_settings"]["more_labour_visas"]["dose"]
        for config in map(plan.config, plan.runs)
        if config["policies"]
    }
    assert doses == {0.0, 0.5, 1.0}
    assert all(not plan.config(run)["policy_settings"] for run in plan.runs if not run.changes["policies"])


@pytest.mark.usefixtures("library")
def test_settings_beside_selected_policies_are_kept():
    config = composed(["scenario=toy", "policies=[returns]", "policies.returns.dose=1"])
    assert config["policy_settings"] == {"returns": {"dose": 1.0}}
    with pytest.raises(UserError, match=r"'returns' is not selected \(selected: none\). Add it: policies=\[returns\]"):
        composed(["scenario=toy", "policies.returns.dose=1"])
    with pytest.raises(UserError, match="not selected"):
        asked([*TOY, "policies=[],[more_labour_visas]", "policies.returns.dose=0,1"])
    with pytest.raises(UserError, match="Did you mean 'returns'"):
        composed(["scenario=toy", "policies=[return]"])


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["sead=1,2"], "Did you mean 'seed'"),
        (["seed=range(5,5)"], "the range is empty"),
        (["seed=range(5,1)"], "the range is empty"),
        (["seed=range(0,5,0)"], "step of a range must not be 0"),
        (["seed=glob(*)"], "one by one"),
        (["seed=interval(0,1)"], "one by one"),
        (["seed=1,2", "seed=3"], "seed is set twice"),
        (["force=true"], "does what is missing"),
        (["runs_dir=a,b"], "one folder of results"),
        (["policies.more.dose=0,1"], "not selected"),
        (["policies=[],[more]"], "more"),
        (["policies=[],[resettlement]", "policies.resettlement.dos=0,1"], "Did you mean 'dose'? Allowed: dose, start"),
        (["policies=[resettlement]", "policies.resettlement.ramp_days=0,-1"], "whole number of days"),
        (["policies=[resettlement]", "policies.resettlement.start=2009-01-01,soon"], "'soon' is not a date"),
        (["scenario=toi"], "set twice"),
        (["params.leave.give_up_days=500,5000"], "outside its range"),
        (["experiment=nothing"], "Experiment 'nothing' is not known"),
        (["policy_settings={a:1}"], "cannot be set"),
    ],
)
def test_mistakes_are_refused_by_name(tmp_path, command, said):
    with pytest.raises(UserError) as refused:
        plan_of(tmp_path, *command)
    assert said in str(refused.value)


KEYS = (
    "policies",
    "seed",
    "scale",
    "start",
    "trace",
    "tables",
    "params.leave.give_up_days",
    "scenario",
    "ensemble",
    "policies.more.dose",
)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("values", ["{a:1},{b:2}", "3.5,-4", "null,null", "[[x]],[]"])
def test_values_of_a_sweep_are_checked_by_the_rules_of_a_run(tmp_path, key, values):
    with pytest.raises(UserError) as refused:
        plan_of(tmp_path, f"{key}={values}", "policies.more_labour_visas.ramp_days=0,30")
    assert "Traceback" not in str(refused.value)


@pytest.mark.parametrize(
    "command", [["policies=[[more_labour_visas]],[]"], ["policies=[[more_labour_visas]]", "seed=1,2"]]
)
def test_a_list_in_a_list_of_policies_is_refused_as_without_a_sweep(tmp_path, command):
    with pytest.raises(UserError) as refused:
        plan_of(tmp_path, *command)
    assert str(refused.value) == (
        "policies=[['more_labour_visas']] is not a list of names; write policies=[NAME,...] or policies=[]."
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("hydra/launcher=ray", "Allowed: processes, slurm"),
        ("hydra.launcher._target_=os.system", "begin with _"),
        ("hydra.launcher.nonsense=1", "'nonsense' is not known. Allowed: n_jobs"),
        ("hydra.launcher.n_job=1", "Did you mean 'n_jobs'"),
        ("hydra.sweep.dir=x", "is not known"),
        ("hydra/launcher=joblib,slurm", "give one value"),
    ],
)
def test_launchers_are_refused_by_name(line, said):
    with pytest.raises(UserError) as refused:
        chosen([line])
    assert said in str(refused.value)


@pytest.mark.parametrize("name", EXTRAS)
def test_a_launcher_that_is_not_installed_says_which_extra(name, monkeypatch):
    from mixflow.experiments.runs.sweep import launch

    monkeypatch.setattr(launch, "_installed", lambda package: False)
    with pytest.raises(UserError, match=rf"needs the extra '{EXTRAS[name][0]}'"):
        chosen([f"hydra/launcher={name}"])


@pytest.mark.parametrize("name", ["slurm", "submitit_slurm"])
def test_a_machine_without_slurm_is_told_before_any_job(name, tmp_path, monkeypatch):
    pytest.importorskip("hydra_plugins.hydra_submitit_launcher", reason="the extra 'cluster' is not installed")
    from mixflow.experiments.runs.sweep.launch import launch

    wanted = asked(["scenario=toy", "seed=1,2"])
    plan = planned(tmp_path, (), wanted.bases, wanted.points)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError, match=f"hydra/launcher={name}: there is no SLURM on this machine"):
        launch(chosen([f"hydra/launcher={name}"]), plan, 2)


def test_an_experiment_is_read_as_data_and_the_user_has_the_last_word(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("hydra:\n  sweeper:\n    params:\n      scenario: toy\n      seed: range(0,5)\n      scale: 0.5\n")
    wanted = asked([f"experiment={file}", "seed=7,8"])
    assert [changes["seed"] for _, changes in wanted.points] == [7, 8]
    assert wanted.bases[0]["scale"] == 0.5


@pytest.mark.parametrize(
    "text",
    [
        "hydra:\n  launcher:\n    _target_: os.system\n",
        "hydra:\n  sweeper:\n    params:\n      hydra.launcher.setup: '[rm]'\n",
        "_target_: os.system\nhydra:\n  sweeper:\n    params:\n      seed: 1\n",
        "!!python/object/apply:os.system ['true']",
        "just words",
        "hydra: [",
    ],
)
def test_an_experiment_can_choose_no_code(tmp_path, text):
    file = tmp_path / "theirs.yaml"
    file.write_text(text)
    with pytest.raises(UserError, match=r"experiment="):
        asked([f"experiment={file}"])


@pytest.mark.parametrize("name", [name for name in experiment_names() if name != "displacement_validation"])
def test_every_run_of_a_ready_experiment_can_be_built(name):
    """Each policy and setting of each point is opened as a run would open it."""
    from mixflow.policies import library

    wanted = asked([f"experiment={name}"])
    seen = set()
    for base, changes in wanted.points:
        config = validated(changed(wanted.bases[base], changes))
        key = (tuple(config["policies"]), str(config["policy_settings"]))
        if key not in seen:
            seen.add(key)
            library.opened(in_force(config), config["policy_settings"])
    assert seen


def test_settings_count_only_where_their_policy_is_selected() -> None:
    lines = [
        "scenario=toy",
        "policies=[],[more_labour_visas],[work_rights]",
        "policies.more_labour_visas.dose=0.25,0.5,1",
        "seed=1,2",
    ]
    assert len(asked([*lines, "most_runs=10"]).points) == 10
    with pytest.raises(UserError, match="asks for 10 runs"):
        asked([*lines, "most_runs=9"])
