"""The states that the region's journeys head for, of which the scripts of this folder make tables."""

EUROPE = frozenset({
    "AUT", "BEL", "BGR", "CHE", "CYP", "CZE", "DEU", "DNK", "ESP", "EST", "FIN", "FRA", "GBR", "GRC", "HRV",
    "HUN", "IRL", "ITA", "LTU", "LUX", "LVA", "MLT", "NLD", "NOR", "POL", "PRT", "ROU", "SVK", "SVN", "SWE",
})  # fmt: skip
"""The 28 members of the EU in 2015, Norway and Switzerland: source, European Commission; as of 2015-12-31."""
