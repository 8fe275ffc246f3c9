"""Worlds of a sweep that cannot be built are refused before any run is planned or started."""

from pathlib import Path

import pytest
from policies_made import effect, written

from mixflow.experiments.cli import main as cli
from mixflow.experiments.runs.config import composed
from mixflow.experiments.runs.sweep import worlds

SETS = {"one": ["one"], "two": ["two"], "both": ["one", "two"], "astray": ["astray"]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Policies that set the same, and one that hits nothing."""
    path = tmp_path / "mine"
    path.mkdir()
    written(path, "one", [effect("staff", "set", 20.0)])
    written(path, "two", [effect("staff", "set", 30.0)])
    written(path, "astray", [effect("death", "set", 0.5, where={"country": ["AFG"]})])
    return path


@pytest.mark.parametrize(
    ("sets", "said"),
    [
        ("[one],[one,two]", "'one' and 'two' both set 'staff'"),
        ("[one],[astray]", "matches nothing in this world"),
        ("[one],[mare_nostrum]", "'mare_nostrum' is never in force"),
    ],
)
def test_an_impossible_combination_is_refused_before_any_run(
    sets: str, said: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "runs"
    command = [
        "scenario=toy",
        "end=2009-01-31",
        f"policy_path={folder}",
        f"runs_dir={root}",
        f"policies={sets}",
        "seed=1,2",
    ]
    assert cli.main(["run", "-m", *command]) == 2
    assert said in capsys.readouterr().err
    assert not root.exists()


def test_worlds_that_differ_in_seed_dose_or_parameters_alone_are_made_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[list[str]] = []
    real = worlds.library.chosen

    def counted(names: list[str], *rest: object, **more: object) -> object:
        made.append(names)
        return real(names, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(worlds.library, "chosen", counted)
    base = composed(["scenario=toy", f"policy_path={folder}", "policies=[one]"])
    doses = [{**base, "policy_settings": {"one": {"dose": dose}}} for dose in (0.1, 0.2)]
    worlds.check_worlds([base, {**base, "seed": 2}, *doses, {**base, "policies": ["two"]}])
    assert made == [["one"], ["one"], ["two"]]
