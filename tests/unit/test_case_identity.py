"""A run of a case is named by all that was read: whatever the folder or the ending of a file."""

import os
from pathlib import Path

import pytest
from case_folders import make_case

from mixflow.experiments.displacement import cases
from mixflow.experiments.displacement import run as displacement
from mixflow.experiments.runs.config import composed
from mixflow.experiments.runs.identity import run_name
from mixflow.experiments.runs.progress import Progress
from mixflow.scenarios.displacement import opened
from mixflow.sim.base.errors import UserError


def case_of(folder: Path, file: str) -> Path:
    made = make_case(folder, data_layout=f"total,refugees.csv\nEast,{file}\nWest,west.csv\n", agents="a\n")
    target = made / "source_data" / file
    target.parent.mkdir(exist_ok=True)
    (made / "source_data" / "east.csv").rename(target)
    return made


def named(case: Path, *extra: str) -> str:
    return run_name(composed(["scenario=displacement", f"case={case}", *extra]))


def change(path: Path) -> None:
    """Change one digit; size and time of the file stay as they were."""
    stat = path.stat()
    text = path.read_text()
    path.write_text(text.replace("1", "2", 1) if "1" in text else text.replace("0", "1", 1))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


@pytest.mark.parametrize("file", ["east.csv", "near/east.csv", "east.CSV", "east.txt", "near/east"])
def test_changed_registrations_give_a_run_another_name(tmp_path: Path, file: str) -> None:
    case = case_of(tmp_path / "made", file)
    before = named(case)
    assert named(case) == before
    change(case / "source_data" / file)
    assert named(case) != before


@pytest.mark.parametrize("file", ["input_csv/locations.csv", "input_csv/routes.csv", "input_csv/sim_period.csv",
                                  "source_data/refugees.csv"])  # fmt: skip
def test_every_file_that_is_read_counts(tmp_path: Path, file: str) -> None:
    case = case_of(tmp_path / "made", "east.csv")
    before = named(case)
    change(case / file)
    assert named(case) != before


def test_a_file_that_appears_counts_and_one_that_is_not_read_does_not(tmp_path: Path) -> None:
    case = case_of(tmp_path / "made", "east.csv")
    before = named(case)
    change(case / "source_data" / "refugees.csv")
    changed = named(case)
    (case / "source_data" / "notes.csv").write_text("mine\n")
    (case / "input_csv" / "agents.csv").write_text("b\n")
    (case / "input_csv" / ".hidden").write_text("b\n")
    assert named(case) == changed != before
    (case / "input_csv" / "conflicts.csv").write_text("#Day,Avel\n0,1\n")
    assert named(case) != changed


def test_a_wrong_case_has_no_name(tmp_path: Path) -> None:
    case = case_of(tmp_path / "made", "east.csv")
    named(case)
    (case / "input_csv" / "routes.csv").write_text("Avel,Nowhere,5\n")
    with pytest.raises(UserError, match="'Nowhere' is not known"):
        named(case)


def test_a_strict_reading_shares_results_but_not_refusals(tmp_path: Path) -> None:
    case = case_of(tmp_path / "made", "east.csv")
    named(case)
    with pytest.raises(UserError, match=r"agents.csv is not used"):
        named(case, "strict=true")
    (case / "input_csv" / "agents.csv").unlink()
    assert named(case, "strict=true") == named(case)


def test_a_run_whose_case_changed_after_it_was_named_is_refused(tmp_path: Path) -> None:
    case = case_of(tmp_path / "made", "near/east.csv")
    config = composed(["scenario=displacement", f"case={case}", "figures=false", "seeds=1"])
    name = run_name(config)
    change(case / "source_data" / "near" / "east.csv")
    with pytest.raises(UserError, match="have changed since"):
        displacement.execute(config, name, tmp_path / "out" / name, Progress(quiet=True))
    assert not (tmp_path / "out").exists()


def test_the_store_of_validation_is_named_by_all_that_was_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stores: list[Path] = []
    row = {"case": "made", "camps": 2, "days": 60, "people": 1, "ard": None, "spread": None, "ard_rescaled": None,
           "peer": None, "peer_source": "", **dict.fromkeys(cases.NAIVE)}  # fmt: skip
    monkeypatch.setattr(cases, "row_of", lambda _case, _path, _config, store, *_: stores.append(store.path) or row)
    case = case_of(tmp_path / "made", "near/east.txt")
    for _ in range(2):
        assert cases.main([f"cases={case}", f"runs_dir={tmp_path}/runs"]) == 0
    change(case / "source_data" / "near" / "east.txt")
    assert cases.main([f"cases={case}", f"runs_dir={tmp_path}/runs"]) == 0
    assert stores[0] == stores[1] != stores[2]


def test_a_file_that_is_no_file_is_refused(tmp_path: Path) -> None:
    case = case_of(tmp_path / "made", "east.csv")
    (case / "input_csv" / "routes.csv").unlink()
    os.mkfifo(case / "input_csv" / "routes.csv")
    with pytest.raises(UserError, match=r"routes.csv: is not a file"):
        named(case)


def test_large_files_are_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened, "CASE_BYTES", 20)
    with pytest.raises(UserError, match="no file of a case"):
        named(case_of(tmp_path / "made", "east.csv"))
