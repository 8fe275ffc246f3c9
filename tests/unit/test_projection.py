"""What a projection refuses, what differs between its worlds, and how rule and response become quantiles."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mixflow.experiments.cli.main import main as cli
from mixflow.experiments.runs.config import composed
from mixflow.experiments.studies.projection import fan
from mixflow.experiments.studies.projection.command import main
from mixflow.experiments.studies.projection.inputs import first_day, frozen_history, frozen_tables
from mixflow.experiments.studies.projection.panel import KEYS, Panel
from mixflow.experiments.studies.projection.question import ProjectionQuestion, asked
from mixflow.experiments.studies.projection.response import FEW, Pair, counts, plan_of, responses
from mixflow.experiments.studies.projection.skill import main as score
from mixflow.policies import library
from mixflow.scenarios.tables import tables_folder
from mixflow.sim.base.errors import UserError

MED = "scenario=mediterranean"
TOY = "scenario=toy"


@pytest.fixture
def ask(tmp_path: Path) -> Callable[..., ProjectionQuestion]:
    return lambda *lines: asked([*lines, f"runs_dir={tmp_path}"])


def toy_copy(folder: Path, change: Callable[[str], str] = str) -> Path:
    found = Path(shutil.copytree(tables_folder({"scenario": "toy", "tables": None}), folder))
    record = found / "recorded.csv"
    record.write_text(change(record.read_text(encoding="utf-8")), encoding="utf-8")
    return found


# ---- bad input


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([MED, "reference=2020-01"], r"reference=2020-01 is outside the record .* 2009-12 to 2019-12.*held out"),
        ([MED, "reference=2009-11"], r"reference=2009-11 is outside the record .* 2009-12 to 2019-12"),
        ([MED, "reference=spring"], "reference=spring is not a month"),
        ([MED, "months=0"], "months=0 is not allowed: a whole number from 1 to 120"),
        ([MED, "months=121"], "months=121 is not allowed: a whole number from 1 to 120"),
        ([MED, "months=many"], "months=many is not allowed"),
        ([MED, "end=2020-12-31"], "end= is not a key of a projection"),
        ([MED, "members=21"], "members=21 is not allowed: ensemble mediterranean has 20"),
        ([MED, "inputs=hopes"], "inputs=hopes is not allowed: recorded, frozen, or a folder"),
        ([MED, "policies=[no_such]"], "Policy 'no_such' is not known"),
        ([MED, "policies=[eu_turkey_statement]"], "is in force in both worlds already"),
        ([MED, "without=[mare_nostrum]"], "no policy of that name is in force after 2019-12"),
        ([MED, "policies=[more_labour_visas]", "policies.more_labour_visas.start=2018-01-01"], "is not after the reference date"),
        ([MED, "policies.more_labour_visas.dose=0.5"], "policies= does not name more_labour_visas"),
        ([MED, "no_such_key=1"], "no_such_key"),
        (["scenario=displacement"], "has no record of flows"),
        ([TOY, "ensemble=mediterranean"], "was fitted to another scenario"),
    ],
)  # fmt: skip
def test_refused_before_any_run(ask: Callable[..., ProjectionQuestion], lines: list[str], said: str) -> None:
    with pytest.raises(UserError, match=said):
        ask(*lines)


def test_a_refusal_ends_with_code_2_and_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli(["projection", MED, "reference=2020-01", f"runs_dir={tmp_path}"]) == 2
    said = capsys.readouterr().err.strip()
    assert said.startswith("mixflow: reference=2020-01")
    assert "\n" not in said


def test_a_world_without_a_record_is_refused(ask: Callable[..., ProjectionQuestion], tmp_path: Path) -> None:
    folder = toy_copy(tmp_path / "t")
    (folder / "recorded.csv").unlink()
    with pytest.raises(UserError, match="scenario=toy has no record"):
        ask(TOY, f"tables={folder}")


def test_a_record_after_the_hold_out_date_is_refused(ask: Callable[..., ProjectionQuestion], tmp_path: Path) -> None:
    folder = toy_copy(tmp_path / "t", lambda text: text.replace("2015-12,", "2020-02,"))
    with pytest.raises(UserError, match="later records are held out"):
        ask(TOY, f"inputs={folder}")


@pytest.mark.parametrize("wrong", ["forecasts=hopes", "first=2015 last=2014", "members=0", "first=soon"])
def test_scoring_refuses(wrong: str) -> None:
    with pytest.raises(UserError, match=r"is not allowed|is after"):
        score([MED, *(["forecasts=rule"] if "forecasts" not in wrong else []), *wrong.split()])


# ---- the two worlds


def test_nothing_differs_where_inputs_are_frozen(ask: Callable[..., ProjectionQuestion]) -> None:
    question = ask(MED, "reference=2015-12", "months=12", "inputs=frozen")
    assert not question.differs
    assert question.frozen == question.new


def test_recorded_inputs_and_a_policy_differ(ask: Callable[..., ProjectionQuestion]) -> None:
    assert ask(MED, "reference=2015-12", "months=12").differs
    question = ask(MED, "reference=2015-12", "months=12", "inputs=frozen", "policies=[more_labour_visas]")
    assert question.differs
    assert question.frozen["tables"] == question.new["tables"]
    assert question.new["policy_settings"]["more_labour_visas"]["start"] == "2016-01-01"
    assert "more_labour_visas" not in question.frozen["policies"]
    assert question.new["end"] == question.frozen["end"] == "2016-12-31"


def test_frozen_history_begins_nothing_and_ends_nothing() -> None:
    config = composed([MED, "end=2018-12-31"])
    reference = pd.Period("2016-01", freq="M")
    frozen = frozen_history(config, reference)
    first = first_day(reference)
    assert first == date(2016, 2, 1)
    before = {p.name: p for p in library.opened(["history"], {})}
    after = {p.name: p for p in library.opened(["history", *frozen["policies"]], frozen["policy_settings"])}
    assert "eu_turkey_statement" in before
    assert "eu_turkey_statement" not in after
    assert all(p.start is None or p.start < first or p.start > date(2018, 12, 31) for p in after.values())
    ended = [n for n, p in before.items() if n in after and p.end is not None and first < p.end <= date(2018, 12, 31)]
    assert ended
    assert all(after[name].end is None for name in ended)
    gone = [n for n, p in before.items() if p.end is not None and p.end <= first]
    assert gone
    assert all(after[name].end == before[name].end for name in gone)


def test_a_policy_taken_out_ends_with_the_reference_date(ask: Callable[..., ProjectionQuestion]) -> None:
    question = ask(MED, "reference=2016-12", "months=12", "inputs=frozen", "without=[eu_turkey_statement]")
    assert question.new["policy_settings"]["eu_turkey_statement"]["end"] == "2017-01-01"
    assert question.differs


def test_frozen_tables_end_with_the_year_of_the_reference_date(tmp_path: Path) -> None:
    source = tables_folder({"scenario": "toy", "tables": None})
    folder = frozen_tables(source, pd.Period("2012-06", freq="M"), tmp_path)
    for name in ("drivers", "recognition", "returns"):
        assert pd.read_csv(folder / f"{name}.csv")["year"].max() <= 2012
    assert pd.read_csv(source / "drivers.csv")["year"].max() > 2012
    assert (folder / "recorded.csv").read_bytes() == (source / "recorded.csv").read_bytes()


def test_both_worlds_of_a_member_share_its_seed_and_parameters(
    ask: Callable[..., ProjectionQuestion], tmp_path: Path
) -> None:
    question = ask(MED, "reference=2015-12", "months=12", "members=2", "seed=5")
    plan = plan_of(question, tmp_path)
    configs = [plan.config(run) for run in plan.runs]
    assert [config["seed"] for config in configs] == [5, 5, 6, 6]
    assert configs[0]["params"] == configs[1]["params"] != configs[2]["params"]
    assert configs[0]["tables"] != configs[1]["tables"]


def test_an_ensemble_that_knows_no_later_record_is_taken(ask: Callable[..., ProjectionQuestion]) -> None:
    assert ask(MED, "reference=2013-12", "months=12").ensemble == "mediterranean_to_2013"
    early = ask(MED, "reference=2011-12", "months=12")
    assert early.ensemble == "mediterranean"
    assert any("fitted to records to 2015-12-31, after the reference date" in note for note in early.notes)
    assert any("recorded_deaths has no year of record at 2011-12" in note for note in early.notes)


def test_drivers_that_end_early_are_held_and_said(ask: Callable[..., ProjectionQuestion]) -> None:
    notes = ask(MED, "reference=2019-12", "months=48").notes
    assert any("drivers of mediterranean end with 2019" in note for note in notes)
    assert not any("drivers" in note for note in ask(MED, "reference=2015-12", "months=12").notes)


# ---- response and quantiles


def observed(**people: float) -> pd.DataFrame:
    months = pd.date_range("2015-01-01", "2016-12-01", freq="MS")
    rows = [
        ("detections", corridor, "", nationality, month, value)
        for key, value in people.items()
        for corridor, nationality in [key.split("_")]
        for month in months
    ]
    return pd.DataFrame(rows, columns=["series", "corridor", "country", "nationality", "month", "value"])


def panel_of(*rows: tuple[str, str]) -> Panel:
    keys = pd.DataFrame([("detections", c, n, "") for c, n in rows], columns=list(KEYS))
    values = np.full((len(rows), 36), 1000.0)
    return Panel(keys, pd.period_range("2013-01", periods=36, freq="M"), values, 100.0)


AHEAD = pd.period_range("2016-01", "2016-12", freq="M")


def test_twice_as_many_is_the_logarithm_of_two() -> None:
    pair = Pair(observed(a_SYR=1e6, b_SYR=1e6), observed(a_SYR=2e6, b_SYR=1e6))
    found = responses([pair], panel_of(("a", ""), ("b", "")), AHEAD, 1.0, None)
    assert found.shape == (1, 2, 12)
    assert found[0, 0] == pytest.approx(np.log(2), abs=1e-3)
    assert found[0, 1] == pytest.approx(0.0)


def test_few_simulated_people_say_what_their_corridor_says() -> None:
    pair = Pair(observed(a_SYR=0.0), observed(a_SYR=0.0))
    above = np.full((1, 12), 0.7)
    assert responses([pair], panel_of(("a", "SYR")), AHEAD, 0.01, above) == pytest.approx(0.7)
    some = Pair(observed(a_SYR=FEW), observed(a_SYR=2 * FEW))
    found = responses([some], panel_of(("a", "SYR")), AHEAD, 1.0, np.zeros((1, 12)))[0, 0, 5]
    assert 0.0 < found < np.log(2)


def test_counts_are_those_of_each_row_and_month() -> None:
    table = observed(a_SYR=3.0, a_ERI=4.0, b_SYR=5.0)
    assert (counts(table, panel_of(("a", ""), ("c", "")), AHEAD) == np.array([[7.0], [0.0]])).all()
    assert (
        counts(table, panel_of(("b", "SYR"), ("a", "ERI"), ("b", "ERI")), AHEAD) == np.array([[5.0], [4.0], [0.0]])
    ).all()


def rows_of(pairs: list[Pair], *rows: tuple[str, str]) -> pd.DataFrame:
    return fan.fan_table(fan.projected((panel_of(*rows),), AHEAD, pairs, 1.0))


def test_without_a_response_the_projection_is_the_rule() -> None:
    found = rows_of([], ("a", ""))
    assert tuple(found.columns) == fan.COLUMNS
    assert (found["delta_log"] == 0.0).all()
    assert found["q50"].to_numpy() == pytest.approx(found["rule_q50"].to_numpy())
    quantiles = found[list(fan.COLUMNS[5:12])].to_numpy()
    assert (np.diff(quantiles, axis=1) > 0).all()


def test_a_response_moves_the_median_and_widens_the_range() -> None:
    pair = Pair(observed(a_SYR=1e6), observed(a_SYR=2e6))
    plain, moved = rows_of([], ("a", "")), rows_of([pair], ("a", ""))
    assert (moved["rule_q50"] == plain["rule_q50"]).all()
    assert moved["q50"].to_numpy() == pytest.approx(2 * plain["q50"].to_numpy(), rel=0.02)
    width = [np.log(t["q90"] / t["q10"]).mean() for t in (plain, moved)]
    assert width[1] > width[0] + 0.02


def test_members_that_disagree_widen_the_range() -> None:
    up, down = (Pair(observed(a_SYR=1e6), observed(a_SYR=k * 1e6)) for k in (4.0, 0.25))
    alone, both = rows_of([], ("a", "")), rows_of([up, down], ("a", ""))
    assert (both["q90"] > alone["q90"]).all()
    assert (both["q10"] < alone["q10"]).all()


# ---- the whole command


def test_a_projection_with_frozen_inputs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [TOY, "reference=2014-12", "months=24", "inputs=frozen", f"runs_dir={tmp_path}"]
    assert main(lines) == 0
    folder = Path(capsys.readouterr().out.strip().splitlines()[-1])
    assert {path.name for path in folder.iterdir()} == {
        "projection.parquet", "projection.png", "projection.md", "projection.json",
    }  # fmt: skip
    rows: Any = pd.read_parquet(folder / "projection.parquet")
    assert tuple(rows.columns) == fan.COLUMNS
    detections = rows[rows["series"] == "detections"]
    assert str(detections["month"].min())[:10] == "2015-01-01"
    assert str(detections["month"].max())[:10] == "2016-12-01"
    totals = detections[detections["nationality"] == ""]
    assert set(totals["corridor"]) == {"central_mediterranean", "eastern_mediterranean"}
    assert set(detections["nationality"]) >= {"", "SYR", "ERI"}
    page = (folder / "projection.md").read_text(encoding="utf-8")
    assert "not a forecast" in page
    assert "the projection is the rule's" in page
    assert "end of 2014-12; 24 months" in page
