"""What a condition of `mixflow results` may hold: a list of what is allowed. All else is refused before the database sees it.

A condition comes from a person or from a script that a stranger has written. DuckDB has hundreds of functions and gets more with
each version, so a list of what is forbidden would never be whole.
"""

from collections.abc import Iterator
from typing import Any

from mixflow.sim.base.errors import UserError

OPERATORS = ("+", "-", "*", "/", "//", "%", "^", "**", "~~", "!~~", "~~*", "!~~*")
"""Arithmetic and LIKE, as DuckDB names them."""

FUNCTIONS = (
    "abs", "ceil", "contains", "ends_with", "exp", "floor", "greatest", "least", "length", "ln", "log10", "lower", "month",
    "nullif", "pow", "prefix", "round", "sign", "sqrt", "starts_with", "suffix", "trim", "upper", "year",
)  # fmt: skip
"""Functions of one row. None of them reads a file, a setting or the clock, or makes text longer than it was."""

AGGREGATES = ("avg", "count", "count_star", "max", "median", "min", "stddev_samp", "sum")
"""Functions of many rows, for a condition such as seed = (SELECT max(seed) FROM runs)."""

TYPES = (
    "BIGINT", "BOOL", "BOOLEAN", "DATE", "DOUBLE", "FLOAT", "HUGEINT", "INT", "INTEGER", "SMALLINT", "TEXT", "TIMESTAMP", "TINYINT",
    "VARCHAR",
)  # fmt: skip
"""Types that a value may be cast to."""

TABLES = ("runs", "tab")
"""The tables that a SELECT in brackets may read: the runs, and the rows of the table that was asked for."""

EXPRESSIONS = {
    "CONJUNCTION": ("CONJUNCTION_AND", "CONJUNCTION_OR"),
    "COMPARISON": None,
    "BETWEEN": None,
    "COLUMN_REF": None,
    "CONSTANT": None,
    "CASE": None,
    "CAST": None,
    "TYPE": None,
    "SUBQUERY": None,
    "FUNCTION": None,
    "OPERATOR": (
        "OPERATOR_NOT",
        "OPERATOR_IS_NULL",
        "OPERATOR_IS_NOT_NULL",
        "OPERATOR_COALESCE",
        "COMPARE_IN",
        "COMPARE_NOT_IN",
    ),
}
"""Classes of expressions, and which kinds of each; None stands for all."""

NAMES = {
    "LAMBDA": "a function of one's own (->)",
    "WINDOW": "a window (OVER)",
    "PARAMETER": "a parameter ($ or ?)",
    "STAR": "*",
    "COLLATE": "COLLATE",
    "DEFAULT": "DEFAULT",
    "ARRAY_EXTRACT": "a part of a list ([ ])",
    "list_value": "a list ([ ])",
    "struct_pack": "a record ({ })",
    "~~~": "GLOB",
    "||": "||",
    "TABLE_FUNCTION": "a table that a function makes",
    "JOIN": "a join of tables",
    "SET_OPERATION_NODE": "UNION, INTERSECT or EXCEPT",
}
"""Words for what is refused, where the parser's name says little."""

ALLOWED = (
    "Allowed are columns, numbers, text, comparisons, + - * / %, AND, OR, NOT, IN, BETWEEN, LIKE, IS NULL, CASE, CAST, a SELECT in "
    f"brackets from the table runs, and the functions {', '.join((*FUNCTIONS, *AGGREGATES)).replace('count_star, ', '')}."
)


def check_condition(tree: dict[str, Any]) -> None:
    """Refuse a condition that holds anything but what is allowed.

    Parameters
    ----------
    tree
        `SELECT (condition)` as `json_serialize_sql` of DuckDB gives it.

    Raises
    ------
    UserError
        When something is not allowed; it is named, and what is allowed too.
    """
    statements = tree.get("statements") or []
    node = statements[0].get("node", {}) if len(statements) == 1 else {}
    alone = len(node.get("select_list") or ()) == 1 and not node.get("where_clause")
    if not alone or (node.get("from_table") or {}).get("type") != "EMPTY" or _more(node):
        raise UserError("cannot answer that: a condition is one expression, such as seed < 10 AND scenario = 'toy'.")
    for part in _parts(node):
        refused = _refused(part)
        if refused:
            raise UserError(f"cannot answer that: {refused} is not allowed in a condition. {ALLOWED}")


def _parts(tree: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All mappings of a tree; without recursion, as a condition may be deep."""
    left: list[Any] = [tree]
    while left:
        part = left.pop()
        if isinstance(part, dict):
            yield part
            left.extend(part.values())
        elif isinstance(part, list):
            left.extend(part)


def _more(node: dict[str, Any]) -> bool:
    """Whether a SELECT has more than columns, a table and a condition."""
    parts = ("modifiers", "group_expressions", "having", "qualify", "sample")
    return (
        node.get("type") != "SELECT_NODE"
        or any(node.get(key) for key in parts)
        or bool((node.get("cte_map") or {}).get("map"))
    )


def _refused(part: dict[str, Any]) -> str | None:
    """What of one part of the tree is not allowed, in words; None where it is."""
    kind, given = part.get("type"), part.get("class")
    if "function_name" in part:
        return _refused_function(part)
    if given is not None:
        if given not in EXPRESSIONS:
            return NAMES.get(given, str(given).replace("_", " "))
        kinds = EXPRESSIONS[given]
        if kinds is not None and kind not in kinds:
            return NAMES.get(str(kind), str(kind).removeprefix("OPERATOR_").replace("_", " "))
        return _refused_type(part) if given in ("TYPE", "CAST") else None
    if "table_name" in part:
        name, other = part["table_name"], part.get("schema_name") or part.get("catalog_name") or part.get("at_clause")
        return None if name in TABLES and not other and not part.get("sample") else f"the table {name!r}"
    if "node" in part and (part["node"] or {}).get("type") != "SELECT_NODE":
        kind = str((part["node"] or {}).get("type"))
        return NAMES.get(kind, kind.replace("_", " "))
    if "select_list" in part:
        table = str((part.get("from_table") or {}).get("type"))
        if table not in ("EMPTY", "BASE_TABLE"):
            return NAMES.get(table, f"{table.replace('_', ' ')} after FROM")
        return "a SELECT with more than columns, one table and WHERE" if _more(part) else None
    return None


def _refused_function(part: dict[str, Any]) -> str | None:
    name = str(part["function_name"]).lower()
    if part.get("class") != "FUNCTION":
        return NAMES.get(str(part.get("class")), f"{name}() of this kind")
    orders = (part.get("order_bys") or {}).get("orders")
    if part.get("schema") or part.get("catalog") or part.get("filter") or orders or part.get("export_state"):
        return f"{name}() with a schema, FILTER or ORDER BY"
    if name in OPERATORS or name in FUNCTIONS or name in AGGREGATES:
        return None
    return NAMES.get(name, name if part.get("is_operator") else f"{name}()")


def _refused_type(part: dict[str, Any]) -> str | None:
    """What a value is cast to; versions of DuckDB before 2 write it as `cast_type`."""
    if part["class"] == "CAST":
        older = part.get("cast_type")
        name = None if older is None else str(older.get("id"))
    else:
        name = str(part.get("type_name")) if not (part.get("children") or part.get("schema")) else "a nested type"
    return None if name is None or name.upper() in TYPES else f"a CAST to {name}"
