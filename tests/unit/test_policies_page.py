"""The page on adding a policy works as written, and the list of policies says what there is."""

import re
from pathlib import Path

import pytest

from mixflow.experiments.cli.main import main
from mixflow.policies import library
from mixflow.policies.groups import groups, table
from mixflow.policies.schema import QUANTITIES, Policy, Where
from mixflow.policies.yaml_files import parse_yaml
from mixflow.sim.base.levers import LEVERS

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "how-to" / "add_a_policy.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """Blocks of the page in a language."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.slow
def test_the_page_step_by_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    text = blocks("yaml")[0]
    (tmp_path / "my_policies").mkdir()
    (tmp_path / "my_policies" / "nurses.yaml").write_text(text, encoding="utf-8")
    commands = [line for block in blocks("sh") for line in block.splitlines() if line.startswith("mixflow ")]
    assert len(commands) == 5
    for command in commands:
        assert main(command.split()[1:]) == 0, command
    said = capsys.readouterr().out
    assert "nurses: Five hundred places for nurses" in said
    runs = list((tmp_path / "runs" / "toy").iterdir())
    assert len(runs) == 2, "another dose is another run"


def test_the_page_names_what_a_file_may_say() -> None:
    hidden = {"path"}
    for key in set(Policy.__dataclass_fields__) - hidden:
        assert f"`{key}`" in PAGE, key
    for selector in Where.__dataclass_fields__:
        assert f"`{selector}`" in PAGE, selector
    for quantity in QUANTITIES:
        assert f"`{quantity}`" in PAGE, quantity


def test_the_list_names_every_policy(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policies"]) == 0
    said = capsys.readouterr().out
    for name in library.files():
        assert re.search(rf"^  {name} ", said, re.MULTILINE), name
        assert library.load(name).title in said


def test_every_policy_can_be_told(capsys: pytest.CaptureFixture[str]) -> None:
    for name in library.files():
        assert main(["show", f"policy={name}"]) == 0
        said = " ".join(capsys.readouterr().out.split())
        policy = library.load(name)
        assert " ".join(policy.risk.split()) in said
        for effect in policy.effects:
            assert effect.number.source in said
            assert LEVERS[effect.lever].meaning in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["show", "policy=more_labor_visas"], "Did you mean 'more_labour_visas'"),
        (["show", "policy=resettlement", "seed=3"], "policy_path"),
        (["show", "policy="], "one value"),
        (["policies", "policy_path=nowhere"], "no such folder"),
        (["policies", "path=nowhere"], "policy_path"),
    ],
)
def test_mistakes_are_told(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert message in capsys.readouterr().err


def test_every_file_is_plain_and_complete() -> None:
    assert len(library.files()) > 100
    for name, path in library.files().items():
        policy = library.load(name)
        assert path.parent.name == (library.ENACTED if policy.history else re.sub("[ -]", "_", policy.family)), name
        assert policy.history == (path.parent.name == library.ENACTED)
        assert policy.description.endswith((".", "?"))
        assert policy.risk.endswith(".")
        assert "!!" not in path.read_text(encoding="utf-8")
        assert isinstance(parse_yaml(path.read_text(encoding="utf-8"), "a test"), dict)


def test_groups_say_where_they_are_from() -> None:
    for row in table():
        assert row["source"]
        assert row["as_of"]
        assert re.fullmatch("[A-Z]{3}", row["iso3"])
    assert len(groups()["EU"]) == 28
    assert "HRV" not in groups()["Schengen"]
    assert len(groups()["ECOWAS"]) == 15
