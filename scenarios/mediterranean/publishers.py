"""From the publishers' files to drivers, stocks, rates and offices; read by make_tables alone."""

import csv
import gzip
import io
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mixflow.scenarios.base.reader import shipped
from mixflow.scenarios.mediterranean.design import ORIGINS
from mixflow.scenarios.mediterranean.passages import EUR_PER_USD
from mixflow.scenarios.schema import TABLES
from mixflow.scenarios.starter.admissions import admissions as from_records
from mixflow.scenarios.world import EUROPE

Row = list[Any]
Series = dict[tuple[str, int], float]

YEARS = range(2008, 2020)
DONORS = {
    "XKX": "SRB",
    "ERI": "ETH",
    "SSD": "SDN",
    "SOM": "ETH",
    "MNE": "SRB",
    "CYP": "GRC",
    "MLT": "ITA",
    "LUX": "BEL",
    "YEM": "SDN",
}
"""Assumption: whose value stands in where a publisher has none at all for a country."""

WDI = {
    "population": ("pop", "persons", "World Bank WDI, population, total"),
    "income": ("income", "PPP international $ per person per year", "World Bank WDI, GDP per capita, PPP"),
    "unemployment": ("unem", "% of labour force", "World Bank WDI, unemployment, total"),
    "stability": ("polstb", "index, about -2.5 to 2.5", "World Bank WGI, political stability and absence of violence"),
}
KOSOVO_SHARE = 0.4
"""Assumption: the share of Kosovo among people that publishers count under Serbia."""

SOUTH_HOSTS = ("COD", "ETH", "KEN", "UGA")
"""Assumption: refugees of Sudan whom these countries hosted in 2008 were from what became South Sudan."""

DECISIONS_PER_YEAR = 3 * 220
"""Decisions of a caseworker in a year: 3 a day (BAMF 2016) on 220 working days (assumption)."""


def read(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV file, packed or not."""
    raw = path.read_bytes()
    content = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8-sig")
    yield from csv.DictReader(io.StringIO(content, newline=""))


def amount(cell: str) -> float:
    """Return a number, 0 where the cell is empty or says NA."""
    return float(cell) if cell and cell != "NA" else 0.0


def short(value: float) -> float:
    """Return a value to six significant digits."""
    return float(f"{value:.6g}")


def indicators(data: Path) -> dict[str, Series]:
    """Return the World Bank's indicators as series by country and year."""
    result: dict[str, Series] = defaultdict(dict)
    for row in read(data / "world/worldbank_indicators_1990_2019.csv.gz"):
        result[row["var"]][row["geo"], int(float(row["t"]))] = float(row["v"])
    result["wages"] = {
        key: gdp / result["pop"][key] * (1 + result["depend"][key] / 100) * EUR_PER_USD
        for key, gdp in result["gdp"].items()
        if key in result["pop"] and key in result["depend"]
    }
    return result


def drivers(data: Path, countries: list[str], bank: dict[str, Series]) -> list[Row]:
    """Return the rows of drivers.csv."""
    rows: list[Row] = []
    for driver, (name, unit, source) in WDI.items():
        rows += _filled(driver, bank[name], countries, unit, source)
    wage_source = (
        "assumption: proxied by GDP (World Bank WDI, US$) per person of working age, "
        f"population / (1 + age dependency ratio), at {EUR_PER_USD} EUR per USD"
    )
    rows += _filled("wages", bank["wages"], countries, "EUR per year", wage_source)
    fragility = {
        (row["geo"], int(row["t"])): float(row["total"])
        for row in read(data / "world/fragile_states_index_to_2019.csv")
    }
    rows += _filled("fragility", fragility, countries, "index, 0 to 120", "Fund for Peace, Fragile States Index, total")
    conflict: Series = {}
    disaster: Series = defaultdict(float)
    for row in read(data / "world/idmc_displacements_to_2019.csv"):
        key = (row["geo"], int(row["t"]))
        if row["cause"] == "conflict":
            conflict[key] = float(row["n"])
        else:
            disaster[key] += float(row["n"])
    rows += _displaced("conflict_displaced", conflict, countries, "IDMC, new displacements by conflict")
    rows += _displaced("disaster_displaced", disaster, countries, "IDMC, new displacements by disasters")
    return sorted(rows, key=lambda row: (row[0], row[2], row[1]))


def _filled(driver: str, series: Series, countries: list[str], unit: str, source: str) -> list[Row]:
    rows: list[Row] = []
    for country in countries:
        holder = country
        known = {year: value for (code, year), value in series.items() if code == country}
        if not known:
            holder = DONORS[country]
            known = {year: value for (code, year), value in series.items() if code == holder}
        for year in YEARS:
            near = min(known, key=lambda other: (abs(other - year), other))
            said = source
            if holder != country:
                said = f"assumption: as {holder}, none published; {source}"
            if near != year:
                said += f", carried from {near}"
            value = round(known[near]) if driver == "population" else short(known[near])
            rows.append([country, year, driver, value, unit, said, f"{near}-12-31"])
    return rows


def _displaced(driver: str, series: Series, countries: list[str], source: str) -> list[Row]:
    """Return displacement, where a country and year without a record had none.

    Conflict records begin in 2009; whoever was uprooted in 2008 is in the stock at its end, with which runs begin.
    """
    first = min(year for _, year in series)
    rows: list[Row] = []
    for country in countries:
        for year in YEARS:
            said = source
            if year < first:
                said = f"assumption: 0, as whoever was uprooted is in the stock at the end of {year}; {source}, begin in {first}"
            elif (country, year) not in series:
                said += ", no record taken as 0 (assumption)"
            value = short(series.get((country, year), 0.0))
            rows.append([country, year, driver, value, "persons per year", said, f"{year}-12-31"])
    return rows


def stocks(data: Path) -> dict[tuple[str, str, int], float]:
    """Return migrant stocks by origin, residence and year; those from Serbia are divided between Serbia and Kosovo."""
    result: dict[tuple[str, str, int], float] = {}
    for row in read(data / "world/undesa_migrant_stock_1990_2015.csv.gz"):
        origin, residence, year, value = row["from"], row["geo"], int(row["t"]), float(row["n"])
        if origin == "SRB":
            result["XKX", residence, year] = value * KOSOVO_SHARE
            value *= 1 - KOSOVO_SHARE
        result[origin, residence, year] = value
    return result


def _split_said(origin: str, source: str) -> str:
    if origin not in ("SRB", "XKX"):
        return source
    share = KOSOVO_SHARE if origin == "XKX" else 1 - KOSOVO_SHARE
    return f"{source}; {share:g} of those published under Serbia (assumption)"


UNCOUNTED = {
    ("SYR", "LBN", year): (
        300_000.0,
        "assumption: Syrians at work in Lebanon before the war, the low end of published estimates (value from memory); "
        "UN DESA counts next to none",
    )
    for year in (2005, 2010)
}
"""Stocks that the publisher does not count, by origin, residence and year, and what stands for them."""


def diaspora(counts: dict[tuple[str, str, int], float], countries: list[str], regions: dict[str, str]) -> list[Row]:
    """Return the rows of diaspora.csv: residence in `countries` one by one, elsewhere by whether it is the region of origin."""

    def said(origin: str) -> str:
        return _split_said(origin, "UN DESA, international migrant stock")

    totals: dict[tuple[str, str, int], float] = defaultdict(float)
    counted = {**counts, **{key: value for key, (value, _) in UNCOUNTED.items()}}
    for (origin, residence, year), value in counted.items():
        if origin in ORIGINS and year in (2005, 2010, 2015) and residence != origin:
            near = regions.get(residence) == regions[origin]
            beyond = "ELSEWHERE_IN_REGION" if near else "ELSEWHERE"
            totals[origin, residence if residence in countries else beyond, year] += value
    return [
        [*key, round(value), "persons", UNCOUNTED[key][1] if key in UNCOUNTED else said(key[0]), f"{key[2]}-07-01"]
        for key, value in sorted(totals.items())
        if round(value) > 0
    ]


ADMITTED = range(2008, 2024)
FEW_PLACES = 5.0
"""Places a year, in the year with most of them, below which a pair and channel is left out."""


def admissions() -> list[Row]:
    """Return the rows of admissions.csv: what was issued by pair, channel and year, and rules for the rest."""
    found = from_records(shipped(), ORIGINS, sorted(EUROPE), ADMITTED, FEW_PLACES)
    return [[row[name] for name in TABLES["admissions"].header] for row in found]


ZONES = {
    "EU and EFTA": (
        sorted(EUROPE),
        "EU, Directive 2004/38/EC and agreements with Norway and Switzerland",
        "2015-12-31",
    ),
    "ECOWAS": (
        ["BFA", "CIV", "GHA", "GIN", "GMB", "MLI", "NER", "NGA", "SEN"],
        "ECOWAS, Protocol A/P.1/5/79 on free movement; members that are on this map",
        "2015-12-31",
    ),
    "EAC": (["KEN", "UGA"], "EAC, Common Market Protocol, in force since July 2010; members on this map", "2015-12-31"),
}
"""Zones in which nationals of one member may live in another."""


def zones() -> list[Row]:
    """Return the rows of zones.csv."""
    return [[name, code, source, as_of] for name, (members, source, as_of) in ZONES.items() for code in members]


def remittance_costs(data: Path, countries: list[str]) -> list[Row]:
    """Return the rows of remittance_costs.csv: corridors between countries of the map."""
    source = "World Bank, Remittance Prices Worldwide, cost of sending by corridor"
    return [
        [row["origin"], row["destination"], round(float(row["phi"]), 4), "share of the amount", source, "2017-03-31"]
        for row in read(data / "world/remittance_cost_by_corridor.csv")
        if row["origin"] in countries and row["destination"] in countries
    ]


LAST_STOCK = 2014
"""The last year whose end a run can start from: later stocks are results of flows that the model is compared with."""


def hosted(data: Path, countries: list[str]) -> list[Row]:
    """Return the rows of hosted.csv: refugees, displaced people and pending claims at the end of each year."""
    totals: dict[tuple[str, str, int, str], float] = defaultdict(float)
    for row in read(data / "world/unhcr_population_2008_2015.csv.gz"):
        country, year = row["coa_iso"], int(row["year"])
        if year > LAST_STOCK or country not in countries:
            continue
        for origin, share in _shares(row["coo_iso"], country):
            if origin not in ORIGINS:
                continue
            if country == row["coo_iso"]:
                totals[origin, country, year, "displaced"] += share * amount(row["idps"])
            elif country in EUROPE:
                totals[origin, country, year, "asylum_pending"] += share * amount(row["asylum_seekers"])
            else:
                totals[origin, country, year, "hosted"] += share * amount(row["refugees"])
    rows: list[Row] = []
    for (origin, country, year, status), value in sorted(totals.items()):
        said = _split_said(origin, f"UNHCR, population statistics, end of {year}")
        if origin == "SSD":
            said += "; published under Sudan (assumption: from the south)"
        if round(value) >= 100:
            rows.append([origin, country, year, status, round(value), "persons", said, f"{year}-12-31"])
    return rows


def _shares(origin: str, country: str) -> list[tuple[str, float]]:
    if origin == "SRB" and country != "SRB":
        return [("SRB", 1 - KOSOVO_SHARE), ("XKX", KOSOVO_SHARE)]
    if origin == "SDN" and country in SOUTH_HOSTS:
        return [("SSD", 1.0)]
    return [(origin, 1.0)]


def offices(data: Path) -> list[Row]:
    """Return the rows of asylum_offices.csv: the caseworkers that decided what was decided in 2009 to 2011."""
    totals: dict[str, float] = defaultdict(float)
    for row in read(data / "world/unhcr_asylum_decisions_2008_2015.csv.gz"):
        if row["year"] in ("2009", "2010", "2011") and row["dec_level"] in ("FI", "NA", "IN", "FA"):
            totals[row["coa_iso"]] += amount(row["dec_total"])
    source = "UNHCR, asylum decisions, first instance, mean of 2009-2011, over 3 decisions a day (BAMF 2016) x 220 days"
    rows: list[Row] = []
    for country in sorted(EUROPE):
        staff = totals[country] / 3 / DECISIONS_PER_YEAR
        said = source if staff >= 1 else f"{source}; raised to 1 (assumption)"
        rows.append([country, "staff", round(max(1.0, staff), 1), "caseworkers", said, "2011-12-31"])
    return rows


CITIZENSHIPS = {
    "ALB": "Albania", "AFG": "Afghanistan", "BFA": "Burkina Faso", "BGD": "Bangladesh", "CIV": "Côte d'Ivoire",
    "CMR": "Cameroon", "COD": "Democratic Republic of the Congo", "DZA": "Algeria", "EGY": "Egypt", "ERI": "Eritrea",
    "ETH": "Ethiopia", "GHA": "Ghana", "GIN": "Guinea", "GMB": "Gambia, The", "IRN": "Iran", "IRQ": "Iraq",
    "LBY": "Libya", "MAR": "Morocco", "MKD": "Former Yugoslav Republic of Macedonia, the", "MLI": "Mali",
    "NER": "Niger", "NGA": "Nigeria", "PAK": "Pakistan", "SDN": "Sudan", "SEN": "Senegal", "SOM": "Somalia",
    "SRB": "Serbia", "SSD": "South Sudan", "SYR": "Syria", "TCD": "Chad", "TUN": "Tunisia", "UKR": "Ukraine",
    "XKX": "Kosovo (under United Nations Security Council Resolution 1244/99)",
}  # fmt: skip
"""Eurostat's names of citizenships."""

EU_RETURN_RATE = 0.368


def returns(data: Path) -> list[Row]:
    """Return the rows of returns.csv: returned over ordered to leave, to 2015."""
    known: dict[str, dict[int, float]] = defaultdict(dict)
    for row in read(data / "mediterranean/eurostat_return_rate_by_citizenship_2012_2015.csv"):
        if row["rate"] not in ("", "NA") and int(row["year"]) <= 2015 and amount(row["ordered"]) > 0:
            known[row["citizenship"]][int(row["year"])] = float(row["rate"])
    rows: list[Row] = []
    for origin in ORIGINS:
        rates = known.get(CITIZENSHIPS[origin], {})
        for year in range(2009, 2016):
            said = "Eurostat, third-country nationals returned over ordered to leave"
            if rates:
                near = min(rates, key=lambda other: (abs(other - year), other))
                rate = rates[near]
                said += "" if near == year else f", carried from {near}"
            else:
                near, rate = 2015, EU_RETURN_RATE
                said += ", mean of the EU, none published by citizenship (assumption)"
            if rate > 1:
                said += "; more returned than ordered, taken as 1"
            rows.append([origin, year, round(min(rate, 1.0), 4), "share of return orders", said, f"{near}-12-31"])
    return rows
