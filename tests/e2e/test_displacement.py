"""A case from the command line to its results, and the validation of a folder of cases."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from case_folders import CLOSURES, ROUTES, make_case

from mixflow.experiments.cli import main as cli


def mixflow(*arguments: str) -> int:
    return cli.main(list(arguments))


def test_a_run_writes_camps_summary_record_and_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = make_case(tmp_path / "made")
    assert mixflow("run", "scenario=displacement", f"case={case}", f"runs_dir={tmp_path}/runs", "seeds=3") == 0
    out, err = capsys.readouterr()
    folder = Path(out.strip().splitlines()[-1])
    assert "error (averaged relative difference)" in out
    assert "Inner has no data" in err
    table = pq.read_table(folder / "camps.parquet")
    assert table.column_names == ["day", "date", "camp", "simulated", "registered"]
    assert table.num_rows == 60 * 3
    frame = table.to_pandas()
    assert frame["registered"].isna().sum() == 60
    assert str(frame["date"].iloc[-1]) == "2014-03-01"
    summary = json.loads((folder / "summary.json").read_text())
    assert {"ard", "ard_rescaled", "ard_range", "naive", "camps", "notes"} <= set(summary)
    known = frame.dropna()
    gap = (known["simulated"] - known["registered"]).abs().groupby(known["day"]).sum()
    assert summary["ard"] == pytest.approx((gap / known.groupby("day")["registered"].sum()).mean(), abs=1e-4)
    record = json.loads((folder / "record.json").read_text())
    assert record["complete"]
    assert record["people"] == 9700
    assert {path.name for path in (folder / "figures").iterdir()} == {"camps.png", "map.png"}
    assert mixflow("run", "scenario=displacement", f"case={case}", f"runs_dir={tmp_path}/runs", "seeds=3") == 0
    assert "there already" in capsys.readouterr().err


@pytest.mark.parametrize("rules", ["mixflow", "flee"])
def test_threads_change_nothing(tmp_path: Path, rules: str, capsys: pytest.CaptureFixture[str]) -> None:
    case, found = make_case(tmp_path / "made"), []
    for threads in (1, 3):
        given = [
            f"case={case}",
            f"rules={rules}",
            f"threads={threads}",
            f"runs_dir={tmp_path}/{threads}",
            "figures=false",
        ]
        assert mixflow("run", "-q", "scenario=displacement", "seeds=4", *given) == 0
        folder = Path(capsys.readouterr().out.strip())
        found.append(((folder / "camps.parquet").read_bytes(), (folder / "summary.json").read_bytes(), folder.name))
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        ([], "needs case=DIR"),
        (["case=nowhere"], "is not a folder"),
        (["rules=fly", "case=."], "Allowed: mixflow, flee"),
        (["peer=4", "case=."], "Allowed: described, 3.1"),
        (["people_per_agent=0", "case=."], "people_per_agent=0"),
        (["strict=perhaps", "case=."], "strict='perhaps' is not allowed: true or false"),
        (["scale=0.1", "case=."], "Key 'scale' is not known"),
        (["policies=[x]", "case=."], "no meaning with scenario=displacement"),
        (["params.flight.sice=1", "case=."], "Did you mean 'size'"),
        (["params.flight.size=9", "case=."], "from 0 to 1.5"),
        (["params.leave.give_up_days=90", "case=."], "Parameter group 'leave' is not known"),
    ],
)
def test_mistakes_end_in_a_message(arguments: list[str], part: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert mixflow("run", "scenario=displacement", *arguments) == 2
    assert part in capsys.readouterr().err


def test_a_wrong_case_is_refused_with_all_its_problems(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = make_case(tmp_path / "made", routes=ROUTES.replace("60", "-60"), closures=CLOSURES + "wall,Home,Far,1,2\n")
    assert mixflow("run", "scenario=displacement", f"case={case}", f"runs_dir={tmp_path}/runs") == 2
    err = capsys.readouterr().err
    assert "has 3 problems" in err
    assert "Traceback" not in err
    assert not list((tmp_path / "runs").rglob("record.json"))


def test_numbers_and_content_name_the_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case, names = make_case(tmp_path / "made"), []
    for extra in ([], ["params.flight.size=0.9"], ["people_per_agent=2"]):
        mixflow("run", "-q", "scenario=displacement", f"case={case}", f"runs_dir={tmp_path}/r", "figures=false", *extra)
        names.append(Path(capsys.readouterr().out.strip()).name)
    (case / "source_data" / "east.csv").write_text("2014-01-01,5\n2014-03-01,900\n")
    mixflow("run", "-q", "scenario=displacement", f"case={case}", f"runs_dir={tmp_path}/r", "figures=false")
    names.append(Path(capsys.readouterr().out.strip()).name)
    assert len(set(names)) == 4


def test_validate_prints_a_table_and_goes_on_where_it_was(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_case(tmp_path / "cases" / "one")
    make_case(tmp_path / "cases" / "deep" / "two", closures=None)
    given = ["validate", f"cases={tmp_path}/cases", "seeds=2", f"runs_dir={tmp_path}/r", "peer_seeds=0"]
    assert mixflow(*given) == 0
    out = capsys.readouterr().out
    for part in ("one", "two", "mean", "nearest", "capacity", "first"):
        assert part in out
    kept = sorted((tmp_path / "r" / "validation" / "cases").iterdir())
    assert len(kept) == 2
    lines = kept[0].read_text()
    kept[0].write_text(lines + "\n{broken")
    assert mixflow(*given) == 0
    assert capsys.readouterr().out == out
    assert kept[0].read_text().startswith(lines)


def test_validate_tells_of_wrong_cases_after_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_case(tmp_path / "cases" / "one")
    make_case(tmp_path / "cases" / "bad", locations="#\n")
    assert mixflow("validate", f"cases={tmp_path}/cases", "seeds=1", f"runs_dir={tmp_path}/r", "peer_seeds=0") == 2
    found = capsys.readouterr()
    assert "one" in found.out
    assert "locations.csv: has no places" in found.err
    assert mixflow("validate", f"cases={tmp_path}/none") == 2
    assert mixflow("validate", f"cases={tmp_path}/r") == 2
    assert "holds no case" in capsys.readouterr().err
    assert mixflow("validate") == 2


def test_a_folder_that_cannot_be_read_ends_in_a_message(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mixflow.experiments", "run", "scenario=displacement", f"case={tmp_path}", f"runs_dir={tmp_path}/r"],
        capture_output=True, text=True, env=os.environ, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "holds no folder input_csv/" in done.stderr
    assert "Traceback" not in done.stderr
