"""How states decide claims, with how much staff, how many of those told to leave go, and in which zones people move freely."""

import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from mixflow.scenarios.base.reader import Base, Row, members

FEW_DECISIONS = 50
"""A rate from fewer decisions than this is taken from a wider group."""

USUAL = 200.0
"""Assumption: decisions of a country below which its difference from others is shrunk to nothing."""

DECISIONS_PER_YEAR = 3 * 220
"""Decisions of a caseworker in a year: 3 a day (BAMF 2016) on 220 working days (assumption)."""

RETURN_RATE = 0.368
"""Return orders carried out in the EU: Eurostat, third-country nationals returned over ordered to leave, mean of 2012 to 2015."""

Counts = tuple[float, float, float]  # Convention status, other protection, all decisions in substance


def recognition(base: Base, origins: Sequence[str], offices: Collection[str], years: Sequence[int]) -> list[Row]:
    """Rows of recognition.csv: by the offices of the scenario, else of the world, else all origins of the scenario there."""
    here: dict[tuple[str, int], Counts] = defaultdict(lambda: (0.0, 0.0, 0.0))
    world: dict[tuple[str, int], Counts] = defaultdict(lambda: (0.0, 0.0, 0.0))
    for row in base.rows("decisions", origin=set(origins)):
        for key in ((row["origin"], row["year"]), ("", row["year"])):
            counts = row["convention"] or 0.0, row["other_protection"] or 0.0, row["rejected"] or 0.0
            decided = counts[0], counts[1], sum(counts)
            world[key] = _sum(world[key], decided)
            if row["country"] in offices:
                here[key] = _sum(here[key], decided)
    text, _ = base.source("unhcr_decisions")
    rows: list[Row] = []
    for origin in origins:
        for year in years:
            choices = (
                (here[origin, year], f"{text}, first instance, in the destinations of the scenario"),
                (world[origin, year], f"{text}, first instance; assumption: as in the whole world, few decisions here"),
                (
                    world["", year],
                    f"{text}, first instance; assumption: as all origins of the scenario in the whole world",
                ),
            )
            last = (0.0, 0.3, 1.0), "assumption: three in ten, as too few claims of any origin were decided"
            counts, said = next((choice for choice in choices if choice[0][2] >= FEW_DECISIONS), last)
            rate, share = (counts[0] + counts[1]) / counts[2], counts[0] / counts[2]
            rows.append(
                {"origin": origin, "year": year, "rate": round(rate, 4), "convention": round(share, 4)}
                | {"unit": "share of decisions", "source": said, "as_of": f"{year}-12-31"}
            )  # fmt: skip
    return rows


def _sum(some: Counts, more: Counts) -> Counts:
    return some[0] + more[0], some[1] + more[1], some[2] + more[2]


def recognition_by_country(
    base: Base, origins: Collection[str], offices: Collection[str], years: Sequence[int]
) -> list[Row]:
    """Rows of recognition_by_country.csv: all years together, against all offices of the scenario on the same nationalities."""
    found: dict[str, list[float]] = {code: [0.0, 0.0, 0.0] for code in offices}
    counts: dict[tuple[str, int], list[tuple[str, float, float]]] = defaultdict(list)
    for row in base.rows("decisions", origin=set(origins), country=set(offices), year=set(years)):
        good = (row["convention"] or 0.0) + (row["other_protection"] or 0.0)
        counts[row["origin"], row["year"]].append((row["country"], good, good + (row["rejected"] or 0.0)))
    for decided in counts.values():
        all_good, total = sum(good for _, good, _ in decided), sum(of for _, _, of in decided)
        for code, good, of in decided:
            for column, value in enumerate((good, of * all_good / max(total, 1.0), of)):
                found[code][column] += value
    text, _ = base.source("unhcr_decisions")
    said = f"{text}, first instance, {years[0]} to {years[-1]}, against other destinations; shrunk by few decisions (assumption)"
    return [
        {"country": code, "year": years[0], "log_odds": _shift(*found[code]), "unit": "log odds", "source": said}
        | {"as_of": f"{years[-1]}-12-31"}
        for code in sorted(offices)
    ]  # fmt: skip


def _shift(good: float, expected: float, total: float) -> float:
    usual = min(max(expected / total, 0.02), 0.98) if total else 0.5
    rate = min(max((good + USUAL * usual) / (total + USUAL), 0.001), 0.999)
    return round(math.log(rate / (1.0 - rate)) - math.log(usual / (1.0 - usual)), 3)


def asylum_offices(base: Base, offices: Collection[str], years: Sequence[int]) -> list[Row]:
    """Rows of asylum_offices.csv: the caseworkers that decided what was decided in some years."""
    totals: dict[str, float] = defaultdict(float)
    for row in base.rows("decisions", country=set(offices), year=set(years)):
        totals[row["country"]] += row["all_levels"] or 0.0
    text, _ = base.source("unhcr_decisions")
    said = f"{text}, mean of {years[0]}-{years[-1]}, over 3 decisions a day (BAMF 2016) x 220 days (assumption)"
    rows: list[Row] = []
    for code in sorted(offices):
        staff = totals[code] / len(years) / DECISIONS_PER_YEAR
        rows.append(
            {"country": code, "quantity": "staff", "value": round(max(1.0, staff), 1), "unit": "caseworkers"}
            | {"source": said if staff >= 1 else f"{said}; raised to 1 (assumption)", "as_of": f"{years[-1]}-12-31"}
        )  # fmt: skip
    return rows


def returns(origins: Collection[str]) -> list[Row]:
    """Rows of returns.csv: one rate for all, until what is known of each replaces it."""
    said = "assumption: as the mean of the EU, 2012 to 2015 (Eurostat), until what is known of each origin replaces it"
    return [
        {"origin": code, "year": 2015, "rate": RETURN_RATE, "unit": "share of return orders", "source": said}
        | {"as_of": "2015-12-31"}
        for code in sorted(origins)
    ]  # fmt: skip


OF_ORIGINS = (
    "mobility partners", "recruitment partners", "partner states", "climate-exposed states", "trading partners",
    "free movement regions",
)  # fmt: skip
"""Groups that all countries but destinations are assumed to belong to. Two stay empty: safe countries of origin, fishing states."""

MEMBERS = {
    "first countries": "destinations and asylum states that a way leads into from a country that is no destination",
    "frontline states": "destinations that a way leads into from a country that is no destination",
    "states on the way": "countries that are no destination and that a way leads out of into one",
    "willing states": "destinations; say which of them would act alone",
    "lead state": "the first destination by code; say which",
    "free movement states": "destinations",
    "states of the closed route": "destinations that a corridor leads into",
    "states of the announced closure": "destinations that a corridor leads into",
    "states that enforce alone": "the first destination by code that a corridor leads into; say which",
    "neighbours": "countries that are no destination and that a way leads out of into one",
    "mobility partners": "all countries that are no destination",
    "recruitment partners": "all countries that are no destination",
    "partner states": "all countries that are no destination",
    "climate-exposed states": "all countries that are no destination",
    "trading partners": "all countries that are no destination",
    "free movement regions": "all countries that are no destination",
}
"""Who is assumed to belong to the groups that policies name."""


def policy_groups(edge_rows: Sequence[Row], to: Collection[str], asylum: Collection[str]) -> dict[str, set[str]]:
    """Members of the groups that policies name: by the ways into destinations.

    Parameters
    ----------
    edge_rows
        Rows of edges.csv with the pair of countries of each.
    to
        Destinations.
    asylum
        States with an asylum system.
    """
    everyone = {code for edge in edge_rows for code in edge["pair"]}
    shut = {edge["pair"][1] for edge in edge_rows if edge["corridor"]}
    into = {edge["pair"] for edge in edge_rows if edge["pair"][1] in to and edge["pair"][0] not in to}
    front = {end for _, end in into}
    return {
        "first countries": front & set(asylum),
        "frontline states": front,
        "states on the way": {start for start, _ in into},
        "willing states": set(to),
        "lead state": set(sorted(to)[:1]),
        "free movement states": set(to),
        "states of the closed route": shut,
        "states of the announced closure": shut,
        "states that enforce alone": set(sorted(shut)[:1]),
        "neighbours": {start for start, _ in into},
        **dict.fromkeys(OF_ORIGINS, everyone - set(to)),
    }


def groups(base: Base, countries: Collection[str], year: int, of_policies: Mapping[str, Collection[str]]) -> list[Row]:
    """Rows of groups.csv: groups of policies, and unions and agreements with at least two members in the scenario.

    Parameters
    ----------
    base
        The base.
    countries
        Of the scenario.
    year
        Of the members.
    of_policies
        Members of the groups that policies of the library name and each scenario fills.
    """
    text, _ = base.source("treaties")
    found: dict[str, list[str]] = defaultdict(list)
    for row in members(base, year, countries):
        found[row["group"]].append(row["iso3"])
    assumed = [
        {"group": name, "country": code, "source": f"assumption: {MEMBERS[name]}", "as_of": f"{year}-12-31"}
        for name in sorted(of_policies)
        for code in sorted(of_policies[name])
    ]
    return assumed + [
        {"group": name, "country": code, "source": f"{text}, as of {year}", "as_of": f"{year}-12-31"}
        for name, codes in sorted(found.items())
        if len(codes) > 1
        for code in sorted(codes)
    ]


def zones(base: Base, found: Mapping[str, Collection[str]], year: int) -> list[Row]:
    """Rows of zones.csv."""
    text, _ = base.source("treaties")
    return [
        {"zone": name, "country": code, "source": f"{text}, as of {year}", "as_of": f"{year}-12-31"}
        for name, codes in found.items()
        for code in sorted(codes)
    ]
