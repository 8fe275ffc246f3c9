"""Results and hints of cases of displacement and of other runs: tables, measures, and commands that work when they are pasted."""

import json
import shlex
from pathlib import Path

import pandas as pd
import pytest

from mixflow.experiments.cli import main as cli
from mixflow.experiments.runs import hints
from mixflow.experiments.studies.uncertainty.ranges import chosen, known_to
from mixflow.sim.accounts.results import COLUMNS, FORMAT, write_json, write_table
from mixflow.sim.base.errors import UserError
from mixflow.sim.base.integrity import write_sealed
from mixflow.sim.displacement.params import FLIGHT, PEER_RULES

CODE = "0.1.0+00000000"


def finished(root: Path, scenario: str, seed: int, summary: dict[str, object]) -> Path:
    """A run on disk as far as a catalogue reads it."""
    name = "0123456789ab" if scenario == "displacement" else "ba9876543210"
    folder = root / scenario / f"{name}-{seed}"
    folder.mkdir(parents=True)
    config = {"scenario": scenario, "seed": seed, "params": {}}
    write_json(folder / "summary.json", summary)
    people = pd.DataFrame(
        {"day": [0, 1, 0, 1], "camp": ["A", "A", "B", "B"], "simulated": [0.0, 20.0 * seed, 4.0, 4.0]}
    )
    if scenario == "displacement":
        people.to_parquet(folder / "camps.parquet")
    else:
        for table, columns in COLUMNS.items():
            write_table(folder, table, pd.DataFrame({column: [0.0] for column in columns}))
    record = {"format": FORMAT, "complete": True, "code": CODE, "config": config, "config_hash": name}
    write_sealed(folder, "record.json", record)
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two runs of a case and one of the toy world, in a folder with a space and a quote."""
    root = tmp_path / "it's here"
    for seed in (1, 2):
        finished(root, "displacement", seed, {"ard": 0.1 * seed})
    finished(root, "toy", 1, {"irregular_share": 0.5, "departures": 7})
    return root


def test_the_table_of_camps_is_averaged_over_days(root, capsys):
    pytest.importorskip("duckdb")
    assert cli.main(["results", str(root), "--table", "camps", "--group", "camp"]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert rows[1][:3] == ["A", "2", "15"]
    assert rows[2][:3] == ["B", "2", "4"]


def test_a_table_that_no_run_has_is_no_fault_of_a_run(tmp_path, capsys):
    pytest.importorskip("duckdb")
    finished(tmp_path, "toy", 1, {"departures": 7})
    assert cli.main(["results", str(tmp_path), "--table", "camps"]) == 2
    said = capsys.readouterr().err
    assert "holds no table camps that can be read; cases of displacement have it." in said
    assert "left out" not in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--where", "seed > 90", "--measure", "ard"], "no run matches.\n"),
        (["--where", "seed > 90", "--measure", "ard", "--group", "seed"], "no run matches.\n"),
        (["--where", "seed > 90"], "no run matches.\n"),
        (["--where", "seed > 90", "--table", "camps"], "no run matches.\n"),
        (["--table", "camps", "--rows", "camp = 'C'"], "no row of the table matches.\n"),
    ],
)
def test_a_question_without_an_answer_says_so(root, capsys, arguments, said):
    pytest.importorskip("duckdb")
    assert cli.main(["results", str(root), *arguments]) == 0
    assert capsys.readouterr().out == said


@pytest.mark.parametrize(
    ("summary", "measure"),
    [
        ({"irregular_share": 0.5, "departures": 7}, "irregular_share"),
        ({"irregular_share": None, "departures": 7}, "departures"),
        ({"ard": 0.3}, "ard"),
        ({"ard": None}, ""),
        (None, ""),
    ],
)
def test_a_hint_names_a_measure_that_the_runs_have(tmp_path, summary, measure):
    pytest.importorskip("duckdb")
    folder = tmp_path / "a b"
    folder.mkdir()
    if summary is not None:
        (folder / "summary.json").write_text(json.dumps(summary))
    words = shlex.split(hints.look_at(folder, [tmp_path / "gone", folder]))
    assert words == ["mixflow", "results", str(folder), *(["--measure", measure] if measure else [])]


@pytest.mark.parametrize("scenario", ["displacement", "toy"])
def test_the_hint_of_a_sweep_runs_when_it_is_pasted(root, scenario, capsys):
    pytest.importorskip("duckdb")
    said = hints.look_at(root, (root / scenario).iterdir())
    assert cli.main(shlex.split(said)[1:]) == 0
    assert "runs" in capsys.readouterr().out


def test_a_hint_names_no_command_that_the_installation_lacks(root, monkeypatch, capsys):
    monkeypatch.setattr(hints, "find_spec", lambda name: None)
    said = hints.look_at(root, [root / "toy" / "ba9876543210-1"])
    assert cli.main(shlex.split(said)[1:]) == 0
    assert "3 complete" in capsys.readouterr().out


def test_what_is_typed_without_a_command_is_handed_back_quoted(capsys):
    assert cli.main(["policies_=[a b]", "seed=1"]) == 2
    assert "To run it, write: mixflow run 'policies_=[a b]' seed=1" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("overrides", "pattern", "names"),
    [
        (["scenario=displacement"], "flight.*", FLIGHT),
        (["scenario=displacement", "rules=flee"], "params.flee.*", PEER_RULES),
    ],
)
def test_the_numbers_of_a_case_s_rules_are_uncertain(overrides, pattern, names):
    ranges = chosen([pattern], (), known_to(overrides))
    assert [name.partition(".")[2] for name in ranges.names] == list(names)
    changes = ranges.changes((ranges.low + ranges.high) / 2.9)
    for name, value in changes.items():
        unit = names[name.rpartition(".")[2]].unit
        assert unit not in ("0 or 1", "links") or value == round(value)


@pytest.mark.parametrize(
    ("overrides", "pattern", "said"),
    [
        (["scenario=displacement"], "leave.*", "Allowed: flight"),
        (["scenario=displacement", "rules=flee"], "flight.*", "Allowed: flee"),
        (["scenario=toy"], "flight.*", "Allowed: leave, traits"),
    ],
)
def test_numbers_that_no_run_reads_are_refused(overrides, pattern, said):
    with pytest.raises(UserError, match=said):
        chosen([pattern], (), known_to(overrides))


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["compare", "scenario=displacement", "case=x", "with=[more_labour_visas]"], "holds no policies to compare"),
        (["validate", "scenario=displacement"], "is validated by its cases: mixflow validate cases=DIR"),
        (["calibrate", "scenario=displacement"], "Allowed: mediterranean, toy"),
        (
            ["run", "scenario=displacement", "case=x", "policies=[resettlement]"],
            "no meaning with scenario=displacement",
        ),
    ],
)
def test_commands_that_cases_have_not_say_so(capsys, command, said):
    assert cli.main(command) == 2
    assert said in capsys.readouterr().err
