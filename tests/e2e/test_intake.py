"""A folder of results may have any sign in its name: sweeps, by our own launcher and those of others, and what reads them."""

from pathlib import Path

import pytest

from mixflow.experiments.cli.main import main
from mixflow.experiments.runs.override_text import quoted

STRANGE = "a'b, {c}=$d ${e} ☃\nf"


@pytest.mark.slow
@pytest.mark.parametrize("launcher", ["processes", "basic", "joblib"])
def test_a_sweep_into_a_folder_with_any_sign(launcher: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("duckdb")
    if launcher == "joblib":
        pytest.importorskip("hydra_plugins.hydra_joblib_launcher")
    monkeypatch.chdir(tmp_path)
    line = ["scenario=toy", "scale=0.0005", "end=2009-01-31", "seed=1,2", f"hydra/launcher={launcher}"]
    assert main(["run", "-q", "-m", *line, f"runs_dir={quoted(STRANGE)}"]) == 0
    assert [path.name for path in tmp_path.iterdir()] == [STRANGE]
    assert len(list((tmp_path / STRANGE / "toy").glob("*/record.json"))) == 2
    assert main(["results", STRANGE, "--measure", "away_at_end"]) == 0
