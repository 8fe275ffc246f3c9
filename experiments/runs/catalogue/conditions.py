"""What a condition of `mixflow results` may hold: comparisons, arithmetic and a few plain functions, and nothing else.

A list of what is allowed stays safe when the database learns new functions; a list of what is not would not.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from mixflow.sim.base.errors import UserError

CLASSES = ("COMPARISON", "CONJUNCTION", "CONSTANT", "COLUMN_REF", "OPERATOR", "BETWEEN", "CAST", "CASE", "FUNCTION")
"""Kinds of expressions, as the database's own parser names them. None of them reads another table, or has a state."""

OPERATORS = (
    "COMPARE_IN",
    "COMPARE_NOT_IN",
    "OPERATOR_NOT",
    "OPERATOR_IS_NULL",
    "OPERATOR_IS_NOT_NULL",
    "OPERATOR_COALESCE",
)

SIGNS = ("+", "-", "*", "/", "//", "%", "~~", "!~~", "~~*", "!~~*")
"""Arithmetic, and LIKE in its four forms."""

FUNCTIONS = (
    "abs", "ceil", "contains", "ends_with", "exp", "floor", "greatest", "isfinite", "isnan", "least", "length", "ln", "lower",
    "month", "round", "sqrt", "starts_with", "trim", "upper", "year",
)  # fmt: skip
"""Functions whose cost does not grow with the numbers that they are given."""

DEPTH = 100
"""Levels of brackets and operators in a condition, at most."""


def check_condition(tree: Any) -> None:
    """Refuse an expression that holds more than comparisons, arithmetic and plain functions.

    Parameters
    ----------
    tree
        The expression as the database's parser sees it.

    Raises
    ------
    UserError
        The message names what is not allowed, and what is.
    """
    for node in _expressions(tree):
        kind, what, name = node["class"], node.get("type", ""), str(node.get("function_name", ""))
        if kind == "TYPE":  # the name of a type within a cast
            continue
        if kind == "FUNCTION" and name not in (*SIGNS, *FUNCTIONS):
            raise UserError(
                f"cannot answer that: {name[:60]} is not allowed in a condition. Allowed: {', '.join(FUNCTIONS)}."
            )
        if kind not in CLASSES or (kind == "OPERATOR" and what not in OPERATORS):
            raise UserError(
                f"cannot answer that: {str(what or kind).lower()[:60].replace('_', ' ')} is not allowed in a condition. Allowed: "
                "comparisons, AND, OR, NOT, IN, BETWEEN, LIKE, IS NULL, CASE, CAST, arithmetic and plain functions."
            )


def _expressions(tree: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """All expressions within one, itself included."""
    if depth > 8 * DEPTH:  # the parser nests several levels for each of a condition
        raise UserError(f"cannot answer that: the condition is nested more than {DEPTH} levels deep.")
    if isinstance(tree, Mapping):
        if "class" in tree:
            yield tree
        for part in tree.values():
            yield from _expressions(part, depth + 1)
    elif isinstance(tree, list):
        for part in tree:
            yield from _expressions(part, depth + 1)
