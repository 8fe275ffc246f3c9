"""Who lives abroad, who is hosted or waits, and what sending money home costs, from the base."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from mixflow.scenarios.base.reader import Base, Row
from mixflow.scenarios.starter.migrants import divided, migrants

FEWEST = 100
"""Hosted people of a pair and year that are written; smaller groups are left out."""


def diaspora(base: Base, origins: Collection[str], countries: Collection[str], until: int) -> list[Row]:
    """Rows of diaspora.csv: residence in the countries of the scenario one by one, elsewhere by region."""
    text, _ = base.source("undesa_stock")
    totals: dict[tuple[str, str, int], float] = defaultdict(float)
    for row in migrants(base, origin=set(origins)):
        origin, residence, year = row["origin"], row["residence"], row["year"]
        if 2005 <= year <= max(until, 2010) and residence != origin:
            near = base.countries[residence]["region"] == base.countries[origin]["region"]
            beyond = "ELSEWHERE_IN_REGION" if near else "ELSEWHERE"
            totals[origin, residence if residence in countries else beyond, year] += row["persons"]
    return [
        {"origin": key[0], "residence": key[1], "year": key[2], "value": round(value), "unit": "persons"}
        | {"source": text + divided(key[0]), "as_of": f"{key[2]}-07-01"}
        for key, value in sorted(totals.items())
        if round(value) > 0
    ]  # fmt: skip


def hosted(
    base: Base,
    origins: Collection[str],
    countries: Collection[str],
    hosts: Collection[str],
    offices: Collection[str],
    years: Sequence[int],
) -> list[Row]:
    """Rows of hosted.csv: displaced at home, pending claims where offices decide, refugees where people are hosted."""
    text, _ = base.source("unhcr_population")
    rows: list[Row] = []
    for row in base.rows("refugees", origin=set(origins), country=set(countries), year=set(years)):
        if row["origin"] == row["country"]:
            found = [("displaced", row["displaced"])]
        else:
            found = [("asylum_pending", row["asylum_seekers"])] if row["country"] in offices else []
            found += [("hosted", row["refugees"])] if row["country"] in hosts else []
        for status, value in found:
            if value and value >= FEWEST:
                rows.append(
                    {"origin": row["origin"], "country": row["country"], "year": row["year"], "status": status}
                    | {"value": round(value), "unit": "persons", "source": text, "as_of": f"{row['year']}-12-31"}
                )  # fmt: skip
    return rows


def remittance_costs(base: Base, origins: Collection[str], countries: Collection[str]) -> list[Row]:
    """Rows of remittance_costs.csv: the last year published of each corridor."""
    last: dict[tuple[str, str], Row] = {}
    for row in base.rows("remittance_costs", sending=set(countries), receiving=set(origins)):
        last[row["receiving"], row["sending"]] = row  # rows are in order of years
    return [
        {"origin": origin, "residence": residence, "value": row["cost"], "unit": "share of the amount"}
        | dict(zip(("source", "as_of"), base.source(row["source"], row["year"]), strict=True))
        for (origin, residence), row in sorted(last.items())
    ]  # fmt: skip
