"""Regular places of a pair and channel may change by year."""

import shutil
from datetime import date
from pathlib import Path

import numpy as np

from mixflow.scenarios.tables import tables_folder
from mixflow.scenarios.world import graph, load_world
from mixflow.sim.base.params import defaults
from mixflow.sim.world.baseline import baseline
from mixflow.sim.world.compiled_world import CompiledWorld

ROW = 'NGA,ITA,work,{year},{value},persons per year,"assumption: for a test",2009-01-01\n'


def toy(tmp_path: Path, *rows: str) -> Path:
    folder = shutil.copytree(tables_folder({"scenario": "toy"}), tmp_path / "tables")
    lines = (folder / "admissions.csv").read_text().splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("NGA,ITA,work,")]
    (folder / "admissions.csv").write_text("".join([*kept, *rows]))
    return folder


def test_places_hold_from_their_year_until_the_next_and_consulates_follow(tmp_path: Path) -> None:
    rows = [ROW.format(year=year, value=value) for year, value in ((2012, 300), (2010, 100), (2014, 0))]
    world = load_world(toy(tmp_path, *rows), "toy")
    compiled = CompiledWorld(world, graph(world), {group: dict(values) for group, values in defaults().items()})
    pair = world.countries.index("NGA"), world.countries.index("ITA")

    def work(year: int) -> float:
        return float(baseline(compiled, date(year, 6, 1))["work"][pair])

    assert [work(year) for year in (2008, 2009, 2010, 2011, 2012, 2013, 2014, 2019)] == [
        100,
        100,
        100,
        100,
        300,
        300,
        0,
        0,
    ]
    consulates = [baseline(compiled, date(year, 6, 1))["consulates"][pair[1]] for year in (2011, 2012)]
    ratio = compiled.values["queue"]["consulate_ratio"]
    assert consulates[1] - consulates[0] == ratio * 200
    assert world.most_admissions()["work"][pair] == 300


def test_a_row_without_a_year_holds_from_the_beginning(tmp_path: Path) -> None:
    world = load_world(toy(tmp_path, ROW.format(year="", value=50), ROW.format(year=2011, value=70)), "toy")
    pair = world.countries.index("NGA"), world.countries.index("ITA")
    assert world.admissions["work"][pair] == 50
    assert list(world.admissions_later) == [2011]
    assert world.admissions_later[2011]["work"][pair] == 70
    others = world.admissions_later[2011]["family"]
    assert np.array_equal(others, world.admissions["family"])
