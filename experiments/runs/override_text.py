"""Text and the grammar of overrides: how a text becomes a value that means this text, and which values mean more than they say."""

import re
from collections.abc import Iterator
from typing import Any

from hydra.core.override_parser.types import Override, Quote, QuotedString, Sweep

INTERPOLATION = re.compile(r"(?<!\\)(?:\\\\)*\$\{")
"""`${` that is not written as `\\${`: OmegaConf would put an environment variable, or another key, in its place."""


def quoted(text: str) -> str:
    """A text as the value of an override, whatever letters it has."""
    return str(QuotedString(text=escaped(text), quote=Quote.single).with_quotes())


def as_value(value: Any) -> str:
    """A plain value as the value of an override."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ",".join(map(as_value, value)) + "]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{key}:{as_value(item)}" for key, item in value.items()) + "}"
    if value is None:
        return "null"
    return str(value) if isinstance(value, int | float) else quoted(str(value))


def escaped(text: str) -> str:
    """A text as the value of a config, which OmegaConf reads as this text."""
    return re.sub(r"(\\*)\$\{", lambda found: found[1] * 2 + r"\${", text)


def literal(text: str) -> str:
    """The text that a value means, for values that are not read by OmegaConf."""
    return re.sub(r"(\\+)\$\{", lambda found: found[1][: len(found[1]) // 2] + "${", text)


def plain(value: Any) -> Any:
    """The value of an override as plain Python."""
    if isinstance(value, QuotedString):
        return literal(value.text)
    if isinstance(value, str):
        return literal(value)
    if isinstance(value, dict):
        return {plain(key): plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def signed(override: Override) -> bool:
    """Whether an override is written with `+`, `++` or `~`: it would add a key, or take one away."""
    return bool(override.is_add() or override.is_force_add() or override.is_delete())


def interpolates(value: Any) -> bool:
    """Whether a value, or one within it, takes its content from elsewhere."""
    return any(INTERPOLATION.search(text) for text in _texts(value))


def instantiates(value: Any) -> bool:
    """Whether a value holds a key that begins with `_`, such as `_target_`, which makes Hydra call what it names."""
    return any(str(key).startswith("_") for mapping in _mappings(value) for key in mapping)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, QuotedString):
        yield value.text
    elif isinstance(value, str):
        yield value
    for item in _within(value):
        yield from _texts(item)


def _mappings(value: Any) -> Iterator[dict[Any, Any]]:
    if isinstance(value, dict):
        yield value
    for item in _within(value):
        yield from _mappings(item)


def _within(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]
    if isinstance(value, list | tuple):
        return list(value)
    return list(vars(value).values()) if isinstance(value, Sweep) else []
