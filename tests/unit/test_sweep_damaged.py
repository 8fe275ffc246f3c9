"""A sweep makes damaged results again: they are named, set aside, and replaced by one worker alone."""

import json

import pytest
from finished_run import made_run

from mixflow.experiments.runs.sweep import driver, worker
from mixflow.experiments.runs.sweep.plan import Planned, SweepPlan, write
from mixflow.sim.accounts.results import WHOLE, examined
from mixflow.sim.base.errors import UserError


@pytest.fixture
def plan(tmp_path, monkeypatch):
    """A sweep of two runs that are there, and a run that takes no time."""
    folders = [made_run(tmp_path, seed) for seed in (1, 2)]
    runs = tuple(Planned(folder.name, 0, {"seed": k + 1}) for k, folder in enumerate(folders))
    plan = SweepPlan(tmp_path, (), ("seed",), ({"scenario": "toy", "runs_dir": str(tmp_path)},), runs, "code")
    write(plan)
    monkeypatch.setattr(worker, "check_code", lambda plan: None)
    monkeypatch.setattr(SweepPlan, "config", lambda self, run: {"scenario": "toy"})

    def execute(config, name, final, progress, held):
        assert not final.exists(), "it was set aside"
        made_run(tmp_path, int(name.rpartition("-")[2]))

    monkeypatch.setattr(worker, "execute", execute)
    return plan


def broken(folder):
    path = folder / "stocks.parquet"
    content = bytearray(path.read_bytes())
    content[40] ^= 1
    path.write_bytes(content)


def test_a_damaged_run_is_named_set_aside_and_made_again(plan, tmp_path, capsys):
    final = plan.final(plan.runs[0])
    broken(final)
    assert plan.missing() == [plan.runs[0]]
    driver._look_at_what_is_there(plan)
    said = capsys.readouterr().err
    assert f"results in {final} are damaged: stocks.parquet; they are set aside, and made again." in said
    assert str(plan.final(plan.runs[1])) not in said
    assert worker.work(worker.WorkerOptions(plan.folder)) == 1
    assert plan.missing() == []
    (aside,) = final.parent.glob(".*.damaged")
    assert examined(aside).state != WHOLE
    assert worker.work(worker.WorkerOptions(plan.folder)) == 0, "what is whole is not made again"


def test_a_link_in_the_place_of_a_run_ends_no_sweep(plan, tmp_path):
    final = plan.final(plan.runs[0])
    final.rename(tmp_path / "elsewhere")
    final.symlink_to("nowhere")
    driver._look_at_what_is_there(plan)
    assert worker.work(worker.WorkerOptions(plan.folder)) == 1
    assert examined(final).state == WHOLE


def test_runs_of_another_format_are_refused_and_stay(plan):
    path = plan.final(plan.runs[1]) / "record.json"
    record = json.loads(path.read_text())
    del record["digest"]
    path.write_text(json.dumps({**record, "format": 4}))
    with pytest.raises(UserError, match="in format 4 of results"):
        driver._look_at_what_is_there(plan)
    assert json.loads(path.read_text())["format"] == 4
