"""A world of the Americas, from tables alone, through every command: no word of another region in what it writes."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from american_world import CORRIDORS, american_world

from mixflow.experiments.cli import main as cli
from mixflow.experiments.views.dashboard.geography import geography
from mixflow.scenarios import ensembles
from mixflow.scenarios.world import load_world

pytestmark = pytest.mark.slow

FOREIGN = re.compile(r"Europe|\bEU\b|Mediterranean|Balkan|_mediterranean", re.IGNORECASE)
WORLD = ("scenario=toy", "scale=0.2", "start=2009-01-01")


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of the world."""
    return american_world(tmp_path_factory.mktemp("america") / "tables")


def foreign_words(path: Path) -> list[str]:
    """Words of another region in the text of a file or the cells of a table."""
    if path.suffix == ".parquet":
        frame = pd.read_parquet(path)
        text = " ".join({str(v) for c in frame.select_dtypes(["object", "category", "str"]) for v in frame[c].unique()})
    elif path.suffix in (".json", ".yaml", ".csv", ".txt", ".log", ".html", ".md"):
        text = re.sub(r"<script[^>]*>.*?</script>", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    else:
        return []
    return FOREIGN.findall(text)


def clean(folder: Path) -> None:
    """Refuse a folder that speaks of another region."""
    said = {str(path.relative_to(folder)): found for path in folder.rglob("*") if (found := foreign_words(path))}
    assert not said


def test_run_and_compare(tables: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = (*WORLD, f"tables={tables}", f"runs_dir={tmp_path / 'runs'}")
    assert cli.main(["run", *given, "end=2009-12-31"]) == 0
    printed = capsys.readouterr().out
    assert not FOREIGN.findall(printed)
    assert "Caribbean" in printed
    policies = ("more_labour_visas", "resettlement", "forced_returns")
    for policy in policies:
        assert cli.main(["compare", *given, "end=2009-04-30", "-q", f"with={policy}", "seeds=2", "base=[]"]) == 0
    folder = max((tmp_path / "runs").glob("toy/compare-*"), key=lambda path: path.stat().st_mtime)
    geography_of_it = json.loads((folder / "geography.json").read_text(encoding="utf-8"))
    assert set(geography_of_it["corridors"]) == set(CORRIDORS.values())
    assert cli.main(["report", str(folder)]) == 0
    assert not FOREIGN.findall(capsys.readouterr().out)
    clean(tmp_path / "runs")


def test_calibrate_and_validate(tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ensembles, "home", lambda: tmp_path)
    given = ["scenario=toy", f"tables={tables}", f"runs_dir={tmp_path / 'runs'}", "scale=0.05"]
    small = ["n_screening=4", "n_members=4", "n_assimilations=1", "workers=1"]
    assert cli.main(["calibrate", *given, *small, f"out={tmp_path / 'toy_to_2010.yaml'}"]) == 0
    assert ensembles.read("toy_to_2010").members
    some = ["forecast_origins=[2010]", "members=1", "seeds=1", "nationalities=2", "patterns=false", "workers=1"]
    assert cli.main(["validate", *given, *some]) == 0
    clean(tmp_path)


def test_the_dashboard_shows_the_corridors_of_the_world(tables: Path) -> None:
    found = geography(load_world(tables, "america"), tables)
    assert set(found["routes"].values()) - {""} == {"Caribbean", "Darien", "Rio Grande"}
    assert not FOREIGN.findall(json.dumps(found))
