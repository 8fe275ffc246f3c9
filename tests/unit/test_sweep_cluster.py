"""What is asked of a cluster follows from what runs were measured to cost."""

import json

import pytest

from mixflow.experiments.runs.sweep.cost import RunCost, measured
from mixflow.experiments.runs.sweep.overrides import asked
from mixflow.experiments.runs.sweep.plan import planned
from mixflow.policies.yaml_files import parse_yaml
from mixflow.sim.base.errors import UserError

pytest.importorskip("submitit", reason="the extra 'cluster' is not installed")

from mixflow.experiments.runs.sweep.slurm import ask, check


@pytest.fixture
def settings():
    from importlib import resources

    return parse_yaml((resources.files("mixflow.configs") / "hydra" / "launcher" / "slurm.yaml").read_text(), "a test")


def test_a_thousand_small_runs_are_tens_of_jobs(settings):
    for wall in (1.0, 30.0, 60.0):
        asked_for = ask(settings, RunCost(wall, 300.0), 1000)
        assert 10 <= asked_for.jobs <= 100
        assert 60 * asked_for.timeout_min > 1000 / asked_for.jobs * wall
        assert asked_for.until_s < 60 * asked_for.timeout_min


def test_long_runs_get_a_job_each_and_the_time_they_need(settings):
    asked_for = ask(settings, RunCost(3 * 3600.0, 20_000.0), 8)
    assert asked_for.jobs == 8
    assert asked_for.timeout_min > 4 * 60
    assert 25 < asked_for.mem_gb < 40


def test_without_a_measurement_one_run_goes_first(settings):
    assert (ask(settings, None, 1000).jobs, ask(settings, None, 1000).most) == (1, 1)
    told = ask({**settings, "timeout_min": 60, "mem_gb": 4}, None, 1000)
    assert told.most is None
    assert told.jobs >= 10


def test_what_the_user_says_stands(settings):
    told = ask({**settings, "timeout_min": 7, "mem_gb": 3}, RunCost(60.0, 300.0), 100)
    assert (told.timeout_min, told.mem_gb) == (7, 3)


@pytest.mark.parametrize("key", ["max_jobs", "timeout_min", "mem_gb"])
def test_wrong_numbers_are_refused(settings, key):
    with pytest.raises(UserError, match=f"hydra.launcher.{key}=0"):
        check({**settings, key: 0})


def test_cost_is_the_most_of_runs_alike(tmp_path):
    wanted = asked(["scenario=toy", "seed=1,2"])
    plan = planned(tmp_path, (), wanted.bases, wanted.points)
    assert measured(plan) is None
    for name, wall, scale in (("a-1", 3.0, 1), ("b-1", 5.0, 1), ("c-1", 99.0, 0.5)):
        folder = tmp_path / "toy" / name
        folder.mkdir(parents=True)
        record = {
            "complete": True,
            "wall_s": wall,
            "peak_rss_mb": 100 * wall,
            "config": {**wanted.bases[0], "scale": scale},
        }
        (folder / "record.json").write_text(json.dumps(record))
    assert measured(plan) == RunCost(5.0, 500.0)
