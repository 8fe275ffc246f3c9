"""Records and files whose digests are right, and whose values are not what columns, files and terminals can hold."""

import json

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from finished_run import made_run

from mixflow.experiments.results.maps import outline_of
from mixflow.experiments.runs.catalogue import Catalogue
from mixflow.experiments.runs.catalogue.catalogue import KEPT, _head
from mixflow.experiments.runs.catalogue.command import overview
from mixflow.experiments.runs.line_store import line_of, read_line
from mixflow.experiments.runs.sweep.cost import _records
from mixflow.experiments.studies.compare.evaluate import Reading, read
from mixflow.sim.accounts.results import read_run
from mixflow.sim.base.errors import UserError
from mixflow.sim.base.integrity import sealed, write_sealed
from mixflow.sim.base.reading import parse_json


def _forge(run, change):
    path = run / "record.json"
    record = json.loads(path.read_text())
    change(record)
    path.write_text(json.dumps(sealed(record)))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda r: r.update(wall_s="long"), "wall_s is 'long'"),
        (lambda r: r.update(peak_rss_mb=[1]), r"peak_rss_mb is '\[1\]'"),
        (lambda r: r.update(code=5), "code is '5'"),
        (lambda r: r["config"].update(seed="x"), "seed is 'x'"),
        (lambda r: r["config"].update(seed=None), "seed is 'None'"),
        (lambda r: r["config"].update(scenario={"a": 1}), "scenario is 'None'"),
        (lambda r: r["config"].update(scale=True), "scale is 'True'"),
        (lambda r: r.update(events=10**40), "events has more than 64 bits"),
        (lambda r: r.update(events=10**400), "is larger than 1.8e308"),
    ],
)
def test_a_forged_record_is_left_out_and_named(tmp_path, change, said):
    made_run(tmp_path, 1)
    forged = made_run(tmp_path, 2)
    _forge(forged, change)
    catalogue = Catalogue(tmp_path)
    assert "1 runs" in overview(catalogue)
    assert len(catalogue.bad) == 1
    with pytest.raises(AssertionError, match=said):
        raise AssertionError(catalogue.bad[0])


@pytest.mark.parametrize(
    ("column", "values", "said"),
    [("count", ["many", "few"], "no numbers in column count"), ("date", [1, 2], "no days in column date")],
)
def test_columns_of_numbers_and_days_hold_them(tmp_path, column, values, said):
    run = made_run(tmp_path, 1)
    frame = pd.read_parquet(run / "flows.parquet").assign(**{column: values})
    frame.to_parquet(run / "flows.parquet")
    record = json.loads((run / "record.json").read_text())
    write_sealed(run, "record.json", {key: value for key, value in record.items() if key != "files"})
    with pytest.raises(UserError, match=rf"flows\.parquet has {said}"):
        read_run(run)


@pytest.mark.parametrize("change", [{"start": 5}, {"end": "x"}, {"scenario": "nowhere"}, {"scale": "x"}])
def test_a_comparison_names_the_run_that_it_cannot_read(tmp_path, change):
    run = made_run(tmp_path, 1)
    _forge(run, lambda record: record["config"].update(tables=None, **change))
    with pytest.raises(UserError, match=r"the run in .*-1 cannot be read|cannot read the tables: .*nowhere"):
        read(Reading(run, "base", 1, True))


@pytest.mark.parametrize(("column", "value"), [("wall_s", "long"), ("scenario", 5), ("seed", "x")])
def test_what_a_catalogue_has_kept_is_looked_up_again_where_its_columns_hold_something_else(tmp_path, column, value):
    made_run(tmp_path, 1)
    assert "1 runs" in overview(Catalogue(tmp_path))
    path = tmp_path / KEPT
    table = pq.read_table(pa.BufferReader(path.read_bytes().partition(b"\n")[2])).to_pandas().assign(**{column: value})
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pandas(table, preserve_index=False), sink)
    content = sink.getvalue().to_pybytes()
    path.write_bytes(_head(content) + b"\n" + content)
    catalogue = Catalogue(tmp_path)
    assert catalogue.table.to_pandas()[column].tolist() != [value]
    assert "1 runs" in overview(catalogue)


@pytest.mark.parametrize("memory", ["much", -1.0, [1], 10**400])
def test_what_runs_took_is_a_number_or_left_out(tmp_path, memory):
    run = made_run(tmp_path, 1)
    assert len(list(_records(run.parent))) == 1
    _forge(run, lambda record: record.update(peak_rss_mb=memory))
    assert list(_records(run.parent)) == []


@pytest.mark.parametrize("content", [b'{"a": "\\ud800"}', '{"a": "\\uDFFF"}', b'["\\ud83d"]', '"\ud800"'])
def test_half_a_letter_is_refused_where_it_is_read(content):
    with pytest.raises(UserError, match="surrogates not allowed"):
        parse_json(content, "a record")


def test_a_letter_written_in_two_halves_is_read():
    assert parse_json('{"a": "\\ud83d\\ude00"}', "a record") == {"a": "\N{GRINNING FACE}"}


def test_a_line_with_half_a_letter_is_no_line_and_a_loss_without_bound_is_kept():
    assert read_line(line_of({"a": 1.0})) == {"a": 1.0}
    assert read_line(line_of({"a": "\ud800"})) is None
    assert read_line(line_of({"a": float("inf")})) == {"a": float("inf")}


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"countries": [{"polygons": [[[1e400, "x"]]]}]}', "\xff", "[1, 2]", "{}"]
)
def test_an_outline_that_is_none_is_named(tmp_path, text):
    (tmp_path / "outline.json").write_text(text, encoding="latin-1")
    with pytest.raises(UserError, match=r"outline\.json"):
        outline_of(tmp_path)
