"""Drivers of each country and year from the base, and what stands where a publisher has none."""

from collections.abc import Sequence
from statistics import median

from mixflow.scenarios.base.reader import Base, Row, series_of
from mixflow.sim.base.errors import UserError

YEARS = range(2008, 2024)
EUR_PER_USD = 0.9
"""Assumption: one rate for all years, the mean of 2015 (European Central Bank, about 0.90): wages move with output alone."""

Known = dict[str, dict[int, tuple[float, str]]]

PUBLISHED = {
    "population": "persons",
    "income": "PPP international $ per person per year",
    "unemployment": "% of labour force",
    "stability": "index, about -2.5 to 2.5",
    "fragility": "index, 0 to 120",
}
"""Drivers that are read as they are published, and their units in a scenario."""

MOVED = ("conflict_displaced", "disaster_displaced")
WAGES = (
    "assumption: proxied by GDP (World Bank WDI, current US$) per person of working age, population / (1 + age dependency "
    f"ratio), at {EUR_PER_USD} EUR per USD"
)


def drivers(base: Base, countries: Sequence[str]) -> list[Row]:
    """Rows of drivers.csv.

    Raises
    ------
    UserError
        When a country has no population: nothing sensible can be assumed for it.
    """
    region = _neighbours(base, countries)
    wanted = {code for codes in region.values() for code in codes} | set(countries)
    published = base.rows("drivers", country=wanted)
    known: dict[str, Known] = {name: {} for name in (*PUBLISHED, *MOVED, "gdp_usd", "age_dependency")}
    for (name, code), values in series_of(published, "driver", "country").items():
        if name in known:
            known[name][code] = values
    if without := [code for code in countries if code not in known["population"]]:
        raise UserError(
            f"The base has no population of {', '.join(without)}: the World Bank publishes none, and none can be assumed. Leave "
            f"{'them' if len(without) > 1 else 'it'} out of countries."
        )
    known["wages"] = _wages(known)
    rows: list[Row] = []
    for code in countries:
        for name, unit in {**PUBLISHED, "wages": "EUR per year"}.items():
            rows += _filled(base, code, name, unit, known[name], region[code])
        for name in MOVED:
            rows += _displaced(base, code, name, known[name])
    return rows


def _neighbours(base: Base, countries: Sequence[str]) -> dict[str, list[str]]:
    """The countries of the subregion of each country, or of its region where the subregion holds no other."""
    found = {}
    for code in countries:
        own = base.countries[code]
        near = [
            other for other, row in base.countries.items() if row["subregion"] == own["subregion"] and other != code
        ]
        found[code] = near or [
            other for other, row in base.countries.items() if row["region"] == own["region"] and other != code
        ]
    return found


def _wages(known: dict[str, Known]) -> Known:
    found: Known = {}
    for code, output in known["gdp_usd"].items():
        people, dependent = known["population"].get(code, {}), known["age_dependency"].get(code, {})
        values = {
            year: (gdp / people[year][0] * (1 + dependent[year][0] / 100) * EUR_PER_USD, "wages")
            for year, (gdp, _) in output.items()
            if year in people and year in dependent
        }
        if values:
            found[code] = values
    return found


def _filled(base: Base, code: str, name: str, unit: str, known: Known, near: Sequence[str]) -> list[Row]:
    """Rows of a driver: published years as they are, gaps between them on a line, beyond them the nearest year."""
    own = known.get(code)
    rows: list[Row] = []
    for year in YEARS:
        if own is None:
            values = [_at(known[other], year)[0] for other in near if other in known]
            if not values:
                raise UserError(
                    f"The base has no {name} of {code}, nor of any country of its region. Leave it out of countries."
                )
            region = base.countries[code]["subregion"] or base.countries[code]["region"]
            said, as_of = f"assumption: the median of {region}, none published for {code}", f"{year}-12-31"
            value = median(values)
        else:
            value, source, how, of = _at(own, year)
            text, as_of = (WAGES, f"{of}-12-31") if source == "wages" else base.source(source, of)
            said = f"{text}, {how} (assumption)" if how else text
        value = round(value) if name == "population" else float(f"{value:.6g}")
        rows.append(_row(code, year, name, value, unit, said, as_of))
    return rows


def _at(values: dict[int, tuple[float, str]], year: int) -> tuple[float, str, str, int]:
    """The value of a year, its source, how it was found, and the year it is of."""
    if year in values:
        return (*values[year], "", year)
    before, after = [other for other in values if other < year], [other for other in values if other > year]
    if before and after:
        first, then = max(before), min(after)
        share = (year - first) / (then - first)
        value = values[first][0] + share * (values[then][0] - values[first][0])
        return value, values[first][1], f"on a line between {first} and {then}", first
    near = max(before) if before else min(after)
    return (*values[near], f"carried from {near}", near)


def _displaced(base: Base, code: str, name: str, known: Known) -> list[Row]:
    """Displacement: a country and year without a record had none."""
    text, _ = base.source(f"idmc_{name.removesuffix('_displaced')}", YEARS[0])
    rows: list[Row] = []
    for year in YEARS:
        value, said = 0.0, f"{text}, no record taken as 0 (assumption)"
        if year in known.get(code, {}):
            value, said = known[code][year][0], text
        rows.append(_row(code, year, name, float(f"{value:.6g}"), "persons per year", said, f"{year}-12-31"))
    return rows


def _row(code: str, year: int, name: str, value: float, unit: str, said: str, as_of: str) -> Row:
    return {"country": code, "year": year, "driver": name, "value": value, "unit": unit, "source": said, "as_of": as_of}
