"""The worked study of the how-to: its policies and commands are run at a small size, and what it says of the output holds."""

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from mixflow.experiments.cli.main import main

PAGE = (Path(__file__).resolve().parents[2] / "docs/how-to/answer_a_question.md").read_text(encoding="utf-8")
SMALL = ("scale=0.002", "start=2013-01-01", "end=2014-06-30", "seeds=2")


def commands() -> list[list[str]]:
    """The commands of the page."""
    blocks = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    return [line.split()[1:] for block in blocks for line in block.splitlines() if line.startswith("mixflow ")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the page's policies."""
    path = tmp_path_factory.mktemp("study")
    (path / "my_policies").mkdir()
    for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL):
        name = re.search(r"^name: (\w+)", text)[1]  # type: ignore[index]
        (path / "my_policies" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return path


def small(command: list[str]) -> list[str]:
    """The same command of a smaller world."""
    keys = {line.partition("=")[0] for line in SMALL}
    return [*(word for word in command if word.partition("=")[0] not in keys), *SMALL, "workers=1"]


def test_the_size_is_said_before_anything_runs(folder: Path, monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.chdir(folder)
    assert main(commands()[0]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert re.search(r"It adds [0-9,.]+ places a year for (trained )?work", said)
    assert "These costs are an input, not a result." in said


@pytest.mark.slow
def test_the_question_is_answered_from_the_command_line(folder: Path, monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.chdir(folder)
    asked = commands()[1]
    assert main(small(asked)) == 0
    lines = capsys.readouterr().out.strip().splitlines()
    assert [line.partition(":")[0].partition("?")[0] for line in lines[:-1]] == [
        "Question", "Can the model speak to this", "What it is here", "Answer", "Cost and certainty",
    ]  # fmt: skip
    result = Path(lines[-1]).parent
    record = json.loads((result / "comparison.json").read_text())
    assert record["focus"]["nationalities"] == ["GMB", "NGA", "TUN"]
    assert record["focus"]["countries"] == ["DEU", "ITA"]
    assert (record["focus"]["start"], record["focus"]["kinds"]) == ("2014-01-01", ["pathway", "return"])
    for size in record["sizes"]:  # the sentence is the sum of the table
        for sentence in size["sentences"]:
            if match := re.match(r"It adds ([0-9,.]+) places", sentence):
                channel = "skilled" if "trained work" in sentence else "work"
                added = sum(p["after"] - p["before"] for p in size["places"] if p["channel"] == channel)
                assert float(match[1].replace(",", "")) == pytest.approx(added, abs=0.5)
    table = pd.read_parquet(result / "record.parquet")
    targets = table[(table["series"] == "detections") & table["key"].isin(["GMB", "NGA", "TUN"])]
    ratio = targets["simulated"].sum() / targets["recorded"].sum()
    assert set(targets["year"]) == {2013}, "half of 2014 is no year"
    assert (record["validity"]["verdict"] == "is blind") or 0.5 <= ratio <= 2.0
    if record["validity"]["verdict"] == "is blind":
        assert "Effects are withheld" in lines[3]
    paid = pd.read_parquet(result / "costs.parquet").set_index("item")["difference"].drop("states").sum()
    assert "The policies cost EUR" in lines[4]
    assert paid > 0
    assert main(["show", str(result)]) == 0
    assert capsys.readouterr().out.strip().splitlines() == lines


def test_all_questions_of_the_page_can_be_asked(folder: Path, monkeypatch: Any) -> None:
    from mixflow.experiments.studies.compare.question import asked

    monkeypatch.chdir(folder)
    questions = [asked(command[1:]) for command in commands() if command[0] == "compare"]
    assert [question.config["policies"] for question in questions] == [[], ["distribution_key"], ["-mare_nostrum"]]
    assert {question.added for question in questions} == {("double_work_visas", "faster_returns")}
