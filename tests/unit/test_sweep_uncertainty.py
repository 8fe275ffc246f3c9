"""Sensitivity and exploration: known answers are found, figures are drawn, mistakes are refused."""

import numpy as np
import pandas as pd
import pytest

from mixflow.experiments.cli import main as cli
from mixflow.experiments.studies.uncertainty.prim import discovered
from mixflow.experiments.studies.uncertainty.ranges import chosen, hypercube, indices, sampled
from mixflow.sim.base.errors import UserError
from mixflow.sim.base.params import PARAMS

pytest.importorskip("SALib", reason="the extra 'sweep' is not installed")
pytest.importorskip("duckdb", reason="the extra 'sweep' is not installed")


@pytest.fixture
def ranges():
    return chosen(["leave.income_gap", "leave.prepare_share", "leave.network_ratio"])


def unit(ranges, rows):
    return (rows - ranges.low) / (ranges.high - ranges.low)


def test_parameters_are_chosen_by_pattern_and_grade():
    group = chosen(["leave.*"])
    assert set(group.names) == {f"leave.{name}" for name, param in PARAMS["leave"].items() if param.high > param.low}
    assert set(chosen(["leave.*"], ["fitted"]).names) < set(group.names)
    with pytest.raises(UserError, match=r"Did you mean 'leave\.income_gap'"):
        chosen(["leave.incom_gap"])
    with pytest.raises(UserError, match="at least two"):
        chosen(["leave.income_gap"])


@pytest.mark.parametrize("method", ["morris", "sobol"])
def test_known_indices_are_found(ranges, method):
    rows = sampled(ranges, method, 64)
    assert len(rows) == 64 * (4 if method == "morris" else 8)
    x = unit(ranges, rows)
    found = indices(ranges, method, rows, 4 * x[:, 0] + x[:, 1])
    if method == "morris":
        assert found["main"] == pytest.approx([4, 1, 0], abs=0.05)
        assert found["sigma"] == pytest.approx([0, 0, 0], abs=1e-6)
    else:
        assert found["main"] == pytest.approx([16 / 17, 1 / 17, 0], abs=0.05)
        together = indices(ranges, method, rows, (x[:, 0] - 0.5) * (x[:, 1] - 0.5))
        assert together["S2"][0, 1] == pytest.approx(1, abs=0.2)


def test_nothing_to_explain_is_said(ranges):
    rows = sampled(ranges, "sobol", 8)
    with pytest.raises(UserError, match="the same in all runs"):
        indices(ranges, "sobol", rows, np.ones(len(rows)))


def test_a_box_is_found_where_it_is_and_no_other_parameter_is_limited():
    rows = np.random.default_rng(1).random((600, 6))
    interesting = (rows[:, 1] > 0.7) & (rows[:, 4] < 0.4)
    box = discovered(rows, interesting)
    assert set(np.flatnonzero(box.limited)) == {1, 4}
    assert box.low[1] == pytest.approx(0.7, abs=0.05)
    assert box.high[4] == pytest.approx(0.4, abs=0.05)
    assert box.density > 0.9
    assert box.coverage > 0.8


def test_noise_gives_no_box_that_says_much():
    rng = np.random.default_rng(2)
    box = discovered(rng.random((400, 6)), rng.random(400) < 0.3)
    assert box.limited.sum() <= 2
    with pytest.raises(ValueError, match="some worlds"):
        discovered(rng.random((10, 2)), np.ones(10, bool))


def test_a_hypercube_covers_each_range_evenly(ranges):
    x = unit(ranges, hypercube(ranges, 20))
    assert all(sorted(np.floor(column * 20).astype(int)) == list(range(20)) for column in x.T)


STUDY = [
    "scenario=toy",
    "end=2009-01-31",
    "--params",
    "leave.income_gap,leave.hardship_rate",
    "--measure",
    "departures",
]


def test_sensitivity_from_the_command_line(tmp_path, capsys):
    command = ["sensitivity", *STUDY, "--samples", "3", f"runs_dir={tmp_path}", "hydra/launcher=basic"]
    assert cli.main(command) == 0
    (folder,) = tmp_path.glob("studies/*")
    assert capsys.readouterr().out.splitlines()[-1] == str(folder)
    table = pd.read_csv(folder / "indices.csv")
    assert set(table["parameter"]) == {"leave.income_gap", "leave.hardship_rate"}
    assert len(pd.read_parquet(folder / "outcome.parquet")) == 9
    assert {path.name for path in folder.glob("*.png")} == {"tornado_departures.png", "interactions_departures.png"}
    assert cli.main([*command, "-q"]) == 0
    assert capsys.readouterr().out == f"{folder}\n"


def test_exploration_from_the_command_line(tmp_path, capsys):
    command = ["explore", *STUDY, "params.leave.give_up_days=400,600", "--samples", "10", f"runs_dir={tmp_path}"]
    assert cli.main([*command, "hydra/launcher=basic", "--when", "departures > 1000"]) == 0
    (folder,) = tmp_path.glob("studies/*")
    table = pd.read_csv(folder / "levers.csv")
    assert list(table["lever"]) == ["give_up_days 400", "give_up_days 600"]
    assert (folder / "levers_departures.png").exists()
    out = capsys.readouterr().out
    assert "share of worlds: departures > 1000" in out


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["sensitivity", "scenario=toy", "--params", "leave.*", "--method", "guess"], "Allowed: morris, sobol"),
        (["sensitivity", "scenario=toy"], "--params"),
        (["sensitivity", "scenario=toy", "--params", "leave.*", "seed=3"], "--seeds"),
        (["sensitivity", "scenario=toy", "--params", "leave.*", "params.leave.income_gap=1"], "both set and uncertain"),
        (["sensitivity", "scenario=toy", "--params", "leave.*", "--samples", "1"], "too few"),
        (["explore", "scenario=toy", "--params", "leave.*", "--when", "much"], "is no condition"),
        (["explore", "scenario=toy", "--params", "leave.*", "--samples", "3"], "too few"),
    ],
)
def test_mistakes_are_refused(tmp_path, command, said, capsys):
    assert cli.main([*command, f"runs_dir={tmp_path}"]) == 2
    assert said in capsys.readouterr().err
