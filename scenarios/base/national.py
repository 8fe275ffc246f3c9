"""Drivers, births and deaths of each country from the publishers' files; used by make_tables alone."""

from collections import defaultdict
from collections.abc import Collection
from pathlib import Path

from mixflow.scenarios.base.files import Row, number, read

FIRST = 2000
LAST = 2023

WDI = {
    "pop": ("population", "wdi_pop"),
    "income": ("income", "wdi_income"),
    "gdp": ("gdp_usd", "wdi_gdp"),
    "depend": ("age_dependency", "wdi_depend"),
    "unem": ("unemployment", "wdi_unem"),
    "polstb": ("stability", "wgi_polstb"),
}
"""The World Bank's names of series, and the base's."""


def drivers(data: Path, known: Collection[str]) -> list[Row]:
    """Rows of drivers: only what a publisher says; gaps are left to the reader, which names what it puts there."""
    rows: list[Row] = []
    for row in read(data / "world/worldbank_wdi_1950_2023.csv.gz"):
        year, value = int(float(row["t"])), number(row["v"])
        if row["var"] in WDI and row["geo"] in known and FIRST <= year <= LAST and value is not None:
            driver, source = WDI[row["var"]]
            rows.append((row["geo"], year, driver, value, source))
    for row in read(data / "world/fragile_states_index_total_2006_2023.csv"):
        if row["geo"] in known and (value := number(row["total"])) is not None:
            rows.append((row["geo"], int(row["t"]), "fragility", value, "fsi_total"))
    moved: dict[tuple[str, int, str], float] = defaultdict(float)
    for row in read(data / "world/idmc_new_displacements_2008_2023.csv"):
        cause = "conflict" if row["cause"] == "conflict" else "disaster"
        if row["geo"] in known and (value := number(row["n"])) is not None:
            moved[row["geo"], int(row["t"]), cause] += value
    rows += [(code, year, f"{cause}_displaced", value, f"idmc_{cause}") for (code, year, cause), value in moved.items()]
    for row in read(data / "world/ucdp_ged_conflict_deaths_1989_2023.csv.gz"):
        year, value = int(row["year"]), number(row["deaths"])
        if row["iso3"] in known and year >= FIRST and value is not None:
            rows.append(
                (row["iso3"], year, "conflict_deaths", value, "ged_2018" if "19.1" in row["source"] else "ged_2023")
            )
    for row in read(data / "world/un_wpp2024_births_deaths_net_migration_1990_2023.csv.gz"):
        year = int(row["year"])
        if row["iso3"] in known and year >= FIRST:
            for what in ("births", "deaths"):
                if (value := number(row[f"{what}_thousand"])) is not None:
                    rows.append((row["iso3"], year, what, round(value * 1000), f"wpp_{what}"))
    return sorted(rows, key=lambda row: (row[0], row[2], row[1]))
