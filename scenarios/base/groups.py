"""Unions and zones of free movement with their members, from the treaties; used by make_tables alone."""

from mixflow.scenarios.base.files import Row

EU_2004 = "AUT BEL CYP CZE DEU DNK ESP EST FIN FRA GBR GRC HUN IRL ITA LTU LUX LVA MLT NLD POL PRT SVK SVN SWE"
SCHENGEN_2008 = "AUT BEL CHE CZE DEU DNK ESP EST FIN FRA GRC HUN ISL ITA LTU LUX LVA MLT NLD NOR POL PRT SVK SVN SWE"

GROUPS: tuple[tuple[str, bool, str, str], ...] = (
    ("EU and EFTA", True, "since 1994", "ISL LIE NOR CHE"),
    ("EU and EFTA", True, "since 2004", EU_2004),
    ("EU and EFTA", True, "since 2007", "BGR ROU"),
    ("EU and EFTA", True, "since 2013", "HRV"),
    ("EU", False, "since 2004", EU_2004),
    ("EU", False, "since 2007", "BGR ROU"),
    ("EU", False, "since 2013", "HRV"),
    ("Schengen", False, "since 2008", SCHENGEN_2008),
    ("Schengen", False, "since 2011", "LIE"),
    ("Schengen", False, "since 2023", "HRV"),
    ("ECOWAS", True, "since 1979", "BEN BFA CIV CPV GHA GIN GMB GNB LBR MLI NER NGA SEN SLE TGO"),
    ("EAC", True, "since 2010", "BDI KEN RWA TZA UGA"),
    ("CA-4", False, "since 2006", "GTM HND NIC SLV"),
    ("MERCOSUR residence", True, "since 2009", "ARG BOL BRA CHL PRY URY"),
    ("MERCOSUR residence", True, "since 2011", "COL ECU PER"),
    ("CARICOM single market", False, "since 2006", "ATG BRB BLZ DMA GRD GUY JAM KNA LCA SUR TTO VCT"),
    ("GCC", True, "since 2001", "ARE BHR KWT OMN QAT SAU"),
    ("Trans-Tasman", True, "since 1973", "AUS NZL"),
    ("EAEU", True, "since 2015", "ARM BLR KAZ KGZ RUS"),
    ("India and Nepal", True, "since 1950", "IND NPL"),
    ("ASEAN", False, "since 1999", "BRN IDN KHM LAO MMR MYS PHL SGP THA VNM"),
    (
        "African Union",
        False,
        "since 2011",
        "AGO BDI BEN BFA BWA CAF CIV CMR COD COG COM CPV DJI DZA EGY ERI ETH GAB GHA GIN GMB GNB "
        "GNQ "
        "KEN LBR LBY LSO MDG MLI MOZ MRT MUS MWI NAM NER NGA RWA SDN SEN SLE SOM SSD STP SWZ SYC TCD TGO TUN TZA UGA ZAF ZMB ZWE",
    ),
    ("African Union", False, "since 2017", "MAR"),
)
"""Group, whether all nationals of a member may live in another, first year, members.

CA-4 frees travel alone, and CARICOM the residence of some occupations. Rules that delayed work after an accession are left out.
"""

LEFT = {("EU and EFTA", "GBR"): 2020, ("EU", "GBR"): 2019}
"""The last year of those that have left: the United Kingdom's transition ended with 2020."""


def groups() -> list[Row]:
    """Rows of groups.csv."""
    rows: list[Row] = []
    for name, free, since, members in GROUPS:
        for code in members.split():
            rows.append((name, code, int(since.removeprefix("since ")), LEFT.get((name, code)), int(free), "treaties"))
    return sorted(rows, key=lambda row: row[:2])
