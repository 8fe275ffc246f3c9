"""Arguments as a shell may hand them over: bytes that are no UTF-8, and homes of users that do not exist."""

import pytest

from mixflow.experiments.cli import main
from mixflow.experiments.runs.config import composed
from mixflow.experiments.runs.sweep.overrides import asked
from mixflow.experiments.views.dashboard.safe_paths import Workspace
from mixflow.sim.base.errors import UserError

NOBODY = "~nobody_of_that_name/runs"


def test_a_home_of_no_user_is_a_folder_of_that_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert composed(["scenario=toy", f"runs_dir='{NOBODY}'"])["runs_dir"] == NOBODY
    assert asked(["scenario=toy", "seed=1,2", f"runs_dir='{NOBODY}'"]).bases[0]["runs_dir"] == NOBODY
    assert Workspace(NOBODY).root == tmp_path / NOBODY


@pytest.mark.parametrize("text", ["title='a\udcffb'", "runs_dir=\udcff", "\ud800=1"])
def test_a_value_that_no_file_can_hold_is_refused_before_work(text):
    with pytest.raises(UserError, match="is not UTF-8 text"):
        composed(["scenario=toy", text])


@pytest.mark.parametrize("command", ["run", "show", "results", "report", "policies", "nothing", "dashboard", "compare"])
def test_every_command_refuses_such_an_argument(command, capsys):
    assert main.main([command, "x\udcff"]) == 2
    assert capsys.readouterr().err == "mixflow: 'x\\udcff' is not UTF-8 text.\n"
