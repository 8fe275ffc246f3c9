"""Numbers as readers see them: three significant digits, units in words, a minus that is a minus."""

import math
from collections.abc import Mapping

MINUS, THIN = "\N{MINUS SIGN}", "\N{NARROW NO-BREAK SPACE}"
UNKNOWN = "n/a"
SIZES = ((1e9, "bn"), (1e6, "mn"))
PERSONS = ("persons", "passages")

SCALES: Mapping[str, str] = {"share": "percentage points", "Gini": "", "score": ""}


def significant(value: float, digits: int = 3) -> float:
    """A number to so many significant digits."""
    if value == 0 or not math.isfinite(value):
        return value
    return round(value, digits - 1 - math.floor(math.log10(abs(value))))


def plain(value: float, digits: int = 3) -> str:
    """A number without a unit: 12,300; 1.24 mn; 0.0312."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    short = significant(value, digits)
    for size, name in SIZES:
        if abs(short) >= size:
            return _minus(f"{significant(short / size, digits):g}{THIN}{name}")
    if abs(short) >= 1000:
        return _minus(f"{short:,.0f}")
    return _minus(f"{short:.{_decimals(short, digits)}f}")


def _decimals(value: float, digits: int) -> int:
    if value == 0:
        return 0
    wanted = digits - 1 - math.floor(math.log10(abs(value)))
    text = f"{value:.{min(max(wanted, 0), 8)}f}"
    return len(text.rstrip("0").rstrip(".").partition(".")[2])


def _minus(text: str) -> str:
    return text.replace("-", MINUS)


def signed(value: float, digits: int = 3) -> str:
    """A number with its sign, for differences."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    return ("+" if significant(value) > 0 else "") + plain(value, digits)


def shown(value: float, unit: str) -> str:
    """A level in its unit."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    if unit == "share":
        return f"{plain(100 * value)}{THIN}%"
    if unit == "EUR":
        return f"EUR{THIN}{plain(value)}"
    return plain(value)


def change(value: float, unit: str) -> str:
    """A difference in its unit."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    if unit == "share":
        return f"{signed(100 * value)}{THIN}pp"
    if unit == "EUR":
        return signed(value)
    return signed(value)


def percent(value: float) -> str:
    """A relative change: -3.2 %."""
    return UNKNOWN if value is None or not math.isfinite(value) else f"{signed(100 * value, 2)}{THIN}%"


def between(low: float, high: float, unit: str, known: int | None = None) -> str:
    """The range of a difference; where there is none, why, by the number of pairs in which the difference is known."""
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return {0: "not available in any pair", 1: "no range, as one pair has it"}.get(
            -1 if known is None else known, "no range"
        )
    return f"{change(low, unit)} to {change(high, unit)}"


def chance(value: float) -> str:
    """A probability without false certainty."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    if value > 0.999:
        return f"> 99.9{THIN}%"
    if value < 0.001:
        return f"< 0.1{THIN}%"
    return f"{100 * value:.{0 if 0.01 < value < 0.99 else 1}f}{THIN}%"
