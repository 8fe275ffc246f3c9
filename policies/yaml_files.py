"""YAML from others: plain values only. Tags, anchors, duplicate keys and too many levels are refused with file and line.

The only reader of YAML: the linter refuses others.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from mixflow.sim.base.errors import UserError
from mixflow.sim.base.limits import YAML_BYTES, YAML_DEPTH
from mixflow.sim.base.reading import checked_file

_Safe: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same, in C where there is libyaml


class _Plain(_Safe):  # type: ignore[misc]
    """A safe loader that refuses a key given twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Build a mapping of distinct keys."""
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(problem="a key must be one word", problem_mark=key.start_mark)
            if key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"key {key.value!r} is there twice", problem_mark=key.start_mark)
            seen.add(key.value)
        made: dict[Any, Any] = super().construct_mapping(node, deep)
        return made


def _dated(loader: Any, node: yaml.ScalarNode) -> Any:
    """A date as YAML reads it, or a refusal that names its line."""
    try:
        return loader.construct_yaml_timestamp(node)
    except ValueError as error:
        problem = f"{node.value!r} is not a date: {error}; write year-month-day"
        raise yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark) from error


_Plain.add_constructor("tag:yaml.org,2002:timestamp", _dated)


def read_yaml(path: Path, what: str = "a policy", most: int = YAML_BYTES) -> dict[str, Any]:
    """Return the mapping that a file holds.

    Parameters
    ----------
    path
        The file.
    what
        What the file is, for messages.
    most
        Bytes that it may have.

    Raises
    ------
    UserError
        When it cannot be read, is no mapping, or holds more than plain values.
    """
    try:
        size = checked_file(path).st_size
        if size > most:
            raise UserError(f"{path}: {size} bytes; {what} has at most {most}.")
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is not UTF-8 text: byte {error.start} cannot be read.") from error
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}.") from error
    content = parse_yaml(text, str(path), what)
    if not isinstance(content, dict):
        raise UserError(f"{path}: {what} is a list of key: value, and this is not.")
    for key in _keys(content):
        if key.startswith("_"):
            raise UserError(
                f"{path}: {key}: {what} is data and runs no Python; keys that begin with _ are not allowed."
            )
    return {str(key): value for key, value in content.items()}


def parse_yaml(text: str, where: str, what: str = "a policy") -> Any:
    """Return the value that a text holds.

    Parameters
    ----------
    text
        The text.
    where
        Its file, or the argument that holds it, for messages.
    what
        What it is, likewise.

    Raises
    ------
    UserError
        When it is no YAML, or holds more than plain values.
    """
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_Plain):
            _refuse(where, what, event)
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > YAML_DEPTH:
                raise _too_deep(where, what)
        return yaml.load(text, Loader=_Plain)  # noqa: S506, TID251 - the reader that refuses all but plain values
    except yaml.MarkedYAMLError as error:
        if "nesting depth" in str(error.problem):  # libyaml looks ahead, and gives up before we count
            raise _too_deep(where, what) from error
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        said = "" if isinstance(error.__cause__, ValueError) else " Write plain YAML."
        raise UserError(f"{where} line {line}: {error.problem or error.context}.{said}") from error
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError) as error:
        reason = str(error).splitlines()
        raise UserError(f"{where}: not readable as YAML ({reason[0] if reason else 'no reason given'}).") from error


def _too_deep(where: str, what: str) -> UserError:
    return UserError(f"{where}: more than {YAML_DEPTH} levels; {what} has fewer.")


def _refuse(where: str, what: str, event: yaml.Event) -> None:
    line = event.start_mark.line + 1 if event.start_mark else 1
    tag = getattr(event, "tag", None)
    if tag:
        raise UserError(
            f"{where} line {line}: {tag}: {what} is data and runs no Python; tags are not allowed. Write plain values."
        )
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        raise UserError(f"{where} line {line}: anchors and aliases are not allowed; write the value out.")


def _keys(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield str(key)
            yield from _keys(value)
    elif isinstance(node, list):
        for value in node:
            yield from _keys(value)
