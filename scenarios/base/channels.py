"""What was issued in regular channels, by pair, channel and year; used by make_tables alone."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from mixflow.scenarios.base.files import Row, number, read

FIRST, LAST = 2005, 2023

US_IMMIGRANT = {
    "immediate_relative": "family", "family_preference": "family", "employment": "skilled",
    "special_immigrant_afg_irq": "humanitarian",
}  # fmt: skip
"""Groups of immigrant visas as channels; diversity and other visas belong to none of them and are left out."""

US_NONIMMIGRANT = {"H2A": "circular", "H2B": "circular", "H1B": "skilled", "L1": "skilled", "TN": "skilled"} | {
    "F1": "study",
    "B1/B2": "visit",
}
"""Classes of nonimmigrant visas as channels; J1, U and other visas belong to none of them and are left out."""

MONTHS = 12


def issued(data: Path, known: Collection[str]) -> list[Row]:
    """Persons admitted by pair, year and channel, as far as a publisher says them by citizenship or nationality."""
    rows: list[Row] = []
    for row in read(data / "regular/eurostat_first_permits_employment_top8_2008_2025.csv"):
        value, year = number(row["first_permits_employment"]), int(row["year"])
        if value is not None and year <= LAST and (row["origin"] in known or row["origin"] == "OTH"):
            rows.append((row["origin"], row["destination"], year, "work", value, "eurostat_work"))
    rows += _american(data, known)
    resettled: dict[tuple[str, str, int], float] = defaultdict(float)
    for row in read(data / "world/unhcr_solutions_1990_2019.csv.gz"):
        value, year = number(row["resettlement"]), int(row["year"])
        if row["coo_iso"] in known and row["coa_iso"] in known and value and year >= FIRST:
            resettled[row["coo_iso"], row["coa_iso"], year] += value
    rows += [(*key, "resettlement", value, "unhcr_resettlement") for key, value in resettled.items()]
    return sorted(rows)


def _american(data: Path, known: Collection[str]) -> Iterator[Row]:
    yearly = "regular/us_nonimmigrant_visas_by_nationality_group_year_1997_2015.csv.gz"
    monthly = "regular/us_nonimmigrant_visas_by_nationality_group_month_2017_2025.csv.gz"
    immigrant = "regular/us_immigrant_visas_by_country_group_month_2017_2024.csv.gz"
    sums: dict[tuple[str, int, str, str], float] = defaultdict(float)
    for row in read(data / yearly):
        year = int(row["year"])
        if row["nat"] in known and row["group"] in US_NONIMMIGRANT and year >= FIRST:
            sums[row["nat"], year, US_NONIMMIGRANT[row["group"]], "us_nonimmigrant"] += float(row["n"])
    for name, classes, source in (
        (monthly, US_NONIMMIGRANT, "us_nonimmigrant"),
        (immigrant, US_IMMIGRANT, "us_immigrant"),
    ):
        for (nat, year, channel), value in _whole_years(data / name, classes, known).items():
            sums[nat, year, channel, source] += value
    for (nat, year, channel, source), value in sums.items():
        yield nat, "USA", year, channel, value, source


def _whole_years(path: Path, classes: Mapping[str, str], known: Collection[str]) -> dict[tuple[str, int, str], float]:
    """Sums of the months of each year; a year of which a month is not published is left out."""
    rows = list(read(path))
    months: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        months[int(row["month"][:4])].add(row["month"])
    sums: dict[tuple[str, int, str], float] = defaultdict(float)
    for row in rows:
        year = int(row["month"][:4])
        if row["nat"] in known and row["group"] in classes and year <= LAST and len(months[year]) == MONTHS:
            sums[row["nat"], year, classes[row["group"]]] += float(row["n"])
    return sums


EUROSTAT = {
    "Austria": "AUT", "Belgium": "BEL", "Bulgaria": "BGR", "Switzerland": "CHE", "Cyprus": "CYP", "Czechia": "CZE",
    "Germany": "DEU", "Denmark": "DNK", "Estonia": "EST", "Greece": "GRC", "Spain": "ESP", "Finland": "FIN", "France": "FRA",
    "Croatia": "HRV", "Hungary": "HUN", "Ireland": "IRL", "Iceland": "ISL", "Italy": "ITA", "Liechtenstein": "LIE",
    "Lithuania": "LTU", "Luxembourg": "LUX", "Latvia": "LVA", "Malta": "MLT", "Netherlands": "NLD", "Norway": "NOR",
    "Poland": "POL", "Portugal": "PRT", "Romania": "ROU", "Sweden": "SWE", "Slovenia": "SVN", "Slovakia": "SVK",
    "United Kingdom": "GBR",
}  # fmt: skip
"""Eurostat's names of states."""

REASONS = {
    "Education reasons": "valid_study", "Employment reasons": "valid_work", "Family reasons": "valid_family",
    "Other reason": "valid_other", "Refugee status": "valid_refugee", "Subsidiary protection status": "valid_subsidiary",
}  # fmt: skip


def totals(data: Path) -> list[Row]:
    """First permits and valid permits by reason of each state, all citizenships."""
    rows: list[Row] = []
    for row in read(data / "regular/eurostat_first_permits_total_by_country_2012_on.csv"):
        value = number(row["first_permits"])
        if row["geo"] in EUROSTAT and int(row["year"]) <= LAST and value is not None:
            rows.append((EUROSTAT[row["geo"]], int(row["year"]), "first_all", value, "eurostat_first"))
    for row in read(data / "regular/eurostat_valid_permits_by_reason_country_year.csv"):
        value = number(row["number_of_permits"])
        if row["geo"] in EUROSTAT and int(row["year"]) <= LAST and value is not None:
            rows.append((EUROSTAT[row["geo"]], int(row["year"]), REASONS[row["Reason"]], value, "eurostat_reason"))
    return sorted(rows)


CITIZENSHIPS = {
    "Congo": "COG", "Côte d’Ivoire": "CIV", "Gambia, The": "GMB", "Myanmar/Burma": "MMR", "Palestine*": "PSE", "Kosovo*": "XKX",
}  # fmt: skip
"""Eurostat's names of citizenships that neither M49 nor GeoNames uses."""


def valid_permits(data: Path, names: Mapping[str, str]) -> list[Row]:
    """Valid permits by citizenship and state; `names` are the codes of other names of countries."""
    codes = {**names, **CITIZENSHIPS}
    rows: list[Row] = []
    for row in read(data / "regular/eurostat_valid_permits_by_citizenship_country_year.csv.gz"):
        value = number(row["valid_permits"])
        if row["citizenship"] in codes and row["geo"] in EUROSTAT and int(row["year"]) <= LAST and value:
            rows.append((codes[row["citizenship"]], EUROSTAT[row["geo"]], int(row["year"]), value, "eurostat_valid"))
    return sorted(rows)


def visa_decisions(data: Path, known: Collection[str]) -> list[Row]:
    """Schengen visas by state and country of the consulate, and long-stay visas to 2010."""
    rows: list[Row] = []
    for name, source, last in (
        ("schengen_visas_evd_by_state_consulate_country_2005_2012", "evd", 2012),
        ("schengen_short_stay_visas_by_state_consulate_country_2014_2024", "ec_visas", LAST),
    ):
        for row in read(data / f"regular/{name}.csv.gz"):
            if row["schengen_state"] in known and row["consulate_country"] in known and int(row["year"]) <= last:
                counts = [number(row[column]) for column in ("applied", "issued", "refused")]
                long_stay = number(row.get("issued_D_long_stay", ""))
                rows.append(
                    (row["schengen_state"], row["consulate_country"], int(row["year"]), *counts, long_stay, source)
                )
    return sorted(rows, key=lambda row: row[:3])


def visa_refusals(data: Path, known: Collection[str]) -> list[Row]:
    """Refusal rates of US visitor visas by nationality."""
    rows = [
        (row["country"], "USA", int(row["year"]), round(float(row["refusal_rate_pct"]) / 100, 4), "us_refusal")
        for row in read(data / "regular/us_B_visa_refusal_rate_by_nationality_2006_2016.csv")
        if row["country"] in known and number(row["refusal_rate_pct"]) is not None
    ]
    return sorted(rows)
