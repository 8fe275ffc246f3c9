"""What an answer rests on: each policy that differs, with its members, dates, dose, numbers and sources, for the report."""

from collections.abc import Mapping
from typing import Any

from .numbers import plain

KINDS = {"effects": "effect", "rule_settings": "rule", "cost": "cost"}


def policies(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The policies that differ between the worlds; what a record of an older version lacks is left empty."""
    return [
        {**_laid_out(item), "members": [_laid_out(one) for one in item.get("members", ())]}
        for item in record["policies"]
    ]


def held(record: Mapping[str, Any]) -> list[str]:
    """What both worlds hold besides: the record's own list, or the base's policies without those taken out."""
    if "held" in record:
        return list(record["held"])
    config = record["config"]
    names = [*config["policies"], *(["what was enacted (history)"] if config.get("history") else [])]
    gone = {*record["removed"], *(["what was enacted (history)"] if "history" in record["removed"] else [])}
    return [name for name in names if name not in gone]


def of_base(record: Mapping[str, Any]) -> list[str]:
    """What the base holds: its policies, and what was enacted where that belongs to its world."""
    config = record["config"]
    return [*config["policies"], *(["what was enacted (history)"] if config.get("history") else [])]


def enacted(record: Mapping[str, Any]) -> list[str]:
    """The enacted policies that the base holds; a record of an older version does not name them."""
    return list(record.get("enacted", []))


def _laid_out(item: Mapping[str, Any]) -> dict[str, Any]:
    dose = float(item.get("dose", 1.0))
    rows = [
        _row(title, row, dose if key == "effects" else 1.0) for key, title in KINDS.items() for row in item.get(key, ())
    ]
    facts = {
        "In force": _in_force(item),
        "Dose": plain(dose) if dose != 1 else "",
        "Where and whom": item.get("target", ""),
        "Trigger": item.get("trigger", ""),
        "Accord": item.get("accord", ""),
        "Rule": str(item.get("rule", "")).replace("_", " "),
        "Source": item.get("source", ""),
    }
    kept = {key: item.get(key, "") for key in ("name", "does", "title", "description", "risk")}
    told = [(key, text) for key, text in facts.items() if text]
    return {**kept, "in_both": item.get("in_both", False), "facts": told, "rows": rows, "dosed": dose != 1}


def _in_force(item: Mapping[str, Any]) -> str:
    if "dose" not in item:  # history as a whole, and records of an older version
        return ""
    start, end = item.get("start") or "", item.get("end") or ""
    text = f"from {start}" if start else "from the first day"
    text += f" to the day before {end}" if end else ""
    ramp = item.get("ramp_days")
    text += f", growing to its full size over {ramp} days" if ramp else ""
    return text + (f", announced on {item['announced']}" if item.get("announced") else "")


def _row(title: str, row: Mapping[str, Any], dose: float) -> dict[str, Any]:
    name = str(row.get("lever", row.get("name", ""))).replace("_", " ")
    does = {"MUL": "times", "ADD": "plus", "SET": "is set to"}.get(str(row.get("do", "")), "")
    return {
        "kind": title,
        "name": name,
        "does": does,
        "value": f"{plain(float(row['value']))} {row['unit']}",
        "at_dose": _at_dose(str(row.get("do", "")), float(row["value"]), dose),
        "range": f"{plain(float(row['low']))} to {plain(float(row['high']))}",
        "target": row.get("target", ""),
        "source": row["source"],
    }


def _at_dose(do: str, value: float, dose: float) -> str:
    """What an effect is at a dose: a factor goes that part of the way from 1, a sum is that part, a level that part of the way."""
    if dose == 1 or not do:
        return ""
    if do == "MUL":
        return f"times {plain(1 + dose * (value - 1))}"
    return f"plus {plain(dose * value)}" if do == "ADD" else f"{plain(100 * dose)} % of the way there"
