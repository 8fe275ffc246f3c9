"""What authorities recorded to the end of 2019, and the seasons it shows; read by make_tables alone."""

from collections import defaultdict
from pathlib import Path
from typing import Any

from mixflow.scenarios.mediterranean.design import ORIGINS
from mixflow.scenarios.mediterranean.publishers import amount, read
from mixflow.scenarios.mediterranean.region import EUROPE
from mixflow.scenarios.setting import setting_of

LAST_MONTH = f"{setting_of(Path(__file__).parent).hold_out:%Y-%m}"
"""The last month of records that may be read."""

Row = list[Any]

FRONTEX = {
    "Central Mediterranean Route": "central_mediterranean",
    "Eastern Mediterranean Route": "eastern_mediterranean",
    "Western Mediterranean Route": "western_mediterranean",
    "Western Balkan Route": "western_balkans",
    "Western African Route": "western_africa",
}
IOM = {
    "Central Mediterranean Route": "central_mediterranean",
    "Eastern Mediterranean Route": "eastern_mediterranean",
    "Western Mediterranean Route": "western_mediterranean",
    "Western African Atlantic Route": "western_africa",
}
FIRST_YEAR = 2009
SEASON_YEARS = range(2009, 2016)
"""Years of which the season is made: those to which the parameters were fitted."""
ARRIVALS = {"italy_all": "ITA", "greece_sea": "GRC", "spain_sea": "ESP", "malta_all": "MLT", "cyprus_all": "CYP"}


def _nationality(code: str) -> str:
    return code if code in ORIGINS or code == "UNK" else "OTH"


def detections(data: Path) -> dict[tuple[str, str, str, str], float]:
    """Return Frontex's detections by month, route, type and nationality of the world."""
    result: dict[tuple[str, str, str, str], float] = defaultdict(float)
    for row in read(data / "mediterranean/frontex_detections_monthly_2009_2019.csv.gz"):
        if row["route"] in FRONTEX and row["month"] <= LAST_MONTH:
            result[row["month"], FRONTEX[row["route"]], row["type"], _nationality(row["nat"])] += float(row["n"])
    return result


def detected_2009(counts: dict[tuple[str, str, str, str], float]) -> dict[tuple[str, str], float]:
    """Return the detections of 2009 by route and type."""
    result: dict[tuple[str, str], float] = defaultdict(float)
    for (month, route, kind, _), value in counts.items():
        if month.startswith("2009"):
            result[route, kind] += value
    return result


def seasons(counts: dict[tuple[str, str, str, str], float]) -> list[Row]:
    """Return the rows of seasons.csv: the mean over the years of each month's share in its year, scaled to mean 1.

    Each year weighs the same, so that 2015 does not set the season alone. Land crossings of the Eastern Mediterranean
    route are left out: the season is the sea's.
    """
    monthly: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(lambda: [0.0] * 12))
    for (month, route, kind, _), value in counts.items():
        if int(month[:4]) in SEASON_YEARS and (kind == "Sea" or route == "western_balkans"):
            monthly[route][int(month[:4])][int(month[5:]) - 1] += value
    rows: list[Row] = []
    source = "Frontex, detections 2009-2015, mean of each year's shares by month"
    for route in FRONTEX.values():
        shares = [[value / sum(year) for value in year] for year in monthly[route].values() if sum(year) > 0]
        means = [sum(column) / len(shares) * 12 for column in zip(*shares, strict=True)]
        rows += [
            [route, month, round(value, 4), "ratio to the mean month", source, "2015-12-31"]
            for month, value in enumerate(means, 1)
        ]
    return rows


def recorded(data: Path, counts: dict[tuple[str, str, str, str], float]) -> list[Row]:
    """Return the rows of recorded.csv; a month without a row had none recorded, where its series covers it."""
    totals: dict[tuple[str, str, str, str, str], float] = defaultdict(float)
    for (month, route, _, nationality), value in counts.items():
        totals[month, "detections", route, "", nationality] += value
    for row in read(data / "mediterranean/unhcr_sea_arrivals_monthly_2014_2019.csv"):
        for column, country in ARRIVALS.items():
            if row[column] not in ("", "NA"):
                totals[f"{row['year']}-{int(row['month']):02d}", "sea_arrivals", "", country, ""] += float(row[column])
    for row in read(data / "mediterranean/iom_missing_migrants_2014_2019.csv.gz"):
        if row["route"] in IOM:
            totals[row["t"][:7], "recorded_deaths", IOM[row["route"]], "", ""] += amount(row["dead"])
    for row in read(data / "mediterranean/eurostat_asylum_applicants_by_nationality_2011_2019.csv.gz"):
        if row["geo"] in EUROPE and row["nat"] not in EUROPE:
            month = f"{int(float(row['t']))}-01"
            key = (month, "asylum_applications_annual", "", row["geo"], _nationality(row["nat"]))
            totals[key] += amount(row["n"])
    for row in read(data / "world/unhcr_solutions_1990_2019.csv.gz"):
        if row["coo_iso"] in ORIGINS and int(row["year"]) >= FIRST_YEAR:
            month, nationality = f"{row['year']}-01", row["coo_iso"]
            totals[month, "refugee_returns_annual", "", "", nationality] += amount(row["returned_refugees"])
            totals[month, "displaced_returns_annual", "", nationality, nationality] += amount(row["returned_idps"])
    return [
        [*key, round(value), *SERIES[key[1]], _as_of(key[0], key[1])]
        for key, value in sorted(totals.items(), key=lambda item: (item[0][1], *item[0]))
        if value > 0 and key[0] <= LAST_MONTH
    ]


SERIES = {
    "detections": ("detections per month", "Frontex, detections of illegal border-crossings"),
    "sea_arrivals": ("persons per month", "UNHCR, operational portal, arrivals"),
    "recorded_deaths": ("persons per month", "IOM, Missing Migrants Project, dead and missing"),
    "asylum_applications_annual": ("applicants in the year", "Eurostat, asylum applicants, all"),
    "refugee_returns_annual": ("persons in the year", "UNHCR, population statistics, returned refugees"),
    "displaced_returns_annual": ("persons in the year", "UNHCR, population statistics, returned displaced people"),
}


def _as_of(month: str, series: str) -> str:
    return f"{month[:4]}-12-31" if series.endswith("annual") else f"{month}-28"
