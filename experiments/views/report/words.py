"""The report's sentences: the question, the answer with its range, what it rests on and what it is not."""

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from ...results.summary import LABORATORY
from ...studies.compare.robust import FLIPS, direction
from ...studies.compare.shares import DEADWEIGHT, ROUTE_SUBSTITUTION, TOO_FEW, Share, leaving, losing, share_of
from ...studies.compare.store import Comparison
from .numbers import percent, plain, shown

MAIN = ("irregular_flow", "legal_flow", "deaths", "protection_gap")
"""Indicators of the answer."""

THINGS: Mapping[str, str] = {
    "irregular_flow": "irregular arrivals in destinations",
    "legal_flow": "legal arrivals",
    "deaths": "deaths on the way",
    "protection_gap": "people in need without protection",
}

NOT = (
    LABORATORY,
    "It is no estimate of what a law would cost or whether a court would uphold it.",
    "It says nothing of people who are not modelled: children born on the way, movement between destinations by those with papers, "
    "and all who move outside the world of the scenario.",
    "Ranges hold what chance can do in a world that behaves as the model does. They do not hold what the model leaves out, nor "
    "that its numbers could be others: compare again with other parameters, and read which conclusions survive.",
    "Detections are not persons, and recorded deaths are not all deaths: the numbers here are of persons, and are not to be laid "
    "next to official counts.",
)


def names(record: Mapping[str, Any], does: str) -> str:
    """Titles of the policies that were added or removed, as a list in a sentence."""
    share_estimate = [item for item in record["policies"] if item["does"] == does] or [
        {"name": name} for name in record[does]
    ]
    titles = [_named(item) for item in share_estimate]
    return titles[0] if len(titles) == 1 else f"{', '.join(titles[:-1])} and {titles[-1]}" if titles else ""


def _named(item: Mapping[str, Any]) -> str:
    """A policy inside a sentence: its title in quotation marks, so that any title fits, and what was set of it."""
    quoted = f"\N{LEFT DOUBLE QUOTATION MARK}{item.get('title') or item['name'].replace('_', ' ')}\N{RIGHT DOUBLE QUOTATION MARK}"
    title = "what was enacted" if item["name"] == "history" else quoted
    return f"{title} ({item['settings']})" if item.get("settings") else title


def question(record: Mapping[str, Any]) -> str:
    """The question in one sentence."""
    config = record["config"]
    added, removed = names(record, "added"), names(record, "removed")
    what = f"with {added}" if added else ""
    if removed:
        what += f"{' and ' if what else ''}without {removed}"
    return f"What would differ {what or 'between the two worlds'}, {period(config['start'], config['end'])}?"


def period(start: str, end: str) -> str:
    """The days of a run in a question: years where they are whole, or differ; months within one year."""
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    if first.year < last.year:
        return f"from {first.year} to {last.year}"
    if (first.month, last.month) == (1, 12):
        return f"in {first.year}"
    if first.month == last.month:
        return f"in {first:%B %Y}"
    return f"from {first:%B} to {last:%B %Y}"


def whole(comparison: Comparison) -> pd.DataFrame:
    """Effects over the whole run, by indicator."""
    effects = comparison.effects
    return effects[effects["month"].isna()].set_index("indicator")


def answer(comparison: Comparison) -> list[str]:
    """The answer in a paragraph: a sentence each."""
    table: dict[Any, Any] = whole(comparison).to_dict("index")
    said = [_sentence(name, table[name]) for name in MAIN if name in table]
    said += _deadweight(comparison) + _route_substitution(comparison) + _flips(comparison)
    seeds = len(comparison.record["seeds"])
    if seeds < 2:
        said.append("This is one pair of worlds: it has no range, and must not be quoted. Compare with more seeds.")
    else:
        said.append(
            f"Ranges are of 95 per cent: {seeds} simulations with and {seeds} without the policies, with the same random "
            "events in each pair."
        )
    return said


def people_followed(comparison: Comparison) -> list[str]:
    """What following the same people says beside the headline: deadweight, route substitution, conclusions that flip."""
    told = [
        (DEADWEIGHT, _deadweight),
        (ROUTE_SUBSTITUTION, _route_substitution),
    ]
    enough = [say for share, say in told if (found := share_estimate(comparison, share)) and found.people >= TOO_FEW]
    return [text for say in enough for text in say(comparison)] + _flips(comparison)


def _flips(comparison: Comparison) -> list[str]:
    table = comparison.tables.get("switches")
    flipped = [] if table is None else sorted(set(table.loc[table["verdict"] == FLIPS, "switch"]))
    return [f"Conclusions flip with a contested effect: {', '.join(flipped)}; see below."] if flipped else []


def _sentence(name: str, row: Mapping[str, Any]) -> str:
    thing = THINGS[name]
    first = thing[0].upper() + thing[1:]
    base, difference, low, high = (float(row[k]) for k in ("base", "difference", "low", "high"))
    if not math.isfinite(low):
        return f"{first}: {plain(base)} in the base, {plain(float(row['with']))} with the policies (one pair)."
    relative = ""
    if base > 0:
        relative = f" ({percent(difference / base)}, range {percent(low / base)} to {percent(high / base)})"
    way = direction(low, high)
    if way == 0:
        if difference == 0:
            return f"{first} are the same in both simulations of every pair ({plain(base)})."
        most = f" ({percent(max(-low, high) / base)})" if base > 0 else ""
        return (
            f"We cannot say whether {thing} would rise or fall. The effect is at most about {plain(max(-low, high))}{most} "
            f"either way, of {plain(base)}."
        )
    verb, amount = ("fewer", -difference) if way < 0 else ("more", difference)
    return f"There are {plain(amount)} {verb} {thing}{relative} than the {plain(base)} of the base."


def _deadweight(comparison: Comparison) -> list[str]:
    found = share_estimate(comparison, DEADWEIGHT)
    if found is None or found.whole <= 0:
        return []
    added = f"About {_people(found.whole, 'more ')} would come through a regular channel."
    what = "would not otherwise have come irregularly (deadweight)"
    why, stay = unknown(found), found.ratio
    if not why and not math.isfinite(stay):
        why = "The range goes beyond all or none of them, so we cannot say"
    if why:
        return [f"{added} {why} how many of them {what}."]
    return [f"{added} {shown(stay, 'share')} of them{_range(found)} {what}."]


def _route_substitution(comparison: Comparison) -> list[str]:
    said = route_substitution_said(comparison)
    return [] if said is None else [f"{said} (route substitution)."]


def route_substitution_said(comparison: Comparison) -> str | None:
    """What was found of those who leave irregular ways, as a sentence without its full stop; None where nothing was."""
    found = share_estimate(comparison, ROUTE_SUBSTITUTION)
    if found is None or found.whole <= 0:
        return None
    left, other = found.whole, max(found.part, 0.0)
    leave = f"About {_people(left)} would no longer use the irregular routes that lose traffic"
    why = unknown(found)
    if why:
        return f"{leave}. {why} how many of them would take another irregular route instead"
    if other > left:  # these routes lose people to others, and are joined by some who took no irregular route
        return (
            f"{leave}, net of new users. {plain(other)} would leave these routes for another irregular route, "
            "and others would join them"
        )
    return f"{leave}. {shown(other / left, 'share')} of them{_range(found)} would take another irregular route instead"


def _people(count: float, more: str = "") -> str:
    return f"{plain(count)} {more}{'person' if plain(count) == '1' else 'people'}"


def share_estimate(comparison: Comparison, share: str) -> Share | None:
    """Deadweight or route substitution over all pairs; None where nobody was followed."""
    table = comparison.tables.get("shares")
    if table is not None and not table.empty:
        return share_of(table, share, float(comparison.record["config"]["scale"]))
    return _without_seeds(comparison, share)


def _without_seeds(comparison: Comparison, share: str) -> Share | None:
    """The same of a comparison whose tables hold means over seeds alone: of an older version."""
    table = comparison.tables.get("new_users" if share == DEADWEIGHT else "route_substitution")
    if table is None or table.empty:
        return None
    if share == DEADWEIGHT:
        whole = float(table["net"].sum())
        part = whole - float(table.loc[table["before"] == "irregular", "net"].sum())
    else:
        whole, part = leaving(table, losing(table))
    return Share(part, whole, math.nan, math.nan, True, math.inf)


def unknown(share: Share) -> str:
    """Why a share is not stated, as the words before what is not; empty where it is."""
    if share.people < TOO_FEW:
        return f"Too few were simulated ({plain(share.people)} in all pairs; at least {TOO_FEW} are needed) to say"
    if not share.sure and math.isfinite(share.low):
        return "This number may be due to chance, so we cannot say"
    return ""


def _range(share: Share) -> str:
    """The range of a share in brackets; a share of people is between none and all of them."""
    if not math.isfinite(share.low):
        return ""
    low, high = (min(max(value, 0.0), 1.0) for value in (share.low, share.high))
    return f" (range {shown(low, 'share')} to {shown(high, 'share')})"
