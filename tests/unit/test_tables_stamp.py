"""Tables that change while a process lives are read again: a dashboard lives for days."""

import os
import shutil

import pytest

from mixflow.experiments.results.indicators.tables import world_of
from mixflow.experiments.runs.identity import tables_digest
from mixflow.scenarios.tables import tables_folder
from mixflow.sim.base.errors import UserError


def test_a_table_that_changes_is_read_again_even_where_its_time_and_size_stay(tmp_path):
    folder = tmp_path / "world"
    shutil.copytree(tables_folder({"scenario": "toy", "tables": None}), folder)
    config = {"scenario": "toy", "tables": str(folder)}
    before, digest = world_of(config), tables_digest(folder)
    assert world_of(config) is before
    path = folder / "places.csv"
    text, times = path.read_text(), path.stat()
    name = before.place_names[0]
    path.write_text(text.replace(name, name[:-1] + "Q"))
    for other in folder.glob("*.csv"):
        if other != path:
            other.write_text(other.read_text().replace(name, name[:-1] + "Q"))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    after = world_of(config)
    assert after.place_names[0] == name[:-1] + "Q"
    assert tables_digest(folder) != digest


def test_a_folder_that_is_gone_is_named(tmp_path):
    with pytest.raises(UserError, match=r"cannot read the tables: .*gone: No such file"):
        tables_digest(tmp_path / "gone")
