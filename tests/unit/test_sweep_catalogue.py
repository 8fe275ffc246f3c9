"""The catalogue: everything that is there is found, counted and grouped; everything that is not right is named."""

import json
import shutil

import pandas as pd
import pytest

from mixflow.experiments.cli import main as cli
from mixflow.experiments.runs.catalogue import Catalogue
from mixflow.experiments.runs.catalogue.catalogue import KEPT
from mixflow.experiments.runs.catalogue.export import export
from mixflow.sim.accounts.results import read_run
from mixflow.sim.base.errors import UserError
from mixflow.sim.base.integrity import sealed

pytest.importorskip("duckdb", reason="the extra 'sweep' is not installed")

from mixflow.experiments.runs.catalogue.query import Query


@pytest.fixture(scope="module")
def swept_once(tmp_path_factory):
    """A folder with six runs."""
    root = tmp_path_factory.mktemp("runs")
    command = [
        "run",
        "-m",
        "-q",
        "scenario=toy",
        "end=2009-02-28",
        "params.leave.give_up_days=400,500",
        "seed=range(0,3)",
    ]
    assert cli.main([*command, f"runs_dir={root}", "hydra/launcher=basic"]) == 0
    return root


@pytest.fixture
def runs(swept_once, tmp_path):
    """A copy of it that may be broken."""
    shutil.copytree(swept_once, tmp_path / "runs")
    return tmp_path / "runs"


def test_two_lines_give_a_data_frame(runs):
    frame = Catalogue(runs).frame()
    assert len(frame) == 6
    assert set(frame["params.leave.give_up_days"]) == {400, 500}
    one = read_run(runs / frame["folder"][0])
    row = frame.iloc[0]
    assert row["departures"] == one.summary["departures"]
    assert (row["seed"], row["hash"], row["code"]) == (
        one.record["seed"],
        one.record["config_hash"],
        one.record["code"],
    )
    assert row["wall_s"] > 0


def test_what_was_read_once_is_kept_and_what_changed_is_read_again(runs):
    first = Catalogue(runs).frame()
    assert (runs / KEPT).exists()
    pd.testing.assert_frame_equal(Catalogue(runs).frame(), first)
    record = next(runs.glob("toy/*/record.json"))
    content = json.loads(record.read_text())
    record.write_text(json.dumps(sealed({**content, "wall_s": 1234.5})))
    assert Catalogue(runs).frame()["wall_s"].max() == 1234.5
    shutil.rmtree(record.parent)
    assert len(Catalogue(runs).frame()) == 5
    (runs / KEPT).write_text("nonsense")
    assert len(Catalogue(runs).frame()) == 5


def test_a_table_that_breaks_after_it_was_catalogued_is_named(runs):
    assert len(Catalogue(runs).frame()) == 6
    victim = sorted(runs.glob("toy/*/flows.parquet"))[0]
    whole = victim.read_bytes()
    victim.write_bytes(whole[:50])
    broken = Catalogue(runs)
    assert len(broken.frame()) == 5
    assert [str(victim.parent) in said and "flows.parquet" in said for said in broken.bad] == [True]
    assert len(Catalogue(runs).bad) == 1, "it is told each time"
    victim.unlink()
    assert len(Catalogue(runs).bad) == 1
    victim.write_bytes(whole)
    assert len(Catalogue(runs).frame()) == 6


def test_broken_folders_are_named_skipped_and_counted(runs, capsys):
    folders = sorted(path.parent for path in runs.glob("toy/*/record.json"))
    (folders[0] / "flows.parquet").write_bytes(b"PAR1")
    (folders[1] / "record.json").write_text("{")
    old = json.loads((folders[2] / "record.json").read_text())
    del old["digest"]
    (folders[2] / "record.json").write_text(json.dumps({**old, "format": 1, "code": "0.0.9+old"}))
    catalogue = Catalogue(runs)
    assert len(catalogue.frame()) == 3
    assert len(catalogue.bad) == 2
    assert any("are damaged: flows.parquet" in said for said in catalogue.bad)
    assert "format 1 of mixflow 0.0.9+old" in catalogue.other[0]
    assert cli.main(["results", str(runs), "--measure", "deaths"]) == 0
    err = capsys.readouterr().err
    assert "cannot be read: 2" in err
    assert "another format: 1" in err


def test_a_table_that_is_corrupt_inside_is_named_and_its_run_left_out(runs):
    victim = sorted(runs.glob("toy/*/flows.parquet"))[0]
    size = victim.stat().st_size
    victim.write_bytes(b"x" * size)
    query = Query(Catalogue(runs))
    assert query.summed("flows")["runs"].item() == 5
    assert f"results in {victim.parent} are damaged: flows.parquet" in query.catalogue.bad[0]


def test_a_flipped_bit_in_what_is_kept_of_a_catalogue_is_read_again(runs):
    frame = Catalogue(runs).frame()
    whole = (runs / KEPT).read_bytes()
    for at in (len(whole) // 3, len(whole) // 2, len(whole) - 40):
        (runs / KEPT).write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
        pd.testing.assert_frame_equal(Catalogue(runs).frame(), frame, check_like=True)


def test_a_flipped_bit_in_a_summary_or_a_table_is_named(runs):
    first, second = sorted(runs.glob("toy/[!.]*"))[:2]
    flipped(first / "summary.json")
    catalogue = Catalogue(runs)
    assert len(catalogue.frame()) == 5
    assert catalogue.bad == [f"results in {first} are damaged: summary.json; run again with force=true."]
    flipped(second / "flows.parquet")
    query = Query(catalogue)
    assert query.summed("flows")["runs"].item() == 4
    assert f"results in {second} are damaged: flows.parquet" in catalogue.bad[-1]


def flipped(path):
    """Change one bit in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_links_that_lead_nowhere_are_named(runs):
    (runs / "toy" / "0123456789ab-1").symlink_to("nowhere")
    (runs / "toy" / "0123456789ab-2").symlink_to(runs / "toy" / "a_file")
    (runs / "toy" / "a_file").write_text("x")
    catalogue = Catalogue(runs)
    assert len(catalogue.frame()) == 6
    assert len(catalogue.bad) == 2


def test_versions_are_never_mixed(runs):
    record = next(runs.glob("toy/*/record.json"))
    content = json.loads(record.read_text())
    record.write_text(json.dumps(sealed({**content, "code": "0.1.0+other"})))
    with pytest.raises(
        UserError, match=r"several versions of mixflow, which are not mixed: .*0\.1\.0\+other \(1 runs\)"
    ):
        Query(Catalogue(runs))
    assert len(Query(Catalogue(runs), "0.1.0+other").select()) == 1
    with pytest.raises(UserError, match="no runs of mixflow 7"):
        Query(Catalogue(runs), "7")


def test_groups_and_conditions(runs):
    query = Query(Catalogue(runs))
    frame = query.catalogue.frame()
    found = query.grouped(["irregular_share"], ["give_up_days"], "seed < 2")
    assert list(found["runs"]) == [2, 2]
    expected = frame[frame["seed"] < 2].groupby("params.leave.give_up_days")["irregular_share"].mean()
    assert found["irregular_share"].tolist() == pytest.approx(expected.tolist())
    assert len(query.select("params.leave.give_up_days = 500 AND scenario = 'toy'")) == 3


def test_tables_are_summed_by_run_and_averaged_over_all(runs):
    query = Query(Catalogue(runs))
    found = query.summed("flows", ["event"], "seed < 2", "origin IS NOT NULL")
    total = 0.0
    for run in query.catalogue.frame().query("seed < 2")["folder"]:
        flows = read_run(runs / run).flows
        total += flows.loc[flows["event"] == "death", "count"].sum()
    deaths = found.loc[found["event"] == "death"]
    assert (deaths["runs"].item(), deaths["count"].item()) == (4, pytest.approx(total / 4))


def test_levels_are_averaged_in_each_run(runs):
    query = Query(Catalogue(runs))
    found = query.summed("market", ["edge"], "seed < 2")
    edge = found["edge"].iloc[0]
    prices = []
    for run in query.catalogue.frame().query("seed < 2")["folder"]:
        market = read_run(runs / run).market
        prices.append(market.loc[market["edge"] == edge, "price"].mean())
    assert found["price"].iloc[0] == pytest.approx(sum(prices) / 4)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda q: q.grouped(["irregulr"]), "Measure .irregulr. is not known"),
        (lambda q: q.grouped(["deaths"], ["nothing"]), "Column 'nothing' is not known"),
        (lambda q: q.grouped(["deaths"], [], "no_such = 3"), "cannot answer that"),
        (
            lambda q: q.grouped(["deaths"], [], "(SELECT count(*) FROM read_csv('/etc/passwd')) > 0"),
            "cannot answer that",
        ),
        (lambda q: q.summed("flow"), "Did you mean 'flows'"),
    ],
)
def test_wrong_questions_are_refused(runs, call, said):
    query = Query(Catalogue(runs))
    with pytest.raises(UserError, match=said):
        call(query)


@pytest.mark.parametrize("kind", ["csv", "parquet", "netcdf"])
def test_exports_are_read_back(runs, tmp_path, kind):
    frame = Query(Catalogue(runs)).select()
    path = export(frame, kind, tmp_path / "out")
    if kind == "csv":
        back = pd.read_csv(path)
    elif kind == "parquet":
        back = pd.read_parquet(path)
    else:
        from scipy.io import netcdf_file

        with netcdf_file(str(path), mmap=False) as file:
            assert file.variables["deaths"][:].tolist() == frame["deaths"].tolist()
            words = [b"".join(row).rstrip(b"\0").decode() for row in file.variables["run"][:]]
            assert words == frame["run"].tolist()
        return
    assert back["deaths"].tolist() == frame["deaths"].tolist()
    assert back["run"].tolist() == frame["run"].tolist()


def test_overview_and_sweep_folder(runs, capsys):
    assert cli.main(["results", str(runs)]) == 0
    out = capsys.readouterr().out
    assert "6 complete" in out
    assert "differ in: seed, params.leave.give_up_days" in out
    sweep = next(runs.glob("sweeps/*"))
    shutil.rmtree(next(runs.glob("toy/[!.]*")))
    frame = Catalogue(sweep).frame(None)
    assert frame["status"].value_counts().to_dict() == {"complete": 5, "missing": 1}
    assert cli.main(["results", str(runs / "nowhere")]) == 2
    assert cli.main(["results", str(runs), "--export", "xlsx"]) == 2
    assert "csv, parquet, netcdf" in capsys.readouterr().err
