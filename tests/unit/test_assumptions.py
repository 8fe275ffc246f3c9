"""Countries without rows in a table: what stands for them is said, recorded and shown; what cannot be assumed is refused."""

import shutil
import warnings
from pathlib import Path

import numpy as np
import pytest
from comparison_folder import made_up

from mixflow.experiments.cli.main import main
from mixflow.experiments.studies.compare import store
from mixflow.experiments.views.report.page import rendered
from mixflow.scenarios.build import build
from mixflow.scenarios.tables import tables_folder
from mixflow.scenarios.world import load_world
from mixflow.sim.accounts.results import read_run
from mixflow.sim.base.errors import AssumptionNote, UserError

TOY = tables_folder({"scenario": "toy"})
SHORT = ["scenario=toy", "end=2009-01-02", "scale=0.01", "threads=1", "figures=false"]


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """A copy of the toy world."""
    return Path(shutil.copytree(TOY, tmp_path / "tables"))


def without(folder: Path, table: str, *codes: str, column: int = 0) -> None:
    """Take the rows of countries out of a table."""
    head, *rows = (folder / f"{table}.csv").read_text().splitlines()
    kept = [row for row in rows if row.split(",")[column] not in codes]
    assert len(kept) < len(rows)
    (folder / f"{table}.csv").write_text("\n".join([head, *kept]) + "\n")


@pytest.mark.parametrize(
    ("table", "codes", "column", "said"),
    [
        ("recognition", ["ERI"], 0, "has no row for ERI: the mean of all rows holds (rate 0.57, convention 0.25)."),
        (
            "recognition",
            ["ERI", "SYR"],
            0,
            "has no row for ERI, SYR: the mean of all rows holds (rate 0.25, convention 0.1).",
        ),
        ("returns", ["SYR"], 0, "has no row for SYR: the mean of all rows holds ("),
        ("returns", ["ERI", "NGA", "SYR"], 0, "has no row for ERI, NGA, SYR: no return order is carried out."),
        ("diaspora", ["NGA"], 0, "has no row for NGA: nobody of theirs lives abroad."),
        ("hosted", ["NGA"], 0, "has no row for NGA: nobody of theirs is displaced or abroad at the start."),
        ("admissions", ["ERI"], 0, "has no row for ERI: they have no regular places anywhere."),
        ("admissions", ["GRC"], 1, "has no row for GRC: they give no regular places."),
    ],
)
def test_what_stands_for_rows_that_are_not_there_is_said(tables, table, codes, column, said):
    without(tables, table, *codes, column=column)
    (text,) = load_world(tables, "toy").assumed
    assert text.startswith(f"{table}.csv {said}")
    with pytest.warns(AssumptionNote, match=f"{table}.csv has no row for {codes[0]}"):
        build({"scenario": "toy", "tables": str(tables), "end": "2009-01-02", "scale": 0.01, "threads": 1})


def test_what_is_said_to_hold_does_hold(tables):
    without(tables, "recognition", "ERI")
    world = load_world(tables, "toy")
    others = [world.recognition[world.countries.index(code)].mean() for code in ("NGA", "SYR")]
    assert np.allclose(world.recognition[world.countries.index("ERI")], np.mean(others))


def test_offices_that_decide_less_than_others_are_named_where_some_have_rows(tables):
    head = (tables / "recognition_by_country.csv").read_text().splitlines()[0]
    row = 'DEU,2009,0.5,log odds,"assumption: made for a test",2009-01-01'
    (tables / "recognition_by_country.csv").write_text(f"{head}\n{row}\n")
    (text,) = load_world(tables, "toy").assumed
    assert text == "recognition_by_country.csv has no row for GRC, ITA: the mean of all rows holds (0.5 log odds)."


@pytest.mark.parametrize(
    ("table", "codes", "said"),
    [
        ("asylum_offices", ["DEU"], "asylum_offices.csv has no row for DEU: claims are made there"),
        ("asylum_offices", ["GRC", "ITA"], "no row for GRC, ITA"),
        ("recognition", ["ERI", "NGA", "SYR"], "recognition.csv has no rows"),
    ],
)
def test_what_cannot_be_assumed_is_refused(tables, table, codes, said):
    without(tables, table, *codes)
    with pytest.raises(UserError, match=said):
        load_world(tables, "toy")


def test_an_office_without_staff_may_be_said(tables):
    path = tables / "asylum_offices.csv"
    path.write_text(path.read_text().replace("GRC,staff,1,", "GRC,staff,0,"))
    assert load_world(tables, "toy").assumed == ()


def test_the_worlds_of_the_package_say_what_they_assume():
    assert load_world(TOY, "toy").assumed == ()
    assert load_world(tables_folder({"scenario": "mediterranean"}), "mediterranean").assumed == ()


@pytest.mark.parametrize("quiet", [True, False])
def test_the_command_says_it_once_and_the_record_keeps_it(tables, tmp_path, capfd, quiet):
    without(tables, "returns", "SYR")
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        assert main(["run", *SHORT, f"tables={tables}", f"runs_dir={tmp_path}", f"quiet={str(quiet).lower()}"]) == 0
    printed = capfd.readouterr()
    assert printed.err.count("mixflow: note: returns.csv has no row for SYR: the mean") == (0 if quiet else 1)
    (text,) = read_run(printed.out.strip().splitlines()[-1]).record["assumed"]
    assert text.startswith("returns.csv has no row for SYR")


def test_the_report_shows_it(tmp_path):
    comparison = store.read(str(made_up(tmp_path / "compare-0", "toy", full=False)))
    assert "What tables do not say" not in rendered(comparison)
    comparison.record["assumed"] = ["returns.csv has no row for SYR: <mean>."]
    assert "<h3>What tables do not say</h3><ul><li>returns.csv has no row for SYR: &lt;mean&gt;.</li></ul>" in rendered(
        comparison
    )
