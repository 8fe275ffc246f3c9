"""Records and files whose digests are right, and whose values are not what columns, files and terminals can hold."""

import json

import pytest
from finished_run import made_run

from mixflow.experiments.results.maps import outline_of
from mixflow.experiments.runs.catalogue import Catalogue
from mixflow.experiments.runs.catalogue.command import overview
from mixflow.experiments.runs.line_store import line_of, read_line
from mixflow.sim.base.errors import UserError
from mixflow.sim.base.integrity import sealed
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
        (lambda r: r.update(events=10**400), "events has more than 64 bits"),
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
