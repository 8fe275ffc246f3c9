"""Make the tables of this world from the publishers' files and the design; used when either changes, never by a run.

`python -m mixflow.scenarios.mediterranean.make_tables DATA_DIR [--atlas countries-50m.json] [--out FOLDER]`
needs the extra `tables`. The outlines are made again only when the atlas is given.
"""

import argparse
import csv
import gzip
import io
import json
from pathlib import Path

from mixflow.scenarios.mediterranean.decisions import by_country, recognition
from mixflow.scenarios.mediterranean.geography import Row, crossings, places, routes
from mixflow.scenarios.mediterranean.outline import outline
from mixflow.scenarios.mediterranean.publishers import (
    admissions,
    diaspora,
    drivers,
    hosted,
    indicators,
    offices,
    read,
    remittance_costs,
    returns,
    stocks,
    zones,
)
from mixflow.scenarios.mediterranean.records import detected_2009, detections, recorded, seasons
from mixflow.scenarios.mediterranean.urban import towns
from mixflow.scenarios.schema import TABLES

PACKED = ("admissions", "recorded")
HERE = Path(__file__).parent


def make(data: Path) -> dict[str, list[Row]]:
    """Return the rows of every table, by name."""
    bank = indicators(data)
    counts = detections(data)
    people = {code: round(value) for (code, year), value in bank["pop"].items() if year == 2009}
    place_rows = places(people)
    countries = sorted({row[1] for row in place_rows})
    route_rows = routes(place_rows)
    migrants = stocks(data)
    return {
        "places": place_rows,
        "edges": route_rows,
        "edge_attributes": crossings(route_rows, detected_2009(counts)),
        "drivers": drivers(data, countries, bank),
        "recognition": recognition(data),
        "recognition_by_country": by_country(data),
        "diaspora": diaspora(migrants, countries, {row[0]: row[2] for row in country_list(data)}),
        "hosted": hosted(data, countries),
        "admissions": admissions(),
        "zones": zones(),
        "remittance_costs": remittance_costs(data, countries),
        "asylum_offices": offices(data),
        "returns": returns(data),
        "seasons": seasons(counts),
        "towns": towns(),
        "recorded": recorded(data, counts),
    }


def as_csv(header: list[str], rows: list[Row]) -> bytes:
    """Return a table as UTF-8 text of comma-separated values; whole floats are written without a point."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([int(cell) if isinstance(cell, float) and cell.is_integer() else cell for cell in row])
    return text.getvalue().encode()


def country_list(data: Path) -> list[Row]:
    """Return the rows of the list of all countries."""
    rows: list[Row] = []
    for row in read(data / "world/countries_regions_groups.csv"):
        if row["m49"] or row["iso3"] == "XKX":
            source = "UNSD, M49" if row["m49"] else "assumption: Kosovo as XKX, as the World Bank writes it"
            rows.append([row["iso3"], row["name"], row["region"], source, "2024-01-01"])
    return sorted(rows)


def main() -> None:
    """Write every table beside this file, or into another folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, metavar="DATA_DIR", help="the folder with the publishers' files")
    parser.add_argument("--atlas", type=Path, help="countries-50m.json of the npm package world-atlas")
    parser.add_argument("--out", type=Path, default=HERE, help="the folder to write into")
    given = parser.parse_args()
    for name, rows in make(given.data).items():
        content = as_csv(TABLES[name].header, rows)
        if name in PACKED:
            (given.out / f"{name}.csv.gz").write_bytes(gzip.compress(content, 9, mtime=0))
        else:
            (given.out / f"{name}.csv").write_bytes(content)
        print(f"{name}: {len(rows)} rows")
    if given.out == HERE:
        header = ["iso3", "name", "region", "source", "as_of"]
        (HERE.parent / "countries.csv").write_bytes(as_csv(header, country_list(given.data)))
    if given.atlas:
        shapes = json.dumps(outline(given.atlas), ensure_ascii=False, separators=(",", ":"))
        (given.out / "outline.json").write_text(shapes + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
