"""Results on disk: whole or not at all."""

import pandas as pd
import pytest
from finished_run import made_run

from mixflow.experiments.results.summary import compared, log_rmse, months
from mixflow.sim.accounts.results import (
    COLUMNS,
    check_writable,
    is_complete,
    published,
    read_run,
    write_json,
    write_table,
)
from mixflow.sim.base.errors import UserError


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_folder_appears_whole(tmp_path):
    final = tmp_path / "runs" / "one"
    with published(final) as folder:
        (folder / "a").write_text("a")
        assert not final.exists()
    assert (final / "a").read_text() == "a"
    assert names(final.parent) == ["one"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, OSError])
def test_a_failure_leaves_what_was_there(tmp_path, error):
    final = tmp_path / "one"
    final.mkdir()
    (final / "old").write_text("old")

    def fail():
        with published(final) as folder:
            (folder / "new").write_text("new")
            raise error

    with pytest.raises(error):
        fail()
    assert names(tmp_path) == ["one"]
    assert names(final) == ["old"]


def test_a_new_folder_replaces_the_old(tmp_path):
    final = tmp_path / "one"
    final.mkdir()
    (final / "old").write_text("old")
    with published(final) as folder:
        (folder / "new").write_text("new")
    assert names(tmp_path) == ["one"]
    assert names(final) == ["new"]


def test_only_a_record_that_says_complete_counts(tmp_path):
    assert not is_complete(tmp_path)
    (tmp_path / "record.json").write_text("{")
    assert not is_complete(tmp_path)
    write_json(tmp_path / "record.json", {"complete": False})
    assert not is_complete(tmp_path)
    with pytest.raises(UserError, match="no finished run"):
        read_run(tmp_path)
    write_json(tmp_path / "record.json", {"complete": True})
    assert not is_complete(tmp_path), "it lists no files"
    assert is_complete(made_run(tmp_path))


@pytest.mark.parametrize("name", COLUMNS)
def test_an_empty_table_is_written_and_read(tmp_path, name):
    frame = pd.DataFrame({column: [] for column in COLUMNS[name]})
    write_table(tmp_path, name, frame)
    assert list(pd.read_parquet(tmp_path / f"{name}.parquet").columns) == list(COLUMNS[name])


def test_other_columns_are_refused(tmp_path):
    with pytest.raises(ValueError, match="table flows has columns"):
        write_table(tmp_path, "flows", pd.DataFrame({"date": []}))


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match=r"cannot write results into .*runs_dir=PATH"):
        check_writable(tmp_path / "file" / "runs")


def test_the_check_leaves_nothing_behind(tmp_path):
    check_writable(tmp_path / "runs")
    assert names(tmp_path / "runs") == []


def test_comparison_counts_only_the_months_of_the_run_and_says_where_there_is_no_record():
    observed = pd.DataFrame(
        [("2009-12-01", "detections", "central_mediterranean", "", "ERI", 10.0)], columns=COLUMNS["observed"]
    )
    recorded = pd.DataFrame(
        [
            (month, "detections", "central_mediterranean", "", "ERI", 7.0)
            for month in ("2008-12", "2009-11", "2009-12", "2010-02")
        ],
        columns=COLUMNS["observed"],
    )
    table = compared(observed, recorded, "detections", months("2009-11-15", "2010-01-31"), ["central_mediterranean"])
    assert table == {
        "central_mediterranean": {"2009": {"simulated": 10, "recorded": 14}, "2010": {"simulated": 0, "recorded": None}}
    }


def test_log_rmse_is_zero_for_equal_series_and_knows_a_factor():
    series = pd.Series([99.0, 199.0], pd.to_datetime(["2009-01-01", "2009-02-01"]))
    assert log_rmse(series, series) == 0
    assert log_rmse(series * 2 + 1, series) == pytest.approx(0.6931, abs=1e-4)
    assert log_rmse(series, pd.Series(dtype=float)) is None
