"""The answer in five lines of plain words: the question, can the model speak, what the policy is, what differs, cost."""

from pathlib import Path

from ...runs.boundary import foreign
from ...studies.compare.findings import CHANCE, FEW, ONE, SAME, SMALL, SURE, Finding
from ...studies.compare.store import Comparison, read
from ...studies.compare.validity import withheld
from . import question, words
from .numbers import between, change, percent, plain, shown

MOST = 3
"""Findings that a line names."""


def lines_of(folder: Path) -> list[str]:
    """The answer of the comparison in a folder."""
    comparison = read(folder)
    with foreign(f"the comparison in {folder}"):
        return lines(comparison)


def lines(comparison: Comparison) -> list[str]:
    """Five lines, each a sentence or a few."""
    record = comparison.record
    said = [f"Question: {words.question(record)}"]
    box = question.verdict(record)
    if box is not None:
        why = f" {box['why'][0]}" if box["why"] else ""
        said.append(f"Can the model speak to this? {box['said']}{why}")
    said.append(f"What it is here: {_size(comparison)}")
    said.append(f"Answer: {' '.join(sentences(comparison))}")
    said.append(f"Cost and certainty: {' '.join([*cost(comparison), *question.certainty(comparison)[:1]])}")
    return said


def _size(comparison: Comparison) -> str:
    sizes, warned = question.size(comparison.record), question.warnings(comparison.record)
    text = " ".join(f"{one['sentences'][0]}" for one in sizes[:MOST] if one["sentences"])
    if warned:
        text += f" Warning: {warned[0]}" + (f" ({len(warned) - 1} more warnings)" if len(warned) > 1 else "")
    return text.strip() or "see the report."


def sentences(comparison: Comparison) -> list[str]:
    """What differs while the policies are in force: beyond chance first, then what shows no effect."""
    why = withheld(comparison.record.get("validity"))
    if why:
        return [f"Effects are withheld, as the model is blind to this: {why}"]
    found = question.headline(comparison)
    if not found:
        return words.answer(comparison)
    sure = [one for one in found if one.verdict == SURE]
    said = [sentence(one) for one in sure[:MOST]]
    rest = [one for one in found if one not in sure]
    if not sure and rest and rest[0].verdict == ONE:
        return [sentence(one) for one in rest[:MOST]]
    unsure = [one.full_title for one in rest if one.verdict == CHANCE]
    if unsure:
        said.append(f"May be chance: {_listed(unsure)}.")
    same = [one.full_title for one in rest if one.verdict in (SMALL, SAME)]
    if same:
        said.append(f"No difference that matters: {_listed(same)}.")
    few = [one.full_title for one in rest if one.verdict == FEW]
    if few:
        said.append(f"Too few simulated people to say: {_listed(few)}.")
    return said


def sentence(one: Finding) -> str:
    """One finding as a sentence."""
    unit = one.item.unit
    if one.verdict == ONE:
        return f"{one.full_title}: {shown(one.base, unit)} without, {shown(one.other, unit)} with (one pair)."
    relative = f", {percent(one.relative)}" if one.relative == one.relative else ""
    name = {"EUR": " EUR", "share": "", "score": "", "Gini": ""}.get(unit, f" {unit}")
    return (
        f"{one.full_title}: {change(one.difference, unit)}{name} (range {between(one.low, one.high, unit)}{relative}) "
        f"on a base of {shown(one.base, unit)}."
    )


def cost(comparison: Comparison) -> list[str]:
    """The policies' own cost and its cost by outcome."""
    found = question.costs(comparison)
    if found is None or not found["own"]:
        return []
    total = found["total"]
    does = f"cost EUR {plain(total)}" if total >= 0 else f"save EUR {plain(-total)}"
    said = [f"The policies {does} while in force (an input)."]
    for row in found["by_outcome"]:
        if row["eur"] == row["eur"]:
            said.append(f"{row['outcome'][0].upper()}{row['outcome'][1:]} costs EUR {plain(row['eur'])} "
                        f"(range {plain(row['low'])} to {plain(row['high'])}).")  # fmt: skip
    return said


def _listed(titles: list[str]) -> str:
    low = [title[0].lower() + title[1:] for title in titles]
    return "; ".join(low[:4]) + (f"; and {len(low) - 4} more" if len(low) > 4 else "")
