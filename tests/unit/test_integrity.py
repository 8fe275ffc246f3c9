"""Complete means content: whatever bit of finished results is changed, it is named and never read as other numbers."""

import copy
import errno
import json
import os
import random
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from finished_run import made_run, rewritten

from mixflow.experiments.cli import main as cli
from mixflow.experiments.cli.show import show
from mixflow.experiments.results.indicators.tables import tables_of
from mixflow.experiments.runs.run import run
from mixflow.sim.accounts.results import (
    ABSENT,
    COLUMNS,
    DAMAGED,
    FORMAT,
    OTHER,
    WHOLE,
    examined,
    is_complete,
    published,
    read_run,
    remove_leftovers,
)
from mixflow.sim.base import integrity
from mixflow.sim.base.errors import UserError
from mixflow.sim.base.integrity import ResultsDamaged, discard, file_digest, is_sealed, sealed, set_aside


def flipped(path, at, bit=0):
    content = bytearray(path.read_bytes())
    content[at % len(content)] ^= 1 << bit
    path.write_bytes(content)


def test_every_flipped_bit_is_named_and_none_reads_as_other_numbers(tmp_path):
    folder = made_run(tmp_path)
    good, rng = read_run(folder), random.Random(1)
    for path in sorted(folder.iterdir()):
        whole = path.read_bytes()
        for _ in range(12):
            flipped(path, rng.randrange(len(whole)), rng.randrange(8))
            if is_complete(folder):  # a blank between two names of the record
                assert path.name == "record.json"
                assert read_run(folder).record == good.record
            else:
                with pytest.raises(ResultsDamaged, match=path.name):
                    read_run(folder)
            path.write_bytes(whole)
    assert is_complete(folder)
    pd.testing.assert_frame_equal(read_run(folder).flows, good.flows)


def test_the_message_says_what_and_what_to_do(tmp_path):
    folder = made_run(tmp_path)
    flipped(folder / "flows.parquet", 100)
    with pytest.raises(ResultsDamaged) as caught:
        read_run(folder)
    assert str(caught.value) == f"results in {folder} are damaged: flows.parquet; run again with force=true."
    again = copy.copy(caught.value)  # made as another process makes it that is sent one
    assert (str(again), again.what) == (str(caught.value), ("flows.parquet",)), "it comes back from another process"


@pytest.mark.parametrize("name", [*(f"{name}.parquet" for name in COLUMNS), "summary.json"])
def test_a_file_that_is_not_there_is_named(tmp_path, name):
    folder = made_run(tmp_path)
    (folder / name).unlink()
    with pytest.raises(ResultsDamaged, match=f"damaged: {name} \\(no such file"):
        read_run(folder)
    (folder / name).mkdir()
    assert examined(folder).state == DAMAGED
    (folder / name).rmdir()
    os.mkfifo(folder / name)
    assert examined(folder).state == DAMAGED, "a pipe is not waited for"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"files": {}}, "does not list the files"),
        ({"files": None}, "does not list the files"),
        ({"files": ["flows.parquet"]}, "does not list the files"),
        ({"files": "plus ../../../etc/hostname"}, "lists '../../../etc/hostname'"),
        ({"files": "plus /etc/hostname"}, "lists '/etc/hostname'"),
        ({"files": "plus .hidden"}, "lists '.hidden'"),
        ({"files": "plus figures/../../x"}, "lists 'figures/../../x'"),
    ],
)
def test_a_record_that_is_none_is_named(tmp_path, changes, said):
    folder = made_run(tmp_path)
    if str(changes["files"]).startswith("plus "):
        record = json.loads((folder / "record.json").read_text())
        changes = {"files": {**record["files"], changes["files"].removeprefix("plus "): {"bytes": 3, "sha256": "0"}}}
    rewritten(folder, **changes)
    assert not is_complete(folder)
    with pytest.raises(ResultsDamaged, match=said):
        read_run(folder)


@pytest.mark.parametrize(
    ("content", "state"),
    [
        ({"complete": True, "format": FORMAT}, DAMAGED),
        ({"complete": True, "format": FORMAT, "digest": "0"}, DAMAGED),
        ({"complete": True, "format": FORMAT, "digest": 5}, DAMAGED),
        ({"complete": True, "format": 4, "files": {}}, OTHER),
        ({"complete": True}, OTHER),
        ({"complete": False}, ABSENT),
        ([1], DAMAGED),
        (None, DAMAGED),
    ],
)
def test_what_a_record_alone_says(tmp_path, content, state):
    (tmp_path / "record.json").write_text(json.dumps(content))
    assert examined(tmp_path).state == state
    with pytest.raises(UserError):
        read_run(tmp_path)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"\0" * 50])
def test_a_record_that_cannot_be_read_is_damaged(tmp_path, content):
    (tmp_path / "record.json").write_bytes(content)
    assert examined(tmp_path).state == DAMAGED
    with pytest.raises(ResultsDamaged, match=r"record\.json"):
        read_run(tmp_path)


def test_an_older_format_is_named(tmp_path):
    folder = made_run(tmp_path)
    record = json.loads((folder / "record.json").read_text())
    del record["digest"]
    (folder / "record.json").write_text(json.dumps({**record, "format": 4}))
    with pytest.raises(UserError, match=f"in format 4 of results; this version reads format {FORMAT}"):
        read_run(folder)


def test_a_missing_column_is_named(tmp_path):
    folder = made_run(tmp_path)
    frame = pd.read_parquet(folder / "costs.parquet").drop(columns="policy")
    frame.to_parquet(folder / "costs.parquet")
    record = json.loads((folder / "record.json").read_text())
    rewritten(folder, files={**record["files"], "costs.parquet": integrity.entry_of(folder / "costs.parquet")})
    with pytest.raises(ResultsDamaged, match=r"costs\.parquet has no column policy"):
        read_run(folder)


def test_a_table_of_no_record_is_not_read(tmp_path):
    folder = made_run(tmp_path)
    pd.DataFrame({"key": [1]}).to_parquet(folder / "people.parquet")
    rewritten(
        folder, config={"scenario": "toy", "start": "2009-01-01", "end": "2009-02-28", "scale": 0.1, "tables": None}
    )
    assert "people" not in tables_of(folder).frames


def test_pages_of_tables_have_checksums(tmp_path):
    """The body of a page is checked by Parquet itself, for readers that know no record."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = tmp_path / "x.parquet"
    integrity.write_parquet(pa.table({"x": np.arange(5000) ** 3}), path)
    flipped(path, path.stat().st_size // 2)
    with pytest.raises((OSError, pa.ArrowException), match=r"(?i)crc|checksum"):
        pq.read_table(path, page_checksum_verification=True)


def test_a_digest_is_remembered_until_the_file_changes(tmp_path, monkeypatch):
    path, times = tmp_path / "x", []
    path.write_bytes(b"a" * 1000)
    os.utime(path, (1, 1))
    monkeypatch.setattr(integrity, "SETTLED_S", -1e9)
    real = integrity.hashlib.file_digest
    monkeypatch.setattr(integrity.hashlib, "file_digest", lambda *a: times.append(1) or real(*a))
    first = file_digest(path)
    assert (file_digest(path), len(times)) == (first, 1)
    path.write_bytes(b"b" * 1000)
    os.utime(path, (1, 1))
    assert file_digest(path) != first, "the same length and time of writing: the time of the change differs"


def test_what_was_just_written_is_read_each_time(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"a")
    file_digest(path)
    assert str(path) not in integrity._known


def test_a_sealed_record_knows_its_content():
    record = sealed({"b": [1.5, None], "a": {"é": True}})
    assert is_sealed(json.loads(json.dumps(record)))
    assert is_sealed(dict(reversed(list(record.items()))))
    assert not is_sealed({**record, "b": [1.5, 0]})
    assert not is_sealed({**record, "c": 1})
    assert not is_sealed({key: value for key, value in record.items() if key != "digest"})


# ---- what stands in the way


def _dangling(path):
    path.symlink_to("nowhere")


def _link_to_file(path):
    path.with_name("target").write_text("x")
    path.symlink_to(path.with_name("target"))


def _file(path):
    path.write_text("x")


def _loop(path):
    path.symlink_to(path)


@pytest.mark.parametrize("make", [_dangling, _link_to_file, _file, _loop])
def test_what_is_no_folder_is_named_and_replaced(tmp_path, make):
    final = tmp_path / "run"
    make(final)
    assert examined(final).state == DAMAGED
    with pytest.raises(ResultsDamaged, match="not a folder, or a link to none"):
        read_run(final)
    with published(final) as folder:
        (folder / "a").write_text("a")
    assert (final / "a").read_text() == "a"
    assert {path.name for path in tmp_path.iterdir()} <= {"run", "target"}


@pytest.mark.parametrize("make", [_dangling, _link_to_file, _file])
def test_leftovers_of_any_kind_are_removed(tmp_path, make):
    for ending in ("old", "part"):
        make(tmp_path / f".run.0.{ending}")
    remove_leftovers(tmp_path / "run")
    assert {path.name for path in tmp_path.iterdir()} <= {"target"}


def test_what_is_set_aside_is_kept_under_another_name(tmp_path):
    folder = made_run(tmp_path)
    aside = set_aside(folder)
    assert not folder.exists()
    assert aside.name.startswith(f".{folder.name}.")
    assert examined(aside).state == WHOLE
    assert set_aside(tmp_path / "nothing") is None


# ---- commands


def test_show_and_run_end_with_a_message_and_code_2(tmp_path, capsys, monkeypatch):
    folder = made_run(tmp_path)
    flipped(folder / "market.parquet", 50)
    with pytest.raises(ResultsDamaged, match=r"market\.parquet"):
        show([str(folder)])
    assert cli.main(["show", str(folder)]) == 2
    assert "are damaged: market.parquet; run again with force=true" in capsys.readouterr().err
    monkeypatch.setattr("mixflow.experiments.runs.run.run_name", lambda config: folder.name)
    config = {"scenario": "toy", "runs_dir": str(tmp_path), "force": False}
    for quiet in (False, True):
        with pytest.raises(ResultsDamaged):
            run(config, quiet)
    with pytest.raises(KeyError):  # it goes on to the run, which this config is not enough for
        run({**config, "force": True}, True)


def test_a_draft_that_cannot_be_removed_ends_nothing(tmp_path, monkeypatch):
    def refuses(self, missing_ok=False):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "unlink", refuses)
    discard(tmp_path / "draft")
