"""Every command that a text of the code names is one that there is."""

import ast
import re
from pathlib import Path

import pytest

import mixflow.experiments
from mixflow.experiments.cli.main import COMMANDS

ROOMS = Path(str(mixflow.experiments.__file__)).resolve().parents[1]
PLAIN = {"simulates", "needs", "to", "worker", "catalogue", "checkpoint"}
"""Words that follow the name in sentences, the workers' own parser, and the first words of files."""


def texts(path: Path) -> list[str]:
    """What a module may print: its texts without docstrings; pages as they are."""
    content = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        return [content]
    tree = ast.parse(content)
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in documentation]
    return [node.value for node in found if isinstance(node.value, str)]


@pytest.mark.parametrize("room", ["experiments", "scenarios", "policies", "sim", "agents"])
def test_commands_that_are_named_exist(room):
    for path in [*(ROOMS / room).rglob("*.py"), *(ROOMS / room).rglob("*.html")]:
        for text in texts(path):
            for word in re.findall(r"(?<![-./\\w'])mixflow ([a-z]+)", text):
                assert word in COMMANDS or word in PLAIN, f"{path.name}: mixflow {word}"
