"""What `comparison.json` and the tables beside it must hold, checked before anything of them is shown."""

import math
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pandas as pd

from mixflow.sim.base.errors import UserError

Check = Callable[[Any], bool]

MOST = 100_000
"""Entries of a list or a mapping; a comparison has up to 1,000 seeds and a few dozen arms."""

NUMBERS = ("base", "with", "difference", "low", "high", "probability_above_zero")
"""Columns of numbers that effects have."""


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _day(value: Any) -> bool:
    try:
        return isinstance(value, str) and 1900 <= date.fromisoformat(value).year <= 2200
    except ValueError:
        return False


def _share(value: Any) -> bool:
    return _number(value) and 0 < value <= 1


def _each(check: Check) -> Check:
    return lambda value: isinstance(value, list) and len(value) <= MOST and all(map(check, value))


def _by_name(check: Check) -> Check:
    return lambda value: (
        isinstance(value, dict) and len(value) <= MOST and all(map(_text, value)) and all(map(check, value.values()))
    )


def _with(needed: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    known = {**needed, **(optional or {})}

    def check(value: Any) -> bool:
        return (
            isinstance(value, dict)
            and all(key in value for key in needed)
            and all(test(value[key]) for key, test in known.items() if key in value)
        )

    return check


def _none_or(check: Check) -> Check:
    return lambda value: value is None or check(value)


_EFFECT = _with(
    {"value": _number, "low": _number, "high": _number, "unit": _text, "source": _text},
    {"lever": _text, "name": _text, "do": _text, "target": _text},
)
_WORDS = ("title", "description", "risk", "source", "family", "target", "trigger", "accord", "rule", "settings")
_LAID: dict[str, Check] = {
    **dict.fromkeys(_WORDS, _none_or(_text)),
    "start": _none_or(_text),
    "end": _none_or(_text),
    "announced": _none_or(_text),
    "dose": _number,
    "ramp_days": _none_or(_number),
    "in_both": _flag,
    **dict.fromkeys(("effects", "rule_settings", "cost"), _each(_EFFECT)),
}
_POLICY = _with({"name": _text, "does": _text}, {**_LAID, "members": _each(_with({"name": _text}, _LAID))})
_PARAMS = _by_name(_by_name(_number))
_CONFIG = _with(
    {"scenario": _text, "start": _day, "end": _day, "scale": _share, "policies": _each(_text), "params": _PARAMS},
    {"history": _flag, "title": _text},
)
_ARM = _with({"name": _text, "role": _text, "runs": _by_name(_text)})

FIELDS: Mapping[str, Check] = {
    "mixflow": _text,
    "code": _text,
    "command": _each(_text),
    "config": _CONFIG,
    "seeds": lambda value: _each(_whole)(value) and len(value) > 0,
    "added": _each(_text),
    "removed": _each(_text),
    "policies": _each(_POLICY),
    "switches_on": _by_name(_number),
    "arms": _each(_ARM),
}
"""What a record must hold, by key."""

OPTIONAL = ("held", "enacted", "assumed", "warnings")
"""Lists of texts that records of some comparisons hold."""

_TEXTS = _each(_text)
_PLACES = _with({"channel": _text, "country": _text, "origin": _text, "before": _number, "after": _number})
_SIZE = _with({"policy": _text, "day": _text, "places": _each(_PLACES), "sentences": _TEXTS}, {"does": _text})
_FOCUS = _with({"kinds": _TEXTS, "levers": _TEXTS, "nationalities": _TEXTS, "countries": _TEXTS, "corridors": _TEXTS,
                "channels": _TEXTS, "start": _day, "end": _day})  # fmt: skip
_AGAINST = _with(
    {"what": _text, "who": _text, "total": _flag, "recorded": _number, "simulated": _number, "ratio": _number,
     "years": _each(_each(_number))}
)  # fmt: skip
_VALIDITY = _with(
    {"verdict": _text, "why": _TEXTS, "rows": _each(_AGAINST), "page": _text, "made": _text, "caveats": _TEXTS,
     "patterns": _each(_with({"pattern": _text, "status": _text, "finding": _text}))}
)  # fmt: skip

ASKED: Mapping[str, Check] = {
    "focus": _FOCUS,
    "sizes": _each(_SIZE),
    "validity": _VALIDITY,
    "members": _by_name(_whole),
}
"""What records hold of the question itself, by key; those of older versions do not."""


def check_record(record: Mapping[str, Any], where: str) -> None:
    """Refuse a record that lacks something, or holds something of a wrong kind.

    Raises
    ------
    UserError
        The message names the key.
    """
    for key, fits in FIELDS.items():
        if key not in record:
            raise UserError(f"{where} has no {key!r}: it is no record of a comparison.")
        if not fits(record[key]):
            raise UserError(f"{where}: {key!r} is not what a comparison records there.")
    for key, fits in ASKED.items():
        if key in record and not fits(record[key]):
            raise UserError(f"{where}: {key!r} is not what a comparison records there.")
    for key in OPTIONAL:
        if key in record and not _each(_text)(record[key]):
            raise UserError(f"{where}: {key!r} is not what a comparison records there.")


def check_effects(effects: pd.DataFrame, where: str) -> None:
    """Refuse a table of effects without its columns, or with words where numbers belong.

    Raises
    ------
    UserError
        The message names the column.
    """
    for column in ("indicator", "month", "seeds", *NUMBERS):
        if column not in effects:
            raise UserError(f"{where} has no column {column!r}.")
    for column in ("seeds", *NUMBERS):
        if not pd.api.types.is_numeric_dtype(effects[column]):
            raise UserError(f"{where}: column {column!r} holds no numbers.")
