"""The command line: help that teaches, messages without tracebacks, exit codes."""

import subprocess
import sys
from pathlib import Path

import pytest

import mixflow
from mixflow.experiments.cli import main as cli
from mixflow.sim.base.params import PARAMS

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"], ["help"]])
def test_help_teaches_by_examples(arguments, capsys):
    assert cli.main(arguments) == 0
    out = capsys.readouterr().out
    assert "mixflow run scenario=toy" in out
    assert all(command in out for command in cli.COMMANDS)


@pytest.mark.parametrize("command", ["run", "show", "scenarios"])
def test_each_command_has_help(command, capsys):
    assert cli.main([command, "--help"]) == 0
    assert f"usage: mixflow {command}" in capsys.readouterr().out


def test_version(capsys):
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"mixflow {mixflow.__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ruin"], "Did you mean 'run'"),
        (["scenario=toy"], "mixflow run scenario=toy"),
        (["run", "--sead=3"], "--sead=3"),
        (["run", "sead=3"], "Did you mean 'seed'"),
        (["run", "scenario=toi"], "Allowed: displacement, mediterranean, toy"),
        (["show", "parms"], "Did you mean 'params'"),
        (["show", "params", "leeve"], "Did you mean 'leave'"),
        (["show", "/"], "no finished run"),
        (["scenarios", "toy"], "toy"),
    ],
)
def test_mistakes_end_in_one_line_and_code_2(arguments, said, capsys):
    assert cli.main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("mixflow: ")
    assert err.count("\n") == 1
    assert said in err


def test_quiet_stands_before_and_after_the_command(monkeypatch):
    seen = []
    monkeypatch.setattr("mixflow.experiments.runs.run.run", lambda config, quiet: seen.append((config["seed"], quiet)))
    for arguments in (
        ["-q", "run", "seed=5"],
        ["run", "-q", "seed=5"],
        ["run", "seed=5", "--quiet"],
        ["run", "seed=5", "quiet=true"],
    ):
        assert cli.main(arguments) == 0
    assert cli.main(["run", "seed=5"]) == 0
    assert seen == [(5, True)] * 4 + [(5, False)]


def test_scenarios_are_listed(capsys):
    assert cli.main(["scenarios"]) == 0
    out = capsys.readouterr().out
    assert "mediterranean: " in out
    assert "mixflow run scenario=toy" in out


def test_show_config_names_what_differs(capsys):
    assert cli.main(["show", "scenario=toy", "params.leave.give_up_days=500"]) == 0
    out = capsys.readouterr().out
    assert "scenario: toy" in out
    assert "params.leave.give_up_days: 500 (default 450)" in out


def test_show_params_explains_every_number(capsys):
    assert cli.main(["show", "params"]) == 0
    out = capsys.readouterr().out
    for group, params in PARAMS.items():
        for name, param in params.items():
            assert f"params.{group}.{name} = " in out
            assert param.source in out


@pytest.mark.parametrize("module", ["mixflow.experiments", "experiments"])
def test_modules_are_the_command(module):
    done = subprocess.run(
        [sys.executable, "-m", module, "--version"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, f"mixflow {mixflow.__version__}\n"), done.stderr
