"""Asylum decisions by nationality and country, as rates and as differences between countries; read by make_tables alone."""

import math
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from mixflow.scenarios.mediterranean.design import ORIGINS
from mixflow.scenarios.mediterranean.publishers import YEARS, Row, amount, read
from mixflow.scenarios.mediterranean.region import EUROPE

Counts = tuple[float, float, float]  # Convention status, other protection, all decisions in substance

FEW_DECISIONS = 50
LAST = 2015
"""The last year whose differences between countries are used: later ones follow flows that the model is compared with."""
USUAL = 200.0
"""Assumption: a country that decides fewer claims than this in a year is taken as it was over all years, and shrunk to the mean."""
FIRST_INSTANCE = ("FI", "NA")


def recognition(data: Path) -> list[Row]:
    """Return the rows of recognition.csv: shares of protection, and of Convention status, among decisions."""
    rows: list[Row] = []
    counts = _by_origin(data)
    for origin in ORIGINS:
        for year in YEARS:
            said = "UNHCR, asylum decisions, EU28, first instance"
            holder = origin
            if origin == "XKX":
                holder, said = "SRB", f"assumption: as SRB, which UNHCR counts it under; {said}"
            convention, other, total = counts.get((holder, year), (0.0, 0.0, 0.0))
            if total < FEW_DECISIONS:
                pool = [counts[code, year] for code in ORIGINS if (code, year) in counts]
                convention, other, total = (sum(column) for column in zip(*pool, strict=True))
                said += f", fewer than {FEW_DECISIONS} decisions: mean of all origins of the world (assumption)"
            rate, share = round((convention + other) / total, 4), round(convention / total, 4)
            rows.append([origin, year, rate, share, "share of decisions", said, f"{year}-12-31"])
    return rows


def by_country(data: Path) -> list[Row]:
    """Return the rows of recognition_by_country.csv.

    How far a country's decisions lie from those of all of Europe on the same nationalities in the same year (indirect
    standardisation), as a difference of log odds.
    """
    counts: dict[tuple[str, str, int], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for origin, country, year, (convention, other, total) in _decided(data):
        if country in EUROPE:
            counts[origin, country, year][0] += convention + other
            counts[origin, country, year][1] += total
    everywhere: dict[tuple[str, int], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for (origin, _, year), (good, total) in counts.items():
        everywhere[origin, year][0] += good
        everywhere[origin, year][1] += total
    found: dict[tuple[str, int], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])  # recognised, expected, decided
    for (origin, country, year), (good, total) in counts.items():
        usual = everywhere[origin, year][0] / max(everywhere[origin, year][1], 1.0)
        for key in ((country, year), (country, 0)):
            for column, value in enumerate((good, usual * total, total)):
                found[key][column] += value
    source = "UNHCR, asylum decisions, first instance, against those of EU, EFTA and the same nationalities and year"
    rows: list[Row] = []
    for country in sorted(EUROPE):
        for year in YEARS:
            known = min(year, LAST)
            said = source if known == year else f"{source}, carried from {known} (assumption)"
            if found[country, known][2] < USUAL:
                said += ", few decisions: all years (assumption)"
            of = found[country, known] if found[country, known][2] >= USUAL else found[country, 0]
            rows.append([country, year, _shift(*of), "log odds", said, f"{known}-12-31"])
    return rows


def _shift(good: float, expected: float, total: float) -> float:
    """Difference of log odds, shrunk to nothing where there were few decisions."""
    usual = min(max(expected / total, 0.02), 0.98) if total else 0.5
    rate = (good + USUAL * usual) / (total + USUAL)
    rate = min(max(rate, 0.001), 0.999)
    return round(math.log(rate / (1.0 - rate)) - math.log(usual / (1.0 - usual)), 3)


def _by_origin(data: Path) -> dict[tuple[str, int], Counts]:
    """Decisions of the EU by nationality and year: to 2012 by the table of all decisions, from 2013 by that of the EU."""
    sums: dict[tuple[str, int], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for origin, country, year, decided in _decided(data):
        if country in EUROPE and country not in ("CHE", "NOR", "ISL") and year < 2013:
            for column, value in enumerate(decided):
                sums[origin, year][column] += value
    for row in read(data / "mediterranean/unhcr_recognition_by_origin_2013_2019.csv"):
        key = row["coo_iso"], int(float(row["year"]))
        sums[key] = [amount(row[name]) for name in ("dec_recognized", "dec_other", "tot")]
    return {key: (a, b, c) for key, (a, b, c) in sums.items()}


def _decided(data: Path) -> Iterator[tuple[str, str, int, Counts]]:
    """Decisions in substance at first instance: nationality, country of asylum, year, counts."""
    for row in read(data / "world/unhcr_asylum_decisions_2008_2015.csv.gz"):
        if row["dec_level"] in FIRST_INSTANCE:
            convention, other, refused = (amount(row[name]) for name in ("dec_recognized", "dec_other", "dec_rejected"))
            yield row["coo_iso"], row["coa_iso"], int(row["year"]), (convention, other, convention + other + refused)
