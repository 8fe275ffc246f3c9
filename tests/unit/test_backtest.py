"""Backtest: naive rules, errors, coverage, tables as known at a year's end, what is refused, and the figures' numbers."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mixflow.experiments.runs.identity import tables_digest
from mixflow.experiments.runs.kept_tables import write_tables
from mixflow.experiments.studies.calibration.past import tables_until
from mixflow.experiments.studies.calibration.rolling import (
    FLOOR,
    band,
    centre,
    coverage,
    log_gap,
    naive,
    rmse,
    scored,
    step_by_step,
)
from mixflow.experiments.studies.validation.backtest import (
    KEPT,
    OWN,
    Origin,
    leading,
    main,
    read_kept,
    recorded_months,
    score_table,
    scores_of,
)
from mixflow.experiments.studies.validation.figures import errors
from mixflow.experiments.studies.validation.figures import tests as drawn_tests
from mixflow.experiments.studies.validation.figures_actors import _round_numbers
from mixflow.scenarios.tables import tables_folder
from mixflow.scenarios.world import load_recorded, load_world
from mixflow.sim.base.errors import UserError

MONTHS = pd.date_range("2009-01-01", "2011-12-01", freq="MS")
TEST = MONTHS[24:]


def series(values: object) -> "pd.Series[float]":
    return pd.Series(np.asarray(values, float), MONTHS)


def test_naive_rules_know_nothing_of_the_year_they_speak_of() -> None:
    past = series(np.arange(36.0))[:24]
    said = naive(past, TEST)
    assert said["last month"].tolist() == [23.0] * 12
    assert said["same month last year"].tolist() == list(range(12, 24))
    assert said["seasonal mean"].tolist() == [6.0 + k for k in range(12)]
    assert step_by_step(series(np.arange(36.0)), TEST).tolist() == list(range(23, 35))


def test_errors_and_coverage() -> None:
    assert rmse(log_gap(np.array([FLOOR]), np.array([0.0]))) == pytest.approx(np.log(2))
    runs = np.tile(np.arange(101.0)[:, None], (1, 3))
    low, high = band(runs, 0.8)
    assert low == pytest.approx([10, 10, 10], abs=0.5)
    assert high == pytest.approx([90, 90, 90], abs=0.5)
    assert coverage(low, high, np.array([50.0, 5.0, 95.0])) == pytest.approx(1 / 3)
    wide = band(runs, 0.8, sigma=1.0)
    assert (wide[1] > high).all()
    assert centre(np.full((4, 2), 7.0)) == pytest.approx([7.0, 7.0])


def test_a_model_that_equals_the_record_makes_no_error_and_covers() -> None:
    truth = series(200 + 50 * np.sin(np.arange(36)))
    runs = np.tile(truth.to_numpy(), (20, 1))
    table = scored(runs, truth, MONTHS, TEST[0]).set_index("rule")
    assert table.loc["model", "log_rmse"] == pytest.approx(0.0)
    assert table.loc["model", "coverage"] == 1.0
    assert table.loc["last month", "log_rmse"] > 0.0
    assert table.loc["model's change", "log_rmse"] == pytest.approx(0.0)


def test_twice_the_record_is_an_error_of_level_that_the_change_does_not_make() -> None:
    truth = series(np.full(36, 1e6))
    table = scored(np.full((5, 36), 2e6), truth, MONTHS, TEST[0]).set_index("rule")
    assert table.loc["model", "bias"] == pytest.approx(np.log(2), abs=1e-3)
    assert table.loc["model's change", "log_rmse"] == pytest.approx(0.0, abs=1e-3)


# ---- tables of the past


def test_tables_of_a_years_end_hold_nothing_recorded_later(tmp_path: Path) -> None:
    source = tables_folder({"scenario": "mediterranean", "tables": None})
    folder = tables_until(source, pd.Timestamp("2012-12-31"), tmp_path / "past")
    recorded = pd.DataFrame(load_recorded(folder))
    assert recorded["month"].max() == "2012-12"
    assert pd.read_csv(folder / "returns.csv")["year"].max() == 2012
    world, whole = load_world(folder, "past"), load_world(source, "whole")
    assert not np.allclose(world.season, whole.season)
    assert world.season[1:].mean() == pytest.approx(1.0, abs=0.01)
    assert (world.drivers["conflict_displaced"] == whole.drivers["conflict_displaced"]).all()


def test_a_later_record_changes_nothing_in_the_tables_of_the_past(tmp_path: Path) -> None:
    source = tables_folder({"scenario": "toy", "tables": None})
    changed = tables_until(source, pd.Timestamp("2015-12-31"), tmp_path / "copy")
    text = (changed / "recorded.csv").read_text().splitlines()
    later = [line.replace(",30,", ",3000,") if line.startswith("2010") else line for line in text]
    (changed / "recorded.csv").write_text("\n".join(later) + "\n")
    until = pd.Timestamp("2009-12-31")
    first, second = (tables_until(folder, until, tmp_path / name) for folder, name in ((source, "a"), (changed, "b")))
    for file in sorted(first.iterdir()):
        assert file.read_bytes() == (second / file.name).read_bytes(), file.name


# ---- the command's parts


def fake_origin(year: int) -> Origin:
    months = pd.date_range("2009-01-01", f"{year + 1}-12-01", freq="MS")
    rng = np.random.default_rng(year)
    frames = []
    for _ in range(6):
        rows = [
            ("detections", route, m, float(rng.gamma(2, 500)))
            for route in ("central_mediterranean", "eastern_mediterranean")
            for m in months
        ]
        rows += [("detections by nationality", "SYR", m, 10.0) for m in months]
        frames.append(pd.DataFrame(rows, columns=["series", "key", "month", "value"]))
    return Origin(year, frames)


def test_scores_and_figures_of_a_run(tmp_path: Path) -> None:
    recorded = pd.DataFrame(load_recorded(tables_folder({"scenario": "mediterranean", "tables": None})))
    origins = [fake_origin(2012), fake_origin(2013)]
    scores = pd.concat([scores_of(origin, recorded, 2) for origin in origins], ignore_index=True)
    assert set(scores["rule"]) == {
        "model", "model's change", "last month", "same month last year", "seasonal mean", "last month, step by step",
    }  # fmt: skip
    assert (scores.loc[scores["rule"] == "model", "coverage"].between(0, 1)).all()
    page = score_table(scores)
    assert "coverage of the 80 % interval" in page
    assert "the model is closer in" in page
    for figure in (errors(scores), drawn_tests(origins, recorded, ["central_mediterranean", "eastern_mediterranean"])):
        assert figure.axes


def test_the_worst_error_is_in_the_picture() -> None:
    row = {"series": "detections", "name": "central_mediterranean", "rule": "model"}
    scores = pd.DataFrame([{**row, "tested": 2013, "log_rmse": 0.5}, {**row, "tested": 2014, "log_rmse": 4.0}])
    for ax in errors(scores).axes:
        assert ax.get_xlim()[0] == 0.0
        assert ax.get_xlim()[1] > 4.0


def test_leading_nationalities_are_those_known_by_then() -> None:
    recorded = pd.DataFrame(load_recorded(tables_folder({"scenario": "mediterranean", "tables": None})))
    assert leading(recorded, 2011, 2) != leading(recorded, 2015, 2)
    assert leading(recorded, 2015, 1) == ["SYR"]
    assert recorded_months(recorded, "detections", ["central_mediterranean"])["2013"].sum() == 45298.0


@pytest.mark.parametrize(
    "wrong",
    [
        "forecast_origins=[2019]",
        "forecast_origins=[2009]",
        "members=0",
        "seeds=many",
        "forecast_origins=[]",
        "nationalities=0",
    ],
)
def test_what_is_not_allowed_is_refused(wrong: str) -> None:
    with pytest.raises(UserError):
        main(["scenario=mediterranean", wrong])
    assert wrong.partition("=")[0] in OWN


@pytest.mark.parametrize(("low", "high"), [(250.0, 4000.0), (600.0, 2500.0), (3.0, 9000.0)])
def test_an_axis_of_prices_has_three_round_numbers_or_more(low: float, high: float) -> None:
    ticks = _round_numbers(low, high)
    assert len(ticks) >= 3
    assert ticks == sorted(ticks)
    assert low <= ticks[0] < ticks[-1] <= high


def test_a_damaged_copy_of_tables_is_named_and_made_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, until = tables_folder({"scenario": "toy", "tables": None}), pd.Timestamp("2012-12-31")
    copy = tables_until(source, until, tmp_path / "copy")
    whole, digest = (copy / "drivers.csv").read_bytes(), tables_digest(copy)
    assert tables_until(source, until, copy) == copy
    assert capsys.readouterr().err == ""
    (copy / "drivers.csv").write_bytes(whole[:-20] + b"9" + whole[-19:])
    assert tables_digest(tables_until(source, until, copy)) == digest
    assert "are damaged: drivers.csv; they are set aside, and made again" in capsys.readouterr().err
    assert (copy / "drivers.csv").read_bytes() == whole
    assert len(list(tmp_path.glob(".copy.*.damaged"))) == 1


def test_what_is_kept_of_a_run_comes_back_or_is_made_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    frame = pd.DataFrame({"series": ["a", "b"], "key": ["x", "y"], "month": MONTHS[:2], "value": [1.5, -0.0]})
    folder = tmp_path / "runs" / "one"
    assert read_kept(folder) is None
    write_tables(folder, {KEPT: frame})
    back = read_kept(folder)
    assert back is not None
    pd.testing.assert_frame_equal(back, frame, check_dtype=False)
    content = bytearray((folder / "kept.parquet").read_bytes())
    content[60] ^= 1
    (folder / "kept.parquet").write_bytes(content)
    assert read_kept(folder) is None
    assert "are damaged: kept.parquet; it is set aside, and the run is made again" in capsys.readouterr().err
    write_tables(folder, {KEPT: frame})
    assert read_kept(folder) is not None
    (folder / "record.json").write_text("{}")
    assert read_kept(folder) is None
