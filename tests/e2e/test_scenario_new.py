"""A scenario that was just written runs, and does not lose anybody."""

from pathlib import Path

import pandas as pd
import pytest

from mixflow.experiments.cli.main import main


@pytest.mark.slow
def test_a_new_scenario_runs_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["scenario", "new", "sahel", "countries=[MLI,SEN,MRT,MAR,ESP]"]) == 0
    assert main(["run", "scenario=sahel", "scale=0.01", "end=2010-12-31", "-q"]) == 0
    folder = Path(capsys.readouterr().out.splitlines()[-1])
    flows = pd.read_parquet(folder / "flows.parquet")
    arrivals = flows[flows["event"] == "arrival"].groupby("channel", observed=True)["count"].sum()
    departures = flows[flows["event"] == "departure"]["count"].sum()
    people = pd.read_csv("my_scenarios/sahel/places.csv")["population"].sum()
    assert 0 < departures < 0.02 * people
    assert arrivals["family"] > 0
    assert arrivals["free_movement"] > 0  # within ECOWAS
