"""One thing a name: no class is called as another one of another module, and no function as many others are."""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import mixflow

PACKAGES = ("sim", "agents", "policies", "scenarios", "experiments")
ROOT = Path(str(mixflow.__file__)).parent

MOST = 3
"""Modules that may each have a public function of one name: more say nothing by it."""

USUAL = frozenset({"main", "add", "read", "write", "plain", "shown", "text"})
"""Names that more modules have: entry points, and verbs on what the module is about."""

DIALECT = frozenset({"told", "hear", "stand", "anew", "reckon"})
"""Words that name no function, as they do not say what it does."""


def sources() -> dict[str, str]:
    """The text of every module of the program, by its path."""
    found = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in found}


def defined(texts: Mapping[str, str], *kinds: type[ast.AST]) -> dict[str, list[str]]:
    """The modules that define each name at their top level."""
    found: dict[str, list[str]] = defaultdict(list)
    for path, text in texts.items():
        for node in ast.parse(text).body:
            if isinstance(node, kinds):
                found[node.name].append(path)  # type: ignore[attr-defined]
    return found


def same_classes(texts: Mapping[str, str]) -> dict[str, list[str]]:
    """Class names that more than one module defines."""
    return {name: paths for name, paths in defined(texts, ast.ClassDef).items() if len(paths) > 1}


def crowded_functions(texts: Mapping[str, str]) -> dict[str, list[str]]:
    """Public functions that too many modules define under one name."""
    found = defined(texts, ast.FunctionDef, ast.AsyncFunctionDef)
    public = {name: paths for name, paths in found.items() if not name.startswith("_") and name not in USUAL}
    return {name: paths for name, paths in public.items() if len(paths) > MOST}


def functions(text: str) -> Iterator[str]:
    """Names of all functions and methods of a module."""
    return (n.name for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def test_no_two_classes_have_one_name() -> None:
    assert same_classes(sources()) == {}


def test_no_function_name_is_that_of_many_modules() -> None:
    assert crowded_functions(sources()) == {}


def test_no_function_has_a_name_that_does_not_say_what_it_does() -> None:
    found = {path: DIALECT & set(functions(text)) for path, text in sources().items()}
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize(("modules", "found"), [(MOST, []), (MOST + 1, ["told"])])
def test_a_second_class_of_a_name_and_one_function_too_many_are_found(modules: int, found: list[str]) -> None:
    two = {"sim/a.py": "class World: ...", "policies/b.py": "class World: ...\nclass Other: ..."}
    assert same_classes(two) == {"World": ["sim/a.py", "policies/b.py"]}
    many = {f"sim/{k}.py": "def told(): ...\ndef main(): ...\ndef _told(): ..." for k in range(modules)}
    assert list(crowded_functions(many)) == found
