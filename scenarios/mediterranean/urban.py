"""Shares of people in towns as literals; read by make_tables alone."""

from typing import Any

from mixflow.scenarios.mediterranean.design import ORIGINS

URBAN = {
    "AFG": (22.078, 26.026), "ALB": (41.741, 62.112), "BFA": (17.844, 30.607), "BGD": (23.59, 38.177), "CIV": (43.155, 51.706),
    "CMR": (45.542, 57.56), "COD": (35.122, 45.638), "DZA": (59.919, 73.733), "EGY": (42.797, 42.783), "ERI": (26.587, 41.347),
    "ETH": (14.74, 21.695), "GHA": (43.929, 57.349), "GIN": (30.869, 36.875), "GMB": (47.868, 62.582), "IRN": (64.042, 75.874),
    "IRQ": (68.496, 70.893), "LBY": (76.387, 80.691), "MAR": (53.335, 63.532), "MKD": (58.548, 58.482), "MLI": (28.356, 43.909),
    "NER": (16.186, 16.626), "NGA": (34.84, 51.958), "PAK": (32.982, 37.165), "SDN": (32.495, 35.253), "SEN": (40.32, 48.122),
    "SOM": (33.247, 46.141), "SRB": (52.769, 56.446), "SSD": (16.504, 20.199), "SYR": (51.947, 55.475), "TCD": (21.637, 23.52),
    "TUN": (63.432, 69.568), "UKR": (67.145, 69.608),
}  # fmt: skip
"""Urban population in 2000 and 2020, % of total: World Bank WDI, SP.URB.TOTL.IN.ZS (CC BY 4.0), after the UN's World Urbanization
Prospects.

Read in a public copy, not from the bank: github.com/OwnKng/svelte-d3 at 31729b33,
src/routes/complex/urban-population/population.ts.
"""

YEARS = (2000, 2020)
SOURCE = "World Bank WDI, SP.URB.TOTL.IN.ZS, urban population by the definition of each country"


def towns() -> list[list[Any]]:
    """Return the rows of towns.csv; Kosovo, of which none is published, as Serbia."""
    rows: list[list[Any]] = []
    for origin in ORIGINS:
        holder = "SRB" if origin == "XKX" else origin
        said = SOURCE if holder == origin else f"assumption: as {holder}, none published; {SOURCE}"
        for year, percent in zip(YEARS, URBAN[holder], strict=True):
            rows.append([origin, year, round(percent / 100.0, 5), "share of people", said, f"{year}-12-31"])
    return rows
