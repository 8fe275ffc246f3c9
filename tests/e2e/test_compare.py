"""`mixflow compare` from the command to the files: pairs that share their draws, what is kept, what a report is made of."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mixflow.experiments.cli import main as cli
from mixflow.experiments.studies.compare import store
from mixflow.experiments.studies.compare.effects import COLUMNS

DAYS = ("scenario=toy", "end=2009-08-31", "base=[]")
POLICY = "humanitarian_visas"


def compare(root: Path, *lines: str) -> Path:
    """Run a comparison and return its folder."""
    assert cli.main(["compare", *DAYS, f"runs_dir={root}", "-q", *lines]) == 0
    return max(root.glob("toy/compare-*"), key=lambda path: path.stat().st_mtime)


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A comparison of two pairs, with doses."""
    return compare(tmp_path_factory.mktemp("compared"), f"with={POLICY}", "seeds=2", "dose=0,0.002,1")


@pytest.mark.slow
def test_it_writes_effects_beside_both_runs(answered: Path) -> None:
    effects = pd.read_parquet(answered / "effects.parquet")
    assert tuple(effects.columns) == COLUMNS
    whole = effects[effects["month"].isna()].set_index("indicator")
    assert {"irregular_flow", "legal_flow", "deaths", "debt", "protection_gap", "unprotected_survival", "spending",
            "remittances", "skill_balance", "host_load_destinations_per_head"} <= set(whole.index)  # fmt: skip
    assert whole.loc["legal_flow", "difference"] > 0
    assert (effects["seeds"] <= 2).all()
    runs = json.loads((answered / "comparison.json").read_text(encoding="utf-8"))["arms"]
    for arm in runs:
        for name in arm["runs"].values():
            assert (answered.parent / name / "people.parquet").exists()


@pytest.mark.slow
def test_flows_of_the_whole_run_are_the_sum_of_its_months(answered: Path) -> None:
    effects = pd.read_parquet(answered / "effects.parquet")
    rows = effects[effects["indicator"] == "irregular_flow"]
    monthly = rows.loc[rows["month"].notna(), ["base", "with", "difference"]].sum()
    assert monthly.to_numpy() == pytest.approx(
        rows.loc[rows["month"].isna(), ["base", "with", "difference"]].iloc[0].to_numpy(float)
    )


@pytest.mark.slow
def test_no_dose_is_the_base_and_a_full_one_the_policy(answered: Path) -> None:
    comparison = store.read(answered)
    doses = comparison.tables["doses"].set_index(["dose", "indicator"])["difference"]
    assert (doses.loc[0.0].dropna() == 0).all()
    whole = comparison.effects[comparison.effects["month"].isna()].set_index("indicator")["difference"]
    assert np.allclose(doses.loc[1.0].reindex(whole.index), whole, equal_nan=True)
    assert 0 < doses.loc[(0.002, "legal_flow")] < doses.loc[(1.0, "legal_flow")]


@pytest.mark.slow
def test_two_policies_tell_what_is_left_of_each_beside_the_other(tmp_path: Path) -> None:
    pair = "with=[livelihood_aid,fisheries_and_trade_shock]"
    folder = compare(tmp_path, pair, "surface=true", "dose=0,1", "seeds=3")
    table = store.read(folder).tables["coherence"].set_index(["policy", "indicator"])
    aid = table.loc[("livelihood_aid", "livelihoods_lost")]
    assert aid["alone"] < aid["together"] < aid["without"]  # M58: trade undoes a part of what aid does
    assert 0 < aid["low"] <= aid["left"] <= aid["high"] < 1
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "What remains of the effect of each policy when both are in force" in page


@pytest.mark.slow
def test_new_users_are_followed_into_the_world_without_the_policy(answered: Path) -> None:
    comparison = store.read(answered)
    users = comparison.tables["new_users"]
    assert set(users["before"]) <= {"irregular", "regular", "nearby", "stayed"}
    assert users.loc[users["channel"] == "humanitarian", "count"].sum() > 0
    levels = comparison.tables["outcome_ladder"]
    gains = comparison.tables["gains"]
    better = levels.loc[levels["level_with"] > levels["level_base"], "count"].sum()
    assert gains["gained"].sum() == pytest.approx(better)


@pytest.mark.slow
def test_the_same_command_runs_nothing_again_and_the_report_can_be_made_from_tables_alone(
    answered: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = answered.parent.parent
    stamps = {path: path.stat().st_mtime_ns for path in root.glob("toy/[!.]*/record.json")}
    before = (answered / "report.html").read_bytes()
    assert compare(root, f"with={POLICY}", "seeds=2", "dose=0,0.002,1") == answered
    assert {path: path.stat().st_mtime_ns for path in root.glob("toy/[!.]*/record.json")} == stamps
    assert (answered / "report.html").read_bytes() == before
    alone = shutil.copytree(answered, tmp_path / "mailed")
    (alone / "report.html").unlink()
    assert cli.main(["report", str(alone)]) == 0
    assert (alone / "report.html").read_bytes() == before
    run = next(path.parent for path in stamps)
    assert cli.main(["report", str(run)]) == 0
    assert str(answered.name) in capsys.readouterr().out


@pytest.mark.slow
def test_more_seeds_reuse_those_that_are_there(answered: Path) -> None:
    root = answered.parent.parent
    stamps = {path: path.stat().st_mtime_ns for path in root.glob("toy/[!.]*/record.json")}
    more = compare(root, f"with={POLICY}", "seeds=3")
    assert more != answered
    assert {path: path.stat().st_mtime_ns for path in stamps} == stamps


@pytest.mark.slow
def test_a_comparison_that_is_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "mixflow.experiments",
        "compare",
        *DAYS,
        f"with={POLICY}",
        "seeds=4",
        f"runs_dir={tmp_path}",
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    deadline = time.monotonic() + 300
    while not list(tmp_path.glob("toy/[!.]*-*/record.json")) and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.1)
    if process.poll() is None:
        os.kill(process.pid, signal.SIGKILL)
    process.wait()
    kept = {path: path.stat().st_mtime_ns for path in tmp_path.glob("toy/[!.]*-*/record.json")}
    assert kept
    folder = compare(tmp_path, f"with={POLICY}", "seeds=4")
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    assert (folder / "report.html").exists()


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("with=more_labor_visas",), "more_labour_visas"),
        ((f"with={POLICY}", "dose=2"), "from 0 to 1"),
        ((f"with={POLICY}", f"policies.{POLICY}.dose=7"), "dose"),
        ((f"with={POLICY}", f"policies.{POLICY}.end=2001-01-01"), "end"),
        ((f"with={POLICY}", "policy_path=/no/such/folder"), "/no/such/folder"),
        (("seeds=3",), "a comparison needs a policy"),
    ],
)
def test_mistakes_end_before_the_first_day(
    lines: tuple[str, ...], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["compare", *DAYS, f"runs_dir={tmp_path}", *lines]) == 2
    assert said in capsys.readouterr().err
    assert not list(tmp_path.glob("toy/*"))
