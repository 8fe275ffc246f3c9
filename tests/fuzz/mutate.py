"""Seeded damage: texts, values and bytes that are nearly right."""

import copy
import json
import random
import re
from typing import Any

NASTY = (
    "", "null", "~", "nan", ".nan", ".inf", "1e400", "-1", "0x10", "1_000", "1:30", "2011-13-45", "9999-12-31", "true", "[]",
    "{}", "[[]]", "{a: {b: c}}", "!!python/object/apply:os.system [id]", "&a b", "*a", "'", '"', "|", "> x", "\t", "\0", "\u202e",
    "é", "=1+1", "<script>alert(1)</script>", "../../etc/passwd", "${oc.env:HOME}", "${x}", "{{7*7}}", "%s%n", "a" * 5000,
    "[" * 500, "{a: " * 300, "? x", "%YAML 9.9", "---", "x: y: z", "<<: {a: b}", "-0.0", "1e-320", "١٢", "1,5", "1 000", "\ud7ff",
    "99999999999999999999", "_target_: os.system",
)  # fmt: skip

VALUES: tuple[Any, ...] = (
    None, True, -1, 0, 1e308, float("nan"), float("inf"), 10**400, "", "x" * 10_000, "<img src=x>", [], {}, [[[]]], {"a": 1},
    "2011-13-45", "\0", "\ud800", "../x", "${oc.env:HOME}", "-x", "--help", "history", ["toy"], {"_target_": "os.system"},
)  # fmt: skip

SIGNS = (0, 9, 10, 13, 34, 39, 44, 58, 91, 93, 123, 125, 35, 45, 64, 0x2028, 0xFEFF, 0x1F600)


def text(rng: random.Random, good: str) -> str:
    """A text with one to six changes of signs, lines and numbers."""
    for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
        good = _changed(rng, good or "x")
    return good


def _changed(rng: random.Random, s: str) -> str:
    at, lines = rng.randrange(len(s)), s.split("\n")
    line = rng.randrange(len(lines))
    what = rng.randrange(9)
    if what == 0:
        return s[:at] + chr(rng.choice((*SIGNS, rng.randrange(32, 127)))) + s[at + 1 :]
    if what == 1:
        return s[:at] + s[at + rng.randrange(1, 40) :]
    if what == 2:
        return s[:at] + rng.choice(NASTY) + s[at:]
    if what == 3:
        return s[:at] + s[rng.randrange(len(s)) :][:60] + s[at:]
    if what == 4:
        numbers = list(re.finditer(r"-?\d+\.?\d*", s))
        if numbers:
            found = rng.choice(numbers)
            return (
                s[: found.start()] + rng.choice(("1e9", "-1", "0", "nan", "99999999999", ".5", "-0")) + s[found.end() :]
            )
    if what == 5:
        lines.insert(line, rng.choice(lines))
    elif what == 6:
        key, colon, _ = lines[line].partition(":")
        lines[line] = f"{key}{colon} {rng.choice(NASTY)}"
    elif what == 7:
        del lines[line]
    else:
        lines[line] = "  " * rng.randrange(5) + lines[line].strip()
    return "\n".join(lines)


def value(rng: random.Random, good: Any) -> Any:
    """A plain value with one to three of its parts replaced, removed or added."""
    changed = json.loads(json.dumps(good))
    for _ in range(rng.choice((1, 1, 2, 3))):
        node, path = changed, []
        while isinstance(node, dict | list) and node and (rng.random() < 0.8 or not path):
            key = rng.choice(list(node)) if isinstance(node, dict) else rng.randrange(len(node))
            path.append((node, key))
            node = node[key]
        if not path:
            continue
        parent, key = path[-1]
        if rng.random() < 0.75:
            parent[key] = copy.deepcopy(rng.choice(VALUES))
        elif rng.random() < 0.6:
            del parent[key]
        elif isinstance(parent, dict):
            parent[rng.choice(("x", "_target_", "format", "own", "a" * 300))] = copy.deepcopy(rng.choice(VALUES))
    return changed


def content(rng: random.Random, good: bytes) -> bytes:
    """Bytes of which some are others, missing or moved."""
    changed = bytearray(good)
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        if changed:
            changed[rng.randrange(len(changed))] = rng.randrange(256)
    if rng.random() < 0.2:
        changed = changed[: rng.randrange(len(changed) + 1)]
    return bytes(changed)


def encoded(given: str) -> bytes:
    """A text as the bytes of a file, halves of letters too."""
    return given.encode("utf-8", "surrogatepass")
