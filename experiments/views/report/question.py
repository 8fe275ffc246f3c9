"""What the question's own tables say, as plain values: the verdict on the model, size, headline, groups, costs, certainty."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from mixflow.scenarios.policy_size import country, spelt_out

from ...results.question_measures import MEASURES
from ...results.summary import corridor_name
from ...studies.compare.findings import LEAST_PEOPLE, MATTERS, SURE, Finding, findings
from ...studies.compare.question_effects import AFTER, BEFORE, IN_FORCE
from ...studies.compare.store import Comparison
from ...studies.compare.validity import BLIND, CARE, INVENTED, withheld
from . import blocks, numbers

VERDICTS = {
    "speaks": "The model speaks to this question.",
    CARE: "The model speaks to this question with care.",
    BLIND: "The model is blind to this question.",
    INVENTED: "This world is invented.",
}
"""The first sentence of the box, by verdict."""

MOST_ROWS = 6
"""Rows of a table of groups before the rest is folded."""

MOST_WHY = 4
"""Reasons that the box shows; the others are folded."""

DIMENSIONS = {
    "nationality": "nationality",
    "country": "country",
    "corridor": "corridor",
    "need": "need",
}


def verdict(record: Mapping[str, Any]) -> dict[str, Any] | None:
    """The box: can the model speak to this? None where the comparison is of an older version."""
    validity = record.get("validity")
    if not validity:
        return None
    why = [spelt_out(text) for text in validity["why"]]
    return {
        **validity,
        "said": VERDICTS.get(validity["verdict"], validity["verdict"]),
        "why": why[:MOST_WHY],
        "more": why[MOST_WHY:],
    }


def size(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """How large each policy is in this world."""
    titles = {item["name"]: item.get("title") or item["name"] for item in record["policies"]}
    for item in record["policies"]:
        titles |= {one["name"]: one.get("title") or one["name"] for one in item.get("members", ())}
    return [
        {"title": titles.get(one["policy"], one["policy"].replace("_", " ")), "does": one.get("does", "added"),
         "sentences": one["sentences"]}
        for one in record.get("sizes", ())
    ]  # fmt: skip


def warnings(record: Mapping[str, Any]) -> list[str]:
    """What of the policies changes nothing, and what would do it."""
    return [spelt_out(text) for text in record.get("warnings", ())]


def headline(comparison: Comparison, window: str = IN_FORCE) -> list[Finding]:
    """The answer's findings in a window, those of the policies' targets first; empty of older comparisons."""
    table = comparison.tables.get("headline")
    if table is None or table.empty:
        return []
    some = table[(table["window"] == window) & table["measure"].isin(list(MEASURES))].sort_values("order")
    items = [MEASURES[str(name)] for name in some["measure"]]
    return findings(
        some, items, [str(title) for title in some["title"]], bool(withheld(comparison.record.get("validity")))
    )


def windows(comparison: Comparison) -> list[dict[str, Any]]:
    """The same before and after the days in force, where the run has such days."""
    titles = {BEFORE: "before the policies are in force", AFTER: "after they have ended"}
    return [{"title": text, "rows": rows} for name, text in titles.items() if (rows := headline(comparison, name))]


def by_group(comparison: Comparison) -> list[dict[str, Any]]:
    """Effects by nationality, country, corridor and need: beyond chance first, then by size."""
    table = comparison.tables.get("groups")
    if table is None or table.empty:
        return []
    table = table[table["measure"].isin(list(MEASURES))]
    blind = bool(withheld(comparison.record.get("validity")))
    items = [MEASURES[str(name)] for name in table["measure"]]
    found = findings(table, items, [""] * len(table), blind)
    rows = [(str(a), str(b), one) for a, b, one in zip(table["dimension"], table["key"], found, strict=True)]
    reach = (comparison.record.get("focus") or {}).get("nationalities", [])
    out = []
    for dimension, title in DIMENSIONS.items():
        some = [
            (key, one) for name, key, one in rows if name == dimension and one.verdict != "too few simulated people"
        ]
        if dimension == "nationality" and reach:  # others differ only because worlds drift apart
            some = [(key, one) for key, one in some if key in reach or one.verdict == SURE]
        some.sort(key=lambda row: (row[1].verdict != SURE, -abs(row[1].difference)))
        lines = [{"name": name_of(dimension, key), "finding": one, "sure": one.sure} for key, one in some]
        if lines:
            out.append({"title": title, "rows": lines[:MOST_ROWS], "more": lines[MOST_ROWS:]})
    return out


def name_of(dimension: str, key: str) -> str:
    """The name of a group as a reader sees it."""
    if dimension == "corridor":
        return corridor_name(key)
    return blocks.NEEDS.get(key, key) if dimension == "need" else country(key)


def used(comparison: Comparison) -> list[dict[str, Any]]:
    """Places used a year by channel, country and nationality, beside those that the policies add."""
    table = comparison.tables.get("used")
    if table is None or table.empty:
        return []
    added: dict[tuple[str, str, str], float] = {}
    for one in comparison.record.get("sizes", ()):
        for place in one["places"]:
            key = (place["channel"], place["country"], place["origin"])
            sign = 1.0 if one.get("does", "added") == "added" else -1.0
            added[key] = added.get(key, 0.0) + sign * (place["after"] - place["before"])
    rows: list[dict[str, Any]] = [
        {
            "channel": str(row["channel"]).replace("_", " "),
            "country": country(str(row["country"])),
            "origin": country(str(row["origin"])),
            "added": added.get((str(row["channel"]), str(row["country"]), str(row["origin"])), 0.0),
            **{key: float(row[key]) for key in ("base", "with", "difference", "low", "high")},
        }
        for row in table.to_dict("records")
    ]
    rows = [row for row in rows if row["added"]] or rows
    return sorted(rows, key=lambda row: -abs(row["added"] or row["difference"]))[:12]


def costs(comparison: Comparison) -> dict[str, Any] | None:
    """What the policies cost by input, by outcome, and what states spend besides; None of older comparisons."""
    table, by_outcome = comparison.tables.get("costs"), comparison.tables.get("by_cost")
    if table is None or table.empty:
        return None
    own = [{"name": str(row["item"]).replace("_", " "), "difference": float(row["difference"])}
           for row in table.to_dict("records") if row["item"] != "states" and row["difference"]]  # fmt: skip
    states = table[table["item"] == "states"]
    blind = bool(withheld(comparison.record.get("validity")))
    rows: list[dict[str, Any]] = []
    if by_outcome is not None and not blind:
        rows = [{"outcome": str(row["outcome"]), "eur": float(row["eur"]), "low": float(row["low"]), "high": float(row["high"])}
                for row in by_outcome.to_dict("records")]  # fmt: skip
    known = None
    if len(states):
        row = states.iloc[0]
        known = {key: float(row[key]) for key in ("difference", "low", "high", "base")}
    return {"own": own, "total": sum(one["difference"] for one in own), "by_outcome": rows, "states": known}


def certainty(comparison: Comparison) -> list[str]:
    """How sure the answer is, in sentences."""
    record, found = comparison.record, headline(comparison)
    seeds, scale = len(record["seeds"]), float(record["config"]["scale"])
    said = []
    if seeds < 2:
        said.append("This is one pair of worlds: it has no range, and must not be quoted. Compare with more seeds.")
    else:
        said.append(f"The ranges are of 95 %, from {seeds} pairs of simulations that share all random events.")
        said.append(
            "“More than chance” is corrected for the number of measures that are tested together (Benjamini and Hochberg), so a "
            "range may lie beside zero and the effect still be called chance."
        )
    members = set((record.get("members") or {}).values())
    if members:
        said.append(
            f"The pairs have the parameters of {len(members)} members of the fitted ensemble: ranges hold chance and parameters."
        )
        said += _sources(comparison)
    else:
        said.append("All pairs have the same parameters: the ranges hold chance alone.")
    if scale < 1:
        said.append(
            f"One simulated person is {numbers.plain(1 / scale)}: counts move in steps of that size in each simulation."
        )
    if found:
        said.append(
            f"Nothing is said of fewer than {LEAST_PEOPLE} simulated people. A range within {100 * MATTERS:g} % of the base is no "
            "difference that matters."
        )
    return said


def _sources(comparison: Comparison) -> list[str]:
    table, rows = comparison.tables.get("sources"), comparison.tables.get("headline")
    if table is None or rows is None or table["parameters"].isna().all():
        return []
    share = float(pd.Series(table["parameters"]).median())
    return [
        f"Of the variance of the headline’s means, parameters make {numbers.shown(share, 'share')} (the median over its measures); "
        "chance makes the rest."
    ]
