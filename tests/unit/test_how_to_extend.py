"""The pages that say how to extend the model work when they are followed."""

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from indicator_tables import flow, found, tables

from mixflow.experiments.results import indicators
from mixflow.experiments.results.indicators import INDICATORS

PAGES = Path(__file__).resolve().parents[2] / "docs" / "how-to"


def blocks(page: str, kind: str) -> list[str]:
    """The code of a page in one language."""
    return re.findall(rf"^```{kind}\n(.*?)^```", (PAGES / page).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.fixture
def refusals(tmp_path: Path) -> Iterator[str]:
    """The module of the page, saved and imported as the page says; gone afterwards."""
    module, line = blocks("add_an_indicator.md", "python")
    path = tmp_path / "refusals.py"
    path.write_text(module, encoding="utf-8")
    assert line.strip() == "from . import refusals as refusals"
    spec = importlib.util.spec_from_file_location(f"{indicators.__name__}.refusals", path)
    assert spec is not None
    assert spec.loader is not None
    spec.loader.exec_module(importlib.util.module_from_spec(spec))
    yield "refused_claims"
    del INDICATORS["refused_claims"]


def test_an_indicator_is_one_function(refusals: str) -> None:
    run = tables(
        [flow("decision", 10.0), flow("protection", 4.0), flow("decision", 5.0, 1), flow("protection", 4.0, 1)]
    )
    assert found(refusals, run) == pytest.approx([0.6, 0.2, 7.0 / 15.0])


def test_the_command_of_the_page_is_one_that_there_is() -> None:
    from mixflow.experiments.cli.main import COMMANDS

    (command,) = blocks("add_an_indicator.md", "sh")
    assert command.split()[:2] == ["mixflow", "compare"]
    assert "compare" in COMMANDS
